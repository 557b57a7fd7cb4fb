"""Where a request may go: the ways to write an address of this machine or its network, and what leads there.

The refusal is that of the connection, after the name was resolved: however an address is written, what counts is where
it leads.
"""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scrapers import connection
from scrapers.captures import Outcome
from scrapers.catalog_fields import check_address
from scrapers.connection import AddressRefused, BadAddress, exchange
from scrapers.entry.proof import EntryRefused, source_of
from scrapers.fetch import Fetcher, link_address
from scrapers.home import Home
from scrapers.imports import ImportRefused, import_path
from scrapers.register.visits import is_address
from scrapers.source_model import Politeness
from scrapers.web_address import told
from tests.mirror import Answer, Mirror

HOW: dict[str, Any] = {"timeout_seconds": 1.0, "deadline_seconds": 2.0, "max_bytes": 1000, "allow_private": False}
RULES: dict[str, Any] = {"requests_per_second": 50.0, "timeout_seconds": 2.0, "backoff_seconds": 0.01}


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


def fetcher(folder: Path, **rules: Any) -> Fetcher:
    return Fetcher(Home.at(folder), Politeness(**{**RULES, **rules}), lambda seconds: None)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "localhost",
     "LOCALHOST", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]"],
)  # fmt: skip
def test_however_this_machine_is_written_it_is_not_asked(site: Mirror, host: str) -> None:
    port = site.host.rsplit(":", 1)[1]
    with pytest.raises(AddressRefused):
        exchange(f"http://{host}:{port}/a", {}, **HOW)
    assert site.asked == []


@pytest.mark.parametrize(
    "ip",
    ["127.9.9.9", "10.0.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1",
     "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "0.1.2.3",
     "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::1",
     "2001:0:5ef5:79fd:0:0:80ff:fffe", "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:a00:1", "2001:db8::1",
     "fe80::1", "fe80::1%eth0", "fec0::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "100::1", "3fff::1", "5f00::1"],
)  # fmt: skip
@pytest.mark.parametrize("before", [[], ["8.8.8.8", "2606:4700::1111"]])
def test_a_name_with_one_address_inside_is_refused_whatever_else_it_has(
    monkeypatch: pytest.MonkeyPatch, ip: str, before: list[str]
) -> None:
    def connect(*a: object, **k: object) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(connection, "_resolve", lambda host, port, seconds: [*before, ip])
    monkeypatch.setattr(connection.socket, "create_connection", connect)
    with pytest.raises(AddressRefused, match="not on the public network"):
        exchange("http://innocent.example/", {}, **HOW)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700::1111", "240e::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_public_network_are_asked(monkeypatch: pytest.MonkeyPatch, ip: str) -> None:
    def connect(place: tuple[str, int], *a: object, **k: object) -> None:
        raise ConnectionRefusedError(place[0])

    monkeypatch.setattr(connection, "_resolve", lambda host, port, seconds: [ip])
    monkeypatch.setattr(connection.socket, "create_connection", connect)
    with pytest.raises(Exception, match="no connection to"):
        exchange("http://innocent.example/", {}, **HOW)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch, site: Mirror) -> None:
    """A name server that answers otherwise the second time gains nothing: the name is looked up once."""
    asked: list[str] = []
    real = connection.socket.getaddrinfo

    def resolve(host: str, port: int, *a: object, **how: Any) -> list[Any]:
        asked.append(host)
        return real("8.8.8.8" if len(asked) == 1 else "127.0.0.1", port, *a, **how)

    connected: list[str] = []

    def connect(place: tuple[str, int], *a: object, **k: object) -> None:
        connected.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(connection.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(connection.socket, "create_connection", connect)
    with pytest.raises(Exception, match="no connection to"):
        exchange(f"http://rebinding.example:{site.host.rsplit(':', 1)[1]}/", {}, **HOW)
    assert (asked.count("rebinding.example"), connected, site.asked) == (1, ["8.8.8.8"], [])


@pytest.mark.parametrize(
    "url",
    ["http://good.example@127.0.0.1/", "http://user:hunter2@good.example/", "http://:hunter2@good.example/",
     "http://@good.example/", "http://good.example\\@127.0.0.1/", "file:///etc/passwd", "ftp://good.example/",
     "gopher://127.0.0.1:6379/_x", "data:text/html,x", "//good.example/", "http:///etc/passwd", "http://a\x1b[2J.cn/",
     "http://good.example/\r\nHost: other", "http://good.example:0/", "http://good.example:99999/", "http://[::1/"],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_taken_nowhere(tmp_path: Path, url: str) -> None:
    saved = tmp_path / "page.html"
    saved.write_text("<p>x</p>")
    with pytest.raises(BadAddress):
        exchange(url, {}, **{**HOW, "allow_private": True})
    with pytest.raises(ValueError, match="address"):
        check_address(url)
    with pytest.raises(EntryRefused) as of_entry:
        source_of(url, None)
    with pytest.raises(ImportRefused) as of_import:
        import_path(Home.at(tmp_path / "home"), saved, url=url, run_id="run", catalog={})
    assert not is_address(url)
    assert "hunter2" not in f"{of_entry.value} {of_import.value} {told(url)}"
    assert not {"\x1b", "\r", "\n"} & set(f"{of_entry.value} {of_import.value} {told(url)}")


def test_a_password_in_the_address_of_a_saved_page_is_not_kept(tmp_path: Path) -> None:
    saved = tmp_path / "in" / "page.html"
    saved.parent.mkdir()
    saved.write_text("<!-- saved from url=(0030)http://user:hunter2@example.cn/ -->")
    (saved.parent / "index.csv").write_text("file,url\npage.html,http://user:hunter2@example.cn/a\n")
    home = Home.at(tmp_path / "home")
    told_lines: list[str] = []
    for path in (saved.parent, saved):
        summary = import_path(home, path, run_id="run", catalog={}, log=told_lines.append)
        told_lines += summary.notes
    logs = b"".join(home.read(place) for place in home.list("captures/log"))
    assert b"imported:page.html" in logs and b"hunter2" not in logs and "hunter2" not in " ".join(told_lines)


@pytest.mark.parametrize(
    "target",
    ["//127.0.0.1:{port}/b", "http://localhost:{port}/b", "http://0x7f.1:{port}/b", "http://[::1]:{port}/b",
     "http://169.254.169.254/latest/meta-data/", "https://127.0.0.1:{port}/b"],
)  # fmt: skip
def test_a_redirect_leads_to_no_other_host_however_it_is_written(tmp_path: Path, site: Mirror, target: str) -> None:
    with Mirror("127.0.0.2") as other:
        location = target.format(port=site.host.rsplit(":", 1)[1])
        start = other.set("/a", Answer(status=302, headers={"Location": location}))
        fetched = fetcher(tmp_path, allow_private_addresses=True).fetch(start)
        assert (fetched.outcome, str(fetched.reason).split(":")[0]) == (Outcome.DISALLOWED, "other_host")
    assert site.asked == []


def test_an_allowed_host_that_lies_inside_is_checked_after_the_redirect(
    tmp_path: Path, site: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first host is public (as far as the check can see), the second is in the list of allowed ones."""
    port = site.host.rsplit(":", 1)[1]
    monkeypatch.setattr(connection, "_is_public", lambda ip: ip == "127.0.0.1")
    start = site.set("/a", Answer(status=302, headers={"Location": f"http://[::1]:{port}/b"}))
    fetched = fetcher(tmp_path, allow_hosts=[f"inside.example:{port}"]).fetch(start)
    assert str(fetched.reason).startswith("other_host")
    real = connection._resolve
    monkeypatch.setattr(
        connection, "_resolve", lambda h, p, s: ["10.0.0.1"] if h == "inside.example" else real(h, p, s)
    )
    site.set("/a", Answer(status=302, headers={"Location": f"http://inside.example:{port}/b"}))
    fetched = fetcher(tmp_path, allow_hosts=[f"inside.example:{port}"]).fetch(start)
    assert (fetched.outcome, str(fetched.reason)[:15]) == (Outcome.DISALLOWED, "private_address")


@pytest.mark.parametrize("target", ["http://me:hunter2@127.0.0.1/", "http://x\x1b[2Jy/", "ftp://me:hunter2@h/"])
def test_the_reason_of_a_redirect_tells_no_password_and_no_control_character(
    tmp_path: Path, site: Mirror, target: str
) -> None:
    start = site.set("/a", Answer(status=302, headers={"Location": target}))
    reason = str(fetcher(tmp_path, allow_private_addresses=True).fetch(start).reason)
    assert reason.startswith("bad_redirect") and "hunter2" not in reason and "\x1b" not in reason


def test_links_of_a_page_carry_no_credentials_and_no_control_characters() -> None:
    page = "http://www.example.gov.cn/a/"
    assert link_address(page, "//www.example.gov.cn/b") == "http://www.example.gov.cn/b"
    for target in ("http://www.example.gov.cn@127.0.0.1/", "http://:x@www.example.gov.cn/", "b\x1b[2J", "javascript:x"):
        assert link_address(page, target) is None


def test_a_redirect_from_https_to_http_needs_the_catalogs_word(
    tmp_path: Path, site: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.page("/b", "<p>figures</p>")
    found = fetcher(tmp_path, allow_private_addresses=True)
    with pytest.raises(Exception, match="insecure_redirect"):
        found._redirected("https://www.example.cn/a", "https://www.example.cn/a", "http://www.example.cn/b")
    there = fetcher(tmp_path, allow_hosts=["www.example.cn"])._redirected(
        "https://www.example.cn/a", "https://www.example.cn/a", "http://www.example.cn/b"
    )
    assert there == "http://www.example.cn/b"


def test_a_certificate_that_nobody_vouches_for_is_refused_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", str(key), "-out",
         str(cert), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        capture_output=True,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("no openssl here to make a certificate")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(cert))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    with connection.socket.create_server(("127.0.0.1", 0)) as plain:
        served: list[bytes] = []

        def serve() -> None:
            sock, _ = plain.accept()
            try:
                with context.wrap_socket(sock, server_side=True) as secure:
                    served.append(secure.recv(100))
            except OSError:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
            exchange(f"https://127.0.0.1:{plain.getsockname()[1]}/", {}, **{**HOW, "allow_private": True})
        thread.join(3)
    assert served == []

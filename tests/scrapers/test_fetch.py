"""The fetcher against a site on loopback that misbehaves in every way it can."""

from __future__ import annotations

import gzip
import multiprocessing
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scrapers.captures import Outcome
from scrapers.connection import AddressRefused, exchange
from scrapers.fetch import Fetcher, user_agent
from scrapers.fetched import Fetched
from scrapers.home import Home
from scrapers.politeness import HostGate
from scrapers.source_model import Politeness
from tests.mirror import Answer, Mirror
from tests.mirror.pages import table_page
from tests.mirror.server import BLOCK_PAGE, CHALLENGE

PAGE = table_page().encode()


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


class Trial:
    """A fetcher for loopback that notes its pauses instead of making the long ones."""

    def __init__(self, folder: Path, **rules: Any) -> None:
        self.pauses: list[float] = []
        self.home = Home.at(folder)
        values = {
            "requests_per_second": 50.0,
            "timeout_seconds": 3.0,
            "deadline_seconds": 8.0,
            "allow_private_addresses": True,
        }
        self.fetcher = Fetcher(self.home, Politeness(**{**values, **rules}), self.sleep)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(round(seconds, 3))
        time.sleep(min(seconds, 0.03))

    def __call__(self, url: str, **how: Any) -> Fetched:
        return self.fetcher.fetch(url, **how)


@pytest.fixture
def fetch(tmp_path: Path) -> Trial:
    return Trial(tmp_path / "home")


@pytest.fixture
def hasty(tmp_path: Path) -> Trial:
    """One that does not wait long."""
    return Trial(tmp_path / "home", timeout_seconds=0.3, deadline_seconds=0.8, max_attempts=2)


def code(fetched: Fetched) -> str | None:
    return fetched.reason.split(":")[0] if fetched.reason else None


# --- what comes --------------------------------------------------------------------------------------


def test_a_page_comes_with_what_its_headers_say(fetch: Trial, site: Mirror) -> None:
    url = site.page(
        "/a.html", PAGE, content_type="text/html; charset=GBK", etag=True, last_modified="Mon, 05 Jan 2026 00:00:00 GMT"
    )
    fetched = fetch(url)
    assert (fetched.outcome, fetched.body, fetched.status) == (Outcome.NEW, PAGE, 200)
    assert (fetched.content_type, fetched.charset) == ("text/html", "GBK")
    assert fetched.etag and fetched.last_modified == "Mon, 05 Jan 2026 00:00:00 GMT"
    assert fetched.final_url is None


def test_a_page_that_has_not_changed_is_not_sent_again(fetch: Trial, site: Mirror) -> None:
    url = site.page("/a.html", PAGE, etag=True)
    first = fetch(url)
    assert fetch(url, etag=first.etag).outcome is Outcome.UNCHANGED
    site.page("/a.html", PAGE + b" ", etag=True)
    assert fetch(url, etag=first.etag).outcome is Outcome.NEW
    date = "Mon, 05 Jan 2026 00:00:00 GMT"
    dated = site.page("/b.html", PAGE, last_modified=date)
    assert fetch(dated, last_modified=date).outcome is Outcome.UNCHANGED


def test_one_identified_user_agent_and_nothing_from_the_environment(
    fetch: Trial, site: Mirror, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login u password p\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ZHIBIAO_CONTACT", "mailto:a@example.org\r\nX: y")
    assert fetch(site.page("/a.html", PAGE)).outcome is Outcome.NEW
    for asked in site.asked:
        assert asked.headers["User-Agent"] == user_agent()
        assert not {"Authorization", "Cookie", "Referer", "X"} & set(asked.headers)
    assert user_agent().startswith("zhibiao/") and "mailto:a@example.org" in user_agent()


def test_a_compressed_page_is_unpacked_within_the_limit(tmp_path: Path, site: Mirror) -> None:
    fetch = Trial(tmp_path, max_bytes=50_000)
    packed = {"headers": {"Content-Encoding": "gzip"}}
    assert fetch(site.page("/a.html", gzip.compress(PAGE), **packed)).body == PAGE
    assert code(fetch(site.page("/bomb.html", gzip.compress(b" " * 5_000_000), **packed))) == "too_large"
    assert code(fetch(site.page("/bad.html", b"no gzip at all", **packed))) == "bad_compression"


# --- what goes wrong --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_not_found_and_not_asked_for_again(fetch: Trial, site: Mirror, status: int) -> None:
    assert fetch(site.set("/a", Answer(PAGE, status))).outcome is Outcome.NOT_FOUND
    assert len(site.asked_for("/a")) == 1


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(BLOCK_PAGE), "block_page"),
        (Answer(CHALLENGE), "script_challenge"),
        (Answer(CHALLENGE, 412), "script_challenge"),
        (Answer(CHALLENGE, 202), "script_challenge"),
        (Answer(PAGE, 403), "block_page"),
        (Answer(b"<html><head><title>404</title></head><body>x</body></html>"), "error_page"),
        (Answer(b"%PDF-1.7"), "wrong_type"),
    ],
)
def test_a_refusal_is_blocked_and_not_tried_again(fetch: Trial, site: Mirror, answer: Answer, expected: str) -> None:
    fetched = fetch(site.set("/a", answer))
    assert (fetched.outcome, code(fetched)) == (Outcome.BLOCKED, expected)
    assert fetched.body == answer.body
    assert len(site.asked_for("/a")) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(fetch: Trial, site: Mirror, status: int) -> None:
    url = site.set("/a", Answer(b"busy", status, times=2), Answer(PAGE))
    assert fetch(url).outcome is Outcome.NEW
    assert [pause for pause in fetch.pauses if pause >= 1] == [1.0, 3.0]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Answer(reset=True), "cut_off"),
        (Answer(PAGE, cut_off_after=20), "cut_off"),
        (Answer(PAGE, wait=0.7), "timed_out"),
        (Answer(b"  "), "empty_body"),
        (Answer(b"busy", 500), "http_error"),
        (Answer(b"slow down", 429), "block_page"),
    ],
)
def test_a_fault_that_stays_is_given_up_after_the_last_attempt(
    tmp_path: Path, site: Mirror, fault: Answer, expected: str
) -> None:
    fetch = Trial(tmp_path, max_attempts=2, timeout_seconds=0.5)
    fetched = fetch(site.set("/a", fault))
    assert code(fetched) == expected
    assert fetched.outcome is (Outcome.BLOCKED if expected in {"empty_body", "block_page"} else Outcome.FAILED)
    assert len(site.asked_for("/a")) == 2


def test_a_fault_that_does_not_pass_is_not_tried_again(fetch: Trial, site: Mirror) -> None:
    assert code(fetch(site.set("/a", Answer(b"", 501)))) in {"http_error", "empty_body"}
    assert len(site.asked_for("/a")) == 1


def test_retry_after_is_obeyed_within_a_bound(fetch: Trial, site: Mirror) -> None:
    url = site.set("/a", Answer(b"x", 503, headers={"Retry-After": "2"}, times=1), Answer(PAGE))
    assert fetch(url).outcome is Outcome.NEW
    assert max(fetch.pauses) >= 1.9
    later = format_datetime(datetime.now(UTC) + timedelta(hours=2))
    assert code(fetch(site.set("/b", Answer(b"x", 503, headers={"Retry-After": later})))) == "asked_to_wait"
    assert code(fetch(site.page("/c", PAGE))) == "asked_to_wait"
    assert len(site.asked_for("/b")) == 1 and not site.asked_for("/c")


def test_a_body_over_the_limit_is_not_read_to_its_end(tmp_path: Path, site: Mirror) -> None:
    fetch = Trial(tmp_path, max_bytes=5000)
    assert code(fetch(site.page("/a", b"x" * 5001))) == "too_large"
    assert fetch(site.page("/b", PAGE + b" " * (5000 - len(PAGE)))).outcome is Outcome.NEW
    assert len(site.asked_for("/a")) == 1


def test_a_page_that_drips_for_ever_is_cut_at_the_deadline(hasty: Trial, site: Mirror) -> None:
    started = time.monotonic()
    assert code(hasty(site.page("/a", b"<html>" + b"x" * 200, drip=0.05))) == "too_slow"
    assert time.monotonic() - started < 2


def test_headers_that_drip_for_ever_are_cut_at_the_deadline(hasty: Trial) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            while not stop.is_set():
                connection, _ = server.accept()
                with connection:
                    try:
                        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                        while not stop.wait(0.05):
                            connection.sendall(b"a")
                    except OSError:
                        continue

        threading.Thread(target=drip, daemon=True).start()
        started = time.monotonic()
        fetched = hasty(f"http://127.0.0.1:{server.getsockname()[1]}/")
        stop.set()
    assert "too_slow" in (fetched.reason or "")
    assert time.monotonic() - started < 3


def test_a_host_that_is_down_is_tried_once_and_its_other_addresses_are_skipped(fetch: Trial) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    started = time.monotonic()
    assert code(fetch(f"http://127.0.0.1:{port}/a")) == "no_connection"
    count = len(fetch.pauses)
    for number in range(50):
        assert code(fetch(f"http://127.0.0.1:{port}/{number}")) == "host_unreachable"
    assert len(fetch.pauses) == count
    assert time.monotonic() - started < 3


def test_a_host_that_takes_connections_and_never_answers_is_given_up(hasty: Trial) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=20) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        started = time.monotonic()
        outcomes = {code(hasty(f"{url}/{number}")) for number in range(20)}
        assert time.monotonic() - started < 4
    assert outcomes == {"robots_unreachable"}


def test_a_name_that_does_not_exist_is_told(fetch: Trial) -> None:
    fetched = fetch("http://no-such-host.invalid/")
    assert (fetched.outcome, code(fetched)) == (Outcome.FAILED, "no_connection")
    assert "object at" not in (fetched.reason or "")


def test_a_name_server_that_never_answers_does_not_hang(hasty: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: time.sleep(2) or [])
    started = time.monotonic()
    assert code(hasty("http://slow-name.example/")) == "no_connection"
    assert time.monotonic() - started < 3


def test_tls_that_cannot_be_verified_is_not_tried_again(fetch: Trial, site: Mirror) -> None:
    fetched = fetch(f"https://{site.host}/a")
    assert (fetched.outcome, code(fetched)) == (Outcome.FAILED, "tls_error")


# --- where it may go --------------------------------------------------------------------------------------


def test_robots_that_forbid_are_obeyed_address_by_address(fetch: Trial, site: Mirror) -> None:
    site.robots("User-agent: *\nDisallow: /closed/\n\nUser-agent: zhibiao\nDisallow: /ours/\nAllow: /closed/\n")
    assert fetch(site.page("/closed/a", PAGE)).outcome is Outcome.NEW
    forbidden = fetch(site.page("/ours/a", PAGE))
    assert (forbidden.outcome, code(forbidden)) == (Outcome.DISALLOWED, "robots")
    assert not site.asked_for("/ours/a")
    assert len(site.asked_for("/robots.txt")) == 1


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (Answer(b"", 404), True),
        (Answer(b"", 403), True),
        (Answer(b""), True),
        (Answer(b"<html>soft 404</html>"), True),
        (Answer(b"", 500), False),
        (Answer(b"", 503), False),
        (Answer(b"", 429), False),
        (Answer(reset=True), False),
        (Answer(wait=0.7), False),
    ],
)
def test_missing_robots_allow_and_broken_robots_forbid(
    tmp_path: Path, site: Mirror, robots: Answer, allowed: bool
) -> None:
    fetch = Trial(tmp_path, max_attempts=1, timeout_seconds=0.5)
    site.set("/robots.txt", robots)
    fetched = fetch(site.page("/a", PAGE))
    assert fetched.outcome is (Outcome.NEW if allowed else Outcome.DISALLOWED)
    assert allowed or code(fetched) == "robots_unreachable"
    assert len(site.asked_for("/a")) == allowed


def test_a_crawl_delay_is_kept(fetch: Trial, site: Mirror) -> None:
    site.robots("User-agent: *\nCrawl-delay: 7\n")
    site.page("/a", PAGE)
    fetch(site.url("/a"))
    fetch(site.url("/a"))
    assert max(fetch.pauses) > 6


def test_redirects_within_the_host_are_followed_and_told(fetch: Trial, site: Mirror) -> None:
    site.set("/a", Answer(status=302, headers={"Location": "/b?x=1"}))
    fetched = fetch(site.url("/a"))
    assert fetched.outcome is Outcome.NOT_FOUND
    site.page("/b?x=1", PAGE)
    fetched = fetch(site.url("/a"))
    assert (fetched.outcome, fetched.final_url) == (Outcome.NEW, site.url("/b?x=1"))


def test_a_redirect_into_what_robots_forbid_is_not_followed(fetch: Trial, site: Mirror) -> None:
    site.robots("User-agent: *\nDisallow: /closed")
    site.set("/a", Answer(status=301, headers={"Location": "/closed"}))
    assert code(fetch(site.url("/a"))) == "robots"
    assert not site.asked_for("/closed")


def test_a_redirect_to_another_host_needs_the_catalogs_word(tmp_path: Path, site: Mirror) -> None:
    with Mirror() as other:
        other.page("/b", PAGE)
        site.set("/a", Answer(status=302, headers={"Location": other.url("/b")}))
        refused = Trial(tmp_path / "1")(site.url("/a"))
        assert (refused.outcome, code(refused)) == (Outcome.DISALLOWED, "other_host")
        assert other.asked == []
        fetched = Trial(tmp_path / "2", allow_hosts=[other.host])(site.url("/a"))
        assert (fetched.outcome, fetched.final_url) == (Outcome.NEW, other.url("/b"))
        assert other.asked_for("/robots.txt")


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "http://[::1", "http://127.0.0.1:99999/", "javascript:x"])
def test_a_redirect_to_nowhere_fails(fetch: Trial, site: Mirror, target: str) -> None:
    assert code(fetch(site.set("/a", Answer(status=302, headers={"Location": target})))) == "bad_redirect"


def test_redirects_in_a_circle_end(fetch: Trial, site: Mirror) -> None:
    assert code(fetch(site.set("/a", Answer(status=302, headers={"Location": "/a"})))) == "too_many_redirects"
    assert len(site.asked_for("/a")) == 6


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
def test_addresses_of_this_machine_are_refused_unless_the_catalog_allows_them(
    tmp_path: Path, site: Mirror, host: str
) -> None:
    port = site.host.rsplit(":", 1)[1]
    fetched = Trial(tmp_path, allow_private_addresses=False)(f"http://{host}:{port}/a")
    assert (fetched.outcome, code(fetched)) == (Outcome.DISALLOWED, "private_address")
    assert site.asked == []


@pytest.mark.parametrize(
    "ip",
    ["10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "fd00::1", "fe80::1", "64:ff9b::a00:1", "0.0.0.0"],
)
def test_a_name_that_leads_inside_is_refused_before_connecting(monkeypatch: pytest.MonkeyPatch, ip: str) -> None:
    def resolve(host: str, port: int, **how: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    def connect(*a: object, **k: object) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(AddressRefused, match="not on the public network"):
        exchange(
            "http://innocent.example/", {}, timeout_seconds=1, deadline_seconds=2, max_bytes=10, allow_private=False
        )


# --- how often --------------------------------------------------------------------------------------------------------


def test_requests_keep_their_distance(tmp_path: Path, site: Mirror) -> None:
    fetch = Trial(tmp_path, requests_per_second=10.0)
    fetch.fetcher.sleep = time.sleep
    for number in range(4):
        fetch(site.page(f"/{number}", PAGE))
    moments = [asked.at for asked in site.asked]
    assert len(moments) == 5
    assert min(later - earlier for earlier, later in pairwise(moments)) > 0.08


def _visit(folder: str, url: str, concurrency: int, moments: Any) -> None:
    gate = HostGate(Home.at(folder), "host", seconds_apart=0.1, concurrency=concurrency)
    for _ in range(3):
        with gate.turn():
            moments.append(("in", time.time()))
            time.sleep(0.05)
            moments.append(("out", time.time()))


def test_the_distance_holds_across_processes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager:
        moments = manager.list()
        workers = [context.Process(target=_visit, args=(str(tmp_path), "", 1, moments)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(20)
        events = sorted(moments, key=lambda event: event[1])
    entries = [at for kind, at in events if kind == "in"]
    assert len(entries) == 6
    assert min(later - earlier for earlier, later in pairwise(entries)) > 0.09
    assert [kind for kind, _ in events] == ["in", "out"] * 6


def test_nobody_begins_before_the_request_of_another_has_left(tmp_path: Path) -> None:
    """A connection that takes long to come about must not shorten the distance, also where two may ask at once."""
    home = Home.at(tmp_path)
    moments: list[tuple[str, float]] = []

    def visit(name: str, connecting: float) -> None:
        with HostGate(home, "host", seconds_apart=0.1, concurrency=2).turn() as has_left:
            time.sleep(connecting)
            moments.append((f"{name} left", time.monotonic()))
            has_left()
            time.sleep(0.3)
            moments.append((f"{name} came", time.monotonic()))

    first = threading.Thread(target=visit, args=("first", 0.2))
    first.start()
    time.sleep(0.05)
    visit("second", 0)
    first.join(5)
    assert [name for name, _ in moments] == ["first left", "second left", "first came", "second came"]
    assert moments[1][1] - moments[0][1] >= 0.1


def test_who_keeps_a_larger_distance_counts_it_from_the_last_request_of_anybody(tmp_path: Path) -> None:
    waits: list[float] = []
    for apart in (0.5, 7.0, 0.5):
        with HostGate(Home.at(tmp_path), "host", seconds_apart=apart, concurrency=1, sleep=waits.append).turn():
            pass
    assert [round(wait) for wait in waits] == [7, 7]


def test_a_turn_is_free_again_after_a_crash_and_a_wrong_clock(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    gate = HostGate(home, "host", seconds_apart=0, concurrency=1, sleep=lambda seconds: pytest.fail("waited"))
    (tmp_path / "politeness" / "host.next").write_text(str(time.time() + 10**7))
    with pytest.raises(RuntimeError), gate.turn():
        raise RuntimeError
    with gate.turn():
        pass


# --- what is no whole answer ------------------------------------------------------------------------------------------

PACKED = gzip.compress(PAGE, mtime=0)


@pytest.mark.parametrize(
    ("coding", "body", "told"),
    [
        ("gzip", PACKED[: len(PACKED) // 2], "ends before its end"),
        ("gzip", PACKED[:-4], "ends before its end"),
        ("deflate", zlib.compress(PAGE)[:-2], "ends before its end"),
        ("gzip", PAGE, "no whole gzip stream"),
        ("br", PAGE, "not asked for"),
        ("gzip, gzip, gzip", PACKED, "not asked for"),
    ],
)
def test_a_body_that_is_not_packed_as_it_says_is_never_half_a_page(
    site: Mirror, tmp_path: Path, coding: str, body: bytes, told: str
) -> None:
    fetched = Trial(tmp_path)(site.page("/a.html", body, headers={"Content-Encoding": coding}))
    assert fetched.outcome is Outcome.FAILED and fetched.body is None
    assert fetched.reason and fetched.reason.startswith("bad_compression: ") and told in fetched.reason


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", PACKED), ("x-gzip", PACKED), ("deflate", zlib.compress(PAGE)), ("identity", PAGE),
        ("deflate", zlib.compress(PAGE)[2:-4]), ("gzip", gzip.compress(PAGE[:99], mtime=0) +
        gzip.compress(PAGE[99:], mtime=0)), ("gzip, gzip", gzip.compress(PACKED, mtime=0)), ("gzip", PACKED + bytes(8)),
    ],
)  # fmt: skip
def test_a_body_that_is_packed_as_it_says_is_the_page(site: Mirror, tmp_path: Path, coding: str, body: bytes) -> None:
    fetched = Trial(tmp_path)(site.page("/a.html", body, headers={"Content-Encoding": coding}))
    assert (fetched.outcome, fetched.body) == (Outcome.NEW, PAGE)


def test_no_layer_of_a_packed_body_may_grow_without_end(site: Mirror, tmp_path: Path) -> None:
    many = gzip.compress(gzip.compress(b"") * 200_000)  # small inside, but four megabytes of nothing in between
    fetched = Trial(tmp_path, max_bytes=1_000_000)(
        site.page("/a.html", many, headers={"Content-Encoding": "gzip, gzip"})
    )
    assert fetched.reason == "too_large: more than 1000000 bytes"


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        PAGE,
        b"HTTP/1.1 200 OK\r\n" + b"X-Bomb: 1\r\n" * 10_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-Bomb: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 99\r\n\r\n" + PAGE,
    ],
)
def test_what_is_no_http_is_called_so(site: Mirror, tmp_path: Path, raw: bytes) -> None:
    fetched = Trial(tmp_path)(site.set("/a.html", Answer(raw=(raw,))))
    assert fetched.outcome is Outcome.FAILED and fetched.reason and fetched.reason.startswith("bad_answer: ")


@pytest.mark.parametrize("status", [201, 204, 206, 226, 300, 302, 305])
def test_a_status_that_promises_no_page_is_told_whatever_comes_with_it(
    site: Mirror, tmp_path: Path, status: int
) -> None:
    fetched = Trial(tmp_path)(site.page("/a.html", b"" if status == 204 else PAGE, status=status))
    assert (fetched.outcome, fetched.reason) == (Outcome.FAILED, f"http_error: status {status}")

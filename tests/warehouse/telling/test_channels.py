"""Notices on their way: webhook and mail against receivers on this machine, once each, and no secret left behind."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scrapers.home import Home
from tests.warehouse.telling.nights import cut_off, night
from tests.warehouse.telling.receivers import MailReceiver, WebReceiver, own_certificate
from warehouse.telling import night as telling
from warehouse.telling import run_file
from warehouse.telling.connections import ConnectionWrong, Mail, Webhook, mail_of, webhook_of
from warehouse.telling.night import tell, trial_notice
from warehouse.telling.notice import Notice
from warehouse.telling.senders import NotSent, compose, payload, send

SECRET = "hush-hush"
Receivers = Callable[[Home], tuple[dict[str, Webhook | Mail], dict[str, str]]]


@pytest.fixture
def web() -> Iterator[WebReceiver]:
    with WebReceiver() as receiver:
        yield receiver


def connection(**fields: Any) -> SimpleNamespace:
    """A connection as Airflow gives it."""
    extra = fields.pop("extra", {})
    empty = dict.fromkeys(("conn_type", "host", "port", "schema", "login", "password"))
    return SimpleNamespace(**{**empty, **fields}, extra_dejson=extra)


def hook(receiver: WebReceiver, **more: Any) -> Webhook:
    return Webhook(f"http://127.0.0.1:{receiver.port}/{SECRET}", **more)


def mailbox(receiver: MailReceiver, **more: Any) -> Mail:
    values: dict[str, Any] = {
        "host": "127.0.0.1", "port": receiver.port, "sender": "zhibiao@example.org",
        "recipients": ("a@example.org", "b@example.org"), "use_ssl": False, "use_starttls": False, **more,
    }  # fmt: skip
    return Mail(**values)


def to(**found: Webhook | Mail) -> Receivers:
    return lambda home: (dict(found), {})


def test_a_webhook_gets_the_notice_as_json_with_a_name_to_tell_copies_by(home: Home, web: WebReceiver) -> None:
    run_id = night(home, 1, {"r1": 5})
    assert tell(
        home, run_id, receivers=to(webhook=hook(web, headers={"X-Team": "数据".encode().decode("latin-1")}))
    ) == {"webhook": "sent"}
    ((path, headers, body),) = web.got
    assert path == f"/{SECRET}" and headers["Idempotency-Key"] == f"run-{run_id}"
    assert headers["Content-Type"].startswith("application/json") and body["version"] == 1
    assert Notice.model_validate(body).text == home.read("runs", run_id, "notice.txt").decode()


@pytest.mark.parametrize(
    ("form", "where"),
    [
        ("slack", ["text"]),
        ("wecom", ["text", "content"]),
        ("dingtalk", ["text", "content"]),
        ("feishu", ["content", "text"]),
    ],
)
def test_chat_services_get_the_text_in_their_own_shape(home: Home, form: str, where: list[str]) -> None:
    notice = trial_notice(home)
    notice.text = "长" * 9000
    found: Any = payload(form, notice)
    for name in where:
        found = found[name]
    assert found.startswith("长") and len(found) < 4000


def test_a_mail_is_plain_text_that_survives_chinese_and_line_ends(home: Home) -> None:
    with MailReceiver() as server:
        notice = trial_notice(home)
        notice.subject = "zhibiao: 专利授权量\r\nBcc: everybody@example.org"
        notice.text = "指标\n.\n.. a line of a point\n" + "长" * 3000
        send(mailbox(server), notice)
        (mail,) = server.mails
        ((_, recipients),) = server.envelopes
    assert mail["Subject"] == "zhibiao: 专利授权量 Bcc: everybody@example.org" and mail["Bcc"] is None
    assert recipients == ["a@example.org", "b@example.org"] and mail["To"] == "a@example.org, b@example.org"
    assert mail.get_content_type() == "text/plain" and mail.get_content().split() == notice.text.split()
    assert mail["Message-ID"] and mail["Date"] and mail["Auto-Submitted"] == "auto-generated"


def test_a_name_beside_an_address_is_kept_and_a_line_end_in_one_is_refused() -> None:
    fine = mail_of(
        connection(host="h", port=25, extra={"to": ["李四 <li@example.org>"], "from_email": "指标 <z@example.org>"})
    )
    assert fine.recipients == ("li@example.org",) and fine.sender == "指标 <z@example.org>"
    message = compose(
        fine, Notice(notice_id="n", outcome="test", level="green", home="h", host="h", subject="s", text="t")
    )
    assert b"From: =?utf-8?" in message.as_bytes() or b"=?utf-8?" in message.as_bytes()
    for bad in ("a@example.org\r\nBcc: x@example.org", ""):
        with pytest.raises((ConnectionWrong, ValueError)):
            sender = mail_of(connection(host="h", extra={"to": "a@example.org" if bad else "", "from_email": bad}))
            compose(sender, Notice(notice_id="n", outcome="test", level="green", home="h", host="h"))


def test_starttls_and_login_are_used_and_a_certificate_that_nobody_signed_is_refused(
    home: Home, tmp_path: Path
) -> None:
    with MailReceiver(certificate=own_certificate(tmp_path), password=SECRET) as server:
        box = mailbox(server, use_starttls=True, login="me", password=SECRET, verify=False)
        send(box, trial_notice(home))
        assert server.was_encrypted == [True] and len(server.logins) == 1
        with pytest.raises(NotSent, match="SSLCertVerificationError"):
            send(mailbox(server, use_starttls=True), trial_notice(home))
    with MailReceiver() as plain, pytest.raises(NotSent, match="SMTPNotSupportedError"):
        send(mailbox(plain, use_starttls=True), trial_notice(home))  # no TLS is offered: nothing goes out in the clear


def test_a_notice_is_sent_once_however_often_the_task_runs(home: Home, web: WebReceiver) -> None:
    run_id = night(home, 1, {"r1": 5})
    with MailReceiver() as server:
        for _ in range(3):
            tell(home, run_id, receivers=to(webhook=hook(web), smtp=mailbox(server)))
        assert len(web.got) == len(server.mails) == 1


def test_only_the_channel_that_failed_is_tried_again_with_the_same_notice(home: Home, web: WebReceiver) -> None:
    run_id = night(home, 1, {"r1": 5})
    with MailReceiver(refuse="recipient") as server:
        first = tell(home, run_id, receivers=to(webhook=hook(web), smtp=mailbox(server)))
        assert first["webhook"] == "sent" and first["smtp"] == "127.0.0.1: SMTPRecipientsRefused (2 attempts)"
    with MailReceiver() as server:
        assert tell(home, run_id, receivers=to(webhook=hook(web), smtp=mailbox(server)))["smtp"] == "sent"
        assert len(web.got) == 1 and server.mails[0]["Message-ID"] == f"<run-{run_id}@example.org>"
    noted = run_file.read(home, run_id)
    assert noted and noted.notice and noted.notice.channels == {"webhook": "sent", "smtp": "sent"}


def test_what_did_not_arrive_is_told_by_the_next_notice_with_all_that_was_new_then(home: Home) -> None:
    bad = {"slow_site": {"counts": {"failed": 1}, "first": "x: timed out", "trouble": None}}
    with WebReceiver(500) as broken:
        tell(home, night(home, 1, {"r1": 5}, visits=bad), receivers=to(webhook=hook(broken)))
        assert len(broken.got) == 2
    with WebReceiver() as web:
        tell(home, night(home, 2, {"r1": 5}), receivers=to(webhook=hook(web)))
        body = web.got[0][2]
    assert "1 earlier notice lost" in body["subject"]
    assert "1 source failed” did not reach everybody (webhook: 127.0.0.1 answered 500 (2 attempts))" in body["text"]


@pytest.mark.parametrize("answer", ["hang", "drip", 302, 404, 503, '{"errcode": 93000, "errmsg": "no"}'])
def test_a_receiver_that_misbehaves_costs_seconds_and_no_night(
    home: Home, answer: int | str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "LONGEST", 3.0)
    run_id = night(home, 1, {"r1": 5})
    with WebReceiver(answer) as web, caplog.at_level(logging.DEBUG):
        started = time.monotonic()
        outcome = tell(home, run_id, receivers=to(webhook=hook(web, timeout=1.0, form="wecom")))
        assert time.monotonic() - started < 8
        assert outcome["webhook"] not in ("sent", "quiet") and outcome["webhook"].startswith("127.0.0.1")
        assert all(path != "/elsewhere" for path, _, _ in web.got)
    assert "the notice was not sent by webhook" in caplog.text
    noted = run_file.read(home, run_id)
    assert noted and noted.state == "published" and noted.notice and noted.notice.unsent


def test_nobody_listens_and_a_silent_mail_server_are_told_without_secrets(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "LONGEST", 4.0)
    with WebReceiver() as gone:
        closed = hook(gone, headers={"Authorization": f"Bearer {SECRET}"})
    with MailReceiver(refuse="silence") as silent, caplog.at_level(logging.DEBUG):
        outcome = tell(
            home, cut_off(home, 1),
            receivers=to(webhook=closed, smtp=mailbox(silent, login="me", password=SECRET, timeout=1.0)),
        )  # fmt: skip
    assert outcome == {
        "webhook": "127.0.0.1: ConnectionError (2 attempts)", "smtp": "127.0.0.1: SMTPServerDisconnected (2 attempts)",
    }  # fmt: skip
    written = b"".join(path.read_bytes() for path in Path(home.root).rglob("*") if path.is_file())
    assert SECRET not in caplog.text and SECRET.encode() not in written


def test_the_address_of_a_webhook_is_in_no_log_also_where_everything_is_logged(
    home: Home, web: WebReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert tell(home, night(home, 1, {"r1": 5}), receivers=to(webhook=hook(web))) == {"webhook": "sent"}
    assert SECRET not in caplog.text and "the notice was sent by webhook to 127.0.0.1" in caplog.text


def test_a_refused_login_shows_no_password(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    with MailReceiver(password=SECRET, refuse="login") as server, caplog.at_level(logging.DEBUG):
        box = mailbox(server, login="me", password=SECRET)
        assert SECRET not in repr(box) and SECRET not in repr(Webhook(f"http://x/{SECRET}"))
        outcome = tell(home, cut_off(home, 1), receivers=to(smtp=box))
    assert outcome["smtp"] == "127.0.0.1 answered 535 (SMTPAuthenticationError) (2 attempts)"
    assert SECRET not in caplog.text


def test_an_uneventful_night_can_be_quiet(home: Home, web: WebReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_NOTIFY", "eventful")
    tell(home, night(home, 1, {"r1": 5}), receivers=to(webhook=hook(web)))
    quiet = night(home, 2, {"r1": 5})
    assert tell(home, quiet, receivers=to(webhook=hook(web))) == {"webhook": "quiet"}
    assert tell(home, night(home, 3, {"r1": 6}), receivers=to(webhook=hook(web))) == {"webhook": "sent"}
    assert [body["subject"] for _, _, body in web.got][-1] == "zhibiao: published, 1 fact changed"
    assert home.exists("runs", quiet, "notice.txt")


def test_a_home_that_cannot_be_written_is_told_all_the_same(tmp_path: Path, web: WebReceiver) -> None:
    (tmp_path / "file").write_text("")
    home = Home.at(tmp_path / "file")
    assert telling.tell_not_begun(home, "run", "[Errno 20] Not a directory") == {}  # nobody is set
    run = run_file.RunFile.model_validate(
        {"run_id": "run", "started_at": "2026-01-01T00:00:00Z", "finished_at": "2026-01-01T00:00:00Z",
         "state": "failed", "message": "begin: [Errno 30] Read-only file system"}
    )  # fmt: skip
    assert tell(home, "run", run=run, receivers=to(webhook=hook(web))) == {"webhook": "sent"}
    assert web.got[0][2]["subject"].startswith("zhibiao: NOT published: could not begin: [Errno 30]")


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"conn_type": "https", "host": "h.example", "schema": "a/b c"}, "https://h.example/a/b%20c"),
        (
            {"conn_type": "http", "host": "h.example", "port": 8080, "extra": {"key": "k&1"}},
            "http://h.example:8080/?key=k%261",
        ),
        (
            {"conn_type": "http", "host": "https://h.example/x?y=1", "extra": {"key": "2"}},
            "https://h.example/x?y=1&key=2",
        ),
    ],
)
def test_the_address_of_a_webhook_is_what_the_operator_wrote(fields: dict[str, Any], url: str) -> None:
    assert webhook_of(connection(**fields)).url == url


@pytest.mark.parametrize(
    "fields",
    [
        {"host": ""}, {"host": "ftp://h.example/x"}, {"host": "h.example", "extra": {"format": "carrier pigeon"}},
        {"host": "h.example", "extra": {"headers": "X: y"}},
    ],
)  # fmt: skip
def test_a_connection_that_is_wrong_says_which_field(fields: dict[str, Any]) -> None:
    with pytest.raises(ConnectionWrong, match=r"host|extra\."):
        webhook_of(connection(**fields))


def test_mail_is_encrypted_unless_the_operator_says_otherwise() -> None:
    def made(port: int | None, **extra: Any) -> tuple[int, bool, bool]:
        box = mail_of(connection(host="h", port=port, login="me@example.org", extra={"to": "a@x.org;b@x.org", **extra}))
        return box.port, box.use_ssl, box.use_starttls

    assert made(None) == (465, True, False) and made(465) == (465, True, False)
    assert made(587) == (587, False, True) and made(25) == (25, False, True)
    assert made(2525, disable_ssl="true", disable_tls="true") == (2525, False, False)
    assert made(2525, disable_ssl=False) == (2525, True, False)
    assert mail_of(connection(host="h", extra={"to": "a@x.org", "timeout": 9999})).timeout == 5
    with pytest.raises(ConnectionWrong, match="auth_type"):
        mail_of(connection(host="h", extra={"to": "a@x.org", "auth_type": "oauth2"}))

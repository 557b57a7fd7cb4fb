"""One attempt to send a notice: as JSON to a webhook, as plain text by mail. Errors are told without any secret."""

from __future__ import annotations

import json
import logging
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import requests

from warehouse.telling.connections import Mail, Webhook
from warehouse.telling.notice import Notice, one_line

MOST_ANSWER = 2048
"""Bytes of an answer that are looked at."""
MOST_TEXT = 3500
"""Characters of the text in a chat message; the services refuse longer ones."""


class NotSent(Exception):  # noqa: N818 - named after what happened
    """A receiver did not take the notice. The message holds the host and the reason, no secret."""


def post(webhook: Webhook, notice: Notice) -> None:
    """Send to a webhook. A redirect is a refusal: the address is a secret that only its own host may see."""
    body = json.dumps(payload(webhook.form, notice), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "zhibiao",
        "Idempotency-Key": notice.notice_id, **webhook.headers,
    }  # fmt: skip
    try:
        with _unlogged(), requests.post(
            webhook.url, data=body, headers=headers, auth=webhook.login or _as_it_is, timeout=webhook.timeout,
            allow_redirects=False, stream=True,
        ) as answer:  # fmt: skip
            if not 200 <= answer.status_code < 300:
                raise NotSent(f"{webhook.name} answered {answer.status_code}")
            _check_answer(webhook, answer)
    except (requests.RequestException, ValueError, OSError) as error:  # their messages hold the whole address
        raise NotSent(f"{webhook.name}: {type(error).__name__}") from None


@contextmanager
def _unlogged() -> Iterator[None]:
    """At level DEBUG urllib3 logs the path of every request, which is a secret here; those of other threads it may."""
    logger, thread = logging.getLogger("urllib3.connectionpool"), threading.get_ident()

    def is_of_others(record: logging.LogRecord) -> bool:
        return record.thread != thread

    logger.addFilter(is_of_others)
    try:
        yield
    finally:
        logger.removeFilter(is_of_others)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Authentication that adds nothing; without any, requests would look into the user's .netrc."""
    return request


def _check_answer(webhook: Webhook, answer: requests.Response) -> None:
    """Chat services say 200 to everything and tell an error in the body."""
    try:
        told: Any = json.loads(next(answer.iter_content(MOST_ANSWER), b""))
    except ValueError:
        return
    if isinstance(told, dict):
        code = told.get("errcode", told.get("code", told.get("StatusCode", 0)))
        if webhook.form in ("wecom", "dingtalk", "feishu") and code not in (0, "0", None):
            raise NotSent(f"{webhook.name} refused it with code {one_line(code, 20)}")


def payload(form: str, notice: Notice) -> dict[str, Any]:
    """What a webhook gets: our own JSON (its `text` is what Slack shows), or a message of a chat service."""
    text = notice.text if len(notice.text) <= MOST_TEXT else notice.text[:MOST_TEXT] + "\n…"
    if form == "slack":
        return {"text": text}
    if form in ("wecom", "dingtalk"):
        return {"msgtype": "text", "text": {"content": text}}
    if form == "feishu":
        return {"msg_type": "text", "content": {"text": text}}
    return notice.model_dump(mode="json")


def mail(server: Mail, notice: Notice) -> None:
    """Send by mail. (The provider's own hook sends only HTML, and waits six times for half a minute.)"""
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        message = compose(server, notice)
        client: smtplib.SMTP
        if server.use_ssl:
            client = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        with client:
            if server.use_starttls:
                client.starttls(context=context)
            if server.login and server.password:
                client.login(server.login, server.password)
            refused = client.send_message(message, server.sender, list(server.recipients))
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"{server.name} answered {error.smtp_code} ({type(error).__name__})") from None
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(f"{server.name}: {type(error).__name__}") from None
    if refused:
        raise NotSent(f"{server.name} refused {len(refused)} of {len(server.recipients)} recipients")


def compose(server: Mail, notice: Notice) -> EmailMessage:
    """The mail: plain text, headers as RFC 2047 wants them. Raises ValueError for a line end in a header."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = one_line(notice.subject)
    message["From"] = Address(addr_spec=server.sender) if "<" not in server.sender else server.sender
    message["To"] = ", ".join(server.recipients)
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{notice.notice_id}@{_domain(server.sender)}>" if notice.run_id else make_msgid()
    message["X-Zhibiao-Level"] = notice.level
    message["Auto-Submitted"] = "auto-generated"
    if notice.level == "red":
        message["Importance"] = "high"
    message.set_content(notice.text)
    return message


def _domain(sender: str) -> str:
    return sender.rsplit("@", 1)[-1].strip(" >") or "zhibiao"


def send(receiver: Webhook | Mail, notice: Notice) -> None:
    """One attempt. Raises NotSent."""
    if isinstance(receiver, Webhook):
        post(receiver, notice)
    else:
        mail(receiver, notice)

"""Where notices go, from Airflow's connections: environment, database or secrets backend, as Airflow itself looks.

An address of a webhook is a secret as a whole (many carry their token in the path): none of its parts but the host is
ever logged or kept. The same holds for logins, passwords and extras.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from scrapers.home import Home

WEBHOOK_VARIABLE, WEBHOOK_ID = "ZHIBIAO_WEBHOOK_CONN_ID", "zhibiao_webhook"
SMTP_VARIABLE, SMTP_ID = "ZHIBIAO_SMTP_CONN_ID", "zhibiao_smtp"
SECONDS = 5.0
"""Longest wait for one answer of a receiver."""
FORMATS = ("zhibiao", "slack", "wecom", "dingtalk", "feishu")


class ConnectionWrong(Exception):  # noqa: N818 - what the operator has, not a class of errors
    """A connection that cannot be used. The message says which field, and shows no value of it."""


@dataclass(frozen=True)
class Webhook:
    """An HTTP receiver."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)
    login: tuple[str, str] | None = field(repr=False, default=None)
    form: str = "zhibiao"
    timeout: float = SECONDS

    @property
    def name(self) -> str:
        """The host: all of the address that may be shown."""
        return urlsplit(self.url).hostname or "no host"


@dataclass(frozen=True)
class Mail:
    """A mail server and who gets the mail."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]
    use_ssl: bool
    use_starttls: bool
    verify: bool = True
    login: str | None = field(repr=False, default=None)
    password: str | None = field(repr=False, default=None)
    timeout: float = SECONDS

    @property
    def name(self) -> str:
        return self.host


def look_up(home: Home) -> tuple[dict[str, Webhook | Mail], dict[str, str]]:
    """The receivers that the operator has set, and by channel what is wrong with those that cannot be used."""
    found: dict[str, Webhook | Mail] = {}
    wrong: dict[str, str] = {}
    for channel, variable, default in (("webhook", WEBHOOK_VARIABLE, WEBHOOK_ID), ("smtp", SMTP_VARIABLE, SMTP_ID)):
        chosen = os.environ.get(variable)
        try:
            connection = _connection(home, chosen or default)
            if connection is not None:
                found[channel] = webhook_of(connection) if channel == "webhook" else mail_of(connection)
            elif chosen:
                wrong[channel] = f"there is no connection {chosen} ({variable})"
        except ConnectionWrong as error:
            wrong[channel] = f"connection {chosen or default}: {error}"
        except Exception as error:  # Airflow's own: its message may hold the address
            wrong[channel] = f"connection {chosen or default} cannot be read ({type(error).__name__})"
    return found, wrong


def _connection(home: Home, conn_id: str) -> Any:
    """Airflow's connection of that id, or None. Within a task Airflow answers through its supervisor."""
    from warehouse.orchestrator import airflow_settings

    for name, value in airflow_settings(home).items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "CRITICAL")
    from airflow.models.connection import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Connection.get_connection_from_secrets(conn_id)
        except AirflowNotFoundException:
            return None


def webhook_of(connection: Any) -> Webhook:
    """A webhook of a connection of Airflow. Raises ConnectionWrong.

    Either `host` is the whole address, or the address is `type://host:port/schema`; extras that are no options of ours
    are its query, as Airflow reads `https://host/path?key=…`. A password without a login is a bearer token.
    """
    extra = dict(connection.extra_dejson)
    options = {name: extra.pop(name) for name in ("headers", "format", "timeout") if name in extra}
    host = str(connection.host or "")
    if "://" in host:
        url = host
    else:
        kind = connection.conn_type if connection.conn_type in ("http", "https") else "https"
        port = f":{connection.port}" if connection.port else ""
        path = quote(str(connection.schema or "").lstrip("/"), safe="/:@!$&'()*+,;=~-._%")
        url = f"{kind}://{host}{port}/{path}"
    if extra:
        url += ("&" if "?" in url else "?") + urlencode({name: str(value) for name, value in extra.items()})
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConnectionWrong("host must be a web address (http or https)")
    headers = options.get("headers") or {}
    if not isinstance(headers, dict):
        raise ConnectionWrong("extra.headers must be an object of names and values")
    form = str(options.get("format") or "zhibiao")
    if form not in FORMATS:
        raise ConnectionWrong(f"extra.format is none of {', '.join(FORMATS)}")
    sent = {str(name): str(value) for name, value in headers.items()}
    login = None
    if connection.login:
        login = (str(connection.login), str(connection.password or ""))
    elif connection.password:
        sent.setdefault("Authorization", f"Bearer {connection.password}")
    return Webhook(url, sent, login, form, _seconds(options.get("timeout")))


def mail_of(connection: Any) -> Mail:
    """A mail server of a connection of Airflow, with the extras of its SMTP provider and `to`. Raises ConnectionWrong.

    TLS from the first byte on port 465 (and where none is given), else STARTTLS, unless `disable_ssl` or `disable_tls`
    say otherwise.
    """
    extra = dict(connection.extra_dejson)
    if extra.get("auth_type", "basic") != "basic":
        raise ConnectionWrong("extra.auth_type must be basic")
    named = extra.get("to") or extra.get("recipients") or []
    listed = named if isinstance(named, list) else str(named).replace(";", ",").split(",")
    recipients = tuple(address for _, address in getaddresses([str(each) for each in listed]) if "@" in address)
    if not recipients:
        raise ConnectionWrong("extra.to names nobody (addresses, with commas between them)")
    if not connection.host:
        raise ConnectionWrong("host is missing")
    use_ssl = connection.port in (None, 465)
    if "disable_ssl" in extra:
        use_ssl = not _is_true(extra["disable_ssl"])
    sender = str(extra.get("from_email") or (connection.login if "@" in str(connection.login or "") else recipients[0]))
    for address in (sender, *recipients):
        if any(ord(c) < 33 for c in address.strip()) and "<" not in address:
            raise ConnectionWrong("an address has a space or a control character in it")
    return Mail(
        host=str(connection.host), port=int(connection.port or (465 if use_ssl else 587)), sender=sender,
        recipients=recipients, use_ssl=use_ssl,
        use_starttls=not use_ssl and not _is_true(extra.get("disable_tls", False)),
        verify=extra.get("ssl_context", "default") != "none", login=connection.login or None,
        password=connection.password or None, timeout=_seconds(extra.get("timeout")),
    )  # fmt: skip


def _is_true(value: object) -> bool:
    return str(value).strip().lower() in ("true", "1", "yes", "on")


def _seconds(value: object) -> float:
    """The operator's timeout, never longer than ours: no receiver may hold up the night."""
    try:
        return min(max(float(str(value)), 0.1), SECONDS)
    except ValueError:
        return SECONDS

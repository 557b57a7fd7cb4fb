"""The fetcher: gets one address politely and says what came of it, in words that a person can act on."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cache
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from importlib import metadata
from json import dumps
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from urllib3.exceptions import HTTPError, ProtocolError

from scrapers.captures import Outcome
from scrapers.connection import AddressRefused, BadAddress, BadCompression, Exchange, TooLarge, TooSlow, exchange
from scrapers.fetched import Fetched, without_secrets
from scrapers.home import Home
from scrapers.hosts import ROBOT, Hosts, Robots
from scrapers.politeness import HostBusy, HostGate
from scrapers.recognition import problem_of_answer
from scrapers.records import Refusal
from scrapers.source_model import Politeness
from scrapers.web_address import is_web_address, told

CONTACT_VARIABLE = "ZHIBIAO_CONTACT"
"""Environment variable with an address or page of the operator, shown to the sites."""

_TRANSIENT_STATUS = frozenset({429, 500, 502, 503, 504})
_LONGEST_RETRY_AFTER = 60.0
_LONGEST_CRAWL_DELAY = 60.0
_MOST_REDIRECTS = 5
_SILENCES = 2
"""Addresses in a row without any answer after which a host counts as unreachable."""


def user_agent() -> str:
    """The one user agent of all requests."""
    contact = re.sub(r"[^\x20-\x7e]", "", os.environ.get(CONTACT_VARIABLE, ""))
    return f"{ROBOT}/{_version()} (archive of public statistics{'; ' + contact if contact else ''})"


@cache
def _version() -> str:
    return metadata.version("zhibiao")


@dataclass
class Fetcher:
    """Gets addresses of one source. Remembers what robots.txt said and which hosts do not answer, in `hosts`."""

    home: Home
    politeness: Politeness
    sleep: Callable[[float], None] = time.sleep
    hosts: Hosts = field(default_factory=Hosts)
    _gates: dict[str, HostGate] = field(default_factory=dict)

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        to: str | None = None,
        json: object | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
    ) -> Fetched:
        """Get one address: robots.txt, turns, retries, redirects, recognition. Raises for nothing that a site does.

        `etag` and `last_modified` are those of the capture that the archive has; a 304 is then `unchanged`. `to` is
        the address that is really asked, where that of the capture leaves out a token (`secrets`): then no redirect
        is followed, and nothing that is returned tells it. With `json` the address is asked by POST, which follows no
        redirect either.
        """
        fetched = self._fetch(url, etag, last_modified, to, json, headers)
        return without_secrets(fetched, secrets or (to,)) if to else fetched

    def _fetch(
        self,
        url: str,
        etag: str | None,
        last_modified: str | None,
        to: str | None,
        json: object | None,
        headers: Mapping[str, str] | None,
    ) -> Fetched:
        further, body = dict(headers or {}), None
        if json is not None:
            body = dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
            further["Content-Type"] = "application/json"
        url = to or url
        headers = {"User-Agent": user_agent(), "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        headers |= {"Accept-Encoding": "gzip, deflate", **further}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        start = here = urldefrag(url).url
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                if refusal := self._robots_for(here).refusal(here):
                    return Fetched(Outcome.DISALLOWED, refusal, final_url=here if here != start else None)
                answer = self._get(here, headers, body=body)
                target = answer.headers.get("Location")
                if answer.status not in {301, 302, 303, 307, 308} or not target:
                    return self._judge(answer, here if here != start else None, conditional=bool(etag or last_modified))
                if body is not None or to:
                    question = "a question by POST" if body is not None else "what is asked with a token"
                    return Fetched(Outcome.FAILED, f"redirected: {question} is not asked again elsewhere")
                here = self._redirected(start, here, target)
            return Fetched(Outcome.FAILED, f"too_many_redirects: more than {_MOST_REDIRECTS}", final_url=here)
        except _Given as end:
            return end.fetched

    # --- one request and its retries ---------------------------------------------------------------------------------

    def _get(
        self, url: str, headers: Mapping[str, str], may_be_empty: bool = False, body: bytes | None = None
    ) -> Exchange:
        """One answer, after retries of what may pass. Raises `_Given` with the outcome where there is none."""
        host = host_of(url)
        if host in self.hosts.closed:
            raise _Given(Fetched(Outcome.FAILED, self.hosts.closed[host]))
        retrying = Retrying(
            stop=stop_after_attempt(self.politeness.max_attempts),
            wait=self._wait,
            retry=retry_if_exception_type(_Transient),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            answer = retrying(self._attempt, url, headers, may_be_empty, body)
        except _Transient as problem:
            if problem.answer is not None:  # an answer, if no good one: the caller judges it
                self.hosts.silences[host] = 0
                return problem.answer
            self._count_silence(host, problem)
            raise _Given(Fetched(Outcome.FAILED, problem.reason)) from problem
        self.hosts.silences[host] = 0
        return answer

    def _attempt(self, url: str, headers: Mapping[str, str], may_be_empty: bool, body: bytes | None) -> Exchange:
        rules = self.politeness
        gate = self._gate(host_of(url))
        try:
            with gate.turn() as has_left:
                answer = exchange(
                    url,
                    headers,
                    body=body,
                    timeout_seconds=rules.timeout_seconds,
                    deadline_seconds=rules.deadline_seconds,
                    max_bytes=rules.max_bytes,
                    allow_private=rules.allow_private_addresses,
                    has_left=has_left,
                )
        except HostBusy as error:
            raise _Given(Fetched(Outcome.FAILED, f"host_busy: {error}")) from error
        except AddressRefused as error:
            raise _Given(Fetched(Outcome.DISALLOWED, f"private_address: {error}")) from error
        except TooLarge as error:
            raise _Given(Fetched(Outcome.FAILED, f"too_large: {error}")) from error
        except TooSlow as error:
            raise _Given(Fetched(Outcome.FAILED, f"too_slow: {error}")) from error
        except requests.exceptions.SSLError as error:
            raise _Given(Fetched(Outcome.FAILED, f"tls_error: {_words(error)}")) from error
        except requests.exceptions.InvalidHeader as error:  # of the answer: our own headers are made here
            raise _Given(Fetched(Outcome.FAILED, f"bad_answer: {_words(error)}")) from error
        except (BadAddress, requests.exceptions.InvalidURL, UnicodeError) as error:
            raise _Given(Fetched(Outcome.FAILED, f"bad_address: {_words(error)}")) from error
        except BadCompression as error:
            raise _Given(Fetched(Outcome.FAILED, f"bad_compression: {error}")) from error
        except requests.exceptions.ConnectTimeout as error:
            raise _Transient(f"no_connection: {_words(error)}", is_connect=True) from error
        except requests.exceptions.Timeout as error:
            raise _Transient(f"timed_out: no answer within {rules.timeout_seconds:g} s") from error
        except requests.exceptions.ChunkedEncodingError as error:
            raise _Transient(f"cut_off: the answer broke off ({_words(error)})") from error
        except requests.exceptions.ConnectionError as error:
            raise _connection_problem(error, rules.timeout_seconds) from error
        except (requests.exceptions.RequestException, HTTPError) as error:
            raise _Given(Fetched(Outcome.FAILED, f"request_failed: {_words(error)}")) from error
        if answer.status in _TRANSIENT_STATUS:
            wait = _retry_after(answer.headers.get("Retry-After"))
            if wait is not None and wait > _LONGEST_RETRY_AFTER:
                host = host_of(url)
                self.hosts.closed[host] = f"asked_to_wait: {host} asks to come back after {wait:.0f} s"
                raise _Given(Fetched(Outcome.FAILED, self.hosts.closed[host], status=answer.status))
            if wait:
                gate.hold_off(wait)
            raise _Transient(f"http_error: status {answer.status}", answer=answer)
        if answer.status == 200 and not answer.body.strip() and not may_be_empty:
            raise _Transient("empty_body: the body is empty", answer=answer)
        return answer

    def _wait(self, state: RetryCallState) -> float:
        return self.politeness.backoff_seconds * 3.0 ** (state.attempt_number - 1)

    def _count_silence(self, host: str, problem: _Transient) -> None:
        self.hosts.silences[host] = self.hosts.silences.get(host, 0) + 1
        if problem.is_connect or self.hosts.silences[host] >= _SILENCES:
            self.hosts.closed[host] = f"host_unreachable: {host} gave no answer before ({problem.reason})"

    def _gate(self, host: str) -> HostGate:
        if host not in self._gates:
            self._gates[host] = HostGate(
                self.home,
                host,
                seconds_apart=1 / self.politeness.requests_per_second,
                concurrency=self.politeness.concurrency,
                sleep=self.sleep,
            )
        return self._gates[host]

    # --- where a request may go ---------------------------------------------------------------------------------------

    def _redirected(self, start: str, here: str, target: str) -> str:
        """The address of a redirect. Raises `_Given` where it leads to where the catalog does not allow."""
        there = link_address(here, target)
        if there is None:
            raise _Given(Fetched(Outcome.FAILED, f"bad_redirect: to {told(target)}", final_url=here))
        if host_of(there) not in {host_of(start), *self.politeness.allow_hosts}:
            reason = f"other_host: redirected to {host_of(there)}, which the catalog does not allow"
            raise _Given(Fetched(Outcome.DISALLOWED, reason, final_url=there))
        if (
            here.startswith("https:")
            and there.startswith("http:")
            and host_of(there) not in self.politeness.allow_hosts
        ):
            reason = f"insecure_redirect: from https to http; {host_of(there)} in `allow_hosts` would allow it"
            raise _Given(Fetched(Outcome.DISALLOWED, reason, final_url=there))
        return there

    def _robots_for(self, url: str) -> Robots:
        """What the host's robots.txt says: 4xx allows all; no answer or 5xx forbids all for this run (RFC 9309)."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.hosts.robots:
            self.hosts.robots[origin] = self._read_robots(origin)
        robots = self.hosts.robots[origin]
        if robots.delay:
            self._gate(host_of(url)).slow_down(min(robots.delay, _LONGEST_CRAWL_DELAY))
        return robots

    def _read_robots(self, origin: str) -> Robots:
        here = f"{origin}/robots.txt"
        for _ in range(_MOST_REDIRECTS):
            try:
                answer = self._get(here, {"User-Agent": user_agent()}, may_be_empty=True)
                if answer.status not in {301, 302, 303, 307, 308}:
                    return Robots.of(answer)
                here = self._redirected(origin, here, answer.headers.get("Location", ""))
            except _Given as end:
                if end.fetched.reason and end.fetched.reason.split(":")[0] in _NO_HOST:
                    raise  # the host itself is the problem, not its robots.txt
                return Robots(None, f"robots_unreachable: {end.fetched.reason}")
        return Robots(None, "robots_unreachable: too many redirects")

    # --- what came ----------------------------------------------------------------------------------------------------

    def _judge(self, answer: Exchange, final_url: str | None, *, conditional: bool) -> Fetched:
        content_type, charset = _content_type(answer.headers.get("Content-Type", ""))
        if answer.status == 304 and conditional:
            return Fetched(Outcome.UNCHANGED, status=304, final_url=final_url)
        if answer.status in {404, 410}:
            return Fetched(Outcome.NOT_FOUND, f"not_found: status {answer.status}", answer.status, final_url)
        if answer.status < 400 and answer.status not in {200, 202, 203}:
            return Fetched(Outcome.FAILED, f"http_error: status {answer.status}", answer.status, final_url)
        try:
            problem = problem_of_answer(answer.body, charset, content_type, answer.status)
        except Refusal as refusal:  # over the limits of reading
            problem = (refusal.code, str(refusal))
        if problem and problem[0] != "http_error":
            reason = f"{problem[0]}: {problem[1]}"
            return Fetched(Outcome.BLOCKED, reason, answer.status, final_url, answer.body, content_type, charset)
        if problem or answer.status not in {200, 203}:
            return Fetched(Outcome.FAILED, f"http_error: status {answer.status}", answer.status, final_url)
        return Fetched(
            Outcome.NEW,
            status=answer.status,
            final_url=final_url,
            body=answer.body,
            content_type=content_type,
            charset=charset,
            etag=answer.headers.get("ETag"),
            last_modified=answer.headers.get("Last-Modified"),
        )


# --- details ----------------------------------------------------------------------------------------------------------

_NO_HOST = frozenset(
    {"no_connection", "host_unreachable", "private_address", "host_busy", "asked_to_wait", "tls_error", "bad_address"}
)


class _Given(Exception):  # noqa: N818
    """The outcome is known: nothing more is to be tried."""

    def __init__(self, fetched: Fetched) -> None:
        super().__init__(fetched.reason)
        self.fetched = fetched


class _Transient(Exception):  # noqa: N818
    """What may pass: tried again, with the bad answer at hand where there was one."""

    def __init__(self, reason: str, *, answer: Exchange | None = None, is_connect: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.answer = answer
        self.is_connect = is_connect


def _connection_problem(error: requests.exceptions.ConnectionError, timeout: float) -> _Transient:
    """Tell apart: no connection at all, a time-out while the body came, and a connection that broke off."""
    inner = str(error)
    if "Read timed out" in inner:
        return _Transient(f"timed_out: no answer within {timeout:g} s")
    cause = getattr(error.args[0], "reason", error.args[0]) if error.args else error
    told = cause.args[-1] if isinstance(cause, ProtocolError) and cause.args else None
    if isinstance(told, HTTPException) and not isinstance(told, RemoteDisconnected | IncompleteRead):
        return _Transient(f"bad_answer: what came is no answer in HTTP ({_words(told)})")
    if type(cause).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}:
        return _Transient(f"no_connection: {_words(cause)}", is_connect=True)
    return _Transient(f"cut_off: the connection broke off ({_words(cause)})")


def host_of(url: str) -> str:
    """Host of an address as the catalog writes it: the name, and the port where it is not the usual one."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port not in {None, 80, 443} else str(parts.hostname)


def link_address(page: str, target: str) -> str | None:
    """Absolute address, without fragment, of a link or redirect of a page; None where it is no web address."""
    try:
        there = urldefrag(urljoin(page, target.strip())).url
    except ValueError:
        return None
    return there if is_web_address(there) else None


def _content_type(header: str) -> tuple[str | None, str | None]:
    """Media type and charset of a Content-Type header."""
    if not header:
        return None, None
    message = Message()
    message["content-type"] = header
    charset = message.get_param("charset")
    return message.get_content_type(), charset if isinstance(charset, str) else None


def _retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as a date."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _words(error: BaseException) -> str:
    """One short line on an error, without object addresses."""
    text = re.sub(r"<[^<>]*object at 0x[0-9a-f]+>:?\s*", "", str(error))
    text = re.sub(r"\?[^\s'\"<>]*", "?…", text)  # before anything is cut: half a token is a leak too
    return re.sub(r"\s+", " ", text)[:200]

"""One HTTP exchange that cannot hang, grow without end, or be led to an address inside the network."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import queue
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)

from scrapers.web_address import is_web_address

for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).setLevel(logging.ERROR)  # what they say below that holds whole addresses, tokens included

CONNECT_SECONDS = 10.0
"""Longest wait for a name and a connection, where the catalog allows more for an answer."""


class AddressRefused(Exception):  # noqa: N818 - named after what is the case
    """The host lies on this machine or in a private network, and the catalog does not allow that."""


class BadAddress(ValueError):  # noqa: N818
    """An address that is none of the web, or carries a user name: nobody is asked."""


class TooLarge(Exception):  # noqa: N818
    """The body is larger than the catalog allows."""


class BadCompression(Exception):  # noqa: N818
    """The body is compressed in a way that was not asked for, is damaged, or ends before its end."""


class TooSlow(Exception):  # noqa: N818
    """The whole answer took longer than the deadline, however steadily it came."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer: status, headers (any case), body (empty for a redirect, which is not read)."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchange(
    url: str,
    headers: Mapping[str, str],
    *,
    body: bytes | None = None,
    timeout_seconds: float,
    deadline_seconds: float,
    max_bytes: int,
    allow_private: bool,
    has_left: Callable[[], None] = lambda: None,
) -> Exchange:
    """GET an address once (POST where there is a body), without following redirects.

    Nothing is taken from the environment (proxies, netrc). `has_left` is called once the request has been sent.
    The name is resolved once, its addresses are checked, and the connection goes to one that passed. Raises
    `AddressRefused`, `BadAddress`, `TooLarge`, `TooSlow`, `BadCompression`, and the exceptions of requests.
    """
    if not is_web_address(url):
        raise BadAddress("not an address of the web, or one with a user name or password in it")
    line = _Line(allow_private=allow_private, deadline=time.monotonic() + deadline_seconds, has_left=has_left)
    watch = threading.Timer(deadline_seconds, line.cut)
    watch.daemon = True
    watch.start()
    try:
        # straight through the adapter: a session would read the body of a redirect, whatever its size
        request = requests.Request(
            "GET" if body is None else "POST", url, headers={**headers, "Connection": "close"}, data=body
        ).prepare()
        with contextlib.closing(_GuardedAdapter(line)) as adapter:
            waits = (min(timeout_seconds, CONNECT_SECONDS), timeout_seconds)
            with adapter.send(request, stream=True, timeout=waits, verify=True) as response:
                answer = b"" if response.is_redirect else _read(response, max_bytes)
                result = Exchange(response.status_code, response.headers, answer)
    except requests.RequestException as error:
        if line.is_cut:
            raise TooSlow(f"the answer took longer than {deadline_seconds:g} s") from error
        raise
    finally:
        watch.cancel()
        line.close()
    if line.is_cut:
        raise TooSlow(f"the answer took longer than {deadline_seconds:g} s")
    return result


def _read(response: requests.Response, max_bytes: int) -> bytes:
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise TooLarge(f"{announced} bytes are announced, {max_bytes} are allowed")
    return b"".join(_unpacked(response.raw, response.headers.get("Content-Encoding", ""), max_bytes))


def _unpacked(raw: Any, coding: str, max_bytes: int) -> Iterator[bytes]:
    """The body in pieces. The libraries pass over a compressed body that ends before its end."""
    names = [name for part in coding.split(",") if (name := part.strip().lower()) not in {"", "identity"}]
    if len(names) > _MOST_CODINGS or not _WINDOWS.keys() >= set(names):
        raise BadCompression(f"the body is compressed as {coding[:40]!r}, which was not asked for")
    pieces = _bounded(_as_sent(raw), max_bytes)
    for name in reversed(names):
        pieces = _bounded(_inflated(pieces, name), max_bytes)
    return pieces


def _bounded(pieces: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > max_bytes:
            raise TooLarge(f"more than {max_bytes} bytes")
        yield piece


def _as_sent(raw: Any) -> Iterator[bytes]:
    try:
        yield from raw.stream(_PIECE, decode_content=False)
    except ProtocolError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error
    except ReadTimeoutError as error:
        raise requests.exceptions.ConnectionError(error) from error


def _inflated(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Bodies of several members are read to the end; a raw deflate stream is taken for what it is."""
    inflating, windows = None, list(_WINDOWS[name])
    for piece in pieces:
        while piece:
            inflating = inflating or zlib.decompressobj(windows[0])
            try:
                out = inflating.decompress(piece, _PIECE)
            except zlib.error as error:
                if len(windows) > 1:
                    inflating, windows = None, windows[1:]
                    continue
                raise BadCompression(f"the body is no whole {name} stream ({error})") from error
            windows = windows[:1]
            piece = inflating.unused_data if inflating.eof else inflating.unconsumed_tail
            if inflating.eof:
                inflating = None
                piece = piece.lstrip(b"\0")  # padding behind the last member
            if out:
                yield out
    if inflating is not None:
        raise BadCompression(f"the {name} stream of the body ends before its end")


_PIECE = 16_384
_MOST_CODINGS = 2
_WINDOWS = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""Window sizes of zlib for the codings that are asked for."""


# --- the guarded line -------------------------------------------------------------------------------------------------


@dataclass
class _Line:
    """The connection of one exchange: checks where it leads, and can be cut from another thread."""

    allow_private: bool
    deadline: float
    has_left: Callable[[], None]
    is_cut: bool = False
    _sockets: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def connect(self, connection: HTTPConnection) -> socket.socket:
        host = connection._dns_host
        wait = connection.timeout if isinstance(connection.timeout, int | float) else CONNECT_SECONDS
        end = min(time.monotonic() + wait, self.deadline)
        try:
            found = _resolve(host, connection.port, end - time.monotonic())
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, f"the name {host} was not resolved within {wait:g} s") from error
        except OSError as error:
            raise NameResolutionError(host, connection, _as_gaierror(error)) from error
        if not self.allow_private and (inside := [ip for ip in found if not _is_public(ip)]):
            raise AddressRefused(f"{host} is at {inside[0]}, which is not on the public network")
        problem: OSError = OSError("no address")
        for ip in found:
            try:
                sock = socket.create_connection((ip, connection.port), max(0.1, end - time.monotonic()))
            except TimeoutError as error:
                raise ConnectTimeoutError(connection, f"no connection to {host} within {wait:g} s") from error
            except OSError as error:
                problem = error
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._hold(sock)
            return sock
        raise NewConnectionError(connection, f"no connection to {host}: {problem}")

    def _hold(self, sock: socket.socket) -> None:
        """Keep a second handle, which stays usable when TLS takes the first one over."""
        with self._lock:
            self._sockets.append(sock.dup())
            late = self.is_cut
        if late:
            self.cut()

    def cut(self) -> None:
        with self._lock:
            self.is_cut = True
            for sock in self._sockets:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            while self._sockets:
                self._sockets.pop().close()


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, line: _Line) -> None:
        self._line = line
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        line = self._line

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return line.connect(self)

            def request(self, *args: Any, **kwargs: Any) -> None:
                super().request(*args, **kwargs)
                line.has_left()

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return line.connect(self)

            def request(self, *args: Any, **kwargs: Any) -> None:
                super().request(*args, **kwargs)
                line.has_left()

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """IP addresses of a name, each once. The look-up itself has no time-out, so it runs aside and is left behind."""
    answer: queue.Queue[list[str] | OSError] = queue.Queue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            answer.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=look_up, daemon=True).start()
    try:
        result = answer.get(timeout=max(0.1, seconds))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, OSError):
        raise result
    return result


def _as_gaierror(error: OSError) -> socket.gaierror:
    return error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))


def _is_public(ip: str) -> bool:
    """True for an address on the public network.

    Of IPv6 only global unicast counts, which leaves out every form that stands for this machine or its neighbours; an
    IPv4 address that is wrapped in one is judged by itself, whatever carries it there (mapped, NAT64, 6to4, ISATAP).
    """
    address = ipaddress.ip_address(ip.split("%")[0])
    if isinstance(address, ipaddress.IPv4Address):
        return _is_public_v4(address)
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and (address in _NAT64 or (int(address) >> 32) & 0xFCFFFFFF == _ISATAP):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None and not _is_public_v4(inner):
        return False
    if address in _NAT64 or address.ipv4_mapped:
        return True
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in net for net in _NOT_YET_KNOWN)


def _is_public_v4(address: ipaddress.IPv4Address) -> bool:
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_ISATAP = 0x00005EFE
"""The two words before the IPv4 address, the bit for a global one apart (RFC 5214)."""
_NOT_YET_KNOWN = [ipaddress.ip_network(net) for net in ("3fff::/20", "2001::/23")]
"""Kept for documentation and special use; `ipaddress` of this Python does not know all of them."""

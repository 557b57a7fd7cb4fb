"""Faults of the line: silence, drips, breaks, lengths and headers that are wrong, bodies without end."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from tests.mirror.faults.fault import Change, Fault
from tests.mirror.server import Answer

_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
LONG = 60.0
"""Seconds of silence: longer than anybody waits."""
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def connection_faults() -> Iterator[Fault]:
    """Faults below or in the head of HTTP."""
    broken, slow = r"cut_off:|timed_out:", r"timed_out:|too_slow:"

    def named(name: str, change: Change, told: str | None) -> Fault:
        return Fault(name, "connection", change, told)

    yield named("slow, but it comes", lambda good: replace(good, wait=0.3), None)
    yield named("no answer", lambda good: replace(good, wait=LONG), slow)
    yield named("head and then silence", lambda good: replace(good, cut_off_after=0, hold=LONG), slow)
    yield named("body hangs half-way", lambda good: replace(good, cut_off_after=len(good.body) // 2, hold=LONG), slow)
    yield named("body drips", lambda good: replace(good, drip=0.2), slow)
    yield named("head drips", lambda good: replace(good, head_drip=0.2), slow)
    yield named("closed without an answer", lambda good: replace(good, reset=True), broken)
    yield named("reset in the middle", lambda good: replace(good, reset_after=len(good.body) // 2), broken)
    yield named("cut off", lambda good: replace(good, cut_off_after=len(good.body) // 2), broken)
    yield named("announces more than it sends", lambda good: replace(good, length=len(good.body) + 999), broken)
    yield named("announces less than it sends", lambda good: replace(good, length=len(good.body) // 2), r".+")
    yield named("cut off without a length", lambda good: _part(good, 0.5), r".+")
    yield named("length is no number", _raw(b"Content-Length: many\r\n"), None)
    yield named("length is negative", _raw(b"Content-Length: -5\r\n"), None)
    yield named("two lengths", _raw(b"Content-Length: 10\r\nContent-Length: 99999\r\n"), r"bad_answer:")
    yield named("announces an exabyte", lambda good: replace(good, length=10**18), r"too_large:")
    yield named("body without end", lambda good: replace(good, length=-1, body=_big(good), endless=True), r"too_large:")
    yield named("chunks without end", _endless_chunks, r"too_large:")
    yield named("broken chunks", _chunks(b"zz\r\n", b"\r\n"), broken)
    yield named("chunks that stop", _chunks(b"ffff\r\n", b""), broken)
    yield named("a chunk size without end", _chunked(b"5;", b"a" * 65_536), broken)
    yield named("a last line without end", _chunked(b"0\r\n", b"a" * 65_536), broken)
    yield named("last lines without end", _chunked(b"0\r\n", b"x: y\r\n" * 1000), r"too_slow:|cut_off:")
    yield named("hints and no answer", lambda good: replace(good, raw=(_HINTS,)), r"http_error:")
    yield named("headers without end", _endless_headers, r"bad_answer:")
    yield named("ten thousand headers", _raw(b"X-Bomb: 1\r\n" * 10_000), r"bad_answer:")
    yield named("a header of a megabyte", _raw(b"X-Bomb: " + b"a" * 1_000_000 + b"\r\n"), r"bad_answer:")
    yield named("interim answers without end", _endless_interim, r"too_slow:")
    yield named("no HTTP at all", lambda good: replace(good, raw=(b"SSH-2.0-OpenSSH_9.2\r\n",)), r"bad_answer:")
    yield named("body without a head", lambda good: replace(good, raw=(good.body,)), r"bad_answer:")
    yield named("noise", lambda good: replace(good, raw=(bytes(range(256)) * 40,)), r"bad_answer:")
    yield from _compression()


def _compression() -> Iterator[Fault]:
    def encoded(name: str, body: Change, told: str | None) -> Fault:
        return Fault(name, "connection", body, told)

    yield encoded("gzip, as announced", lambda good: _coded(good, gzip.compress(good.body)), None)
    yield encoded("gzip bomb", lambda good: _coded(good, _bomb()), r"too_large:|bad_compression:")
    yield encoded(
        "gzip bomb in gzip", lambda good: _coded(good, gzip.compress(_bomb()), "gzip, gzip"), r"too_large:|bad_comp"
    )
    yield encoded("deflate bomb", lambda good: _coded(good, _bomb_without_head(), "deflate"), "too_large:")
    yield encoded("gzip in gzip in gzip", lambda good: _coded(good, _bomb(), "gzip, gzip, gzip"), r"bad_compression:")
    yield encoded("broken gzip", lambda good: _coded(good, _scratched(gzip.compress(good.body))), r"bad_compression:")
    yield encoded("gzip cut off", lambda good: _coded(good, _half(gzip.compress(good.body))), r"bad_compression:")
    yield encoded("gzip announced, plain sent", lambda good: _coded(good, good.body), r"bad_compression:")
    yield encoded(
        "gzip sent, nothing announced", lambda good: replace(good, body=gzip.compress(good.body)), r"wrong_type:"
    )
    yield encoded("unknown compression", lambda good: _coded(good, _scrambled(good.body), "br"), r"bad_compression:")


def _raw(more: bytes) -> Change:
    return lambda good: replace(good, raw=(_HEAD + more + b"\r\n", good.body))


def _chunks(size: bytes, end: bytes) -> Change:
    def change(good: Answer) -> Answer:
        half = good.body[: len(good.body) // 2]
        first = b"%x\r\n%s\r\n" % (len(half), half)
        return replace(good, raw=(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", first, size + good.body[-99:] + end))

    return change


def _chunked(first: bytes, endless: bytes) -> Change:
    raw = (_HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + first, endless)
    return lambda good: replace(good, raw=raw, endless=True)


def _endless_chunks(good: Answer) -> Answer:
    body = _big(good)
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    return replace(good, raw=(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk), endless=True)


def _endless_headers(good: Answer) -> Answer:
    return replace(good, raw=(_HEAD, b"X-More: and more\r\n"), endless=True)


def _endless_interim(good: Answer) -> Answer:
    return replace(good, raw=(b"HTTP/1.1 100 Continue\r\n\r\n",), endless=True)


def _part(good: Answer, share: float) -> Answer:
    return replace(good, length=-1, cut_off_after=int(len(good.body) * share))


def _big(good: Answer) -> bytes:
    return (good.body or b" ") * (1 + 65_536 // max(1, len(good.body)))


def _coded(good: Answer, body: bytes, coding: str = "gzip") -> Answer:
    return replace(good, body=body, headers={**good.headers, "Content-Encoding": coding}, etag=False)


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(100_000_000), 9)


@cache
def _bomb_without_head() -> bytes:
    return zlib.compress(bytes(100_000_000), 9)


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _scratched(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes(255 - byte for byte in body[middle : middle + 40]) + body[middle + 40 :]


def _scrambled(body: bytes) -> bytes:
    return bytes((7 * byte + 13) % 256 for byte in body)

"""A small web server on loopback: a test sets its pages and faults one by one, and can see what it was asked."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

HTML = "text/html; charset=utf-8"

BLOCK_PAGE = (
    "<html><head><title>访问被拒绝</title></head><body><p>您的访问行为异常，请求已被拦截。reason:UrlACL</p></body></html>"
).encode()
CHALLENGE = (
    b"<html><head><script>var $_ts={};document.cookie='__jsl_clearance=1';location.reload()</script></head></html>"
)


@dataclass(frozen=True)
class Answer:
    """What the server does for one address. The faults can be combined."""

    body: bytes = b""
    status: int = 200
    content_type: str | None = HTML
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = False
    """Send an ETag of the body and answer 304 where the client has it."""
    last_modified: str | None = None
    """Send this date and answer 304 where the client has it."""
    wait: float = 0.0
    """Seconds of silence before the answer."""
    drip: float = 0.0
    """Seconds between single bytes of the body."""
    reset: bool = False
    """Break the connection off without an answer."""
    reset_after: int | None = None
    """Send so many bytes of the body, then break the connection off hard (RST)."""
    cut_off_after: int | None = None
    """Announce the whole body and send only so many bytes of it."""
    length: int | None = None
    """Announce so many bytes, whatever is sent; -1: announce nothing, the end of the connection is the end."""
    head_drip: float = 0.0
    """Seconds between single bytes of the status line and the headers."""
    hold: float = 0.0
    """Seconds for which the connection is kept open after all was sent."""
    raw: tuple[bytes, ...] | None = None
    """What goes over the line instead of an answer, in pieces; nothing is added to it."""
    endless: bool = False
    """The last piece of `raw` (else the body) is sent again and again, for as long as the client listens."""
    times: int | None = None
    """Give this answer so many times, then the next one that was set for the address."""


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    at: float
    body: bytes = b""
    """What was posted; empty for a GET."""


class Mirror:
    """Use as a context manager: `with Mirror() as site: site.page("/a.html", "…")`. Unknown addresses answer 404."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._answers: dict[str, list[Answer]] = {}
        self._players: dict[str, Callable[[Asked], Answer]] = {}
        self._lock = threading.Lock()
        self._at_once = 0
        self._closing = threading.Event()
        self._host = host
        self._server = _Server((host, port), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def host(self) -> str:
        """Name and port, as a catalog file writes them."""
        return f"{self._host}:{self._server.server_address[1]}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def set(self, path: str, *answers: Answer) -> str:
        """What the server answers for a path from now on; those with `times` are used up first. Returns the address."""
        with self._lock:
            self._answers[path] = list(answers)
        return self.url(path)

    def page(self, path: str, body: str | bytes, **how: object) -> str:
        """A page that is simply there. Returns its address."""
        return self.set(path, Answer(body.encode() if isinstance(body, str) else body, **how))  # type: ignore[arg-type]

    def folder(self, prefix: str, folder: Path) -> None:
        """Serve the files of a folder under a prefix."""
        for file in sorted(folder.iterdir()):
            if file.is_file():
                self.page(prefix + file.name, file.read_bytes(), content_type=_TYPES.get(file.suffix), etag=True)

    def play(self, prefix: str, player: Callable[[Asked], Answer]) -> str:
        """Let a function answer for all paths that begin with a prefix, POST included. Returns the address."""
        self._players[prefix] = player
        return self.url(prefix)

    def robots(self, text: str) -> None:
        self.page("/robots.txt", text, content_type="text/plain")

    def asked_for(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the server."""
        if seconds and self._closing.wait(seconds):
            raise ConnectionAbortedError("the server ends")

    def _take(self, asked: Asked) -> Answer:
        path = asked.path
        for prefix, player in self._players.items():
            if path.startswith(prefix):
                return player(asked)
        with self._lock:
            waiting = self._answers.get(path, [])
            for number, answer in enumerate(waiting):
                if answer.times is None:
                    return answer
                if answer.times > 0:
                    waiting[number] = replace(answer, times=answer.times - 1)
                    return answer
        return Answer(b"<html><body>Not Found</body></html>", 404)

    def _handler(mirror: Mirror) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            drip_of_head = 0.0

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.path, dict(self.headers), time.monotonic(), body)
                with mirror._lock:
                    mirror.asked.append(asked)
                    mirror._at_once += 1
                    mirror.most_at_once = max(mirror.most_at_once, mirror._at_once)
                try:
                    answer = mirror._take(asked)
                    self.drip_of_head = answer.head_drip
                    self.answer(answer)
                except OSError:
                    pass
                finally:
                    with mirror._lock:
                        mirror._at_once -= 1
                    self.close_connection = True

            do_POST = do_GET  # noqa: N815 - the name that the server looks for

            def answer(self, answer: Answer) -> None:
                mirror.pause(answer.wait)
                if answer.reset:
                    self.connection.close()
                    return
                if answer.raw is not None:
                    _send(self.connection, mirror, answer.raw, answer)
                else:
                    self.answer_in_words(answer)
                mirror.pause(answer.hold)

            def answer_in_words(self, answer: Answer) -> None:
                etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
                known = (answer.etag and self.headers.get("If-None-Match") == etag) or (
                    answer.last_modified and self.headers.get("If-Modified-Since") == answer.last_modified
                )
                self.send_response(304 if known else answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.etag:
                    self.send_header("ETag", etag)
                if answer.last_modified:
                    self.send_header("Last-Modified", answer.last_modified)
                if answer.content_type:
                    self.send_header("Content-Type", answer.content_type)
                body = b"" if known else answer.body
                length = len(body) if answer.length is None or known else answer.length
                if length >= 0:
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                if answer.reset_after is not None:
                    self.wfile.write(body[: answer.reset_after])
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    return
                _send(self.connection, mirror, (body[: answer.cut_off_after],), answer)

            def flush_headers(self) -> None:
                """The head goes out in one piece, or byte by byte."""
                head = b"".join(getattr(self, "_headers_buffer", []))
                self._headers_buffer: list[bytes] = []
                _drip(self.connection, mirror, head, self.drip_of_head)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


def _send(line: socket.socket, mirror: Mirror, pieces: Sequence[bytes], answer: Answer) -> None:
    """Send pieces one after another, dripping where the answer drips; the last one without end where it is endless."""
    for piece in itertools.chain(pieces, itertools.repeat(pieces[-1]) if answer.endless and pieces[-1:] else ()):
        _drip(line, mirror, piece, answer.drip)


def _drip(line: socket.socket, mirror: Mirror, data: bytes, seconds: float) -> None:
    for piece in (data[n : n + 1] for n in range(len(data))) if seconds else (data,):
        line.sendall(piece)
        mirror.pause(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""
        with contextlib.suppress(OSError):
            assert isinstance(request, socket.socket)
            request.close()


_TYPES = {".html": "text/html", ".txt": "text/plain", ".csv": "text/csv", ".json": "application/json"}

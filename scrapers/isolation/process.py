"""One reading process as its parent sees it: started, called, and ended when a call goes over its limits."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scrapers.isolation import wire
from scrapers.isolation.limits import Limits, ReadersUnavailable
from scrapers.records import Refusal

_START_SECONDS = 60
_BY_THE_PAGE = frozenset({-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE})
"""Ends that a library gives itself over what it reads; any other signal may have come from outside."""
_INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "HOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
"""Variables that a reading process is given: no token, password or address of a home is among them."""


class ReaderError(Refusal):
    """A reader raised what it should not: `parser_error`. The message names error and place; `trace` is for the log."""

    def __init__(self, message: str, trace: str) -> None:
        super().__init__("parser_error", message)
        self.trace = trace


class Died(Exception):  # noqa: N818 - named after what is the case
    """The process ended by itself, for a reason that may lie outside the page."""


class Process:
    """A reading process. Not for two threads at once; end it after any exception but Refusal and ReaderError."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.calls = 0
        self.pid_of_parent = os.getpid()
        self._channel, theirs = socket.socketpair()
        self._lifeline, their_lifeline = socket.socketpair()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self._process = self._started(theirs, their_lifeline)
            self._channel.settimeout(_START_SECONDS)
            if wire.receive(self._channel, most=0) != (wire.READY, b""):
                raise ReadersUnavailable(f"a reading process ended before it was ready: {self._last_words()}")
        except (OSError, wire.BrokenWire) as error:
            words = self._last_words()
            self.end()
            if isinstance(error, ReadersUnavailable):
                raise
            raise ReadersUnavailable(f"no reading process can be started: {error} {words}".strip()) from error
        finally:
            theirs.close()
            their_lifeline.close()

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The result of a function, made by the process.

        Raises the Refusal of the function, `ReaderError` where it raised anything else, `Died`, and Refusal
        `too_slow_to_read`, `too_much_memory`, `reader_died` for a call over its limits.
        """
        self.calls += 1
        request = pickle.dumps((function.__module__, function.__name__, arguments, keywords), pickle.HIGHEST_PROTOCOL)
        deadline = time.monotonic() + self.limits.seconds
        try:
            self._channel.settimeout(self.limits.seconds)
            wire.send(self._channel, wire.CALL, request)
            answer = wire.receive(_Until(self._channel, deadline), most=self.limits.answer_bytes)  # type: ignore[arg-type]
        except TimeoutError:
            raise _too_slow(f"{self.limits.seconds} seconds", "SECONDS") from None
        except OSError:
            answer = None
        except wire.BrokenWire as error:
            raise Refusal("too_much_memory", f"{error} (ZHIBIAO_READER_ANSWER_MB)") from error
        if answer is None:
            raise self._death()
        return self._result(function, *answer)

    def is_mine(self) -> bool:
        """False in a process that was forked from the one that started this: its answers would be mixed up."""
        return self.pid_of_parent == os.getpid()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the process, if it is still there, and let go of everything."""
        process = getattr(self, "_process", None)
        if process is not None and self.is_mine():
            process.kill()
            process.wait()
        self._channel.close()
        self._lifeline.close()
        self._errors.close()

    # --- details ------------------------------------------------------------------------------------------------------

    def _started(self, theirs: socket.socket, lifeline: socket.socket) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(
            str(Path(place).resolve()) for place in sys.path if place and Path(place).exists()
        )
        environment[wire.LIFELINE] = str(lifeline.fileno())
        command = [sys.executable, "-P", "-m", "scrapers.isolation.child", str(theirs.fileno())]
        return subprocess.Popen(
            [*command, *self.limits.as_arguments()],
            pass_fds=(theirs.fileno(), lifeline.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env=environment,
            cwd="/",
        )

    def _result(self, function: Callable[..., Any], kind: bytes, answer: bytes) -> Any:
        try:
            if kind == wire.RESULT:
                return wire.load(function, answer)
            if kind == wire.REFUSAL:
                raise Refusal(*wire.words(answer))
            if kind == wire.ERROR:
                raise ReaderError(*wire.words(answer))
        except ValueError as error:
            raise Refusal(
                "reader_died", f"the reading process answered what is no answer: {str(error)[:300]}"
            ) from error
        if kind == wire.NO_MEMORY:
            raise self._too_much_memory()
        raise Refusal("reader_died", f"the reading process answered with an unknown kind {kind!r}")

    def _death(self) -> Exception:
        """Why the process ended in the midst of a call."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return Died("the reading process closed its channel")
        words = self._last_words()
        if code == -signal.SIGXCPU:
            return _too_slow(f"{self.limits.cpu_seconds} seconds of processor time", "CPU_SECONDS")
        if code == -signal.SIGALRM:
            return _too_slow(f"{self.limits.seconds} seconds", "SECONDS")
        if "memory allocation" in words or "MemoryError" in words or "bad_alloc" in words:
            return self._too_much_memory()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        told = f"the reading process was ended by {how}{f' ({words})' if words else ''}"
        return Refusal("reader_died", told) if code in _BY_THE_PAGE else Died(told)

    def _too_much_memory(self) -> Refusal:
        limit = f"{self.limits.memory_mb} MB"
        return Refusal("too_much_memory", f"reading takes more than {limit} of memory (ZHIBIAO_READER_MEMORY_MB)")

    def _last_words(self) -> str:
        """The end of what libraries wrote to the standard error of the process."""
        with contextlib.suppress(OSError, ValueError):
            size = self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, size - 400))
            return self._errors.read().decode("utf-8", errors="replace").strip()
        return ""


class _Until:
    """A socket whose reads all end at one point of time, however many they are."""

    def __init__(self, channel: socket.socket, deadline: float) -> None:
        self._channel, self._deadline = channel, deadline

    def recv(self, size: int) -> bytes:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)
        return self._channel.recv(size)


def _too_slow(limit: str, name: str) -> Refusal:
    return Refusal("too_slow_to_read", f"reading takes more than {limit} (ZHIBIAO_READER_{name})")

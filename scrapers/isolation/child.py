"""The reading process: takes calls from its parent, answers each, and never lives longer than parent or limits.

Runs as `python -P -m scrapers.isolation.child SOCKET LIMIT=VALUE …`. Every limit is the kernel's, so that none depends
on Python getting its turn: a regular expression or a C library that never returns is ended all the same.
"""

from __future__ import annotations

import fcntl
import importlib
import os
import pickle
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from scrapers.isolation import wire
from scrapers.isolation.limits import Limits
from scrapers.records import Refusal

_GRACE = 5
"""Seconds that the parent has to end a call that is over its time, before the kernel does."""
_MOST_FILES = 128
_MOST_WRITTEN = 1024 * 1024
"""Bytes of any file that is written: nothing here writes one but the errors of libraries."""


def serve(channel: socket.socket, limits: Limits) -> None:
    """Answer calls until the parent closes the channel."""
    _bind(limits)
    _die_with_parent(channel)
    wire.send(channel, wire.READY, b"")
    while (request := wire.receive(channel, most=None)) is not None:
        _begin(limits)
        kind, answer = _answer(request[1])
        signal.setitimer(signal.ITIMER_REAL, 0)
        wire.send(channel, kind, answer)
        if kind == wire.NO_MEMORY:
            return  # what is left of this process is not to be trusted with the next page


def _answer(request: bytes) -> tuple[bytes, bytes]:
    """The kind of the answer, and the answer in JSON."""
    try:
        try:
            module, name, arguments, keywords = pickle.loads(request)  # noqa: S301 - from the parent, who is trusted
            function = _function(module, name)
            return wire.RESULT, wire.dump(function, function(*arguments, **keywords))
        except Refusal as refusal:
            return wire.REFUSAL, wire.as_json([refusal.code, str(refusal)[: wire.LONGEST_WORDS]])
        except MemoryError:
            return wire.NO_MEMORY, b""
        except RecursionError:
            return wire.REFUSAL, wire.as_json(["nested_too_deep", "the page is nested deeper than it can be read"])
        except Exception as error:
            return wire.ERROR, wire.as_json(list(wire.words_of(error)))
    except MemoryError:  # also while an answer was put into words
        return wire.NO_MEMORY, b""


def _function(module: str, name: str) -> Callable[..., Any]:
    """The function behind the wrapper that the parent calls."""
    return getattr(importlib.import_module(module), name).__wrapped__  # type: ignore[no-any-return]


def _bind(limits: Limits) -> None:
    """Limits of the whole life of the process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_WRITTEN, _MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the parent says when it is over
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    except (ValueError, OSError):  # macOS knows the limit and refuses it
        if sys.platform == "linux":
            raise


def _begin(limits: Limits) -> None:
    """Limits of the next call, from here on."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + limits.cpu_seconds, hard))
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + _GRACE)


def _die_with_parent(channel: socket.socket) -> None:
    """Have the kernel end this process when the other end of the channel is closed, in the midst of a call as well.

    The signal comes with every event of a second socket that carries nothing, so its only event is the end. Only Linux
    ends a process by it; elsewhere an orphan ends with its call, at the limit of its time at the latest.
    """
    lifeline = socket.socket(fileno=int(os.environ[wire.LIFELINE]))
    lifeline.setblocking(False)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    _kept.append(lifeline)
    try:
        if lifeline.recv(1) == b"":
            sys.exit(0)  # the parent went before the signal was asked for
    except BlockingIOError:
        pass


_kept: list[socket.socket] = []


if __name__ == "__main__":
    from scrapers import isolation

    isolation.INSIDE.append(True)
    with socket.socket(fileno=int(sys.argv[1])) as opened:
        serve(opened, Limits.from_arguments(sys.argv[2:]))

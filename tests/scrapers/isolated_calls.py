"""Functions as hostile as a page could make a reader, for test_isolation."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import time
from decimal import Decimal

from scrapers.isolation import isolated
from scrapers.records import Refusal


@isolated
def process_id() -> int:
    return os.getpid()


@isolated
def told(text: str, value: Decimal) -> tuple[str, Decimal]:
    return text, value


@isolated
def refused() -> str:
    raise Refusal("the_code", "the words")


@isolated
def broken() -> str:
    raise ZeroDivisionError("no number")


@isolated
def sleeping(seconds: float) -> str:
    time.sleep(seconds)
    return "awake"


@isolated
def backtracking() -> bool:
    """A regular expression that holds the interpreter lock for ever."""
    return re.match(r"(a+)+$", "a" * 64 + "b") is not None


@isolated
def spoilt() -> str:
    """Never answers, and has had the signals ignored that could end it from inside."""
    import signal

    for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


@isolated
def hoarding(size: int) -> int:
    return len(bytearray(size))


@isolated
def crashing() -> str:
    ctypes.string_at(0)
    return "not reached"


@isolated
def killed(times: int, tally: str) -> str:
    """Killed as from outside, as often as the tally is short of `times`; the tally is counted before."""
    counted = os.open(tally, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(counted, b".")
    if os.fstat(counted).st_size <= times:
        os.kill(os.getpid(), 9)
    return "came through"


@isolated
def nested(depth: int) -> int:
    return nested(depth + 1)


@isolated
def lying() -> int:
    return "no number"  # type: ignore[return-value]


@isolated
def flooding(size: int) -> str:
    return "x" * size


@isolated
def forged(answer: bytes) -> int:
    """Writes an answer of its own choice to the channel, as code that a page has smuggled in could."""
    for number in range(3, 100):
        try:
            with socket.socket(fileno=os.dup(number)) as channel:
                channel.sendall(answer)
        except OSError:
            continue
    return 0


@isolated
def surroundings() -> dict[str, str]:
    return dict(os.environ)


@isolated
def writing(place: str, size: int) -> int:
    with open(place, "wb") as file:
        return file.write(b"x" * size)

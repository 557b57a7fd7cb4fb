"""One refresh at a time: an operating-system lock on `refresh.lock` in the home, with its owner's name in it.

The lock belongs to the process, not to the file: when its owner dies, however it dies, the system lets go of it, so
a lock left behind never blocks. The text in the file only serves the message that a second refresh shows.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from scrapers.home import Home
from warehouse.errors import ExitCode, Trouble
from warehouse.places import local_path

LOCK_FILE = "refresh.lock"


@dataclass(frozen=True)
class Owner:
    """Who holds the lock, as far as the file tells."""

    purpose: str
    pid: int
    host: str
    since: datetime
    """UTC."""


class Locked(Trouble):
    """Another process works on this home. The message names it."""

    exit_code = ExitCode.LOCKED

    def __init__(self, path: Path, owner: Owner | None) -> None:
        if owner is None:
            who = "another process"
        else:
            since = owner.since.strftime("%Y-%m-%d %H:%M:%S")
            who = f"{owner.purpose} (process {owner.pid} on {owner.host}, since {since} UTC)"
        super().__init__(f"this home is in use by {who}; wait for it to end, then try again ({path})")
        self.owner = owner


@dataclass
class _Held:
    descriptor: int
    entered: int
    """How often this process has entered: the stages of one refresh may each ask for the lock."""


_held: dict[str, _Held] = {}
_guard = threading.Lock()

LEAST_WAIT = 0.3
"""Seconds: someone who merely looks who holds the lock (`owner`) holds it for an instant."""


@contextmanager
def refresh_lock(home: Home, purpose: str = "refresh", wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of the home while the block runs; a process that holds it already just enters.

    Raises Locked when another process still holds it after `wait_seconds`.
    """
    path = local_path(home, LOCK_FILE)
    key = str(path.resolve())
    with _guard:
        mine = _held.get(key)
        if mine is None:
            mine = _held[key] = _Held(descriptor=_acquire(path, purpose, wait_seconds), entered=0)
        mine.entered += 1
    try:
        yield
    finally:
        with _guard:
            mine.entered -= 1
            if not mine.entered:
                del _held[key]
                os.ftruncate(mine.descriptor, 0)
                os.close(mine.descriptor)


def holds(home: Home) -> bool:
    """True where this process holds the lock."""
    with _guard:
        return str(local_path(home, LOCK_FILE).resolve()) in _held


def owner(home: Home) -> Owner | None:
    """Who holds the lock now; None where nobody does. Takes part in the lock for an instant to find out.

    Needs no right to write in the home. Raises OSError where the file cannot even be read.
    """
    path = local_path(home, LOCK_FILE)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_owner(path) or Owner("another process", 0, "unknown host", datetime.fromtimestamp(0, UTC))
    finally:
        os.close(descriptor)
    return None


def _acquire(path: Path, purpose: str, wait_seconds: float) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    until = time.monotonic() + max(wait_seconds, LEAST_WAIT)
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                raise Locked(path, _read_owner(path)) from None
            time.sleep(0.05)
    me = Owner(purpose=purpose, pid=os.getpid(), host=socket.gethostname(), since=datetime.now(UTC))
    with suppress(OSError):  # a full disk: the lock holds all the same, only its owner's name is not told
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(me), default=str).encode(), 0)
    return descriptor


def _read_owner(path: Path) -> Owner | None:
    try:
        told = json.loads(path.read_text())
        return Owner(told["purpose"], int(told["pid"]), told["host"], datetime.fromisoformat(told["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # the owner is just writing it


def _forget_after_fork() -> None:
    """A forked child must not keep the lock of a parent that dies: it closes its copy, the parent's stays."""
    for held in _held.values():
        os.close(held.descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget_after_fork)

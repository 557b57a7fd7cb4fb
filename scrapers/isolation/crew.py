"""The reading processes of this process: lent to one thread at a time, replaced after a fault and after many calls."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from scrapers.isolation.limits import Limits, limits
from scrapers.isolation.process import Died, Process, ReaderError
from scrapers.records import Refusal

log = logging.getLogger(__name__)

_TRIES = 2
"""A process that is killed from outside (the machine was short of memory) costs no page: it is read once more."""
_MOST_AT_ONCE = max(2, os.cpu_count() or 1)


class Crew:
    """The idle reading processes, and how many more may work."""

    def __init__(self) -> None:
        self._idle: list[Process] = []
        self._all: WeakSet[Process] = WeakSet()
        self._guard = threading.Lock()
        self._places = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """As `Process.call`, with a process that is idle or new. Raises `ReadersUnavailable` where none can start."""
        with self._places:
            for left in reversed(range(_TRIES)):
                try:
                    return self._once(function, arguments, keywords)
                except Died as death:
                    if not left:
                        raise Refusal("reader_died", f"{death}, {_TRIES} times") from death
                    log.warning("%s in %s: tried again", death, function.__name__)
        raise AssertionError("not reached")

    def dismiss(self) -> None:
        """End all idle processes."""
        with self._guard:
            idle, self._idle = self._idle, []
        for process in idle:
            process.end()

    def forget(self) -> None:
        """In a forked process: let go of the processes of the parent, those at work as well."""
        for process in list(self._all):
            process.end()

    def _once(self, function: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        process = self._lent(limits())
        is_sound = False
        try:
            result = process.call(function, arguments, keywords)
            is_sound = True
            return result
        except ReaderError as error:
            log.error("%s: %s\n%s", function.__name__, error, error.trace)
            is_sound = True
            raise
        except Refusal as refusal:
            is_sound = refusal.code not in STOPPED
            raise
        finally:
            if is_sound and process.calls < process.limits.calls:
                with self._guard:
                    self._idle.append(process)
            else:
                process.end()

    def _lent(self, wanted: Limits) -> Process:
        """An idle process with the wanted limits, the one that worked last first, else a new one."""
        while True:
            with self._guard:
                process = self._idle.pop() if self._idle else None
            if process is None:
                process = Process(wanted)
                self._all.add(process)
                return process
            if process.limits == wanted and process.is_alive():
                return process
            process.end()


STOPPED = frozenset({"too_slow_to_read", "too_much_memory", "reader_died"})
"""Codes of calls that were ended by a limit: the page may be in order, and another night may read it."""

_crew = Crew()


def crew() -> Crew:
    """The one of this process."""
    return _crew


def _forget() -> None:
    """In a forked process: the reading processes belong to the parent, whose answers they would mix up."""
    global _crew
    forgotten, _crew = _crew, Crew()
    forgotten.forget()


os.register_at_fork(after_in_child=_forget)
atexit.register(lambda: _crew.dismiss())

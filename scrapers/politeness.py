"""Turns at a host: how many requests at once and how far apart, for all processes that share a home."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator

from filelock import FileLock, Timeout

from scrapers.home import Home

LONGEST_WAIT = 180.0
"""Seconds after which a turn is given up: the host is busy with other processes."""

_SPARE = 1.01
"""Distances are kept this much larger: what leaves evenly does not arrive quite evenly."""

_POLL = 0.01
"""Seconds between two looks at a place that somebody else holds."""


class HostBusy(Exception):  # noqa: N818 - named after what is the case
    """No turn at a host within the longest wait."""


class HostGate:
    """Hands out turns at one host (name and port). State lies in small files, so that it holds across processes."""

    def __init__(
        self,
        home: Home,
        host: str,
        *,
        seconds_apart: float,
        concurrency: int,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        folder = home.lock_folder("politeness")
        name = re.sub(r"[^A-Za-z0-9.-]+", "_", host)[:100]
        self._host = host
        self._clock_file = folder / f"{name}.next"
        self._clock_lock = FileLock(folder / f"{name}.next.lock")
        self._places = [FileLock(folder / f"{name}.{number}.lock") for number in range(concurrency)]
        self._seconds_apart = seconds_apart * _SPARE
        self._sleep = sleep

    @contextlib.contextmanager
    def turn(self) -> Iterator[Callable[[], None]]:
        """Wait for a free place and for the host's clock, then hold the place. Raises `HostBusy`.

        Yields what is to be called once the request has left: the distance to the next one is counted from there, and
        until then nobody else begins, so that it is never smaller than asked, however long a connection takes.
        """
        place = self._place()
        try:
            self._begin()
            yield self._has_left
        finally:
            self._let_go()
            place.release()

    def slow_down(self, seconds_apart: float) -> None:
        """Keep requests at least so far apart (a crawl delay that the host asks for)."""
        self._seconds_apart = max(self._seconds_apart, seconds_apart * _SPARE)

    def hold_off(self, seconds: float) -> None:
        """Let nobody ask this host before so many seconds have passed (its Retry-After)."""
        with self._clock_lock:
            not_before, last = self._read()
            self._write(max(not_before, time.time() + seconds), last)

    def _place(self) -> FileLock:
        end = time.monotonic() + LONGEST_WAIT
        while True:
            for place in self._places:
                try:
                    place.acquire(timeout=0)
                    return place
                except Timeout:
                    continue
            if time.monotonic() > end:
                raise HostBusy(f"{self._host} is busy with other requests of this home")
            time.sleep(_POLL)

    def _begin(self) -> None:
        """Take the host's clock, wait until it allows a request, and keep it until the request has left."""
        try:
            self._clock_lock.acquire(timeout=LONGEST_WAIT, poll_interval=_POLL)
        except Timeout:
            raise HostBusy(f"{self._host} is busy with other requests of this home") from None
        not_before, last = self._read()
        wait = max(not_before, last + self._seconds_apart) - time.time()
        if wait > LONGEST_WAIT:
            raise HostBusy(f"{self._host} is asked not before {wait:.0f} s from now")
        if wait > 0:
            self._sleep(wait)
        self._mark()

    def _has_left(self) -> None:
        if self._clock_lock.is_locked:
            self._mark()
            self._let_go()

    def _let_go(self) -> None:
        if self._clock_lock.is_locked:
            self._clock_lock.release()

    def _mark(self) -> None:
        now = time.time()
        self._write(now + self._seconds_apart, now)

    def _read(self) -> tuple[float, float]:
        """When the host may be asked next, and when it was asked last: who keeps a larger distance counts from there.

        Moments that only a clock which was set back explains count for nothing: they must not close a host.
        """
        try:
            moments = [float(word) for word in self._clock_file.read_text().split()]
        except (OSError, ValueError):
            moments = []
        not_before, last = [*moments, 0.0, 0.0][:2]
        now = time.time()
        return not_before if not_before < now + 86_400 else 0.0, last if last <= now else 0.0

    def _write(self, not_before: float, last: float) -> None:
        self._clock_file.write_text(f"{not_before:.6f} {last:.6f}")

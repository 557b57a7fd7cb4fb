"""The marts as of a past date: the current release where it is of that date, else a build in a scratch home.

A build has one as-of date, so another date is another build. It is made over a copy of the build database, in a home of
its own below `past/`; the real build database, its mark and the releases are never written to. A scratch home belongs
to the process that holds the lock in it: what a killed process left behind is cleared away by the next one.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scrapers.home import Home
from warehouse import marts, release
from warehouse.build import BuildFailed, build
from warehouse.database import build_path, connect_build
from warehouse.errors import ExitCode, Trouble
from warehouse.lock import refresh_lock
from warehouse.places import PAST, local_path
from warehouse.run import today

log = logging.getLogger("zhibiao.past")

OWNED = "owner.lock"
"""File of a scratch home that its process holds locked; the lock dies with the process."""

GUARD = ".guard"
"""File of the folder of scratch homes, held while one is made or cleared."""

WAIT_SECONDS = 30
"""How long to wait for a refresh to end before the copy is given up."""


class NotYet(Trouble):
    """The date lies in the future: nobody knows yet what will have been published by then."""

    exit_code = ExitCode.USAGE


class NothingLoaded(Trouble):
    """There is no build database to build from."""

    exit_code = ExitCode.NO_RELEASE


class PastFailed(Trouble):
    """The marts of that date could not be built."""


@contextmanager
def past_marts(home: Home, as_of: date) -> Iterator[Path]:
    """The file of the marts as of a date (Asia/Shanghai), to be read only; a scratch one is gone after the block.

    Raises NotYet, NothingLoaded, PastFailed, and `lock.Locked` where a refresh does not end in time.
    """
    if as_of > today():
        raise NotYet(f"{as_of} lies in the future; the newest as-of date is today, {today()}")
    found = None
    with suppress(release.NoRelease, release.ReleaseDamaged):
        found = release.current(home)
    if found is not None and found.manifest.as_of == as_of:
        yield found.database
        return
    if not build_path(home).exists():
        raise NothingLoaded(f"there is nothing to build the marts of {as_of} from; run `zhibiao refresh` first")
    with _scratch(home) as scratch:
        yield _built(home, scratch, as_of)


@dataclass(frozen=True)
class Marts:
    """The file of marts that somebody may read, and the date that they are of."""

    database: Path
    as_of: date


@contextmanager
def marts_of(home: Home, as_of: date | None) -> Iterator[Marts]:
    """Those of the current release, or of `past_marts` where a date is given. Raises as those do."""
    if as_of is None:
        found = release.current(home)
        yield Marts(found.database, found.manifest.as_of)
        return
    with past_marts(home, as_of) as database:
        yield Marts(database, as_of)


def _built(home: Home, scratch: Home, as_of: date) -> Path:
    """Copy, build, and take out the marts; the copy itself is not kept any longer than that."""
    copied = build_path(scratch)
    copied.parent.mkdir(parents=True)
    purpose = f"a copy for the marts of {as_of}"
    # Nobody writes while somebody reads: what a running refresh has not finished is waited for, not copied.
    with refresh_lock(home, purpose=purpose, wait_seconds=WAIT_SECONDS), closing(connect_build(home, read_only=True)):
        for suffix in ("", ".wal"):
            original = build_path(home).with_name(build_path(home).name + suffix)
            if original.exists():
                shutil.copyfile(original, copied.with_name(copied.name + suffix))
    try:
        build(scratch, as_of, tests=False)
    except BuildFailed as error:
        raise PastFailed(f"the marts of {as_of} could not be built: {error}") from error
    database = local_path(scratch, release.DATABASE)
    marts.copy(copied, database)
    shutil.rmtree(copied.parent)
    return database


@contextmanager
def _scratch(home: Home) -> Iterator[Home]:
    """An empty home of this process alone; what dead processes left is removed first, this one at the end."""
    place = local_path(home, PAST)
    place.mkdir(parents=True, exist_ok=True)
    with _guard(place):
        _clear(place)
        folder = Path(tempfile.mkdtemp(prefix="build-", dir=place))
        descriptor = _lock(folder / OWNED)
    try:
        yield Home.at(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def clear(home: Home) -> None:
    """Remove what commands that were killed have left in `past/`; those at work are left alone."""
    place = local_path(home, PAST)
    if place.is_dir():
        with _guard(place):
            _clear(place)


def _clear(place: Path) -> None:
    """Remove the scratch homes whose owner is no more. Only for the holder of the guard."""
    for folder in sorted(path for path in place.iterdir() if path.is_dir()):
        try:
            descriptor = _lock(folder / OWNED, wait=False)
        except BlockingIOError:
            continue  # at work
        log.info("clearing away %s, left by a build that did not end", folder.name)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def _guard(place: Path) -> Iterator[None]:
    """One process at a time makes and clears scratch homes, so that none is cleared before it has its lock."""
    descriptor = _lock(place / GUARD)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(path: Path, *, wait: bool = True) -> int:
    """Lock a file for this process. Raises BlockingIOError where another has it and there is no waiting."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor

"""May a refresh begin: is there room on the disk of the home, and may it be written? Asked before anything is begun."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from scrapers.home import Home
from warehouse.errors import Trouble
from warehouse.places import BUILD_DATABASE, CURRENT, local_path

LEAST_FREE = 64 * 2**20
"""Bytes that a refresh of a small home needs beside its build and its release: logs, Airflow's database, new pages."""
LEAST_FILES = 2000
"""Files that a disk must still take: a release has about a hundred, a night of new pages some hundreds."""
LEAST_FREE_VARIABLE, LEAST_FREE_GB = "ZHIBIAO_LEAST_FREE_GB", 2.0
URGENT_GB = 0.2
"""Gigabytes below which a low disk is red."""
SPENT = 2**20
"""With fewer free bytes than this a failure is laid to the disk, whatever it says of itself."""
FULL = ("no space left on device", "disk is full", "disk quota exceeded")
"""What the system and the databases say of a disk on which nothing more fits."""
WRITTEN = ("", "captures", "captures/bodies", "captures/log", "records", "build", "releases", "runs", "logs", "airflow")
"""Folders of the home that a refresh writes into, where they exist; the empty name is the home."""
WRITTEN_FILES = (BUILD_DATABASE, "refresh.lock", "airflow/airflow.db")


class NoRoom(Trouble):
    """The disk of the home is too full for a refresh, or may not be written. Nothing was begun."""


def needed(home: Home) -> int:
    """Bytes that a refresh may need at most: the build once more while it is rewritten, one more release, and spare."""
    build, current = local_path(home, BUILD_DATABASE), local_path(home, CURRENT)
    files = [path for path in current.resolve().rglob("*") if path.is_file()] if current.exists() else []
    return LEAST_FREE + 2 * _size(build) + sum(_size(path) for path in files)


def lack_of_room(home: Home) -> str | None:
    """What a refresh would lack on the disk of the home, in words; None where there is enough."""
    root = local_path(home)
    free, wanted = shutil.disk_usage(root).free, needed(home)
    if free < wanted:
        return f"it has {_megabytes(free)} left, a refresh may need {_megabytes(wanted)}"
    files = os.statvfs(root)
    if files.f_files and files.f_favail < LEAST_FILES:
        return f"it takes only {files.f_favail} more files, a refresh may need {LEAST_FILES}"
    return None


def free_gb(home: Home) -> float | None:
    """Gigabytes free on the disk of the home; None for a home elsewhere."""
    return shutil.disk_usage(local_path(home)).free / 1e9 if home.is_local else None


def least_free_gb() -> float:
    """Gigabytes below which the disk counts as low: time to make room before a refresh lacks it."""
    try:
        return float(os.environ.get(LEAST_FREE_VARIABLE) or LEAST_FREE_GB)
    except ValueError:
        return LEAST_FREE_GB


def check_room(home: Home) -> None:
    """Raise NoRoom where a refresh would run into a full disk or a folder that it may not write."""
    root = local_path(home)
    root.mkdir(parents=True, exist_ok=True)
    closed = [name or str(root) for name in WRITTEN if _is_closed(root / name)]
    closed += [name for name in WRITTEN_FILES if _is_closed(root / name)]
    if closed:
        raise NoRoom(
            f"the home {root} cannot be written ({', '.join(closed)}): mount it for writing, or give its files to the "
            f"user who runs the refresh; the published release can still be read"
        )
    if lack := lack_of_room(home):
        raise NoRoom(
            f"the disk of {root} is too full: {lack}; make room, then refresh again (build/ and past/ of the home may "
            f"be removed, old runs/ and releases/ moved elsewhere)"
        )


def full_disk(home: Home, error: BaseException) -> str | None:
    """What to say of an error that came of a full disk, or None where it came of something else.

    Databases and libraries tell it in words of their own, so their words are looked at, and those of their causes.
    """
    told = []
    cause: BaseException | None = error
    while cause is not None:
        told.append(f"{cause}".lower())
        cause = cause.__cause__ or cause.__context__
    root = local_path(home)
    free = shutil.disk_usage(root).free
    if free > SPENT and not any(sign in words for words in told for sign in FULL):
        return None
    return (
        f"the disk of {root} is full ({_megabytes(free)} left): make room, then refresh again; "
        f"the release in use is untouched"
    )


def _is_closed(path: Path) -> bool:
    return path.exists() and not os.access(path, os.W_OK)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _megabytes(count: int) -> str:
    return f"{count / 2**20:.0f} MB"

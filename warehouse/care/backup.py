"""A backup: what the home has collected, been told and published, copied into another folder, and only what is new.

It works beside a refresh and disturbs no reader. What the backup before had of pages, plans, evidence and decisions and
the home has no longer is kept: nothing removes them but damage.
"""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

from scrapers.home import Home
from scrapers.register.register import PLANS
from warehouse.care import layout, store
from warehouse.care.copying import BackupFailed, BackupSummary, Copying
from warehouse.care.store import Manifest, NoBackup
from warehouse.places import RELEASES

log = logging.getLogger("zhibiao.care")


def backup(home: Home, folder: Path) -> BackupSummary:
    """Bring the backup in `folder` (made where it is missing) to what the home holds now.

    Raises NoBackup (the folder is something else, or in the home), BackupBusy, BackupFailed, BackupNewer,
    BackupDamaged.
    """
    stated = layout.check(home)
    if not home.fs.isdir(home.root) or not any(home.list(part) for part in ("captures", PLANS, RELEASES)):
        raise NoBackup(f"there is nothing to copy in {home.root}: it holds no captures, no plans and no releases")
    _check_place(home, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with store.alone(folder):
            before = _before(folder, stated, home)
            job = Copying(home, folder, before)
            job.run(stated)
            return job.summary
    except OSError as error:
        raise BackupFailed(_in_words(folder, error)) from error


def _check_place(home: Home, folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise NoBackup(f"{folder} is a file; a backup is a folder")
    if home.is_local:
        own, other = Path(home.root).resolve(), folder.resolve()
        if own == other or own in other.parents or other in own.parents:
            raise NoBackup(f"{folder} and the home {own} lie in one another: a backup belongs on another disk")
    if folder.is_dir() and not (folder / store.MANIFEST).exists():
        others = sorted(path.name for path in folder.iterdir())
        if others and store.OBJECTS not in others and set(others) - {store.LOCK}:
            raise NoBackup(f"{folder} holds other things ({', '.join(others[:3])}): name an empty folder or a backup")


def _before(folder: Path, stated: layout.Stated, home: Home) -> Manifest | None:
    """The backup that is there. Raises NoBackup where it is of another home."""
    if not (folder / store.MANIFEST).exists():
        return None
    before = store.read_manifest(folder)
    if before.layout > layout.LAYOUT:
        raise store.BackupNewer(f"{folder} holds a home of layout {before.layout}, newer than this zhibiao writes")
    is_unmarked = before.home == home.root and None in (before.home_id, stated.home_id)
    if not is_unmarked and not store.is_of(before, folder, home):
        raise NoBackup(f"{folder} is the backup of another home ({before.home}): give each home a folder of its own")
    return before


def _in_words(folder: Path, error: OSError) -> str:
    why = {
        errno.ENOSPC: "its disk is full",
        errno.EDQUOT: "its disk quota is used up",
        errno.EROFS: "its disk is read-only",
        errno.EACCES: "it may not be written to",
        errno.EPERM: "it may not be written to",
    }.get(error.errno or 0, error.strerror or str(error))
    held = (folder / store.MANIFEST).exists()
    rest = "the backup that was there is whole as before" if held else "there is no backup yet"
    return f"the backup in {folder} could not be written: {why} ({error.filename or error}); {rest}"


def verify(folder: Path) -> list[str]:
    """Read a backup back: the files that are damaged or missing, by their path in the home. Raises as `read_manifest`.

    Damaged objects are put aside where the backup can be written, so that the next backup brings them again.
    """
    manifest = store.read_manifest(folder)
    damaged = store.damaged_files(folder, manifest)
    named = {**manifest.files, **manifest.outside}
    for place in {store.object_path(folder, named[path].sha256) for path in damaged}:
        try:
            (folder / store.ASIDE).mkdir(exist_ok=True)
            os.replace(place, folder / store.ASIDE / place.name)
        except OSError:
            log.debug("a damaged object stays in its place, or was missing", exc_info=True)
    return damaged

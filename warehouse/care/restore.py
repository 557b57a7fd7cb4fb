"""A backup brought back into an empty home: checked as a whole first, then written, and `current` shown last.

While files are written `home.json` says that the home is not whole yet, so that nobody works on it; a restore that was
killed goes on where it stopped. Nothing that is there is overwritten: a home that holds anything is refused.
"""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path

from scrapers.home import Home
from scrapers.register.decisions import REVIEWS_VARIABLE, decisions_path
from warehouse import release
from warehouse.care import copying, layout, store
from warehouse.care.layout import Stated
from warehouse.care.store import BackupDamaged, BackupNewer, Manifest
from warehouse.code import code_version
from warehouse.errors import ExitCode, Trouble
from warehouse.files import sha256_of
from warehouse.lock import LOCK_FILE, refresh_lock
from warehouse.outcomes import shortened
from warehouse.places import RELEASES, HomeNotLocal

log = logging.getLogger("zhibiao.care")


class HomeNotEmpty(Trouble):
    """There is a home already; nothing in it is overwritten."""

    exit_code = ExitCode.REFUSED


class RestoreFailed(Trouble):
    """The home could not be written."""


@dataclass
class RestoreSummary:
    """What one restore did."""

    home: str
    manifest: Manifest
    files: int = 0
    notes: list[str] = field(default_factory=list)
    """What a person may have to do: decisions that are not in force, steps to today's layout."""

    def __str__(self) -> str:
        shown = f"current is release {self.manifest.current}" if self.manifest.current else "no release was current"
        return f"{self.files} files restored into {self.home}; {shown}"


def restore(folder: Path, home: Home) -> RestoreSummary:
    """Bring a backup back into an empty home, or go on with a restore of the same backup that was killed.

    Raises NoBackup, BackupNewer, BackupDamaged (names the files; nothing is written), HomeNotEmpty, HomeNotLocal,
    RestoreFailed, and Locked where another process works on the home.
    """
    manifest = store.read_manifest(folder)
    if manifest.layout > layout.LAYOUT:
        raise BackupNewer(
            f"{folder} holds a home of layout {manifest.layout}, written by {manifest.made_by}; this zhibiao "
            f"({code_version()}) knows up to {layout.LAYOUT}: install that version to bring it back"
        )
    if not home.is_local and any(path.startswith(f"{RELEASES}/") for path in manifest.files):
        raise HomeNotLocal(f"the backup holds releases, and {home.root} is no folder of this machine: restore into one")
    name = str(folder.resolve())
    _check_empty(home, name)
    damaged = store.damaged_files(folder, manifest)
    if damaged:
        raise BackupDamaged(f"{len(damaged)} files of {folder} are damaged, nothing was restored: {shortened(damaged)}")
    try:
        return _bring_back(folder, home, manifest, name)
    except OSError as error:
        raise RestoreFailed(
            f"the home {home.root} could not be written: {error.strerror or error}; "
            "set it right and run the same command again: it goes on where it stopped"
        ) from error


def _bring_back(folder: Path, home: Home, manifest: Manifest, name: str) -> RestoreSummary:
    if not home.is_local:
        return _write(folder, home, manifest, name)
    Path(home.root).mkdir(parents=True, exist_ok=True)
    with refresh_lock(home, purpose="restore"):
        _check_empty(home, name)
        return _write(folder, home, manifest, name)


def _write(folder: Path, home: Home, manifest: Manifest, name: str) -> RestoreSummary:
    known = Stated(layout=manifest.layout, home_id=manifest.home_id)
    layout.write(home, known.model_copy(update={"restoring": name}))
    summary = RestoreSummary(home.root, manifest)
    for path, entry in {**manifest.files, **manifest.outside}.items():
        if path != layout.FILE:
            _place(folder, home, path, entry)
            summary.files += 1
    if home.is_local:
        os.sync()
        _show(home, manifest)
    written = layout.write(home, known)
    summary.manifest = manifest.model_copy(update={"home_id": written.home_id})
    summary.notes += layout.migrate(home)
    summary.notes += _decisions(home, manifest)
    return summary


def _check_empty(home: Home, name: str) -> None:
    """Raise HomeNotEmpty unless there is nothing, or what a killed restore of the same backup has left."""
    if not home.fs.exists(home.root):
        return
    if not home.fs.isdir(home.root):
        raise HomeNotEmpty(f"{home.root} is a file; name an empty folder with --home")
    held = sorted(str(path).rstrip("/").rsplit("/", 1)[-1] for path in home.fs.ls(home.root, detail=False))
    held = [each for each in held if each != LOCK_FILE and not each.endswith(".partial")]
    if not held:
        return
    found = layout.stated(home)
    if found.restoring == name:
        return
    begun = f", and a restore of {found.restoring} into it did not end" if found.restoring else ""
    raise HomeNotEmpty(
        f"{home.root} is not empty (it holds {', '.join(held[:3])}){begun}: nothing is overwritten. "
        "Name an empty folder "
        "with --home, or move this one away; to mend a home from a backup run `zhibiao doctor --mend --from "
        f"{name}`"
    )


def _place(folder: Path, home: Home, path: str, entry: store.Entry) -> None:
    """Write one file whole or not at all, hashing what is written; one that is there and right is left."""
    source = store.object_path(folder, entry.sha256)
    if not home.is_local:
        home.write(_checked(source.read_bytes(), entry, path), path)
        return
    target = Path(home.path(path))
    if target.is_file() and target.stat().st_size == entry.size and sha256_of(target) == entry.sha256:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")  # what a killed restore left is written over
    digest = hashlib.sha256()
    with source.open("rb") as read, partial.open("wb") as write:
        while piece := read.read(store.PIECE):
            digest.update(piece)
            write.write(piece)
    if digest.hexdigest() != entry.sha256:
        partial.unlink()
        raise BackupDamaged(f"{path} was changed in the backup while it was read; run the same command again")
    if path.startswith(f"{RELEASES}/"):
        partial.chmod(0o444)
    if entry.mtime_ns is not None:
        os.utime(partial, ns=(entry.mtime_ns, entry.mtime_ns))
    os.replace(partial, target)


def _checked(content: bytes, entry: store.Entry, path: str) -> bytes:
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise BackupDamaged(f"{path} was changed in the backup while it was read; run the same command again")
    return content


def _show(home: Home, manifest: Manifest) -> None:
    """Point `current` at the release that readers saw, after its files were held against its own checksums."""
    if manifest.current is None:
        return
    found = release.get(home, manifest.current)
    if problems := release.verify(found):
        raise BackupDamaged(f"release {manifest.current} of the backup is damaged: {'; '.join(problems[:3])}")
    release.point_current_at(home, manifest.current)


def _decisions(home: Home, manifest: Manifest) -> list[str]:
    """Whether the decisions of the backup are in force here; they never take the place of the present ones."""
    names = list(manifest.outside)
    if not names:
        return []
    name = f"{copying.REVIEWS}/in_force.csv"
    name = name if name in manifest.outside else names[0]
    present = decisions_path()
    if present.is_file() and sha256_of(present) == manifest.outside[name].sha256:
        return []
    if not present.exists() and os.environ.get(REVIEWS_VARIABLE):
        present.parent.mkdir(parents=True, exist_ok=True)
        present.write_bytes(home.read(name))
        return [f"the decisions about targets were written to {present}"]
    return [
        f"the decisions about targets in force here ({present}) are not those of the backup: these lie in "
        f"{home.path(name)}; compare the two, or set {REVIEWS_VARIABLE} to that file"
    ]

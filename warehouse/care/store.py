"""What a backup is on the disk: every file once under its SHA-256, and one manifest that says what they are.

    DIR/  backup.json  objects/<first two digits>/<sha256>  backup.lock

Objects never change, and the manifest is replaced by one rename after all of them are on the disk: a killed backup
leaves the one before it whole. The manifest seals itself with a hash of what it says.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from scrapers.archive import LOG
from scrapers.home import Home
from warehouse.care import layout
from warehouse.code import code_version
from warehouse.errors import ExitCode, Trouble
from warehouse.files import sha256_of, sync_folder

MANIFEST = "backup.json"
OBJECTS = "objects"
LOCK = "backup.lock"
ASIDE = "damaged"
FORMAT = 1
"""Counts up when an older zhibiao could no longer bring a backup back."""
PIECE = 1 << 20
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_RELEASE = re.compile(r"^[0-9A-Za-z-]+$")


class Entry(BaseModel):
    """One file of the home as it was when it was copied."""

    model_config = ConfigDict(frozen=True)

    sha256: str
    size: int
    mtime_ns: int | None = None
    """By which an unchanged file is known without reading it again."""


class Manifest(BaseModel):
    """What a backup holds."""

    format: int = FORMAT
    made_by: str
    made_at: datetime
    """UTC."""
    home: str
    """Where the home lay."""
    home_id: str | None
    layout: int
    current: str | None
    """The release that readers saw."""
    files: dict[str, Entry]
    """By path in the home."""
    outside: dict[str, Entry] = {}
    """Reviewed data that lies outside the home, by the name that it gets in a restored one."""
    origins: dict[str, str] = {}
    """Where the files of `outside` lay."""

    @property
    def hashes(self) -> set[str]:
        """Of all objects that the manifest needs."""
        return {entry.sha256 for entry in (*self.files.values(), *self.outside.values())}


class NoBackup(Trouble):
    """The folder is no backup, or cannot be one."""

    exit_code = ExitCode.USAGE


class BackupNewer(Trouble):
    """A newer zhibiao has made this backup."""

    exit_code = ExitCode.REFUSED


class BackupDamaged(Trouble):
    """Files of the backup are not the ones that were put there."""

    exit_code = ExitCode.REFUSED


class BackupBusy(Trouble):
    """Another process writes this backup."""

    exit_code = ExitCode.LOCKED


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. Raises NoBackup, BackupNewer, BackupDamaged."""
    place = folder / MANIFEST
    try:
        text = place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise NoBackup(f"{folder} is no backup of zhibiao: it has no {MANIFEST}") from None
    try:
        told = json.loads(text)
        seal = told.pop("seal", None)
        newer = int(told["format"]) > FORMAT
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BackupDamaged(f"{place} is damaged and cannot be read ({str(error)[:80]})") from error
    if newer:
        raise BackupNewer(
            f"{folder} was made by a newer zhibiao ({str(told.get('made_by'))[:40]}); "
            f"this one ({code_version()}) cannot bring it back"
        )
    try:
        found = Manifest.model_validate(told)
    except ValidationError as error:
        raise BackupDamaged(f"{place} is damaged and cannot be read ({error.error_count()} fields)") from error
    if seal != _seal(told):
        raise BackupDamaged(f"{place} is damaged: what it says is not what was written")
    for path, entry in (*found.files.items(), *found.outside.items()):
        if not is_safe(path) or not _SHA256.match(entry.sha256):
            raise BackupDamaged(f"{place} is damaged: {path[:80]!r} is no file of a home")
    if found.current is not None and not _RELEASE.match(found.current):
        raise BackupDamaged(f"{place} is damaged: {found.current[:80]!r} is no release")
    return found


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest, once all that it names is on the disk."""
    told = manifest.model_dump(mode="json")
    text = json.dumps(told | {"seal": _seal(told)}, ensure_ascii=False, indent=0)
    partial = folder / f"{MANIFEST}.partial"
    with partial.open("wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    os.sync()  # objects were written without waiting for the disk, one by one
    os.replace(partial, folder / MANIFEST)
    sync_folder(folder)


_ENTRY = re.compile(rb'^\{"attempt_id":"([0-9a-f]{32})"', re.MULTILINE)


def is_of(manifest: Manifest, folder: Path, home: Home) -> bool:
    """True where a backup is of this home, or of a copy of it: it bears its id, or its log has an entry in common."""
    try:
        if manifest.home_id is not None and manifest.home_id == layout.stated(home).home_id:
            return True
    except Trouble:
        pass  # its home.json is damaged
    mine = entry_ids(home)
    for path, entry in manifest.files.items():
        if path.startswith(f"{LOG}/") and mine:
            try:
                found = _ENTRY.findall(object_path(folder, entry.sha256).read_bytes())
            except OSError:
                continue
            if not mine.isdisjoint(found):
                return True
    return False


def entry_ids(home: Home) -> set[bytes]:
    """Ids of the log entries of a home: they are given once in the world."""
    return {found for path in home.list(LOG, suffix=".jsonl") for found in _ENTRY.findall(home.read(path))}


def is_safe(path: str) -> bool:
    """True for a path that stays in the folder it is put in."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in path and not any(part in ("", ".", "..") for part in path.split("/"))


def damaged_files(folder: Path, manifest: Manifest) -> list[str]:
    """Read everything back: the files, by their path in the home, whose bytes are missing or altered."""
    bad = set()
    for sha256 in sorted(manifest.hashes):
        try:
            if sha256_of(object_path(folder, sha256)) != sha256:
                bad.add(sha256)
        except OSError:
            bad.add(sha256)
    named = {**manifest.files, **manifest.outside}
    return sorted(path for path, entry in named.items() if entry.sha256 in bad)


def object_path(folder: Path, sha256: str) -> Path:
    return folder / OBJECTS / sha256[:2] / sha256


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """While the block runs no other process writes this backup. Raises BackupBusy."""
    try:
        with FileLock(folder / LOCK, timeout=1):
            yield
    except Timeout:
        raise BackupBusy(f"another process writes the backup {folder}; wait for it to end, then try again") from None


def _seal(told: object) -> str:
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

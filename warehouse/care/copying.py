"""Copying a home into a backup, file by file, in an order that needs no lock of the home.

The order is the reverse of the order of writing: releases, plans and entries come first, then what was read on pages
(an outcome before its records), then the log, then the bodies (a body is on the disk before the log speaks of it). So
whatever is copied finds what it rests on. What is pruned or replaced meanwhile is left to the next backup.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from scrapers.archive import BODIES, LOG
from scrapers.captures import attempt_of
from scrapers.home import Home
from scrapers.register.decisions import DecisionsUnreadable, decisions_path, read_decisions
from scrapers.register.register import PLANS, home_plans, is_whole_plan
from scrapers.register.register import alone as plans_alone
from scrapers.seeds import SEEDS
from warehouse.care import layout, store
from warehouse.care.store import Entry, Manifest
from warehouse.code import code_version
from warehouse.errors import Trouble
from warehouse.lock import LOCK_FILE
from warehouse.outcomes import RECORDS
from warehouse.places import CURRENT, PAST, RELEASES
from warehouse.release import CHECKSUMS, RELEASE_ID, current_id, listed_in

log = logging.getLogger("zhibiao.care")

LEFT_OUT = (
    "build",  # made anew from the rest
    PAST,
    "logs",
    "politeness",  # when a host may be asked next: worth nothing an hour later
    "airflow",  # holds passwords and connections, and belongs to the machine
    CURRENT,  # a link: its release stands in the manifest
    LOCK_FILE,
    f"{PLANS}.lock",
    f".{CURRENT}.",
)
"""Names at the top of the home that no backup holds; every other is copied."""

KEPT = ("captures/", "evidence/", f"{PLANS}/", "quarantine/")
"""What is never taken out of a backup: it was collected or entered once."""

REVIEWS = "decisions"
"""Folder of a restored home for reviewed data that lay outside it."""


class BackupFailed(Trouble):
    """The backup could not be written; the one before it is as it was."""


@dataclass
class BackupSummary:
    """What one backup did."""

    folder: Path
    files: int = 0
    new: int = 0
    """Objects that were written."""
    new_bytes: int = 0
    dropped: int = 0
    """Objects that nothing names any more."""
    kept: list[str] = field(default_factory=list)
    """Files that the home has lost and the backup keeps."""
    damaged: list[str] = field(default_factory=list)
    """Files of the home that are not what they should be: not copied, an earlier copy stays."""

    def __str__(self) -> str:
        return (
            f"{self.files} files in {self.folder}, {self.new} of them new ({self.new_bytes / 1e6:.1f} MB), "
            f"{self.dropped} old ones dropped"
        )


class Copying:
    """One backup: collects entries file by file, writes the manifest at the end."""

    def __init__(self, home: Home, folder: Path, before: Manifest | None) -> None:
        self.home, self.folder, self.before = home, folder, before
        self.known = before.files if before else {}
        self.files: dict[str, Entry] = {}
        self.summary = BackupSummary(folder)

    def run(self, stated: layout.Stated) -> None:
        current = self._current()
        self._room()
        for path in self.home.list(RELEASES):  # each folder is listed when its turn comes, not before
            self._take(path)
        self._take_plans()
        later = tuple(f"{folder}/" for folder in (RELEASES, PLANS, RECORDS, LOG, BODIES))
        for path in self._listed():
            if not path.startswith(later):
                self._take(path)
        for folder, suffix in ((RECORDS, ".json"), (RECORDS, ""), (LOG, ""), (BODIES, "")):
            for path in self.home.list(folder, suffix=suffix):
                if path not in self.files and (folder != RECORDS or self._belongs(path)):
                    self._take(path)
        current = self._whole_release(current)
        self._carry_over()
        outside, origins = self._reviews()
        self.summary.files = len(self.files) + len(outside)
        manifest = Manifest(
            made_by=code_version(),
            made_at=datetime.now(UTC),
            home=self.home.root,
            home_id=stated.home_id,
            layout=stated.layout,
            current=current,
            files=self.files,
            outside=outside,
            origins=origins,
        )
        store.write_manifest(self.folder, manifest)
        self._drop(manifest)

    def _belongs(self, path: str) -> bool:
        """False for records whose outcome was written after the outcomes were copied."""
        return not path.endswith(".parquet") or path.removesuffix(".parquet") + ".json" in self.files

    def _listed(self) -> list[str]:
        """Everything in the home that a backup holds."""
        found: list[str] = []
        for top in sorted(self._tops()):
            found += self.home.list(top) if self.home.fs.isdir(self.home.path(top)) else [top]
        return found

    def _tops(self) -> Iterable[str]:
        for path in self.home.fs.ls(self.home.root, detail=False):
            name = str(path).rstrip("/").rsplit("/", 1)[-1]
            if not name.endswith(".partial") and not name.startswith(LEFT_OUT[-1]) and name not in LEFT_OUT:
                yield name

    def _take(self, path: str) -> None:
        """Copy one file where it is new; one that has gone meanwhile is passed over, one that is damaged is told."""
        if path.startswith(f"{RELEASES}/."):
            return
        try:
            if path.startswith(f"{LOG}/"):
                self.files[path] = self._put(self._log_file(path))
                return
            entry = self._unchanged(path) or self._put_file(path)
        except FileNotFoundError:
            return
        if not store.is_safe(path) or not self._is_sound(path, entry):
            self.summary.damaged.append(path)
            if path in self.known:
                self.files[path] = self.known[path]
            return
        self.files[path] = entry

    def _is_sound(self, path: str, entry: Entry) -> bool:
        """False for what was written once and is no longer what it was: it must not take the place of a good copy."""
        if path.startswith(f"{BODIES}/"):
            return entry.sha256 == path.rsplit("/", 1)[-1]
        if path.startswith(KEPT) and self.known.get(path) != entry:
            try:
                text = store.object_path(self.folder, entry.sha256).read_bytes().decode("utf-8-sig")
                if path.endswith(".json"):
                    json.loads(text)
            except (OSError, ValueError, RecursionError):
                return False
        return True

    def _unchanged(self, path: str) -> Entry | None:
        """The entry of a file that is in the backup already: a body by its name, others by size and time."""
        if not self.home.is_local:
            return None
        told = Path(self.home.path(path)).stat()
        if path.startswith(f"{BODIES}/"):
            sha256 = path.rsplit("/", 1)[-1]
            known: Entry | None = Entry(sha256=sha256, size=told.st_size, mtime_ns=told.st_mtime_ns)
        else:
            known = self.known.get(path)
        if known is None or (known.size, known.mtime_ns) != (told.st_size, told.st_mtime_ns):
            return None
        held = store.object_path(self.folder, known.sha256)
        return known if held.exists() and held.stat().st_size == known.size else None

    def _put_file(self, path: str) -> Entry:
        """Copy a file piece by piece, hashing what is copied."""
        if not self.home.is_local:
            return self._put(self.home.read(path))
        digest, size = hashlib.sha256(), 0
        partial = self.folder / f"{os.getpid()}.partial"
        with open(self.home.path(path), "rb") as source, partial.open("wb") as target:
            told = os.fstat(source.fileno())
            while piece := source.read(store.PIECE):
                digest.update(piece)
                target.write(piece)
                size += len(piece)
        self._store(partial, digest.hexdigest(), size)
        return Entry(sha256=digest.hexdigest(), size=size, mtime_ns=told.st_mtime_ns)

    def _put(self, content: bytes) -> Entry:
        sha256 = hashlib.sha256(content).hexdigest()
        partial = self.folder / f"{os.getpid()}.partial"
        held = store.object_path(self.folder, sha256)
        if not held.exists() or held.stat().st_size != len(content):
            partial.write_bytes(content)
            self._store(partial, sha256, len(content))
        return Entry(sha256=sha256, size=len(content))

    def _store(self, partial: Path, sha256: str, size: int) -> None:
        """Give an object its name; one that is there already is replaced by the same bytes, freshly read."""
        held = store.object_path(self.folder, sha256)
        is_new = not held.exists()
        held.parent.mkdir(parents=True, exist_ok=True)
        partial.chmod(0o444)
        os.replace(partial, held)
        self.summary.new += is_new
        self.summary.new_bytes += size * is_new

    def _log_file(self, path: str) -> bytes:
        """A file of the log without a line that is just being written, and with every line that it ever had."""
        content = self.home.read(path)
        whole, _, last = content.rpartition(b"\n")
        if last and attempt_of(last) is None:
            content = whole + b"\n" if whole else b""
        known = self.known.get(path)
        if known is None:
            return content
        try:
            old = store.object_path(self.folder, known.sha256).read_bytes()
        except OSError:
            return content
        if content.startswith(old):
            return content
        have = set(content.split(b"\n"))
        lost = [line for line in old.split(b"\n") if line.strip() and line not in have and attempt_of(line)]
        if lost:
            self.summary.damaged.append(path)
            end = b"" if not content or content.endswith(b"\n") else b"\n"
            content += end + b"\n".join(lost) + b"\n"
        return content

    def _take_plans(self) -> None:
        """Plans while nobody adds one: their three files belong together, and are copied together or not at all."""
        if not self.home.list(PLANS):
            return
        can_lock = self.home.is_local and os.access(self.home.root, os.W_OK)
        with plans_alone(self.home) if can_lock else nullcontext():
            for path in self.home.list(PLANS):
                self._take(path)
            for plan_id in home_plans(self.home):
                if not is_whole_plan(self.home, plan_id):
                    self.summary.damaged.append(f"{PLANS}/{plan_id}")
                    self.files |= {p: e for p, e in self.known.items() if p.startswith(f"{PLANS}/{plan_id}/")}

    def _current(self) -> str | None:
        return current_id(self.home) if self.home.is_local else None

    def _whole_release(self, current: str | None) -> str | None:
        """Take out releases that are not whole, or were pruned while they were copied; an earlier whole copy stays."""
        copied = {path.split("/")[1] for path in self.files if path.startswith(f"{RELEASES}/")}
        for release_id in sorted(copied):
            if RELEASE_ID.match(release_id) and not self._is_whole(release_id):
                gone = not self.home.exists(RELEASES, release_id)
                self._forget(release_id)
                if not gone:
                    self.summary.damaged.append(f"{RELEASES}/{release_id}")
                    self._earlier(release_id)
        held = sorted(path.split("/")[1] for path in self.files if path.endswith(f"/{CHECKSUMS}"))
        now = self._current()
        for wanted in (current, now):
            if wanted in held:
                return wanted
        return held[-1] if held else None

    def _is_whole(self, release_id: str) -> bool:
        """True where the copied files are those that its checksums list."""
        prefix = f"{RELEASES}/{release_id}/"
        listing = self.files.get(f"{prefix}{CHECKSUMS}")
        if listing is None:
            return False
        try:
            listed = listed_in(store.object_path(self.folder, listing.sha256).read_text())
        except (OSError, UnicodeDecodeError):
            return False
        copied = {path[len(prefix) :]: entry.sha256 for path, entry in self.files.items() if path.startswith(prefix)}
        return bool(listed) and all(copied.get(name) == checksum for name, checksum in listed.items())

    def _forget(self, release_id: str) -> None:
        for path in [path for path in self.files if path.startswith(f"{RELEASES}/{release_id}/")]:
            del self.files[path]

    def _earlier(self, release_id: str) -> None:
        for path, entry in self.known.items():
            if path.startswith(f"{RELEASES}/{release_id}/"):
                self.files[path] = entry

    def _carry_over(self) -> None:
        """Keep what was collected or entered once and the home no longer has."""
        for path, entry in self.known.items():
            if path not in self.files and path.startswith(KEPT):
                self.files[path] = entry
                self.summary.kept.append(path)

    def _reviews(self) -> tuple[dict[str, Entry], dict[str, str]]:
        """The decisions of the project, and those in force where they lie elsewhere."""
        wanted = {f"{REVIEWS}/target_reviews.csv": SEEDS / "target_reviews.csv"}
        if decisions_path() != SEEDS / "target_reviews.csv":
            wanted[f"{REVIEWS}/in_force.csv"] = decisions_path()
        before = self.before.outside if self.before else {}
        found, origins = dict(before), dict(self.before.origins) if self.before else {}
        for name, path in wanted.items():
            try:
                read_decisions(path)
                found[name], origins[name] = self._put(path.read_bytes()), str(path.absolute())
            except FileNotFoundError:
                self.summary.kept += [str(path)] if name in before else []
            except DecisionsUnreadable:
                self.summary.damaged.append(str(path))
        return found, origins

    def _room(self) -> None:
        """Refuse before anything is written where what is new will not fit. Only an estimate: sizes, not contents."""
        if not self.home.is_local:
            return
        wanted = 0
        for path in self._listed():
            try:
                if self._unchanged(path) is None:
                    wanted += Path(self.home.path(path)).stat().st_size
            except OSError:
                continue
        free = shutil.disk_usage(self.folder).free
        if wanted > free:
            raise BackupFailed(
                f"the backup in {self.folder} needs up to {wanted / 1e6:.0f} MB, its disk has "
                f"{free / 1e6:.0f} MB free; "
                "nothing was written"
            )

    def _drop(self, manifest: Manifest) -> None:
        """Remove objects that nothing names, and what a killed backup left. The manifest on the disk is the new one."""
        needed = manifest.hashes
        for path in (self.folder / store.OBJECTS).glob("*/*"):
            if path.name not in needed:
                path.unlink()
                self.summary.dropped += 1
        for path in self.folder.glob("*.partial"):
            path.unlink(missing_ok=True)

"""Other places where the bytes and the log entries of a home may still exist: what mending takes from.

The starter pages that the project ships, ZIP archives of the same home (their files are captures of their own), the
build database (it has a row for every log entry that was loaded), and a backup or another home that a person names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

from scrapers.archive import LOG, Archive, ArchiveDamaged
from scrapers.captures import Attempt, Capture, attempt_of
from scrapers.home import Home
from scrapers.imports import STARTER
from scrapers.records import Refusal
from scrapers.zip_members import members_of
from warehouse.care import store
from warehouse.database import build_path, connect_build, rows_of
from warehouse.errors import ExitCode, Trouble
from warehouse.files import sha256_of


class NoDonor(Trouble):
    """What --from names is neither a backup nor a home."""

    exit_code = ExitCode.USAGE


class Donors:
    """The places to take from, asked in order of closeness. Whatever they give was held against its hash."""

    def __init__(self, home: Home, other: Path | None = None) -> None:
        """`other`: a backup or a home. Raises NoDonor, and as `read_manifest` does."""
        self.home = home
        self._folder = other
        self._manifest = store.read_manifest(other) if other and (other / store.MANIFEST).exists() else None
        self._other = None
        if other is not None and self._manifest is None:
            if not (other / "captures").is_dir() and not (other / "releases").is_dir():
                raise NoDonor(f"{other} is neither a backup nor a home: it has no {store.MANIFEST} and no captures")
            self._other = Home.at(other)

    def body(self, sha256: str) -> tuple[bytes, str] | None:
        """The bytes of that hash and where they were, or None."""
        for give, place in self._givers():
            try:
                body = give(sha256)
            except OSError:
                continue
            if body is not None and hashlib.sha256(body).hexdigest() == sha256:
                return body, place
        return None

    def file(self, path: str, sha256: str | None = None) -> bytes | None:
        """A file of this home as the named backup or home has it; of that hash, where one is given."""
        try:
            if self._manifest and self._folder and self._is_same_home and path in self._manifest.files:
                entry = self._manifest.files[path]
                content = store.object_path(self._folder, entry.sha256).read_bytes()
                if hashlib.sha256(content).hexdigest() != entry.sha256:
                    return None
            elif self._other and self._is_same_home:
                content = self._other.read(path)
            else:
                return None
        except OSError:
            return None
        return content if sha256 in (None, hashlib.sha256(content).hexdigest()) else None

    def paths(self, start: str) -> list[str]:
        """Files of the named backup, or of the copy of this home, whose path begins so."""
        if self._manifest:
            return [path for path in self._manifest.files if path.startswith(start)] if self._is_same_home else []
        return self._other.list(start.rstrip("/")) if self._other and self._is_same_home else []

    @cached_property
    def attempts(self) -> dict[str, Attempt]:
        """Log entries by id that this home once had: as its build database and its backup know them."""
        found = built_attempts(self.home)
        if self._manifest and self._folder and self._is_same_home:
            for path in self._manifest.files:
                if path.startswith(f"{LOG}/"):
                    found |= {each.attempt_id: each for each in _entries(self.file(path) or b"")}
        elif self._other and self._is_same_home:
            found |= {each.attempt_id: each for each in Archive(self._other).attempts()}
        return found

    @cached_property
    def _is_same_home(self) -> bool:
        """True where the other place is a copy of this home: of another one only bytes are taken, no entries."""
        if self._manifest and self._folder:
            return store.is_of(self._manifest, self._folder, self.home)
        return self._other is not None and bool(store.entry_ids(self.home) & store.entry_ids(self._other))

    def _givers(self) -> Iterable[tuple[Callable[[str], bytes | None], str]]:
        yield self._starter, "the pages that the project ships"
        yield self._member, "a ZIP archive of this home"
        if self._manifest and self._folder:
            yield (lambda sha256: store.object_path(self._folder, sha256).read_bytes()), f"the backup {self._folder}"  # type: ignore[arg-type]
        if self._other:
            yield Archive(self._other).kept_or_none, f"the home {self._folder}"

    def _starter(self, sha256: str) -> bytes | None:
        place = self._shipped.get(sha256)
        return place.read_bytes() if place else None

    @cached_property
    def _shipped(self) -> dict[str, Path]:
        return {sha256_of(path): path for path in STARTER.iterdir() if path.is_file()}

    def _member(self, sha256: str) -> bytes | None:
        """A file of a ZIP archive that is whole in this home."""
        for capture in self._of_zips.get(sha256, []):
            try:
                for member in members_of(self._archive.body(capture)):
                    if hashlib.sha256(member.body).hexdigest() == sha256:
                        return member.body
            except (Refusal, ArchiveDamaged):
                continue
        return None

    @cached_property
    def _archive(self) -> Archive:
        return Archive(self.home)

    @cached_property
    def _of_zips(self) -> dict[str, list[Capture]]:
        """Captures of the archives that a body was a file of, by the hash of the body."""
        captures = self._archive.captures()
        found: dict[str, list[Capture]] = {}
        for capture in captures:
            if capture.knowledge.linked_from and "#" in capture.url:
                address = capture.url.rsplit("#", 1)[0]
                found.setdefault(capture.body_sha256, []).extend(c for c in captures if c.url == address)
        return found


def built_attempts(home: Home, known: set[str] | None = None) -> dict[str, Attempt]:
    """Log entries by id as the build database has them, without those of `known`; none where it cannot be read.

    They lack what the raw schema does not keep: etag and modification date of the answer, the page that links to a
    file.
    """
    import duckdb

    if not home.is_local or not build_path(home).exists():
        return {}
    try:
        with closing(connect_build(home, read_only=True, wait_seconds=5)) as connection:
            ids = {str(row[0]) for row in connection.execute("SELECT attempt_id FROM raw.attempts").fetchall()}
            if not ids - (known or set()):
                return {}
            attempts = rows_of(connection, "SELECT * FROM raw.attempts")
            captures = {row["capture_id"]: row for row in rows_of(connection, "SELECT * FROM raw.captures")}
    except (duckdb.Error, Trouble):
        return {}
    found = {}
    for row in attempts:
        if known and row["attempt_id"] in known:
            continue
        capture = captures.get(row.pop("capture_id"))
        try:
            made = _capture(capture) if capture else None
            found[str(row["attempt_id"])] = Attempt.model_validate(row | {"capture": made})
        except ValueError:
            continue
    return found


def _capture(row: dict[str, Any]) -> Capture:
    return Capture.model_validate(row | {"knowledge": row})


def _entries(content: bytes) -> Iterable[Attempt]:
    return (attempt for line in content.split(b"\n") if (attempt := attempt_of(line)) is not None)

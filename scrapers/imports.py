"""Brings files that a person saved by hand, or that the project ships, into the archive."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from scrapers.archive import Archive
from scrapers.captures import UNLISTED, Attempt, Knowledge, Origin, Outcome, capture_id_of
from scrapers.home import Home
from scrapers.index_rows import INDEX, IndexRow, IndexUnreadable, content_type_of, read_index, row_of
from scrapers.sources import CatalogError, Source, select, source_for
from scrapers.web_address import is_web_address, told
from scrapers.zip_members import archive_members

MOST_BYTES = 64_000_000
"""Largest file that is taken in."""

PLAN_PARSER = "plan_document"
"""Parser whose source takes the plans of an index."""

STARTER = Path(__file__).parent / "starter"


class ImportRefused(Exception):  # noqa: N818 - named after what is the case
    """A request that cannot be carried out as a whole: no such path, `--url` for a folder, an unknown source."""


@dataclass
class ImportSummary:
    """What came of an import. A file that failed never stops the others."""

    run_id: str
    new: int = 0
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    """(file, reason) of every file that was named and not taken in."""
    notes: list[str] = field(default_factory=list)
    """What a person may want to know: files left out, odd cells of an index."""
    capture_ids: list[str] = field(default_factory=list)
    """Captures of the files, new and unchanged, each once."""
    by_source: Counter[str] = field(default_factory=Counter)
    """Files taken in, by source."""


def import_path(
    home: Home,
    path: str | os.PathLike[str],
    *,
    source_id: str | None = None,
    url: str | None = None,
    run_id: str,
    catalog: Mapping[str, Source],
    log: Callable[[str], None] | None = None,
) -> ImportSummary:
    """Archive a file, an `index.csv`, or a folder with `index.csv` files anywhere below it, as `imported` captures.

    Files go to the source that the index names, else to the plan source for plan rows, else to the source of their
    address, else to `unlisted`; `source_id` overrides all. Without an address they go by `imported:<name>`; `url`
    gives the address of a single file. The same import twice archives nothing new. A folder without any index has its
    files taken in one by one. `log` is called with one line per file. Raises `ImportRefused`.
    """
    place = Path(path)
    if not place.exists():
        raise ImportRefused(f"there is no file or folder {place}")
    if source_id is not None:
        try:
            select(catalog, [source_id])
        except CatalogError as error:
            raise ImportRefused(str(error)) from error
    if url is not None and not is_web_address(url):
        raise ImportRefused(f"{told(url)} is no web address; allowed: http://… or https://…, without a password")
    if url is not None and (place.is_dir() or place.name == INDEX):
        raise ImportRefused(f"an address is that of one page, but {place} is a folder or an index; give one file")
    job = _Import(Archive(home), catalog, ImportSummary(run_id), source_id, log or (lambda line: None))
    if place.is_dir():
        job.folder(place)
    elif place.name == INDEX:
        job.index(place)
    else:
        job.single(place, url)
    return job.summary


# --- the starter archive ----------------------------------------------------------------------------------------------


def starter_pending(archive: Archive, source: Source, folder: Path | None = None) -> list[tuple[IndexRow, str, bytes]]:
    """Shipped captures of a source that the home does not have yet: index row, address, body."""
    folder = folder or STARTER
    index = folder / INDEX
    pending = []
    for row in read_index(index) if index.is_file() else []:
        file = folder / row.file
        if row.source_id != source.source_id or not file.is_file():
            continue
        url, body = _address_of(row.file, row.url, source, row, otherwise="starter"), file.read_bytes()
        capture_id = capture_id_of(source.source_id, url, hashlib.sha256(body).hexdigest())
        if archive.capture(capture_id) is None:
            pending.append((row, url, body))
    return pending


def register_starter(archive: Archive, source: Source, run_id: str, folder: Path | None = None) -> list[Attempt]:
    """Add the shipped captures of a source that the home does not have yet, labelled `starter`; idempotent."""
    return [
        archive.add(
            source_id=source.source_id,
            url=url,
            body=body,
            origin=Origin.STARTER,
            knowledge=row.knowledge,
            run_id=run_id,
        )
        for row, url, body in starter_pending(archive, source, folder)
    ]


# --- one import -------------------------------------------------------------------------------------------------------

_SAVED_PAGES = frozenset(
    {".html", ".htm", ".shtml", ".mht", ".txt", ".csv", ".json", ".xls", ".xlsx", ".xml", ".pdf", ".zip"}
)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://[^\s>]+)\s*-->")


@dataclass
class _Import:
    archive: Archive
    catalog: Mapping[str, Source]
    summary: ImportSummary
    source_id: str | None
    log: Callable[[str], None]

    def folder(self, folder: Path) -> None:
        indexes = [file for file in sorted(folder.rglob(INDEX)) if file.is_file()]
        for index in indexes:
            if _leads_outside(index, folder):
                self.fail(str(index), _OUTSIDE)
            else:
                self.index(index)
        if indexes:
            return
        files = [file for file in sorted(folder.rglob("*")) if not file.is_dir() and not _is_hidden(file, folder)]
        wanted = [file for file in files if file.suffix.lower() in _SAVED_PAGES and file.stem.upper() != "README"]
        if not wanted:
            raise ImportRefused(f"{folder} holds no {INDEX} and no saved page ({', '.join(sorted(_SAVED_PAGES))})")
        if len(files) > len(wanted):
            self.summary.notes.append(f"{len(files) - len(wanted)} files of other types were left out")
        names = Counter(file.name for file in wanted)
        for file in wanted:
            name = file.name if names[file.name] == 1 else file.relative_to(folder).as_posix()
            if _leads_outside(file, folder):
                self.fail(name, _OUTSIDE)
                continue
            self.take(file, name, Knowledge(content_type=content_type_of(file.name)), url=None)

    def index(self, index: Path) -> None:
        try:
            rows = read_index(index)
        except IndexUnreadable as error:
            self.fail(str(index), str(error))
            return
        for row in rows:
            name = row.file or f"{index} line {row.line}"
            if not row.file:
                self.fail(name, "the row names no file")
                continue
            file = index.parent / row.file
            if _leads_outside(file, index.parent):
                self.fail(name, "the index names a file outside its folder")
                continue
            self.summary.notes.extend(f"{row.file}: {note}" for note in row.notes)
            self.row(row, file)
        named = [index.parent / row.file for row in rows if row.file]
        listed = {file.resolve() for file in named if not _leads_outside(file, index.parent)}
        others = [
            file.name
            for file in sorted(index.parent.iterdir())
            if file.suffix.lower() in _SAVED_PAGES and file.name != INDEX
            if _leads_outside(file, index.parent) or file.resolve() not in listed
        ]
        if others:
            self.summary.notes.append(f"{index}: not in the index and left out: {', '.join(others[:10])}")

    def single(self, file: Path, url: str | None) -> None:
        row = row_of(file) if url is None else None
        if row is not None:
            self.row(row, file)
            return
        self.take(file, file.name, Knowledge(content_type=content_type_of(file.name)), url)

    def row(self, row: IndexRow, file: Path) -> None:
        self.take(file, row.file, row.knowledge, row.url, row=row)

    def take(self, file: Path, name: str, knowledge: Knowledge, url: str | None, row: IndexRow | None = None) -> None:
        """Archive one file; what goes wrong is reported and does not stop the import."""
        if reason := unusable_name(name):
            self.fail(ascii(name), reason)
            return
        try:
            if not file.is_file():
                other = file.exists() and not file.is_dir()  # reading from a pipe would wait for ever
                self.fail(name, "it is a pipe or a device, no file" if other else "there is no such file")
                return
            size = file.stat().st_size
            if size > MOST_BYTES:
                self.fail(name, f"{size} bytes are more than the {MOST_BYTES} that are taken in")
                return
            body = file.read_bytes()
        except OSError as error:
            self.fail(name, f"cannot be read: {error.strerror or error}")
            return
        if not url and (saved := _SAVED_FROM.search(body[:2048])):
            address = saved.group(1).decode("ascii", errors="ignore")
            url = address if is_web_address(address) else None
        source_id = self.source_of(url, row)
        attempt = self.archive.add(
            source_id=source_id,
            url=_address_of(name, url, self.catalog.get(source_id), row, otherwise="imported"),
            body=body,
            origin=Origin.IMPORTED,
            knowledge=knowledge,
            run_id=self.summary.run_id,
        )
        if attempt.outcome is Outcome.NEW:
            self.summary.new += 1
        else:
            self.summary.unchanged += 1
        self.summary.by_source[source_id] += 1
        self.log(f"{attempt.outcome}: {name} → {source_id} {attempt.url}")
        for entry in (attempt, *archive_members(self.archive, attempt)):
            if entry.capture is None:
                self.summary.notes.append(f"{name}: {entry.reason}")
            elif entry.capture.capture_id not in self.summary.capture_ids:
                self.summary.capture_ids.append(entry.capture.capture_id)

    def fail(self, name: str, reason: str) -> None:
        self.summary.failed.append((name, reason))
        self.log(f"failed: {name}: {reason}")

    def source_of(self, url: str | None, row: IndexRow | None) -> str:
        if self.source_id:
            return self.source_id
        if row and row.source_id in self.catalog:
            return row.source_id
        if row and row.is_plan:
            plans = [source.source_id for source in self.catalog.values() if source.parser == PLAN_PARSER]
            if plans:
                return plans[0]
        source = source_for(self.catalog, url) if url else None
        return source.source_id if source else UNLISTED


def _address_of(name: str, url: str | None, source: Source | None, row: IndexRow | None, *, otherwise: str) -> str:
    """The address of a file; answers that share one are told apart by a fragment that names the file."""
    if not url:
        return f"{otherwise}:{name}"
    shared = source is not None and url in source.shared_addresses
    if row is not None and (shared or not row.has_own_address):
        return f"{url}#{quote(name)}"
    return url


_OUTSIDE = "it is a link that leads out of the folder"


def _leads_outside(file: Path, folder: Path) -> bool:
    """True for a path that, all links followed, lies outside a folder: what somebody packed must not name our files."""
    try:
        return not file.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a circle of links; a name that no file can have
        return True


def is_utf8(words: str) -> bool:
    """False for words of a command line and names of files whose bytes are none: no file of the home can hold them."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def unusable_name(name: str) -> str | None:
    """Why a file's name is none that the log and the tables can hold; None where it is."""
    if not is_utf8(name):
        return "the name of the file is no UTF-8; give it another one"
    if any(unicodedata.category(char) == "Cc" for char in name):
        return "the name of the file holds a control character; give it another one"
    return None


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)

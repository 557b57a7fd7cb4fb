"""The captures that the mirror plays: files of folders with an `index.csv`, each with its own host and path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from scrapers.index_rows import INDEX, IndexRow, read_index
from scrapers.sources import Source, source_for
from tests.mirror.server import Answer

NO_HOST = "saved.invalid"
"""Host of captures whose index gives them no address of their own."""
OTHER = "other_pages"
"""Source of captures that no source of the catalog claims."""
_PLANS = "plan_document"


@dataclass(frozen=True)
class Played:
    """One capture as the mirror plays it."""

    source_id: str
    """Source of the real catalog, or `OTHER`."""
    host: str
    path: str
    title: str
    file: Path
    answer: Answer
    is_file: bool
    """True for what is no web page: its title is told by the list that links to it."""

    @property
    def address(self) -> str:
        """Where the capture stands in the real catalog's words: host and path, without a scheme."""
        return self.host + self.path


def captures_of(folders: list[Path], catalog: Mapping[str, Source]) -> list[Played]:
    """The captures of some folders in the order of their indexes; the same address is taken once."""
    found: dict[str, Played] = {}
    for folder in folders:
        indexes = sorted(folder.rglob(INDEX))
        if not indexes:
            raise FileNotFoundError(f"{folder} holds no {INDEX}")
        for index in indexes:
            for played in _of_index(index, catalog):
                found.setdefault(played.address, played)
    return list(found.values())


def _of_index(index: Path, catalog: Mapping[str, Source]) -> Iterator[Played]:
    for row in read_index(index):
        file = index.parent / row.file
        if not row.file or not file.is_file():
            continue
        source_id = _source_of(row, catalog)
        host, path = _place_of(row, source_id, catalog)
        is_page = file.suffix.lower() in {".html", ".htm", ".shtml"}
        kind = row.knowledge.content_type or "application/octet-stream"
        answer = Answer(file.read_bytes(), content_type=kind, etag=True)
        yield Played(source_id, host, path, row.knowledge.title or file.stem, file, answer, is_file=not is_page)


def _source_of(row: IndexRow, catalog: Mapping[str, Source]) -> str:
    if row.source_id in catalog:
        return row.source_id
    if row.is_plan:
        return next((source.source_id for source in catalog.values() if source.parser == _PLANS), OTHER)
    source = source_for(catalog, row.url) if row.url else None
    return source.source_id if source else OTHER


def _place_of(row: IndexRow, source_id: str, catalog: Mapping[str, Source]) -> tuple[str, str]:
    """Host and path; answers that share an address get one each."""
    shared = source_id in catalog and row.url in catalog[source_id].shared_addresses
    parts = urlsplit(row.url)
    if row.url and row.has_own_address and not shared:
        return parts.netloc, parts.path + (f"?{parts.query}" if parts.query else "")
    return parts.netloc or NO_HOST, f"/saved/{quote(row.file)}"

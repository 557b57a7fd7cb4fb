"""One saved page to records, for `zhibiao parse`: no home, no warehouse, nothing is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from scrapers.captures import UNLISTED, Knowledge, capture_id_of
from scrapers.imports import MOST_BYTES
from scrapers.index_rows import content_type_of
from scrapers.isolation.limits import ReadersUnavailable
from scrapers.parsers import PARSERS, Parser
from scrapers.records import RECORD_COLUMNS, Page, Parsed, Refusal, Verdict
from scrapers.sources import load_catalog, source_for
from warehouse.errors import ExitCode, Trouble

LAST_RESORT = "region_table"
"""The parser that is the shared table reader and nothing else."""


class PageRefused(Trouble):
    """The page would be quarantined; the message gives the reason code and what is wrong."""

    exit_code = ExitCode.REFUSED


class BadRequest(Trouble):
    """No such file, no such parser."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True)
class SavedPage:
    """What came of one saved page."""

    parser: str
    parser_version: str
    source_id: str
    capture_id: str
    parsed: Parsed
    chosen_as: str
    """Why this parser read the page: it was named, the source declares it, or the page suits it best."""

    def rows(self) -> Iterator[list[object]]:
        """The records, one list per record with the columns of the records contract (RECORD_COLUMNS)."""
        fixed = {"parser": self.parser, "parser_version": self.parser_version}
        fixed |= {"source_id": self.source_id, "capture_id": self.capture_id}
        for record in self.parsed.records:
            told = asdict(record) | fixed
            yield [told[name] if name != "period_kind" else _text(told[name]) for name in RECORD_COLUMNS]

    def remarks(self) -> list[str]:
        """What a person should know beside the records: verdict, failed checks, what was left over."""
        told = [] if self.parsed.verdict is Verdict.ACCEPTED else [f"{self.parsed.verdict}: {self.parsed.reason}"]
        told += [f"{finding.check}: {finding.message}" for finding in self.parsed.findings if not finding.passed]
        told += [f"not used: {leftover}" for leftover in self.parsed.leftovers]
        return told

    def tables(self) -> list[str]:
        """How sure the table reader is of each table, and why not more; empty for pages that it did not read."""
        shapes = self.parsed.layout.get("tables")
        told = []
        for shape in shapes if isinstance(shapes, list) else []:
            if "confidence" in shape:
                why = f": {'; '.join(shape['reasons'])}" if shape["reasons"] else ""
                told.append(f"table {shape['table_no']} ({shape['title']}), sure to {shape['confidence']:.2f}{why}")
        return told


def parse_saved(
    file: Path, *, parser: str | None = None, url: str | None = None, title: str | None = None
) -> SavedPage:
    """Parse one saved page. The parser is the named one, else that of the address's source, else the best fit.

    Raises BadRequest (no such file or parser) and PageRefused (the page would be quarantined).
    """
    if parser is not None and parser not in PARSERS:
        raise BadRequest(f"no parser is named {parser!r}; allowed: {', '.join(PARSERS)}")
    body = _read(file)
    catalog = load_catalog()
    address = url or f"imported:{file.name}"
    source = source_for(catalog, address)
    source_id = source.source_id if source else UNLISTED
    page = Page(
        body=body,
        url=address,
        knowledge=Knowledge(content_type=content_type_of(file.name), title=title),
        source_id=source_id,
        capture_id=capture_id_of(source_id, address, hashlib.sha256(body).hexdigest()),
    )
    try:
        chosen, parsed, chosen_as = _parsed(page, parser, source.parser if source else None)
    except Refusal as refusal:
        raise PageRefused(f"{file}: refused as {refusal.code}: {refusal}") from refusal
    except (ImportError, ReadersUnavailable):
        raise  # the installation or the machine is broken, not the page
    except Exception as error:  # the refresh quarantines such a page too
        raise PageRefused(f"{file}: refused as parser_error: {type(error).__name__}: {error}") from error
    if parsed.verdict is Verdict.QUARANTINED:
        failed = "; ".join(finding.message for finding in parsed.findings if not finding.passed)
        raise PageRefused(f"{file}: refused as {parsed.reason}: {failed or 'no further word'}")
    return SavedPage(chosen.name, chosen.version, source_id, page.capture_id, parsed, chosen_as)


def _parsed(page: Page, named: str | None, declared: str | None) -> tuple[Parser, Parsed, str]:
    """The page as read, with the parser and why it was that one. A page that suits none is tried as one of tables."""
    from scrapers.page_reading import fit_of, read_page

    if named or declared:
        return *read_page(page, named or declared), "as asked" if named else "as the source declares"
    try:
        chosen, parsed = read_page(page)
    except Refusal as refusal:
        if refusal.code != "unknown_layout":
            raise
        return *read_page(page, LAST_RESORT), "of an unknown family: whatever tables it holds"
    return chosen, parsed, f"which it suits best ({fit_of(page, chosen.name):.2f} of 1)"


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise BadRequest(f"there is no file {file}")
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise PageRefused(f"{file}: refused as too_large: {size} bytes, at most {MOST_BYTES}")
    return file.read_bytes()


def _text(value: object) -> str | None:
    return None if value is None else str(value)

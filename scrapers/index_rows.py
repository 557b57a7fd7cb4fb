"""Reads an `index.csv` beside saved pages: which file is which page, and what is known of it from outside."""

from __future__ import annotations

import csv
import io
import mimetypes
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from scrapers.captures import Knowledge
from scrapers.decoding import decode
from scrapers.records import Refusal
from scrapers.web_address import is_web_address, told

INDEX = "index.csv"

_FILE_COLUMNS = ("file", "file_html", "file_txt")
"""Columns that name a file; a row may name more than one (a plan as page and as text)."""


class IndexUnreadable(Exception):  # noqa: N818 - named after what is the case
    """An `index.csv` that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One file that an index names."""

    line: int
    file: str
    """Path as written in the index, relative to it."""
    url: str
    """Address as written; empty where none is known."""
    source_id: str
    is_plan: bool
    """True for a row of a plan (it has a plan_id)."""
    has_own_address: bool
    """False where another file of the index, or every answer of the site, goes by the same address."""
    knowledge: Knowledge
    notes: tuple[str, ...]


def read_index(index: Path) -> list[IndexRow]:
    """The files that an index names, in its order.

    Columns, all optional but one of the first three: `file`, `file_html`, `file_txt`, `url`, `source_id`, `title` or
    `title_zh`, `publisher` or `issuer`, `published_on` or `issue_date`, `period` or `period_start` and `period_end`,
    `content_type`, `truncated`, `plan_id`. The column `encoding` is not believed: bodies are decoded by their bytes.
    Raises `IndexUnreadable`.
    """
    try:
        text = decode(index.read_bytes()).text
    except (OSError, Refusal) as error:
        raise IndexUnreadable(f"{index} cannot be read: {error}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not any(column in _FILE_COLUMNS for column in reader.fieldnames or ()):
        raise IndexUnreadable(f"{index} has no column {' or '.join(_FILE_COLUMNS)}")
    rows: list[IndexRow] = []
    try:
        for cells in reader:
            rows.extend(_rows_of({key: (value or "").strip() for key, value in cells.items() if key}, reader.line_num))
    except csv.Error as error:
        raise IndexUnreadable(f"{index} line {reader.line_num}: {error}") from error
    return _with_shared_addresses(rows)


def row_of(file: Path) -> IndexRow | None:
    """The row that the index beside a file has for it, or None."""
    index = file.parent / INDEX
    if not index.is_file():
        return None
    try:
        rows = read_index(index)
    except IndexUnreadable:
        return None
    return next((row for row in rows if PurePosixPath(row.file).as_posix() == file.name), None)


def content_type_of(name: str) -> str | None:
    """Content type by the name of a file, None where the name tells nothing."""
    suffix = PurePosixPath(name.lower()).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0]


_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".shtml": "text/html",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".json": "application/json",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}


def _rows_of(cells: dict[str, str], line: int) -> list[IndexRow]:
    """One entry per file that a row of the index names; one with an empty file name where it names none."""
    notes: list[str] = []
    published_on = cells.get("published_on") or cells.get("issue_date") or ""
    day = _date(published_on)
    if published_on and day is None:
        notes.append(f"{published_on!r} is no date")
    url = cells.get("url", "")
    if url and not is_web_address(url):
        notes.append(f"{told(url)} is no web address")
        url = ""
    period = cells.get("period") or "..".join(filter(None, (cells.get("period_start"), cells.get("period_end"))))
    named = [cells[column] for column in _FILE_COLUMNS if cells.get(column)] or [""]
    return [
        IndexRow(
            line=line,
            file=file,
            url=url,
            source_id=cells.get("source_id", ""),
            is_plan=bool(cells.get("plan_id")),
            has_own_address=bool(url) and position == 0 and urlsplit(url).path not in {"", "/"},
            knowledge=Knowledge(
                content_type=cells.get("content_type") or content_type_of(file),
                title=cells.get("title") or cells.get("title_zh") or None,
                publisher=cells.get("publisher") or cells.get("issuer") or None,
                published_on=day,
                period=period or None,
                truncated=_YES_NO.get(cells.get("truncated", "").lower()),
            ),
            notes=tuple(notes),
        )
        for position, file in enumerate(named)
    ]


def _with_shared_addresses(rows: list[IndexRow]) -> list[IndexRow]:
    """Mark rows whose address stands for several files: they are different answers, not versions of one page."""
    files = Counter(url for url, _ in {(row.url, row.file) for row in rows if row.has_own_address})
    return [
        row if not row.has_own_address or files[row.url] == 1 else replace(row, has_own_address=False) for row in rows
    ]


_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def _date(text: str) -> date | None:
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None

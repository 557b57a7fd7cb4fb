"""Rows on their way to a person or a script: a table on the terminal, CSV, JSON."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from warehouse.sql import plain

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 200
"""Rows of a table on the terminal; CSV and JSON have all."""

_NUMBER = re.compile(r"^[+-]?[\d,.\s]*\d[\d,.\s]*[%‰‱]?$")


def harmless(text: str) -> str:
    """Text of a CSV cell that no spreadsheet takes for a formula: a dangerous one gets an apostrophe in front.

    Dangerous are `=`, `@`, tab and carriage return at the start, and `+` or `-` unless what follows is a plain number
    (`-2.3%`), nothing (`-` for "none"), or begins with a space or a character outside ASCII (`-其中`).
    """
    if text[:1] in ("=", "@", "\t", "\r"):
        return "'" + text
    if text[:1] in ("+", "-") and len(text) > 1 and not _NUMBER.match(text) and text[1] != " " and text[1].isascii():
        return "'" + text
    return text


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO) -> int:
    """Write rows as CSV (comma, header, empty for NULL, text made harmless). Returns the number of rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([harmless(column) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_text(value) for value in row])
        count += 1
    return count


def write_json(columns: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO) -> None:
    """Write rows as a JSON array of objects, one to a line. A decimal that is no exact float becomes text."""
    out.write("[")
    for number, row in enumerate(rows):
        told = {name: _jsonable(value) for name, value in zip(columns, row, strict=True)}
        out.write(("," if number else "") + "\n" + json.dumps(told, ensure_ascii=False, default=str))
    out.write("\n]\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], console: Console) -> None:
    """Print at most MOST_ROWS rows as a table, and say where there are more."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    remaining = iter(rows)
    for row in islice(remaining, MOST_ROWS):
        table.add_row(*[Text("" if value is None else str(_shown(value)).rstrip()) for value in row])
    console.print(table)
    if next(remaining, None) is not None:
        console.print(f"only the first {MOST_ROWS} rows are shown; `--format csv` gives all")


def _shown(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"  # as SQL writes them
    shown = plain(value)
    return f"{shown:f}" if isinstance(shown, Decimal) else shown


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    return str(_shown(value))


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal):
        whole = plain(value)
        if isinstance(whole, int):
            return whole
        return float(value) if Decimal(str(float(value))) == value else f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value

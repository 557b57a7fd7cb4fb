"""Rows on their way to a person or a script: a table on the terminal, CSV, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from scrapers.spreadsheet import csv_line, harmless
from warehouse.plain_text import unguarded, visible
from warehouse.sql import plain

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 200
"""Rows of a table on the terminal; CSV and JSON have all."""

_CONTROL = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What JSON need not escape, and a terminal or a browser obeys."""


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO, *, raw: bool = False) -> int:
    """Write rows as CSV (comma, header, empty for NULL). Returns the number of rows.

    Numbers stay numbers, negative ones too. Text is made `visible` and `harmless`, so that no spreadsheet runs it; with
    `raw` it is written as it is, for programs that read it again.
    """
    told = _text if raw else _safe
    out = unguarded(out) if raw else out
    out.write(csv_line(map(told, columns)))
    count = 0
    for row in rows:
        out.write(csv_line(map(told, row)))
        count += 1
    return count


def write_json(columns: Sequence[str], rows: Iterable[Sequence[object]], out: TextIO) -> None:
    """Write rows as a JSON array of objects, one to a line. A decimal that is no exact float becomes text."""
    out.write("[")
    for number, row in enumerate(rows):
        told = {name: _jsonable(value) for name, value in zip(columns, row, strict=True)}
        text = json.dumps(told, ensure_ascii=False, default=str)
        out.write(("," if number else "") + "\n" + _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
    out.write("\n]\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], console: Console) -> None:
    """Print at most MOST_ROWS rows as a table, and say where there are more."""
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in columns:
        table.add_column(Text(visible(column)), overflow="fold")
    remaining = iter(rows)
    for row in islice(remaining, MOST_ROWS):
        table.add_row(*[Text("" if value is None else visible(str(_shown(value))).rstrip()) for value in row])
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
    return value if isinstance(value, str) else str(_shown(value))


def _safe(value: object) -> str:
    text = _text(value)
    return text if isinstance(value, int | float | Decimal) else harmless(visible(text))


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal):
        whole = plain(value)
        if isinstance(whole, int):
            return whole
        return float(value) if Decimal(str(float(value))) == value else f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value

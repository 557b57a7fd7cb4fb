"""Rows that are measures: which row is a part of the one above it, and in which unit it is counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scrapers.tables.cells import TEXT, kind_of
from scrapers.tables.labels import chinese_part, header_text

_PART = re.compile(r"^\s*(?:[#＃]|其中\s*[:：]?)\s*")
"""`#` and 其中 mark the first part of the row above (statistical yearbooks: of which)."""


class MeasureRow(NamedTuple):
    """What a row label says where the rows are measures."""

    path: list[str]
    """Empty where the label is lost, or marks a part of a row whose label is."""
    unit: str | None


def measure_rows(labels: Mapping[int, str], sections: Mapping[int, str]) -> dict[int, MeasureRow]:
    """Path and unit of every row by its number; `sections` are the headings between the rows, by theirs.

    A part (`#发明专利`) is named after the row above that is none, and counted in its unit unless it states one. A
    label that stands in the table more than once is told apart by the section that it stands in.
    """
    found: dict[int, MeasureRow] = {}
    whole: MeasureRow | None = None
    plain = {r: _PART.sub("", label) for r, label in labels.items()}
    often = Counter(plain.values())
    for r in sorted(labels):
        if kind_of(labels[r]) != TEXT:
            whole, found[r] = None, MeasureRow([], None)
            continue
        read = header_text(plain[r])
        label = read.label or chinese_part(plain[r])
        if _PART.match(labels[r]):
            known = whole is not None and whole.unit not in ("%", "‰")  # a share has no parts: its row is lost
            found[r] = (
                MeasureRow([*whole.path, label], read.unit or whole.unit) if whole and known else MeasureRow([], None)
            )
            continue
        section = _above(r, sorted(sections)) if often[plain[r]] > 1 else None
        above = [chinese_part(sections[section])] if section is not None else []
        whole = found[r] = MeasureRow([*above, label], read.unit)
    return found


def _above(row: int, sections: Sequence[int]) -> int | None:
    return next((r for r in reversed(sections) if r < row), None)

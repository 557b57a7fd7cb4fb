"""The records of one table, arranged for arithmetic: by region, measure and period."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from scrapers.records import PeriodKind, Record
from scrapers.tables.columns import SEPARATOR
from scrapers.tables.words import CJK, DENSITY, GAP, GROWTH, RANK, RATE, SHARE

_ONE = Decimal(1)
ROWS_TELLING = 5
"""As many rows that agree do so for a reason."""
SEVERAL = 3
"""A table of one region with more periods than this has them as rows."""


class Series(NamedTuple):
    """One column of a table over all its rows."""

    measure: str
    period: str | None
    kind: PeriodKind | None

    @property
    def path(self) -> tuple[str, ...]:
        return _path(self.measure)

    @property
    def is_count(self) -> bool:
        """True for what can be added up: no share, growth, rate, rank or density."""
        return _is_count(self.measure)

    def __str__(self) -> str:
        return f"{self.measure} ({self.period})" if self.period else self.measure


@lru_cache(maxsize=4096)
def _path(measure: str) -> tuple[str, ...]:
    return tuple(measure.split(SEPARATOR))


@lru_cache(maxsize=4096)
def _is_count(measure: str) -> bool:
    return not any(words.search(part) for part in _path(measure) for words in (SHARE, GROWTH, GAP, RANK, DENSITY, RATE))


@dataclass(slots=True)
class TableView:
    """Counts and percentage rows of one table. Blank cells have no entry."""

    number: int
    counts: dict[Series, dict[str, Record]] = field(default_factory=dict)
    percentages: dict[Series, dict[str, Record]] = field(default_factory=dict)
    regions: list[str] = field(default_factory=list)
    """Labels of the count rows, in the order of the page."""
    repeated: list[Record] = field(default_factory=list)
    """Records whose region, measure and period stand in the table a second time."""

    def value(self, series: Series, region: str) -> Decimal | None:
        record = self.counts.get(series, {}).get(region)
        return record.value if record else None


def views(records: Iterable[Record]) -> list[TableView]:
    """One view per table (prose, table 0, has none). In a table of one region over years the years are the rows."""
    found: dict[int, TableView] = {}
    series: dict[tuple[object, ...], dict[str, Record]] = {}
    rows: dict[int, dict[tuple[int, str], int]] = {}
    records = [record for record in records if record.table_no and record.region_label is not None]
    over_years = _tables_over_years(records)
    for record in records:
        number, region, period = record.table_no, record.region_label or "", record.period
        if number in over_years:
            region, period = period or "", None
        key = (number, record.is_percentage_row, record.measure_label, period, record.period_kind)
        place = series.get(key)
        if place is None:
            view = found.setdefault(number, TableView(number))
            place = series[key] = {}
            columns = view.percentages if record.is_percentage_row else view.counts
            columns[Series(record.measure_label, period, record.period_kind)] = place
        if region in place:
            found[number].repeated.append(record)
            continue
        place[region] = record
        if not record.is_percentage_row:
            rows.setdefault(number, {}).setdefault((record.row_no, region), record.column_no)
    for number, view in found.items():
        view.regions = list(dict.fromkeys(_in_page_order(rows.get(number, {}))))
    return [found[number] for number in sorted(found)]


def _tables_over_years(records: Sequence[Record]) -> set[int]:
    labels = Counter(number for number, _ in {(record.table_no, record.region_label) for record in records})
    single = {number for number, count in labels.items() if count == 1}
    if not single:
        return single
    periods = {(record.table_no, record.period) for record in records if record.table_no in single}
    return {number for number, count in Counter(number for number, _ in periods).items() if count > SEVERAL}


def _in_page_order(rows: Mapping[tuple[int, str], int]) -> list[str]:
    """Region labels down the page; of side-by-side groups the left one first. `rows`: (row, region) → first column."""
    often = [column for column, count in Counter(rows.values()).items() if count * 3 > len(rows)]
    starts = sorted(often)[1:]
    return [region for (_, region), _ in sorted(rows.items(), key=lambda r: (bisect_right(starts, r[1]), r[0][0]))]


def unit_of_last_digit(text: str) -> Decimal:
    """Weight of the last printed digit: 1 for `1897`, 0.01 for `39.29`."""
    if "." not in text:
        return _ONE
    match = re.search(r"\.(\d+)", text)
    return Decimal(1).scaleb(-len(match[1])) if match else Decimal(1)


def finest(records: Sequence[Record]) -> Decimal:
    """Weight of the finest printed digit among some figures."""
    return min((unit_of_last_digit(r.value_text) for r in records), default=Decimal(1))


def chinese(label: str) -> str:
    """The Chinese part of a label, or the label in lower case where it has none."""
    return re.sub(r"[A-Za-z’'.\s-]+", "", label) if CJK.search(label) else label.lower()

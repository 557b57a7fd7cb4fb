"""What the two JSON interfaces of the national statistics site have in common: codes of periods, places, and figures.

JSON has no rows and columns, so the places of a record are defined here: the table is the indicator, the row the
region, the column the period, each numbered from 1 in the order in which the answer names them first, missing figures
included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from scrapers.json_body import text_in
from scrapers.numbers import DamagedNumber, is_blank, parse_number
from scrapers.periods import Period, parse_period, quarter
from scrapers.records import Finding, Parsed, PeriodKind, Record, Refusal
from scrapers.tables.columns import SEPARATOR, period_for
from scrapers.tables.labels import compact
from scrapers.tables.model import Caption, Column
from scrapers.tables.units import take_bracketed_unit, unit_of
from scrapers.tables.words import CJK, MISSING_WORDS

COUNTRY = "全国"
LONGEST_NAME = 200
SHOWN = 5
"""Examples of one problem in the findings; the rest is only counted."""

_INDEX = re.compile(r"指数|=\s*100")
"""What counts in no unit."""
_CODE = re.compile(
    r"^(?P<year>(?:19|20)\d\d)(?:YY|(?P<letter>[A-D])|0(?P<quarter>[1-4])SS|(?P<month>0[1-9]|1[0-2])(?:MM)?)?$"
)


@lru_cache(maxsize=4096)
def period_of_code(code: str) -> Period | None:
    """The period of a code: `2025YY`, `2025`; `202404SS` (the fourth quarter), `2024D`; `202412MM`, `202412`."""
    found = _CODE.match(code)
    if found is None:
        return None
    year = int(found["year"])
    if found["letter"]:
        return quarter(year, "ABCD".index(found["letter"]) + 1)
    if found["quarter"]:
        return quarter(year, int(found["quarter"]))
    if found["month"]:
        return Period(f"{year}-{found['month']}", PeriodKind.MONTH, "")
    return Period(str(year), PeriodKind.YEAR, "")


@lru_cache(maxsize=4096)
def _stretch(measure: str, code: str) -> tuple[str | None, PeriodKind | None]:
    """Period and kind by the words of the indicator, as in the tables: 期末值 is a stock, 累计值 a running year."""
    return period_for(Column(0, [measure]), [], Caption(), "", period_of_code(code))


def disagrees(code: str, name: str | None) -> bool:
    """True where the printed name of a period (`2025年`) is another period than that of its code."""
    own, printed = period_of_code(code), parse_period(name) if name else None
    return own is not None and printed is not None and own.period != printed.period


def name_in(holder: object, *names: str) -> str | None:
    """As `text_in`, for names: a text longer than any name is none."""
    found = text_in(holder, *names)
    return found if found is not None and len(found) <= LONGEST_NAME else None


def label(*parts: str | None) -> str:
    """A measure label: white space inside Chinese names is an accident of the page."""
    names = [compact(part) if CJK.search(part) else " ".join(part.split()) for part in parts if part and part.strip()]
    return SEPARATOR.join(names)


@dataclass(frozen=True, slots=True)
class Point:
    """One place of an answer: a figure, or none."""

    measure: str
    unit: str | None
    region: str
    code: str
    period_label: str
    value: Any
    """As in the JSON; blank, or a word for missing, where there is no figure."""


@dataclass
class Answer:
    """Collects the points of one answer into records, and what is wrong with them."""

    title_start: str = ""
    published_on: date | None = None
    findings: list[Finding] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    _tables: dict[str, int] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)
    _columns: dict[str, int] = field(default_factory=dict)
    _records: dict[tuple[int, int, int], Record | None] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _without_unit: set[str] = field(default_factory=set)

    def add(self, point: Point) -> None:
        """Take in one point. Damaged figures and figures given twice are left out and reported."""
        place = (
            self._tables.setdefault(point.measure, len(self._tables) + 1),
            self._rows.setdefault(point.region, len(self._rows) + 1),
            self._columns.setdefault(point.code, len(self._columns) + 1),
        )
        record = self._record(point, place)
        if record is None:
            return
        if point.unit is None and not _INDEX.search(point.measure):
            if point.measure not in self._without_unit:
                self.problem("table_not_read", f"nothing says in which unit {point.measure} is counted")
            self._without_unit.add(point.measure)
            return
        if place in self._records:
            before = self._records[place]
            if before is None or before.value != record.value or before.unit_label != record.unit_label:
                self._records[place] = None
                self.problem("duplicate_region", f"{_name(point)} is given twice, with different figures", place)
            return
        self._records[place] = record

    def problem(self, check: str, message: str, place: tuple[int, int, int] | None = None) -> None:
        """Note a failed check; of many alike only the first few are told."""
        count = self._counts[check] = self._counts.get(check, 0) + 1
        if count <= SHOWN:
            self.findings.append(Finding(check, False, message, *(place or (None, None, None))))

    def parsed(self, **layout: object) -> Parsed:
        """The result, in the order of the places.

        An answer without figures is one, an answer whose figures are all lost is not: Refusal `unit_unknown` where none
        has a unit, else with the name of the first check that failed.
        """
        records = [record for _, record in sorted(self._records.items()) if record is not None]
        if self._without_unit and not records:
            raise Refusal(
                "unit_unknown", f"nothing says in which unit {'、'.join(sorted(self._without_unit))} is counted"
            )
        if self.findings and not records:
            raise Refusal(self.findings[0].check, self.findings[0].message)
        for check, count in self._counts.items():
            if count > SHOWN:
                self.findings.append(Finding(check, False, f"{count - SHOWN} more of these"))
        shape = {"headers": list(self._tables), "regions": len(self._rows), "periods": list(self._columns)}
        identity = " | ".join(self._tables)
        return Parsed(
            records, findings=self.findings, leftovers=self.leftovers, layout=shape | {"identity": identity, **layout}
        )

    @property
    def measures(self) -> list[str]:
        return list(self._tables)

    @property
    def regions(self) -> list[str]:
        return list(self._rows)

    @property
    def codes(self) -> list[str]:
        """Codes of the periods with figures: windows are padded with periods that are not published."""
        filled = {column for (_, _, column), record in self._records.items() if record is not None}
        return [code for code, column in self._columns.items() if column in filled]

    def _record(self, point: Point, place: tuple[int, int, int]) -> Record | None:
        printed = figure_text(point.value)
        if printed is not None and (is_blank(printed) or printed.strip() in MISSING_WORDS):
            return None
        try:
            number = parse_number(printed) if printed is not None else None
        except DamagedNumber as error:
            self.problem("damaged_number", f"{_name(point)}: {str(error)[:120]}", place)
            return None
        if number is None or printed is None:
            self.problem("damaged_number", f"{_name(point)}: {str(point.value)[:40]!r} is no figure", place)
            return None
        if number.unit is not None and number.unit != point.unit:
            self.problem("damaged_number", f"{_name(point)}: {printed!r} where the unit is {point.unit}", place)
            return None
        period, kind = _stretch(point.measure, point.code)
        return Record(
            table_no=place[0],
            row_no=place[1],
            column_no=place[2],
            measure_label=point.measure,
            value_text=printed,
            value=number.value,
            table_title=f"{self.title_start} {point.measure}{f'({point.unit})' if point.unit else ''}".strip(),
            region_label=point.region,
            period_label=point.period_label,
            period=period,
            period_kind=kind,
            unit_label=point.unit,
            published_on=self.published_on,
            note=number.note,
        )


def figure_text(value: object) -> str | None:
    """The text of a figure as it stands in the JSON; blank for null; None for true, lists and objects."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return None


def name_and_unit(shown: str, stated: str | None) -> tuple[str, str | None]:
    """The name of an indicator without the unit in brackets at its end, and its unit by that or by a field of its own.

    Raises Refusal `unit_conflict` where the two differ.
    """
    in_name, bare = take_bracketed_unit(shown)
    unit, named = printed_unit(stated), printed_unit(in_name)
    if unit and named and unit != named:
        raise Refusal("unit_conflict", f"{bare} is counted in {named} by its name and in {unit} by its unit")
    return bare, unit or named


def printed_unit(text: str | None) -> str | None:
    """A unit as printed, without spaces; None where none is given."""
    return (unit_of(text) or compact(text) or None) if text else None


def _name(point: Point) -> str:
    return f"{point.region} {point.measure} {point.period_label}"

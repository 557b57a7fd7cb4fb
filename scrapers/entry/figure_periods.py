"""What a typed period means: a stock is dated on its last day, a flow covers a stretch (DESIGN: Contracts, records)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from scrapers.entry.proof import EntryRefused
from scrapers.periods import first_day, last_day, trademark_quarter
from scrapers.records import PeriodKind

FORMS = "YYYY, YYYY-MM, YYYY-MM-DD, or A..B of months or days"
_PART = r"\d{4}-\d{2}(?:-\d{2})?"
_PERIOD = re.compile(rf"\d{{4}}|{_PART}|({_PART})\.\.({_PART})", re.ASCII)


def kind_of_period(period: str, indicator_kind: str, right_kind: str = "") -> PeriodKind:
    """The period kind of a figure of a stock, a flow or a ratio. Raises `EntryRefused`, with what would do.

    A stock: any single period, dated on its end. Flows and ratios: a calendar year, a quarter or month, the year up to
    a day or month (from 1 January on), several whole years. A ratio may also be dated on one day. What is of the right
    kind `trademark` may also be counted from the 16th to the 15th, as its office does.
    """
    begin, end = days_of(period)
    is_range = ".." in period
    if indicator_kind == "stock":
        if is_range:
            raise EntryRefused(f"a stock is counted on one day, and {period} is a stretch; give its last day, {end}")
        return PeriodKind.POINT_IN_TIME
    if begin == end:
        if indicator_kind == "ratio":
            return PeriodKind.POINT_IN_TIME
        raise EntryRefused(
            f"a flow comes about in a stretch of time, and {period} is one day; give YYYY, YYYY-MM or A..B"
        )
    if right_kind == "trademark" and (kind := _kind_by_trademark_calendar(begin, end)) is not None:
        return kind
    return _kind_of_stretch(period, begin, end)


def days_of(period: str) -> tuple[date, date]:
    """First and last day of a typed period. Raises `EntryRefused`."""
    match = _PERIOD.fullmatch(period)
    try:
        if match is None or (match[1] and len(match[1]) != len(match[2])):
            raise ValueError(period)
        begin, end = first_day(period), last_day(period)
    except ValueError:
        raise EntryRefused(f"--period {period!r} is none; allowed: {FORMS}") from None
    if end < begin:
        raise EntryRefused(f"--period {period!r} ends before it begins")
    return begin, end


def _kind_of_stretch(period: str, begin: date, end: date) -> PeriodKind:
    begins_year, ends_year = (begin.month, begin.day) == (1, 1), (end.month, end.day) == (12, 31)
    if begin.year == end.year:
        if begins_year and ends_year:
            return PeriodKind.YEAR
        if begin.month == end.month and begin.day == 1 and _ends_month(end):
            return PeriodKind.MONTH  # January too: a month that is named alone
        if begins_year:
            return PeriodKind.YEAR_TO_DATE
        if begin.day == 1 and _ends_month(end) and begin.month % 3 == 1 and end.month == begin.month + 2:
            return PeriodKind.QUARTER
    elif begins_year and ends_year:
        return PeriodKind.CUMULATIVE
    raise EntryRefused(
        f"{period} is no calendar year, quarter or month, no part of a year from its start, and no row of whole years"
    )


def _kind_by_trademark_calendar(begin: date, end: date) -> PeriodKind | None:
    """Year, year to date or quarter from the 16th to the 15th; None for any other stretch."""
    if begin.day != 16 or end.day != 15:
        return None
    if (begin.year, begin.month) == (end.year - 1, 12):
        return PeriodKind.YEAR if end.month == 12 else PeriodKind.YEAR_TO_DATE
    quarters = [trademark_quarter(end.year, number).period for number in (2, 3, 4)]
    return PeriodKind.QUARTER if f"{begin}..{end}" in quarters else None


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]

"""Periods of the Trademark Office, whose year runs from 16 December to 15 December (PAGE_FORMATS, fact 4)."""

from __future__ import annotations

import re
from dataclasses import replace

from scrapers.periods import Period, find_periods, trademark_quarter
from scrapers.records import PeriodKind

_OFFICE_TABLE = re.compile(r"各省[、,，]?\s*自治区[、,，]?\s*直辖市[^。]{0,8}商标")
"""How the office names its tables by province; they count by this calendar and add up within the year."""


def states_the_calendar(text: str) -> bool:
    """True for a line that prints a period from the 16th to the 15th."""
    return "16" in text and any(
        p.first_day.day == 16 and p.last_day.day == 15 for p in find_periods(text) if ".." in p.period
    )


def is_office_table(title: str) -> bool:
    """True for the title of the office's own table by province, wherever it is printed again."""
    return _OFFICE_TABLE.search(title) is not None


def by_trademark_calendar(period: Period, *, adds_up: bool) -> Period | None:
    """The days that a quarter, a part of a year or a year means in this calendar; other periods as they are.

    `adds_up`: the table counts from the beginning of the year, so that its first quarter is a year to date. None where
    such a table names a later single quarter: whether it counts that alone or all before it cannot be told.
    """
    end = period.last_day
    begin_of_year, last = f"{end.year - 1}-12-16", f"{end.year}-{end.month:02d}-15"
    if len(period.period) not in (4, 16):
        return period  # a month, a day, or days that are printed
    if period.kind is PeriodKind.YEAR:
        return replace(period, period=f"{begin_of_year}..{last}")
    if period.kind is PeriodKind.YEAR_TO_DATE:
        return replace(period, period=f"{begin_of_year}..{last}")
    if period.kind is not PeriodKind.QUARTER:
        return period
    if not adds_up:
        return replace(period, period=trademark_quarter(end.year, end.month // 3).period)
    if end.month == 3:
        return replace(period, period=f"{begin_of_year}..{last}", kind=PeriodKind.YEAR_TO_DATE)
    return None

"""Dates as Chinese official documents print them, in Arabic and in Chinese numerals."""

from __future__ import annotations

import re
from datetime import date, timedelta

from scrapers.numbers import DamagedNumber, chinese_number
from scrapers.periods import first_day, last_day, parse_period

_ARABIC = r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|(?:19|20)\d{2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}(?!\d)"
_DAY_FIRST = r"\d{1,2}\.\d{1,2}\.(?:19|20)\d{2}(?!\d)"
_ZERO = "OＯo〇○零0０"
_CHINESE = (
    rf"[二一][一二三四五六七八九{_ZERO}]{{3}}\s*年\s*[一二三四五六七八九十]{{1,2}}\s*月"
    rf"\s*[一二三四五六七八九十]{{1,3}}\s*日"
)
DATE_PATTERN = rf"(?:{_ARABIC}|{_DAY_FIRST}|{_CHINESE})"
"""One date to the day; for use inside larger patterns."""

_DIGITS = {**{c: str(n) for n, c in enumerate("〇一二三四五六七八九")}, **dict.fromkeys(_ZERO, "0")}
_PARTS = re.compile(r"^(?P<y>.+?)\s*年\s*(?P<m>.+?)\s*月\s*(?P<d>.+?)\s*日$")


def deadline(year: int, month: int | None, *, is_whole: bool) -> date:
    """The last day for a thing: `4月底前` is the last of April, `4月前` (not whole) the day before April begins.

    A year without a month is always meant whole. Raises ValueError for a month that is none.
    """
    period = f"{year}-{month:02}" if month is not None else str(year)
    return last_day(period) if is_whole or month is None else first_day(period) - timedelta(days=1)


def read_date(text: str) -> date | None:
    """The date that is the whole of `text`, or None. Dotted dates that end in the year are day.month.year."""
    text = text.strip()
    if re.fullmatch(_DAY_FIRST, text):
        day, month, year = (int(part) for part in text.split("."))
        return _checked(year, month, day)
    if re.fullmatch(_CHINESE, text) and (parts := _PARTS.match(text)):
        try:
            year = int("".join(_DIGITS[c] for c in parts["y"]))
            return _checked(year, int(chinese_number(parts["m"])), int(chinese_number(parts["d"])))
        except (KeyError, DamagedNumber):
            return None
    if not re.fullmatch(_ARABIC, text):
        return None
    period = parse_period("".join(text.split()))
    return period.first_day if period and period.first_day == period.last_day else None


def _checked(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

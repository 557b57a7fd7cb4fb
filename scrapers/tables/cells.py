"""What kind of thing one cell holds, judged by its text alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from scrapers.numbers import DamagedNumber, is_blank, parse_number
from scrapers.periods import parse_period
from scrapers.tables.words import MISSING_WORDS

BLANK, NUMBER, PERCENT, YEAR, TEXT, DAMAGED = "blank", "number", "percent", "year", "text", "damaged"

COMPOUND = re.compile(
    r"^\s*(?P<first>(?:0|[1-9]\d*)(?:\.\d+)?)\s*[%％]?\s*/\s*(?P<second>(?:0|[1-9]\d*)(?:\.\d+)?)\s*[%％]?\s*$"
)
"""`100/84.2`: the share of the own group and of the whole, two figures in one cell."""
LARGEST_FRACTION = 5.0
"""Growth of 500 % may be stored as 5; shares end at 1."""
_PLAIN = re.compile(r"^-?\d+(?:\.\d+)?$", re.ASCII)
_DIGITS = re.compile(r"^[0-9]+$", re.ASCII)
_PERCENT = re.compile(r"^-?[0-9]+(?:\.[0-9]+)?%$", re.ASCII)
_PERIOD_CHARACTERS = re.compile(r"[年月季度末底]|[A-Za-z]{3}|\d{4}\s*[-./]\s*\d|半年")


@lru_cache(maxsize=200_000)
def kind_of(text: str) -> str:
    """BLANK, NUMBER, PERCENT, YEAR (a period, also four digits that may be a year), TEXT, DAMAGED.

    Four digits between 1949 and 2100 are a YEAR here; where they are figures, the place tells (see `header`).
    """
    if _DIGITS.match(text):
        return YEAR if len(text) == 4 and 1949 <= int(text) <= 2100 else NUMBER
    if _PERCENT.match(text):
        return PERCENT
    if is_blank(text) or text.strip().lower() in MISSING_WORDS:
        return BLANK
    if not any(c.isdigit() for c in text):
        return _kind_without_digits(text)
    if COMPOUND.match(text):
        return PERCENT
    if _PERIOD_CHARACTERS.search(text) and parse_period(text, default_year=2000) is not None:
        return YEAR
    if "\n" in text and re.search(r"\d\s*\n\s*\d", text):
        return DAMAGED
    try:
        number = parse_number(text)
    except DamagedNumber:
        return DAMAGED
    if number is None or number.unit in ("年", "岁"):
        return TEXT
    return PERCENT if number.unit == "%" else NUMBER


def _kind_without_digits(text: str) -> str:
    """Chinese numerals are figures only in prose: in a table a cell such as 三 or 十 is a label."""
    if _PERIOD_CHARACTERS.search(text) and parse_period(text, default_year=2000) is not None:
        return YEAR
    return TEXT


def are_fractions(texts: Iterable[str]) -> bool:
    """True where all figures are plain numbers around one or less: they may be percentages stored as fractions."""
    filled = [text for text in texts if kind_of(text) != BLANK]
    if not filled or any(kind_of(text) != NUMBER or not _PLAIN.match(text) for text in filled):
        return False
    sizes = sorted(abs(float(text)) for text in filled)
    return sizes[-1] <= LARGEST_FRACTION and sizes[len(sizes) // 2] <= 1

"""Numbers, shares, dates and units as the report prints them."""

from __future__ import annotations

from calendar import month_name
from datetime import date
from decimal import Decimal

from warehouse.evaluation.blocks import Number
from warehouse.evaluation.options import Language
from warehouse.evaluation.words import Words

MONEY = "元"
MONEY_STEPS = {
    Language.ZH: (("hundred_million_yuan", 10**8), ("ten_thousand_yuan", 10**4)),
    Language.EN: (("billion_yuan", 10**9), ("million_yuan", 10**6)),
}


def plain(value: Number) -> str:
    """A number with thousands separators and at most two decimals, four significant digits below one."""
    exact = Decimal(str(value))
    if exact == 0:
        return "0"
    if abs(exact) < 1:
        return f"{exact:.4g}" if abs(exact) >= Decimal("0.0001") else f"{exact:.1g}"
    text = f"{exact:,.2f}"
    return text.rstrip("0").rstrip(".")


def measured(value: Number, unit: str | None, words: Words) -> str:
    """A number with its unit."""
    told = words.code("unit", unit) if unit else ""
    if unit == MONEY:
        return _money(value, told, words)
    if told in ("", "%"):
        return plain(value) + told
    return words.say("number", value=plain(value), unit=told)


def _money(value: Number, unit: str, words: Words) -> str:
    """Money in the largest step of the language that leaves a whole number before the point."""
    exact = Decimal(str(value))
    for phrase, step in MONEY_STEPS[words.language]:
        if abs(exact) >= step:
            return words.say(phrase, value=plain(exact / step))
    return words.say("number", value=plain(exact), unit=unit)


def share(value: Number) -> str:
    """A share as a percentage."""
    return f"{Decimal(str(value)) * 100:,.1f}%"


def day(value: date, words: Words) -> str:
    """A day in a sentence."""
    if words.language is Language.ZH:
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {month_name[value.month]} {value.year}"

"""What a person may change of a coded promise, and how a change is written, checked and applied.

In the decisions file: `name=value; name=value`; an empty value clears the field. Values are in the plan's unit; those
in base units are recomputed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from scrapers.plans.drafts import Condition, Direction, TargetType
from scrapers.plans.labels import PROPOSED, base_unit
from scrapers.seeds import seed_rows

_MOST_PLACES = 6
_MOST = Decimal(10) ** 21
"""Figures are kept as DECIMAL(28,6)."""
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_FIRST_YEAR, _LAST_YEAR = 1949, 2100


class BadCorrection(ValueError):  # noqa: N818 - named after what is the case
    """A correction that cannot be applied; the message says which field, what is wrong, and what is allowed."""


def parse_corrections(text: str) -> dict[str, str]:
    """The fields of a cell of the decisions file, each checked. Raises `BadCorrection`."""
    found: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, value = parse_one(part)
        if name in found:
            raise BadCorrection(f"{name} is given twice")
        found[name] = value
    return found


def parse_one(text: str) -> tuple[str, str]:
    """One `name=value`, its value in the one form in which it is kept. Raises `BadCorrection`."""
    name, sign, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not sign:
        raise BadCorrection(f"{text!r} is no name=value")
    if name not in CORRECTABLE:
        raise BadCorrection(f"{name!r} cannot be corrected; allowed: {', '.join(CORRECTABLE)}")
    if re.search(r"[;\r\n]", value):
        raise BadCorrection(f"{name}: a value holds neither a semicolon nor a line end")
    if not value:
        if name in _NEVER_EMPTY:
            raise BadCorrection(f"{name} cannot be empty")
        return name, ""
    return name, CORRECTABLE[name](name, value)


def corrections_text(corrections: Mapping[str, str]) -> str:
    """The cell of the decisions file."""
    return "; ".join(f"{name}={value}" for name, value in corrections.items())


def corrected(row: Mapping[str, str], corrections: Mapping[str, str]) -> dict[str, str]:
    """A row of the register with corrections applied and its base-unit values recomputed."""
    result = {**row, **corrections}
    if corrections.keys() & {"target_type", "unit_zh", "target_value", "target_value_high", "baseline_value"}:
        result |= base_values(result)
    return result


def contradiction(row: Mapping[str, str]) -> str | None:
    """What makes a corrected row impossible, in words; None where it can be read."""
    high = row.get("target_value_high") or ""
    if high and row["target_type"] != TargetType.RANGE:
        return "a target_value_high belongs to the type range only"
    if row["target_type"] == TargetType.RANGE and not (high and row.get("target_value")):
        return "the type range needs target_value and target_value_high"
    if high and Decimal(high) <= Decimal(row["target_value"]):
        return f"target_value_high {high} is not above target_value {row['target_value']}"
    if impossible := _impossible_condition(row):
        return impossible
    due, year = row.get("target_date") or "", row.get("target_year") or ""
    if due and year and due[:4] != year:
        return f"target_date {due} does not lie in target_year {year}"
    return None


def _impossible_condition(row: Mapping[str, str]) -> str | None:
    """What a condition needs that the row does not have."""
    condition, kind = row.get("condition") or "", row["target_type"]
    needed = {str(Condition.CAPPED): TargetType.RANGE, str(Condition.KEEP): TargetType.DIRECTIONAL}.get(condition)
    if needed is not None and kind != needed:
        return f"the condition {condition} belongs to the type {needed} only"
    if condition == Condition.ABOVE_PARENT and (row.get("target_value") or kind not in _COMPARABLE):
        return f"the condition {condition} belongs to the types {', '.join(_COMPARABLE)} without a target_value"
    return None


_COMPARABLE = (TargetType.LEVEL, TargetType.RATIO, TargetType.GROWTH, TargetType.DIRECTIONAL)


def base_values(row: Mapping[str, str]) -> dict[str, str]:
    """`target_value_si`, `unit_base` and `baseline_value_si` of a row, as text; a rank stays in its own unit."""
    unit = row.get("unit_zh") or None
    base, factor = (unit, Decimal(1)) if row.get("target_type") == TargetType.RANK else base_unit(unit)
    return {
        "target_value_si": _times(row.get("target_value"), factor),
        "unit_base": base or row.get("unit_base") or "",
        "baseline_value_si": _times(row.get("baseline_value"), factor),
    }


def plain(value: Decimal) -> str:
    """A number as text without exponent and needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _times(text: str | None, factor: Decimal) -> str:
    return plain(Decimal(text) * factor) if text else ""


# --- the fields -------------------------------------------------------------------------------------------------------


def _words(name: str, value: str) -> str:
    return value


def _figure(name: str, value: str) -> str:
    try:
        number = Decimal(value) if _PLAIN_NUMBER.fullmatch(value) else None
    except InvalidOperation:
        number = None
    if number is None or abs(number) >= _MOST:
        raise BadCorrection(f"{name}: {value!r} is no number; allowed: digits and a point, in the plan's unit")
    text = plain(number)
    if len(text.partition(".")[2]) > _MOST_PLACES:
        raise BadCorrection(f"{name}: {value!r} has more than {_MOST_PLACES} decimal places")
    return text


def _year(name: str, value: str) -> str:
    if not re.fullmatch(r"\d{4}", value) or not _FIRST_YEAR <= int(value) <= _LAST_YEAR:
        raise BadCorrection(f"{name}: {value!r} is no year; allowed: {_FIRST_YEAR} to {_LAST_YEAR}")
    return value


def _day(name: str, value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise BadCorrection(f"{name}: {value!r} is no date; allowed: YYYY-MM-DD") from None


def _region(name: str, value: str) -> str:
    if value not in seed_values("region_codes", "code"):
        raise BadCorrection(f"{name}: {value!r} is no region code that the seeds know")
    return value


def _indicator(name: str, value: str) -> str:
    if not value.startswith(PROPOSED) and value not in seed_values("indicators", "indicator_id"):
        raise BadCorrection(f"{name}: there is no indicator {value!r}; a new one is first a row of indicators.csv")
    return value


def _type(name: str, value: str) -> str:
    return _one_of(name, value, [str(kind) for kind in TargetType])


def _direction(name: str, value: str) -> str:
    return _one_of(name, value, [str(direction) for direction in Direction])


def _condition(name: str, value: str) -> str:
    return _one_of(name, value, [str(condition) for condition in Condition])


def _one_of(name: str, value: str, allowed: list[str]) -> str:
    if value not in allowed:
        raise BadCorrection(f"{name}: {value!r} is not known; allowed: {', '.join(allowed)}")
    return value


@lru_cache(maxsize=8)
def seed_values(seed: str, column: str) -> frozenset[str]:
    """All values of a column of the reference data."""
    return frozenset(row[column] for row in seed_rows(seed))


CORRECTABLE: dict[str, Callable[[str, str], str]] = {
    "indicator_id": _indicator, "indicator_zh": _words, "region_code": _region, "target_type": _type,
    "direction": _direction, "condition": _condition, "target_value": _figure, "target_value_high": _figure,
    "unit_zh": _words, "baseline_value": _figure, "baseline_year": _year, "target_year": _year, "target_date": _day,
    "responsible_units": _words, "deliverable": _words,
}  # fmt: skip
_NEVER_EMPTY = ("target_type", "direction", "indicator_zh")

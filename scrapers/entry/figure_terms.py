"""May this be said? Region, indicator, unit, value and bounds of an entered figure, by the reference data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from scrapers.entry.proof import EntryRefused
from scrapers.numbers import Number, parse_number
from scrapers.records import Refusal
from scrapers.seeds import seed_rows

COUNTERS = frozenset(["件", "个", "家", "项", "次", "起", "宗", "单", "户", "枚", "人次", "名"])
"""Units that only count, one as good as another (the macro is_counter of the build)."""
_MOST = Decimal(10**18)
"""What a value in its unit may come to: DECIMAL(24, 6) of the build."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of the reference data; bounds in its base unit, None where there is none."""

    indicator_id: str
    name_zh: str
    unit_base: str
    kind: str
    right_kind: str
    lower_bound: Decimal | None
    upper_bound: Decimal | None


def indicator_of(indicator_id: str) -> Indicator:
    """The indicator of that id. Raises `EntryRefused`, naming similar ones."""
    known = {row["indicator_id"]: row for row in seed_rows("indicators")}
    row = known.get(indicator_id)
    if row is None:
        near = get_close_matches(indicator_id, known, n=3) or [i for i in known if known[i]["name_zh"] == indicator_id]
        hint = f"; did you mean {', '.join(near)}?" if near else "; `dim_indicator` lists them"
        raise EntryRefused(f"there is no indicator {indicator_id!r}{hint}")
    return Indicator(
        indicator_id, row["name_zh"], row["unit_base"], row["kind"], row["right_kind"],
        _bound(row["lower_bound"]), _bound(row["upper_bound"]),
    )  # fmt: skip


def region_name(code: str, on: date) -> str:
    """Name of the region that had the code in the year of a day. Raises `EntryRefused`."""
    spans = [row for row in seed_rows("region_codes") if row["code"] == code]
    if not spans:
        raise EntryRefused(f"no region has the code {code!r}; six digits, as `dim_region` lists them")
    for span in spans:
        if int(span["valid_from"] or 0) <= on.year <= int(span["valid_to"] or 9999):
            names = (row["name_zh"] for row in seed_rows("regions") if row["region_id"] == span["region_id"])
            return next(names)
    told = ", ".join(f"{span['valid_from']} to {span['valid_to'] or 'now'}" for span in spans)
    raise EntryRefused(f"the code {code} belonged to no region in {on.year} (it did from {told})")


def number_of(text: str, unit: str) -> Number:
    """The figure as typed; a unit behind it must be that of --unit. Raises `EntryRefused`."""
    try:
        number = parse_number(text)
    except Refusal as refusal:
        raise EntryRefused(f"--value {text!r} cannot be read: {refusal}") from refusal
    if number is None:
        raise EntryRefused(f"--value {text!r} is no number")
    if number.unit is not None and number.unit != unit:
        raise EntryRefused(f"--value {text!r} is in {number.unit}, and --unit says {unit}")
    if abs(number.value) >= _MOST or number.value != round(number.value, 6):
        raise EntryRefused(f"--value {text!r} has more digits than a value can hold (18 before the point, 6 behind)")
    return number


def factor_of(unit: str, indicator: Indicator) -> Decimal:
    """What a figure in `unit` is multiplied by to be in the base unit of the indicator. Raises `EntryRefused`."""
    rows = {row["unit_label"]: row for row in seed_rows("units") if _fits(row, indicator)}
    if unit not in rows:
        raise EntryRefused(
            f"--unit {unit!r} does not fit {indicator.indicator_id} ({indicator.name_zh}), which is in "
            f"{indicator.unit_base}; allowed: {', '.join(rows)}"
        )
    return Decimal(rows[unit]["factor"])


def check_bounds(value: Decimal, indicator: Indicator) -> None:
    """Raise `EntryRefused` for a value, in the base unit, that the indicator cannot have."""
    low, high = indicator.lower_bound, indicator.upper_bound
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = [f"at least {low}" if low is not None else "", f"at most {high}" if high is not None else ""]
        raise EntryRefused(
            f"{value:f} {indicator.unit_base} is out of the bounds of {indicator.indicator_id} "
            f"({', '.join(filter(None, bounds))})"
        )


def _fits(row: Mapping[str, str], indicator: Indicator) -> bool:
    """Whether the build would convert the unit (int_records_values): the same base, a numerator, or a counter."""
    base, wanted = row["unit_base"], indicator.unit_base
    is_numerator = indicator.kind == "ratio" and "/" in wanted and base == wanted.split("/")[0]
    return base == wanted or is_numerator or (base in COUNTERS and wanted in COUNTERS)


def _bound(text: str) -> Decimal | None:
    return Decimal(text) if text else None

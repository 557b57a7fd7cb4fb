"""Numbers as a reader sees them: thousands apart, no needless digits, in the unit of the plan."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

PRINTED_PLACES, COMPUTED_PLACES = 4, 2


def scale(printed: Decimal | None, base: Decimal | None) -> Decimal:
    """Factor from the base unit to the unit of the plan; 1 where the two values do not tell."""
    return printed / base if printed and base else Decimal(1)


def shown(value: Decimal, *, computed: bool = False) -> str:
    """A value with thousands separators. Computed ones get two places at most, but never fewer than two digits."""
    places = COMPUTED_PLACES if computed else PRINTED_PLACES
    if value and abs(value) < 1:
        places = max(places, 1 - value.adjusted())
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share as a percentage with one place."""
    return f"{shown((Decimal(repr(share)) * 100).quantize(Decimal('0.1'), rounding=ROUND_HALF_UP))}%"

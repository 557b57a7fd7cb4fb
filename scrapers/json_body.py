"""JSON, read strictly: numbers as printed, and nothing that two readers could read differently."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from scrapers.records import Refusal

MAX_NUMERAL = 100
"""Characters of one number; identifiers have some forty digits."""
MAX_EXPONENT = 40
"""How far the first digit of a number may stand from its point."""
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape of half a character beyond the first 65,536 (two make one)."""


def strict_json(text: str) -> Any:
    """A text as JSON types, with `Decimal` for numbers with a point, so that `9.80` stays `9.80`.

    Raises Refusal `damaged_json` for what is no JSON, is cut off, nests without end, holds a number longer than any
    figure, gives a name twice in one object, or holds half characters, NaN and other numbers that JSON does not have.
    """
    try:
        found = json.loads(
            text, parse_float=_decimal, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_each_once
        )
        if _HALF.search(text):  # rare enough to write it all out again: halves without the other cannot be written
            json.dumps(found, ensure_ascii=False, default=str).encode()
        return found
    except RecursionError as error:
        raise Refusal("damaged_json", "the JSON nests without end") from error
    except (ValueError, InvalidOperation) as error:
        raise Refusal("damaged_json", f"the JSON cannot be read: {str(error)[:200]}") from error


def text_in(holder: object, *names: str) -> str | None:
    """The first text that is not blank under one of the names of an object, stripped; None where there is none."""
    if isinstance(holder, dict):
        for name in names:
            value = holder.get(name)
            if isinstance(value, str) and value.strip():
                return value.strip()
    return None


def objects_in(holder: object, name: str | None = None) -> list[dict[str, Any]]:
    """The objects of a list (of the list under `name`); anything else in its place gives none."""
    found = holder.get(name) if isinstance(holder, dict) and name is not None else holder
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if len(text) > MAX_NUMERAL or abs(value.adjusted()) > MAX_EXPONENT:  # 1e999999999 has a thousand million digits
        raise ValueError(f"the number {text[:40]} is longer than any figure")
    return value


def _whole(text: str) -> int:
    if len(text) > MAX_NUMERAL:
        raise ValueError(f"the number {text[:40]} is longer than any figure")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object gives the same name twice")
    return found

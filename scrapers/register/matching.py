"""Which promise of one reading of a plan is which of another: for ids that stay, and for telling change from loss.

Rows are those of the register (`register.TARGET_COLUMNS`). Two rows are one promise where their labels name one thing
and enough of value, unit, year and type agrees: a raised value, a moved year or other words for the same figure leave
it the same promise; another value for another label does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher

from scrapers.plans.merging import likeness
from scrapers.register.register import Row

_SAME_LABEL, _ALIKE_LABEL, _ALIKE_WORDS = 0.9, 0.5, 0.75


@dataclass(frozen=True, slots=True)
class Promise:
    """A row of the register or of a new reading, with the hashes of the quotes that state it."""

    row: Row
    quotes: frozenset[str] = field(default_factory=frozenset)


def match(old: Sequence[Promise], new: Sequence[Promise]) -> dict[int, int]:
    """Positions in `old` → positions in `new`, each used once; the surest pairs are made first."""
    scored = [
        (score, -abs(i - j), i, j)
        for i, one in enumerate(old)
        for j, other in enumerate(new)
        if (score := _score(one, other)) > 0
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(scored, key=lambda each: (-each[0], -each[1], each[2], each[3])):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def differences(old: Row, new: Row) -> dict[str, tuple[str, str]]:
    """What a reader must know of two codings of one promise: column → old and new text."""
    names = ("target_type", "direction", "condition")
    others = {name: (old[name], new[name]) for name in names if old[name] != new[name]}
    return figures_apart(old, new) | others


def figures_apart(old: Row, new: Row) -> dict[str, tuple[str, str]]:
    """The same for value, unit and year alone: a person may have coded the rest in another way than the extractor."""
    names = ["target_year"]
    if _amount(old) != _amount(new):  # 1万件 and 10000件 are the same
        names = ["target_value", "target_value_high", "unit_zh", "target_year"]
    return {name: (old[name], new[name]) for name in names if old[name] != new[name]}


def _score(one: Promise, other: Promise) -> float:
    a, b = one.row, other.row
    if bool(a["target_value"]) != bool(b["target_value"]):
        return 0.0
    shared = bool(one.quotes & other.quotes)
    score = _figures(a, b, shared) if a["target_value"] else _worded(a, b, shared)
    if not score:
        return 0.0
    return score + 5 * shared + 2 * (a["target_type"] == b["target_type"]) + 0.5 * (a["section"] == b["section"])


def _figures(a: Row, b: Row, shared: bool) -> float:
    label = _label(a, b)
    same_amount, same_unit = _amount(a) == _amount(b), a["unit_base"] == b["unit_base"]
    same_year, same_type = a["target_year"] == b["target_year"], a["target_type"] == b["target_type"]
    if same_amount:
        needed = 0.0 if shared else _ALIKE_LABEL if same_year else _SAME_LABEL
    elif same_unit and same_type:
        needed = _SAME_LABEL
    else:
        return 0.0
    return 1 + 4 * label + 3 * same_amount + 2 * same_year if label >= needed else 0.0


def _worded(a: Row, b: Row, shared: bool) -> float:
    label = max(_label(a, b), SequenceMatcher(None, a["indicator_zh"], b["indicator_zh"]).ratio())
    if a["target_type"] != b["target_type"] and label < _SAME_LABEL:
        return 0.0
    needed = 0.3 if shared else _ALIKE_WORDS
    return 1 + 4 * label + 2 * (a["target_year"] == b["target_year"]) if label >= needed else 0.0


def _label(a: Row, b: Row) -> float:
    if a["indicator_id"] and a["indicator_id"] == b["indicator_id"]:
        return 1.0
    return likeness(a["indicator_zh"], b["indicator_zh"])


def _amount(row: Mapping[str, str]) -> tuple[Decimal | None, str, str]:
    value = row["target_value_si"] or row["target_value"]
    return (Decimal(value).normalize() if value else None, row["target_value_high"], row["unit_base"])

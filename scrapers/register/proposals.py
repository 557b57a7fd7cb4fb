"""From a reading of a plan to its proposals: rows with ids that are given once, and the places that state them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from scrapers.plans.drafts import TargetType
from scrapers.plans.extract import Extraction
from scrapers.plans.targets import Target
from scrapers.register.corrections import corrected, plain
from scrapers.register.decisions import Decision
from scrapers.register.matching import Promise, differences, figures_apart, match
from scrapers.register.quotes import quote_sha256
from scrapers.register.register import TARGET_COLUMNS, Place, Row
from scrapers.seeds import seed_rows


@dataclass(slots=True)
class Proposal:
    """A promise as read, before it has an id."""

    row: dict[str, str]
    places: list[Place]
    number: int
    part_of: int | None
    """`number` of the count that a sub-threshold belongs to."""

    @property
    def promise(self) -> Promise:
        return Promise(self.row, frozenset(place.quote_sha256 for place in self.places))


@dataclass(slots=True)
class Merged:
    """The rows and places of a plan after it was read again, and what that changed."""

    rows: list[Row]
    places: list[Place]
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    """Undecided proposals whose coding follows the page."""
    not_found: list[str] = field(default_factory=list)
    """Rows that stay although the page no longer states them."""
    contradicted: list[str] = field(default_factory=list)
    """Decided rows of which the page now says something else; they stay as decided."""


def proposals(extraction: Extraction, decoded: str, body_sha256: str, plan_id: str = "") -> list[Proposal]:
    """The promises of a reading as rows without ids, with all their places in the decoded capture."""
    statements = {statement.statement_no: statement for statement in extraction.statements}
    found = []
    for target in extraction.targets:
        stated = [statements[number] for number in target.statement_nos]
        spans = dict.fromkeys(
            [(target.start, target.end, target.form), *((s.start, s.end, str(s.form)) for s in stated)]
        )
        places = {
            (start, end): Place("", body_sha256, start, end, quote_sha256(decoded[start:end]), form)
            for start, end, form in reversed(spans)
        }
        found.append(Proposal(_row(target, plan_id), [*reversed(places.values())], target.target_no, target.part_of))
    return found


def merge_proposals(
    plan_id: str,
    rows: Sequence[Row],
    places: Sequence[Place],
    found: Sequence[Proposal],
    decided: Mapping[str, Decision],
) -> Merged:
    """Bring a new reading into the rows of a plan.

    The same promise keeps its id; a row on which a person has decided stays as it is, and gets a place on the new page
    only where that says what was decided; any other row follows the page. What is not found any more stays. New
    promises get the next numbers of their letter.
    """
    by_target: dict[str, list[Place]] = {}
    for place in places:
        by_target.setdefault(place.target_id, []).append(place)
    effective = [_effective(row, decided.get(row["target_id"])) for row in rows]
    quotes = [frozenset(place.quote_sha256 for place in by_target.get(row["target_id"], [])) for row in rows]
    pairs = _paired(rows, effective, quotes, found)
    merged = Merged([], [])
    ids: dict[int, str] = {}
    for i, row in enumerate(rows):
        target_id, mine = row["target_id"], by_target.get(row["target_id"], [])
        if i not in pairs:
            merged.not_found.append(target_id)
            _keep(merged, row, mine)
            continue
        read = found[pairs[i]]
        ids[read.number] = target_id
        if target_id in decided:
            says_other = bool(figures_apart(effective[i], read.row))
            if says_other and decided[target_id].decision != "rejected":
                merged.contradicted.append(target_id)
            _keep(merged, row, mine if says_other else _replaced(mine, read.places, target_id))
            continue
        says_other = bool(differences(row, read.row))
        now = {**read.row, "target_id": target_id, "plan_id": plan_id, "target_no": row["target_no"]}
        _keep(merged, now, _replaced([] if says_other else mine, read.places, target_id))
    taken = [row["target_id"] for row in rows]
    for j, read in enumerate(found):
        if j not in pairs.values():
            target_id, number = _next_id(plan_id, read.row, taken)
            taken.append(target_id)
            merged.new.append(target_id)
            ids[read.number] = target_id
            row = {**read.row, "target_id": target_id, "plan_id": plan_id, "target_no": number}
            _keep(merged, row, _replaced([], read.places, target_id))
    _point_to_wholes(merged, found, ids, decided)
    before = {row["target_id"]: row for row in rows}
    merged.updated = [
        row["target_id"] for row in merged.rows if row["target_id"] in before and row != before[row["target_id"]]
    ]
    return merged


def letter(row: Row) -> str:
    """Letter of a target id: t with a value, m a task without one, o any other promise without one."""
    if row["target_value"]:
        return "t"
    return "m" if row["target_type"] == TargetType.MILESTONE else "o"


def _keep(merged: Merged, row: Row, places: Sequence[Place]) -> None:
    merged.rows.append(row)
    merged.places += places


def _effective(row: Row, decision: Decision | None) -> Row:
    return corrected(row, decision.corrections) if decision else row


def _paired(
    rows: Sequence[Row], effective: Sequence[Row], quotes: Sequence[frozenset[str]], found: Sequence[Proposal]
) -> dict[int, int]:
    """Rows → promises of the reading: as they were decided, and what is left as it was once read.

    A person may have corrected all that a promise is known by; the page still says what it said before.
    """
    read = [each.promise for each in found]
    pairs = match([Promise(row, words) for row, words in zip(effective, quotes, strict=True)], read)
    rows_left = [i for i in range(len(rows)) if i not in pairs]
    read_left = [j for j in range(len(read)) if j not in pairs.values()]
    again = match([Promise(rows[i], quotes[i]) for i in rows_left], [read[j] for j in read_left])
    return pairs | {rows_left[i]: read_left[j] for i, j in again.items()}


def _replaced(mine: Sequence[Place], read: Sequence[Place], target_id: str) -> list[Place]:
    """Places of other bodies as they were, those of the body that was read anew."""
    bodies = {place.body_sha256 for place in read}
    return [
        *(place for place in mine if place.body_sha256 not in bodies),
        *(replace(place, target_id=target_id) for place in read),
    ]


def _next_id(plan_id: str, row: Row, taken: Collection[str]) -> tuple[str, str]:
    sign = letter(row)
    start = f"{plan_id}-{sign}"
    numbers = [int(known[len(start) :]) for known in taken if known.startswith(start) and known[len(start) :].isdigit()]
    number = max(numbers, default=0) + 1
    return f"{start}{number:02d}", str(number) if sign == "t" else f"{sign}{number:02d}"


def _point_to_wholes(
    merged: Merged, found: Sequence[Proposal], ids: Mapping[int, str], decided: Mapping[str, Decision]
) -> None:
    wholes = {ids[read.number]: ids.get(read.part_of, "") for read in found if read.part_of is not None}
    for i, row in enumerate(merged.rows):
        if row["target_id"] in wholes and row["target_id"] not in decided:
            merged.rows[i] = {**row, "part_of_target_id": wholes[row["target_id"]]}


# --- a target as text -------------------------------------------------------------------------------------------------


def _row(target: Target, plan_id: str) -> dict[str, str]:
    row = {name: _text(getattr(target, name, None)) for name in TARGET_COLUMNS} | {"plan_id": plan_id}
    row["target_no"] = ""
    if not row["target_value"]:
        row |= _unit_of_worded(target)
    if letter(row) == "m" and target.is_new_indicator:
        row["indicator_id"] = ""  # a task is done or not: it measures nothing
    row["confidence"] = f"{target.confidence:.2f}"
    return row


def _unit_of_worded(target: Target) -> dict[str, str]:
    """The unit of a promise without a value is that of its indicator, where that is known."""
    if target.target_type == TargetType.MILESTONE:
        return {"unit_zh": "", "unit_base": ""}
    own = {str(TargetType.GROWTH): "%", str(TargetType.RANK): "名"}.get(target.target_type)
    return {"unit_zh": "", "unit_base": own or _indicator_units().get(target.indicator_id, "")}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)


@lru_cache(maxsize=1)
def _indicator_units() -> dict[str, str]:
    return {row["indicator_id"]: row["unit_base"] for row in seed_rows("indicators")}

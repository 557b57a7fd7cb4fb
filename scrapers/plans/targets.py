"""Merged promises as rows: statements with their places, and coded targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scrapers.plans.drafts import Draft, TargetType
from scrapers.plans.labels import base_unit, indicator_id, is_known
from scrapers.plans.merging import Merged
from scrapers.plans.statements import Statement


@dataclass(frozen=True, slots=True)
class Target:
    """One promise as coded (TARGET_RULES.md). Values in the plan's unit, `target_value_si` in `unit_base`."""

    plan_id: str | None
    target_no: int
    indicator_zh: str
    indicator_id: str
    """Of the seeds; `proposed_…` where the label is new."""
    is_new_indicator: bool
    region_code: str | None
    target_type: str
    direction: str
    condition: str | None
    """`capped`, `keep` or `above_parent`: what the wording demands beyond value and direction."""
    target_value: Decimal | None
    target_value_high: Decimal | None
    unit_zh: str | None
    target_value_si: Decimal | None
    unit_base: str | None
    baseline_value: Decimal | None
    baseline_value_si: Decimal | None
    baseline_year: int | None
    target_year: int | None
    target_date: str | None
    year_inferred: bool
    responsible_units: str | None
    section: str
    quote: str
    start: int
    end: int
    form: str
    nature: str
    is_approximate: bool
    part_of: int | None
    """`target_no` of the count that this sub-threshold belongs to."""
    confidence: float
    statement_nos: tuple[int, ...]
    """All statements of it: the leading one, restatements, statements that disagree."""
    conflict_note: str | None = None
    note: str | None = None


TARGET_COLUMNS: tuple[str, ...] = (
    "plan_id", "target_no", "indicator_zh", "indicator_id", "region_code", "target_type", "direction", "target_value",
    "target_value_high", "unit_zh", "target_value_si", "unit_base", "baseline_value", "baseline_year", "target_year",
    "responsible_units", "section", "quote", "form", "confidence", "condition",
)  # fmt: skip
"""The columns of `zhibiao plan extract`; a new one goes to the end."""


def target_row(target: Target) -> list[object]:
    """A target as a row of `TARGET_COLUMNS`; numbers as plain text without needless zeros."""
    return [_plain(getattr(target, name)) for name in TARGET_COLUMNS]


def coded(merged: Sequence[Merged], *, plan_id: str | None, region: str | None) -> tuple[list[Statement], list[Target]]:
    """Statements and targets in the order of the document."""
    in_order = sorted(merged, key=lambda m: (m.lead.start, m.lead.end))
    drafts = sorted((d for m in in_order for d in (*m.drafts, *m.conflicts)), key=lambda d: (d.start, d.end))
    numbers = {id(draft): number for number, draft in enumerate(drafts, 1)}
    statements = [_statement(draft, number) for number, draft in enumerate(drafts, 1)]
    places = {id(d): number for number, m in enumerate(in_order, 1) for d in m.drafts}
    targets = [_target(m, number, plan_id, region, numbers, places) for number, m in enumerate(in_order, 1)]
    return statements, targets


def _statement(draft: Draft, number: int) -> Statement:
    start, end = draft.source or (0, 0)
    return Statement(
        statement_no=number,
        section=draft.path,
        quote=draft.quote or "",
        start=start,
        end=end,
        indicator_label=draft.label,
        comparator=draft.comparator,
        value_text=draft.value_text,
        value=draft.value,
        value_high=draft.high,
        unit_label=draft.unit,
        baseline_text=draft.baseline.text if draft.baseline else None,
        baseline_year=draft.baseline.year if draft.baseline else None,
        target_year=draft.year,
        responsible_units=draft.units,
        form=draft.form,
        confidence=round(draft.confidence, 2),
    )


def _target(
    merged: Merged, number: int, plan_id: str | None, region: str | None, numbers: dict[int, int],
    places: dict[int, int],
) -> Target:  # fmt: skip
    lead = merged.lead
    base, factor = base_unit(lead.unit)
    if lead.target_type is TargetType.RANK:
        base, factor = lead.unit, Decimal(1)
    baseline = lead.baseline
    start, end = lead.source or (0, 0)
    return Target(
        plan_id=plan_id,
        target_no=number,
        indicator_zh=lead.label,
        indicator_id=indicator_id(lead.label),
        is_new_indicator=not is_known(lead.label),
        region_code=region,
        target_type=str(lead.target_type),
        direction=str(lead.direction),
        condition=str(lead.condition) if lead.condition else None,
        target_value=lead.value,
        target_value_high=lead.high,
        unit_zh=lead.unit,
        target_value_si=lead.value * factor if lead.value is not None else None,
        unit_base=base,
        baseline_value=baseline.value if baseline else None,
        baseline_value_si=baseline.value * base_unit(baseline.unit)[1] if baseline else None,
        baseline_year=baseline.year if baseline else None,
        target_year=lead.year,
        target_date=lead.due,
        year_inferred=lead.year_inferred,
        responsible_units=lead.units,
        section=lead.section,
        quote=lead.quote or "",
        start=start,
        end=end,
        form=str(lead.form),
        nature=lead.nature,
        is_approximate=lead.approximate,
        part_of=places.get(id(lead.parent)) if lead.parent is not None else None,
        confidence=round(lead.confidence, 2),
        statement_nos=tuple(_numbers([*merged.drafts, *merged.conflicts], numbers)),
        conflict_note=_conflict(merged),
        note=lead.proof,
    )


def _numbers(drafts: Iterable[Draft], numbers: dict[int, int]) -> list[int]:
    return [numbers[id(d)] for d in drafts]


def _conflict(merged: Merged) -> str | None:
    """What disagrees: other values for the same promise, or a baseline that the target does not go beyond."""
    told = [f"{d.section} states {d.value_text}" for d in merged.conflicts]
    lead = merged.lead
    if (
        lead.baseline is not None
        and lead.value is not None
        and str(lead.target_type) in ("level_at_date", "ratio_level")
    ):
        reached = lead.baseline.value * base_unit(lead.baseline.unit)[1]
        if str(lead.direction) != "at_most" and lead.value * base_unit(lead.unit)[1] < reached:
            told.append(f"target {lead.value} lies below its own baseline {lead.baseline.value}")
    return "; ".join(told) or None


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value

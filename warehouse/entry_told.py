"""What `zhibiao evidence list` and `zhibiao figure list` tell a person: table rows, no decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapers.entry.evidence import TAKES_EVIDENCE, effective_targets, entered_evidence, seed_evidence, why_not
from scrapers.entry.figures import entered_figures
from scrapers.entry.proof import EntryRefused
from scrapers.register.register import read_register

if TYPE_CHECKING:
    from scrapers.home import Home

Table = tuple[Sequence[str], list[tuple[object, ...]], list[str]]
"""Columns, rows, and what could not be used, one line each."""


def evidence_rows(home: Home, plan_id: str | None) -> Table:
    """Evidence by target and day; of one plan also its tasks without any. Raises `EntryRefused` for an unknown plan."""
    columns = ("target", "done on", "known from", "by", "source", "note", "evidence")
    register = read_register(home)
    if plan_id is not None and plan_id not in register.plans:
        raise EntryRefused(f"no such plan: {plan_id}; registered: {', '.join(sorted(register.plans))}")
    entered, targets = entered_evidence(home), effective_targets(home)
    seeds = {entry.evidence_id: entry for entry in seed_evidence()}
    entries = {entry.evidence_id: entry for entry in entered.entries} | seeds
    problems = list(entered.problems)
    rows: list[tuple[object, ...]] = []
    for entry in entries.values():
        if reason := why_not(entry.target_id, targets):
            problems.append(f"{entry.evidence_id}: {reason}")
        elif plan_id is None or targets[entry.target_id]["plan_id"] == plan_id:
            known = entry.published_on or entry.entered_on
            rows.append(
                (entry.target_id, entry.evidence_on, known, entry.entered_by, entry.url, entry.note, entry.evidence_id)
            )
    if plan_id is not None:
        shown = {row[0] for row in rows}
        tasks = (row for row in targets.values() if row["plan_id"] == plan_id and row["target_type"] in TAKES_EVIDENCE)
        rows += [(row["target_id"], *[None] * 6) for row in tasks if row["target_id"] not in shown]
    return columns, sorted(rows, key=lambda row: (str(row[0]), str(row[1]), str(row[6]))), problems


def figure_rows(home: Home) -> Table:
    """Entered figures in the order of entry."""
    columns = (
        "region", "name", "indicator", "period", "kind", "value", "unit", "known from", "by", "on", "source", "note",
    )  # fmt: skip
    figures, problems = entered_figures(home)
    rows: list[tuple[object, ...]] = [
        (
            each.region_code, each.region_zh, each.indicator_id, each.period, str(each.period_kind), each.value,
            each.unit, each.vintage_on, each.entered_by, each.entered_on, each.source_url, each.note,
        )
        for each in figures
    ]  # fmt: skip
    return columns, rows, problems

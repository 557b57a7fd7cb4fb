"""The tables beside that of the targets: promises on a rank or against another region, tasks, and what has no data."""

from __future__ import annotations

from itertools import groupby

from warehouse.evaluation.blocks import Block, Cell, Column, Heading, Paragraph, Part, Table
from warehouse.evaluation.citations import Citations
from warehouse.evaluation.facts import Facts, Row
from warehouse.evaluation.figures import measured
from warehouse.evaluation.options import Language
from warehouse.evaluation.target_table import described, numbered, promised, stands
from warehouse.evaluation.words import Words

QUALITATIVE = "定性"
"""Unit of promises that no figure measures."""

SHOWN_REGIONS = 12
"""Missing siblings named in the report; the marts have them all."""


def relative_blocks(facts: Facts, cite: Citations, words: Words) -> list[Block]:
    """Ranks among the siblings, and promises held against the region above."""
    found = [row for row in facts.targets if row["rule"] in ("rank", "above_parent")]
    if not found:
        return [Heading(words.say("relative")), Paragraph(words.say("no_targets"))]
    widths = {
        "no": 0.05,
        "indicator": 0.28,
        "target": 0.13,
        "rank": 0.14,
        "reference": 0.14,
        "siblings": 0.11,
        "status": 0.15,
    }
    return [
        Heading(words.say("relative")),
        _table("relative", widths, [_relative(row, cite, words) for row in found], words),
    ]


def task_blocks(facts: Facts, cite: Citations, words: Words) -> list[Block]:
    """Tasks under the unit that leads them."""
    found = [row for row in facts.targets if row["target_type"] == "milestone"]
    if not found:
        return [Heading(words.say("tasks")), Paragraph(words.say("no_tasks"))]
    lines: list[tuple[Cell, ...]] = []
    for units, group in groupby(sorted(found, key=lambda row: _lead(row, facts)), key=lambda row: _lead(row, facts)):
        told = words.say("units_heading", units=units or words.say("no_unit"))
        lines.append(((Part(told),),))
        lines += [_task(row, facts, cite, words) for row in group]
    widths = {"no": 0.06, "task": 0.44, "due": 0.12, "state": 0.15, "evidence": 0.18, "sources": 0.05}
    note = Paragraph(words.say("tasks_note"), is_note=True)
    return [Heading(words.say("tasks")), note, _table("tasks", widths, lines, words)]


def gap_blocks(facts: Facts, words: Words) -> list[Block]:
    """Promises without a figure: why, and who would bring one."""
    found = [row for row in facts.targets if row["target_type"] != "milestone" and row["actual_value"] is None]
    if not found:
        return [Heading(words.say("gaps")), Paragraph(words.say("no_gaps"))]
    widths = {"no": 0.06, "indicator": 0.34, "why": 0.26, "bringer": 0.34}
    lines: list[tuple[Cell, ...]] = [
        (numbered(row), described(row, words)[:1], stands(row, words), (Part(_bringer(row, words)),)) for row in found
    ]
    note = Paragraph(words.say("gaps_note"), is_note=True)
    return [Heading(words.say("gaps")), note, _table("gaps", widths, lines, words)]


def task_state(row: Row) -> str:
    """State of a task on the evaluation date, in the codes of fct_task (which knows the as-of date only)."""
    if row["reason_code"] in ("evidence", "late_evidence"):
        return "done"
    return {"due": "overdue", "no_data": "no_evidence"}.get(row["status"], "due")


def _table(name: str, widths: dict[str, float], lines: list[tuple[Cell, ...]], words: Words) -> Table:
    return Table(name, tuple(Column(words.say(f"column_{key}"), width) for key, width in widths.items()), tuple(lines))


def _relative(row: Row, cite: Citations, words: Words) -> tuple[Cell, ...]:
    rank: Cell = ()
    refs = cite.observations(row["observation_ids"])
    if row["rank_value"] is not None:
        count = row["sibling_count"]
        told = words.say("rank_of", rank=row["rank_value"], count=count) if count else words.say(
            "rank_value", rank=row["rank_value"]
        )  # fmt: skip
        rank = (Part(told, value=row["rank_value"], refs=refs),)
    elif row["actual_value"] is not None:
        rank = (Part(measured(row["actual_value"], row["value_unit"], words), value=row["actual_value"], refs=refs),)
    reference: Cell = ()
    if row["reference_value"] is not None:
        told = measured(row["reference_value"], row["value_unit"], words)
        reference = (Part(told, value=row["reference_value"], refs=refs),)
    siblings: Cell = (Part(str(row["sibling_count"]), value=row["sibling_count"]),) if row["sibling_count"] else ()
    if row["missing_siblings"]:
        names = str(row["missing_siblings"]).split("、")
        more = "…" if len(names) > SHOWN_REGIONS else ""
        siblings += (Part(words.say("missing_regions", names="、".join(names[:SHOWN_REGIONS]) + more), style="small"),)
    cells = (
        numbered(row),
        described(row, words),
        promised(row, cite, words),
        rank,
        reference,
        siblings,
        stands(row, words),
    )
    return cells


def _lead(row: Row, facts: Facts) -> str:
    task = facts.tasks.get(row["target_id"], {})
    return str(task.get("lead_unit") or row["responsible_units"] or "")


def _task(row: Row, facts: Facts, cite: Citations, words: Words) -> tuple[Cell, ...]:
    task = facts.tasks.get(row["target_id"], {})
    state = task_state(row)
    parts = list(described({**row, "name_en": None}, words))
    if task.get("lead_unit") and row["responsible_units"] != task["lead_unit"]:
        parts.append(Part(words.say("participants", units=row["responsible_units"]), style="small"))
    due = (
        str(row["target_end"]) + (words.say("inferred") if task.get("is_due_inferred") else "")
        if row["target_end"]
        else ""
    )
    refs = cite.quote(row) if row["quote"] else ()
    evidence: Cell = ()
    if state == "done" and task.get("done_on"):
        refs += cite.evidence(task)
        evidence = (Part(words.say("done_on", date=task["done_on"]), refs=refs[-1:]),)
        if task.get("days_late"):
            evidence += (Part(words.say("days_late", days=task["days_late"]), value=task["days_late"], style="small"),)
    stated = (Part(words.code("task_state", state), style=f"task-{state}"),)
    cited: Cell = (Part("", refs=refs),) if refs else ()
    return numbered(row), tuple(parts), (Part(due),) if due else (), stated, evidence, cited


def _bringer(row: Row, words: Words) -> str:
    if row["status"] == "not_measurable":
        return words.say("bringer_plan")
    if row["unit_base"] == QUALITATIVE:
        return words.say("bringer_qualitative")
    title = row["source_title_en"] if words.language is Language.EN else row["source_title_zh"]
    if row["expected_source_id"]:
        return words.say("bringer_source", title=title or row["expected_source_id"])
    if row["publisher_zh"]:
        return words.say("bringer_office", office=row["publisher_zh"], document=row["document_zh"] or "—")
    return words.say("bringer_unknown")

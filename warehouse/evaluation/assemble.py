"""From the rows of the marts to the report: the summary, the targets by section, tasks, ranks, gaps and sources."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from warehouse.evaluation import numbers, targets
from warehouse.evaluation.facts import Facts
from warehouse.evaluation.model import Gap, Number, Relative, Report, Section, Task, Unit
from warehouse.evaluation.sources import Sources
from warehouse.evaluation.words import Language, Words

Row = Mapping[str, Any]

STATUS_ORDER = (
    "achieved", "ahead", "on_track", "behind", "far_behind", "moving_away", "missed", "due", "no_data", "unrated",
    "not_started", "not_measurable",
)  # fmt: skip
GAPS = ("no_data", "due", "unrated")
"""Statuses that a figure would change; tasks, which wait for evidence, stand in their own table."""

RELATIVE = ("rank", "above_parent")


def assemble(facts: Facts, language: Language) -> Report:
    """The report in one language. The same facts give the same report."""
    words = Words(language)
    sources = Sources(words, facts.observations, _titles(facts, language))
    by_target: dict[str, list[Row]] = defaultdict(list)
    for row in facts.history:
        by_target[row["target_id"]].append(row)
    current = sorted(facts.current, key=lambda row: (_natural(row["section"]), _natural(row["target_no"])))
    sections = _sections(current, facts.plan, sources, words)
    series: dict[str, list[Row]] = defaultdict(list)
    for fact in facts.series:
        series[fact["target_id"]].append(fact)
    courses = [
        targets.chart(by_target[row["target_id"]], row, series[row["target_id"]], facts.plan, sources, words)
        for row in current
    ]
    units = _units(facts, sources, words)
    relatives = [_relative(row, facts.plan, sources, words) for row in current if _is_relative(row)]
    plan = facts.plan
    return Report(
        language=language.value,
        title=f"{plan['title_zh']}{words.text('colon')}{words.of('kind', facts.kind)}",
        heading=f"{plan['title_zh']} {words.text('title')}",
        head=_head(facts, words),
        plan_id=plan["plan_id"],
        evaluation_date=facts.chosen.day,
        as_of=facts.as_of,
        date_note=words.text("date_as_of" if facts.chosen.is_as_of else "date_year_end"),
        sentences=_sentences(facts, current, sources, words),
        counts=_counts(current, words),
        sections=sections,
        charts=[course for course in courses if course],
        units=units,
        relatives=relatives,
        gaps=[_gap(row, facts, words) for row in current if _is_gap(row)],
        sources=sources.listed,
    )


def _titles(facts: Facts, language: Language) -> dict[str, str]:
    """The name of each source, in the language of the reader where it has one."""
    other = "zh" if language is Language.EN else "en"
    return {each: str(row[f"title_{language}"] or row[f"title_{other}"] or "") for each, row in facts.sources.items()}


def _head(facts: Facts, words: Words) -> list[tuple[str, str]]:
    plan, unknown = facts.plan, words.text("unknown")
    region = ""
    if facts.region:
        region = (facts.region["name_en"] if words.language is Language.EN else "") or facts.region["name_zh"]
    years = "–".join(str(year) for year in dict.fromkeys((plan["period_start"], plan["period_end"])) if year)
    told = {
        "issuer": plan["issuer_zh"] or plan["document_issuer"],
        "doc_no": plan["doc_no"] or plan["document_doc_no"],
        "issued_on": words.day(plan["issued_on"] or plan["document_issued_on"]),
        "period": years,
        "region": region,
        "address": plan["url"],
        "kind": words.of("kind", facts.kind),
        "evaluation_date": words.day(facts.chosen.day),
        "as_of": words.day(facts.as_of),
    }
    return [(words.text(name), value or unknown) for name, value in told.items()]


def _counts(current: Sequence[Row], words: Words) -> list[tuple[str, str, int]]:
    counted = Counter(row["status"] for row in current)
    return [(status, words.of("status", status), counted[status]) for status in STATUS_ORDER if counted[status]]


def _sentences(facts: Facts, current: Sequence[Row], sources: Sources, words: Words) -> list[str]:
    """A paragraph made of the numbers of the scorecard."""
    card = facts.scorecard
    if card is None:
        return [words.text("no_targets")]
    none = words.text("none")

    def share(name: str) -> str:
        return none if card[name] is None else numbers.percent(card[name])

    counts = words.join([f"{name} {count}" for _, name, count in _counts(current, words)])
    said = [
        words.text("says_total", targets=card["target_count"], measurable=card["measurable_count"],
                   covered=card["covered_count"], coverage=share("data_coverage")),
        words.text("says_status", counts=counts),
    ]  # fmt: skip
    if card["completion_count"]:
        said.append(
            words.text("says_completion", completed=card["completion_count"],
                       unweighted=share("completion_unweighted"), weighted=share("completion_weighted"))
        )  # fmt: skip
    else:
        said.append(words.text("says_no_completion"))
    if card["task_count"]:
        said.append(words.text("says_tasks", tasks=card["task_count"], done=card["tasks_done"]))
    proposed = sum(row["review_state"] == "proposed" for row in current)
    if proposed:
        said.append(words.text("says_proposed", proposed=proposed))
    if any(sources.marks(row["observation_ids"]) for row in current):
        said.append(words.text("says_marked"))
    return said


def _sections(current: Sequence[Row], plan: Row, sources: Sources, words: Words) -> list[Section]:
    found: dict[str, Section] = {}
    for row in current:
        heading, _ = words.section(row["section"])
        found.setdefault(heading, Section(heading, [])).rows.append(targets.target_row(row, plan, sources, words))
    return list(found.values())


def _units(facts: Facts, sources: Sources, words: Words) -> list[Unit]:
    found: dict[str, Unit] = {}
    judged = {row["target_id"]: row for row in facts.current}
    for row in facts.tasks:
        if row["task_id"] not in judged:
            continue
        # fct_task knows the state on the as-of date only.
        state = judged[row["task_id"]]["task_state"]
        name = row["lead_unit"] or row["responsible_units"] or words.text("no_unit")
        found.setdefault(name, Unit(name, [])).tasks.append(_task(row, state, facts.plan, sources, words))
    return sorted(found.values(), key=lambda unit: (-len(unit.tasks), unit.name))


def _task(row: Row, state: str, plan: Row, sources: Sources, words: Words) -> Task:
    is_done = state == "done"
    due = words.day(row["due_on"]) or words.text("unknown")
    if row["is_due_inferred"]:
        due += f" ({words.text('due_inferred')})"
    return Task(
        task_id=row["task_id"],
        task=row["task_zh"] or "",
        deliverable=row["deliverable"] or "",
        quote=row["quote"] or "",
        due=due,
        state_code=state,
        state=words.of("task_state", state),
        evidence=words.join([words.day(row["done_on"]), row["evidence_note"] or ""]) if is_done else "",
        refs=sources.quote(row, plan) + (sources.evidence(row) if is_done else ()),
    )


def _is_relative(row: Row) -> bool:
    return row["rule"] in RELATIVE or row["reference_value"] is not None or row["rank_value"] is not None


def _relative(row: Row, plan: Row, sources: Sources, words: Words) -> Relative:
    reference = Number()
    if row["reference_value"] is not None:
        shown = numbers.shown(row["reference_value"], computed=True)
        reference = Number(row["reference_value"], targets.with_unit(shown, words.unit(row["value_unit"])))
    return Relative(
        target_id=row["target_id"],
        indicator=targets.name_of(row, words),
        status=words.join([words.of("status", row["status"]), words.of("reason_code", row["reason_code"])]),
        rank=_count(row["rank_value"]),
        siblings=_count(row["sibling_count"]),
        missing=row["missing_siblings"] or "",
        reference=reference,
        refs=sources.quote(row, plan) + sources.figures(row["observation_ids"]),
    )


def _count(value: Decimal | int | None) -> Number:
    return Number() if value is None else Number(value, numbers.shown(Decimal(value)))


def _is_gap(row: Row) -> bool:
    return row["status"] in GAPS and row["target_type"] != "milestone"


def _gap(row: Row, facts: Facts, words: Words) -> Gap:
    expected = facts.sources.get(row["expected_source_id"] or "")
    why = words.of("reason_code", row["reason_code"])
    if row["missing_years"]:
        why += f" ({row['missing_years']})"
    return Gap(
        target_id=row["target_id"],
        indicator=targets.name_of(row, words),
        status=words.of("status", row["status"]),
        why=why,
        bringer=words.text("semicolon").join(part for part in (row["publisher_zh"], row["document_zh"]) if part)
        or words.text("no_bringer"),
        expected=_titles(facts, words.language).get(row["expected_source_id"], "") if expected else "",
    )


def _natural(text: str | None) -> list[tuple[int, int, str]]:
    """Order in which 2.10 follows 2.9; what has no number comes after."""
    parts = re.findall(r"\d+|\D+", text or "~")
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]

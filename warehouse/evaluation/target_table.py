"""The table of targets: what was promised, where it stands, and why, section by section of the plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby

from warehouse.evaluation.blocks import Block, Cell, Column, Heading, Number, Paragraph, Part, Table
from warehouse.evaluation.citations import Citations, name_of
from warehouse.evaluation.facts import Facts, Row
from warehouse.evaluation.figures import measured, plain, share
from warehouse.evaluation.words import Words

SECTION = re.compile(r"^(?P<kind>table row|schedule row|box) (?P<n>.+)$")
SECTION_KINDS = ("", "box", "table row", "schedule row", "none")
"""Order of the sections: those of the text first, those without a name last."""


def target_blocks(facts: Facts, cite: Citations, words: Words) -> list[Block]:
    """All promises but the tasks."""
    heading = Heading(words.say("targets"))
    targets = [row for row in facts.targets if row["target_type"] != "milestone"]
    if not targets:
        return [heading, Paragraph(words.say("no_targets"))]
    lines: list[tuple[Cell, ...]] = []
    for _, group in groupby(sorted(targets, key=_section_order), key=_section_order):
        rows = list(group)
        lines.append(((Part(words.say("section_heading", section=section_of(rows[0], words))),),))
        lines += [_line(row, cite, words) for row in rows]
    return [
        heading,
        Paragraph(words.say("targets_note"), is_note=True),
        Table("targets", _columns(words), tuple(lines)),
    ]


def section_of(row: Row, words: Words) -> str:
    """The section of a plan in words; one row of a table stands for the table."""
    found = SECTION.match(row["section"] or "")
    if found:
        return words.code("section", found["kind"]).format(n=found["n"])
    return str(row["section"] or words.code("section", "none"))


def numbered(row: Row) -> Cell:
    """The number of a promise, which the review and the marts know it by."""
    plain_id = str(row["target_id"]).removeprefix(f"{row['plan_id']}-")
    return (Part(plain_id),)


def described(row: Row, words: Words) -> Cell:
    """What the promise is about, its words in the plan, and a label while nobody has reviewed it."""
    parts = [Part(name_of(row, words), style="strong")]
    if row["quote"]:
        parts.append(Part(f"“{row['quote']}”", style="small"))
    if row["review_state"] == "proposed":
        parts.append(Part(words.code("review_state", "proposed"), style="label"))
    return tuple(parts)


def promised(row: Row, cite: Citations, words: Words) -> Cell:
    """The value of the target with its date."""
    if row["target_value"] is None:
        return (Part(words.code("rule", row["rule"]), refs=cite.quote(row)),) if row["rule"] == "above_parent" else ()
    unit = row["unit_base"]
    text = _valued(row, row["target_value"], unit, words)
    if row["target_value_high"] is not None:
        text = words.say("ranged", low=text, high=_valued(row, row["target_value_high"], unit, words))
    if row["rule"] in ("growth", "yearly_floor"):
        text = words.say("rate", value=text)
    elif row["direction"] == "at_most" and row["rule"] != "rank":
        text = f"{words.say('at_most')} {text}"
    return Part(text, value=row["target_value"], refs=cite.quote(row)), *_dated(row["target_end"])


def stands(row: Row, words: Words) -> Cell:
    """Status and reason."""
    return (
        Part(words.code("status", row["status"]), style=f"status-{row['status']}"),
        Part(words.code("reason_code", row["reason_code"]), style="small"),
    )


def _columns(words: Words) -> tuple[Column, ...]:
    widths = {
        "no": 0.04, "indicator": 0.18, "baseline": 0.08, "target": 0.09, "actual": 0.08, "required": 0.07,
        "progress": 0.08, "pace": 0.05, "projection": 0.08, "status": 0.11, "flags": 0.09, "sources": 0.05,
    }  # fmt: skip
    numbers = ("baseline", "target", "actual", "required", "progress", "pace", "projection")
    return tuple(Column(words.say(f"column_{name}"), width, name in numbers) for name, width in widths.items())


def _line(row: Row, cite: Citations, words: Words) -> tuple[Cell, ...]:
    target = promised(row, cite, words)
    baseline = _baseline(row, cite, words)
    actual = _value(row, "actual_value", words, refs=_figures(row, cite))
    cells = (
        numbered(row), described(row, words), baseline, target,
        actual + (_dated(row["actual_period_end"]) if actual else ()) + _growth(row, words),
        _value(row, "required_value", words), _progress(row, words), _share_or_ratio(row, "pace", plain),
        _projection(row, words), stands(row, words), _flags(row, words),
    )  # fmt: skip
    refs = sorted({number for cell in cells for part in cell for number in part.refs})
    return *cells, (Part("", refs=tuple(refs)),) if refs else ()


def _baseline(row: Row, cite: Citations, words: Words) -> Cell:
    if row["baseline_value"] is None:
        return ()
    source = row["baseline_source"]
    if source == "printed":
        return *_value(row, "baseline_value", words, refs=cite.quote(row)), *_dated(row["baseline_date"])
    refs = cite.observations(row["observation_ids"][:1]) if source else ()
    told: Cell = (Part(words.code("baseline_source", source), style="small"),) if source else ()
    return *_value(row, "baseline_value", words, refs=refs), *_dated(row["baseline_date"]), *told


def _figures(row: Row, cite: Citations) -> tuple[int, ...]:
    """The figures of the actual value: all that the row rests on but a baseline of the series, which comes first."""
    ids = row["observation_ids"]
    return cite.observations(ids[1:] if row["baseline_source"] in ("series", "first_fact") and len(ids) > 1 else ids)


def _value(row: Row, column: str, words: Words, refs: tuple[int, ...] = ()) -> Cell:
    if row[column] is None:
        return ()
    return (Part(_valued(row, row[column], row["value_unit"], words), value=row[column], refs=refs),)


def _valued(row: Row, value: Number, unit: str | None, words: Words) -> str:
    return words.say("rank_value", rank=plain(value)) if row["rule"] == "rank" else measured(value, unit, words)


def _growth(row: Row, words: Words) -> Cell:
    if row["rule"] != "growth" or row["growth_actual"] is None:
        return ()
    told = words.say("growth_seen", value=share(row["growth_actual"]))
    return (Part(told, value=row["growth_actual"], style="small"),)


def _progress(row: Row, words: Words) -> Cell:
    cell = _share_or_ratio(row, "progress", share)
    if not cell or row["elapsed"] is None:
        return cell
    told = words.say("elapsed", share=share(row["elapsed"]))
    return *cell, Part(told, value=row["elapsed"], style="small")


def _share_or_ratio(row: Row, column: str, form: Callable[[Number], str]) -> Cell:
    return () if row[column] is None else (Part(form(row[column]), value=row[column]),)


def _projection(row: Row, words: Words) -> Cell:
    cell = _value(row, "projected_value", words)
    if not cell:
        return ()
    method = Part(words.code("projection_method", row["projection_method"]), style="small")
    if row["projected_low"] is None or row["projected_high"] is None:
        return *cell, method
    told = words.say("interval", low=plain(row["projected_low"]), high=plain(row["projected_high"]))
    return *cell, Part(told, style="small"), method


def _flags(row: Row, words: Words) -> Cell:
    names = [name for name in row["flags"].split(",") if name and name != "proposed"]  # the label says it already
    return tuple(Part(words.code("flag", name), style="small") for name in names)


def _dated(day: object) -> Cell:
    return () if day is None else (Part(str(day), style="small"),)


def _section_order(row: Row) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Sections in the order of their numbers; the rows of one table together."""
    found = SECTION.match(row["section"] or "")
    kind = found["kind"] if found else "" if row["section"] else "none"
    name = "" if kind in ("table row", "schedule row", "none") else row["section"]
    pieces = tuple((int(piece), "") if piece.isdigit() else (0, piece) for piece in re.split(r"[. ]", name))
    return SECTION_KINDS.index(kind), pieces

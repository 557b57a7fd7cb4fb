"""Rows of tables as drafts: indicator tables with and without borders, and task schedules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from scrapers.plans import schedules
from scrapers.plans.commitments import read_commitments
from scrapers.plans.conditions import above, cap_word, kept
from scrapers.plans.drafts import Baseline, Condition, Context, Direction, Draft, Role, TargetType
from scrapers.plans.figures import read_sentence
from scrapers.plans.in_charge import mark_first
from scrapers.plans.lost_tables import LostRow, split_figures
from scrapers.plans.objective_kinds import DOWN, VAGUE_RANK
from scrapers.plans.prose import sentences
from scrapers.plans.quantities import find_ranks
from scrapers.plans.reading import Line, Reading, line_of
from scrapers.plans.responsible import responsible_units
from scrapers.plans.statements import Form, Statement
from scrapers.plans.tables import target_value
from scrapers.plans.words import AT_MOST, AT_MOST_NOT, RATE

_BRACKETED = re.compile(r"[\[〔(](?P<sum>[^\[\]〔〕()]+)[\]〕)]")
_GROWTH = re.compile(r"(?:年均|年度?)?(?:增长率?|增速|增幅|递增)$")


def of_statement(statement: Statement, number: int, context: Context) -> Draft | None:
    """A row of a table with borders."""
    label = re.sub(r"\s+", "", statement.indicator_label)
    draft = _draft(
        label, statement.value_text or "", statement.value, statement.value_high, statement.unit_label,
        statement.comparator, statement.target_year, context, number,
    )  # fmt: skip
    if draft is None:
        return None
    draft.units = statement.responsible_units
    draft.source = (statement.start, statement.end)
    draft.quote = statement.quote
    draft.baseline = _baseline(statement.baseline_text, _unit(label, statement.unit_label), statement.baseline_year)
    draft.confidence = 0.95
    return draft


def of_lost_row(row: LostRow, prose: Sequence[Draft], context: Context) -> tuple[Draft | None, str | None]:
    """A row of a table without borders, or why it must wait for a person."""
    value_text, baseline, proof = row.value_text, row.baseline, None
    if row.figures is not None:
        told = split_figures(row, prose)
        if told is None:
            return None, f"glued figures without proof: {row.label} {row.figures}"
        baseline, value_text, proof = told
    comparator, value, high, sign = target_value(value_text)
    draft = _draft(row.label, value_text, value, high, row.unit or sign, comparator, row.year, context, row.row_no)
    if draft is None:
        return None, f"a row of a table without borders: {row.label} {value_text}"
    draft.units = responsible_units(row.in_charge) if row.in_charge else None
    draft.baseline = _baseline(baseline, _unit(row.label, row.unit or sign), row.baseline_year)
    draft.start, draft.end = row.line.places[0], row.last.places[-1] + 1
    draft.proof, draft.nature = proof, row.nature
    draft.confidence = 0.85 if proof else 0.9
    return draft, None


def of_schedule(row: schedules.Row, reading: Reading, context: Context, first_leads: bool) -> Iterator[Draft]:
    """A row of a task schedule as a milestone, and what its cells promise beside."""
    units = responsible_units(row.units) if row.units else None
    if first_leads:
        units = mark_first(units)
    day = schedules.due(row.time)
    year = _year_of(row.time) or context.calendar.last
    section = f"schedule row {row.number}"
    piece = row.promise
    label = re.split(r"[。;,]", piece.text)[0][:40]
    yield Draft(
        label=label, target_type=TargetType.MILESTONE, direction=Direction.UNSPECIFIED,
        start=piece.start, end=piece.end, year=year, year_inferred=_year_of(row.time) is None, units=units,
        section=section, path=context.path, role=Role.MEASURES, form=Form.TABLE, due=day, confidence=0.95,
    )  # fmt: skip
    cells = [piece, *(cell for cell in (row.result, row.task) if cell is not None and cell != piece)]
    for draft in _figures(cells, section, reading, context):
        draft.units, draft.due = units, draft.due or day
        if draft.year_inferred and year is not None:
            draft.year, draft.year_inferred = year, False
        yield draft


def of_other_row(pieces: Sequence[schedules.Piece], number: int, reading: Reading, context: Context) -> Iterator[Draft]:
    """Promises in the sentences of any other table: a list of tasks, a division of labour."""
    yield from _figures(pieces, f"table row {number}", reading, context)


def _figures(cells: Sequence[schedules.Piece], section: str, reading: Reading, context: Context) -> Iterator[Draft]:
    """Promises in cells that hold sentences: numbers, dated milestones, ranks."""
    inner = replace(context, role=Role.MEASURES, section=section, form=Form.TABLE, time=None, is_plan=True)
    for cell in cells:
        line = _line(reading, cell)
        inner.before, inner.time = "", None
        places = list(sentences(line))
        for start, end in places:
            yield from read_sentence(line, start, end, inner)
        yield from read_commitments(line, places, inner)
    context.sentence_no = inner.sentence_no


def _line(reading: Reading, piece: schedules.Piece) -> Line:
    return line_of(reading.plain.text[piece.start : piece.end], piece.start)


def _draft(
    label: str, text: str, value: Decimal | None, high: Decimal | None, unit: str | None, comparator: str | None,
    year: int | None, context: Context, number: int,
) -> Draft | None:  # fmt: skip
    """One target cell, coded by what its row is called and how it is measured."""
    last = context.calendar.last
    draft = Draft(
        label=label, target_type=TargetType.LEVEL, direction=Direction.UNSPECIFIED, start=0, end=0, value=value,
        high=high, unit=_unit(label, unit), value_text=text, comparator=comparator, year=year or last,
        year_inferred=year is None, section=f"table row {number}", path=context.path, role=context.role,
        form=Form.TABLE, group=context.sentence_no,
    )  # fmt: skip
    if value is None and context.brackets_are_sums and (sum_ := _BRACKETED.fullmatch(text.strip())):
        draft.comparator, draft.value, draft.high, _ = target_value(sum_["sum"])
        draft.target_type = TargetType.CUMULATIVE
        return draft if draft.value is not None else None
    if value is None:
        return _in_words(draft, text, context.region_level)
    if draft.unit in ("%", "‰"):
        draft.target_type = TargetType.GROWTH if _GROWTH.search(label) and "年均" in label else TargetType.RATIO
    elif re.match(r"新增|累计(?!有效)|.{0,6}新增", label):
        draft.target_type = TargetType.CUMULATIVE
    if high is not None:
        draft.target_type, draft.direction = TargetType.RANGE, Direction.BETWEEN
        draft.condition = Condition.CAPPED if cap_word(comparator or "") else None
    elif comparator:
        most = AT_MOST.search(comparator) and not AT_MOST_NOT.search(comparator)
        draft.direction = Direction.AT_MOST if most else Direction.AT_LEAST
        draft.approximate = comparator == "左右"
    return draft


def _in_words(draft: Draft, text: str, level: int) -> Draft | None:
    """`稳步增长`, `保持稳定`, `高于全省平均水平`, `全省前列`, `全省前3名`."""
    draft.unit = None
    if compared := above(text):
        grows = compared.growth or _GROWTH.search(draft.label)
        draft.target_type = (
            TargetType.GROWTH if grows else TargetType.RATIO if RATE.search(draft.label) else draft.target_type
        )
        draft.direction = Direction.AT_LEAST
        draft.condition, draft.proof = compared.condition(level), compared.doubt(level)
    elif rank := next(find_ranks(text), None):
        draft.target_type, draft.direction = TargetType.RANK, Direction.AT_MOST
        draft.value, draft.unit = rank.k, rank.unit
    elif VAGUE_RANK.search(text):
        draft.target_type, draft.direction = TargetType.RANK, Direction.AT_MOST
    elif re.search(r"[一-鿿]{2}", text) and not re.search(r"\d", text):
        draft.target_type = TargetType.DIRECTIONAL
        draft.direction = Direction.DECREASE if DOWN.search(text) else Direction.INCREASE
        draft.condition = Condition.KEEP if kept(text) is not None else None
    else:
        return None
    return draft


def _unit(label: str, unit: str | None) -> str | None:
    per = re.match(r"[^,]{0,6}?每(?P<per>[百千万亿]+)名?(?P<of>人口|人|元)", label)
    if per and (unit is None or unit in ("件", "项", "个")):
        return f"{unit or '件'}/{per['per']}{'元' if per['of'] == '元' else '人'}"
    if unit is None and RATE.search(label):
        return "%"
    return unit


def _baseline(text: str | None, unit: str | None, year: int | None) -> Baseline | None:
    if not text:
        return None
    _, value, high, _ = target_value(text)
    return Baseline(value, unit, year, text) if value is not None and high is None else None


def _year_of(time: str) -> int | None:
    found = re.findall(r"(?:19|20)\d\d", "".join(time.split()))
    return int(found[-1]) if found else None

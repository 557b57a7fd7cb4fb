"""The baseline column of indicator tables as records: tables with borders, and lost ones where the figure is proved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scrapers.periods import bare_years
from scrapers.plans.document import PlanDocument
from scrapers.plans.drafts import Direction, Draft, TargetType
from scrapers.plans.lost_tables import LostRow, lost_tables, split_figures
from scrapers.plans.reading import Reading, lines
from scrapers.plans.statements import Form, Statement
from scrapers.plans.tables import BASELINE, IndicatorTable, target_value
from scrapers.prose.cleaning import clean
from scrapers.prose.moments import Moment, Shape
from scrapers.prose.timing import nature_of, timing_of
from scrapers.records import PeriodKind, Record
from scrapers.visible import Paragraph

_CUMULATIVE = re.compile(r"[(（]累计[)）]$")
_FOOTNOTE = re.compile(r"[\[［]\d{1,2}[\]］]$")
_NO_YEAR = "the table does not say of which year"


def baseline_records(
    reading: Reading, document: PlanDocument, promises: Sequence[Statement], region: str | None
) -> list[Record]:
    """One record for each baseline that a row prints; the period is open where the header names no year.

    `promises` prove figures that have run together (TARGET_RULES 12): a target that the prose states too.
    """
    found = [record for table in document.indicator_tables for record in _bordered(reading, document, table, region)]
    return found or list(_lost(reading, document, promises, region))


def _bordered(reading: Reading, document: PlanDocument, table: IndicatorTable, region: str | None) -> Iterator[Record]:
    stated = {s.start: s for s in document.statements if s.baseline_text}
    for cells in table.rows:
        statement = stated.get(min((cell.start for cell in cells if cell.start is not None), default=-1))
        if statement is None:
            continue
        for column, cell in enumerate(cells, 1):
            if cell.start is None or cell.end is None or cell.text != statement.baseline_text:
                continue
            header = table.header[column - 1]
            if not _is_baseline(header, statement.baseline_year):
                continue
            if _is_interim(statement.baseline_year, document) and not BASELINE.search(header):
                break
            start, end = reading.visible_at(cell.start, cell.end)
            record = _record(document, region, statement.indicator_label, cell.text, statement.unit_label,
                             statement.baseline_year)  # fmt: skip
            if record is not None:
                record.table_no, record.column_no = table.table_no, column
                record.row_no = reading.printed.paragraph_at(start).row or 0
                record.table_title = table.title or document.title
                record.start, record.end = cell.start, cell.end
                record.quote = reading.printed.quote(start, end)
                yield record
            break


def _is_baseline(header: str, year: int | None) -> bool:
    return bool(BASELINE.search(header)) or (year is not None and year in bare_years(header))


def _is_interim(year: int | None, document: PlanDocument) -> bool:
    """The first of two target columns, where the plan is for both of their years."""
    return year is not None and document.period_start is not None and year >= document.period_start


def _lost(
    reading: Reading, document: PlanDocument, promises: Sequence[Statement], region: str | None
) -> Iterator[Record]:
    stated = [_draft(promise) for promise in promises if promise.form is not Form.TABLE]
    found = list(lines(reading, 0, len(reading.plain.text)))
    for number, table in enumerate(lost_tables(found, reading.plain.text), 1):
        told = set[int]()
        for row in table.rows:
            printed, proof = _proved(row, stated)
            if printed is None or row.row_no in told or _is_interim(row.baseline_year, document):
                continue
            record = _record(document, region, row.label, printed, row.unit, row.baseline_year)
            if record is None:
                continue
            told.add(row.row_no)
            start, end = row.line.places[0], row.last.places[-1] + 1
            record.table_no, record.row_no, record.column_no = number, row.row_no, 1
            record.table_title = document.title
            record.quote = reading.printed.quote(start, end)
            record.start, record.end = reading.printed.source_span(start, end)
            record.note = "; ".join(n for n in (record.note, proof and f"split: {proof}") if n) or None
            yield record


def _draft(promise: Statement) -> Draft:
    """What `split_figures` asks of a promise: its name and its value."""
    draft = Draft(promise.indicator_label, TargetType.LEVEL, Direction.UNSPECIFIED, promise.start, promise.end)
    draft.value, draft.high = promise.value, promise.value_high
    return draft


def _proved(row: LostRow, stated: Sequence[Draft]) -> tuple[str | None, str | None]:
    """The baseline of a row as printed and, where it had run together with the target, what proves the cut."""
    if row.figures is None:
        return row.baseline, None
    told = split_figures(row, stated)
    return (told[0], told[2]) if told else (None, None)


def _record(
    document: PlanDocument, region: str | None, label: str, printed: str, unit: str | None, year: int | None
) -> Record | None:
    """The record without its place; None for a cell that holds no single number."""
    printed = _FOOTNOTE.sub("", printed).strip()
    comparator, value, high, sign = target_value(printed)
    if value is None or high is not None or comparator:
        return None
    label = clean(Paragraph(label, 0, len(label))).text
    name = _CUMULATIVE.sub("", label)
    record = Record(
        table_no=0, row_no=0, column_no=0, measure_label=name, value_text=printed, value=value, region_label=region,
        unit_label=unit or sign, published_on=document.issued_on or document.published_on,
    )  # fmt: skip
    if year is None:
        record.note = _NO_YEAR
    elif name != label:
        record.period, record.period_kind = f"{year}-12-31", PeriodKind.CUMULATIVE
    else:
        moment = Moment(Shape.YEAR, str(year), PeriodKind.YEAR, str(year))
        timing = timing_of(moment, nature_of(name, record.unit_label), cumulative=False)
        record.period, record.period_kind, record.period_label = timing.period, timing.kind, str(year)
    return record

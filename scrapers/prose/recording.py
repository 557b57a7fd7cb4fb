"""A statistic that a text states as a record of the contract."""

from __future__ import annotations

from datetime import date

from scrapers.prose.article import Statement
from scrapers.records import Record
from scrapers.visible import VisibleText


def record_of(statement: Statement, visible: VisibleText, title: str | None, published_on: date | None) -> Record:
    """The record of a statement of `visible`: table 0, its paragraph as row, its order there as column."""
    stated = statement.stated
    start, end = visible.source_span(statement.start, statement.end)
    return Record(
        table_no=0,
        row_no=statement.paragraph_no,
        column_no=statement.order,
        table_title=title,
        region_label=stated.region,
        measure_label=stated.label,
        period_label=stated.moment.label or None if stated.moment else None,
        period=stated.timing.period,
        period_kind=stated.timing.kind,
        unit_label=stated.figure.unit,
        value_text=stated.figure.text,
        value=stated.value,
        published_on=published_on,
        quote=visible.quote(statement.start, statement.end),
        start=start,
        end=end,
        note="; ".join(stated.notes) or None,
    )

"""The records contract: one printed figure with its place on the page, and what a parser returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pyarrow as pa

from scrapers.captures import Knowledge


class PeriodKind(StrEnum):
    """What stretch of time a figure speaks of (DESIGN: Contracts, records)."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    YEAR_TO_DATE = "year_to_date"
    CUMULATIVE = "cumulative"
    POINT_IN_TIME = "point_in_time"

    __hash__ = str.__hash__  # that of Enum is written in Python, and every key of a record holds a kind


@dataclass(slots=True, unsafe_hash=True)
class Record:
    """One printed figure. `value` is the number as printed in `unit_label`, never converted.

    Never changed once made (use `dataclasses.replace`). Not `frozen`, which would make the making four times as slow.
    """

    table_no: int
    """1, 2, … in page order for data tables; 0 for prose."""
    row_no: int
    """Row of the expanded grid, from 1; the paragraph in prose."""
    column_no: int
    """Column of the expanded grid, from 1; the order in the paragraph in prose."""
    measure_label: str
    value_text: str
    value: Decimal
    table_title: str | None = None
    region_label: str | None = None
    period_label: str | None = None
    period: str | None = None
    """`YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or `A..B` of months or days."""
    period_kind: PeriodKind | None = None
    unit_label: str | None = None
    is_percentage_row: bool = False
    published_on: date | None = None
    quote: str | None = None
    start: int | None = None
    """Offset of `quote` in the decoded capture, in characters; `end` is exclusive."""
    end: int | None = None
    note: str | None = None


_NOTHING_KNOWN = Knowledge()


@dataclass(frozen=True, slots=True)
class Page:
    """What a parser is given: the bytes and what is known of them from outside."""

    body: bytes
    url: str = ""
    knowledge: Knowledge = _NOTHING_KNOWN
    source_id: str = ""
    capture_id: str = ""


class Verdict(StrEnum):
    """What may be done with a parsed page."""

    ACCEPTED = "accepted"
    INCOMPLETE = "incomplete"
    """Cut off: whole rows count, totals are not tested."""
    CONTRADICTORY = "contradictory"
    """Contradicts itself: loaded with a flag, not used for facts."""
    QUARANTINED = "quarantined"
    """Not believed: not the page, not the table, or a changed layout. No records are kept."""


SERVING = (Verdict.ACCEPTED, Verdict.INCOMPLETE)
"""Verdicts with which a page may serve, and with which the next page of its address is compared."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found out about a page."""

    check: str
    """snake_case name of the check, e.g. `sum_over_regions`."""
    passed: bool
    message: str
    """What a person needs to know: which row or column, expected and printed figure."""
    table_no: int | None = None
    row_no: int | None = None
    column_no: int | None = None


class CheckState(StrEnum):
    """What came of a declared check."""

    HELD = "held"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True, slots=True)
class PageCheck:
    """One check that is declared for the family of a page, and what came of it there."""

    check: str
    state: CheckState
    compared: int = 0
    tolerated: int = 0
    """Comparisons that were off by rounding and let pass."""
    failed: int = 0
    message: str | None = None
    """The first failure, or why nothing could be compared."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one parser made of one page."""

    records: Sequence[Record] = ()
    verdict: Verdict = Verdict.ACCEPTED
    reason: str | None = None
    """Reason code of a verdict that is not `accepted` (snake_case)."""
    findings: Sequence[Finding] = ()
    leftovers: Sequence[str] = ()
    """What was read on the page and neither used nor deliberately ignored."""
    layout: dict[str, object] = field(default_factory=dict)
    """The shape that the parser saw: headers, number of regions, units (JSON types only)."""
    document: object | None = None
    """From the plan parser only: a `scrapers.plans.document.PlanDocument`, in JSON types behind a reading process."""
    checks: Sequence[PageCheck] = ()
    """The declared checks, tried or not (from `scrapers.checks.check_page`)."""


class Refusal(Exception):  # noqa: N818 (a page is refused: the word of the contract)
    """A page that a parser cannot explain. The page is quarantined with `code` and the message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


RECORD_COLUMNS: tuple[str, ...] = (
    "capture_id", "source_id", "parser", "parser_version", "table_no", "row_no", "column_no", "table_title",
    "region_label", "measure_label", "period_label", "period", "period_kind", "unit_label", "value_text", "value",
    "is_percentage_row", "published_on", "quote", "start", "end", "note",
)  # fmt: skip

RECORD_SCHEMA = pa.schema(
    [
        pa.field("capture_id", pa.string(), nullable=False),
        pa.field("source_id", pa.string(), nullable=False),
        pa.field("parser", pa.string(), nullable=False),
        pa.field("parser_version", pa.string(), nullable=False),
        pa.field("table_no", pa.int32(), nullable=False),
        pa.field("row_no", pa.int32(), nullable=False),
        pa.field("column_no", pa.int32(), nullable=False),
        pa.field("table_title", pa.string()),
        pa.field("region_label", pa.string()),
        pa.field("measure_label", pa.string(), nullable=False),
        pa.field("period_label", pa.string()),
        pa.field("period", pa.string()),
        pa.field("period_kind", pa.string()),
        pa.field("unit_label", pa.string()),
        pa.field("value_text", pa.string(), nullable=False),
        pa.field("value", pa.decimal128(28, 6), nullable=False),
        pa.field("is_percentage_row", pa.bool_(), nullable=False),
        pa.field("published_on", pa.date32()),
        pa.field("quote", pa.string()),
        pa.field("start", pa.int64()),
        pa.field("end", pa.int64()),
        pa.field("note", pa.string()),
    ]
)


def record_table(
    records: Sequence[Record], *, capture_id: str, source_id: str, parser: str, parser_version: str
) -> pa.Table:
    """The records of one capture as an Arrow table with the columns of the contract, in page order."""
    same = {"capture_id": capture_id, "source_id": source_id, "parser": parser, "parser_version": parser_version}
    columns: dict[str, list[object]] = {name: [same[name]] * len(records) for name in same}
    for name in RECORD_COLUMNS:
        if name not in same:
            columns[name] = [getattr(record, name) for record in records]
    columns["period_kind"] = [kind and str(kind) for kind in columns["period_kind"]]
    return pa.table([pa.array(columns[field.name], field.type) for field in RECORD_SCHEMA], schema=RECORD_SCHEMA)

"""How sure the reader is of one table, from 0 to 1, with the reasons: what the page states costs nothing.

Every table begins at 1. What had to be inferred, was taken from outside the page or is missing is deducted once, by
the weights below, which order what is missing by how far a wrong guess about it would mislead: they are set by hand and
are no probabilities. A table below `LEAST` is refused as `not_sure_enough`. Whether its sums agree is known later
(`checks`), see `with_sums`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from scrapers.records import Finding
from scrapers.tables.model import Group, StubKind, Table
from scrapers.tables.names import looks_like_region
from scrapers.tables.words import RANK

LEAST = 0.5
"""A table without a title and without a period falls below; each of the two alone does not."""

NO_TITLE = 0.3
TITLE_FROM_OUTSIDE = 0.1
HEADERS_ONLY = 0.1
NO_UNIT = 0.05
NO_PERIOD = 0.25
PERIOD_FROM_OUTSIDE = 0.1
CONFLICT = 0.2
NO_MARKUP = 0.1
SAME_HEADERS = 0.35
"""Two columns of one period have the same name."""
TOLD_APART = 0.1
"""Columns of the same name were told apart by what stands to their left."""
UNKNOWN_ROWS = 0.3
"""Times the share of row labels that are neither known nor end like an administrative division."""
REGION_OF_HEADING = 0.05
REFUSED_ROWS = 0.5
"""Times the share of rows refused."""
SUMS_DISAGREE = 0.2
SUMS_NOT_TESTED = 0.05

_SUMS = ("sum_over_regions", "sum_over_columns")


class Confidence(NamedTuple):
    """How sure, and what was deducted for which reason (in words for a person)."""

    value: float
    reasons: list[str]

    def less(self, weight: float, reason: str) -> Confidence:
        """The same, less sure by `weight` for a further reason."""
        return Confidence(round(max(0.0, self.value - weight), 2), [*self.reasons, f"{reason} (-{weight:.2f})"])


def confidence_of(table: Table, groups: Sequence[Group], *, has_markup: bool) -> Confidence:
    """How sure the reading of a table is, before its sums are known."""
    found = _of_caption(Confidence(1.0, []), table)
    if not has_markup:
        found = found.less(NO_MARKUP, "the table has no markup: its header was laid over the columns")
    if table.told_apart:
        found = found.less(TOLD_APART, "columns of the same name were told apart by the total to their left")
    if same := _same_headers(table):
        found = found.less(SAME_HEADERS, f"several columns are headed {same}")
    found = _of_rows(found, table, groups)
    return found


def with_sums(shapes: Iterable[Mapping[str, object]], findings: Sequence[Finding]) -> list[dict[str, object]]:
    """The shapes of the tables of a page with what their sums say about how sure they are."""
    done: list[dict[str, object]] = []
    for shape in shapes:
        value, reasons = shape.get("confidence"), shape.get("reasons")
        if not isinstance(value, float) or not isinstance(reasons, list):
            done.append(dict(shape))
            continue
        found = Confidence(value, reasons)
        tested = [f for f in findings if f.check in _SUMS and f.table_no == shape.get("table_no")]
        if any(not f.passed for f in tested):
            found = found.less(SUMS_DISAGREE, "its figures do not add up")
        elif not tested:
            found = found.less(SUMS_NOT_TESTED, "it has no sums to test")
        done.append({**shape, "confidence": found.value, "reasons": found.reasons})
    return done


def _of_caption(found: Confidence, table: Table) -> Confidence:
    caption = table.caption
    if not caption.is_titled:
        if caption.subject:
            found = found.less(TITLE_FROM_OUTSIDE, "its title is known from outside")
        elif any(finding.check == "subject_not_stated" for finding in table.findings):
            found = found.less(NO_TITLE, "no title says what it counts")
        else:
            found = found.less(HEADERS_ONLY, "only its headers say what it counts")
    if any(record.unit_label is None and not RANK.search(record.measure_label) for record in table.records):
        found = found.less(NO_UNIT, "not every figure has a unit")
    if any(record.period is None for record in table.records) or caption.months_not_named:
        found = found.less(NO_PERIOD, "not every figure is dated")
    elif caption.period_from_outside and any(r.period_label == caption.period_label for r in table.records):
        found = found.less(PERIOD_FROM_OUTSIDE, "its period is known from outside")
    return found.less(CONFLICT, caption.conflicts[0]) if caption.conflicts else found


def _of_rows(found: Confidence, table: Table, groups: Sequence[Group]) -> Confidence:
    if any(group.kind is StubKind.REGION for group in groups):
        labels = {record.region_label or "" for record in table.records}
        unknown = [label for label in labels if not looks_like_region(label)]
        if unknown:
            weight = round(UNKNOWN_ROWS * len(unknown) / len(labels), 2)
            found = found.less(weight, f"{len(unknown)} of {len(labels)} row labels are not known as regions")
    else:
        found = found.less(REGION_OF_HEADING, "its region is that of a heading")
    if table.refused_rows:
        weight = round(REFUSED_ROWS * table.refused_rows / max(table.body_rows, 1), 2)
        found = found.less(weight, f"{table.refused_rows} of {table.body_rows} rows are refused")
    return found


def _same_headers(table: Table) -> str | None:
    """A measure that two figures of one row share for one period and region: which is which, nobody can say."""
    seen: dict[tuple[object, ...], int] = {}
    for r in table.records:
        key = (r.row_no, r.region_label, r.measure_label, r.period, r.period_kind, r.unit_label)
        if seen.setdefault(key, r.column_no) != r.column_no:
            return r.measure_label
    return None

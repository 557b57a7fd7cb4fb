"""Rows that repeat each other: the figures of one row printed again under another label."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from scrapers.checks.trials import Trial
from scrapers.records import Finding, Record
from scrapers.tables.names import RowKind, row_kind

LEAST_FIGURES = 4
"""Rows with fewer figures that count are alike by chance."""
MEMORABLE = 10
"""Smaller figures do not count."""


def check_rows(records: Iterable[Record], trial: Trial) -> list[Finding]:
    """Rows of one table with the same figures in the same columns. Totals may repeat the one row that they total."""
    rows: dict[tuple[int, int], list[Record]] = {}
    for record in records:
        if (
            record.table_no
            and not record.is_percentage_row
            and row_kind(record.region_label or "") is not RowKind.TOTAL
        ):
            rows.setdefault((record.table_no, record.row_no), []).append(record)
    seen: dict[tuple[object, ...], Record] = {}
    findings = []
    for (table, row), cells in rows.items():
        telling = {r.value for r in cells if abs(r.value) >= MEMORABLE}
        if len(telling) < LEAST_FIGURES:
            continue
        trial.compare()
        values: tuple[tuple[int, Decimal], ...] = tuple((r.column_no, r.value) for r in cells)
        first = seen.setdefault((table, values), cells[0])
        if first is not cells[0]:
            text = f"{_name(cells[0])} has the same {len(cells)} figures as {_name(first)} in row {first.row_no}"
            findings.append(Finding("rows_alike", False, text, table, row))
    if not trial.compared:
        trial.cannot(f"no row has {LEAST_FIGURES} figures that count")
    return findings


def _name(record: Record) -> str:
    return " ".join(part for part in (record.region_label, record.period_label) if part)

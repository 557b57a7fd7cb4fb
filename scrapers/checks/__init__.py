"""Page-level checks: do the figures of one page agree with themselves, and with the last accepted ones of its address?

`check_page` is what every parsed page goes through; `against_last.compare` needs the records of an earlier capture.
"""

from __future__ import annotations

from dataclasses import replace

from scrapers.checks.cities import check_cities
from scrapers.checks.columns import check_columns
from scrapers.checks.regions import check_regions
from scrapers.checks.rows import check_rows
from scrapers.checks.views import views
from scrapers.records import Finding, Parsed, Verdict
from scrapers.tables.confidence import with_sums

CONTRADICTORY = frozenset(
    {
        "city_over_province", "count_with_decimals",
        "duplicate_region", "growth_of_counts", "missing_region", "month_and_year",
        "percentage_row_label", "percentage_row_missing",
        "percentage_row_without_counts", "percentages_of_counts", "period_conflict", "period_not_stated",
        "printed_density", "published_before_period", "rank_order", "row_labels_disagree", "rows_alike",
        "running_total_falls", "stock_below_flow", "subject_not_stated", "sum_over_columns",
        "sum_over_regions", "unit_implausible", "yearbook_year",
    }
)  # fmt: skip
"""Failed checks by which a page contradicts itself: recorded as printed, not used for facts."""
INCOMPLETE = frozenset(
    {
        "cut_off", "damaged_number", "row_width", "row_without_label", "row_without_period", "table_not_read",
        "total_missing",
    }
)  # fmt: skip
"""Failed checks by which rows are missing: the others count, totals are not tested."""
_ROWS_LOST = (INCOMPLETE - {"cut_off", "table_not_read", "total_missing"}) | {"row_labels_disagree"}


def check_page(parsed: Parsed) -> Parsed:
    """The parser's result with the findings of all page-level checks, and the verdict that follows from them.

    The worst holds: quarantined (only a parser says so) before contradictory, incomplete, accepted. Pure.
    """
    if parsed.verdict is Verdict.QUARANTINED:
        return parsed
    findings = [*parsed.findings, *check_rows(parsed.records)]
    is_cut = parsed.verdict is Verdict.INCOMPLETE
    tables = views(parsed.records) if parsed.document is None else []  # a plan's rows are indicators, not regions
    for view in tables:
        lost = any(not f.passed and f.check in _ROWS_LOST and f.table_no in (None, view.number) for f in findings)
        findings += check_regions(view, is_cut=is_cut, rows_refused=lost)
        findings += check_columns(view, is_cut=is_cut or lost)
        findings += check_cities(view)
    verdict, reason = _verdict(parsed, findings)
    shapes = parsed.layout.get("tables")
    layout = {**parsed.layout, "tables": with_sums(shapes, findings)} if isinstance(shapes, list) else parsed.layout
    return replace(parsed, findings=findings, verdict=verdict, reason=reason, layout=layout)


def _verdict(parsed: Parsed, findings: list[Finding]) -> tuple[Verdict, str | None]:
    failed = [finding.check for finding in findings if not finding.passed]
    for verdict, checks in ((Verdict.CONTRADICTORY, CONTRADICTORY), (Verdict.INCOMPLETE, INCOMPLETE)):
        if parsed.verdict is verdict and verdict is Verdict.CONTRADICTORY:
            return verdict, parsed.reason
        found = next((check for check in failed if check in checks), None)
        if found is not None:
            return verdict, found
    return parsed.verdict, parsed.reason

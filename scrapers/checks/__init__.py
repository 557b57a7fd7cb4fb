"""Page-level checks: do the figures of one page agree with themselves, and with the last accepted ones of its address?

`check_page` is what every parsed page goes through; `against_last.compare` needs the records of an earlier capture.
"""

from __future__ import annotations

from dataclasses import replace

from scrapers.checks.cities import check_cities
from scrapers.checks.columns import COLUMN_CHECKS
from scrapers.checks.figures import check_each
from scrapers.checks.regions import check_regions, check_sums
from scrapers.checks.rows import check_rows
from scrapers.checks.trials import EVERY_FAMILY, Trial, declared_checks
from scrapers.checks.views import TableView, views
from scrapers.records import Finding, Parsed, Verdict
from scrapers.tables.confidence import with_sums

CONTRADICTORY = frozenset(
    {
        "city_over_province", "count_with_decimals", "digits_doubled",
        "duplicate_region", "growth_of_counts", "heads_misplaced", "missing_region", "month_and_year",
        "percentage_row_label", "percentage_row_missing",
        "percentage_row_without_counts", "percentages_of_counts", "period_conflict", "period_not_stated",
        "periods_out_of_order",
        "printed_density", "published_before_period", "rank_order", "row_labels_disagree", "rows_alike",
        "rows_out_of_order", "share_over_whole",
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


def check_page(parsed: Parsed, family: str = EVERY_FAMILY) -> Parsed:
    """The parser's result with the findings of the page checks that its family declares, what came of each of them, and
    the verdict that follows.

    `family` is the name of the parser. The worst verdict holds: quarantined (only a parser says so) before
    contradictory, incomplete, accepted. Pure.
    """
    if parsed.verdict is Verdict.QUARANTINED:
        return parsed
    trials = {check: Trial(check) for check in declared_checks(family)}
    findings = list(parsed.findings)
    if (rows := trials.get("rows_alike")) is not None:
        findings += rows.keep(check_rows(parsed.records, rows))
    if (figures := trials.get("figures_plausible")) is not None:
        findings += figures.keep(check_each(parsed.records, figures))
    is_cut = parsed.verdict is Verdict.INCOMPLETE
    for view in views(parsed.records):
        lost = any(not f.passed and f.check in _ROWS_LOST and f.table_no in (None, view.number) for f in findings)
        findings += _check_table(view, trials, is_cut=is_cut, rows_refused=lost)
    verdict, reason = _verdict(parsed, findings)
    checks = [trial.result() for trial in trials.values()]
    shapes = parsed.layout.get("tables")
    layout = {**parsed.layout, "tables": with_sums(shapes, findings)} if isinstance(shapes, list) else parsed.layout
    return replace(parsed, findings=findings, checks=checks, verdict=verdict, reason=reason, layout=layout)


def _check_table(view: TableView, trials: dict[str, Trial], *, is_cut: bool, rows_refused: bool) -> list[Finding]:
    """The declared checks over one table."""
    findings: list[Finding] = []
    if (trial := trials.get("region_rows")) is not None:
        findings += trial.keep(check_regions(view, trial, is_cut=is_cut, rows_refused=rows_refused))
    if (trial := trials.get("sum_over_regions")) is not None:
        findings += trial.keep(check_sums(view, trial, is_cut=is_cut, rows_refused=rows_refused))
    for name, check in COLUMN_CHECKS.items():
        if (trial := trials.get(name)) is not None:
            findings += trial.keep(check(view, trial, is_cut or rows_refused))
    if (trial := trials.get("city_over_province")) is not None:
        findings += trial.keep(check_cities(view, trial))
    return findings


def _verdict(parsed: Parsed, findings: list[Finding]) -> tuple[Verdict, str | None]:
    failed = [finding.check for finding in findings if not finding.passed]
    for verdict, checks in ((Verdict.CONTRADICTORY, CONTRADICTORY), (Verdict.INCOMPLETE, INCOMPLETE)):
        if parsed.verdict is verdict and verdict is Verdict.CONTRADICTORY:
            return verdict, parsed.reason
        found = next((check for check in failed if check in checks), None)
        if found is not None:
            return verdict, found
    return parsed.verdict, parsed.reason

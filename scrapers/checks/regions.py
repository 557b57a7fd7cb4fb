"""Do the rows of a table agree with its totals, and is every row there that the table promises?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from scrapers.checks.views import Series, TableView, chinese, finest
from scrapers.records import Finding, Record
from scrapers.tables.names import SEVERAL_PROVINCES, RowKind, is_part_of_another_row, national_row, provinces, row_kind

NEARLY_ALL = 25
"""A table without a total that lists this many provinces is meant to list all of them."""


def check_regions(view: TableView, *, is_cut: bool, rows_refused: bool) -> list[Finding]:
    """Repeated rows, missing provinces, sums over rows against the printed total.

    A table that is cut off (or lost rows in reading) is not held to its total, only to not exceeding it.
    """
    findings = _repeated(view)
    listed = [region for region in view.regions if row_kind(region) is RowKind.PROVINCE]
    national = len(listed) >= SEVERAL_PROVINCES
    if national:
        findings += _provinces(view, listed, is_cut=is_cut or rows_refused)
    total = _total_row(view, national)
    if total is None:
        return findings
    readings = _readings(view, total, national)
    seems_cut = national and not is_cut and _place(listed) == "prefix"
    shortfall = False
    for series, by_region in view.counts.items():
        if not series.is_count or total not in by_region:
            continue
        short = is_cut or rows_refused or seems_cut
        found = [f for parts in readings if (f := _sum(view, series, total, parts, may_fall_short=short))]
        finding = next((f for f in found if f.check == "sum_over_regions" and f.passed), found[0] if found else None)
        if finding is not None:
            findings.append(finding)
            shortfall |= seems_cut and finding.check == "total_not_tested"
    if shortfall:
        message = f"the provinces end with {listed[-1]} and stay below the total: the table is cut off"
        findings.append(Finding("cut_off", False, message, view.number))
    return findings


def _repeated(view: TableView) -> list[Finding]:
    seen: dict[str, Record] = {r.region_label or "": r for r in view.repeated}
    return [
        Finding(
            "duplicate_region" if row_kind(region) is not RowKind.OTHER else "repeated_other",
            False,
            f"{region} stands in the table twice (again in row {record.row_no})",
            view.number,
            record.row_no,
        )
        for region, record in seen.items()
    ]


def _provinces(view: TableView, listed: Sequence[str], *, is_cut: bool) -> list[Finding]:
    """A hole among the provinces, or a page that ends before the last of them."""
    place = _place(listed)
    have = {row.name for region in listed if (row := national_row(region))}
    missing = [row.name for row in provinces() if row.name not in have]
    has_total = _total_row(view, national=True) is not None
    if not missing:
        return [] if place != "disordered" else [_order_finding(view, listed)]
    if place == "hole" and (is_cut or len(have) >= NEARLY_ALL or has_total):
        before = [m for m in missing if _comes_before(m, listed)]
        message = f"{'、'.join(before or missing)} is missing in the middle of the provinces"
        return [Finding("missing_region", False, message, view.number)]
    if is_cut:
        return []
    if place == "prefix":
        if has_total:
            return []  # the sum will tell
        message = f"the provinces end with {listed[-1]}; {len(missing)} are not listed"
        return [Finding("cut_off", False, message, view.number)]
    if len(have) >= NEARLY_ALL:
        return [Finding("missing_region", False, f"{'、'.join(missing)} is not listed", view.number)]
    return []


def _place(listed: Sequence[str]) -> str:
    """`all`, `prefix`, `hole` or `disordered`, by either of the two usual orders of provinces."""
    rows = [row for region in listed if (row := national_row(region))]
    best = "disordered"
    for order in ("order", "old_order"):
        places = [getattr(row, order) for row in rows]
        if all(a < b for a, b in pairwise(places)):
            if places == list(range(1, len(places) + 1)):
                return "all" if len(places) == len(provinces()) else "prefix"
            best = "hole"
    return best


def _comes_before(name: str, listed: Sequence[str]) -> bool:
    wanted, last = national_row(name), national_row(listed[-1])
    return bool(wanted and last and (wanted.order or 0) < (last.order or 0))


def _order_finding(view: TableView, listed: Sequence[str]) -> Finding:
    return Finding("row_order", True, f"the provinces follow no usual order (first {listed[0]})", view.number)


def _total_row(view: TableView, national: bool) -> str | None:
    totals = [region for region in view.regions if row_kind(region) is RowKind.TOTAL]
    if national:
        if any(chinese(region).startswith(("国外", "foreign")) for region in view.regions):
            return next((t for t in totals if chinese(t).startswith("国内")), None)  # 合计 holds the foreign ones too
        wide = [
            t for t in totals if chinese(t).startswith(("全国", "国内", "总计", "合计", "total", "national", "grand"))
        ]
        return wide[0] if wide else None
    return totals[0] if totals else None


def _readings(view: TableView, total: str, national: bool) -> list[list[str]]:
    """The rows that can make up the total: never the total itself or a city listed again.

    Whether 市本级 or 小计 stands for other rows or beside them differs by publisher, so either reading may hold.
    """
    others = [region for region in view.regions if region != total and row_kind(region) is not RowKind.TOTAL]
    if any(row_kind(region) is RowKind.PROVINCE for region in others):
        others = [region for region in others if not chinese(region).startswith(("国内", "domestic"))]  # holds them all
    if national:
        kinds = (RowKind.PROVINCE, RowKind.OUTSIDE, RowKind.OTHER)
        return [[region for region in others if row_kind(region) in kinds]]
    inner = [r for r in others if not is_part_of_another_row(r)]
    return [inner] if len(inner) == len(others) else [inner, others]


def _sum(view: TableView, series: Series, total: str, parts: Sequence[str], *, may_fall_short: bool) -> Finding | None:
    by_region = view.counts[series]
    records = [by_region[part] for part in parts if part in by_region]
    if not records:
        return None
    printed, added = by_region[total], sum((r.value for r in records), Decimal(0))
    digit = finest([*records, printed])
    tolerance = Decimal(1) if digit == 1 else digit * (len(records) + 1)
    difference = added - printed.value
    where = (view.number, printed.row_no, printed.column_no)
    if abs(difference) <= tolerance:
        text = f"{series}: {len(records)} rows add up to {added}, {total} says {printed.value}"
        return Finding("sum_over_regions", True, text, *where)
    text = f"{series}: {len(records)} rows add up to {added}, {total} says {printed.value_text} (off by {difference})"
    if may_fall_short and difference < 0:
        return Finding("total_not_tested", True, f"{text}; rows are missing, so the total is not tested", *where)
    return Finding("sum_over_regions", False, text, *where)

"""Can a figure be what its column says: counts with decimals, whole numbers of 万件, stocks below their own flows?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from scrapers.checks.views import TableView
from scrapers.records import Finding, PeriodKind

SEVERAL_FIGURES = 10


def check_figures(view: TableView) -> Iterator[Finding]:
    """件 are whole: a figure with decimals is that of another column. Whole numbers of 万件 down to 0 are no 万件."""
    for series, by_region in view.counts.items():
        for region, record in by_region.items() if series.is_count else ():
            if record.unit_label == "件" and record.value != record.value.to_integral_value():
                text = f"{region}: {series} is {record.value_text} 件"
                yield Finding("count_with_decimals", False, text, view.number, record.row_no, record.column_no)

    scaled = [r for by in view.counts.values() for r in by.values() if r.unit_label in ("万件", "亿件")]
    if (
        len(scaled) >= SEVERAL_FIGURES
        and all("." not in r.value_text for r in scaled)
        and min(r.value for r in scaled) < 1
    ):
        text = f"{len(scaled)} figures in {scaled[0].unit_label} are whole numbers down to 0"
        yield Finding("unit_implausible", False, text, view.number)


def check_stocks(view: TableView) -> Iterator[Finding]:
    """What is in force (有效注册量) holds what was registered in the period of the same table."""
    flows = {_bare_count(s.path[-1]): s for s in view.counts if s.is_count and "有效" not in s.path[-1]}
    for stock in view.counts:
        flow = flows.get(_bare_count(stock.path[-1])) if "有效" in stock.path[-1] and stock.is_count else None
        if flow is None or flow.kind is PeriodKind.POINT_IN_TIME:
            continue
        pairs = [
            (r, part) for region, r in view.counts[stock].items() if (part := view.value(flow, region)) is not None
        ]
        less = [record for record, part in pairs if record.value < part]
        if len(less) * 2 > len(pairs):
            text = f"{stock} is less than {flow} in {len(less)} of {len(pairs)} rows"
            yield Finding("stock_below_flow", False, text, view.number, less[0].row_no, less[0].column_no)


@lru_cache(maxsize=4096)
def _bare_count(label: str) -> str:
    return re.sub(r"有效|件数|[量数]$", "", label)

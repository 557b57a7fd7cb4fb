"""Since the start, this year, this month: does the longer time hold at least as much, and is the month right?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from scrapers.checks.views import ROWS_TELLING, Series, TableView
from scrapers.records import Finding, PeriodKind, Record
from scrapers.tables.columns import SEPARATOR

_PERIOD_WORDS = re.compile(
    r"总累计|当年累计|当月累计|年累计|月累计|当年|当月|本年|本月|累计|accumulated number|yearly|monthly|total",
    re.IGNORECASE,
)
_STEPS = (PeriodKind.CUMULATIVE, PeriodKind.YEAR, PeriodKind.YEAR_TO_DATE, PeriodKind.MONTH)
_MEMORABLE = 10
"""Smaller figures are alike by chance."""


def check_running_totals(view: TableView) -> Iterator[Finding]:
    """Since the start ≥ this year ≥ this month, for the same measure in the same row."""
    families: dict[tuple[str, ...], dict[PeriodKind, Series]] = {}
    for series in view.counts:
        if series.is_count and series.kind in _STEPS:
            families.setdefault(_core(series.measure), {}).setdefault(series.kind, series)
    for by_kind in families.values():
        if PeriodKind.MONTH in by_kind and PeriodKind.YEAR_TO_DATE in by_kind:
            yield from _month_and_year(view, by_kind[PeriodKind.MONTH], by_kind[PeriodKind.YEAR_TO_DATE])
        steps = [by_kind[kind] for kind in _STEPS if kind in by_kind]
        for larger, smaller in combinations(steps, 2):
            yield from _falls(view, larger, smaller)


def _month_and_year(view: TableView, month: Series, year: Series) -> Iterator[Finding]:
    """In January the month is the year to date; later a table in which it is so everywhere is dated wrongly."""
    both = [(r.value, whole) for region, r in view.counts[month].items() if (whole := view.value(year, region))]
    equal = sum(part == whole for part, whole in both)
    telling = [whole for _, whole in both if whole >= _MEMORABLE]
    in_january = (month.period or "").endswith("-01")
    if in_january and equal < len(both):
        text = f"{month} is a January, and differs from the year to date in {len(both) - equal} rows"
    elif not in_january and len(telling) >= ROWS_TELLING and equal == len(both):
        text = f"{month} is the same as the year to date in all {equal} rows, as in a January"
    else:
        return
    yield Finding("month_and_year", False, text, view.number)


@lru_cache(maxsize=4096)
def _core(measure: str) -> tuple[str, ...]:
    words = (_PERIOD_WORDS.sub("", part).strip() for part in measure.split(SEPARATOR))
    return tuple(word for word in words if word)


def _falls(view: TableView, larger: Series, smaller: Series) -> Iterator[Finding]:
    for region, record in view.counts[smaller].items():
        whole: Record | None = view.counts[larger].get(region)
        if whole is not None and whole.value < record.value:
            text = f"{region}: {larger} is {whole.value_text}, less than {smaller} with {record.value_text}"
            yield Finding("running_total_falls", False, text, view.number, whole.row_no, whole.column_no)

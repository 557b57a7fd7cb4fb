"""Do rows and columns stand in their usual order, but for two that changed places? Then labels and figures did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from scrapers.checks.trials import Trial
from scrapers.checks.views import TableView
from scrapers.periods import last_day
from scrapers.records import Finding
from scrapers.seeds import seed_rows
from scrapers.tables.names import RowKind, national_row, row_kind

LEAST_REGIONS = 8
"""Fewer rows stand in an order by chance."""
LEAST_PERIODS = 5
"""The same for periods, which a table of few shows in any order."""


def check_order(view: TableView, trial: Trial, is_cut: bool) -> Iterator[Finding]:
    """Two regions, or two periods, that changed places in a table that is otherwise in the official order.

    A table in another order (by size, by any other list) says nothing.
    """
    yield from _regions(view, trial)
    yield from _periods(view, trial)
    if not trial.compared:
        trial.cannot(f"no {LEAST_REGIONS} regions or {LEAST_PERIODS} periods stand in a row")


def _regions(view: TableView, trial: Trial) -> Iterator[Finding]:
    orders = [_by_seed(view, "order"), _by_seed(view, "old_order"), _by_code(view)]
    usual = [(labels, places) for labels, places in orders if len(places) >= LEAST_REGIONS]
    if usual:
        trial.compare()
    if any(list(places) == sorted(places) for _, places in usual):
        return
    for labels, places in usual:
        if (swapped := _swapped(places)) is not None:
            one, two = (labels[place] for place in swapped)
            text = (
                f"{one} and {two} stand in each other's place; the other {len(places) - 2} rows are in the usual order"
            )
            yield Finding("rows_out_of_order", False, text, view.number)
            return


def _by_seed(view: TableView, order: str) -> tuple[list[str], list[float]]:
    """The provinces of a table, and their places in one of the usual orders."""
    rows = [(region, national_row(region)) for region in view.regions if row_kind(region) is RowKind.PROVINCE]
    known = [(region, place) for region, row in rows if row and (place := getattr(row, order)) is not None]
    return [region for region, _ in known], [place for _, place in known]


def _by_code(view: TableView) -> tuple[list[str], list[float]]:
    """The prefectures of a table, and their codes; none where they are of several provinces."""
    codes = [(region, code) for region in view.regions if (code := _prefectures().get(region))]
    if len({code[:2] for _, code in codes}) != 1:
        return [], []
    return [region for region, _ in codes], [float(code) for _, code in codes]


@cache
def _prefectures() -> dict[str, str]:
    """Codes of prefectures by their names, with and without 市; a name that two have is left out."""
    found: dict[str, set[str]] = {}
    for row in seed_rows("regions"):
        if row["level"] == "prefecture" and row["current_code"]:
            for name in {row["name_zh"], row["name_zh"].removesuffix("市")}:
                found.setdefault(name, set()).add(row["current_code"])
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def _periods(view: TableView, trial: Trial) -> Iterator[Finding]:
    """Periods as columns (of one measure) or as rows: they run up or down."""
    columns: dict[object, list[tuple[int, str]]] = {}
    for series, by_region in view.counts.items():
        if series.period and by_region:
            first = min(record.column_no for record in by_region.values())
            columns.setdefault((series.measure, series.kind), []).append((first, series.period))
    lines = [[period for _, period in sorted(line)] for line in columns.values()]
    if all(_day(label) for label in view.regions):
        lines.append(list(view.regions))
    told: set[tuple[str, str]] = set()
    for line in lines:
        days = [day for period in line if (day := _day(period)) is not None]
        if len(days) != len(line) or len(set(days)) < LEAST_PERIODS:
            continue
        trial.compare()
        places = [day.toordinal() for day in days]
        swapped = None if _runs(places) else _swapped(places) or _swapped([-place for place in places])
        if swapped is not None and (line[swapped[0]], line[swapped[1]]) not in told:
            told.add((line[swapped[0]], line[swapped[1]]))
            text = f"{line[swapped[0]]} and {line[swapped[1]]} stand in each other's place in a row of periods"
            yield Finding("periods_out_of_order", False, text, view.number)


def _day(period: str) -> date | None:
    try:
        return last_day(period)
    except (ValueError, IndexError, AttributeError):
        return None


def _runs(places: Sequence[float]) -> bool:
    return list(places) in (sorted(places), sorted(places, reverse=True))


def _swapped(places: Sequence[float]) -> tuple[int, int] | None:
    """The two positions that have to change places for all to be sorted; None where that is not enough, or needless."""
    wrong = [number for number, (has, wants) in enumerate(zip(places, sorted(places), strict=True)) if has != wants]
    if len(wrong) != 2 or len(set(places)) != len(places):
        return None
    return wrong[0], wrong[1]

"""What a column is beside the others: a measure, its growth, share, rank or earlier value, and of which column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from scrapers.grid import Grid
from scrapers.numbers import quick_value
from scrapers.periods import year_before
from scrapers.tables.model import Caption, Column, Layout, Role
from scrapers.tables.words import (
    CJK,
    DERIVED_ONLY,
    DERIVED_ONLY_ENGLISH,
    GAP,
    GROWTH,
    LAST_MONTH,
    LAST_QUARTER,
    LAST_YEAR,
    LAST_YEAR_END,
    RANK,
    SAME_PERIOD_LAST_YEAR,
    SHARE,
)


def role_of(column: Column) -> Role:
    """What the last label of a column says that it is."""
    leaf = column.path[-1] if column.path else ""
    if RANK.search(leaf):
        return Role.RANK
    if SHARE.search(leaf):
        return Role.SHARE
    if GAP.search(leaf):
        return Role.GAP
    if GROWTH.search(leaf) and not re.search(r"增长点|增加值(?!.*(?:增速|增长|同比))", leaf):
        return Role.GROWTH
    return Role.COMPARISON if is_comparison(leaf) else Role.VALUE


def is_comparison(leaf: str) -> bool:
    """True for a label that names another period than the table's (去年同期, 上季度)."""
    words = (SAME_PERIOD_LAST_YEAR, LAST_QUARTER, LAST_MONTH, LAST_YEAR, LAST_YEAR_END)
    return any(pattern.search(leaf) for pattern in words)


def find_earlier_periods(columns: Sequence[Column], caption: Caption) -> None:
    """A column headed by the reporting period of a year ago, beside columns without one, is a comparison."""
    if caption.period is None or not any(c.header_period is None and c.role is Role.VALUE for c in columns):
        return
    before = year_before(caption.period.period)
    for column in columns:
        if column.role is Role.VALUE and column.header_period and column.header_period.period == before:
            column.role = Role.COMPARISON


def find_bases(grid: Grid, layout: Layout, columns: Sequence[Column]) -> None:
    """Which column a rank in front of all others orders, and which growth belongs to no column that could be named."""
    for position, column in enumerate(columns):
        left = [c for c in columns[:position] if c.role is Role.VALUE]
        if column.role is Role.RANK and not left:
            ordered = [c for c in columns if c.role is Role.VALUE and _orders(grid, layout, column.index, c.index)]
            column.base = ordered[0].index if ordered else None
        elif column.role is Role.GROWTH and left and len(column.path) == 1 and names_no_measure(column.path[0]):
            parts = [c for c in left if len(c.path) > 1 and c.path[0] == left[-1].path[0]]
            column.is_untied = len(parts) > 1  # after a group of columns: of which of them, nothing says


def _orders(grid: Grid, layout: Layout, rank: int, values: int) -> bool:
    """True where the figures of a column fall as the ranks rise."""
    whole = [r for r in layout.body if grid.widths[r] == layout.width]  # cells of other rows may be shifted
    rows = [(quick_value(grid.text(r, rank)), quick_value(grid.text(r, values))) for r in whole]
    placed = sorted((place[0], value[0]) for place, value in rows if place is not None and value is not None)
    return len(placed) > 1 and all(above[1] >= below[1] for above, below in pairwise(placed))


def names_no_measure(label: str) -> bool:
    """True for a label such as 增长率 or Percentage, which says nothing without what it speaks of."""
    pattern = DERIVED_ONLY if CJK.search(label) else DERIVED_ONLY_ENGLISH
    return bool(pattern.match(label))


def base_of(columns: Sequence[Column], position: int) -> Column | None:
    """The nearest column to the left (else to the right) that holds the measure itself; of several years the newest."""
    if not columns[position].role.is_derived and columns[position].role is not Role.COMPARISON:
        return None
    if columns[position].base is not None:
        return next((c for c in columns if c.index == columns[position].base), None)
    left = [c for c in columns[:position] if c.role is Role.VALUE]
    if not left:
        return next((c for c in columns[position + 1 :] if c.role is Role.VALUE), None)
    dated = [c for c in left if c.header_period is not None and c.path == left[-1].path]
    if left[-1].header_period is None or not dated:
        return left[-1]
    return max(dated, key=lambda c: c.header_period.last_day if c.header_period else date.min)

"""Say of every column what it measures, in which unit, for which period.

Story: the header cells above a column give its labels, units and periods; columns that hold growth, shares, ranks or
another period are tied to the column they speak of; then every column gets its period from its own header, the words in
it (当月, 当年, 总累计, 有效) and the reporting period of the table. A second pass per row settles what its label adds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from scrapers.grid import Grid
from scrapers.periods import Period, end_of, find_periods, last_day, quarter_before, year_before
from scrapers.periods import year_to_date as year_to_date_of
from scrapers.records import PeriodKind
from scrapers.tables.bases import base_of, find_bases, find_earlier_periods, is_comparison, names_no_measure, role_of
from scrapers.tables.cells import BLANK, PERCENT, kind_of
from scrapers.tables.header import header_cells
from scrapers.tables.labels import compact, header_text, join_split_words
from scrapers.tables.model import Caption, Column, Group, Layout, Role
from scrapers.tables.trademark_calendar import by_trademark_calendar
from scrapers.tables.words import (
    ACCUMULATED,
    COUNTED,
    DENSITY,
    FLOW,
    LAST_QUARTER,
    LAST_YEAR,
    LAST_YEAR_END,
    POPULATION,
    SAME_PERIOD_LAST_YEAR,
    SINCE_START,
    STOCK,
    THIS_MONTH,
    THIS_QUARTER,
    THIS_YEAR,
)
from scrapers.tables.words import (
    PERCENT as PERCENT_WORD,
)

SEPARATOR = " / "
_THIS_YEAR = ("当年", "本年", "今年")


def columns_of(grid: Grid, layout: Layout, group: Group, caption: Caption) -> list[Column]:
    """The columns of a group that hold figures, explained. Columns without header and figures are left out."""
    columns = []
    for index in group.values:
        column = _read_header(grid, layout, index, caption)
        if not column.path and column.header_period is None and not column.own_unit and _is_empty(grid, layout, index):
            continue
        columns.append(column)
    _name_percentages(grid, layout, columns)
    _name_parts(grid, layout, columns)
    _name_marked_parts(columns)
    for column in columns:
        column.role = role_of(column)
    _date_parts(columns)
    find_earlier_periods(columns, caption)
    find_bases(grid, layout, columns)
    _set_measures(columns, None if group.names_measures else caption.subject)
    _set_units(grid, layout, columns, caption)
    for column in sorted(columns, key=lambda c: c.role is not Role.VALUE):
        _set_period(column, columns, caption, "")
    return columns


def period_for(
    column: Column, columns: Sequence[Column], caption: Caption, words: str, own: Period | None = None
) -> tuple[str | None, PeriodKind | None]:
    """Period and kind of a column in a row whose label adds `words` (有效, 授权) or is itself the period `own`."""
    period = own or column.header_period
    copy = Column(column.index, column.path, role=column.role, header_period=period, whole=column.whole)
    _set_period(copy, columns, caption, words)
    return copy.period, copy.period_kind


def _read_header(grid: Grid, layout: Layout, index: int, caption: Caption) -> Column:
    column = Column(index, [])
    labels: list[str] = []
    year = caption.period.year if caption.period else None
    cells = header_cells(grid, layout, index)
    for cell in cells:
        if compact(cell.text) in _THIS_YEAR and len(cells) > 1:
            labels.append(compact(cell.text))  # 当年 over 累计: a word of the label, not a date of its own
            continue
        read = header_text(cell.text, default_year=column.header_period.year if column.header_period else year)
        if read.period is not None:
            column.header_period = _finer(column.header_period, read.period)
            column.period_label = " ".join(part for part in (column.period_label, read.raw) if part)
            continue
        if read.unit is not None:
            column.unit, column.own_unit = read.unit, True
        if read.label and (not labels or labels[-1] != read.label):
            labels.append(read.label)
        if column.header_period is None:
            column.header_period = _leading_period(read.label, year)
            column.is_own_date = column.header_period is not None
    if caption.trademark_calendar and column.header_period is not None:
        column.header_period = by_trademark_calendar(column.header_period, adds_up=False)
    column.path = join_split_words(labels)
    return column


def _leading_period(label: str, year: int | None) -> Period | None:
    """The period with which a label begins (`2019年上半年新增注册商标`); the label itself stays as printed."""
    found = next(find_periods(label, default_year=year), None) if re.match(r"\d|截|全年", label) else None
    if found is None or found.start > 0 or re.match(r"以来|以后|以前|起|至今|开始", label[found.end :]):
        return None
    return found


def _date_parts(columns: Sequence[Column]) -> None:
    """A column headed 其中 is a part of the one to its left: of its period, and a state or a flow as that is."""
    whole: Column | None = None
    for column in columns:
        if not column.path or not column.path[0].startswith("其中"):
            whole = column if column.role is Role.VALUE else whole
        elif whole is not None:
            column.whole = whole.path
            column.header_period = column.header_period or whole.header_period


def _name_percentages(grid: Grid, layout: Layout, columns: Sequence[Column]) -> None:
    """Keep `%` as a label where it stands for the share beside a count under the same heading (`数量 | %`)."""
    for column in columns:
        cells = header_cells(grid, layout, column.index)
        if len(cells) < 2 or not column.own_unit or column.unit != "%" or cells[-1].text.strip(" ()（）") not in "%％":
            continue
        above = cells[-2]
        if any(c is not column and above in header_cells(grid, layout, c.index) for c in columns):
            column.path = [*column.path, "%"]


def _name_parts(grid: Grid, layout: Layout, columns: Sequence[Column]) -> None:
    """Tell equal labels apart by the total to their left (`申请数 | 发明 | 授权数 | 发明`, with nothing above 发明)."""

    def key(column: Column) -> tuple[tuple[str, ...], str | None]:
        return tuple(column.path), column.header_period.period if column.header_period else None

    often = Counter(key(column) for column in columns)
    repeated = {column.index for column in columns if column.path and often[key(column)] > 1}
    total: Column | None = None
    for column in columns if len(layout.header) > 1 else ():
        if grid.text(layout.header[0], column.index):
            total = None if column.index in repeated else column
        elif total is not None and column.index in repeated:
            column.path, column.told_apart = [*total.path, *column.path], True


def _name_marked_parts(columns: Sequence[Column]) -> None:
    """A header that begins with `#` (of which) is a part of the column before it and is counted in its unit."""
    whole: Column | None = None
    for column in columns:
        if whole is not None and column.path and column.path[-1][0] in "#＃" and len(column.path[-1]) > 1:
            column.path = [*whole.path, column.path[-1][1:].strip()]
            if not column.own_unit:
                column.unit, column.own_unit = whole.unit, whole.own_unit
        else:
            whole = column if column.path else None


def _finer(above: Period | None, below: Period) -> Period:
    """Of a year above and a month below, the month of that year."""
    if above is None or (above.first_day <= below.first_day and below.last_day <= above.last_day):
        return below
    return above


def _is_empty(grid: Grid, layout: Layout, index: int) -> bool:
    return all(kind_of(grid.text(r, index)) == BLANK for r in layout.body)


def _set_measures(columns: Sequence[Column], subject: str | None) -> None:
    """Join the labels; a header that only says 增长率 or 排名 is named after the column that it speaks of.

    A header that is only a period (or the only header of all) leaves the subject of the title.
    """
    for position, column in enumerate(columns):
        path = list(column.path)
        base = base_of(columns, position)
        if base is not None and len(path) == 1 and names_no_measure(path[0]):
            path = [*(base.path or [subject or ""]), *path]
        elif not path and subject and (column.header_period is not None or len(columns) == 1):
            path = [subject]
        column.measure = SEPARATOR.join(part for part in path if part)


def _set_units(grid: Grid, layout: Layout, columns: Sequence[Column], caption: Caption) -> None:
    unit = caption.units[0] if len(caption.units) == 1 else None
    for column in columns:
        leaf = column.path[-1] if column.path else ""
        if column.own_unit:
            continue
        if column.role is Role.RANK:
            column.unit = None
        elif column.role in (Role.GROWTH, Role.SHARE) or PERCENT_WORD.search(leaf):
            column.unit = "%" if PERCENT_WORD.search(leaf) or _holds_percentages(grid, layout, column) else None
        elif counted := COUNTED.search(leaf):
            column.unit = unit or counted[1]
        elif DENSITY.search(leaf) or (POPULATION.search(leaf) and unit is not None and "人" not in unit):
            column.unit = None
        else:
            column.unit = unit
    for position, column in enumerate(columns):
        base = base_of(columns, position)
        if column.role in (Role.GAP, Role.COMPARISON) and column.unit is None and base is not None:
            column.unit = base.unit


def _holds_percentages(grid: Grid, layout: Layout, column: Column) -> bool:
    kinds = [kind_of(grid.text(r, column.index)) for r in layout.body]
    filled = [k for k in kinds if k != BLANK]
    return bool(filled) and all(k == PERCENT for k in filled)


def _set_period(column: Column, columns: Sequence[Column], caption: Caption, words: str) -> None:
    """Period and kind from the column's own header, its words, and the reporting period of the table."""
    about = " ".join([*column.whole, *(column.path or [caption.subject or ""]), words])
    is_stock = _is_stock(about, caption.subject or caption.title or "")
    reporting = _reporting_period(column, columns, caption, is_stock)
    if reporting is None:
        column.period, column.period_kind = None, None
        return
    kind = _kind(column, columns, about, is_stock, reporting)
    if kind is PeriodKind.POINT_IN_TIME and not is_stock and FLOW.search(about):
        column.period, column.period_kind = None, None  # 授权量 under the date of a stock: of which time is not said
        return
    column.period, column.period_kind = _stretch(reporting, kind)
    if caption.months_not_named and column.header_period is None:
        column.period = reporting.period
        column.period_kind = kind if kind in _NEEDS_MONTH else PeriodKind.MONTH
    position = next((i for i, c in enumerate(columns) if c.index == column.index), None)
    base = base_of(columns, position) if position is not None else None
    if base is not None and column.header_period is not None and base.header_period is None:
        base = None  # a row that is itself a period gives it to every column
    if base is not None:
        base = Column(base.index, base.path, role=base.role, header_period=column.header_period or base.header_period)
        _set_period(base, columns, caption, words)
    if column.role.is_derived and base is not None and base.period is not None:
        column.period, column.period_kind = base.period, base.period_kind
    elif column.role is Role.COMPARISON and column.period:
        _shift(column, base)
    if column.period_label is None:
        column.period_label = caption.period.label if caption.period else None


@lru_cache(maxsize=8192)
def _is_stock(about: str, title: str) -> bool:
    """A state at a date (有效) or a flow (申请, 授权): the labels of column and row decide before the title does."""
    if STOCK.search(about):
        return True
    return not FLOW.search(about) and bool(STOCK.search(title))


_NEEDS_MONTH = (PeriodKind.MONTH, PeriodKind.YEAR_TO_DATE, PeriodKind.CUMULATIVE, PeriodKind.POINT_IN_TIME)


def _reporting_period(column: Column, columns: Sequence[Column], caption: Caption, is_stock: bool) -> Period | None:
    own = column.header_period
    if own is None:
        others = [c.header_period for c in columns if c.header_period is not None and not c.is_own_date]
        if caption.period is None and others:
            return max(others, key=lambda p: p.last_day)
        if caption.period is not None and caption.period.kind is PeriodKind.YEAR and others:
            inside = [p for p in others if p.year == caption.period.year]
            return max(inside, key=lambda p: p.last_day) if inside else caption.period
        return caption.period
    stated = caption.period
    is_finer = stated is not None and stated.kind is not None and len(stated.period) > 4
    is_part = stated is not None and is_finer and own.kind is PeriodKind.YEAR and stated.year == own.year
    if stated is not None and is_part and (is_stock or stated.kind is PeriodKind.YEAR_TO_DATE):
        return stated
    return own


def _kind(
    column: Column, columns: Sequence[Column], about: str, is_stock: bool, reporting: Period
) -> PeriodKind | None:
    if THIS_MONTH.search(about):
        return PeriodKind.MONTH
    if SINCE_START.search(about) or _is_running_total(column, columns):
        return PeriodKind.CUMULATIVE
    if THIS_QUARTER.search(about) and reporting.kind is PeriodKind.QUARTER:
        return PeriodKind.QUARTER
    if is_stock:
        return PeriodKind.POINT_IN_TIME
    if THIS_YEAR.search(about) or (ACCUMULATED.search(about) and reporting.kind is not PeriodKind.CUMULATIVE):
        return PeriodKind.YEAR_TO_DATE
    return reporting.kind


_BARE = ("total", "累计")


def _is_running_total(column: Column, columns: Sequence[Column]) -> bool:
    """A bare `Total` or `累计`, also over several columns, beside a yearly and a monthly total: since the start."""
    leaf = next((label.lower() for label in (*column.path[:1], *column.path[-1:]) if label.lower() in _BARE), "")
    if not leaf:
        return False
    beside = " ".join(" ".join(c.path) for c in columns if c is not column and c.role is Role.VALUE)
    return bool(THIS_YEAR.search(beside)) and bool(THIS_MONTH.search(beside) or leaf == "累计")


def _stretch(reporting: Period, kind: PeriodKind | None) -> tuple[str | None, PeriodKind | None]:
    """What a figure of `kind` covers in a table that reports for `reporting`."""
    end = last_day(reporting.period)
    has_month = reporting.kind is not PeriodKind.YEAR
    if kind is PeriodKind.CUMULATIVE:
        return end_of(reporting.period), kind
    if kind is PeriodKind.POINT_IN_TIME:
        return (reporting.period.partition("..")[2] or reporting.period), kind
    if kind is PeriodKind.YEAR_TO_DATE:
        if not has_month or reporting.kind is PeriodKind.YEAR_TO_DATE:
            return reporting.period, reporting.kind
        found = year_to_date_of(end.year, end.month)
        return found.period, (PeriodKind.YEAR_TO_DATE if found.kind is PeriodKind.MONTH else found.kind)
    if kind is PeriodKind.MONTH:
        return (f"{end.year}-{end.month:02d}" if has_month else reporting.period), kind
    return reporting.period, kind


def _shift(column: Column, base: Column | None) -> None:
    """Give a comparison column the period that it speaks of: that of its base, shifted."""
    leaf = column.path[-1] if column.path else ""
    if column.header_period is not None and not is_comparison(leaf):
        return  # its header states its period
    reference = (base.period if base else None) or column.period or ""
    column.period_kind = base.period_kind if base is not None else column.period_kind
    last = last_day(reference)
    if SAME_PERIOD_LAST_YEAR.search(leaf) or LAST_YEAR.search(leaf):
        column.period = year_before(reference)
    elif LAST_YEAR_END.search(leaf):
        column.period, column.period_kind = f"{last.year - 1}-12-31", PeriodKind.POINT_IN_TIME
    elif LAST_QUARTER.search(leaf):
        column.period = quarter_before(reference)
    else:
        column.period = f"{last.year - 1}-12" if last.month == 1 else f"{last.year}-{last.month - 1:02d}"

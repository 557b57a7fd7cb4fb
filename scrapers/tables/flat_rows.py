"""Rows of an open-data file as tables: a row there says its region, its period and sometimes its measure in columns.

The table reader wants one period for a table and one column for a measure. So the rows are dealt out: one table for
each period, regions down, measures across; numbers of rows, dates of maintenance and codes are left aside. Columns are
known by their names alone; a column that has none of these names stays where it is, for the reader to explain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from scrapers.grid import Grid, HtmlContent, Line, grid_of_rows
from scrapers.records import Refusal


class _Kind(Enum):
    REGION = auto()
    PERIOD = auto()
    MONTH = auto()
    MEASURE = auto()
    VALUE = auto()
    UNIT = auto()
    ASIDE = auto()
    OTHER = auto()


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_NAMES = {
    _Kind.REGION: _words(
        "地区 地区名称 区县 区县名称 县区 县市区 市县 市县名称 市州 市州名称 地市 地市名称 城市 城市名称",
        "省份 省市 区域 区域名称",
        "行政区 行政区划 行政区划名称 行政区域 行政区域名称 区划名称 所属地区 所属区域 所属区县 统计区域 region",
    ),
    _Kind.PERIOD: _words(
        "年份 年度 年 统计年份 统计年度 数据年份 数据年度 时间 统计时间 数据时间 统计期 统计周期 数据期",
        "期间 年月 统计年月 year",
    ),
    _Kind.MONTH: _words("月份 月 统计月份 month"),
    _Kind.MEASURE: _words("指标 指标名称 统计指标 统计指标名称 指标项"),
    _Kind.VALUE: _words("数值 指标值 指标数值 数据值 统计值 值 value"),
    _Kind.UNIT: _words("单位 计量单位 指标单位 数值单位 unit"),
    _Kind.ASIDE: _words(
        "序号 编号 id rowid 主键 备注 说明 数据来源 来源 填报单位 提供单位 发布单位 来源部门 提供部门 创建人",
        "更新人 rn rownum 邮政编码 邮编 联系电话 电话 联系人 地址 经度 纬度",
    ),
}
_ASIDE_ENDING = re.compile(
    r".*(?:更新|入库|创建|发布|修改|填报|采集|录入)(?:时间|日期)|.*(?:区划|地区|区域|指标)(?:代码|编码|编号)"
)
_BRACKET = re.compile(r"[(（【\[].*?[)）】\]]")
_YEAR = re.compile(r"((?:19|20)\d\d)\s*年?(?:度)?")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)\s*(?:年|[-/.])?\s*(0[1-9]|1[0-2]|(?<=[年/.-])[1-9])\s*月?")
_WORDED = re.compile(r"(?:19|20)\d\d\s*年.{1,14}")
"""2021年上半年, 2021年1-6月: for the reader to understand."""


@dataclass(slots=True)
class _Columns:
    """Columns of a flat table by what their names say."""

    names: list[str]
    kinds: list[_Kind] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kinds = [_kind(name) for name in self.names]

    def all(self, kind: _Kind) -> list[int]:
        return [c for c, found in enumerate(self.kinds) if found is kind]

    def one(self, kind: _Kind) -> int | None:
        """The column of a kind, None where there is none. Raises Refusal where two claim to be it."""
        found = self.all(kind)
        if len(found) > 1:
            names = ", ".join(self.names[c] for c in found)
            raise Refusal("two_columns", f"two columns claim to be the {kind.name.lower()}: {names}")
        return found[0] if found else None


def is_flat(grid: Grid) -> bool:
    """True for rows under one row of names, of which some say that the rows name their region, period or measure."""
    columns = _columns(grid)
    if columns is None:
        return False
    kinds = set(columns.kinds)
    return (_Kind.REGION in kinds and bool(kinds & {_Kind.PERIOD, _Kind.MONTH, _Kind.ASIDE})) or _is_long(columns)


def flat_tables(content: HtmlContent) -> HtmlContent:
    """The content with every flat table dealt out, a line with the period before each part; the rest as it is.

    Rows and columns are counted anew in each part. Raises Refusal: `period_unknown` where a row does not say its
    period in a way that is understood, `repeated_row` where two rows say the same thing, `two_columns`.
    """
    items: list[Line | Grid] = []
    for item in content.items:
        if isinstance(item, Line):
            items.append(item)
        else:
            items.extend(_dealt(item) if is_flat(item) else [item])
    return replace(content, items=items)


def _columns(grid: Grid) -> _Columns | None:
    if grid.height < 2 or grid.width < 2:
        return None
    names = [" ".join(cell.text.split()) for cell in grid.cells[0]]
    return _Columns(names) if all(names) and len(set(names)) == len(names) else None


def _kind(name: str) -> _Kind:
    bare = _BRACKET.sub("", name).replace(" ", "").replace("_", "").lower()
    if _ASIDE_ENDING.fullmatch(bare):
        return _Kind.ASIDE
    return next((kind for kind, names in _NAMES.items() if bare in names), _Kind.OTHER)


def _is_long(columns: _Columns) -> bool:
    return len(columns.all(_Kind.MEASURE)) == 1 and len(columns.all(_Kind.VALUE)) == 1


def _dealt(grid: Grid) -> list[Line | Grid]:
    columns = _columns(grid)
    assert columns is not None
    year, month = columns.one(_Kind.PERIOD), columns.one(_Kind.MONTH)
    parts: dict[str, list[list[str]]] = {}
    for number, row in enumerate(grid.cells[1:], 2):
        texts = [" ".join(cell.text.split()) for cell in row]
        if any(texts):
            parts.setdefault(_period(texts, year, month, number), []).append(texts)
    table = _long_table if _is_long(columns) else _wide_table
    items: list[Line | Grid] = []
    for period, rows in parts.items():
        if period:
            items.append(Line(period, "line"))
        items.append(grid_of_rows(table(columns, rows)))
    return items


def _period(texts: list[str], year: int | None, month: int | None, number: int) -> str:
    """The period that a row states, as a caption says it; empty where the table has no column for it."""
    if year is None:
        if month is not None:
            raise Refusal("period_unknown", "the rows name a month and no year")
        return ""
    said = texts[year]
    if match := _YEAR.fullmatch(said):
        if month is None or not texts[month]:
            return f"{match[1]}年"
        if found := re.fullmatch(r"(0?[1-9]|1[0-2])\s*月?(?:份)?", texts[month]):
            return f"{match[1]}年{int(found[1])}月"
        said = f"{said} {texts[month]}"
    elif match := _YEAR_MONTH.fullmatch(said):
        return f"{match[1]}年{int(match[2])}月"
    elif _WORDED.fullmatch(said) and month is None:
        return said
    raise Refusal("period_unknown", f"row {number} does not say its period in a way that is understood: {said!r}")


def _wide_table(columns: _Columns, rows: list[list[str]]) -> list[list[str]]:
    """Regions down, words that tell rows apart (发明) beside them, then the measures; units go to the names."""
    region = columns.one(_Kind.REGION)
    assert region is not None
    others = columns.all(_Kind.OTHER)
    words = [c for c in others if not any(re.search(r"\d", row[c]) for row in rows)]
    _each_once([" ".join([row[region], *(row[c] for c in words)]) for row in rows])
    figures = [c for c in others if c not in words]
    kept = [region, *words, *figures, *columns.all(_Kind.VALUE), *columns.all(_Kind.MEASURE)]
    names = [columns.names[c] for c in kept]
    unit = columns.one(_Kind.UNIT)
    if unit is not None:
        units = {row[unit] for row in rows}
        if len(units) > 1 or len(kept) != 2:
            raise Refusal(
                "unit_conflict", f"the rows state several units for the same column: {', '.join(sorted(units))}"
            )
        names[1] = _with_unit(names[1], units.pop())
    return [names, *([row[c] for c in kept] for row in rows)]


def _long_table(columns: _Columns, rows: list[list[str]]) -> list[list[str]]:
    """A column for each measure that the rows name; without regions, a row for each."""
    measure, value = columns.all(_Kind.MEASURE)[0], columns.all(_Kind.VALUE)[0]
    region, unit = columns.one(_Kind.REGION), columns.one(_Kind.UNIT)
    if others := [columns.names[c] for c in columns.all(_Kind.OTHER)]:
        raise Refusal("column_unknown", f"nothing says what the column {others[0]} means beside measure and value")
    said = [(row[region] if region is not None else "", _with_unit(row[measure], row[unit] if unit is not None else ""))
            for row in rows]  # fmt: skip
    _each_once([" ".join(place) for place in said])
    if region is None:
        return [["指标", "数值"], *([name, row[value]] for (_, name), row in zip(said, rows, strict=True))]
    names = list(dict.fromkeys(name for _, name in said))
    figures = {place: row[value] for place, row in zip(said, rows, strict=True)}
    regions = dict.fromkeys(place for place, _ in said)
    return [[columns.names[region], *names], *([r, *(figures.get((r, name), "") for name in names)] for r in regions)]


def _with_unit(name: str, unit: str) -> str:
    return f"{name}({unit})" if unit and not _BRACKET.search(name) else name


def _each_once(labels: list[str]) -> None:
    seen: set[str] = set()
    for label in labels:
        if label in seen:
            raise Refusal(
                "repeated_row", f"two rows speak of {label!r} in the same period: they differ in something else"
            )
        seen.add(label)

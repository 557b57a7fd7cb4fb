"""Indicator tables of a plan: which tables they are, and their rows as statements.

`scrapers.grid` expands the spans, `scrapers.visible` knows where each cell stands in the source; this module joins
the two. Text copies lose the borders between cells: there is nothing to read there but the table's title, so it is
reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scrapers.grid import Cell, Grid, grids
from scrapers.numbers import DamagedNumber, parse_number
from scrapers.periods import bare_years
from scrapers.plans.responsible import responsible_units
from scrapers.plans.statements import Form, Statement
from scrapers.visible import Paragraph, VisibleText

_NAME = re.compile(r"指标(?!值)|目标名称|名称")
_TARGET = re.compile(r"目标|预期(?!性)|规划值|期末")
BASELINE = re.compile(r"基期|基准|基数|现状|完成|实际|已达")
_UNIT = re.compile(r"^(?:计量)?单位(?:[(（].*)?$")
_IN_CHARGE = re.compile(r"责任|牵头|负责|部门")
_ASIDE = re.compile(r"^(?:序号|编号|属性|指标属性|性质|指标性质|类别|类型|备注|说明)$")
_LABEL_UNIT = re.compile(r"[(（](?P<unit>[^()（）]{1,12})[)）]$")
_NO_UNIT = re.compile(r"累计|新增|年|期末|其中|含|预期性|约束性")
_BEFORE = r"≥|≧|>=|>|≤|≦|<=|<|不低于|不少于|不超过|控制在|保持在|稳定在|达到|达|超过|突破|力争"
_AFTER = r"以上|以下|以内|之内|之间|左右|及以上"
_VALUE = re.compile(rf"^(?P<before>{_BEFORE})?(?P<value>.*?)(?P<after>{_AFTER})?(?P<unit>%)?$", re.DOTALL)
_RANGE = re.compile(r"^(?P<low>\d[\d.,]*)\s*[%％]?\s*[—\-－–―~～至到]+\s*(?P<high>\d[\d.,]*)\s*(?P<unit>[%％])?$")
_TITLE = re.compile(r"(?:^|(?<=\s))(?P<title>表\s*[\d一二三四五六七八九十]{1,3}(?![\d.])[\s:：]\s*[^\s。,，;；]{4,40})")
_GLUED_HEADER = re.compile(
    r"^[^。，,；;]*指标(?:名称)?[^。，,；;]{0,20}(?:基期|现状|\d{4}\s*年)[^。，,；;]{0,20}目标[^。，,；;]*$"
)
_HEADER_WORDS = re.compile(
    r"^(?:序号|编号|指标(?:名称)?|单位|责任单位|牵头单位|时间进度|完成时限|成果形式|目标值?|工作任务|重点任务|主要任务|备注)$"
)
_HEADER_ROWS = 3


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as printed, white space collapsed, with its place in the decoded capture (None for an empty cell)."""

    text: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """One indicator table: a header and rows of equally many cells, spans expanded."""

    table_no: int
    """1, 2, … among the indicator tables of the document."""
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[TableCell, ...], ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    name: int
    targets: tuple[tuple[int, int | None], ...]
    """Column and year of each target column."""
    baseline: tuple[int, int | None] | None
    unit: int | None
    in_charge: int | None


def read_tables(
    visible: VisibleText, section_of: Callable[[int], str]
) -> tuple[list[IndicatorTable], list[Statement], list[str]]:
    """Indicator tables, their rows as statements, and what was seen of tables but not read.

    `section_of` gives the section labels for a place in the decoded capture.
    """
    tables: list[IndicatorTable] = []
    statements: list[Statement] = []
    leftovers: list[str] = []
    for paragraphs, grid in _data_tables(visible):
        depth = _header_depth(grid) if grid else 0
        header = _header(grid, depth) if grid else ()
        columns = _columns(header)
        if grid is None or columns is None:
            leftovers.append(f"table of {grid.height if grid else '?'} rows, not of indicators: {' | '.join(header)}")
            continue
        rows = _rows(visible, paragraphs, grid)[depth:]
        tables.append(IndicatorTable(len(tables) + 1, _title(visible, paragraphs[0]), header, tuple(rows)))
        for above, row in zip([(), *rows], rows, strict=False):
            own = [cell for cell in row if cell not in above]
            statements.extend(_statements(visible, row, own, columns, section_of, len(statements)))
    return tables, statements, [*leftovers, *_lost_tables(visible)]


def data_rows(visible: VisibleText) -> Iterator[tuple[list[Paragraph], tuple[str, ...], list[tuple[TableCell, ...]]]]:
    """Every data table that could be laid out as a grid: its paragraphs, header and rows below the header."""
    for paragraphs, grid in _data_tables(visible):
        if grid is not None and grid.height > 1:
            depth = _header_depth(grid)
            yield paragraphs, _header(grid, depth), _rows(visible, paragraphs, grid)[depth:]


def is_indicator_table(header: Sequence[str]) -> bool:
    """True for a header that names indicators and target values."""
    return _columns(header) is not None


def target_value(printed: str) -> tuple[str | None, Decimal | None, Decimal | None, str | None]:
    """Comparing word, value, upper bound and percent sign of a target cell; no value for words such as 稳步增长."""
    return _value(printed)


def _data_tables(visible: VisibleText) -> Iterator[tuple[list[Paragraph], Grid | None]]:
    by_table: dict[int, list[Paragraph]] = {}
    for paragraph in visible.paragraphs:
        if paragraph.in_data_table and paragraph.table is not None:
            by_table.setdefault(paragraph.table, []).append(paragraph)
    if not by_table:
        return
    known = {_bare("".join(c.text for _, c in _origins(grid))): grid for grid in grids(visible.source)}
    for paragraphs in by_table.values():
        yield paragraphs, known.get(_bare("".join(p.text for p in paragraphs)))


def _origins(grid: Grid) -> Iterator[tuple[int, Cell]]:
    """Row and cell wherever a cell begins, in page order."""
    for r, row in enumerate(grid.cells):
        yield from ((r, cell) for c, cell in enumerate(row) if grid.is_origin(r, c))


def _rows(visible: VisibleText, paragraphs: Sequence[Paragraph], grid: Grid) -> list[tuple[TableCell, ...]]:
    """The rows of a grid with the places of their cells; both lists hold the printed cells in the same order."""
    printed: dict[tuple[int, int], tuple[int, int]] = {}
    pieces = list(paragraphs)
    for _, cell in _origins(grid):
        wanted, begin, end, got = _bare(cell.text), None, 0, ""
        while pieces and got != wanted:
            piece = pieces.pop(0)
            begin, end, got = piece.start if begin is None else begin, piece.end, got + _bare(piece.text)
        if begin is not None:
            printed[cell.row, cell.column] = visible.source_span(begin, end)
    return [
        tuple(TableCell(" ".join(c.text.split()), *printed.get((c.row, c.column), (None, None))) for c in row)
        for row in grid.cells
    ]


def _header_depth(grid: Grid) -> int:
    """How many rows head the table: down to the first that carries a figure of its own."""
    for depth in range(1, min(_HEADER_ROWS, grid.height) + 1):
        if depth == grid.height or _has_figures(grid, depth):
            return depth
    return 1


def _has_figures(grid: Grid, row: int) -> bool:
    texts = [cell.text for cell in grid.cells[row]]
    return any(re.search(r"\d", t) and not re.search(r"(?<!\d)20\d{2}(?!\d)", t) for t in texts) or texts[0] == "1"


def _header(grid: Grid, depth: int) -> tuple[str, ...]:
    """The header of each column, its rows joined without repeats and without white space."""
    return tuple(
        "".join(dict.fromkeys(_bare(grid.text(row, column)) for row in range(depth))) for column in range(grid.width)
    )


def _columns(header: Sequence[str]) -> _Columns | None:
    """What the columns of an indicator table hold; None for any other table."""
    free = [c for c, text in enumerate(header) if text and not _ASIDE.match(text)]
    unit = next((c for c in free if _UNIT.match(header[c])), None)
    in_charge = next((c for c in free if c != unit and _IN_CHARGE.search(header[c])), None)
    names = [c for c in free if c not in (unit, in_charge) and _NAME.search(header[c]) and not bare_years(header[c])]
    if not names:
        return None
    rest = [c for c in free if c > names[-1] and c not in (unit, in_charge)]
    dated = [(c, years[-1]) for c in rest if (years := bare_years(header[c]))]
    baseline = next(((c, _year(header[c])) for c in rest if BASELINE.search(header[c])), None)
    targets = [(c, _year(header[c])) for c in rest if _TARGET.search(header[c]) and not BASELINE.search(header[c])]
    if not targets and len(dated) >= 2:
        first, *later = sorted(dated, key=lambda item: item[1])
        baseline, targets = baseline or first, [(c, y) for c, y in later if not baseline or c != baseline[0]]
    elif targets and baseline is None:
        earlier = [(c, y) for c, y in dated if (c, y) not in targets]
        baseline = earlier[0] if earlier else None
    if not targets:
        return None
    return _Columns(names[-1], tuple(targets), baseline, unit, in_charge)


def _statements(
    visible: VisibleText, row: Sequence[TableCell], own: Sequence[TableCell], columns: _Columns,
    section_of: Callable[[int], str], before: int,
) -> Iterator[Statement]:  # fmt: skip
    """One statement for each target column of a row that holds something. `own`: cells that no row above shares."""
    places = [(c.start, c.end) for c in own if c.start is not None and c.end is not None]
    label = row[columns.name].text
    if not label or not places:
        return
    start, end = min(p[0] for p in places), max(p[1] for p in places)
    bracket = _LABEL_UNIT.search(label)
    unit = bracket["unit"] if bracket and not _NO_UNIT.search(bracket["unit"]) else None
    if columns.unit is not None and row[columns.unit].text:
        unit = row[columns.unit].text
    baseline = row[columns.baseline[0]].text if columns.baseline else ""
    units = responsible_units(row[columns.in_charge].text) if columns.in_charge is not None else None
    for column, year in columns.targets:
        printed = row[column].text
        if not printed:
            continue
        before += 1
        comparator, value, high, sign = _value(printed)
        yield Statement(
            statement_no=before,
            section=section_of(start),
            quote=_quote(visible, own),
            start=start,
            end=end,
            indicator_label=label[: bracket.start()].rstrip() if bracket and unit == bracket["unit"] else label,
            comparator=comparator,
            value_text=printed,
            value=value,
            value_high=high,
            unit_label=unit or sign,
            baseline_text=baseline or None,
            baseline_year=columns.baseline[1] if columns.baseline and baseline else None,
            target_year=year,
            responsible_units=units,
            form=Form.TABLE,
            confidence=1.0 if value is not None and year is not None else 0.8,
        )


def _value(printed: str) -> tuple[str | None, Decimal | None, Decimal | None, str | None]:
    """Comparing word, value, upper bound and percent sign of a target cell; no value for words such as 稳步增长."""
    parts = _VALUE.match(printed.strip())
    if parts is None:
        return None, None, None, None
    comparator = parts["before"] or parts["after"]
    core = (parts["value"] + (parts["unit"] or "")).strip()
    try:
        if both := _RANGE.match(core):
            low, high = parse_number(both["low"]), parse_number(both["high"])
            return comparator, low.value if low else None, high.value if high else None, "%" if both["unit"] else None
        number = parse_number(core)
    except DamagedNumber:
        return comparator, None, None, None
    return comparator, number.value if number else None, None, number.unit if number else None


def _quote(visible: VisibleText, row: Sequence[TableCell]) -> str:
    """Visible text of the stretch from a row's first printed cell to its last."""
    cells = dict.fromkeys((c.text, c.start) for c in row if c.start is not None)
    return "".join(text for text, _ in sorted(cells, key=lambda c: c[1] or 0))


def _title(visible: VisibleText, first: Paragraph) -> str:
    """The line before a table, where it is short enough for a title."""
    before = [p for p in visible.paragraphs if p.end <= first.start][-2:]
    for paragraph in reversed(before):
        text = _bare(paragraph.text)
        if text.startswith(("单位:", "单位：", "(单位")):
            continue
        return text if len(text) <= 60 and not text.endswith("。") else ""
    return ""


def _lost_tables(visible: VisibleText) -> Iterator[str]:
    """Tables that the text names or begins, but of which no cells are left."""
    paragraphs = list(visible.paragraphs)
    for index, paragraph in enumerate(paragraphs):
        following = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
        for match in _TITLE.finditer(paragraph.text):
            at_end = not paragraph.text[match.end() :].strip()
            if not (at_end and following is not None and following.in_data_table):
                yield f"indicator table without rows: {_bare(match['title'])}"
        if paragraph.in_data_table:
            continue
        if len(paragraph.text) < 120 and _GLUED_HEADER.match(paragraph.text):
            yield f"table that has lost its borders: {_bare(paragraph.text)}"
        near = [_bare(p.text) for p in paragraphs[index : index + 6]]
        if near[0] in ("序号", "编号") and sum(bool(_HEADER_WORDS.match(t)) for t in near) >= 3:
            yield f"table that has lost its borders: {' | '.join(t for t in near if _HEADER_WORDS.match(t))}"


def _year(text: str) -> int | None:
    years = bare_years(text)
    return years[-1] if years else None


def _bare(text: str) -> str:
    return "".join(text.split())

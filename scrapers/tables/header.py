"""Find the header, the body and the row labels of a grid: found by what the cells hold, never assumed."""

from __future__ import annotations

from collections.abc import Sequence

from scrapers.grid import MISSING, Cell, Grid
from scrapers.records import Refusal
from scrapers.tables.cells import BLANK, DAMAGED, NUMBER, PERCENT, TEXT, YEAR, kind_of
from scrapers.tables.labels import chinese_part, compact
from scrapers.tables.model import Group, Layout
from scrapers.tables.stubs import explain_stubs, is_year_column
from scrapers.tables.units import is_unit, take_unit_line
from scrapers.tables.words import (
    CJK,
    CODE_LINE,
    COLUMN_LETTER,
    INDICATOR_HEADER,
    PERIOD_HEADER,
    REGION_HEADER,
    REMARK_HEADER,
    SERIAL_HEADER,
    SUB_REGION_HEADER,
    TABLE_NAME,
)

FIGURES = (NUMBER, PERCENT, DAMAGED)
MINIMUM_FIGURES = 3
"""A grid with fewer figures is no statistical table: a calendar, a list of links, a layout."""


def holds_figures(grid: Grid) -> bool:
    """True for a grid that may be a statistical table: several figures, in rows that also hold labels."""
    found = years = 0
    for r, row in enumerate(grid.cells):
        if len(row) < 2:
            return False
        kinds = [kind_of(cell.text) for c, cell in enumerate(row) if cell.row == r and cell.column == c]
        if TEXT in kinds or YEAR in kinds:
            found += sum(kind in FIGURES for kind in kinds)
            years += kinds[1:].count(YEAR) if r and kinds[0] == TEXT else 0
        if found >= MINIMUM_FIGURES or (found and found + years > MINIMUM_FIGURES):
            return True
    return False


def layout_of(grid: Grid) -> Layout:
    """Where everything is in a grid that holds figures.

    Raises Refusal `no_header` where figures have no header above them, `no_row_labels` where no column holds labels,
    `header_data_mismatch` where a header row is shorter than the figures below it.
    """
    single = [_is_single(row, r) and not _heads_all(grid, r) for r, row in enumerate(grid.cells)]
    first = _first_body_row(grid, single)
    above = [r for r in range(first) if not single[r] and not _is_blank(grid.cells[r])]
    lines = [r for r in above if _is_caption_row(grid.cells[r], r)]
    header = [r for r in above if r not in lines and not _is_numbering(grid.cells[r])]
    if not header:
        raise Refusal("no_header", "the figures of the table have no header row above them")
    rest = range(first, grid.height)
    body = [r for r in rest if not single[r] and not _is_blank(grid.cells[r])]
    width = max(grid.widths[r] for r in header)
    groups = _groups(grid, header, body)
    sections = _sections(grid, header, groups)
    header = [r for r in header if r not in sections]
    for group in groups:
        explain_stubs(grid, header, body, group)
    captions = sorted([*lines, *(r for r in range(first) if single[r])])
    sections += [r for r in captions if r > header[-1] and _heads_rows(grid.cells[r])]
    captions = [r for r in captions if r not in sections]
    notes = [*sorted(sections), *(r for r in rest if single[r])]
    _check_header(grid, header, body, groups)
    return Layout(header, body, captions, notes, groups, width)


def header_cells(grid: Grid, layout: Layout, column: int) -> list[Cell]:
    """Header cells above a column from top to bottom, each once, without those that only translate Chinese ones."""
    rows = [r for r in layout.header if not _is_translation_row(grid, layout.header, r)]
    found: list[Cell] = []
    for r in rows:
        cell = grid.cells[r][column]
        if cell.text and (not found or cell is not found[-1]):
            found.append(cell)
    return found


def _check_header(grid: Grid, header: Sequence[int], body: Sequence[int], groups: Sequence[Group]) -> None:
    """A header row that ends before the figures do has lost a cell: which label is whose cannot be known."""
    for c in (c for group in groups for c in group.values):
        own = [grid.cells[r][c].text for r in header if grid.cells[r][c].column == c and grid.cells[r][c].text]
        if own and all(grid.cells[r][c] is MISSING for r in body):
            raise Refusal("header_data_mismatch", f"no row has a cell in column {c + 1}, which is headed {own[-1]}")
        if own and SUB_REGION_HEADER.match(compact(own[-1])) and any(kind_of(grid.text(r, c)) in FIGURES for r in body):
            raise Refusal("header_data_mismatch", f"column {c + 1} is headed {own[-1]} and holds figures")
        short = [r for r in header if grid.cells[r][c] is MISSING]
        if short and any(kind_of(grid.text(r, c)) != BLANK for r in body):
            message = f"header row {short[0] + 1} ends before column {c + 1}, which holds figures"
            raise Refusal("header_data_mismatch", message)


def _first_body_row(grid: Grid, single: Sequence[bool]) -> int:
    """The first row that holds figures beside its label. Rows of years only, under a header word, are header."""
    for r, row in enumerate(grid.cells):
        if single[r]:
            continue
        kinds = [kind_of(cell.text) for cell in row]
        figures = [k for k in kinds if k in FIGURES]
        if figures and _is_numbering(row):
            continue
        if figures:
            return r
        years = [k for k in kinds[1:] if k == YEAR]
        label = row[0]
        if (
            years
            and label.row == r
            and kinds[0] == TEXT
            and not is_header_word(label.text)
            and _has_header_above(grid, r)
        ):
            return r
    raise Refusal("no_body", "the table has no row of figures under a header")


def _has_header_above(grid: Grid, row: int) -> bool:
    return any(is_header_word(grid.cells[r][0].text) for r in range(row))


def is_header_word(text: str) -> bool:
    """True for words that head row labels (地区, 年份, 指标, 序号), and for none at all."""
    label = compact(chinese_part(text)) if CJK.search(text) else text.strip()
    return not label or any(
        pattern.match(label) for pattern in (REGION_HEADER, PERIOD_HEADER, INDICATOR_HEADER, SERIAL_HEADER)
    )


def _is_single(row: Sequence[Cell], r: int) -> bool:
    """True for a row that holds one text over (nearly) its whole width, or only a text in its first cell."""
    if len(row) < 2:
        return True
    filled = {id(cell): cell for cell in row if cell.text}
    if len(filled) != 1:
        return False
    (cell,) = filled.values()
    if cell.row != r or kind_of(cell.text) in FIGURES:
        return False
    covered = sum(other is cell for other in row)
    return covered >= len(row) - 1 or (cell.column == 0 and all(not c.text for c in row[covered:]))


def _is_caption_row(row: Sequence[Cell], r: int) -> bool:
    """True for a row that states the unit beside nothing but the title, the period, a code or the unit once more."""
    texts = [cell.text for cell in {id(cell): cell for cell in row if cell.text and cell.row == r}.values()]
    units = [t for t in texts if (stated := take_unit_line(t)) is not None and not stated[1]]
    others = [t for t in texts if t not in units and kind_of(t) != YEAR and not CODE_LINE.match(t)]
    if texts and all(CODE_LINE.match(text) for text in texts):
        return True
    is_title = len(others) == 1 and TABLE_NAME.search(others[0]) is not None and not is_header_word(others[0])
    return bool(units) and (not others or is_title)


def _sections(grid: Grid, header: Sequence[int], groups: Sequence[Group]) -> list[int]:
    """Rows at the end of the header that only hold a row label: the heading of the rows below them, no header."""
    found: list[int] = []
    values = [c for group in groups for c in group.values]
    for r in reversed(header[1:]):
        if any(cell.text and (cell.row != r or cell.column in values) for cell in grid.cells[r]):
            break
        if not _heads_rows(grid.cells[r]):
            break
        found.append(r)
    return found


def _heads_rows(row: Sequence[Cell]) -> bool:
    """True where the first text of a row is neither a header word nor a unit: a section such as 二、授权情况."""
    text = next((cell.text for cell in row if cell.text), "")
    is_caption = kind_of(text) == YEAR or is_unit(text.strip("()（） ")) or take_unit_line(text) is not None
    return bool(text) and not is_caption and not is_header_word(text)


def _heads_all(grid: Grid, r: int) -> bool:
    """True for a text over all columns but a blank one that reaches into the next row: a head, no caption."""
    first = grid.cells[r][0]
    return not first.text and first.row == r and r + 1 < grid.height and grid.cells[r + 1][0] is first


def _is_blank(row: Sequence[Cell]) -> bool:
    return all(not cell.text for cell in row)


def _is_numbering(row: Sequence[Cell]) -> bool:
    """A row that numbers the columns: `甲 | 1 | 2 | 3`."""
    texts = [cell.text.strip("() （）") for cell in row]
    if not texts[0] or COLUMN_LETTER.match(texts[0]):
        numbers = [t for t in texts[1:] if not COLUMN_LETTER.match(t)]
        return len(numbers) > 1 and numbers == [str(n) for n in range(1, len(numbers) + 1)]
    return False


def _is_translation_row(grid: Grid, header: Sequence[int], row: int) -> bool:
    """A header row in Latin letters only, under rows in Chinese: it says the same again."""

    def chinese(r: int) -> bool:
        return any(CJK.search(c.text) for c in grid.cells[r] if c.row == r)

    def words(r: int) -> bool:
        return any(kind_of(c.text) == TEXT for c in grid.cells[r] if c.row == r)

    return row != header[0] and not chinese(row) and words(row) and any(chinese(r) for r in header if r < row)


def _groups(grid: Grid, header: Sequence[int], body: Sequence[int]) -> list[Group]:
    """Runs of label columns, each with the columns of figures to its right."""
    texts = [_is_label_column(grid, header, body, c) for c in range(grid.width)]
    for c in range(1, grid.width):
        texts[c] = texts[c] or (texts[c - 1] and is_year_column(grid, header, body, c))
    if not any(texts) and grid.width > 1 and all(kind_of(grid.text(r, 0)) in (YEAR, BLANK) for r in body):
        texts[0] = True  # a table over years
    groups: list[Group] = []
    leading: list[int] = []
    c = 0
    while c < grid.width:
        if texts[c]:
            stubs = [c]
            while c + 1 < grid.width and texts[c + 1]:
                c += 1
                stubs.append(c)
            groups.append(Group(stubs, []))
        elif groups:
            groups[-1].values.append(c)
        else:
            leading.append(c)
        c += 1
    groups = [group for group in groups if group.values]
    if not groups:
        raise Refusal("no_row_labels", "no column of the table holds row labels")
    groups[0].values[:0] = [c for c in leading if not _is_serial(grid, header, body, c)]
    return groups


def _is_label_column(grid: Grid, header: Sequence[int], body: Sequence[int], column: int) -> bool:
    """True where most filled cells of the body are words (years under 年份 count as words)."""
    kinds = [kind_of(grid.text(r, column)) for r in body]
    filled = [k for k in kinds if k != BLANK]
    if not filled:
        return False
    heading = "".join(compact(chinese_part(grid.text(r, column))) for r in header)
    if REMARK_HEADER.match(heading):
        return True
    years = PERIOD_HEADER.match(heading) is not None
    labels = sum(k == TEXT or (years and k == YEAR) for k in filled)
    return labels * 2 > len(filled)


def _is_serial(grid: Grid, header: Sequence[int], body: Sequence[int], column: int) -> bool:
    """A column that numbers the rows: by its header, or without one by counting from 1."""
    heads = [compact(grid.text(r, column)) for r in header]
    counted = [text for r in body if (text := grid.text(r, column).strip(" .、"))]
    counts = not any(heads) and len(counted) > 1 and counted == [str(n) for n in range(1, len(counted) + 1)]
    return counts or any(SERIAL_HEADER.match(head) for head in heads)

"""Tables that stand one below the other in one grid, each with a header of its own (sheets, tables pasted together)."""

from __future__ import annotations

from collections.abc import Sequence

from scrapers.grid import MISSING, Cell, Grid
from scrapers.tables.cells import BLANK, DAMAGED, NUMBER, PERCENT, TEXT, YEAR, kind_of
from scrapers.tables.header import is_header_word
from scrapers.tables.labels import compact

_FIGURES = (NUMBER, PERCENT, DAMAGED)


def stacked(grid: Grid) -> list[Grid]:
    """The tables of a grid. Each keeps the whole grid's rows, with those of the others emptied, so that places stay.

    A new table begins where, below figures, a row of words stands in the columns of the figures and is no copy of the
    header above (as printers repeat it on a new page: emptied too); the title and unit lines above it belong to the
    new table.
    """
    starts = [0]
    headers: list[list[str]] = []
    copies: set[int] = set()
    has_figures = False
    for r, row in enumerate(grid.cells):
        kinds = [kind_of(cell.text) for cell in row]
        if any(kind in _FIGURES for kind in kinds):
            has_figures = True
        elif _is_header(row, kinds):
            texts = [compact(cell.text) for cell in row]
            if has_figures and texts in headers:
                copies.add(r)
                continue
            if has_figures:
                starts.append(_with_lines_above(grid, r, starts[-1]))
                headers, has_figures = [], False
            headers.append(texts)
    if len(starts) == 1 and not copies:
        return [grid]
    ends = [*starts[1:], grid.height]
    return [_only(grid, start, end, copies) for start, end in zip(starts, ends, strict=True)]


def _is_header(row: Sequence[Cell], kinds: Sequence[str]) -> bool:
    """True for a row of several different words that fills most columns, the first apart.

    Four digits may be figures (2001 agencies): they count as a year only under a header word such as 地区.
    """
    heads = bool(row[0].text) and is_header_word(row[0].text)
    words = {
        id(cell)
        for cell, kind in zip(row[1:], kinds[1:], strict=True)
        if kind == TEXT or (kind == YEAR and (heads or not cell.text.isdigit()))
    }
    filled = sum(kind != BLANK for kind in kinds)
    return len(words) > 1 and filled * 3 >= len(row) * 2


def _with_lines_above(grid: Grid, row: int, start: int) -> int:
    """The first of the lines (one text each, or none) that stand directly above a header."""
    while row - 1 > start and len({id(cell) for cell in grid.cells[row - 1] if cell.text}) <= 1:
        if any(kind_of(cell.text) in _FIGURES for cell in grid.cells[row - 1]):
            break
        row -= 1
    return row


def _only(grid: Grid, start: int, end: int, copies: set[int]) -> Grid:
    empty = [MISSING] * grid.width
    cells = [row if start <= r < end and r not in copies else empty for r, row in enumerate(grid.cells)]
    return Grid(cells, list(grid.widths))

"""XLS and XLSX to grids: every visible sheet, merged cells expanded, empty columns and rows at the edge left out.

python-calamine gives values without their number formats: a cell that shows 70.0% comes as 0.7, and a formula that was
never calculated as nothing. What depends on the format is for the reader to refuse (`HtmlContent.is_unformatted`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from scrapers.grid import MAX_CELLS, Grid, HtmlContent, grid_of_rows, workbook_content
from scrapers.records import Refusal

MAX_AREA = 20 * MAX_CELLS
"""Cells of a sheet before its empty edge is cut off."""
_SPACES = " \t\r\n\u00a0\u3000\ufeff"

_Range = tuple[tuple[int, int], tuple[int, int]]


def read_sheets(body: bytes) -> HtmlContent:
    """The visible sheets that hold anything, in order; of several, each after a line with its name.

    Raises Refusal: `damaged_spreadsheet` (also where a password protects it), `table_too_large`.
    """
    from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum, load_workbook  # for spreadsheets only

    found: list[tuple[str, Grid]] = []
    cells = 0
    try:
        workbook = load_workbook(io.BytesIO(body))
        for sheet in workbook.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible or sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            opened = workbook.get_sheet_by_name(sheet.name)
            if (opened.total_height + 1) * (opened.total_width + 1) > MAX_AREA:
                raise Refusal("table_too_large", f"the sheet {sheet.name} spans more than {MAX_AREA} cells")
            grid = _grid(opened.to_python(skip_empty_area=False), opened.merged_cell_ranges or [])
            cells += grid.height * grid.width
            if cells > MAX_CELLS:
                raise Refusal("table_too_large", f"the sheets of the file have more than {MAX_CELLS} cells")
            if grid.height:
                found.append((sheet.name, grid))
    except (CalamineError, OSError, ValueError) as error:
        raise Refusal("damaged_spreadsheet", f"the spreadsheet cannot be opened: {error}") from error
    except BaseException as error:  # a cut or damaged XLS makes the library panic, which is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Refusal("damaged_spreadsheet", f"the spreadsheet cannot be read: {error}") from error
    return workbook_content(found, is_unformatted=True)


def _grid(rows: Sequence[Sequence[object]], merged: Sequence[_Range]) -> Grid:
    texts = [[printed(value) for value in row] for row in rows]
    height = max((r + 1 for r, row in enumerate(texts) if any(row)), default=0)
    width = max((c + 1 for row in texts for c, text in enumerate(row) if text), default=0)
    grid = grid_of_rows(row[:width] for row in texts[:height])
    for (top, left), (bottom, right) in merged:
        for r in range(top, min(bottom, grid.height - 1) + 1):
            for c in range(left, min(right, grid.width - 1) + 1):
                grid.cells[r][c] = grid.cells[top][left]
    return grid


def printed(value: object) -> str:
    """A stored value as text: numbers in their shortest form, dates as ISO, text stripped."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 6))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, timedelta):
        return ""  # a clock time is no figure of ours
    return str(value).strip(_SPACES)

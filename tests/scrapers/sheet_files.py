"""Spreadsheets made up for a test: XLS and XLSX with merged cells, number formats, hidden sheets."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import xlwt

Merge = tuple[int, int, int, int]
"""First row, last row, first column, last column, from 0."""


def xls(rows: Sequence[Sequence[object]], *, merged: Sequence[Merge] = (), name: str = "Sheet1") -> bytes:
    """An XLS file of one sheet; None leaves a cell out."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    inside = {
        (r, c) for top, bottom, left, right in merged for r in range(top, bottom + 1) for c in range(left, right + 1)
    }
    for top, bottom, left, right in merged:
        sheet.write_merge(top, bottom, left, right, rows[top][left])
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None and (r, c) not in inside:
                sheet.write(r, c, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xlsx(
    sheets: dict[str, Sequence[Sequence[object]]],
    *,
    merged: Sequence[Merge] = (),
    hidden: Sequence[str] = (),
    formats: dict[str, str] | None = None,
) -> bytes:
    """An XLSX file; `merged` and `formats` (address → number format) are those of the first sheet."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for r, row in enumerate(rows, start=1):
            for c, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(r, c, value)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    main = book.worksheets[0]
    for top, bottom, left, right in merged:
        main.merge_cells(start_row=top + 1, end_row=bottom + 1, start_column=left + 1, end_column=right + 1)
    for address, number_format in (formats or {}).items():
        main[address].number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()

"""From the bytes of a capture to lines and grids: HTML, CSV, JSON, PDF and spreadsheets, told apart by their bytes."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from scrapers.copies import plain
from scrapers.decoding import decode
from scrapers.grid import MAX_CELLS, HtmlContent, Line, grid_of_rows, read_html
from scrapers.records import Page, Refusal
from scrapers.tables.json_rows import read_json_rows
from scrapers.tables.office_zip import refuse_bomb
from scrapers.tables.pdf import is_pdf, pdf_content
from scrapers.tables.sheets import read_sheets
from scrapers.tables.xml_sheets import is_xml_sheet, read_xml_sheets

_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|table|tbody|tr|td|div|p|meta)\b", re.IGNORECASE)
_DELIMITERS = (",", "\t", ";")
_QUOTED = re.compile(r'"[^"]*"')
"""A quoted cell: what stands in it (`"1,364"`) delimits nothing."""
_SPACES = " \t\r\n\u00a0\u3000\ufeff"


def is_spreadsheet(body: bytes) -> bool:
    """True for XLS and XLSX by the first bytes; a `.xls` that holds HTML or CSV is neither."""
    return body.startswith((_OLD_EXCEL, _ZIP))


def is_binary(body: bytes) -> bool:
    """True for what is not text: spreadsheets and PDF."""
    return is_spreadsheet(body) or is_pdf(body)


def is_html(text: str) -> bool:
    """True where the text begins with markup or holds a table."""
    return bool(_MARKUP.search(text[:4000]))


def decoded_text(page: Page) -> str:
    """The page as text, decoded by its bytes. Raises Refusal `undecodable`. Not for spreadsheets and PDF."""
    if is_pdf(page.body):
        raise Refusal("undecodable", "a PDF is no text")
    return _decoded(page.body, page.knowledge.charset)


def content_of(page: Page) -> HtmlContent:
    """Lines and grids of a page of any kind that the table reader knows.

    Raises Refusal: `undecodable`, `unsupported_format` (MHTML, other XML), `damaged_spreadsheet`, `damaged_csv`,
    `uneven_rows`, `table_too_large`, and those of `scrapers.grid.read_html`, `scrapers.tables.pdf.pdf_content`,
    `scrapers.tables.xml_sheets.read_xml_sheets` and `scrapers.tables.json_rows.read_json_rows`.
    """
    return _content(page.body, page.knowledge.charset)


@lru_cache(maxsize=8)
def _decoded(body: bytes, charset: str | None) -> str:
    return decode(body, charset).text


@lru_cache(maxsize=8)
def _content(body: bytes, charset: str | None) -> HtmlContent:
    if is_spreadsheet(body):
        refuse_bomb(body)
        return read_sheets(body)
    if is_pdf(body):
        return pdf_content(body)
    text = plain(_decoded(body, charset))
    if text.startswith("MIME-Version:"):
        raise Refusal("unsupported_format", "the page is a web archive (MHTML), which no parser here reads")
    if is_xml_sheet(text):
        return read_xml_sheets(text)
    if is_html(text):
        return read_html(text)
    if text.lstrip().startswith("<?xml"):
        raise Refusal("unsupported_format", "the page is XML of a kind that no parser here reads")
    if text.lstrip()[:1] in ("{", "["):
        return read_json_rows(text)
    return _delimited(text)


def _delimited(text: str) -> HtmlContent:
    """A CSV file as one grid, without a last row that is cut off; a text without columns as lines."""
    lines = text.splitlines()
    delimiter = max(_DELIMITERS, key=lambda d: _evenness(lines, d))
    if _evenness(lines, delimiter) == 0:
        return HtmlContent([Line(line.strip(_SPACES), "line") for line in lines if line.strip(_SPACES)], "", {}, False)
    try:
        rows = [[cell.strip(_SPACES) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise Refusal("damaged_csv", f"the file is not well-formed CSV: {error}") from error
    rows = [row for row in rows if row]
    if sum(len(row) for row in rows) > MAX_CELLS:
        raise Refusal("table_too_large", f"the file has more than {MAX_CELLS} cells")
    is_cut = bool(rows) and _is_uneven(rows[-1], _usual_width(rows)) and not text.endswith("\n")
    whole = rows[:-1] if is_cut else rows
    usual = _usual_width(whole)
    if (place := next((r for r, row in enumerate(whole) if _is_uneven(row, usual)), None)) is not None:
        message = f"row {place + 1} ({whole[place][0]}) has {len(whole[place])} cells, most have {usual}"
        raise Refusal("uneven_rows", message)
    return HtmlContent([grid_of_rows(whole)], "", {}, is_cut)


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Cells of most rows that have several; 0 where none has."""
    often = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
    return often[0][0] if often else 0


def _is_uneven(row: Sequence[str], usual: int) -> bool:
    """True for a row of figures with other cells than most rows have: which of its cells is lost, nobody knows."""
    width = len(row)
    return width != usual and width * 2 > usual


def _evenness(lines: Sequence[str], delimiter: str) -> int:
    """How many lines have as many delimiters as most lines that have any, times their number; 0 for running text."""
    counts = Counter(n for line in lines if (n := _QUOTED.sub("", line).count(delimiter)))
    if not counts:
        return 0
    usual, often = counts.most_common(1)[0]
    return usual * often if often >= 2 and often * 2 > sum(counts.values()) else 0


__all__ = ["content_of", "decoded_text", "is_binary", "is_html", "is_spreadsheet"]

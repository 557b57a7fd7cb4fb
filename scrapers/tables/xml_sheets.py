"""XML spreadsheets (Excel 2003, what portals call .xls or .xml) to grids. Nothing outside the file is ever read."""

from __future__ import annotations

import re

from lxml import etree

from scrapers.grid import MAX_CELLS, MISSING, Cell, Grid, HtmlContent, workbook_content
from scrapers.records import Refusal

_NAMESPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_MOST_SPAN = 1000
_EMPTY_ROWS = 200
"""Rows that a sheet may leave out in one place."""


def is_xml_sheet(text: str) -> bool:
    """True where the text begins as an XML spreadsheet does."""
    return re.search(r"<(?:\w+:)?Workbook\b", text[:2000]) is not None


def read_xml_sheets(text: str) -> HtmlContent:
    """Every sheet that holds anything as a grid; of several, each after a line with its name.

    Raises Refusal: `xml_entities` where the file declares entities or a document type, `unsupported_format` for a
    workbook of another kind, `damaged_spreadsheet`, `table_too_large`.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refusal("xml_entities", "the XML declares a document type or entities, which no spreadsheet needs")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_DECLARATION.sub("", text).strip().encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("damaged_spreadsheet", f"the XML spreadsheet cannot be read: {str(error)[:200]}") from error
    if root.tag != f"{_NAMESPACE}Workbook":
        raise Refusal("unsupported_format", "the workbook is no XML spreadsheet of the known kind")
    found: list[tuple[str, Grid]] = []
    cells = 0
    for sheet in root.iter(f"{_NAMESPACE}Worksheet"):
        grid = _grid(sheet)
        cells += grid.height * grid.width
        if cells > MAX_CELLS:
            raise Refusal("table_too_large", f"the sheets of the file have more than {MAX_CELLS} cells")
        if grid.width:
            found.append((sheet.get(f"{_NAMESPACE}Name") or "", grid))
    return workbook_content(found)


def _grid(sheet: etree._Element) -> Grid:
    placed: dict[tuple[int, int], Cell] = {}
    r = 0
    for row in sheet.iter(f"{_NAMESPACE}Row"):
        r = _number(row, "Index", r + 1, r + 1 + _EMPTY_ROWS) - 1
        c = 0
        for element in row.iterchildren(f"{_NAMESPACE}Cell"):
            c = _number(element, "Index", c + 1, _MOST_SPAN) - 1
            across = _number(element, "MergeAcross", 0, _MOST_SPAN)
            down = _number(element, "MergeDown", 0, _MOST_SPAN)
            cell = Cell(_text(element), r, c)
            if len(placed) + (across + 1) * (down + 1) > MAX_CELLS:
                raise Refusal("table_too_large", f"a sheet has more than {MAX_CELLS} cells")
            for k in range(r, r + down + 1):
                for m in range(c, c + across + 1):
                    placed.setdefault((k, m), cell)
            c += across + 1
        r += 1
    filled = [place for place, cell in placed.items() if cell.text]
    height = max((k + 1 for k, _ in filled), default=0)
    width = max((m + 1 for _, m in filled), default=0)
    if height * width > MAX_CELLS:
        raise Refusal("table_too_large", f"a sheet spans more than {MAX_CELLS} cells")
    rows = [[placed.get((k, m), MISSING) for m in range(width)] for k in range(height)]
    return Grid(rows, [width] * height)


def _text(element: etree._Element) -> str:
    """What a cell shows: its data, in the shortest form for a number; a comment on it is no part of it."""
    data = element.find(f"{_NAMESPACE}Data")
    if data is None:
        return ""
    text = " ".join("".join(str(part) for part in data.itertext()).split())
    if data.get(f"{_NAMESPACE}Type") == "Number" and re.fullmatch(r"-?\d+\.0+", text):
        return text.partition(".")[0]
    if data.get(f"{_NAMESPACE}Type") == "DateTime":
        return text[:10]
    return text


def _number(element: etree._Element, name: str, otherwise: int, most: int) -> int:
    """A place or span of the file. Raises Refusal where it goes back, or further than a real sheet does."""
    given = element.get(f"{_NAMESPACE}{name}")
    if given is None:
        return otherwise
    if not re.fullmatch(r"\d{1,7}", given) or int(given) < (otherwise if name == "Index" else 0) or int(given) > most:
        raise Refusal("damaged_spreadsheet", f"a cell or row of the XML spreadsheet has the {name} {given[:20]}")
    return int(given)

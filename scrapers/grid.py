"""Turn the tables of an HTML page into rectangular grids, with the lines of text that stand around them.

Story: one parse with lxml, one walk over the tree in document order. Text outside tables becomes lines, each table
becomes a grid with row and column spans expanded. A table that only lays out the page dissolves into its lines and the
tables inside it. Limits keep a malformed page from growing without bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from lxml import etree

from scrapers.records import Refusal
from scrapers.stretches import COMMENT, kinds, without

MAX_DEPTH = 400
"""Elements inside each other. Real pages stay below 60; unclosed tags of old pages may add some hundred."""
MAX_TABLE_DEPTH = 20
MAX_COLUMN_SPAN = 1000
"""What browsers allow; a wider span is a slip of the pen and counts as one column."""
MAX_CELLS = 400_000
"""Cells of all expanded grids of a page together."""

_BLOCKS = frozenset(
    re.split(
        r"\s+",
        "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 "
        "h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul",
    )
)
_SKIPPED = frozenset(["head", "iframe", "noscript", "option", "script", "select", "style", "template", "textarea"])
_OPAQUE = _SKIPPED | {"table", "br"}
_SPANNING = etree.XPath("//*[@colspan or @rowspan]")
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\ufeff\u00ad")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_WHITE = re.compile(r"\s+")
_MARKUP_NOISE = kinds(COMMENT, "script", "style")


class Cell(NamedTuple):
    """One cell of the source. In an expanded grid the same cell stands at every place that it spans."""

    text: str
    """Visible text; line feeds where the page breaks the line, other white space collapsed."""
    row: int
    column: int
    """Row and column of its upper left corner in the expanded grid, from 0; -1 for `MISSING`."""
    is_header: bool = False


MISSING = Cell("", -1, -1)
"""Stands where a row has fewer cells than the grid is wide: nothing was printed there, not even an empty cell."""


class Line(NamedTuple):
    """A block of visible text outside the tables: a paragraph, a heading, a list item."""

    text: str
    """Line feeds where the page breaks the line, other white space collapsed."""
    tag: str
    """Innermost block element: `p`, `h1`, `td` … (`line` in plain text)."""
    is_link: bool = False
    """True where most of the text is links: navigation, not content."""


@dataclass(slots=True)
class Grid:
    """A table as a rectangle of cells: `cells[row][column]`, both from 0, every row equally long."""

    cells: list[list[Cell]]
    widths: list[int]
    """Per row: how many columns it fills by itself, spans from above included, before padding with `MISSING`."""
    before: list[Line] = field(default_factory=list)
    """Lines between the grid before this one (or the page's beginning) and this grid, its caption last."""
    after: list[Line] = field(default_factory=list)
    """Lines between this grid and the next, or the end of the page."""

    @property
    def height(self) -> int:
        return len(self.cells)

    @property
    def width(self) -> int:
        return len(self.cells[0]) if self.cells else 0

    def text(self, row: int, column: int) -> str:
        return self.cells[row][column].text

    def is_origin(self, row: int, column: int) -> bool:
        """True where the cell begins here, false where it only spans this place (or nothing stands here)."""
        cell = self.cells[row][column]
        return cell.row == row and cell.column == column


@dataclass(slots=True)
class HtmlContent:
    """What a reader of the page sees, in document order, and what its head says."""

    items: list[Line | Grid]
    title: str
    meta: dict[str, str]
    """`<meta>` name in lower case → content."""
    is_cut: bool
    """True where the source ends inside a table: the capture is cut off."""
    is_unformatted: bool = False
    """True for spreadsheets: numbers come as stored, and the format that shows 0.7 as 70.0% is not known."""

    @property
    def grids(self) -> list[Grid]:
        return [item for item in self.items if isinstance(item, Grid)]

    @property
    def lines(self) -> list[Line]:
        return [item for item in self.items if isinstance(item, Line)]


def grids(html_text: str) -> list[Grid]:
    """All tables of a page as expanded grids, in document order, nested tables on their own. See `read_html`."""
    return read_html(html_text).grids


def read_html(html_text: str) -> HtmlContent:
    """Lines and grids of a page in document order. Hidden elements, scripts and comments are left out.

    Raises Refusal: `empty_page` where there is no markup at all, `too_deep` and `table_too_large` where the page
    exceeds the limits above.
    """
    root = _parse(html_text)
    walker = _Walker(root, may_hide="display" in html_text or "hidden" in html_text)
    for body in root.iterchildren("body", "frameset"):
        walker.walk(body, 0)
    if not walker.items and root.tag != "html":
        walker.walk(root, 0)
    walker.end_line("body")
    is_cut = _ends_inside_table(html_text)
    if is_cut and not html_text.rstrip().endswith(">"):
        _drop_last_row(walker.items)
    _attach_lines(walker.items)
    head = root.find("head")
    title = _clean(head.findtext("title") or "") if head is not None else ""
    meta = {
        str(element.get("name") or element.get("property") or "").lower(): _clean(str(element.get("content") or ""))
        for element in root.iter("meta")
    }
    meta.pop("", None)
    return HtmlContent(walker.items, title, meta, is_cut)


def workbook_content(sheets: Sequence[tuple[str, Grid]], *, is_unformatted: bool = False) -> HtmlContent:
    """The named sheets of a workbook; of several, each after a line with its name."""
    items: list[Line | Grid] = []
    for name, grid in sheets:
        items += [Line(name, "sheet"), grid] if len(sheets) > 1 else [grid]
    return HtmlContent(items, "", {}, False, is_unformatted=is_unformatted)


def grid_of_rows(rows: Iterable[Sequence[str]]) -> Grid:
    """A grid of plain rows (CSV, spreadsheet, lines of text): no spans; short rows are padded with `MISSING`."""
    cells = [[Cell(text, r, c) for c, text in enumerate(row)] for r, row in enumerate(rows)]
    return _rectangle(cells)


def _parse(html_text: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html_text.replace("\x00", "").encode("utf-8"), parser=parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise Refusal("empty_page", "the page holds no markup that could be read")
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Refusal("too_deep", "the page nests its elements deeper than any real page does")
    return root


class _Walker:
    """Collects lines and grids while it walks the tree once."""

    def __init__(self, root: etree._Element, may_hide: bool) -> None:
        self._may_hide = may_hide
        self._spanning = {element: _spans(element) for element in cast("list[etree._Element]", _SPANNING(root))}
        self.items: list[Line | Grid] = []
        self._parts: list[str] = []
        self._linked = 0
        self._cells = 0

    def walk(self, element: etree._Element, depth: int, table_depth: int = 0, linked: bool = False) -> None:
        """Take in one element and what it contains."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if depth > MAX_DEPTH:
            raise Refusal("too_deep", f"the page nests more than {MAX_DEPTH} elements")
        if tag == "br":
            self._parts.append("\n")
            return
        if self._may_hide and _is_hidden(element):
            return
        if tag == "table":
            self.end_line("table")
            self._table(element, depth, table_depth + 1)
            return
        is_block = tag in _BLOCKS
        if is_block:
            self.end_line("div")
        linked = linked or tag == "a"
        self._add(element.text, linked)
        for child in element:
            self.walk(child, depth + 1, table_depth, linked)
            self._add(child.tail, linked)
        if is_block:
            self.end_line(tag)

    def end_line(self, tag: str) -> None:
        """Close the lines that are open and note the element that held them."""
        if not self._parts:
            return
        text = "".join(self._parts)
        is_link = self._linked * 2 > len(text.replace(" ", ""))
        lines = (_clean(line) for line in text.split("\n"))
        if clean := "\n".join(line for line in lines if line):
            self.items.append(Line(clean, tag, is_link))
        self._parts.clear()
        self._linked = 0

    def _add(self, text: str | None, linked: bool) -> None:
        if text:
            self._parts.append(_WHITE.sub(" ", text))
            if linked:
                self._linked += len(text.strip())

    def _table(self, table: etree._Element, depth: int, table_depth: int) -> None:
        if table_depth > MAX_TABLE_DEPTH:
            raise Refusal("too_deep", f"the page nests more than {MAX_TABLE_DEPTH} tables")
        for caption in table.iterchildren("caption"):
            self.walk(caption, depth + 1, table_depth)
        rows = _rows(table)
        if self._may_hide:
            rows = [[cell for cell in row if not _is_hidden(cell)] for row in rows]
        has_nested = table.find(".//table") is not None
        nested = [row for row in rows if any(cell.find(".//table") is not None for cell in row)] if has_nested else []
        if len(nested) * 2 > len(rows):
            for row in rows:
                for cell in row:
                    self.walk(cell, depth + 1, table_depth)
            return
        self.items.append(self._grid(rows))
        for row in nested:
            for cell in row:
                for inner in cell.iterdescendants("table"):
                    if next(inner.iterancestors("table")) is table:
                        self._table(inner, depth + 1, table_depth + 1)

    def _grid(self, rows: list[list[etree._Element]]) -> Grid:
        """Place the cells as HTML prescribes: each goes into the next free column, spans claim theirs."""
        cells: list[list[Cell]] = []
        from_above: dict[int, tuple[Cell, int]] = {}  # column → a cell from above and how many rows it still fills
        for r, row in enumerate(rows):
            line: list[Cell] = []
            claims: dict[int, tuple[Cell, int]] = {}
            for element in row:
                while len(line) in from_above:
                    line.append(from_above[len(line)][0])
                c = len(line)
                text = self._cell_text(element) if len(element) else _clean(element.text or "")
                cell = Cell(text, r, c, element.tag == "th")
                if element not in self._spanning:
                    line.append(cell)
                    continue
                columns, down = self._spanning[element]
                for k in range(c, c + columns):
                    if k > c and k in from_above:
                        break  # overlapping spans: the one from above keeps its place
                    line.append(cell)
                    if down != 1:
                        claims[k] = (cell, (down or len(rows)) - 1)
                self._count(columns - 1)
            while from_above and len(line) <= max(from_above):
                line.append(from_above[len(line)][0] if len(line) in from_above else MISSING)
            self._count(len(line))
            from_above = {c: (cell, left - 1) for c, (cell, left) in from_above.items() if left > 1} | claims
            cells.append(line)
        return _rectangle(cells)

    def _cell_text(self, element: etree._Element) -> str:
        """Visible text of a cell without the tables inside it, one line per printed line."""
        while len(element) == 1:  # <td><p><span>12</span></p></td>
            child = element[0]
            tag = child.tag
            if tag in _OPAQUE or _has_text(element.text) or _has_text(child.tail):
                break
            if self._may_hide and _is_hidden(child):
                return ""
            element = child
        if not len(element):
            return _clean(element.text or "")
        parts: list[str] = []
        self._collect(element, parts, 0)
        lines = (_clean(line) for line in "".join(parts).split("\n"))
        return "\n".join(line for line in lines if line)

    def _collect(self, element: etree._Element, parts: list[str], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise Refusal("too_deep", f"a cell nests more than {MAX_DEPTH} elements")
        if element.text:
            parts.append(_WHITE.sub(" ", element.text))
        for child in element:
            tag = child.tag
            if tag == "br":
                parts.append("\n")
            elif tag not in _OPAQUE and not (self._may_hide and _is_hidden(child)):
                edge = ["\n"] if tag in _BLOCKS else []
                parts += edge
                self._collect(child, parts, depth + 1)
                parts += edge
            if child.tail:
                parts.append(_WHITE.sub(" ", child.tail))

    def _count(self, more: int) -> None:
        self._cells += more
        if self._cells > MAX_CELLS:
            raise Refusal("table_too_large", f"the tables of the page have more than {MAX_CELLS} cells")


def _rows(table: etree._Element) -> list[list[etree._Element]]:
    """Rows of cells in the order in which they are shown: head, bodies, foot."""
    head: list[list[etree._Element]] = []
    body: list[list[etree._Element]] = []
    foot: list[list[etree._Element]] = []
    loose: list[etree._Element] = []
    for child in table:
        tag = child.tag
        if tag in ("td", "th"):
            loose.append(child)
            continue
        part = head if tag == "thead" else foot if tag == "tfoot" else body
        if tag == "tr":
            part.append(_cells(child))
        elif isinstance(tag, str) and tag not in ("caption", "colgroup", "col"):
            part.extend(_cells(row) for row in child.iter("tr") if next(row.iterancestors("table")) is table)
    return [row for row in (*head, *([loose] if loose else []), *body, *foot) if row]


def _cells(row: etree._Element) -> list[etree._Element]:
    found: list[etree._Element] = []
    for child in row:
        tag = child.tag
        if tag == "td" or tag == "th":
            found.append(child)
        elif isinstance(tag, str) and tag not in ("tr", "table"):
            found.extend(_cells(child))  # a form or a font around cells
    return found


def _rectangle(cells: list[list[Cell]]) -> Grid:
    """Pad short rows; drop columns at the right edge in which no cell of the source begins."""
    last = max((cell.column for row in cells for cell in row), default=-1)
    widths = [min(len(row), last + 1) for row in cells]
    for row in cells:
        del row[last + 1 :]
        row.extend([MISSING] * (last + 1 - len(row)))
    return Grid(cells, widths)


def _spans(element: etree._Element) -> tuple[int, int]:
    """Columns and rows that a cell spans; rows 0 means to the end of the table; a slip of the pen counts as 1."""
    columns, down = (_span_number(element.get(name)) for name in ("colspan", "rowspan"))
    return (columns if 0 < columns <= MAX_COLUMN_SPAN else 1), down


def _span_number(text: str | None) -> int:
    match = re.match(r"\s*\+?(\d{1,6})(?!\d)", text or "")
    return int(match[1]) if match else 1


def _has_text(text: str | None) -> bool:
    return text is not None and not text.isspace() and text != ""


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style")
    return (style is not None and bool(_HIDDEN.search(style))) or element.get("hidden") is not None


def _clean(text: str) -> str:
    if text.isalnum():
        return text
    if text.isascii():
        return " ".join(text.split())
    return " ".join(text.translate(_INVISIBLE).split())


def _drop_last_row(items: list[Line | Grid]) -> None:
    """Take out the row in which the source ends inside a cell: its last figure may have lost digits."""
    if items and isinstance(items[-1], Grid) and items[-1].cells:
        items[-1].cells.pop()
        items[-1].widths.pop()


def _attach_lines(items: list[Line | Grid]) -> None:
    """Give every grid the lines before and after it."""
    lines: list[Line] = []
    last: Grid | None = None
    for item in items:
        if isinstance(item, Line):
            lines.append(item)
            continue
        item.before = lines
        if last is not None:
            last.after = lines
        last, lines = item, []
    if last is not None:
        last.after = lines


def _ends_inside_table(html_text: str) -> bool:
    """True where the source stops before its last table is closed and before `</body>` or `</html>`."""
    tail = html_text[-4000:].lower()
    if "</html" in tail or "</body" in tail:
        return False
    bare = without(html_text, *_MARKUP_NOISE).lower()
    if "</html" in bare or "</body" in bare:
        return False
    return bare.count("<table") > bare.count("</table")

"""PDF to lines and grids: tables with ruling lines as grids, what stands between them as lines, in reading order.

Only what the file says itself is read: a scanned page is refused, also where a machine has laid recognised text over
it, and figures that merely stand in rows, without rulings, are no table here (which column a blank cell belongs to
cannot be told). A table that goes on over pages becomes one grid, its repeated header left out.

The limits below are looked at between pages; a page that by itself never ends is only stopped from outside.
"""

from __future__ import annotations

import base64
import io
import re
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scrapers.grid import MAX_CELLS, MISSING, Grid, HtmlContent, Line
from scrapers.records import Refusal
from scrapers.tables.pdf_grid import CLUSTER, is_in, ruled_grid

if TYPE_CHECKING:
    from pdfplumber.page import Page as PdfPage

MAX_BYTES = 40_000_000
MAX_PAGES = 120
MAX_PAGE_OBJECTS = 60_000
"""Characters and rulings of one page: a full page of a yearbook has some 6,000."""
MAX_RULINGS = 8_000
"""Rulings of one page; every horizontal one is compared with every vertical one. 60 rows of 20 boxes have 4,800."""
MAX_UNPACKED = 200_000_000
"""Bytes of all packed streams of the file together."""
MAX_SECONDS = 90.0
_PIECE = 4_000_000
_LEVEL = 1e-3
"""How far from level a line of text may run."""
_FEW = 10
"""Characters on a page up to which it shows no text (a page number)."""
_MOST_OF_PAGE = 0.85
"""Share of a page that one picture covers where the page is a scan."""
_MARGINS = 1.3
"""How much wider than the left margin the right one may be."""

_PAGE_NUMBER = re.compile(r"[-—–·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–·\s]*")
_CONTINUED = re.compile(
    r"[(（]?\s*(?:续表|续上表|表续|接上页|continued)\s*[\d一二三四五六七八九十]*\s*[)）]?", re.IGNORECASE
)
_UNKNOWN_GLYPH = re.compile(r"\(cid:\d+\)|\ufffd")
_FIGURE = re.compile(r"(?<![\d.,])-?\d[\d.,]*[%％‰]?(?![\d.,])")
_STREAM = re.compile(rb"stream\r?\n")


def is_pdf(body: bytes) -> bool:
    """True by the first bytes, as readers of PDF take them."""
    return b"%PDF-" in body[:1024]


@dataclass(frozen=True, slots=True)
class PdfLine:
    """One printed line outside the tables. Lengths in points; `page` from 0."""

    text: str
    page: int
    left: float
    right: float
    size: float
    width: float
    """Of the page."""


@dataclass(slots=True)
class PdfText:
    """What was read of a file."""

    items: list[PdfLine | Grid] = field(default_factory=list)
    pages_without_text: list[int] = field(default_factory=list)
    """Pages (from 1) that hold a picture and no text: the file is not whole."""

    @property
    def lines(self) -> list[PdfLine]:
        return [item for item in self.items if isinstance(item, PdfLine)]


def pdf_content(body: bytes) -> HtmlContent:
    """Lines and grids of a PDF, for the table reader.

    Raises Refusal: those of `read_pdf`, and `unruled_table` where figures stand in rows and no table has rulings.
    """
    found = read_pdf(body)
    grids = [item for item in found.items if isinstance(item, Grid)]
    if not grids and _looks_like_rows(found.lines):
        raise Refusal(
            "unruled_table", "the table of the PDF has no ruling lines: its columns cannot be told for certain"
        )
    items: list[Line | Grid] = [item if isinstance(item, Grid) else Line(item.text, "line") for item in found.items]
    return HtmlContent(items, "", {}, is_cut=bool(found.pages_without_text))


def pdf_paragraphs(body: bytes) -> str:
    """The running text of a PDF, one paragraph a line; rows of figures without rulings are left out.

    Raises Refusal, see `read_pdf`; `no_text` where nothing but tables is in the file.
    """
    lines = [line for line in read_pdf(body).lines if not _is_row(line.text)]
    if not lines:
        raise Refusal("no_text", "the PDF shows no running text")
    left = min(line.left for line in lines)
    right = max(max(line.right, line.width - _MARGINS * left) for line in lines)
    paragraphs: list[str] = []
    before: PdfLine | None = None
    for line in lines:
        goes_on = before is not None and before.right > right - 2 * before.size and line.left < left + 1.2 * line.size
        if goes_on and before is not None and abs(before.size - line.size) < 1:
            joint = " " if paragraphs[-1][-1:].isascii() and line.text[:1].isascii() and line.text[0].isalpha() else ""
            paragraphs[-1] += joint + line.text
        else:
            paragraphs.append(line.text)
        before = line
    return "\n".join(paragraphs)


@lru_cache(maxsize=4)
def read_pdf(body: bytes) -> PdfText:
    """Lines and grids of a PDF in reading order, page numbers and repeated heads of pages left out.

    Raises Refusal: `pdf_too_large` (bytes, pages, objects, cells, time), `encrypted_pdf` (a password is needed),
    `damaged_pdf`, `scanned_pdf` (no text, or only recognised text), `undecodable` (the fonts do not tell which
    characters they show).
    """
    _check_size(body)
    import pdfplumber  # for PDF only
    from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
    from pdfminer.pdfparser import PDFSyntaxError

    try:
        with pdfplumber.open(io.BytesIO(body)) as pdf:
            return _read(pdf.pages)
    except (Refusal, MemoryError, RecursionError):
        raise
    except Exception as error:  # whatever damage meets in the depths of the library
        causes = (error, error.__cause__, *error.args)
        if any(isinstance(cause, PDFPasswordIncorrect | PDFTextExtractionNotAllowed) for cause in causes):
            raise Refusal("encrypted_pdf", "the PDF is protected by a password") from error
        kind = next((type(c).__name__ for c in causes if isinstance(c, PDFSyntaxError)), type(error).__name__)
        raise Refusal("damaged_pdf", f"the PDF cannot be read ({kind}: {str(error)[:120]})") from error


def _check_size(body: bytes) -> None:
    """Refuse a file that is too large, packed or unpacked, before anything is built from it."""
    if len(body) > MAX_BYTES:
        raise Refusal("pdf_too_large", f"the PDF has {len(body)} bytes, {MAX_BYTES} are read")
    left = MAX_UNPACKED
    view = memoryview(body)
    for match in _STREAM.finditer(body):
        end = body.find(b"endstream", match.end())
        packed: bytes | memoryview = view[match.end() : end if end > 0 else len(body)]
        if bytes(packed[-4:]).rstrip().endswith(b"~>"):
            packed = _from_letters(bytes(packed))
        unpacking = zlib.decompressobj()
        while packed:
            try:
                left -= len(unpacking.decompress(packed, _PIECE))
            except zlib.error:
                break  # packed in another way, or a picture
            if left <= 0:
                raise Refusal("pdf_too_large", f"the streams of the PDF unpack to more than {MAX_UNPACKED} bytes")
            packed = unpacking.unconsumed_tail


def _from_letters(written: bytes) -> bytes:
    """Packed bytes that are written in letters (ASCII85); none where they are not what they seem."""
    try:
        return base64.a85decode(written.strip().removeprefix(b"<~").removesuffix(b"~>"))
    except ValueError:
        return b""


def _read(pages: Sequence[PdfPage]) -> PdfText:
    if len(pages) > MAX_PAGES:
        raise Refusal("pdf_too_large", f"the PDF has {len(pages)} pages, {MAX_PAGES} are read")
    found = PdfText()
    end = time.monotonic() + MAX_SECONDS
    cells = 0
    heads: set[str] = set()
    for number, page in enumerate(pages):
        if time.monotonic() > end:
            raise Refusal("pdf_too_large", f"reading the PDF took longer than {MAX_SECONDS:g} s (page {number + 1})")
        if len(page.chars) + len(page.edges) > MAX_PAGE_OBJECTS:
            raise Refusal("pdf_too_large", f"page {number + 1} has more than {MAX_PAGE_OBJECTS} characters and rulings")
        if len(page.edges) > MAX_RULINGS:
            raise Refusal("pdf_too_large", f"page {number + 1} has {len(page.edges)} rulings, {MAX_RULINGS} are read")
        if _is_picture(page):
            if len(page.chars) > _FEW:
                raise Refusal("scanned_pdf", f"page {number + 1} is a picture; its text was recognised by a machine")
            found.pages_without_text.append(number + 1)
            page.close()
            continue
        items = _page_items(page, number)
        page.close()
        cells += sum(grid.height * grid.width for grid, _ in _grids(items))
        if cells > MAX_CELLS:
            raise Refusal("pdf_too_large", f"the tables of the PDF have more than {MAX_CELLS} cells")
        _append(found, _without_heads(items, heads))
    if not found.items:
        raise Refusal("scanned_pdf", "the PDF holds no text: its pages are pictures or blank")
    return found


def _is_picture(page: PdfPage) -> bool:
    area = float(page.width * page.height) or 1.0
    covered = max((float(i["width"]) * float(i["height"]) for i in page.images), default=0.0)
    return covered > _MOST_OF_PAGE * area


# --- one page ---------------------------------------------------------------------------------------------------------

_Item = PdfLine | tuple[Grid, tuple[float, ...]]
"""A line, or a grid with the places of its vertical rulings."""


def _page_items(page: PdfPage, number: int) -> list[_Item]:
    upright = page.filter(_is_plain)  # a watermark across the page is no text of the table
    upright = upright.dedupe_chars()  # bold letters are often made by printing them twice
    text = "".join(char["text"] for char in upright.chars)
    if (unknown := _UNKNOWN_GLYPH.search(text)) is not None:
        raise Refusal(
            "undecodable", f"page {number + 1}: the fonts do not tell which characters they show ({unknown[0]})"
        )
    tables = [t for t in upright.find_tables() if len(t.cells) > 1]
    outside = upright
    placed: list[tuple[float, _Item]] = []
    for table in tables:
        grid, rulings = ruled_grid(upright.chars, table.cells)
        placed.append((table.bbox[1], (grid, rulings)))
        outside = outside.filter(_outside(table.bbox))
    if beside := [word["text"] for word in outside.extract_words() if _is_beside(word, tables)]:
        message = f"page {number + 1}: {beside[0]!r} stands beside a ruled table, whose outer rulings are missing"
        raise Refusal("unruled_table", message)
    for line in outside.extract_text_lines(return_chars=True, x_tolerance_ratio=0.6):
        chars = [char for char in line["chars"] if char["text"].strip()]
        if clean := " ".join(line["text"].split()):
            size = max(float(char["size"]) for char in chars)
            placed.append(
                (
                    float(line["top"]),
                    PdfLine(clean, number, float(line["x0"]), float(line["x1"]), size, float(page.width)),
                )
            )
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]


def _is_plain(thing: dict[str, Any]) -> bool:
    return thing.get("object_type") != "char" or (bool(thing.get("upright")) and abs(thing["matrix"][1]) < _LEVEL)


def _is_beside(word: dict[str, Any], tables: Sequence[Any]) -> bool:
    """True for a word at the height of a table and outside of all: a column that has no rulings around it."""
    middle = (word["top"] + word["bottom"]) / 2
    return any(table.bbox[1] < middle < table.bbox[3] for table in tables)


def _outside(box: tuple[float, float, float, float]) -> Any:
    def is_outside(thing: dict[str, Any]) -> bool:
        return thing.get("object_type") == "char" and not is_in(thing, box)

    return is_outside


# --- from page to page ------------------------------------------------------------------------------------------------


def _grids(items: Sequence[_Item]) -> list[tuple[Grid, tuple[float, ...]]]:
    return [item for item in items if isinstance(item, tuple)]


def _without_heads(items: list[_Item], heads: set[str]) -> list[_Item]:
    """A page without its number and without the first and last line where an earlier page has the same."""
    lines = [item for item in items if isinstance(item, PdfLine)]
    edges = {id(line) for line in (*lines[:2], *lines[-1:])}
    kept: list[_Item] = []
    for item in items:
        if isinstance(item, PdfLine) and id(item) in edges:
            if _PAGE_NUMBER.fullmatch(item.text) or item.text in heads:
                continue
            heads.add(item.text)
        kept.append(item)
    return kept


@dataclass(slots=True)
class _Ruled(Grid):
    """A grid that knows where its vertical rulings are."""

    rulings: tuple[float, ...] = ()


def _append(found: PdfText, items: list[_Item]) -> None:
    """Add a page; a table at its top that goes on with the one at the end of the page before is joined to it."""
    rest = list(items)
    last = found.items[-1] if found.items else None
    while rest and isinstance(rest[0], PdfLine) and _CONTINUED.fullmatch(rest[0].text):
        rest.pop(0)
    first = rest[0] if rest else None
    if isinstance(first, tuple) and isinstance(last, _Ruled) and _same_columns(last.rulings, first[1]):
        _join(last, first[0])
        rest.pop(0)
    for item in rest:
        found.items.append(
            item if isinstance(item, PdfLine) else _Ruled(item[0].cells, item[0].widths, rulings=item[1])
        )


def _same_columns(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= CLUSTER for a, b in zip(one, other, strict=True))


def _join(grid: Grid, more: Grid) -> None:
    repeated = 0
    for ours, theirs in zip(grid.cells, more.cells, strict=False):
        if [cell.text for cell in ours] != [cell.text for cell in theirs]:
            break
        repeated += 1
    down = grid.height - repeated
    for row in more.cells[repeated:]:
        grid.cells.append([cell if cell is MISSING else cell._replace(row=cell.row + down) for cell in row])
        grid.widths.append(len(row))


def _is_row(text: str) -> bool:
    """True for a line of one label and at least three figures, which is a row of a table and no sentence."""
    return len(_FIGURE.findall(text)) >= 3 and not re.search(r"[。；，,;]\D", text) and len(_FIGURE.sub("", text)) < 20


def _looks_like_rows(lines: Sequence[PdfLine]) -> bool:
    return sum(_is_row(line.text) for line in lines) >= 4

"""The report as DOCX, on A4 in landscape. The same report gives the same bytes."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as DocxParagraph

from warehouse.evaluation.blocks import Cell, Figure, Heading, Paragraph, Report, Table
from warehouse.evaluation.png import mark, png

PAGE, MARGIN = (Mm(297), Mm(210)), Mm(14)
LATIN, CHINESE = "Calibri", "Microsoft YaHei"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every file in the archive: no clock goes into a report."""

GREEN, AMBER, RED, GREY = (
    RGBColor(0x2E, 0x7D, 0x32),
    RGBColor(0xB2, 0x6A, 0),
    RGBColor(0xB3, 0x26, 0x1E),
    RGBColor(0x66, 0x66, 0x66),
)
COLOURS = {
    "status-achieved": GREEN, "status-ahead": GREEN, "status-on_track": GREEN, "task-done": GREEN,
    "status-behind": AMBER, "status-due": AMBER, "task-overdue": AMBER, "label": AMBER,
    "status-missed": RED, "status-far_behind": RED, "status-moving_away": RED, "small": GREY,
}  # fmt: skip


def word(report: Report) -> bytes:
    """The bytes of the file."""
    document = docx.Document()
    _set_up(document, report)
    document.add_heading(report.title, level=0)
    for label, text in report.facts:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        line.add_run(f"{label}\t").font.color.rgb = GREY
        line.add_run(text)
        line.paragraph_format.tab_stops.add_tab_stop(Mm(40))
    for block in report.blocks:
        if isinstance(block, Heading):
            document.add_heading(block.text, level=block.level - 1)
        elif isinstance(block, Paragraph):
            run = document.add_paragraph().add_run(block.text)
            if block.is_note:
                run.font.size, run.font.color.rgb = Pt(8), GREY
        elif isinstance(block, Table):
            _table(document, block)
        else:
            _figure(document, block)
    out = BytesIO()
    document.save(out)
    return _timeless(out.getvalue())


def _set_up(document: Document, report: Report) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = LATIN
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), CHINESE)
    document.styles["Normal"].font.size = Pt(10)
    document.styles["Title"].font.size = Pt(20)
    told = document.core_properties
    told.title, told.author, told.comments = report.title, "zhibiao", ""
    told.language = "zh-CN" if report.language == "zh" else report.language
    told.created = told.modified = datetime(*EPOCH)  # noqa: DTZ001 - the same for every report


def _table(document: Document, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.columns), style="Table Grid")
    table.autofit = False
    page = PAGE[0] - 2 * MARGIN
    widths = [int(page * column.width) for column in block.columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    header = table.add_row()
    _repeat(header)
    for cell, column in zip(header.cells, block.columns, strict=True):
        run = cell.paragraphs[0].add_run(column.title)
        run.font.size, run.font.bold = Pt(8), True
        _shade(cell, "EEF3F9")
    for line in block.rows:
        cells = table.add_row().cells
        if len(line) == 1:
            merged = cells[0].merge(cells[-1])
            _fill(merged, line[0], is_number=False, is_bold=True)
            _shade(merged, "F6F6F6")
            continue
        for cell, content, column in zip(cells, line, block.columns, strict=True):
            _fill(cell, content, is_number=column.is_number)
    for row in table.rows:
        for cell, width in zip(row._tr.tc_lst, widths, strict=False):
            if cell.grid_span == 1:
                cell.width = width
    document.add_paragraph()


def _fill(cell: _Cell, content: Cell, *, is_number: bool, is_bold: bool = False) -> None:
    for position, part in enumerate(content):
        line = cell.paragraphs[0] if position == 0 else cell.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        if is_number:
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = line.add_run(part.text)
        run.font.size = Pt(7 if part.style in ("small", "label") else 8)
        run.font.bold = is_bold or part.style == "strong" or part.style.startswith(("status-", "task-"))
        if part.style in COLOURS:
            run.font.color.rgb = COLOURS[part.style]
        _references(line, part.refs)


def _figure(document: Document, figure: Figure) -> None:
    title = document.add_paragraph()
    title.paragraph_format.keep_with_next = True
    title.add_run(figure.title).font.bold = True
    _references(title, figure.refs)
    picture = document.add_paragraph()
    picture.paragraph_format.keep_with_next = True
    picture.add_run().add_picture(BytesIO(png(figure.chart)), width=Mm(165))
    legend = document.add_paragraph()
    for role, text in figure.legend:
        legend.add_run().add_picture(BytesIO(mark(role)), width=Mm(7))
        legend.add_run(f" {text}    ").font.size = Pt(9)


def _references(line: DocxParagraph, refs: tuple[int, ...]) -> None:
    if refs:
        run = line.add_run("".join(f"[{number}]" for number in refs))
        run.font.size, run.font.superscript = Pt(8), True


def _repeat(row: _Row) -> None:
    """The header stands at the top of every page."""
    mark_up = OxmlElement("w:tblHeader")
    mark_up.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark_up)


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _timeless(data: bytes) -> bytes:
    """The same archive with one time on every file in it."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(out, "w") as target:
        for name in source.namelist():
            info = ZipInfo(name, date_time=EPOCH)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return out.getvalue()

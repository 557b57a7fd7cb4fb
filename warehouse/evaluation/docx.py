"""Writes a report as a Word document that opens in Word, WPS and LibreOffice, with the content of the HTML."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from warehouse.evaluation import charts
from warehouse.evaluation.model import Number, Report
from warehouse.evaluation.words import Language, Words

if TYPE_CHECKING:
    from docx.document import Document

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of every part of the file: the same report gives the same bytes."""

LATIN_FONT, CHINESE_FONT = "Arial", "SimSun"
TARGET_COLUMNS = {
    "no": 1.1, "indicator": 5.6, "baseline": 2.3, "target": 2.6, "actual": 2.3, "required": 1.9, "progress": 1.5,
    "pace": 1.3, "projection": 2.2, "status": 3.6, "sources": 1.9,
}  # fmt: skip
"""Width in centimetres; together the text width of A4 across."""


def write_docx(report: Report) -> bytes:
    """The report as DOCX. Equal reports give equal bytes."""
    import docx

    words = Words(Language(report.language))
    document = docx.Document()
    _page(document, report)
    document.add_heading(report.heading, 0)
    for name, value in report.head:
        document.add_paragraph(f"{name}{words.text('colon')}{value}").paragraph_format.space_after = 0
    document.add_paragraph(report.date_note)
    _summary(document, report, words)
    _targets(document, report, words)
    _charts(document, report, words)
    _tasks(document, report, words)
    _relative_and_gaps(document, report, words)
    _sources(document, report, words)
    return _same_bytes(document)


def _page(document: Document, report: Report) -> None:
    """A4 across, one size of type, fonts that Chinese office machines have, no clock in the properties."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(1.7)
    section.top_margin = section.bottom_margin = Cm(1.7)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = LATIN_FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        fonts.set(qn("w:eastAsia"), CHINESE_FONT)
    document.styles["Normal"].font.size = Pt(10)
    document.styles["Title"].font.size = Pt(20)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = report.title, "", ""
    moment = datetime(report.as_of.year, report.as_of.month, report.as_of.day)  # noqa: DTZ001 - DOCX has no zone
    properties.created = properties.modified = moment


def _summary(document: Document, report: Report, words: Words) -> None:
    document.add_heading(words.text("summary"), 1)
    document.add_paragraph((" " if report.language == "en" else "").join(report.sentences))
    if report.counts:
        _table(
            document, [words.text("status"), words.text("count")],
            [[name, str(count)] for _, name, count in report.counts], [5, 3],
        )  # fmt: skip


def _targets(document: Document, report: Report, words: Words) -> None:
    document.add_heading(words.text("targets"), 1)
    if not report.sections:
        document.add_paragraph(words.text("no_targets"))
        return
    document.add_paragraph(words.text("computed_note"))
    rows: list[list[str]] = []
    for section in report.sections:
        rows.append([section.heading])
        rows += [
            [
                row.no, _lines(row.indicator, row.kind, row.quote, row.marks), _number(row.baseline),
                _number(row.target), _number(row.actual), _number(row.required), _number(row.progress),
                _number(row.pace), _number(row.projection), _lines(row.status, row.reason, row.flags), _refs(row.refs),
            ]
            for row in section.rows
        ]  # fmt: skip
    header = [words.text(f"column_{name}") for name in TARGET_COLUMNS]
    _table(document, header, rows, list(TARGET_COLUMNS.values()))


def _charts(document: Document, report: Report, words: Words) -> None:
    from docx.shared import Cm, RGBColor

    document.add_heading(words.text("charts"), 1)
    if not report.charts:
        document.add_paragraph(words.text("no_charts"))
        return
    legend = document.add_paragraph()
    for name, colour, sign in charts.SYMBOLS:
        legend.add_run(f"{sign} ").font.color.rgb = RGBColor.from_string(colour.removeprefix("#"))
        legend.add_run(words.text(f"legend_{name}") + "    ")
    for chart in report.charts:
        title = f"{chart.title} ({chart.unit})" if chart.unit else chart.title
        caption = document.add_paragraph(f"{title} {_refs(chart.refs)}")
        caption.paragraph_format.keep_with_next = True
        document.add_picture(BytesIO(charts.png(chart)), width=Cm(16))


def _tasks(document: Document, report: Report, words: Words) -> None:
    document.add_heading(words.text("tasks"), 1)
    if not report.units:
        document.add_paragraph(words.text("no_tasks"))
        return
    document.add_paragraph(words.text("tasks_note", day=report.evaluation_date))
    rows: list[list[str]] = []
    for unit in report.units:
        rows.append([unit.name])
        rows += [
            [_lines(task.task, task.deliverable, task.quote), task.due, task.state, task.evidence, _refs(task.refs)]
            for task in unit.tasks
        ]
    header = [words.text(f"column_{name}") for name in ("task", "due", "status", "evidence", "sources")]
    _table(document, header, rows, [11.3, 3.5, 4, 5, 2.5])


def _relative_and_gaps(document: Document, report: Report, words: Words) -> None:
    document.add_heading(words.text("relative"), 1)
    if report.relatives:
        names = ("indicator", "rank", "siblings", "missing", "reference", "status", "sources")
        rows = [
            [row.indicator, _number(row.rank), _number(row.siblings), row.missing, _number(row.reference), row.status,
             _refs(row.refs)]
            for row in report.relatives
        ]  # fmt: skip
        _table(document, [words.text(f"column_{name}") for name in names], rows, [6, 2, 2, 5.3, 3, 6, 2])
    else:
        document.add_paragraph(words.text("no_relative"))
    document.add_heading(words.text("gaps"), 1)
    if report.gaps:
        header = [words.text("status") if name == "status" else words.text(f"column_{name}")
                  for name in ("indicator", "status", "why", "bringer", "expected")]  # fmt: skip
        rows = [[gap.indicator, gap.status, gap.why, gap.bringer, gap.expected] for gap in report.gaps]
        _table(document, header, rows, [6.3, 2.5, 6, 7.5, 4])
    else:
        document.add_paragraph(words.text("no_gaps"))


def _sources(document: Document, report: Report, words: Words) -> None:
    document.add_heading(words.text("sources"), 1)
    header = [words.text(f"column_{name}") for name in ("no", "page", "place", "printed", "fetched", "capture")]
    rows = [
        [f"[{it.number}]", _lines(it.title, it.address), it.place, _lines(it.printed, it.marks), it.fetched,
         it.capture_id]
        for it in report.sources
    ]  # fmt: skip
    _table(document, header, rows, [1.3, 7.5, 3.5, 7.5, 2.2, 4.3])


def _table(document: Document, header: list[str], rows: list[list[str]], widths: list[float]) -> None:
    """A table whose header repeats on every page; a row of one text is a heading across all columns."""
    from docx.oxml import OxmlElement, parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Cm, Pt

    table = document.add_table(rows=1 + len(rows), cols=len(header), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for line, (row, texts) in enumerate(zip(table.rows, [header, *rows], strict=True)):
        is_heading = line == 0 or len(texts) == 1
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        cells = list(row.cells)
        if len(texts) == 1 < len(header):
            cells = [cells[0].merge(cells[-1])]
        for cell, text, width in zip(cells, texts, widths, strict=False):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.font.size, run.font.bold = Pt(8), is_heading
            if len(cells) > 1 or len(header) == 1:
                cell.width = Cm(width)
            if is_heading:
                cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="EEF3F9"/>'))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _number(number: Number) -> str:
    return _lines(f"{number.shown}{_refs(number.refs)}", number.note)


def _refs(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _same_bytes(document: Document) -> bytes:
    """The file without the time at which it was packed."""
    packed, out = BytesIO(), BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            after.writestr(info, before.read(name))
    return out.getvalue()

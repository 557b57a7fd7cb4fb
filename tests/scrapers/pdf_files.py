"""PDF files made for tests: Chinese tables and running text with figures of the tests' own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Table

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

REGIONS = [
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海",
    "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
    "湖北", "湖南", "广东",
    "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", 
    "陕西", "甘肃", "青海", "宁夏", "新疆",
]  # fmt: skip


def paragraph(text: str, indent: float = 24) -> Paragraph:
    style = ParagraphStyle("body", fontName=FONT, fontSize=12, leading=20, firstLineIndent=indent, wordWrap="CJK")
    return Paragraph(text, style)


def heading(text: str) -> Paragraph:
    return Paragraph(text, ParagraphStyle("head", fontName=FONT, fontSize=16, leading=24, alignment=1, wordWrap="CJK"))


def ruled(
    rows: Sequence[Sequence[str]], *, spans: Sequence[tuple[Any, ...]] = (), repeat: int = 0, **how: Any
) -> Table:
    """A table with all rulings; `repeat` rows are printed again on every page."""
    lines = how.pop("lines", [("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    return Table(
        [list(row) for row in rows],
        repeatRows=repeat,
        style=[("FONT", (0, 0), (-1, -1), FONT, 10), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *lines, *spans],
        **how,
    )


def pdf(*parts: Flowable, password: str | None = None, numbered: bool = False, mark: str | None = None) -> bytes:
    """A file of these parts; with a page number on each page, and a watermark across it, where they are asked for."""

    def furnish(canvas: Canvas, document: Any) -> None:
        canvas.setFont(FONT, 9)
        if numbered:
            canvas.drawCentredString(A4[0] / 2, 20, f"- {document.page} -")
        if mark:
            canvas.saveState()
            canvas.translate(A4[0] / 2, A4[1] / 2)
            canvas.rotate(45)
            canvas.setFont(FONT, 40)
            canvas.drawCentredString(0, 0, mark)
            canvas.restoreState()

    buffer = io.BytesIO()
    lock = StandardEncryption(password, canPrint=0) if password else None
    SimpleDocTemplate(buffer, pagesize=A4, encrypt=lock, title="x").build(
        list(parts), onFirstPage=furnish, onLaterPages=furnish
    )
    return buffer.getvalue()


def scan(*, with_text: str = "", pages: int = 1) -> bytes:
    """Pages that are one picture each; `with_text` lies over it, as recognition leaves it."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for _ in range(pages):
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, A4[0], A4[1])
        if with_text:
            canvas.setFont(FONT, 10)
            canvas.drawString(80, 600, with_text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


__all__ = ["A4", "FONT", "REGIONS", "PageBreak", "heading", "paragraph", "pdf", "ruled", "scan"]

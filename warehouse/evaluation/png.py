"""A chart as PNG, for files that know no SVG: digits only, in the font that Pillow brings, the same on any machine."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from warehouse.evaluation.blocks import Chart
from warehouse.evaluation.drawing import COLOURS, DASHED, HEIGHT, WIDTH, Dot, Label, Line, draw

SCALE, FINAL = 6, 3
"""Drawn six times as large and halved, which smooths the edges."""


def png(chart: Chart) -> bytes:
    """The bytes of the picture."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=11 * SCALE)
    for shape in draw(chart):
        if isinstance(shape, Line):
            _line(pen, shape)
        elif isinstance(shape, Dot):
            _dot(pen, shape)
        else:
            assert isinstance(shape, Label)
            anchor = "ms" if shape.is_centred else "rs"
            pen.text((shape.x * SCALE, shape.y * SCALE), shape.text, fill=COLOURS["label"], font=font, anchor=anchor)
    return _bytes(image.resize((WIDTH * FINAL, HEIGHT * FINAL), Image.Resampling.LANCZOS))


def mark(role: str) -> bytes:
    """The mark of a role, for the legend."""
    image = Image.new("RGB", (26 * SCALE, 12 * SCALE), "white")
    pen = ImageDraw.Draw(image)
    if role != "target":
        _line(pen, Line(1, 6, 25, 6, role))
    _dot(pen, Dot(13, 6, role))
    return _bytes(image.resize((26 * FINAL, 12 * FINAL), Image.Resampling.LANCZOS))


def _line(pen: ImageDraw.ImageDraw, line: Line) -> None:
    colour = COLOURS["projection" if line.role == "interval" else line.role]
    width = round((2 if line.role in ("actual", "interval") else 1.2) * SCALE)
    length = ((line.x2 - line.x1) ** 2 + (line.y2 - line.y1) ** 2) ** 0.5
    step = 9 if line.role in DASHED else max(length, 1)
    drawn = 5 if line.role in DASHED else max(length, 1)
    start = 0.0
    while start < length:
        ends = [at / length for at in (start, min(start + drawn, length))]
        points = [
            ((line.x1 + (line.x2 - line.x1) * at) * SCALE, (line.y1 + (line.y2 - line.y1) * at) * SCALE) for at in ends
        ]
        pen.line(points, fill=colour, width=width)
        start += step


def _dot(pen: ImageDraw.ImageDraw, dot: Dot) -> None:
    x, y, radius = dot.x * SCALE, dot.y * SCALE, 4 * SCALE
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=COLOURS[dot.role])


def _bytes(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, format="PNG", optimize=True)
    return out.getvalue()

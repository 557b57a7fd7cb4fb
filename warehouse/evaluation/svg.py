"""A chart as inline SVG, in the fonts of the reader."""

from __future__ import annotations

from warehouse.evaluation.blocks import Chart
from warehouse.evaluation.drawing import COLOURS, DASHED, HEIGHT, WIDTH, Dot, Label, Line, Shape, draw


def svg(chart: Chart) -> str:
    """The chart as an `<svg>` element. Its text is digits only; nothing needs escaping."""
    body = "".join(_shape(shape) for shape in draw(chart))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg" font-size="11">{body}</svg>'
    )


def mark(role: str) -> str:
    """The mark of a role, for the legend."""
    line = _shape(Line(1, 6, 25, 6, role)) if role != "target" else ""
    return f'<svg viewBox="0 0 26 12" width="26" height="12" aria-hidden="true">{line}{_shape(Dot(13, 6, role))}</svg>'


def _shape(shape: Shape) -> str:
    if isinstance(shape, Line):
        role = "projection" if shape.role == "interval" else shape.role
        dash = ' stroke-dasharray="5 4"' if shape.role in DASHED else ""
        width = 2 if shape.role in ("actual", "interval") else 1.2
        return (
            f'<line x1="{shape.x1}" y1="{shape.y1}" x2="{shape.x2}" y2="{shape.y2}" '
            f'stroke="{COLOURS[role]}" stroke-width="{width}"{dash}/>'
        )
    if isinstance(shape, Dot):
        return f'<circle class="{shape.role}" cx="{shape.x}" cy="{shape.y}" r="4" fill="{COLOURS[shape.role]}"/>'
    assert isinstance(shape, Label)
    anchor = "middle" if shape.is_centred else "end"
    return f'<text x="{shape.x}" y="{shape.y}" text-anchor="{anchor}" fill="{COLOURS["label"]}">{shape.text}</text>'

"""The report as one HTML file: no network, prints on A4."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from warehouse.evaluation.blocks import Figure, Heading, Paragraph, Report, Table
from warehouse.evaluation.svg import mark, svg

TEMPLATE = "report.html"


def html(report: Report) -> str:
    """The text of the file."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    kinds = {Heading: "heading", Paragraph: "paragraph", Table: "table", Figure: "figure"}
    return environment.get_template(TEMPLATE).render(
        report=report,
        kind_of=lambda block: kinds[type(block)],
        svg=lambda chart: Markup(svg(chart)),  # noqa: S704 - made of numbers only
        mark=lambda role: Markup(mark(role)),  # noqa: S704
        is_address=lambda text: text.startswith(("http://", "https://")),
    )

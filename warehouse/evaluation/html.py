"""Writes a report as one HTML file that needs nothing else: no script, no network, made for paper too."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from warehouse.evaluation import charts
from warehouse.evaluation.model import Report
from warehouse.evaluation.words import Language, Words

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = "report.html"


def write_html(report: Report) -> bytes:
    """The report as HTML, UTF-8. Equal reports give equal bytes."""
    words = Words(Language(report.language))
    pictures = {chart.target_id: charts.svg(chart) for chart in report.charts}
    legend = [(sign, colour, words.text(f"legend_{name}")) for name, colour, sign in charts.SYMBOLS]
    rendered = _template().render(report=report, t=words.text, pictures=pictures, legend=legend)
    return rendered.encode("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("warehouse.evaluation", "."), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    return environment.get_template(TEMPLATE)

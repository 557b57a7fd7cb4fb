"""Draws one chart as SVG or PNG. Words stay out of the picture, so that no machine needs a Chinese font for it."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from warehouse.evaluation.model import Chart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE, DPI = (6.4, 2.6), 160
ACTUAL, PATH, TARGET, PROJECTION = "#1f5fa8", "#8a8a8a", "#b3261e", "#c77700"
SYMBOLS = (("actual", ACTUAL, "●"), ("path", PATH, "┄"), ("target", TARGET, "◆"), ("projection", PROJECTION, "▲"))
"""Legend beside the pictures: word, colour, sign."""


def svg(chart: Chart) -> str:
    """The chart as an SVG element for HTML; equal charts give equal text."""
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": chart.target_id, "font.family": "sans-serif"}):
        out = StringIO()
        _figure(chart).savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    # Ids are unique in a file of its own only; several charts share the page.
    text = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{_safe(chart.target_id)}-", text)
    text = text[text.index("<svg") :]
    return re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL).strip()


def png(chart: Chart) -> bytes:
    """The chart as PNG for DOCX; equal charts give equal bytes."""
    out = BytesIO()
    _figure(chart).savefig(out, format="png", dpi=DPI, metadata={"Software": None})
    return out.getvalue()


def _figure(chart: Chart) -> Figure:
    from matplotlib.dates import DateFormatter, YearLocator, date2num
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    def at(days: list[date]) -> list[float]:
        return [float(date2num(day)) for day in days]  # type: ignore[no-untyped-call]

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    if chart.path:
        axes.plot(at([day for day, _ in chart.path]), [value for _, value in chart.path], "--", color=PATH, lw=1.4)
        axes.plot(at([chart.path[0][0]]), [chart.path[0][1]], "o", color=PATH, ms=4)
    days, values = [day for day, _ in chart.points], [value for _, value in chart.points]
    if chart.projection:
        day, value, low, high = chart.projection
        axes.plot(at([days[-1], day]), [values[-1], value], ":", color=PROJECTION, lw=1.4)
        axes.plot(at([day]), [value], "^", color=PROJECTION, ms=7)
        if low is not None and high is not None:
            axes.vlines(at([day]), low, high, color=PROJECTION, lw=5, alpha=0.35)
    if chart.target:
        axes.plot(at([chart.target[0]]), [chart.target[1]], "D", color=TARGET, ms=7)
    axes.plot(at(days), values, "o-", color=ACTUAL, lw=1.8, ms=6)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    all_days = [*days, *(day for day, _ in chart.path), *([chart.target[0]] if chart.target else [])]
    years = max(all_days).year - min(all_days).year + 1
    axes.xaxis.set_major_locator(YearLocator(max(1, years // 8), 12, 31))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))  # type: ignore[no-untyped-call]
    axes.margins(x=0.06, y=0.15)
    axes.grid(axis="y", color="#dddddd", lw=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    return figure


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "-", f"c-{name}")

"""A chart as lines, dots and digits on a plane, for whoever draws them. No words: pictures must not need CJK fonts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from warehouse.evaluation.blocks import Chart
from warehouse.evaluation.figures import plain

WIDTH, HEIGHT = 640, 250
RIGHT, TOP, BOTTOM = 24, 12, 26
DIGIT = 6.6
"""Width of a digit of the labels, by which the left margin grows."""

COLOURS = {
    "grid": "#dddddd", "axis": "#777777", "label": "#444444", "actual": "#1f5fa8", "path": "#8a8a8a",
    "target": "#b3261e", "projection": "#2e7d32",
}  # fmt: skip
DASHED = ("path", "projection")


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    role: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    role: str


@dataclass(frozen=True)
class Label:
    """Digits, centred on x below y, or ending at x."""

    x: float
    y: float
    text: str
    is_centred: bool


Shape = Line | Dot | Label


def draw(chart: Chart) -> list[Shape]:
    """The shapes of a chart, in the order in which they are drawn."""
    values, days = _extent(chart)
    ticks = _nice_ticks(min(values), max(values))
    labels = [plain(round(tick, 9)) for tick in ticks]
    left = 14 + DIGIT * max(len(label) for label in labels)
    first, last = min(days), max(days)
    span = max((last - first).days, 1)

    def x(day: date) -> float:
        return round(left + 12 + (day - first).days / span * (WIDTH - RIGHT - left - 24), 1)

    def y(value: float) -> float:
        share = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    shapes: list[Shape] = []
    for tick, label in zip(ticks, labels, strict=True):
        shapes.append(Line(round(left, 1), y(tick), WIDTH - RIGHT, y(tick), "grid"))
        shapes.append(Label(round(left - 6, 1), y(tick) + 4, label, is_centred=False))
    shapes.append(Line(round(left, 1), y(ticks[0]), WIDTH - RIGHT, y(ticks[0]), "axis"))
    for day in _year_ends(first, last):
        shapes.append(Line(x(day), y(ticks[0]), x(day), y(ticks[0]) + 4, "axis"))
        shapes.append(Label(x(day), y(ticks[0]) + 18, str(day.year), is_centred=True))
    if chart.path:
        (from_day, from_value), (to_day, to_value) = chart.path
        shapes.append(Line(x(from_day), y(from_value), x(to_day), y(to_value), "path"))
        shapes.append(Dot(x(from_day), y(from_value), "path"))
    elif chart.target:
        shapes.append(Line(x(first), y(chart.target[1]), x(last), y(chart.target[1]), "target"))
    if chart.projection:
        shapes += _projection(chart, x(chart.projection.on), y)
        newest = chart.points[-1]
        shapes.append(Line(x(newest[0]), y(newest[1]), x(chart.projection.on), y(chart.projection.value), "projection"))
    if chart.target:
        shapes.append(Dot(x(chart.target[0]), y(chart.target[1]), "target"))
    for (one_day, one), (next_day, following) in zip(chart.points, chart.points[1:], strict=False):
        shapes.append(Line(x(one_day), y(one), x(next_day), y(following), "actual"))
    shapes += [Dot(x(day), y(value), "actual") for day, value in chart.points]
    return shapes


def _projection(chart: Chart, x: float, y: object) -> list[Shape]:
    assert chart.projection and callable(y)
    shapes: list[Shape] = [Dot(x, y(chart.projection.value), "projection")]
    low, high = chart.projection.low, chart.projection.high
    if low is not None and high is not None:
        shapes.append(Line(x, y(low), x, y(high), "interval"))
        shapes += [Line(x - 5, y(end), x + 5, y(end), "interval") for end in (low, high)]
    return shapes


def _extent(chart: Chart) -> tuple[list[float], list[date]]:
    """All values and days that must be seen."""
    pairs = [*chart.points, *(chart.path or ())]
    if chart.target:
        pairs.append(chart.target)
    if chart.projection:
        ends = (chart.projection.value, chart.projection.low, chart.projection.high)
        pairs += [(chart.projection.on, value) for value in ends if value is not None]
    return [value for _, value in pairs], [day for day, _ in pairs]


def _nice_ticks(low: float, high: float) -> list[float]:
    """Three to seven round values around all of them; from nothing where that costs less than half of the height."""
    if 0 < low < (high - low):
        low = 0.0
    if high == low:
        low, high = (low - abs(low) * 0.1, high + abs(high) * 0.1) if low else (0.0, 1.0)
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _year_ends(first: date, last: date) -> list[date]:
    """Year-ends between two days, thinned out to at most twelve."""
    found = [date(year, 12, 31) for year in range(first.year, last.year + 1) if first <= date(year, 12, 31) <= last]
    return found[:: max(1, math.ceil(len(found) / 12))] or [last]

"""What a report consists of, whatever file it becomes: headings, tables, charts, each number with its sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Number = Decimal | float | int


@dataclass(frozen=True)
class Part:
    """One line of a cell."""

    text: str
    value: Number | None = None
    """The number that the text shows, unrounded, in the unit of the mart."""
    refs: tuple[int, ...] = ()
    """Numbers of the sources."""
    style: str = ""
    """"", small, strong, or status-<code>."""


Cell = tuple[Part, ...]
"""Lines of one cell; an empty one is a cell without content."""


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Column:
    title: str
    width: float
    """Share of the width of the page."""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    name: str
    """What it holds (targets, tasks, sources, …), for whoever styles or reads it by a program."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    anchors: tuple[str, ...] = ()
    """An id per row that references lead to; empty where none do."""


@dataclass(frozen=True)
class Projection:
    """The projected value at the end, with its 80 % interval where there is one."""

    on: date
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chart:
    """One target over time, in numbers only."""

    target_id: str
    points: tuple[tuple[date, float], ...]
    path: tuple[tuple[date, float], tuple[date, float]] | None = None
    target: tuple[date, float] | None = None
    """Day and value of the target."""
    projection: Projection | None = None


@dataclass(frozen=True)
class Figure:
    """A chart with its words, which stand beside the picture."""

    chart: Chart
    title: str
    legend: tuple[tuple[str, str], ...]
    """Role of a mark in the chart (actual, path, target, projection) and what it is."""
    refs: tuple[int, ...] = ()


Block = Heading | Paragraph | Table | Figure


@dataclass(frozen=True)
class Report:
    """A whole report, ready to be written."""

    title: str
    language: str
    facts: tuple[tuple[str, str], ...]
    """What stands below the title: label and text."""
    blocks: tuple[Block, ...] = field(default=())

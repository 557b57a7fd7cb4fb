"""What an evaluation report says, before it is written as HTML or DOCX: plain data in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Source:
    """One numbered reference: a figure or a passage on a page."""

    number: int
    address: str
    title: str
    place: str
    printed: str
    fetched: str
    capture_id: str
    marks: str = ""


@dataclass(frozen=True)
class Number:
    """A value of the marts as it is shown. `exact` is the mart's own, in the unit of the mart."""

    exact: Decimal | float | int | None = None
    shown: str = ""
    note: str = ""
    refs: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.exact is None and not self.note


@dataclass(frozen=True)
class TargetRow:
    """One target on the evaluation date."""

    target_id: str
    no: str
    indicator: str
    kind: str
    quote: str
    baseline: Number
    target: Number
    actual: Number
    required: Number
    progress: Number
    pace: Number
    projection: Number
    status_code: str
    status: str
    reason: str
    flags: str
    marks: str
    is_proposed: bool
    refs: tuple[int, ...]


@dataclass(frozen=True)
class Section:
    """The targets of one section of the plan."""

    heading: str
    rows: list[TargetRow]


@dataclass(frozen=True)
class Chart:
    """One indicator over time; all values in `unit`."""

    target_id: str
    title: str
    unit: str
    points: list[tuple[date, float]]
    path: list[tuple[date, float]]
    target: tuple[date, float] | None
    projection: tuple[date, float, float | None, float | None] | None
    refs: tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """One task and its state on the evaluation date."""

    task_id: str
    task: str
    deliverable: str
    quote: str
    due: str
    state_code: str
    state: str
    evidence: str
    refs: tuple[int, ...]


@dataclass(frozen=True)
class Unit:
    """The tasks of one responsible unit."""

    name: str
    tasks: list[Task]


@dataclass(frozen=True)
class Relative:
    """A promise that is held against other regions."""

    target_id: str
    indicator: str
    status: str
    rank: Number
    siblings: Number
    missing: str
    reference: Number
    refs: tuple[int, ...]


@dataclass(frozen=True)
class Gap:
    """A target without the figure that would decide it."""

    target_id: str
    indicator: str
    status: str
    why: str
    bringer: str
    expected: str


@dataclass(frozen=True)
class Report:
    """The whole report."""

    language: str
    title: str
    heading: str
    head: list[tuple[str, str]]
    """Name and value of what stands above the summary; the plan, the dates, the kind."""
    plan_id: str
    evaluation_date: date
    as_of: date
    date_note: str
    sentences: list[str]
    counts: list[tuple[str, str, int]]
    """Status code, its words, and how many targets have it."""
    sections: list[Section] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    relatives: list[Relative] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

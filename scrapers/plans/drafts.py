"""What is carried from one step of the extraction to the next: the context of a sentence and the draft of a promise."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from scrapers.plans.horizons import Calendar, Time
from scrapers.plans.statements import Form


class Role(StrEnum):
    """What a section is for."""

    GOALS = "goals"
    HISTORY = "history"
    PRINCIPLES = "principles"
    MEASURES = "measures"
    RULES = "rules"
    """Articles of a regulation."""
    UNKNOWN = "unknown"


class TargetType(StrEnum):
    """TARGET_RULES 5 and 6; DESIGN: Measuring a target."""

    LEVEL = "level_at_date"
    RATIO = "ratio_level"
    CUMULATIVE = "cumulative_over_period"
    RANGE = "range"
    SHARE = "share_threshold"
    GROWTH = "annual_growth_rate"
    FLOOR = "annual_floor"
    RANK = "rank"
    DIRECTIONAL = "directional"
    COMPOUND = "compound"
    MILESTONE = "milestone"


class Direction(StrEnum):
    """TARGET_RULES 4."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    EXACTLY = "exactly"
    UNSPECIFIED = "unspecified"
    INCREASE = "increase"
    DECREASE = "decrease"


class Condition(StrEnum):
    """What the wording demands beyond value and direction."""

    CAPPED = "capped"
    """A range whose upper end must not be passed (控制在)."""
    KEEP = "keep"
    """No change is enough (保持, 稳定)."""
    ABOVE_PARENT = "above_parent"
    """More than the average, or faster than the growth, of the region directly above."""


@dataclass(slots=True)
class Baseline:
    """A baseline as printed."""

    value: Decimal
    unit: str | None
    year: int | None
    text: str


@dataclass(slots=True)
class Draft:
    """One promise at one place, coded but not yet merged with its restatements. Places count in the visible text."""

    label: str
    target_type: TargetType
    direction: Direction
    start: int
    end: int
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    value_text: str | None = None
    comparator: str | None = None
    condition: Condition | None = None
    year: int | None = None
    year_inferred: bool = False
    approximate: bool = False
    baseline: Baseline | None = None
    units: str | None = None
    section: str = ""
    path: str = ""
    """Number labels of the sections, as the statements contract has them."""
    role: Role = Role.UNKNOWN
    form: Form = Form.TEXT
    parent: Draft | None = None
    by_doing: bool = False
    """A verb of doing makes it: decides the type where a restatement only names the thing."""
    due: str | None = None
    """A date printed for it (ISO)."""
    confidence: float = 0.9
    nature: str = "unknown"
    quote: str | None = None
    source: tuple[int, int] | None = None
    """Place in the decoded capture, where the quote is no stretch of the visible text (cells of a row)."""
    proof: str | None = None
    """What a reader must know of how it was read; goes into the note of the target."""
    subject: str = ""
    """The noun that the sentence may carry on without repeating it."""
    group: int = 0
    """Number of the sentence: two promises of one sentence never restate each other."""


@dataclass(slots=True)
class Context:
    """Where a sentence stands and what the sentences before it have said."""

    calendar: Calendar
    role: Role = Role.UNKNOWN
    is_plan: bool = True
    region_level: int = 2
    """0 country, 1 province, 2 prefecture, 3 county: figures of a wider region are another's."""
    section: str = ""
    path: str = ""
    form: Form = Form.TEXT
    time: Time | None = None
    """The last mention of time that says until when."""
    reports_plan: bool = False
    """True for a page whose headline or first words tell of a plan that was issued."""
    reported: int | None = None
    """Last year of the plan that a page reports, by its name."""
    heading_year: Time | None = None
    brackets_are_sums: bool = False
    """True where the document says that bracketed values of a table are sums over the period."""
    last: Draft | None = None
    before: str = ""
    """The sentence before, for promises that do not name their object."""
    lead_in: str = ""
    """The paragraph before, where it says until when for what follows it."""
    sentence: str = ""
    """The sentence that is being read."""
    sentence_no: int = 0
    leftovers: list[str] = field(default_factory=list)

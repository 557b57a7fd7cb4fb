"""The shapes that pass between the steps of the table reader."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from scrapers.grid import Grid
from scrapers.periods import Period
from scrapers.records import Finding, PeriodKind, Record


@dataclass(slots=True)
class Caption:
    """What stands around a table and holds for all of it."""

    title: str | None = None
    """As printed, the Chinese part of a bilingual one."""
    subject: str | None = None
    """What the title speaks of, without number, period, region and words such as 统计表."""
    units: list[str] = field(default_factory=list)
    """Units of the unit line or the title; more than one where the line lists several."""
    period: Period | None = None
    """The reporting period of the table, the most precise statement found."""
    months_not_named: bool = False
    """True where a monthly table does not say which month it is."""
    published_on: date | None = None
    headings: list[str] = field(default_factory=list)
    """Texts that may name the region of a table without a region column, the likeliest first."""
    conflicts: list[str] = field(default_factory=list)
    """Statements around the table that cannot both be true, in words for a person."""
    is_titled: bool = False
    """True where the page itself prints a title for the table."""
    period_from_outside: bool = False
    """True where the page states no period and what is known of it from outside does."""
    trademark_calendar: bool = False
    """True where the page states periods from the 16th to the 15th."""

    @property
    def period_label(self) -> str | None:
        """The reporting period as printed."""
        return self.period.label if self.period else None


class Role(StrEnum):
    """What a column is in relation to the others."""

    VALUE = "value"
    COMPARISON = "comparison"
    """The same measure in another period (去年同期, 上季度)."""
    GROWTH = "growth"
    GAP = "gap"
    SHARE = "share"
    RANK = "rank"

    @property
    def is_derived(self) -> bool:
        return self in (Role.GROWTH, Role.GAP, Role.SHARE, Role.RANK)


@dataclass(slots=True)
class Column:
    """One column of figures as its header explains it."""

    index: int
    """Column of the expanded grid, from 0."""
    path: list[str]
    """Cleaned labels from top to bottom, periods and units left out."""
    measure: str = ""
    unit: str | None = None
    own_unit: bool = False
    """True where the header itself states the unit."""
    period: str | None = None
    period_kind: PeriodKind | None = None
    period_label: str | None = None
    role: Role = Role.VALUE
    header_period: Period | None = None
    base: int | None = None
    """Column that a rank orders, where the figures show it; else the nearest one."""
    is_untied: bool = False
    """True for growth of which nothing says what grew."""
    told_apart: bool = False
    """True where the path begins with the label of the total to the left, since nothing stands above."""


class StubKind(StrEnum):
    """What the labels at the beginning of a row are."""

    REGION = "region"
    PERIOD = "period"
    MEASURE = "measure"


@dataclass(slots=True)
class Group:
    """One set of columns that begins with its own row labels. Side-by-side tables have several."""

    stubs: list[int]
    """Columns of row labels, from left to right."""
    values: list[int]
    """Columns of figures."""
    translation: int | None = None
    """The stub column that only repeats another in English."""
    region: int | None = None
    """The stub column of the regions where it is not the first, which then holds groups of them."""
    period: int | None = None
    """The stub column of years beside the labels."""
    kind: StubKind = StubKind.REGION
    names_measures: bool = False
    """True where the row labels are whole measures (under 指标), not parts of the one in the title."""


@dataclass(slots=True)
class Layout:
    """Where header, body and columns of a table are. Rows and columns from 0."""

    header: list[int]
    body: list[int]
    captions: list[int]
    """Rows above the header that hold one text: title, unit, period."""
    notes: list[int]
    """Rows in or below the body that hold one text: footnotes, section headings."""
    groups: list[Group]
    width: int
    """Columns that the header fills; a body row of another width is shifted."""


@dataclass(slots=True)
class RowLabel:
    """What the stub of one body row says."""

    row: int
    region: str | None = None
    stub: list[str] = field(default_factory=list)
    """Further row labels that belong to the measure (小计, 职务)."""
    period: Period | None = None
    unit: str | None = None
    is_percentage: bool = False


@dataclass(slots=True)
class Table:
    """One data table as read: its records, and what could not be used."""

    number: int
    caption: Caption
    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    refused_rows: int = 0
    body_rows: int = 0
    told_apart: bool = False
    """True where columns of the same name were told apart by the total to their left."""
    shape: dict[str, object] = field(default_factory=dict)
    """What goes into `Parsed.layout` for this table (JSON types only)."""


@dataclass(slots=True)
class DataGrid:
    """A grid that holds figures, with the lines that stand before and after it."""

    grid: Grid
    before: list[str]
    after: list[str]
    has_markup: bool = True
    """False where the cells were put together from lines of text."""

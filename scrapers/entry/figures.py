"""Figures that a person enters: a small JSON document an entry, an `imported` capture of the source `hand_entered`.

From there a figure goes the way of every page: parser `hand_entered`, load, build. Entering a key again with another
value is a later document; none is ever changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import HAND_ENTERED, Capture, Knowledge, Origin
from scrapers.entry.figure_periods import days_of, kind_of_period
from scrapers.entry.figure_terms import check_bounds, factor_of, indicator_of, number_of, region_name
from scrapers.entry.proof import EntryRefused, Source, checked_day, checked_name, keep
from scrapers.home import Home
from scrapers.page_reading import read_page
from scrapers.records import Page, PeriodKind, Refusal, Verdict

FIGURE = "imported:figure"
"""Start of the addresses of entered figures."""
FORMAT = "zhibiao figure 1"


class EnteredFigure(BaseModel):
    """The document of one figure. `value` is as typed, in `unit`; the source is an address or a kept file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = Field(pattern=f"^{FORMAT}$", default=FORMAT)
    region_code: str = Field(pattern=r"^\d{6}$")
    region_zh: str
    indicator_id: str
    indicator_zh: str
    period: str
    period_kind: PeriodKind
    value: str
    unit: str
    source_url: str
    source_sha256: str | None = None
    """Hash of the file, where the source is one."""
    source_capture_id: str | None = None
    published_on: date | None = None
    note: str | None = None
    entered_by: str
    entered_on: date

    @property
    def vintage_on(self) -> date:
        """Since when it is known: the source's own date, else the day of entry."""
        return self.published_on or self.entered_on

    @property
    def address(self) -> str:
        """One of its own for every entry, so that a later one stands beside it and does not take its place."""
        told = (
            self.value, self.unit, self.source_sha256 or self.source_url, str(self.published_on or ""), self.note or "",
        )  # fmt: skip
        mark = hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
        return f"{FIGURE}/{self.region_code}/{self.indicator_id}/{self.period}/{mark}"

    @property
    def key(self) -> tuple[str, str, str, PeriodKind]:
        """What it is a figure of."""
        return self.region_code, self.indicator_id, self.period, self.period_kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure as a person types it."""

    region_code: str
    indicator_id: str
    period: str
    value: str
    unit: str
    source: Source
    by: str
    published: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What came of an entry."""

    figure: EnteredFigure
    capture_id: str
    is_new: bool
    beside: tuple[EnteredFigure, ...] = ()
    """Other figures of the same key, entered before."""


def add_figure(home: Home, wanted: Wanted, *, today: date, run_id: str) -> Added:
    """Check a figure against the reference data and keep it. The same entry twice changes nothing.

    `today` is the day in Asia/Shanghai. Raises `EntryRefused`; nothing is kept of what is refused.
    """
    figure = checked(wanted, today)
    archive = Archive(home)
    known = archive.latest(figure.address)
    if known is not None and archive.is_kept(known):
        return Added(read_figure(archive, known), known.capture_id, is_new=False)
    _must_parse(figure)
    source_capture = keep(archive, wanted.source, figure.published_on, run_id)
    figure = figure.model_copy(update={"source_capture_id": source_capture})
    beside = tuple(other for other in entered_figures(home)[0] if other.key == figure.key)
    entry = archive.add(
        source_id=HAND_ENTERED,
        url=figure.address,
        body=_body(figure),
        origin=Origin.IMPORTED,
        knowledge=Knowledge(content_type="application/json", published_on=figure.published_on),
        run_id=run_id,
    )
    assert entry.capture is not None  # archive.add keeps what it is given
    return Added(figure, entry.capture.capture_id, is_new=True, beside=beside)


def checked(wanted: Wanted, today: date) -> EnteredFigure:
    """The document of a figure that may be said. Raises `EntryRefused`."""
    name = checked_name(wanted.by)
    checked_day("--published", wanted.published, today)
    indicator = indicator_of(wanted.indicator_id)
    kind = kind_of_period(wanted.period, indicator.kind, indicator.right_kind)
    _, last = days_of(wanted.period)
    if last > (wanted.published or today):
        told = f"a source of {wanted.published} cannot know it" if wanted.published else f"today is {today}"
        raise EntryRefused(f"the period {wanted.period} ends on {last}; {told}")
    region = region_name(wanted.region_code, last)
    unit = wanted.unit.strip()
    number = number_of(wanted.value, unit)
    check_bounds(number.value * factor_of(unit, indicator), indicator)
    return EnteredFigure(
        region_code=wanted.region_code, region_zh=region, indicator_id=indicator.indicator_id,
        indicator_zh=indicator.name_zh, period=wanted.period, period_kind=kind, value=wanted.value.strip(), unit=unit,
        source_url=wanted.source.url, source_sha256=wanted.source.body_sha256, published_on=wanted.published,
        note=" ".join((wanted.note or "").split()) or None, entered_by=name, entered_on=today,
    )  # fmt: skip


def entered_figures(home: Home) -> tuple[list[EnteredFigure], list[str]]:
    """All entered figures in the order of entry, and what cannot be read, one line each."""
    archive = Archive(home)
    figures, problems = [], []
    for capture in archive.captures():
        if capture.source_id == HAND_ENTERED:
            try:
                figures.append(read_figure(archive, capture))
            except (ArchiveDamaged, ValidationError) as error:
                problems.append(f"{capture.url}: {str(error).splitlines()[0]}")
    return figures, problems


def read_figure(archive: Archive, capture: Capture) -> EnteredFigure:
    """The document of a capture. Raises `ArchiveDamaged` or pydantic's `ValidationError`."""
    return EnteredFigure.model_validate_json(archive.body(capture))


def _must_parse(figure: EnteredFigure) -> None:
    """Refuse now what the checks of a refresh would not believe tonight."""
    page = Page(_body(figure), figure.address, Knowledge(content_type="application/json"), HAND_ENTERED)
    try:
        _, parsed = read_page(page)
    except Refusal as refusal:
        raise EntryRefused(f"the figure would not be believed: {refusal}") from refusal
    if parsed.verdict is not Verdict.ACCEPTED:
        failed = "; ".join(finding.message for finding in parsed.findings if not finding.passed)
        raise EntryRefused(f"the figure would not be believed ({parsed.reason}): {failed}")


def _body(figure: EnteredFigure) -> bytes:
    return figure.model_dump_json(indent=1, exclude_none=True).encode() + b"\n"

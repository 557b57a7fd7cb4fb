"""The whole story of one page that is not believed, for a person who has to decide about it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from scrapers.archive import ArchiveDamaged, body_place
from scrapers.checks import CONTRADICTORY
from scrapers.checks.against_last import by_key
from scrapers.layouts import shapes_in
from scrapers.page_reading import read_page
from scrapers.parse import read_records
from scrapers.quarantine.decisions import DecisionKind
from scrapers.quarantine.listing import Entry, Shelf
from scrapers.records import SERVING, Finding, Page, Record, Refusal
from scrapers.series import CHANGED

MOST_CHANGES = 200
"""Figures that a story lists; the counts are of all."""


class ToldFinding(BaseModel):
    """One finding with its place on the page."""

    check: str
    message: str
    place: str | None


class Change(BaseModel):
    """One figure that is not what the last good page says; `old` or `new` is empty where it is new or gone."""

    region: str | None
    measure: str
    period: str | None
    old: str | None
    new: str | None
    unit: str | None


class Story(BaseModel):
    """An entry, and all that is known of it."""

    entry: Entry
    http: str | None = None
    parser: str | None = None
    parser_version: str | None = None
    judged_at: datetime | None = None
    failed: list[ToldFinding] = []
    accepted: list[ToldFinding] = []
    """Findings that a person accepted by releasing the page."""
    layout: list[str] = []
    """How the page is laid out otherwise than the last good one, or the earlier issues of its series."""
    shape: list[str] = []
    """What its tables look like."""
    compared_with: str | None = None
    counts: dict[str, int] = {}
    """Figures added, changed, gone and same against the page that serves, or that it was compared with."""
    changes: list[Change] = []
    not_compared: str | None = None
    """Why figures cannot be set beside the last good page."""
    decisions: list[str] = []
    """What people decided, the oldest first."""
    body: str
    """Where the bytes lie in the home."""
    body_problem: str | None = None


def story(shelf: Shelf, entry: Entry) -> Story:
    """Gather the story. Reads the body and parses it once more where figures are to be compared; keeps nothing."""
    sha = entry.body_sha256 or ""
    told = Story(entry=entry, body=body_place(sha))
    try:
        shelf.archive.kept(sha)
    except ArchiveDamaged as error:
        told.body_problem = str(error)
    if entry.kind != "page":
        return told
    capture = shelf.capture(entry.id)
    outcome = shelf.outcome(capture)
    told.decisions = [
        f"{d.decided_at:%Y-%m-%d %H:%M} UTC: {d.told()} ({d.decision_id})" for d in shelf.decisions.get(entry.id, [])
    ]
    if outcome is None:
        return told
    told.parser, told.parser_version, told.judged_at = outcome.parser, outcome.parser_version, outcome.parsed_at
    told.failed = [
        ToldFinding(check=f.check, message=f.message, place=_place(f)) for f in outcome.findings if not f.passed
    ]
    released = outcome.decision is not None and outcome.decision.kind is DecisionKind.RELEASE
    names = {f.check for f in outcome.decision.accepted} if outcome.decision and released else set()
    told.accepted = [
        ToldFinding(check=f.check, message=f.message, place=_place(f))
        for f in outcome.findings
        if f.passed and f.check in names
    ]
    told.layout = [f.message for f in outcome.findings if f.check in (CHANGED, "another_layout", "other_layout")]
    shapes = outcome.layout.get("shape")
    told.shape = _shape_lines(shapes) if isinstance(shapes, list) else []
    if not told.body_problem:
        _compare(told, shelf, entry)
    return told


def contradictions(shelf: Shelf, entry: Entry) -> list[Finding]:
    """Failed findings by which the page contradicts itself: no decision overrules them."""
    outcome = shelf.outcome(shelf.capture(entry.id)) if entry.kind == "page" else None
    return [f for f in outcome.findings if not f.passed and f.check in CONTRADICTORY] if outcome else []


def _compare(told: Story, shelf: Shelf, entry: Entry) -> None:
    """Set the figures of the page beside those of the page that serves instead."""
    outcome = shelf.outcome(shelf.capture(entry.id))
    recorded = outcome.layout.get("compared_with") if outcome else None
    other_id = recorded if isinstance(recorded, str) else entry.serving_id
    if other_id is None:
        told.not_compared = "no good page of this address is known"
        return
    other = shelf.outcome(shelf.capture(other_id))
    if other is None or other.verdict not in SERVING:
        told.not_compared = "the page that it was compared with serves no more"
        return
    told.compared_with = other_id
    try:
        new = _records(shelf, entry)
    except Refusal as refusal:
        told.not_compared = f"the page cannot be read ({refusal.code}: {refusal})"
        return
    except Exception as error:  # a page that breaks its parser is quarantined for that
        told.not_compared = f"the parser breaks on it ({type(error).__name__}: {error})"
        return
    before, after = by_key(read_records(shelf.home, other)), by_key(new)
    changed = [key for key in before if key in after and before[key].value != after[key].value]
    units = [
        key for key in before if key in after and key not in changed and before[key].unit_label != after[key].unit_label
    ]
    gone, added = [key for key in before if key not in after], [key for key in after if key not in before]
    told.counts = {
        "changed": len(changed),
        "unit changed": len(units),
        "gone": len(gone),
        "new": len(added),
        "same": len(before.keys() & after.keys()) - len(changed) - len(units),
    }
    told.changes = [
        _change(before.get(key), after.get(key)) for key in [*changed, *units, *gone, *added][:MOST_CHANGES]
    ]


def _records(shelf: Shelf, entry: Entry) -> list[Record]:
    capture = shelf.capture(entry.id)
    outcome = shelf.outcome(capture)
    if outcome is not None and outcome.record_count:
        return read_records(shelf.home, outcome)
    page = Page(shelf.archive.body(capture), capture.url, capture.knowledge, capture.source_id, capture.capture_id)
    named = outcome.parser if outcome and outcome.parser != "none" else None
    return list(read_page(page, named)[1].records)


def _change(old: Record | None, new: Record | None) -> Change:
    one = new or old
    assert one is not None
    return Change(
        region=one.region_label,
        measure=one.measure_label,
        period=one.period,
        old=_printed(old),
        new=_printed(new),
        unit=one.unit_label,
    )


def _printed(record: Record | None) -> str | None:
    if record is None:
        return None
    unit = record.unit_label or ""
    return record.value_text if record.value_text.endswith(unit) else f"{record.value_text} {unit}"


def _place(finding: Finding) -> str | None:
    places = {"table": finding.table_no, "row": finding.row_no, "column": finding.column_no}
    return ", ".join(f"{name} {number}" for name, number in places.items() if number is not None) or None


def _shape_lines(recorded: list[dict[str, object]]) -> list[str]:
    lines = []
    for shape in shapes_in(recorded):
        columns = " | ".join(
            f"{c.label or 'values'}{' (' + '、'.join(u for u in c.units if u) + ')' if any(c.units) else ''}"
            for c in shape.columns
        )
        lines.append(f"table {shape.table_no}: {len(shape.rows)} rows; {columns}")
    return lines

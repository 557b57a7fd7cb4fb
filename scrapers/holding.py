"""Is a page believed that agrees with itself? Held against its source, earlier pages, and what a person decided.

`doubts_about` gathers what the comparison says, the shape before any figure; `settled` draws the verdict. A person's
release overrides just the findings that it names; a hold overrides everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scrapers.captures import Capture, Origin
from scrapers.checks.against_last import compare
from scrapers.layouts import Difference, TableShape, differences, shapes_of, told
from scrapers.quarantine.decisions import Decision, DecisionKind
from scrapers.records import SERVING, Finding, Parsed, Record, Verdict
from scrapers.series import CHANGED, Series, judge_series
from scrapers.source_model import Source

if TYPE_CHECKING:
    from scrapers.parse import ParseOutcome

HELD = "held_by_hand"
RELEASABLE = frozenset(
    {
        CHANGED, "another_layout", "another_table", "columns_shifted", "digits_lost", "figures_moved",
        "implausible_change", "lost_everything", "lost_figures", "lost_measures", "lost_percentages", "lost_regions",
        "mass_revision", "only_period_changed", "rows_swapped", "scale_changed", "too_few_records", "unit_changed",
    }
)  # fmt: skip
"""Findings from the comparison with what is known: a person who has looked at the page may know better. What says that
the page is not the page, or cannot be read, is no matter of belief."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page is held against, beside itself."""

    source: Source | None = None
    earlier: Sequence[tuple[Capture, ParseOutcome]] = ()
    """Earlier captures of the address, the oldest first."""
    records_of: Callable[[ParseOutcome], Sequence[Record]] = lambda outcome: ()
    series: Series | None = None
    decision: Decision | None = None


@dataclass(slots=True)
class Doubts:
    """What speaks against a page; failed findings hold it."""

    findings: list[Finding] = field(default_factory=list)
    layout: dict[str, object] = field(default_factory=dict)


def believed(own: Parsed, parser: str, origin: Origin, beside: Beside) -> Parsed:
    """The page as a refresh believes it. `own` is what it says by itself, checked."""
    if own.verdict is Verdict.QUARANTINED:
        return own
    shapes = shapes_of(own.records)
    own = replace(own, layout={**own.layout, "shape": [shape.as_json() for shape in shapes]})
    return settled(own, doubts_about(own, shapes, parser, origin, beside), beside.decision)


def settled(own: Parsed, doubts: Doubts, decision: Decision | None) -> Parsed:
    """The verdict on a page: held by a person, held by a doubt that no person settled, else its own."""
    is_release = decision is not None and decision.kind is DecisionKind.RELEASE
    accepted = {finding.check for finding in decision.accepted} if decision and is_release else set()
    findings = [_overridden(f, decision) if decision and f.check in accepted else f for f in doubts.findings]
    parsed = replace(own, findings=[*own.findings, *findings], layout={**own.layout, **doubts.layout})
    if decision is not None and decision.kind is DecisionKind.HOLD:
        return _held(parsed, [Finding(HELD, False, decision.told())])
    failed = [finding for finding in findings if not finding.passed]
    if not failed or own.document is not None:  # a plan may be rewritten: the register tells
        return parsed
    return _held(parsed, [], reason=failed[0].check)


def doubts_about(own: Parsed, shapes: Sequence[TableShape], parser: str, origin: Origin, beside: Beside) -> Doubts:
    """All that the source's promise, the last good page and the series say against a page: shapes before figures."""
    doubts = Doubts()
    _against_last(doubts, own, shapes, parser, origin, beside)
    if own.document is None and beside.series is not None:
        found, vouched = judge_series(beside.series, parser, shapes)
        is_said = any(finding.check == CHANGED for finding in doubts.findings)
        doubts.findings = doubts.findings if is_said else [*found, *doubts.findings]
        doubts.layout["series"] = vouched
    _enough(doubts, own, beside.source)
    return doubts


def _enough(doubts: Doubts, parsed: Parsed, source: Source | None) -> None:
    """A whole page has as many figures as its source promises."""
    if source is None or source.may_be_empty or parsed.document is not None or parsed.verdict is not Verdict.ACCEPTED:
        return
    if len(parsed.records) < source.minimum_records:
        message = (
            f"{len(parsed.records)} figures, where a page of {source.source_id} has at least {source.minimum_records}"
        )
        doubts.findings.append(Finding("too_few_records", False, message))


def _against_last(
    doubts: Doubts, own: Parsed, shapes: Sequence[TableShape], parser: str, origin: Origin, beside: Beside
) -> None:
    """Compare with the newest earlier capture of the address that may serve; another parser is another layout."""
    for before, last in reversed(beside.earlier):
        if last.verdict not in SERVING or not last.record_count:
            continue
        same_layout = before.origin is not Origin.STARTER or origin is Origin.STARTER
        if last.parser != parser:
            if not same_layout:
                continue
            message = f"{parser} claims the page, {last.parser} read the last good one at this address"
            doubts.findings.append(Finding("another_layout", False, message))
            return
        had = beside.records_of(last)
        found = compare(own.records, had, same_layout=same_layout)
        if own.document is None and not found.is_other_table and own.records:
            harmless = {"rows_added"} | ({"periods"} if found.counts.get("same") else set())
            doubts.findings += _changed_shapes(shapes_of(had), shapes, harmless, same_layout=same_layout)
        doubts.findings += found.findings
        doubts.layout |= {"compared_with": before.capture_id, "difference": dict(found.counts)}
        return


def _changed_shapes(
    known: Sequence[TableShape], new: Sequence[TableShape], harmless: Set[str], *, same_layout: bool
) -> list[Finding]:
    """One finding a table of the last page that is laid out otherwise or gone; what was only added is no change.

    Periods in another order are none where figures of the same periods agree: the headers moved with them.
    """
    findings = []
    for number, shape in enumerate(known):
        others = _counterparts(shape, number, known, new)
        if not others:
            if same_layout:
                message = f"table {shape.table_no} is gone ({shape.stem or 'without a title'})"
                findings.append(Finding(CHANGED, False, message, shape.table_no))
            continue
        compared = [(differences(shape, other, loosely=not same_layout), other) for other in others]
        best = [
            ([d for d in found if d.kind not in harmless and not _moved_rows(d, shape, new)], other.table_no)
            for found, other in compared
        ]
        found, table_no = min(best, key=lambda pair: len(pair[0]))
        if found:
            findings.append(Finding(CHANGED, False, told(found), table_no))
    return findings


def _counterparts(
    shape: TableShape, number: int, known: Sequence[TableShape], new: Sequence[TableShape]
) -> list[TableShape]:
    """The tables of the new page that may stand for one of the last: of the same title, else in the same place."""
    alike = [each for each in new if each.stem == shape.stem]
    if len(alike) == len(new) == len(known):
        return [new[number]]  # one title for all: their order tells them apart
    return alike or ([new[number]] if len(known) == len(new) else [])


def _moved_rows(difference: Difference, shape: TableShape, new: Sequence[TableShape]) -> bool:
    """True for rows that stand in another table of the same title by now, where each period has a table."""
    if difference.kind != "rows_gone":
        return False
    return set(shape.rows) <= {row for other in new if other.stem == shape.stem for row in other.rows}


def _overridden(finding: Finding, decision: Decision) -> Finding:
    if finding.passed:
        return finding
    return replace(finding, passed=True, message=f"{finding.message} [{decision.told()} ({decision.decision_id})]")


def _held(parsed: Parsed, findings: Sequence[Finding], reason: str | None = None) -> Parsed:
    reason = reason or findings[0].check
    return replace(parsed, verdict=Verdict.QUARANTINED, reason=reason, findings=[*parsed.findings, *findings])

"""What `zhibiao quarantine` says: rows of the list, lines of a story, the answer to a decision."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from scrapers.quarantine.decisions import Decision, DecisionKind
from scrapers.quarantine.listing import Entry
from scrapers.quarantine.story import Story
from scrapers.records import Finding
from warehouse.plain_text import visible

SHOWN = 12
"""Figures that a story shows on the terminal; `--json` has more."""
HEADER = ("id", "source", "reason", "since", "serves instead", "address", "what is wrong")


def as_rows(found: Sequence[Entry]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Header and rows of the list for a terminal."""
    rows: list[tuple[object, ...]] = [
        (e.id[:12], e.source_id, _reason(e), f"{e.since:%Y-%m-%d}", _instead(e), e.url, e.message) for e in found
    ]
    return HEADER, rows


def as_json_lines(found: Sequence[Entry]) -> str:
    """All fields of all entries as a JSON array."""
    return json.dumps([entry.model_dump(mode="json") for entry in found], ensure_ascii=False, indent=1)


def lines(told: Story) -> Iterator[str]:
    """The story of a page, line by line; what came from the page cannot steer the terminal."""
    for line in _lines(told):
        yield visible(line).replace("\n", "\\n")  # a label of several lines makes up no line of ours


def _lines(told: Story) -> Iterator[str]:
    entry = told.entry
    yield f"{entry.id}: {_reason(entry)}" + (f": {entry.message}" if entry.message else "")
    yield f"  address    {entry.url}"
    yield f"  source     {entry.source_id}" + (f", titled {entry.title}" if entry.title else "")
    yield f"  came       {entry.since:%Y-%m-%d %H:%M} UTC, {entry.origin}"
    if told.parser and told.judged_at:
        yield f"  judged     {told.judged_at:%Y-%m-%d %H:%M} UTC by {told.parser} {told.parser_version}"
    yield f"  body       {told.body}" + (f" ({told.body_problem})" if told.body_problem else "")
    is_other = entry.serving_id and entry.verdict not in ("accepted", "incomplete")
    yield f"  instead    {_instead(entry)}" + (f" ({entry.serving_id})" if is_other else "")
    yield from _part("Failed", [f"{f.check}{f' ({f.place})' if f.place else ''}: {f.message}" for f in told.failed])
    yield from _part("Accepted by a person", [f"{f.check}: {f.message}" for f in told.accepted])
    yield from _part("Layout, otherwise than known", told.layout)
    yield from _part("Shape of its tables", told.shape)
    if told.compared_with:
        yield f"Figures against {told.compared_with}"
        yield "  " + (", ".join(f"{n} {what}" for what, n in told.counts.items() if n) or told.not_compared or "none")
        for change in told.changes[:SHOWN]:
            where = " | ".join(part for part in (change.region, change.measure, change.period) if part)
            yield f"  {where}: {change.old or '(not there)'} → {change.new or '(gone)'}"
        if len(told.changes) > SHOWN:
            yield f"  … {sum(n for what, n in told.counts.items() if what != 'same') - SHOWN} more; see --json"
    elif told.not_compared:
        yield f"Figures: {told.not_compared}"
    yield from _part("Decisions", told.decisions)
    yield "What to do"
    yield f"  {entry.advice}"
    yield f"  the page itself: `zhibiao quarantine show {entry.id[:12]} --body -o FILE`"


def decided(decision: Decision, entry: Entry, contradictions: Sequence[Finding] = (), *, is_new: bool) -> Iterator[str]:
    """What a decision means, and from when; what the page says against itself stays in force."""
    if not is_new:
        yield f"decided before: {entry.id[:12]} {decision.told()}"
        return
    yield f"{entry.id[:12]} {decision.told()}"
    for finding in decision.accepted:
        yield f"  accepted: {finding.check}: {finding.message}"
    if decision.kind is DecisionKind.RELEASE:
        yield "the next `zhibiao refresh` lets the page serve, and its layout counts as known in its series"
        if contradictions:
            yield "but its figures also disagree with each other, so that they are kept and not used for facts:"
            yield from (f"  {finding.check}: {finding.message}" for finding in contradictions)
    elif decision.kind is DecisionKind.HOLD:
        yield f"after the next `zhibiao refresh` it serves no more; instead: {_other(entry)}"
        yield "facts that come from it alone vanish then, with this decision as their reason"
    else:
        yield "the next `zhibiao refresh` judges the page by the checks alone"


def _part(title: str, told: Sequence[str]) -> Iterator[str]:
    if told:
        yield title
        yield from (f"  {line}" for line in told)


def _reason(entry: Entry) -> str:
    reason = entry.reason or entry.verdict
    if entry.verdict in ("quarantined", "unparsed"):
        return reason
    return entry.verdict if reason == entry.verdict else f"{entry.verdict}: {reason}"


def _instead(entry: Entry) -> str:
    return "it serves itself" if entry.verdict in ("accepted", "incomplete") else _other(entry)


def _other(entry: Entry) -> str:
    if entry.serving_id is None or entry.serving_since is None:
        return "nothing"
    return f"page of {entry.serving_since:%Y-%m-%d} ({entry.serving_age_days} days old)"

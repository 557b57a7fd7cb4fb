"""What the release of a night says of itself: facts, targets, sources and questions against the release before."""

from __future__ import annotations

from datetime import UTC, datetime

from scrapers.home import Home
from warehouse import release
from warehouse.compare import Difference
from warehouse.telling.changes import questions_that_are_new, sources_that_turned, standing_of
from warehouse.telling.notice import Event, FactCounts, Notice, Severity, one_line


def of_release(home: Home, notice: Notice) -> None:
    """Add what readers have, and, where this run published it, what is new in it."""
    try:
        serving = release.current(home)
    except release.NoRelease:
        return
    notice.serving_release_id = serving.release_id
    notice.serving_age_hours = round((datetime.now(UTC) - serving.manifest.created_at).total_seconds() / 3600, 1)
    if notice.outcome != "published" or serving.release_id != notice.release_id:
        return
    difference = serving.manifest.difference
    facts = serving.manifest.tables.get("fct_region_indicator")
    notice.previous_release_id = serving.manifest.previous
    notice.facts = FactCounts(
        added=difference.facts_added, changed=difference.facts_changed, gone=difference.facts_gone,
        total=facts.rows if facts else None,
    )  # fmt: skip
    notice.targets_moved = difference.targets_moved
    if difference.compared_with is None:
        if difference.note and serving.manifest.previous:
            notice.remarks.append(one_line(difference.note))
    elif difference.facts_added or difference.facts_changed or difference.facts_gone:
        notice.events += _facts(difference)
    notice.events += [
        Event(
            code="target_moved", severity="green", subject=move.target_id,
            detail=f"{move.old_status or 'new'} → {move.new_status or 'gone'}"
            + (f" ({move.new_reason})" if move.new_reason else ""),
        )
        for move in difference.targets
    ]  # fmt: skip
    _against_previous(serving, notice)


def _facts(difference: Difference) -> list[Event]:
    severity: Severity = "yellow" if difference.facts_gone else "green"
    groups = [
        Event(
            code="facts", severity=severity if group.gone else "green",
            subject=f"{group.source_id or 'no source'}, {group.indicator_id}",
            detail=f"{group.added} added, {group.changed} changed, {group.gone} gone",
        )
        for group in difference.groups
    ]  # fmt: skip
    examples = [
        Event(
            code="fact_gone" if example.change == "gone" else "fact_changed",
            severity="yellow" if example.change == "gone" else "green",
            subject=f"{example.region_id} {example.indicator_id} {example.period}",
            detail=f"{_number(example.old_value)} → {_number(example.new_value)} ({example.source_id})",
        )
        for example in difference.examples
    ]  # fmt: skip
    return groups + examples


def _number(value: object) -> str:
    return "none" if value is None else f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def _against_previous(serving: release.Release, notice: Notice) -> None:
    """Sources and questions against the release before; where it is gone or too old for that, in numbers only."""
    import duckdb

    old = serving.folder.parent / serving.manifest.previous / release.DATABASE if serving.manifest.previous else None
    try:
        events, counts = sources_that_turned(old, serving.database) if old else ([], standing_of(serving.database))
    except duckdb.Error:  # pruned, damaged, or from before sources had a severity
        events, counts = [], standing_of(serving.database)
    notice.events += events
    notice.standing |= {f"sources_{level}": count for level, count in counts.items()}
    events, asked = questions_that_are_new(old or serving.database, serving.database)
    notice.events += events
    notice.standing["open_questions"] = asked

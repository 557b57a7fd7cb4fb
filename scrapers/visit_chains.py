"""Which runs belong to one visit of a source: a large one is cut short by the limits of a run and goes on in the next.

The first visit to a yearbook of twenty years takes several nights. What it brings is one history, so that for the
question whether a layout has changed these nights count as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scrapers.captures import Attempt, Origin
from scrapers.source_model import Source

NEARLY = 0.9
"""Share of its limits from which a run counts as cut short: retries and waiting are not in the log."""


def visits_by_capture(attempts: Iterable[Attempt], catalog: Mapping[str, Source]) -> dict[str, str]:
    """The visit that first brought a capture: the run that began it. `attempts` in the order of time."""
    first_run: dict[str, Attempt] = {}
    of_source: dict[str, dict[str, list[Attempt]]] = {}
    for attempt in attempts:
        if attempt.capture is not None:
            first_run.setdefault(attempt.capture.capture_id, attempt)
        if attempt.origin is Origin.FETCHED:
            of_source.setdefault(attempt.source_id, {}).setdefault(attempt.run_id, []).append(attempt)
    began: dict[tuple[str, str], str] = {}
    for source_id, runs in of_source.items():
        visit, is_cut = "", False
        for run_id, made in runs.items():
            visit = visit if is_cut else run_id
            began[source_id, run_id] = visit
            is_cut = _is_cut(made, catalog.get(source_id))
    return {
        capture_id: began.get((attempt.source_id, attempt.run_id), attempt.run_id)
        for capture_id, attempt in first_run.items()
    }


def _is_cut(made: list[Attempt], source: Source | None) -> bool:
    """True for a run that came near the limits of its source."""
    if source is None:
        return False
    seconds = (made[-1].attempted_at - made[0].attempted_at).total_seconds()
    rules = source.politeness
    return len(made) >= NEARLY * rules.max_addresses or seconds >= NEARLY * rules.max_seconds

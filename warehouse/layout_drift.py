"""Pages that came in another layout than the known one, as a run tells them: in its file, its log, its notification."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from scrapers.home import Home
from warehouse import state


class LayoutDrift(TypedDict):
    """One page whose figures are not used, since it is laid out otherwise than before."""

    capture_id: str
    source_id: str
    url: str
    since: datetime
    """UTC, when it came."""
    difference: str | None
    """What is different, in words."""
    is_new: bool
    """True where this run was the first to say so."""


def layout_drift(home: Home, run_started: datetime | None) -> list[LayoutDrift]:
    """The pages that wait for a person because of their layout, as of the last load, the newest first."""
    known = state.read(home)
    return [
        LayoutDrift(
            capture_id=page.capture_id,
            source_id=page.source_id,
            url=page.url,
            since=page.fetched_at,
            difference=page.message,
            is_new=bool(run_started and page.judged_at and page.judged_at >= run_started),
        )
        for page in (known.changed_layouts if known else [])
    ]

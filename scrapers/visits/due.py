"""When an address is due again: by the cadence of its source and by what came of the last visit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scrapers.archive import Archive
from scrapers.captures import Origin, Outcome
from scrapers.source_model import Source

SHANGHAI = ZoneInfo("Asia/Shanghai")
FILES_LEFT = "files_left:"
"""Reason of the entry that makes a page due at once, although it came: not all of its files did."""
BODY_LOST = "body_lost:"
"""Reason of the entry that makes a page due at once because what was stored of it is missing or damaged."""
_VISITED = frozenset({Outcome.NEW, Outcome.UNCHANGED, Outcome.NOT_FOUND})
"""Outcomes after which an address is left alone until its cadence is over; after any other it stays due."""


def last_visits(archive: Archive) -> dict[tuple[str, str], datetime]:
    """When each address of each source was last visited with success, its files included."""
    visits: dict[tuple[str, str], datetime] = {}
    for attempt in archive.attempts():
        if attempt.origin is not Origin.FETCHED:
            continue
        if attempt.outcome in _VISITED:
            visits[attempt.source_id, attempt.url] = attempt.attempted_at
        elif attempt.outcome is Outcome.FAILED and (attempt.reason or "").startswith((FILES_LEFT, BODY_LOST)):
            visits.pop((attempt.source_id, attempt.url), None)
    return visits


def is_due(source: Source, visits: Mapping[tuple[str, str], datetime], today: date) -> bool:
    return any(address_is_due(source, url, visits, today) for url in source.asked(today))


def address_is_due(source: Source, url: str, visits: Mapping[tuple[str, str], datetime], today: date) -> bool:
    last = visits.get((source.source_id, url))
    if last is None:
        return True
    days = source.cadence.days
    return days is not None and (today - last.astimezone(SHANGHAI).date()).days >= days

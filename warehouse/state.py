"""What the home holds, in brief: written after each load so that `zhibiao status` need not open the build database."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from scrapers.home import Home
from warehouse.database import rows_of
from warehouse.places import BUILD_STATE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_PAGES = 200
"""Quarantined pages named in the file; the count is of all."""


class SourceState(BaseModel):
    """One source as of the last load."""

    source_id: str
    captures: int
    newest_capture_at: datetime | None
    """UTC, when the newest capture came into the home."""
    newest_origin: str | None
    newest_publication: date | None
    last_attempt_at: datetime | None
    last_outcome: str | None
    last_reason: str | None
    freshness_limit_days: int | None
    quarantined: int


class QuarantinedPage(BaseModel):
    """One page whose newest capture is not believed."""

    capture_id: str
    source_id: str
    url: str
    reason: str | None
    message: str | None
    fetched_at: datetime
    judged_at: datetime | None = None
    serving_capture_id: str | None
    """The older capture of the same address that serves instead; None where there is none."""


LAYOUT_REASONS = ("changed_layout", "another_layout")
"""Reasons of quarantined pages that are laid out otherwise than before."""


class HomeState(BaseModel):
    """The home as of the last load."""

    loaded_at: datetime
    captures: int
    records: int
    sources: list[SourceState]
    quarantined_count: int
    quarantined: list[QuarantinedPage]
    """At most MOST_PAGES, newest first."""
    changed_layouts: list[QuarantinedPage] = []
    """Of these pages all whose layout is not the known one, at most MOST_PAGES."""


def write(home: Home, connection: DuckDBPyConnection) -> HomeState:
    """Write the state of the build database beside it, whole or not at all."""
    pages = rows_of(connection, QUARANTINED)
    state = HomeState.model_validate(
        rows_of(connection, COUNTS)[0]
        | {
            "sources": rows_of(connection, SOURCES),
            "quarantined_count": len(pages),
            "quarantined": pages[:MOST_PAGES],
            "changed_layouts": [page for page in pages if page["reason"] in LAYOUT_REASONS][:MOST_PAGES],
        }
    )
    home.write(state.model_dump_json(indent=1).encode(), BUILD_STATE)
    return state


def read(home: Home) -> HomeState | None:
    """The state as of the last load, or None before the first."""
    try:
        return HomeState.model_validate_json(home.read(BUILD_STATE))
    except (FileNotFoundError, ValueError):
        return None


COUNTS = """
    SELECT
        now() AS loaded_at,
        (SELECT count(*) FROM raw.captures) AS captures,
        (SELECT count(*) FROM raw.records) AS records
"""

LATEST = """
    latest AS (
        SELECT captures.*, outcome.verdict, outcome.reason, outcome.message, outcome.parsed_at
        FROM raw.captures
        LEFT JOIN (
            FROM raw.parse_outcomes QUALIFY row_number() OVER (PARTITION BY capture_id ORDER BY parsed_at DESC) = 1
        ) AS outcome USING (capture_id)
    ),
    newest AS (FROM latest QUALIFY row_number() OVER (PARTITION BY url ORDER BY arrival_no DESC) = 1)
"""
"""`latest`: captures with what their last parse said; `newest`: of each address only the capture that came last."""

QUARANTINED = f"""
    WITH {LATEST}
    SELECT
        newest.capture_id, newest.source_id, newest.url, newest.reason, newest.message, newest.fetched_at,
        newest.parsed_at AS judged_at,
        (
            SELECT arg_max(good.capture_id, good.arrival_no) FROM latest AS good
            WHERE good.url = newest.url AND good.verdict IN ('accepted', 'incomplete')
        ) AS serving_capture_id
    FROM newest
    WHERE newest.verdict = 'quarantined'
    ORDER BY newest.fetched_at DESC, newest.url
"""

SOURCES = f"""
    WITH {LATEST},
    ids AS (
        SELECT source_id FROM raw.sources UNION SELECT source_id FROM raw.captures
        UNION SELECT source_id FROM raw.attempts
    ),
    held AS (
        SELECT
            source_id, count(*) AS captures, max(fetched_at) AS newest_capture_at,
            arg_max(origin, arrival_no) AS newest_origin, max(published_on) AS newest_publication
        FROM raw.captures GROUP BY source_id
    ),
    tried AS (
        SELECT
            source_id, max(attempted_at) AS last_attempt_at, arg_max(outcome, attempted_at) AS last_outcome,
            arg_max(coalesce(reason, ''), attempted_at) AS last_reason
        FROM raw.attempts GROUP BY source_id
    ),
    bad AS (SELECT source_id, count(*) AS quarantined FROM newest WHERE verdict = 'quarantined' GROUP BY source_id)
    SELECT
        ids.source_id, coalesce(held.captures, 0) AS captures, held.newest_capture_at, held.newest_origin,
        held.newest_publication, tried.last_attempt_at, tried.last_outcome,
        nullif(tried.last_reason, '') AS last_reason, sources.freshness_limit_days,
        coalesce(bad.quarantined, 0) AS quarantined
    FROM ids
    LEFT JOIN raw.sources AS sources USING (source_id)
    LEFT JOIN held USING (source_id)
    LEFT JOIN tried USING (source_id)
    LEFT JOIN bad USING (source_id)
    ORDER BY ids.source_id
"""

"""Sources made for visits to the mirror, and one visit to them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from scrapers.archive import Archive
from scrapers.home import Home
from scrapers.scrape import ScrapeSummary, due_sources, scrape
from scrapers.source_model import Cadence, Politeness, Source
from scrapers.visits.due import SHANGHAI

TODAY = datetime.now(SHANGHAI).date()
RULES = {
    "requests_per_second": 50.0, "timeout_seconds": 1.0, "deadline_seconds": 2.0, "backoff_seconds": 0.01,
    "max_attempts": 2, "allow_private_addresses": True,
}  # fmt: skip


def source(rules: dict[str, Any] | None = None, **changes: Any) -> Source:
    """A source that is visited fast; `rules` change its politeness, `changes` its other fields."""
    values: dict[str, Any] = {
        "source_id": "a_source", "publisher_zh": "局", "publisher_en": "Office", "title_zh": "表", "title_en": "Table",
        "cadence": Cadence.MONTHLY, "region_scope": "country", "publisher_rank": 1, "is_official": True,
        "licence_note": "none", "freshness_limit_days": 10, "minimum_records": 1,
    }  # fmt: skip
    return Source(**{**values, "politeness": Politeness(**{**RULES, **(rules or {})}), **changes})


def visit(home: Home, wanted: Source, run_id: str = "run", **how: Any) -> ScrapeSummary:
    return scrape(home, wanted, **{"run_id": run_id, "live": True, "starter": Path("/nowhere"), **how})


def due(home: Home, *sources: Source, **how: Any) -> list[str]:
    catalog = {wanted.source_id: wanted for wanted in sources}
    return due_sources(home, catalog, **{"live": True, "starter": Path("/nowhere"), **how})


def outcomes(home: Home) -> list[tuple[str, str]]:
    return [(attempt.url.rsplit("/", 1)[1], str(attempt.outcome)) for attempt in Archive(home).attempts()]

"""Visits one source: decides whether it is due, gets its pages, and archives what came. All of them: `schedule`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from scrapers.archive import Archive
from scrapers.captures import Attempt
from scrapers.fetch import Fetcher
from scrapers.home import Home
from scrapers.imports import register_starter, starter_pending
from scrapers.register.visits import with_plans
from scrapers.sources import Source, select
from scrapers.visits.data_api import collect_data_api
from scrapers.visits.due import SHANGHAI, is_due, last_visits
from scrapers.visits.nbs_data import collect_nbs_data
from scrapers.visits.pages import collect_pages
from scrapers.visits.summary import ScrapeSummary
from scrapers.visits.visit import Visit

__all__ = ["ScrapeSummary", "collect", "due_sources", "scrape", "visit_address", "visit_source"]


def due_sources(
    home: Home,
    catalog: Mapping[str, Source],
    *,
    selected: Sequence[str] | None = None,
    as_of: date | None = None,
    live: bool = False,
    starter: Path | None = None,
) -> list[str]:
    """Ids of the sources that a run has something to do for, sorted.

    Offline: sources with shipped captures that the home does not have yet. Live: also those with an address that its
    cadence says is due on `as_of` (default today, Asia/Shanghai), and every visitable source that is named in
    `selected`. `selected` restricts the sources; none means all. Raises `CatalogError` for an unknown id.
    """
    archive = Archive(home)
    today = as_of or datetime.now(SHANGHAI).date()
    visits = last_visits(archive) if live else {}
    due = []
    for declared in select(catalog, list(selected or [])):
        source = with_plans(home, declared) if live else declared
        wanted = live and not source.is_imported_only and (bool(selected) or is_due(source, visits, today))
        if wanted or starter_pending(archive, source, starter):
            due.append(source.source_id)
    return sorted(due)


def scrape(
    home: Home,
    source: Source,
    *,
    run_id: str,
    live: bool,
    as_of: date | None = None,
    log: Callable[[str], None] | None = None,
    starter: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ScrapeSummary:
    """Bring the captures of one source up to date, and log every attempt. Raises for nothing a site does.

    Shipped captures are registered first (idempotent). Offline, nobody is visited. Live, the due addresses are
    visited, list pages first; where none is due (the source was asked for by name) all of them. A run killed half-way
    goes on where it was.
    """
    archive = Archive(home)
    source = with_plans(home, source) if live else source
    summary = register(archive, source, run_id=run_id, live=live, starter=starter)
    if live and not source.is_imported_only:
        today = as_of or datetime.now(SHANGHAI).date()
        visit_source(archive, source, summary, Fetcher(home, source.politeness, sleep), today, log)
    return summary


def register(
    archive: Archive, source: Source, *, run_id: str, live: bool, starter: Path | None = None
) -> ScrapeSummary:
    """Register the shipped captures of a source (idempotent); the summary, to which its visits then add."""
    summary = ScrapeSummary(source.source_id, run_id, live)
    for attempt in register_starter(archive, source, run_id, starter):
        summary.starter += 1
        summary.count(attempt)
    return summary


def visit_source(
    archive: Archive,
    source: Source,
    summary: ScrapeSummary,
    fetcher: Fetcher,
    today: date,
    log: Callable[[str], None] | None = None,
) -> None:
    """Visit the due addresses of a source, or all where none is due."""
    collect(Visit(archive, source, summary, fetcher, today, log or (lambda line: None)))


def collect(visit: Visit) -> None:
    """Visit the due addresses of a source in the way that the catalog says."""
    if visit.source.nbs_data:
        collect_nbs_data(visit)
        return
    collect_pages(visit)
    collect_data_api(visit)


def visit_address(
    home: Home,
    source: Source,
    url: str,
    *,
    run_id: str,
    log: Callable[[str], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Attempt:
    """Visit one address as a page of a source, whether it is due or not; the logged attempt. Raises as `scrape`."""
    archive = Archive(home)
    summary = ScrapeSummary(source.source_id, run_id, live=True)
    today = datetime.now(SHANGHAI).date()
    fetcher = Fetcher(home, source.politeness, sleep)
    return Visit(archive, source, summary, fetcher, today, log or (lambda line: None)).visit(url)

"""Visits one source: decides whether it is due, gets its pages, and archives what came."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scrapers.archive import Archive
from scrapers.captures import Attempt, Knowledge, Origin, Outcome
from scrapers.decoding import decode
from scrapers.fetch import Fetched, Fetcher
from scrapers.home import Home
from scrapers.imports import register_starter, starter_pending
from scrapers.links import find_links
from scrapers.records import Refusal
from scrapers.register.visits import with_plans
from scrapers.sources import Source, select

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_MOST_REASONS = 20
_VISITED = frozenset({Outcome.NEW, Outcome.UNCHANGED, Outcome.NOT_FOUND})
"""Outcomes after which an address is left alone until its cadence is over; after any other it stays due."""


@dataclass
class ScrapeSummary:
    """What came of one source in one run."""

    source_id: str
    run_id: str
    live: bool
    counts: Counter[str] = field(default_factory=Counter)
    """Attempts by outcome."""
    reasons: list[str] = field(default_factory=list)
    """`address: reason` of attempts without a capture, at most 20."""
    capture_ids: list[str] = field(default_factory=list)
    """New captures."""
    starter: int = 0
    """Shipped captures that were registered."""
    left: int = 0
    """Addresses left for the next run, because a limit of the catalog was reached."""

    def line(self) -> str:
        """One line for a task log."""
        parts = [f"{count} {outcome}" for outcome, count in sorted(self.counts.items())]
        if self.starter:
            parts.append(f"{self.starter} from the starter archive")
        if self.left:
            parts.append(f"{self.left} left for the next run")
        return f"{self.source_id}: {', '.join(parts) or ('nothing due' if self.live else 'nothing to register')}"


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
    today = as_of or datetime.now(_SHANGHAI).date()
    visits = _visits(archive) if live else {}
    due = []
    for declared in select(catalog, list(selected or [])):
        source = with_plans(home, declared) if live else declared
        wanted = live and not source.is_imported_only and (bool(selected) or _is_due(source, visits, today))
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
    summary = ScrapeSummary(source.source_id, run_id, live)
    source = with_plans(home, source) if live else source
    for attempt in register_starter(archive, source, run_id, starter):
        summary.starter += 1
        _count(summary, attempt)
    if live and not source.is_imported_only:
        today = as_of or datetime.now(_SHANGHAI).date()
        _Visit(
            archive, source, summary, Fetcher(home, source.politeness, sleep), today, log or (lambda line: None)
        ).run()
    return summary


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
    today = datetime.now(_SHANGHAI).date()
    fetcher = Fetcher(home, source.politeness, sleep)
    return _Visit(archive, source, summary, fetcher, today, log or (lambda line: None)).visit(url)


# --- what is due ------------------------------------------------------------------------------------------------------


def _visits(archive: Archive) -> dict[tuple[str, str], datetime]:
    """When each address of each source was last visited with success."""
    return {
        (attempt.source_id, attempt.url): attempt.attempted_at
        for attempt in archive.attempts()
        if attempt.origin is Origin.FETCHED and attempt.outcome in _VISITED
    }


def _is_due(source: Source, visits: Mapping[tuple[str, str], datetime], today: date) -> bool:
    return any(_address_is_due(source, url, visits, today) for url in [*source.list_pages(today), *source.pages(today)])


def _address_is_due(source: Source, url: str, visits: Mapping[tuple[str, str], datetime], today: date) -> bool:
    last = visits.get((source.source_id, url))
    if last is None:
        return True
    days = source.cadence.days
    return days is not None and (today - last.astimezone(_SHANGHAI).date()).days >= days


# --- one visit --------------------------------------------------------------------------------------------------------


@dataclass
class _Visit:
    archive: Archive
    source: Source
    summary: ScrapeSummary
    fetcher: Fetcher
    today: date
    log: Callable[[str], None]
    started: float = field(default_factory=time.monotonic)
    requests: int = 0
    done: set[str] = field(default_factory=set)

    def run(self) -> None:
        visits = _visits(self.archive)
        pages, lists = self.source.pages(self.today), self.source.list_pages(self.today)
        forced = not _is_due(self.source, visits, self.today)

        def wanted(url: str) -> bool:
            return forced or _address_is_due(self.source, url, visits, self.today)

        for place in filter(wanted, lists):
            if self.is_over():
                self.summary.left += 1
            else:
                self.list_page(place, wanted)
        for url in filter(wanted, pages):
            self.page(url)

    def page(self, url: str) -> bool:
        """Visit one page; False if the limits of the run left it for the next."""
        if url in self.done:
            return True
        if self.is_over():
            self.summary.left += 1
            return False
        self.visit(url)
        return True

    def visit(self, url: str) -> Attempt:
        """Get one page, archive it and log the attempt."""
        self.requests += 1
        self.done.add(url)
        last = self.archive.last_good(url)
        can_ask = last is not None and last.origin is Origin.FETCHED and self.is_whole(last)
        fetched = self.fetcher.fetch(
            url,
            etag=last.etag if last and can_ask else None,
            last_modified=last.last_modified if last and can_ask else None,
        )
        if fetched.outcome is Outcome.NEW and fetched.body is not None:
            attempt = self.archive.add(
                source_id=self.source.source_id,
                url=url,
                body=fetched.body,
                origin=Origin.FETCHED,
                knowledge=Knowledge(
                    content_type=fetched.content_type,
                    charset=fetched.charset,
                    publisher=self.source.publisher_zh,
                ),
                run_id=self.summary.run_id,
                http_status=fetched.status,
                final_url=fetched.final_url,
                etag=fetched.etag,
                last_modified=fetched.last_modified,
            )
        elif fetched.outcome is Outcome.UNCHANGED and last is not None:
            kept = {"etag": last.etag, "last_modified": last.last_modified, "capture": last.capture}
            attempt = self.note(url, fetched).model_copy(update=kept)
            self.archive.log(attempt)
        else:
            attempt = self.note(url, fetched)
            self.archive.log(attempt)
        self.tell(attempt)
        return attempt

    def list_page(self, place: str, wanted: Callable[[str], bool]) -> None:
        """Visit a list page and the pages that it links to.

        Its own visit is logged last and only counts once its links were visited, so that a run that was cut short
        takes it up again.
        """
        discovery = self.source.discovery
        assert discovery is not None
        self.requests += 1
        fetched = self.fetcher.fetch(place)
        if fetched.outcome is not Outcome.NEW or fetched.body is None:
            attempt = self.note(place, fetched)
        else:
            try:
                text = decode(fetched.body, fetched.charset).text
                links = find_links(text, fetched.final_url or place, discovery, self.source.politeness.allow_hosts)
            except Refusal as error:
                attempt = self.note(place, fetched, Outcome.FAILED, f"{error.code}: {error}")
            else:
                attempt = self.follow(place, fetched, links, wanted)
        self.archive.log(attempt)
        self.tell(attempt)

    def follow(self, place: str, fetched: Fetched, links: list[str], wanted: Callable[[str], bool]) -> Attempt:
        """Visit the links of a list page that are due; the log entry of the list page itself, without a capture."""
        due = [url for url in links if wanted(url)]
        visited = sum(self.page(url) for url in due)
        if visited < len(due):
            reason = f"limit_reached: {len(due) - visited} of {len(due)} links are left for the next run"
            return self.note(place, fetched, Outcome.FAILED, reason)
        if not links:
            sha256 = self.archive.keep(fetched.body or b"")
            reason = f"no_links: no link on the list page fits the pattern (page kept as {sha256})"
            return self.note(place, fetched, Outcome.FAILED, reason)
        return self.note(place, fetched, Outcome.UNCHANGED, f"list_page: {len(links)} links")

    def note(self, url: str, fetched: Fetched, outcome: Outcome | None = None, reason: str | None = None) -> Attempt:
        """A log entry without a capture; the body of a block page is kept as evidence."""
        reason = reason or fetched.reason
        if fetched.outcome is Outcome.BLOCKED and fetched.body:
            reason = f"{reason} (body kept as {self.archive.keep(fetched.body)})"
        return Attempt(
            attempt_id=uuid.uuid4().hex,
            run_id=self.summary.run_id,
            source_id=self.source.source_id,
            url=url,
            attempted_at=datetime.now(UTC),
            outcome=outcome or fetched.outcome,
            origin=Origin.FETCHED,
            reason=reason,
            http_status=fetched.status,
            final_url=fetched.final_url,
        )

    def is_over(self) -> bool:
        rules = self.source.politeness
        return self.requests >= rules.max_addresses or time.monotonic() - self.started > rules.max_seconds

    def is_whole(self, attempt: Attempt) -> bool:
        """True where the archive still holds the body, so that `not modified` would be an answer."""
        return attempt.capture is not None and self.archive.is_kept(attempt.capture)

    def tell(self, attempt: Attempt) -> None:
        _count(self.summary, attempt)
        self.log(f"{attempt.outcome}: {attempt.url}" + (f" ({attempt.reason})" if attempt.reason else ""))


def _count(summary: ScrapeSummary, attempt: Attempt) -> None:
    summary.counts[str(attempt.outcome)] += 1
    if attempt.outcome is Outcome.NEW and attempt.capture:
        summary.capture_ids.append(attempt.capture.capture_id)
    if attempt.outcome not in {Outcome.NEW, Outcome.UNCHANGED} and len(summary.reasons) < _MOST_REASONS:
        summary.reasons.append(f"{attempt.url}: {attempt.reason}")

"""Is a source still there, and still what its parser knows? One page of it is fetched and read; nothing is kept.

What is fetched goes into an archive that is thrown away, so that a check never brings a figure into a release and
never makes an address look visited. Only the turns at the hosts are those of the home.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from scrapers.archive import Archive
from scrapers.captures import Attempt, Origin, Outcome
from scrapers.discovery_model import first_page_only
from scrapers.fetch import Fetcher
from scrapers.home import Home
from scrapers.isolation.limits import ReadersUnavailable
from scrapers.kindred import Kindred
from scrapers.page_reading import read_page
from scrapers.parse import first_failure, judge, newest_outcome, read_records
from scrapers.records import Page, Record, Refusal, Verdict
from scrapers.register.visits import with_plans
from scrapers.scrape import collect
from scrapers.source_model import Source
from scrapers.visits.due import SHANGHAI
from scrapers.visits.summary import ScrapeSummary
from scrapers.visits.visit import Visit

SHOWN = 3
"""Records that are shown of a page."""
MOST_REQUESTS = 40
"""Requests of one check at most: a page behind a list, or an interface that tells its names first."""
MOST_SECONDS = 120.0


class SourceState(StrEnum):
    """What the check of a source came to, the best first."""

    FINE = "fine"
    """The page came and is read as before."""
    REACHABLE = "reachable"
    """The page came, but nothing says that it is read rightly: no figures, or figures that contradict each other."""
    CHANGED_LAYOUT = "changed_layout"
    """The page came and its parser cannot explain it, or it differs from the last good one beyond a revision."""
    BLOCKED = "blocked"
    """Refused: a challenge, a block or login page, robots.txt, a missing token."""
    UNREACHABLE = "unreachable"
    """No answer, a server error, or nothing at the address."""
    IMPORTED_ONLY = "imported_only"
    """No live address is known: nobody was visited."""


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What one source came to."""

    source_id: str
    state: SourceState
    url: str | None = None
    http_status: int | None = None
    reason: str | None = None
    """Code and words, for every state but `fine`."""
    parser: str | None = None
    records: Sequence[Record] = ()
    record_count: int = 0
    compared_with: str | None = None
    """Capture of the home that the page was held against; None where the home has no good one of this address."""
    seconds: float = 0.0


NO_LIST = ("no_links:", "no_list:", "list_cut_off:", "list_contradicts:")
"""How the reason of a list begins that came and is not what the catalog says of it."""


def check_source(home: Home, source: Source, *, sleep: Callable[[float], None] = time.sleep) -> SourceCheck:
    """Fetch one page of a source, read it, and say how it is. Raises for nothing a site does."""
    source = with_plans(home, source)
    if source.is_imported_only:
        return SourceCheck(source.source_id, SourceState.IMPORTED_ONLY, reason=source.note)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="zhibiao-check-") as folder:
        scratch = Archive(Home.at(folder))
        summary = ScrapeSummary(source.source_id, "check", live=True)
        today = datetime.now(SHANGHAI).date()
        fetcher = Fetcher(home, source.politeness, sleep)
        narrow = one_page(source, Archive(home))
        collect(Visit(scratch, narrow, summary, fetcher, today, lambda line: None))
        attempts = list(scratch.attempts())
        found = _judged(home, source, scratch, attempts)
    return replace(found, seconds=time.monotonic() - started)


def one_page(source: Source, archive: Archive) -> Source:
    """The source with one page to visit: the last that came by itself, else the newest that the catalog names.

    Without either, one link of one list page; of an interface the first question, and of its rows the first page. The
    files beside a page are left alone.
    """
    limits = {"max_addresses": MOST_REQUESTS, "max_seconds": min(MOST_SECONDS, source.politeness.max_seconds)}
    update: dict[str, object] = {"politeness": source.politeness.model_copy(update=limits), "attachments": None}
    today = datetime.now(SHANGHAI).date()
    if source.nbs_data:
        update["nbs_data"] = source.nbs_data.model_copy(update={"series": source.nbs_data.series[:1]})
        return source.model_copy(update=update)
    page = _last_that_came(source, archive) or next(reversed(source.pages(today)), None)
    if page is not None:
        update |= {"addresses": [page], "address_template": None, "discovery": None, "data_api": None}
    elif source.discovery:
        lists = source.list_pages(today)
        newest = first_page_only(source.discovery, lists[-1])
        update |= {"discovery": newest.model_copy(update={"max_links": 1}), "data_api": None}
    elif source.data_api:
        first = {"addresses": source.data_api.addresses[:1], "max_pages": 1}
        update["data_api"] = source.data_api.model_copy(update=first)
    return source.model_copy(update=update)


def _last_that_came(source: Source, archive: Archive) -> str | None:
    """The newest page of the source that was fetched; files beside pages and in archives are none."""
    known = {*source.pages(datetime.now(SHANGHAI).date())}
    for capture in reversed(archive.captures()):
        if capture.source_id != source.source_id or capture.origin is not Origin.FETCHED or "#" in capture.url:
            continue
        if capture.url in known or source.has_pattern_for(capture.url):
            return capture.url
    return None


def _judged(home: Home, source: Source, scratch: Archive, attempts: Sequence[Attempt]) -> SourceCheck:
    """The state of a source by the newest page that came, else by what came instead."""
    came = [attempt for attempt in attempts if attempt.outcome is Outcome.NEW and attempt.capture is not None]
    if came:
        return _read(home, source, scratch, came[-1])
    if not attempts:
        return SourceCheck(source.source_id, SourceState.UNREACHABLE, reason="nothing_to_visit: no address was asked")
    last = next((a for a in reversed(attempts) if a.outcome is not Outcome.UNCHANGED), attempts[-1])
    states = {Outcome.BLOCKED: SourceState.BLOCKED, Outcome.DISALLOWED: SourceState.BLOCKED}
    state = states.get(last.outcome, SourceState.UNREACHABLE)
    if last.reason and last.reason.startswith(NO_LIST):
        state = SourceState.CHANGED_LAYOUT
    reason = re.sub(r" \((?:page|body) kept as \w+\)$", "", last.reason or "") or None  # a check keeps nothing
    return SourceCheck(source.source_id, state, last.url, last.http_status, reason)


def _read(home: Home, source: Source, scratch: Archive, attempt: Attempt) -> SourceCheck:
    """The page as a refresh would judge it beside what the home has of its address."""
    capture = attempt.capture
    assert capture is not None
    page = Page(scratch.body(capture), capture.url, capture.knowledge, source.source_id, capture.capture_id)
    found = SourceCheck(source.source_id, SourceState.CHANGED_LAYOUT, capture.url, attempt.http_status)
    archive = Archive(home)
    captures = archive.captures()
    earlier = [
        (c, o)
        for c in captures
        if c.url == capture.url and (o := newest_outcome(home, c.capture_id, source.parser)) is not None
    ]
    series = Kindred(home, captures, archive.attempts(), {source.source_id: source}).series(
        capture, lambda c: newest_outcome(home, c.capture_id, source.parser), lambda o: read_records(home, o)
    )
    try:
        parser, read = read_page(page, source.parser)
        parsed = judge(home, parser, read, capture.origin, source, earlier, series)
    except Refusal as refusal:
        return replace(found, reason=f"{refusal.code}: {refusal}")
    except ReadersUnavailable:
        raise  # trouble of this machine, not of the source
    except Exception as error:  # a page that breaks a parser is quarantined by the refresh, too
        return replace(found, reason=f"parser_error: {type(error).__name__}: {error}")
    compared_with = parsed.layout.get("compared_with")
    found = replace(found, parser=parser.name, compared_with=str(compared_with) if compared_with else None)
    why = f"{parsed.reason}: {first_failure(parsed)}" if parsed.reason else None
    if parsed.verdict is Verdict.QUARANTINED:
        return replace(found, reason=why)
    found = replace(found, records=parsed.records[:SHOWN], record_count=len(parsed.records))
    if parsed.verdict is Verdict.CONTRADICTORY:
        return replace(found, state=SourceState.REACHABLE, reason=f"contradictory: {why}")
    if not parsed.records and parsed.document is None:
        return replace(found, state=SourceState.REACHABLE, reason="no_figures: the page states no figure")
    return replace(found, state=SourceState.FINE)

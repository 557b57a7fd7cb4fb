"""The schedule of a run: all due sources are visited at the same time, each host at its own pace.

- A *stint* is what is to be got for one source at one host. A source whose pages lie on several hosts has several
  stints, so that a host which hangs holds up none of its other pages.
- The stints at one host form a *lane* and come one after another: no two of our own wait for the same turn. Lanes run
  side by side in threads; with more lanes than threads, those with the most to do come first.
- The pace is that of the host's gate (`politeness`), which also holds against other processes of the home and where a
  link or a redirect leads from one lane to the host of another.
- Within a stint the order is that of `visits`: list pages, what they link to, then the pages that the catalog names.
- The limits stay those of a source: `max_addresses` is dealt out among its stints, `max_seconds` counts for each.
- Every page is archived and logged as it comes. A run that was killed goes on where it was: what came is no longer due,
  and a source that was asked for by name is not begun anew in the same run.
- Trouble of this machine ends the stint that met it, stands in its summary, and stops no other.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from scrapers.archive import Archive
from scrapers.captures import Origin
from scrapers.fetch import Fetcher, host_of
from scrapers.home import Home
from scrapers.hosts import Hosts
from scrapers.register.visits import with_plans
from scrapers.scrape import register, visit_source
from scrapers.source_model import Source
from scrapers.visits.due import SHANGHAI, address_is_due, last_visits
from scrapers.visits.summary import ScrapeSummary

MOST_LANES = 32
"""Hosts that are visited at the same time: a lane mostly waits, so that the pace and not this number is the bound."""

Visits = Mapping[tuple[str, str], datetime]


def scrape_all(
    home: Home,
    sources: Iterable[Source],
    *,
    run_id: str,
    live: bool,
    as_of: date | None = None,
    log: Callable[[str], None] | None = None,
    starter: Path | None = None,
) -> Iterator[ScrapeSummary]:
    """Bring the captures of the sources up to date as `scrape` does with one; the summary of each when it is done.

    Raises for nothing that a site does; what goes wrong on this machine stands in the summaries. Given up half-way
    (closed, or interrupted from the keyboard), no further request begins.
    """
    archive = Archive(home)
    run = _Run(home, archive, as_of or datetime.now(SHANGHAI).date(), log or (lambda line: None))
    wanted: list[Source] = []
    for declared in sources:
        name = declared.source_id
        try:
            source = with_plans(home, declared) if live else declared
            run.summaries[name] = register(archive, source, run_id=run_id, live=live, starter=starter)
        except Exception as error:
            run.summaries[name] = ScrapeSummary(name, run_id, live, trouble=_in_words(error))
        else:
            wanted += [source] if live and not source.is_imported_only else []
    yield from run.visit(wanted, begun_in(archive, run_id))


def begun_in(archive: Archive, run_id: str) -> frozenset[str]:
    """The sources that a run has visited already, before it was killed or had trouble."""
    attempts = archive.attempts()
    return frozenset(a.source_id for a in attempts if a.run_id == run_id and a.origin is Origin.FETCHED)


# --- what is to be done -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stint:
    """A source, narrowed to what is visited at one host."""

    host: str
    source: Source
    due: int
    """Addresses that are known beforehand to be due."""

    @property
    def seconds(self) -> float:
        """How long it takes at least, as far as is known beforehand."""
        return self.due / self.source.politeness.requests_per_second


def stints(source: Source, visits: Visits, today: date) -> list[Stint]:
    """A source by hosts: the first host has the list pages and all else that the catalog says, the others pages only.

    Hosts without anything due are left out, unless none has (the source was asked for by name). Together the stints
    make no more requests than `max_addresses`; a host for which that leaves nothing waits for the next run.
    """
    lists, pages = source.list_pages(today), source.pages(today)
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in [*lists[:1], *pages, *source.interfaces]:
        by_host[_host(url)].append(url)
    if len(by_host) < 2 or not _is_pages_only(source):
        host = next(iter(by_host), source.source_id)
        return [Stint(host, source, sum(address_is_due(source, url, visits, today) for url in source.asked(today)))]
    parts, named = [], set(pages)
    for number, (host, urls) in enumerate(by_host.items()):
        own = {"addresses": [url for url in urls if url in named], "address_template": None}
        part = source.model_copy(update=own if number == 0 else {**own, "discovery": None})
        due = sum(address_is_due(source, url, visits, today) for url in part.asked(today))
        parts.append(Stint(host, part, due))
    return _within_limit([part for part in parts if part.due] or parts, source, today)


def _host(url: str) -> str:
    """The host of an address; those without a usable one are kept together, so that they spoil no other."""
    try:
        return host_of(url)
    except ValueError:
        return ""


def _is_pages_only(source: Source) -> bool:
    """True where nothing else is collected than pages, so that each host can have its own."""
    return source.model_copy(update={"addresses": [], "address_template": None, "discovery": None}).is_imported_only


def _within_limit(parts: list[Stint], source: Source, today: date) -> list[Stint]:
    """Deal `max_addresses` out: small stints get what they need, the others share the rest alike."""
    needs = {part.host: part.due or len(part.source.pages(today)) for part in parts}
    for part in parts:
        if part.source.discovery or part.source.attachments:  # how many links a page has is not known beforehand
            needs[part.host] = source.politeness.max_addresses
    left, shared = source.politeness.max_addresses, []
    for number, part in enumerate(sorted(parts, key=lambda part: needs[part.host])):
        share = min(needs[part.host], -(-left // (len(parts) - number)))
        left -= share
        if share:
            rules = source.politeness.model_copy(update={"max_addresses": share})
            shared.append(Stint(part.host, part.source.model_copy(update={"politeness": rules}), part.due))
    return shared


def lanes(wanted: Iterable[Stint]) -> list[list[Stint]]:
    """Stints by host, the host with the most to do first."""
    by_host: dict[str, list[Stint]] = defaultdict(list)
    for stint in wanted:
        by_host[stint.host].append(stint)
    return sorted(by_host.values(), key=lambda lane: -sum(stint.seconds for stint in lane))


# --- doing it ---------------------------------------------------------------------------------------------------------


class _GivenUp(BaseException):
    """The run is over for everybody; not to be taken for trouble of one source."""


@dataclass
class _Run:
    home: Home
    archive: Archive
    today: date
    log: Callable[[str], None]
    summaries: dict[str, ScrapeSummary] = field(default_factory=dict)
    hosts: Hosts = field(default_factory=Hosts)
    stop: threading.Event = field(default_factory=threading.Event)

    def visit(self, sources: Iterable[Source], begun: frozenset[str]) -> Iterator[ScrapeSummary]:
        """Visit the sources; the summary of each, those that are not visited at all first."""
        visits = last_visits(self.archive)
        wanted = []
        for source in sources:
            parts = stints(source, visits, self.today)
            wanted += parts if source.source_id not in begun or any(part.due for part in parts) else []
        missing = Counter(stint.source.source_id for stint in wanted)
        yield from (summary for source_id, summary in self.summaries.items() if not missing[source_id])
        pool = ThreadPoolExecutor(MOST_LANES, thread_name_prefix="lane")
        try:
            for done in self._run_lanes(pool, lanes(wanted)):
                summary = self.summaries[done.source_id]
                summary.add(done)
                missing[done.source_id] -= 1
                if not missing[done.source_id]:
                    yield summary
        finally:
            self.stop.set()
            pool.shutdown(cancel_futures=True)

    def _run_lanes(self, pool: ThreadPoolExecutor, lanes: list[list[Stint]]) -> Iterator[ScrapeSummary]:
        """What came of each stint, as it ends."""
        running = {pool.submit(self._stint, lane[0]): lane for lane in lanes}
        while running:
            done = next(as_completed(running))
            lane = running.pop(done)
            if lane[1:]:
                running[pool.submit(self._stint, lane[1])] = lane[1:]
            yield done.result()

    def _stint(self, stint: Stint) -> ScrapeSummary:
        source, whole = stint.source, self.summaries[stint.source.source_id]
        summary = ScrapeSummary(source.source_id, whole.run_id, whole.live)
        fetcher = Fetcher(self.home, source.politeness, self._sleep, self.hosts)
        try:
            visit_source(self.archive, source, summary, fetcher, self.today, self._tell)
        except Exception as error:
            summary.trouble = _in_words(error)
        return summary

    def _sleep(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise _GivenUp

    def _tell(self, line: str) -> None:
        """Called after every address: here a run that was given up ends also where it need not wait."""
        if self.stop.is_set():
            raise _GivenUp
        self.log(line)


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"

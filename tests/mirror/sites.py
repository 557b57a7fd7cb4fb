"""A set of sites from captures: several hosts with robots.txt, lists, pages, files and an interface, and their faults.

Every host of the captures is a server of its own on loopback: what tells hosts apart is the port. Beside them every
fault of the registry can have a *trial site*, which is a copy of one capture on a host of its own, with a list: so that
a host that hangs hides no other fault.
"""

from __future__ import annotations

import fnmatch
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from scrapers.captures import Knowledge
from scrapers.page_reading import parse_page
from scrapers.records import SERVING, Page, Refusal
from scrapers.sources import CATALOG, Source, load_catalog
from scrapers.visits.due import SHANGHAI
from tests.mirror.captures import Played, captures_of
from tests.mirror.faults import FAULTS, Fault, Place
from tests.mirror.faults.site import DRAFTS
from tests.mirror.national import national_interface
from tests.mirror.pages import list_page
from tests.mirror.server import Answer, Asked, Mirror

ROBOTS = "/robots.txt"
FEW = 100
"""Pages with no more figures serve for faults that do not touch the content: a night should not be long for nothing."""


@dataclass(frozen=True)
class TrialSite:
    """A copy of one capture on a host of its own, at which one fault is tried."""

    name: str
    """Host in place of a real one, and id of its source."""
    fault: Fault
    played: Played
    page: str
    """Path of the page."""

    @property
    def path(self) -> str:
        """The address at which the fault lies."""
        return {Place.PAGE: self.page, Place.LIST: "/list.html", Place.ROBOTS: ROBOTS}[self.fault.place]


class Sites:
    """Use as a context manager. `folders` hold captures with an `index.csv` each; `port` is the first one, 0 any."""

    def __init__(self, folders: Sequence[Path], *, catalog: Path = CATALOG, port: int = 0) -> None:
        self.catalog = catalog
        self.sources: dict[str, Source] = load_catalog(catalog)
        self.captures = captures_of(list(folders), self.sources)
        self.trials: list[TrialSite] = []
        self.lists: dict[tuple[str, str], list[Played]] = defaultdict(list)
        """Links by host and path of the list that holds them."""
        self.mirrors: dict[str, Mirror] = {}
        self._ports = itertools.count(port) if port else itertools.repeat(0)
        self._good: dict[tuple[str, str], Answer] = {}
        self._stack = ExitStack()
        for played in self.captures:
            self._set(played.host, played.path, played.answer)
        self._link()
        for host in sorted(self.mirrors):
            self._set(host, ROBOTS, Answer(DRAFTS.encode(), content_type="text/plain"))
        self.interface = national_interface(self)

    # --- what is there ------------------------------------------------------------------------------------------------

    def url(self, host: str, path: str = "/") -> str:
        """The address at which the mirror plays a path of a host."""
        return self.mirrors[host].url(path)

    def here(self, url: str) -> str | None:
        """The mirror's address in place of a real one; None where it plays no such host."""
        parts = urlsplit(url)
        if parts.netloc not in self.mirrors:
            return None
        return self.url(parts.netloc, url.split(parts.netloc, 1)[1] or "/")

    def linked(self, source_id: str) -> list[tuple[str, str]]:
        """Lists (host and path) that were made for a source whose catalog names none."""
        return [place for place in self.lists if place[1] == _made_list(source_id)]

    def hold_back(self, *names: str) -> None:
        """Captures (by the names of their files) that are not there yet; `repair` brings them."""
        for played in self.captures:
            if played.file.name in names:
                self.mirrors[played.host].set(played.path, Answer(b"", status=404))

    def asked(self) -> list[Asked]:
        """Every request to any of the sites."""
        return [asked for mirror in self.mirrors.values() for asked in mirror.asked]

    # --- faults -------------------------------------------------------------------------------------------------------

    def spoil(self, fault: Fault, pattern: str = "*") -> list[str]:
        """Switch a fault on at every address (`host/path`) that fits a pattern; the addresses it applies to."""
        spoilt = []
        for host, path in list(self._good):
            is_list = (host, path) in self.lists
            place = Place.ROBOTS if path == ROBOTS else Place.LIST if is_list else Place.PAGE
            fits = any(fnmatch.fnmatch(text, pattern) for text in (host + path, path))
            if place is fault.place and fits and self._spoil_one(fault, host, path):
                spoilt.append(self.url(host, path))
        return spoilt

    def add_trials(self, faults: Iterable[Fault] = FAULTS.values(), *, pages: int = 1, first: int = 0) -> None:
        """Make a trial site for each fault (`pages` for a fault of the content), sound to begin with.

        `first` chooses with which capture the turns begin, so that the same fault meets others.
        """
        turns = {source_id: list(group) for source_id, group in _by_source(self.captures).items()}
        order = [played for group in itertools.zip_longest(*turns.values()) for played in group if played]
        figures = {played.address: self._figures(played) for played in order}
        order = [played for played in order if figures[played.address]]
        small = [played for played in order if figures[played.address] <= FEW]
        for number, fault in enumerate(faults):
            wanted = pages if fault.group == "content" else 1
            pool = small if small and fault.group != "content" else order
            turn = (number * 5 + first) % len(pool)
            usable = [played for played in pool[turn:] + pool[:turn] if self._applies(fault, played)]
            for count, played in enumerate(usable[:wanted]):
                self._add_trial(TrialSite(f"trial_{number:03d}_{count}", fault, played, f"/t/{played.file.name}"))

    def spoil_trials(self) -> None:
        """Switch the fault of every trial site on."""
        for trial in self.trials:
            self._spoil_one(trial.fault, trial.name, trial.path)

    def repair(self) -> None:
        """All sites are sound again."""
        for (host, path), answer in self._good.items():
            self.mirrors[host].set(path, answer)

    def _spoil_one(self, fault: Fault, host: str, path: str) -> bool:
        bad = fault.change(self._good[host, path])
        if bad is not None:
            self.mirrors[host].set(path, replace(bad, etag=False))  # nothing is answered with "not modified"
        return bad is not None

    def _figures(self, played: Played) -> int:
        """How many figures of a capture serve when the mirror is all that tells of it."""
        source = self.sources.get(played.source_id)
        title = played.title if played.is_file else None
        page = Page(played.answer.body, knowledge=Knowledge(content_type=played.answer.content_type, title=title))
        try:
            _, parsed = parse_page(page, source.parser if source else None)
        except Refusal:
            return 0
        return len(parsed.records) if parsed.verdict in SERVING else 0

    def _applies(self, fault: Fault, played: Played) -> bool:
        if played.is_file and fault.group != "content":
            return False
        return fault.place is not Place.PAGE or fault.change(played.answer) is not None

    def _add_trial(self, trial: TrialSite) -> None:
        self.trials.append(trial)
        self._set(trial.name, trial.page, trial.played.answer)
        self._set(trial.name, "/list.html", Answer(list_page((trial.page, trial.played.title)).encode()))
        self._set(trial.name, ROBOTS, Answer(DRAFTS.encode(), content_type="text/plain"))

    # --- making -------------------------------------------------------------------------------------------------------

    def _set(self, host: str, path: str, answer: Answer) -> None:
        if host not in self.mirrors:
            self.mirrors[host] = Mirror(port=next(self._ports))
            self._stack.enter_context(self.mirrors[host])
        self._good[host, path] = answer
        self.mirrors[host].set(path, answer)

    def _link(self) -> None:
        """List pages: where the catalog has lists, at their own addresses; else one for each source."""
        today = datetime.now(SHANGHAI).date()
        for source_id, group in _by_source(self.captures).items():
            source = self.sources.get(source_id)
            named = source.list_pages(today) if source and source.discovery and source.discovery.list_page else []
            for played in group:
                if source and (played.host, played.path) in _addresses(source, today):
                    continue
                self.lists[_list_for(played, source_id, named)].append(played)
        for (host, path), links in self.lists.items():
            shown = [(played.path if played.host == host else self.url(played.host, played.path), played.title)
                     for played in links]  # fmt: skip
            self._set(host, path, Answer(list_page(*shown).encode(), etag=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()


def _by_source(captures: Iterable[Played]) -> Mapping[str, list[Played]]:
    groups: dict[str, list[Played]] = defaultdict(list)
    for played in captures:
        groups[played.source_id].append(played)
    return groups


def _addresses(source: Source, today: object) -> set[tuple[str, str]]:
    """Pages that the catalog names: no list needs to lead to them."""
    return {(parts.netloc, parts.path) for parts in map(urlsplit, source.addresses)}


def _made_list(source_id: str) -> str:
    return f"/lists/{source_id}.html"


def _list_for(played: Played, source_id: str, named: Sequence[str]) -> tuple[str, str]:
    """The list of the catalog that lies nearest to a page, else the one made for its source."""
    near = [parts for parts in map(urlsplit, named)
            if parts.netloc == played.host and played.path.startswith(parts.path.rpartition(".")[0] + "/")]  # fmt: skip
    if near:
        return near[0].netloc, near[0].path
    return played.host, _made_list(source_id)

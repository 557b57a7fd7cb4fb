"""Gets the page of a plan: a file into the archive; of an address the newest capture, fetched where that is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import Capture, Knowledge, Outcome
from scrapers.fetch import Fetcher
from scrapers.fetched import Fetched
from scrapers.home import Home
from scrapers.imports import MOST_BYTES, ImportRefused, import_path, unusable_name
from scrapers.index_rows import INDEX, content_type_of
from scrapers.records import Page
from scrapers.register.visits import PLAN_SOURCE, is_address
from scrapers.scrape import visit_address
from scrapers.source_model import Politeness
from scrapers.sources import Source


class NoSuchPage(ValueError):  # noqa: N818 - named after what is the case
    """No such file or capture, or an address that is none: the request is wrong."""


class PageRefused(ValueError):  # noqa: N818 - named after what is the case
    """The page did not come or is not believed; the message says why."""


def politeness(catalog: Mapping[str, Source]) -> Politeness:
    """How addresses of plans are visited: as the catalog says of their source."""
    source = catalog.get(PLAN_SOURCE)
    return source.politeness if source else Politeness()


def look_at(home: Home, catalog: Mapping[str, Source], where: str, *, live: bool) -> Page:
    """The page of a file or an address, to be read only: nothing is kept. Raises `NoSuchPage`, `PageRefused`."""
    if not is_address(where):
        return page_of_file(Path(where))
    if not live:
        return page_of(home, newest_at(home, where))
    got: Fetched = Fetcher(home, politeness(catalog)).fetch(where)
    if got.outcome is not Outcome.NEW or got.body is None:
        raise PageRefused(f"{where}: {got.outcome}: {got.reason}")
    return Page(got.body, got.final_url or where, Knowledge(content_type=got.content_type, charset=got.charset))


def page_of_file(file: Path) -> Page:
    """A saved page as it lies there. Raises `NoSuchPage`, `PageRefused`."""
    if reason := unusable_name(file.name):
        raise NoSuchPage(f"{file.name!a}: {reason}")
    if file.name == INDEX:
        raise NoSuchPage(f"{file}: an index of pages is no page; name one of its files")
    try:
        if not file.is_file():
            raise NoSuchPage(f"{file}: there is no such file")
        if file.stat().st_size > MOST_BYTES:
            raise PageRefused(f"{file}: larger than {MOST_BYTES} bytes")
        body = file.read_bytes()
    except OSError as error:
        raise PageRefused(f"{file}: cannot be read: {error.strerror or error}") from error
    return Page(body, f"imported:{file.name}", Knowledge(content_type=content_type_of(file.name)))


def take_file(home: Home, catalog: Mapping[str, Source], file: Path, url: str | None, run_id: str) -> Capture:
    """Import a saved page as a plan. Raises `NoSuchPage`, `PageRefused`."""
    try:
        summary = import_path(home, file, source_id=PLAN_SOURCE, url=url, run_id=run_id, catalog=catalog)
    except ImportRefused as error:
        raise NoSuchPage(str(error)) from error
    capture = Archive(home).capture(summary.capture_ids[0]) if summary.capture_ids else None
    if capture is None:
        raise PageRefused("; ".join(f"{name}: {reason}" for name, reason in summary.failed) or f"{file}: not taken in")
    return capture


def take_address(
    home: Home, catalog: Mapping[str, Source], url: str, *, live: bool, run_id: str, log: Callable[[str], None]
) -> Capture:
    """The newest capture of an address; live, after one visit. Raises `NoSuchPage`, `PageRefused`."""
    if not live:
        return newest_at(home, url)
    if PLAN_SOURCE not in catalog:
        raise NoSuchPage(f"the catalog has no source {PLAN_SOURCE}, which says how addresses of plans are visited")
    attempt = visit_address(home, catalog[PLAN_SOURCE], url, run_id=run_id, log=log)
    if attempt.capture is not None and attempt.outcome in (Outcome.NEW, Outcome.UNCHANGED):
        return attempt.capture
    before = Archive(home).latest(url)
    hint = f"; --offline takes the capture of {before.fetched_at:%Y-%m-%d}" if before else ""
    raise PageRefused(f"{url}: {attempt.outcome}: {attempt.reason}{hint}")


def newest_at(home: Home, url: str) -> Capture:
    """The newest capture of an address. Raises `NoSuchPage`."""
    capture = Archive(home).latest(url)
    if capture is None:
        raise NoSuchPage(f"{url}: the home has no capture of it; --live visits the address")
    return capture


def page_of(home: Home, capture: Capture) -> Page:
    """A capture as a page. Raises `PageRefused` where its body is damaged."""
    try:
        body = Archive(home).body(capture)
    except ArchiveDamaged as error:
        raise PageRefused(str(error)) from error
    return Page(body, capture.url, capture.knowledge, capture.source_id, capture.capture_id)

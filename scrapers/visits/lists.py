"""Lists of addresses: walked page by page, newest first, as far as there is something due."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scrapers.captures import Attempt, Knowledge, Outcome
from scrapers.column_lists import read_column_list
from scrapers.decoding import decode
from scrapers.fetch import host_of
from scrapers.fetched import Fetched
from scrapers.links import Link, links_that_fit
from scrapers.records import Refusal
from scrapers.visits.attachments import collect_files, is_file, knowledge_of, not_the_file
from scrapers.visits.due import FILES_LEFT
from scrapers.visits.visit import Ask, Visit

_ARTICLE = re.compile(r"/art/(\d{4}/\d{1,2}/\d{1,2})/art_\d+_(\d+)\.html?$")
"""Address of an article in the jpage system: its day, a column, its number. The same one may stand in two columns."""
_MISSED = "did not come"
"""Stands in the log entry of a list whose links did not all come: the next walk looks for them on all its pages."""
_CUT_SHORT = re.compile(r"(?:…|\.{2,})$")


@dataclass(frozen=True, slots=True)
class _Listed:
    """One page of a list."""

    place: str
    text: str
    links: Sequence[Link]
    is_last: bool
    """True where nothing can follow: the list says so, or no link of it fits."""
    remark: str
    """What a person should know of an empty one."""


@dataclass
class _Walk:
    visit: Visit
    is_followed_up: bool
    """True where the last walk reached its end and all came: behind a page without due links all is known."""
    seen: dict[str, Link] = field(default_factory=dict)
    pages: int = 0
    files_left: int = 0
    problem: str | None = None
    remark: str = "no link on the list page fits the pattern"


def collect_list(visit: Visit, places: Sequence[str]) -> None:
    """Visit the pages of one list, and of what they link to the pages that are due.

    The first page is logged last and only counts once all that was due was visited, so that a run that was cut short
    takes the list up again. Behind the first page only what never came is due. The walk ends where the list says so,
    at its limits of pages and links, and at a page on which nothing is due, if all came that the last walk found.
    """
    walk = _Walk(visit, _is_followed_up(visit.newest(places[0])))
    first: Fetched | None = None
    for place in places:
        if first is not None and visit.is_over():
            visit.summary.left += 1
            walk.problem = f"limit_reached: the list from its page {walk.pages + 1} on is left for the next run"
            break
        visit.requests += 1
        fetched = visit.fetcher.fetch(place)
        goes_on = _page_of_list(walk, place, fetched, is_first=first is None)
        first = first or fetched
        if not goes_on:
            break
    assert first is not None
    visit.write(_end(walk, places[0], first))


def _page_of_list(walk: _Walk, place: str, fetched: Fetched, *, is_first: bool) -> bool:
    """Visit what is due on one page of a list; True where the next page may hold more."""
    visit = walk.visit
    goes_on = False
    if fetched.outcome is Outcome.NOT_FOUND and not is_first:
        attempt = visit.note(place, fetched)  # the page behind the last one
    elif fetched.outcome is not Outcome.NEW or fetched.body is None:
        walk.problem = f"list_page_failed: {place}: {fetched.reason}"
        attempt = visit.note(place, fetched)
    else:
        try:
            listed = _read(visit, place, fetched, walk.pages + 1)
        except Refusal as error:
            walk.problem = f"{error.code}: {error} (page kept as {visit.archive.keep(fetched.body)})"
            attempt = visit.note(place, fetched, Outcome.FAILED, walk.problem)
        else:
            walk.pages += 1
            goes_on = _follow(walk, listed)
            attempt = visit.note(place, fetched, Outcome.UNCHANGED, f"list_page: {len(listed.links)} links")
    if not is_first:
        visit.write(attempt)
    return goes_on


def _read(visit: Visit, place: str, fetched: Fetched, number: int) -> _Listed:
    discovery = visit.source.discovery
    assert discovery is not None and fetched.body is not None
    text = decode(fetched.body, fetched.charset).text
    here, hosts = fetched.final_url or place, visit.source.politeness.allow_hosts
    if discovery.jpage is None:
        links = links_that_fit(text, here, discovery, hosts)
        return _Listed(place, text, links, not links, "no link on the list page fits the pattern")
    found = read_column_list(text, here, discovery, hosts)
    is_last = not found.records or (found.total_pages is not None and number >= found.total_pages)
    remark = "none of its links fits the patterns" if found.records else "the list is empty: it has 0 records"
    return _Listed(place, text, found.links, is_last, remark)


def _follow(walk: _Walk, listed: _Listed) -> bool:
    """Visit the links of one page that are due; True where the next page may hold more."""
    visit, discovery = walk.visit, walk.visit.source.discovery
    assert discovery is not None
    room = discovery.max_links - len(walk.seen)
    links = [_as_known(visit, link) for link in listed.links]
    fresh = [link for link in {link.address: link for link in links}.values() if link.address not in walk.seen][:room]
    if not walk.seen and not fresh:
        walk.remark = listed.remark
    walk.seen.update((link.address, link) for link in fresh)
    due = [link for link in fresh if _is_due(walk, link.address)]
    came = [link for link in due if _visit(visit, listed, link)]
    if len(came) < len(due):
        walk.problem = f"limit_reached: {len(due) - len(came)} of {len(due)} links are left for the next run"
        return False
    walk.files_left += sum(collect_files(visit, link.address) for link in came)
    if listed.is_last or len(walk.seen) >= discovery.max_links:
        return False
    if listed.links and not fresh:
        return False  # a site that answers the last page again for every number behind it
    return bool(due) or not listed.links or not walk.is_followed_up


def _end(walk: _Walk, first: str, fetched: Fetched) -> Attempt:
    """The log entry of the list: that of its first page, without a capture."""
    visit = walk.visit
    if fetched.outcome is not Outcome.NEW:
        return visit.note(first, fetched)
    if walk.problem:
        return visit.note(first, fetched, Outcome.FAILED, walk.problem)
    if walk.files_left:
        reason = f"{FILES_LEFT} {walk.files_left} files of its pages did not come"
        return visit.note(first, fetched, Outcome.FAILED, reason)
    if not walk.seen:
        sha256 = visit.archive.keep(fetched.body or b"")
        return visit.note(first, fetched, Outcome.FAILED, f"no_links: {walk.remark} (page kept as {sha256})")
    pages = f" on {walk.pages} pages" if walk.pages > 1 else ""
    missed = len(walk.seen.keys() & visit.missed)
    remark = f", {missed} of them {_MISSED}" if missed else ""
    return visit.note(first, fetched, Outcome.UNCHANGED, f"list_page: {len(walk.seen)} links{pages}{remark}")


def _is_followed_up(last: Attempt | None) -> bool:
    return last is not None and last.outcome is Outcome.UNCHANGED and _MISSED not in (last.reason or "")


def _is_due(walk: _Walk, url: str) -> bool:
    visit = walk.visit
    if url in visit.done or not visit.wanted(url):
        return False
    return walk.pages == 1 or visit.is_forced or not visit.has_come(url)


def _as_known(visit: Visit, link: Link) -> Link:
    """The link by the address under which the same article was visited before, in another column."""
    article = _article(link.address)
    if article is None:
        return link
    same = (url for url in visit.addresses() if _article(url) == article)
    return link._replace(address=next(same, link.address))


def _article(url: str) -> tuple[str, str, str] | None:
    found = _ARTICLE.search(url)
    return (host_of(url), found[1], found[2]) if found else None


def _visit(visit: Visit, listed: _Listed, link: Link) -> bool:
    """Visit a link of a list; a file is known by what the list says of it. False where a limit left it."""
    assert visit.source.discovery is not None
    of_records = visit.source.discovery.jpage is not None
    ask = Ask(judge=not_the_file) if is_file(link.address) else None
    known: Knowledge | None = None
    if of_records:
        title = next((t for t in (link.title, link.words) if t and not _CUT_SHORT.search(t)), None)
        known = Knowledge(title=title, published_on=link.published_on, linked_from=listed.place if ask else None)
    elif ask:
        known = knowledge_of(link, listed.place, listed.text)
    return visit.page(link.address, ask, known)

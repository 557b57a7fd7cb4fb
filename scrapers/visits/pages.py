"""The usual way of collecting: the pages that the catalog names, and those that its list pages link to."""

from __future__ import annotations

from scrapers.captures import Attempt, Outcome
from scrapers.decoding import decode
from scrapers.fetch import Fetched
from scrapers.links import find_links
from scrapers.records import Refusal
from scrapers.visits.visit import Visit


def collect_pages(visit: Visit) -> None:
    """Visit what is due: list pages with their links first, then the pages that the catalog names."""
    for place in filter(visit.wanted, visit.source.list_pages(visit.today)):
        if visit.is_over():
            visit.summary.left += 1
        else:
            _list_page(visit, place)
    for url in filter(visit.wanted, visit.source.pages(visit.today)):
        visit.page(url)


def _list_page(visit: Visit, place: str) -> None:
    """Visit a list page and the pages that it links to.

    Its own visit is logged last and only counts once its links were visited, so that a run that was cut short
    takes it up again.
    """
    discovery = visit.source.discovery
    assert discovery is not None
    visit.requests += 1
    fetched = visit.fetcher.fetch(place)
    if fetched.outcome is not Outcome.NEW or fetched.body is None:
        attempt = visit.note(place, fetched)
    else:
        try:
            text = decode(fetched.body, fetched.charset).text
            links = find_links(text, fetched.final_url or place, discovery, visit.source.politeness.allow_hosts)
        except Refusal as error:
            attempt = visit.note(place, fetched, Outcome.FAILED, f"{error.code}: {error}")
        else:
            attempt = _follow(visit, place, fetched, links)
    visit.archive.log(attempt)
    visit.tell(attempt)


def _follow(visit: Visit, place: str, fetched: Fetched, links: list[str]) -> Attempt:
    """Visit the links of a list page that are due; the log entry of the list page itself, without a capture."""
    due = [url for url in links if visit.wanted(url)]
    visited = sum(visit.page(url) for url in due)
    if visited < len(due):
        reason = f"limit_reached: {len(due) - visited} of {len(due)} links are left for the next run"
        return visit.note(place, fetched, Outcome.FAILED, reason)
    if not links:
        sha256 = visit.archive.keep(fetched.body or b"")
        reason = f"no_links: no link on the list page fits the pattern (page kept as {sha256})"
        return visit.note(place, fetched, Outcome.FAILED, reason)
    return visit.note(place, fetched, Outcome.UNCHANGED, f"list_page: {len(links)} links")

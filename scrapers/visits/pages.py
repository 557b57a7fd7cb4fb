"""The usual way of collecting: the pages that the catalog names, and those that its list pages link to."""

from __future__ import annotations

from collections.abc import Sequence

from scrapers.captures import Attempt, Outcome
from scrapers.decoding import decode
from scrapers.fetch import Fetched
from scrapers.links import Link, links_that_fit
from scrapers.records import Refusal
from scrapers.visits.attachments import collect_files, is_file, knowledge_of, not_the_file
from scrapers.visits.due import FILES_LEFT
from scrapers.visits.visit import Ask, Visit


def collect_pages(visit: Visit) -> None:
    """Visit what is due: list pages with their links first, then the pages that are named, each with its files."""
    for place in filter(visit.wanted, visit.source.list_pages(visit.today)):
        if visit.is_over():
            visit.summary.left += 1
        else:
            _list_page(visit, place)
    for url in filter(visit.wanted, visit.source.pages(visit.today)):
        if visit.page(url):
            collect_files(visit, url)


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
            links = links_that_fit(text, fetched.final_url or place, discovery, visit.source.politeness.allow_hosts)
        except Refusal as error:
            attempt = visit.note(place, fetched, Outcome.FAILED, f"{error.code}: {error}")
        else:
            attempt = _follow(visit, place, fetched, text, links)
    visit.archive.log(attempt)
    visit.tell(attempt)


def _follow(visit: Visit, place: str, fetched: Fetched, text: str, links: Sequence[Link]) -> Attempt:
    """Visit the links of a list page that are due; the log entry of the list page itself, without a capture."""
    due = [link for link in links if visit.wanted(link.address)]
    came = [link for link in due if _linked(visit, place, text, link)]
    if len(came) < len(due):
        reason = f"limit_reached: {len(due) - len(came)} of {len(due)} links are left for the next run"
        return visit.note(place, fetched, Outcome.FAILED, reason)
    if left := sum(collect_files(visit, link.address) for link in came):
        return visit.note(place, fetched, Outcome.FAILED, f"{FILES_LEFT} {left} files of its pages did not come")
    if not links:
        sha256 = visit.archive.keep(fetched.body or b"")
        reason = f"no_links: no link on the list page fits the pattern (page kept as {sha256})"
        return visit.note(place, fetched, Outcome.FAILED, reason)
    return visit.note(place, fetched, Outcome.UNCHANGED, f"list_page: {len(links)} links")


def _linked(visit: Visit, place: str, text: str, link: Link) -> bool:
    """Visit a link of a list page; a file is known by what the page says of it. False where a limit left it."""
    if not is_file(link.address):
        return visit.page(link.address)
    return visit.page(link.address, Ask(judge=not_the_file), knowledge_of(link, place, text))

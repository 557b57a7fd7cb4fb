"""The usual way of collecting: the pages that the catalog names, and those that its list pages link to."""

from __future__ import annotations

from scrapers.visits.attachments import collect_files
from scrapers.visits.lists import collect_list
from scrapers.visits.visit import Visit


def collect_pages(visit: Visit) -> None:
    """Visit what is due: lists with their links first, then the pages that are named, each with its files."""
    for first, places in visit.source.walks(visit.today).items():
        if not visit.wanted(first):
            continue
        if visit.is_over():
            visit.summary.left += 1
        else:
            collect_list(visit, places)
    for url in filter(visit.wanted, visit.source.pages(visit.today)):
        if visit.page(url):
            collect_files(visit, url)

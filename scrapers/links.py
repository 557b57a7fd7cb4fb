"""Finds the addresses of a source on a page that lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from scrapers.fetch import host_of, link_address
from scrapers.source_model import Discovery


def find_links(html: str, page: str, discovery: Discovery, allow_hosts: Iterable[str] = ()) -> list[str]:
    """Absolute addresses, in page order and each once, of the links that the patterns of `discovery` fit.

    Only links to the host of `page` and to `allow_hosts` count, and at most `discovery.max_links` of them. A `<base>`
    is obeyed.
    """
    soup = BeautifulSoup(html, "lxml", parse_only=SoupStrainer(["a", "area", "base"]))
    base = soup.find("base", href=True)
    start = (link_address(page, str(base["href"])) if isinstance(base, Tag) else None) or page
    hosts = {host_of(page), *allow_hosts}
    found: dict[str, None] = {}
    for link in soup.find_all(["a", "area"], href=True):
        if not isinstance(link, Tag):
            continue
        address = link_address(start, str(link["href"]))
        if address is None or host_of(address) not in hosts or address == page:
            continue
        if not re.search(discovery.link_pattern, address):
            continue
        words = " ".join([link.get_text(" ", strip=True), str(link.get("title") or "")])
        if discovery.title_pattern and not re.search(discovery.title_pattern, words):
            continue
        found[address] = None
        if len(found) == discovery.max_links:
            break
    return list(found)

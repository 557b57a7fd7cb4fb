"""Finds the addresses of a source on a page that lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from scrapers.fetch import host_of, link_address
from scrapers.source_model import Attachments, Discovery


class Link(NamedTuple):
    """A link as a page shows it."""

    address: str
    words: str
    """Its text."""
    title: str
    """Its title attribute; both are empty where there is none."""


def find_links(html: str, page: str, discovery: Discovery, allow_hosts: Iterable[str] = ()) -> list[str]:
    """Absolute addresses of the links of `links_that_fit`."""
    return [link.address for link in links_that_fit(html, page, discovery, allow_hosts)]


def links_that_fit(
    html: str, page: str, wanted: Discovery | Attachments, allow_hosts: Iterable[str] = ()
) -> list[Link]:
    """The links, in page order and each address once, that the patterns of `wanted` fit.

    Only links to the host of `page` and to `allow_hosts` count, and at most `wanted.max_links` of them. A `<base>`
    is obeyed. Of several links to one address the first counts.
    """
    soup = BeautifulSoup(html, "lxml", parse_only=SoupStrainer(["a", "area", "base"]))
    base = soup.find("base", href=True)
    start = (link_address(page, str(base["href"])) if isinstance(base, Tag) else None) or page
    hosts = {host_of(page), *allow_hosts}
    found: dict[str, Link] = {}
    for link in soup.find_all(["a", "area"], href=True):
        if not isinstance(link, Tag):
            continue
        address = link_address(start, str(link["href"]))
        if address is None or host_of(address) not in hosts or address == page:
            continue
        if not re.search(wanted.link_pattern, address):
            continue
        words, title = " ".join(link.get_text(" ", strip=True).split()), str(link.get("title") or "").strip()
        if wanted.title_pattern and not re.search(wanted.title_pattern, f"{words} {title}"):
            continue
        found.setdefault(address, Link(address, words, title))
        if len(found) == wanted.max_links:
            break
    return list(found.values())

"""Finds the addresses of a source on a page that lists them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from datetime import date
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from scrapers.discovery_model import Discovery
from scrapers.fetch import host_of, link_address
from scrapers.isolation import isolated
from scrapers.source_model import Attachments


class Link(NamedTuple):
    """A link as a page shows it."""

    address: str
    words: str
    """Its text."""
    title: str
    """Its title attribute; both are empty where there is none."""
    published_on: date | None = None
    """The day that the list prints beside it, where the list is one of records."""


@isolated
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
    for tag in soup.find_all(["a", "area"], href=True):
        link = link_of(tag, start, hosts) if isinstance(tag, Tag) else None
        if link is None or link.address == page or not fits(link, wanted):
            continue
        found.setdefault(link.address, link)
        if len(found) == wanted.max_links:
            break
    return list(found.values())


def link_of(tag: Tag, start: str, hosts: Container[str]) -> Link | None:
    """The link of an `<a href>`, its address made absolute by `start`; None where it leads to no host of `hosts`."""
    address = link_address(start, str(tag["href"]))
    if address is None or host_of(address) not in hosts:
        return None
    words = " ".join(tag.get_text(" ", strip=True).split())
    return Link(address, words, " ".join(str(tag.get("title") or "").split()))


def fits(link: Link, wanted: Discovery | Attachments) -> bool:
    """True where the address, and the text where that is asked for, fit the patterns."""
    if not re.search(wanted.link_pattern, link.address):
        return False
    return not wanted.title_pattern or re.search(wanted.title_pattern, f"{link.words} {link.title}") is not None

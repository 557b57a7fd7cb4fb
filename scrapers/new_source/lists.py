"""Does a page list others: links to one host whose addresses differ in numbers only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from scrapers.fetch import host_of
from scrapers.isolation import isolated
from scrapers.links import Link, link_of
from scrapers.new_source.addresses import pattern_of

LEAST_LINKS = 5
"""Fewer links of one form are navigation."""
_COLUMN = re.compile(r"/col/col(\d{1,9})/(?:index\.html)?(?:\?|$)")
"""Address of a column in the jpage publishing system (PAGE_FORMATS section 2)."""
_ABOUT = re.compile(r"专利|商标|知识产权|统计|公报|年报|月报|地理标志|人口|patent|trademark|statistic", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListFound:
    """The largest set of links of one form on a page."""

    title: str | None
    link_pattern: str
    links: list[str]
    more_pages: str | None = None
    """Template of its further pages, where the page links to them."""
    first_more: int = 2
    jpage: dict[str, object] | None = None
    """Column whose list a script fills: what its endpoint is asked (`discovery.jpage`)."""


@isolated
def list_on(html: str, page: str) -> ListFound | None:
    """The list on a page: the form of address that most links about statistics share, or None. Pure."""
    soup = BeautifulSoup(html, "lxml")
    if column := _column(soup, html, page):
        return column
    forms: dict[str, dict[str, str]] = defaultdict(dict)
    links = _links(soup, page)
    for link in links:
        if re.search(r"\d", link.address):
            forms[pattern_of(link.address)][link.address] = f"{link.words} {link.title}"
    fitting = {
        form: links
        for form, links in forms.items()
        if len(links) >= LEAST_LINKS and any(_ABOUT.search(words) for words in links.values())
    }
    if not fitting:
        return None
    form = max(fitting, key=lambda each: sum(bool(_ABOUT.search(words)) for words in fitting[each].values()))
    title = soup.title.get_text(" ", strip=True) if soup.title else None
    found = ListFound(title or None, form, list(fitting[form]))
    more = _more_pages(links, page)
    return replace(found, more_pages=more[0], first_more=more[1]) if more else found


def _links(soup: BeautifulSoup, page: str) -> list[Link]:
    hosts = {host_of(page)}
    found = (link_of(tag, page, hosts) for tag in soup.find_all("a", href=True) if isinstance(tag, Tag))
    return [link for link in found if link is not None]


def _more_pages(found: Sequence[Link], page: str) -> tuple[str, int] | None:
    """The form of the list's further pages and the number of the second, from links such as `index_2.html`; or None."""
    stem = f"{page}index" if page.endswith("/") else page.rpartition(".")[0]
    form = re.compile(re.escape(stem) + r"_(\d{1,4})(\.s?html?)")
    numbers = {int(m[1]): m[2] for link in found if (m := form.fullmatch(link.address))}
    second = min(numbers, default=0)
    return (f"{stem}_{{page}}{numbers[second]}", second) if second in (1, 2) else None


def _column(soup: BeautifulSoup, html: str, page: str) -> ListFound | None:
    """A column whose list a script fills, where address and page name all that its endpoint is asked; else None."""
    column = _COLUMN.search(page)
    unit = re.search(r"[?&]uid=(\d{1,9})\b", page) or re.search(r"(?i)\bunitid\W{1,5}(\d{1,9})\b", html)
    name = re.search(r"(?i)\bwebname[^\w%]{1,5}([%\w]{2,200})", html)
    if column is None or unit is None or name is None:
        return None
    title = soup.title.get_text(" ", strip=True) if soup.title else None
    parts = urlsplit(page)
    site = f"{parts.scheme}://{parts.netloc}/"
    jpage: dict[str, object] = {"site": site, "columns": [int(column[1])], "unit": int(unit[1])}
    jpage["web_name"] = unquote(name[1])
    if "\ufffd" in str(jpage["web_name"]):
        return None
    form = rf"^{re.escape(site)}art/\d{{4}}/\d{{1,2}}/\d{{1,2}}/art_\d+_\d+\.html$"
    return ListFound(title or None, form, [], jpage=jpage)

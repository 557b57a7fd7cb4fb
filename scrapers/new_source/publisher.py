"""Who publishes a page, where the page says so: site name, imprint, or the source line of an article."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from scrapers.decoding import decode
from scrapers.isolation import isolated
from scrapers.records import Page, Refusal
from scrapers.tables.sources import is_html

_META = ("sitename", "og:site_name", "contentsource", "author")
_LINE = re.compile(
    r"(?:主办(?:单位)?|版权所有|发布机构|发布单位|信息来源|来源|编制单位)\s*[:：]\s*([\u4e00-\u9fff()（）]{4,30})"
)


def publisher_on(page: Page) -> str | None:
    """The publisher that a page names, or None. What is known from outside comes first. Never raises."""
    if page.knowledge.publisher:
        return page.knowledge.publisher
    try:
        return _named_on(page)
    except Refusal:
        return None


@isolated
def _named_on(page: Page) -> str | None:
    """Raises Refusal `undecodable`."""
    text = decode(page.body, page.knowledge.charset).text
    if not is_html(text):
        return None
    soup = BeautifulSoup(text, "lxml")
    named = {
        str(meta.get("name") or meta.get("property") or "").lower(): str(meta.get("content") or "").strip()
        for meta in soup.find_all("meta")
        if isinstance(meta, Tag)
    }
    for name in _META:
        if len(named.get(name, "")) >= 4:
            return named[name]
    found = _LINE.search(soup.get_text("\n", strip=True))
    return found[1].strip() if found else None

"""Files that a page links to: visited after their page, by the same rules, and known by what the page says of them."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

from scrapers.archive import ArchiveDamaged
from scrapers.captures import Attempt, Knowledge, Outcome
from scrapers.decoding import decode
from scrapers.isolation import isolated
from scrapers.links import Link, links_that_fit
from scrapers.prose.published import published_on
from scrapers.records import Refusal
from scrapers.source_model import FILE_LINK
from scrapers.stretches import kinds, stretches
from scrapers.tables.sources import is_binary, is_html
from scrapers.visible import visible_text
from scrapers.visits.due import FILES_LEFT
from scrapers.visits.visit import Ask, Visit

_CAME = frozenset({Outcome.NEW, Outcome.UNCHANGED, Outcome.NOT_FOUND})
_SAYS_NOTHING = re.compile(
    r"(?i)\W*(?:附\s*件|下\s*载|点击(?:此处)?(?:下载|查看)?|点此下载|查看|预览|原文|全文|文件|表格|download|view|here|"
    r"xlsx?|csv|pdf|zip|json|xml|rdf|excel|word|\d+|\W)+"
)
"""Text of a link that does not say what the file is about."""
_DATA_CELL = re.compile(r"<t[dh]\b", re.IGNORECASE)
_TITLE = kinds("title")


def is_file(address: str) -> bool:
    """True for an address that promises a file and no page."""
    return re.search(FILE_LINK, address) is not None


def collect_files(visit: Visit, page: str) -> int:
    """Visit the files that a page of this run links to; how many of them are still wanted.

    All of them where the page is new or has changed; otherwise those that never came. Where some are left, a log
    entry makes the page due at once.
    """
    wanted = visit.source.attachments
    came = visit.archive.last_good(page)
    if wanted is None or came is None or came.capture is None or came.run_id != visit.summary.run_id:
        return 0
    html = _markup(visit, came)
    if html is None:
        return 0
    try:
        links = links_that_fit(html, came.final_url or page, wanted, visit.source.politeness.allow_hosts)
    except Refusal as refusal:
        visit.say(page, Outcome.FAILED, f"{refusal.code}: the links of the page: {refusal}")
        return 0
    due = [link for link in links if came.outcome is Outcome.NEW or not visit.has_come(link.address)]
    left = [link for link in due if not _visit(visit, link, page, html, came)]
    if left:
        visit.summary.left += len(left)
        reason = f"{FILES_LEFT} {len(left)} of {len(links)} files of the page did not come"
        visit.say(page, Outcome.FAILED, reason)
    return len(left)


def knowledge_of(link: Link, page: str, html: str, known: Knowledge | None = None) -> Knowledge:
    """What a page says of a file that it links to: its title, the day of the page, and the page itself."""
    try:
        title, day = _said_on(html, known)
    except Refusal:  # the page cannot be read within the limits: the link alone speaks
        title, day = None, None
    return Knowledge(title=_title_of(link, title), published_on=day, linked_from=page)


@isolated
def _said_on(html: str, known: Knowledge | None) -> tuple[str | None, date | None]:
    """The title and the exact day of a page."""
    visible = visible_text(html, is_html=True)
    day = published_on(visible, known)
    return visible.title or _head_title(html), day.exact if day else None


@isolated
def not_the_file(body: bytes) -> tuple[str, str] | None:
    """Why a body is not the file that was linked to: a web page without a table (a `.xls` may be one with)."""
    if is_binary(body):
        return None
    try:
        text = decode(body).text
    except Refusal:
        return None
    if is_html(text) and not _DATA_CELL.search(text):
        return "not_the_file", "a web page without a table came where a file was linked to"
    return None


def _visit(visit: Visit, link: Link, page: str, html: str, came: Attempt) -> bool:
    """Visit one file; False where it did not come."""
    if link.address in visit.done:
        return True
    if visit.is_over():
        return False
    known = knowledge_of(link, page, html, came.capture.knowledge if came.capture else None)
    ask = Ask(judge=not_the_file) if is_file(link.address) else None
    return visit.visit(link.address, ask, known).outcome in _CAME


def _markup(visit: Visit, came: Attempt) -> str | None:
    """The page as text, None where it is a file itself or cannot be read."""
    assert came.capture is not None
    try:
        body = visit.archive.body(came.capture)
        text = "" if is_binary(body) else decode(body, came.capture.knowledge.charset).text
    except (ArchiveDamaged, Refusal):
        return None
    return text if is_html(text) else None


def _title_of(link: Link, otherwise: str | None) -> str | None:
    """What the link says, else the name under which the file is shown, else the title of the page."""
    shown = parse_qs(urlsplit(link.address).query).get("showname", [])
    for words in (link.title, link.words, *shown):
        plain = re.sub(r"\.(?:xlsx?|csv|pdf|zip|json|xml)\b", "", unquote(words), flags=re.IGNORECASE)
        plain = re.sub(r"^\s*附件\s*\d*\s*[:：.、]?\s*", "", plain).strip()
        if plain and "\ufffd" not in plain and not _SAYS_NOTHING.fullmatch(plain):
            return plain
    return otherwise


def _head_title(html: str) -> str | None:
    place = next(stretches(html, *_TITLE), None)
    words = re.sub(r"<[^<>]*>", " ", html[slice(*place)]) if place else ""
    return " ".join(words.split()) or None

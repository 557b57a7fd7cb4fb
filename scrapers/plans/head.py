"""The head of a plan document: title, issuer, document number, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scrapers.captures import Knowledge
from scrapers.plans.dates import DATE_PATTERN, read_date
from scrapers.plans.sections import Section
from scrapers.visible import VisibleText

PLAN_WORDS = "规划|纲要|方案|计划|意见|要点|措施|办法|安排表|任务书|行动"
"""Kinds of documents that promise something."""

_HAN = "一-鿿"
_BODIES = (
    "人民政府|政府|办公厅|办公室|委员会|领导小组|联席会议|管委会|工商局|知识产权局|局|厅|部|委|院|法院|检察院|署|会"
)
_NAMES = r"(?:《[^《》]{4,120}》[、,，和及\s]*)+"
_BARE_NAME = rf"[^《》。，,;；:：]{{4,80}}?(?:{PLAN_WORDS})(?:[(（][^()（）]{{2,30}}[)）])?"
_NOTICE = re.compile(rf"关于\s*(?:印发|转发|批转|发布|公布)\s*(?P<names>{_NAMES}|{_BARE_NAME})\s*的?\s*通\s*知")
_TITLE = re.compile(
    rf"^[^。，,:：;；>|_]{{4,80}}(?:{PLAN_WORDS})(?:[(（][^()（）]{{2,30}}[)）])?(?:的通知)?$"
)  # fmt: skip
_TITLE_BEGINS = re.compile(
    rf"^(?:关于|中共|国家|全国|国务院|中国|“|\"|《|\d{{4}}|[{_HAN}]{{1,12}}?(?:省|市|县|区|州|盟|旗|兵团|办公室|办公厅|局|厅|委))"
)
_ISSUER_ABOUT = re.compile(rf"^(?P<issuer>[{_HAN}()（）]{{2,40}}?(?:{_BODIES}))关于")
_ORGANISATION = re.compile(rf"^[{_HAN}()（）]{{2,40}}(?:{_BODIES})$")
_DOC_NO = re.compile(
    rf"(?:^|(?<=[\s|｜]))(?P<number>[{_HAN}]{{1,12}}\s*[〔\[［【(（]\s*(?:19|20)\d{{2}}\s*[〕\]］】)）]\s*第?\s*\d{{1,4}}\s*号)(?=$|[\s|｜])"
)
_DOC_NO_ANYWHERE = re.compile(r"[〔\[［【(（]\s*(?:19|20)\d{2}\s*[〕\]］】)）]\s*第?\s*\d{1,4}\s*号")
_SIGNED = re.compile(rf"(?:^|(?<=[\s|｜]))(?P<date>{DATE_PATTERN})(?=$|[\s|｜])")
_PUBLISHED = re.compile(
    rf"(?:发布(?:时间|日期)|发文(?:时间|日期)|公开日期|更新(?:时间|日期)|(?<!实施)(?<!执行)(?<!截止)(?<!截至)(?<!成文)(?<!生效)(?<!有效)(?:时间|日期))\s*[:：]\s*(?P<labelled>{DATE_PATTERN})"
    rf"|(?:^|(?<=[\s|｜]))(?P<stamped>{DATE_PATTERN})(?=\s*(?:来源|信息来源|作者|浏览|字体|字号|\d{{1,2}}:\d{{2}}))"
)
_META_DATES = ("pubdate", "publishdate", "article:published_time")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the first heading. Every field may be missing."""

    title: str | None
    issuer: str | None
    doc_no: str | None
    issued_on: date | None
    published_on: date | None


def document_lines(visible: VisibleText, sections: Sequence[Section]) -> list[str]:
    """The lines before the first heading; of a document without headings its first twelve."""
    if not sections:
        return [p.text for p in visible.paragraphs[:12]]
    first = sections[0].visible_start
    lines = [p.text for p in visible.paragraphs if p.end <= first]
    if opened := [p for p in visible.paragraphs if p.start < first < p.end]:
        lines.append(opened[0].text[: first - opened[0].start])
    return lines


def read_head(lines: Sequence[str], visible: VisibleText, knowledge: Knowledge) -> Head:
    """Title, issuer, number and dates out of the lines before the first heading and what stands around the article.

    The title is the plan's: of `X关于印发《Y》的通知` it is Y, but the whole where several documents are issued at
    once. The page's own words come first, outside knowledge fills what they leave open. A document number counts only
    where it stands by itself: within a sentence it is another document's.
    """
    headline = [visible.title] if visible.title else []
    text = "\n".join([*headline, *lines])
    title, issuer = _by_notice(text)
    if title is None:
        title = _by_lines([*headline, *lines]) or _by_lines([knowledge.title or ""])
        about = _ISSUER_ABOUT.match(title or "")
        issuer = about["issuer"] if about else None
    own_lines = [line.strip() for line in lines if line.strip()]
    published = _published("\n".join([*visible.around, *lines]), visible) or knowledge.published_on
    signed_by, signed_on = _signature(own_lines)
    if issuer is None and signed_on is not None:
        issuer = signed_by
    if signed_on is None:
        issuer_below, signed_on = _signature([p.text.strip() for p in visible.paragraphs[-6:]])
        issuer = issuer or issuer_below
    number = _DOC_NO.search(text)
    return Head(
        title=title,
        issuer=issuer,
        doc_no="".join(number["number"].split()) if number else None,
        issued_on=signed_on or published,
        published_on=published,
    )


def _by_notice(text: str) -> tuple[str | None, str | None]:
    """Title and issuer of a notice that issues a document; the notice that names its issuer is preferred."""
    found = [(match, _issuer_before(text[: match.start()])) for match in _NOTICE.finditer(text)]
    if not found:
        return None, None
    match, issuer = next((f for f in found if f[1]), found[0])
    names = match["names"]
    titles = re.findall(r"《([^《》]+)》", names) or [names]
    if len(titles) > 1:
        return (issuer or "") + "".join(match.group().split()), issuer
    return "".join(titles[0].split()), issuer


def _issuer_before(text: str) -> str | None:
    """The issuing body directly before 关于, or None."""
    text = _DOC_NO_ANYWHERE.sub(" ", text[-120:])
    tokens = re.split(rf"[^{_HAN}()（）]+", text.rstrip())
    last = tokens[-1] if tokens else ""
    return last if _ORGANISATION.match(last) else None


def _by_lines(lines: Sequence[str]) -> str | None:
    """The shortest run of one to three lines that together read as a title."""
    tidy = ["".join(line.split()) for line in lines]
    for length in (1, 2, 3):
        for at in range(len(tidy) - length + 1):
            joined = "".join(tidy[at : at + length])
            if _TITLE.match(joined) and _TITLE_BEGINS.match(joined):
                return joined.removesuffix("的通知") if "印发" not in joined else joined
    return None


def _signature(lines: Sequence[str]) -> tuple[str | None, date | None]:
    """The last date that stands by itself, with the body that stands before it."""
    text = "\n".join(lines)
    for match in reversed(list(_SIGNED.finditer(text))):
        if _PUBLISHED.match(text, match.start()) or re.search(r"[:：]\s*$", text[: match.start()]):
            continue
        day = read_date(match["date"])
        if day is None:
            continue
        words = text[: match.start()].split()
        signer = words[-1] if words and _ORGANISATION.match(words[-1]) else None
        return signer, day
    return None, None


def _published(text: str, visible: VisibleText) -> date | None:
    """The date that the page prints about itself, else the one of its meta elements."""
    for match in _PUBLISHED.finditer(text):
        if day := read_date(match["labelled"] or match["stamped"]):
            return day
    for name in _META_DATES:
        if day := read_date(visible.meta.get(name, "")[:10]):
            return day
    return None

"""The date on which a page says it was published."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from scrapers.captures import Knowledge
from scrapers.copies import simplified
from scrapers.visible import VisibleText

_META = (
    "pubdate", "publishdate", "publish_date", "publish-date", "publishtime", "firstpublishedtime", "datepublished",
    "article:published_time", "og:published_time", "og:release_date", "weibo:article:create_at", "createdate", "date",
    "dc.date",
)  # fmt: skip
_DAY = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)?\d\d)\s*(?:"
    r"年\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?"
    r"|(?P<s>[-./])\s*(?P<m2>\d{1,2})(?:\s*(?P=s)\s*(?P<d2>\d{1,2}))?(?!\d))"
)
_ONLY_DATE = re.compile(r"[\d\s年月日:：./\-]+(?:来源.{0,20}|浏览.{0,20})?")
_DATE_LINE = re.compile(
    r"(?:时间|時間|日期|来源|來源|发布|發布|发表)[^。]*\d{1,4}\s*[-年./]\s*\d{1,2}|^\d{4}[-年./]\d{1,2}[-月./]\d{1,2}"
)
"""Paragraphs that date a page whose markup does not set its date line apart."""
_WORDS = ("发布时间", "发布日期", "发表时间", "发表日期", "发表于", "发布于", "时间", "日期", "更新时间", "publish")


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """When a page was published, as exactly as it says: some print only the month."""

    year: int
    month: int
    day: int | None = None

    @property
    def exact(self) -> date | None:
        """The day, or None where only the month is known."""
        return date(self.year, self.month, self.day) if self.day else None

    @property
    def latest(self) -> date:
        """The last day on which it may have been."""
        return self.exact or date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def period(self) -> str:
        """As the records contract writes it."""
        return f"{self.year}-{self.month:02d}" + (f"-{self.day:02d}" if self.day else "")


def published_on(visible: VisibleText, knowledge: Knowledge | None = None) -> PublishedDate | None:
    """The page's own date: its meta data, else the date line around the article, else what is known from outside."""
    for name in _META:
        found = _read(visible.meta.get(name, ""))
        if found:
            return found
    found = _line(visible)
    if found and found.day:
        return found
    if knowledge is not None and knowledge.published_on:
        known = knowledge.published_on
        return PublishedDate(known.year, known.month, known.day)
    return found


def _line(visible: VisibleText) -> PublishedDate | None:
    """The date behind a word such as 时间 in a short line outside the article, else a line that is only a date."""
    short = [p.text for p in visible.paragraphs if len(p.text) < 80 and _DATE_LINE.search(p.text)]
    lines = [simplified(line) for line in (*visible.around, *short) if len(line) < 200]
    for word in _WORDS:
        for line in lines:
            at = line.find(word)
            if at >= 0 and (found := _read(line[at : at + 40])):
                return found
    for line in lines:
        if _ONLY_DATE.fullmatch(line.strip()) and (found := _read(line)) and found.day:
            return found
    return None


def _read(text: str) -> PublishedDate | None:
    for match in _DAY.finditer(text.translate({0xFF1A: ":"})):
        year, month, day = int(match["y"]), int(match["m"] or match["m2"]), match["d"] or match["d2"]
        if year < 100 and not day:
            continue
        try:
            exact = date(year + 2000 if year < 100 else year, month, int(day or 1))
        except ValueError:
            continue
        return PublishedDate(exact.year, exact.month, exact.day if day else None)
    return None

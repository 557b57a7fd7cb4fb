"""Read what stands around a table: title, unit, period, publication date, the region of the heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from scrapers.captures import Knowledge
from scrapers.grid import HtmlContent
from scrapers.periods import Period, bare_years, find_periods, parse_period
from scrapers.records import PeriodKind
from scrapers.tables.labels import compact, subject_of, title_part, without_remarks
from scrapers.tables.model import Caption
from scrapers.tables.names import region_in
from scrapers.tables.trademark_calendar import by_trademark_calendar, is_office_table, states_the_calendar
from scrapers.tables.units import take_bracketed_unit, take_unit_line
from scrapers.tables.words import (
    BREADCRUMB,
    CJK,
    CODE_LINE,
    LATIN,
    MONTHLY_TABLE,
    NAVIGATION,
    NOTE_LINE,
    SOURCE_LINE,
    TABLE_NAME,
    TABLE_NUMBER_ONLY,
    YEARBOOK_NAME,
)

LONGEST_TITLE = 80
_SENTENCE = re.compile(r"[。；;]|：$|:$")
_PUBLISHED = re.compile(
    r"(?:发布|发文|更新|发表)?(?:时间|日期)\s*[:：]?\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
)
_ISO_DATE = re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})")
_PUBLISHED_META = ("pubdate", "publishdate", "article:published_time", "publicationdate", "dc.date", "og:release_date")
_STATED_PERIOD = re.compile(
    r"^[（(]?(?:时间|统计(?:时间|期间|区间)|报告期|数据时间)\s*[:：]\s*(?P<period>[^（）()]+)[)）]?$"
)
_STATED_REGION = re.compile(r"^(?:地区|行政区划|区域)\s*[:：]\s*(?P<region>\S+)$")
_STATED_INDICATOR = re.compile(r"^指标\s*[:：]\s*(?P<indicator>\S.*)$")
_STATED_DATABASE = re.compile(r"^数据库\s*[:：]\s*(?P<database>\S.*)$")
_NATIONAL_DATABASES = frozenset({"月度数据", "季度数据", "年度数据"})
"""Databases of the national site that hold the country's own figures; those of provinces and cities are named so."""


@dataclass(slots=True)
class _Found:
    titles: list[str] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    unit_lines: list[str] = field(default_factory=list)
    region: str | None = None
    indicator: str | None = None
    database: str | None = None


def caption_of(lines: Sequence[str], content: HtmlContent, knowledge: Knowledge, *, is_first: bool = True) -> Caption:
    """Explain the lines before a table (nearest last, rows above its header included) with the page's own headings.

    Of two statements about the same thing the nearer one holds; where a nearer period cannot be reconciled with the
    title's, the conflict is noted and the nearer one kept. Outside knowledge only fills what the page leaves open.
    """
    found = _sort_lines(lines)
    caption = Caption(published_on=_published_on(content, knowledge))
    caption.trademark_calendar = any(states_the_calendar(line.text) for line in content.lines)
    headings = [" ".join(line.text.split()) for line in content.lines if line.tag in ("h1", "h2", "h3")]
    titles = [title for title in (_nearest_title(found), *_page_titles(content, headings)) if title]
    outside = without_remarks(knowledge.title) if is_first and knowledge.title else None
    named = titles[0] if titles else outside
    caption.is_titled = bool(titles)
    caption.subject = subject_of(title_part(named)) if named else None
    caption.title = title_part(named or content.title) or None
    caption.units = _units(found, caption.title, outside if not titles else None)
    _set_period(caption, found, titles, outside, knowledge)
    caption.headings = [t for t in (found.region, caption.title, *headings, content.title, *lines, outside) if t]
    return caption


def heading_region(caption: Caption) -> str | None:
    """The region that the heading names, as printed; None where no text around the table names one."""
    return next((compact(region) for text in caption.headings if (region := region_in(text))), None)


def _sort_lines(lines: Sequence[str]) -> _Found:
    found = _Found()
    for printed in lines:
        line = " ".join(printed.split())
        if stated := _STATED_REGION.match(line):
            found.region = stated["region"]
        elif stated := _STATED_INDICATOR.match(line):
            found.indicator = stated["indicator"]
        elif stated := _STATED_DATABASE.match(line):
            found.database = stated["database"]
        elif stated := _STATED_PERIOD.match(line):
            if period := parse_period(stated["period"]):
                found.periods.append(period)
        elif CODE_LINE.match(line) or SOURCE_LINE.search(line) or NOTE_LINE.match(line):
            continue
        elif unit := take_unit_line(line):
            found.unit_lines.extend(unit[0])
            if len(unit[1]) > 1:
                _take_text(unit[1], found)
        else:
            _take_text(line, found)
    if found.region is None and found.database in _NATIONAL_DATABASES:
        found.region = "全国"
    return found


def _take_text(line: str, found: _Found) -> None:
    period = parse_period(line)
    if period is not None:
        found.periods.append(period)
    elif _may_be_title(line):
        found.titles.append(line)
        if period_of_title(line) is not None:  # a day above a dated title is the date of a letter, not of the figures
            found.periods = [
                p for p in found.periods if not (len(p.period) == 10 and p.label == p.label.strip("（()）"))
            ]


def _may_be_title(line: str) -> bool:
    return (
        bool(TABLE_NAME.search(line))
        and not (len(line) > LONGEST_TITLE and CJK.search(line))
        and not _SENTENCE.search(line)
        and not YEARBOOK_NAME.search(line)
        and not BREADCRUMB.search(line)
        and not NAVIGATION.match(line)
        and not TABLE_NUMBER_ONLY.match(line)
    )


def _nearest_title(found: _Found) -> str | None:
    """The last title before the table; of a Chinese one with its translation below, the Chinese one."""
    if found.indicator:
        return " ".join(part for part in (found.database, found.indicator) if part)
    if not found.titles:
        return None
    last = found.titles[-1]
    if not CJK.search(last) and len(found.titles) > 1 and CJK.search(found.titles[-2]):
        return found.titles[-2]
    return last


def _page_titles(content: HtmlContent, headings: list[str]) -> list[str]:
    meta = content.meta.get("articletitle", "")
    bare = re.split(r"\s*[_|]\s*|\s+-+\s+", content.title)[0] if CJK.search(content.title) else content.title
    return [text for text in (*reversed(headings), meta, bare) if text and _is_heading(text)]


def _is_heading(text: str) -> bool:
    return bool(TABLE_NAME.search(text)) and not YEARBOOK_NAME.search(text) and text not in ("统计信息", "统计数据")


def _units(found: _Found, title: str | None, outside: str | None) -> list[str]:
    """Units printed in the unit line, else in brackets in the title. Two different ones are both returned.

    An English unit beside Chinese ones is their translation (`单位:件 (Unit: piece)`).
    """
    in_title = take_bracketed_unit(title)[0] if title else None
    if in_title is None and outside:
        in_title = take_bracketed_unit(outside)[0]
    units = list(dict.fromkeys([*found.unit_lines, *([in_title] if in_title else [])]))
    chinese = [unit for unit in units if not LATIN.search(unit)]
    return chinese or units


def _set_period(caption: Caption, found: _Found, titles: list[str], outside: str | None, knowledge: Knowledge) -> None:
    """Choose the reporting period: period line, then title, then heading, then what is known from outside."""
    stated = found.periods[-1] if found.periods else None
    named: list[Period | None] = [period_of_title(title) for title in titles]
    known = [parse_period(knowledge.period) if knowledge.period else None, period_of_title(outside or "")]
    adds_up = any(is_office_table(title) for title in [*titles, outside or ""])
    if caption.trademark_calendar or adds_up:
        caption.trademark_calendar = True
        stated, *named = (_by_calendar(caption, p, adds_up) for p in (stated, *named))
        known = [_by_calendar(caption, p, adds_up) for p in known]
    own = [p for p in (stated, *named) if p]
    if own:
        caption.period = own[0]
        for other in own[1:]:
            conflict = f"the table is dated {caption.period.label}, its heading {other.label}"
            if not agree(caption.period, other) and conflict not in caption.conflicts:
                caption.conflicts.append(conflict)
            elif agree(caption.period, other) and _is_finer(other, caption.period) and stated is None and _is_open(own):
                caption.period = other
    else:
        caption.period = next((p for p in known if p), None)
        caption.period_from_outside = caption.period is not None
    monthly = MONTHLY_TABLE.search(caption.title or "") is not None
    kind = caption.period.kind if caption.period else None
    caption.months_not_named = monthly and kind in (PeriodKind.YEAR, None)


def _is_open(own: Sequence[Period]) -> bool:
    """True where a further statement may narrow the nearest one: a year, but not 1-11月, which a month only ends."""
    return own[0].kind in (PeriodKind.YEAR, None)


def _by_calendar(caption: Caption, period: Period | None, adds_up: bool) -> Period | None:
    """A period in the trademark calendar; where it cannot be told, a conflict is noted and nothing returned."""
    found = by_trademark_calendar(period, adds_up=adds_up) if period is not None else None
    if period is not None and found is None:
        caption.conflicts.append(f"whether {period.label} counts the quarter alone or the year up to it is not said")
    return found


@lru_cache(maxsize=1024)
def period_of_title(title: str) -> Period | None:
    """The period that a title names: the last one in it, else a lone year (`… from Home 2013`)."""
    found = list(find_periods(title))
    if found:
        return found[-1]
    years = bare_years(title)
    if len(set(years)) == 1 and re.search(rf"(?:^|\s){years[0]}|{years[0]}\s*$", title):
        return Period(str(years[0]), PeriodKind.YEAR, str(years[0]))
    return None


def agree(a: Period, b: Period) -> bool:
    """True where two periods can speak of the same table: one lies in the other, or both end together."""
    if a.last_day == b.last_day:
        return True
    if PeriodKind.CUMULATIVE in (a.kind, b.kind):
        return a.year == b.year and bool({a.kind, b.kind} & {PeriodKind.YEAR, None})
    inner, outer = (a, b) if _is_finer(a, b) else (b, a)
    whole_year = outer.kind in (PeriodKind.YEAR, None)
    return whole_year and outer.first_day <= inner.first_day and inner.last_day <= outer.last_day


def _is_finer(a: Period, b: Period) -> bool:
    return (a.last_day - a.first_day) < (b.last_day - b.first_day)


def _published_on(content: HtmlContent, knowledge: Knowledge) -> date | None:
    """The page's own date of publication, else the one known from outside."""
    texts = [content.meta.get(name, "") for name in _PUBLISHED_META]
    matches = [_ISO_DATE.search(text) for text in texts]
    matches += [_PUBLISHED.search(line.text) for line in content.lines if SOURCE_LINE.search(line.text)]
    for match in matches:
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return knowledge.published_on

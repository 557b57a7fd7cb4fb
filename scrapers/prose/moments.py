"""The dates that a sentence names: 截至去年底, 1—9月, 全年, “十三五”期间, 目前 …, each resolved to a period.

Periods themselves are read by `scrapers.periods`; here is what only the page can know: which year 全年, 年末 or 10月底
belong to, and which dates tell of an event (a meeting, a publication) and not of the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from scrapers.periods import Period, bare_years, end_of, find_periods, last_day, parse_period
from scrapers.prose.published import PublishedDate
from scrapers.records import PeriodKind


class Shape(StrEnum):
    """How a text dates its figures."""

    AS_OF = "as_of"
    """截至…, …底, …末, a day."""
    YEAR = "year"
    MONTH = "month"
    RANGE = "range"
    """Part of a year: 1—9月, 上半年, 一季度."""
    PLAN = "plan"
    """Several years: “十三五”期间."""
    THIS_YEAR = "this_year"
    """当年, 今年以来: from January to the date that stands beside it."""
    UNKNOWN = "unknown"
    """A stretch whose end is not said: 五年来, 2016年以来."""
    NOW = "now"
    """目前, or no date at all: the day of publication."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date of a text; `start` and `end` are its place in the clean text."""

    shape: Shape
    period: str
    kind: PeriodKind | None
    label: str
    start: int = -1
    end: int = -1
    is_own: bool = True
    """Named in the sentence itself, not taken from the text around it."""
    in_bracket: bool = False
    """Dates only what stands in the same bracket."""
    is_from: bool = False
    """Where a movement begins (由2015年的3件增长到…): dates the next figure only."""
    in_clause: bool = False
    """Dates only what stands in the same clause (全年任务)."""

    @property
    def year(self) -> int:
        return last_day(self.period).year


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a page knows about its own time."""

    published: PublishedDate | None = None
    title: Moment | None = None
    """The period that the title names."""
    dates_figures: bool = True
    """False for a document that comes out long after its figures (a plan): 目前 and 10月底 are not of its own year."""
    five_years: str | None = None
    """The years that 五年来 stands for: those before the period of a five-year plan."""

    @property
    def title_holds(self) -> bool:
        """Whether the title's period can be that of the figures.

        A bare year that is the year of publication dates the meeting or the notice, not a year that is not over yet.
        """
        if self.title is None or self.title.shape is Shape.PLAN:
            return False
        bare = self.title.shape is Shape.YEAR and self.published is not None
        return not (
            bare and self.published is not None and self.title.year >= self.published.year and self.published.month < 12
        )

    def now(self) -> Moment | None:
        """The day of publication as a date of the figures."""
        if self.published is None or not self.dates_figures:
            return None
        return Moment(Shape.NOW, self.published.period, PeriodKind.POINT_IN_TIME, "", is_own=False)


_COMPARISON = re.compile(
    r"(?:(?<![占同环别对相类无])比(?![重例值率如较])|较(?![大快高好强为多少低]))(?P<ref>[^,;:。、()]{1,22}?)"
    r"(?=(?:净|略|大幅|再|分别)?(?:相比|增|提高|提升|上升|上涨|扩大|多|高|下降|下跌|减少|降|回落|缩小|收窄|少|"
    r"低|快|慢))"
    r"|(?:与|同|跟)(?P<with>[^,;:。、()]{1,22}?)(?:相比|比较|比(?=,))"
    r"|(?:是|为|相当于)(?P<of>[^,;:。、()]{1,16}?)的(?=\d[\d.]*倍)"
    r"|(?:相较于?|相比于?)(?P<vs>[^,;:。、()]{1,22})"
    r"|(?:去年|上年)同期|同期|受[^,;:。]{1,24}影响"
)
_YEAR_END = re.compile(r"(?<![\d上去前今明年])年(?:末|底)(?!\d)")
_NOW = re.compile(r"(?:截至|截止|到)?(?:目前|现在|发稿时?|今日)(?:为止)?|迄今|至今")
_PLAN = re.compile(
    r"“?(?P<n>十[一二三四五六]|[九十])五”?+(?:(?:5|五)年(?:间|来)?|期间|时期|以来|规划期)?+(?!规划|纲要|计划|"
    r"目标|国家|重点|发展|知识产权(?:保护|发展)?规划)"
)
_YEARS_UP_TO_NOW = re.compile(
    r"(?:近|过去)?(?:[一二两三四五六七八九十几多]|\d{1,2})年(?:来|间)|(?:近|过去|"
    r"最近)(?:[一二两三四五六七八九十几]|\d{1,2})年|历年来?"
)
_LATELY = re.compile(r"近(?:些|几)?年来?(?!度)|多年来")
_RELATIVE = re.compile(r"去年|前年|今年|本年")
_ABSOLUTE = re.compile(r"(?:19|20)\d\d")
_EVENT = re.compile(
    r"召开|举行|举办|发布|公布|揭牌|印发|成立|获悉|通报|宣布|出席|启动|签署|签订|反馈|获批|报道|消息|印发|挂牌|"
    r"开幕|落幕|视察|调研|会议|发布会|"
    r"通过验收|施行|实施办法|介绍|列入|确定|审议|批复|登记成立|正式"
)
_TASK = re.compile(r"[^,;:。]{0,12}?(?:任务|目标|计划)")
_IN_A_ROW = re.compile(r"(?:以来|起)?,?(?:已经|已)?连续")
_SINCE = re.compile(r"(?:以来|来|起|间|至今)")
_STRETCH = re.compile(r"\d年?(?:\d+月)?[—\-~～至到]")
_JUST_OVER = 100
"""Days after which a month is no longer the one that a text calls by its name alone."""
_RANGE_BEFORE = re.compile(r"\d[年月日]?[至到—~～-]$")
"""A date that ends a stretch whose form is not known: not a time of its own."""
_TITLED = re.compile(r"《[^》]*》")


def comparisons(text: str) -> list[re.Match[str]]:
    """The stretches that name what a figure is compared with (比上年末, 与2010年相比); their dates date nothing."""
    return list(_COMPARISON.finditer(text))


def title_moment(title: str | None, published: PublishedDate | None) -> Moment | None:
    """The period that a title names: written out, relative to the publication (去年), or a bare year."""
    if not title:
        return None
    found = moments(title, Calendar(published), None)
    dated = [m for m in found if m.shape not in (Shape.NOW, Shape.UNKNOWN)]
    if dated:
        return next((m for m in dated if m.shape is not Shape.PLAN), dated[0])
    years = bare_years(title)
    return Moment(Shape.YEAR, str(years[0]), PeriodKind.YEAR, str(years[0])) if years else None


def moments(text: str, calendar: Calendar, context_year: int | None) -> list[Moment]:
    """The dates of a sentence (its whole text is given), left to right, without those of comparisons and events.

    `context_year` is the year that the text before speaks of; it completes 全年 and 年末 where nothing better does.
    """
    covered = _covered(text)
    found = [m for m in _named(covered, calendar, context_year) if m is not None]
    taken = [(m.start, m.end) for m in found]
    for match in _NOW.finditer(covered):
        now = calendar.now()
        if _overlaps(match.span(), taken):
            continue
        if now:
            found.append(Moment(Shape.NOW, now.period, now.kind, match.group(), *match.span()))
        elif not calendar.dates_figures:
            found.append(_unknown(match.group(), *match.span()))
    found = [_until_now(m, calendar) for m in found]
    found.sort(key=lambda m: m.start)
    return [
        replace(
            m,
            in_bracket=_in_bracket(text, m),
            is_from=text[: m.start].endswith(("由", "从", "自")) and not _STRETCH.search(m.label),
            in_clause=bool(_TASK.match(text, m.end) or _IN_A_ROW.match(text, m.end)),
        )
        for m in found
        if not _tells_of_event(covered, m)
    ]


def _until_now(moment: Moment, calendar: Calendar) -> Moment:
    """A plan period that is not over yet: 以来 ends nobody says when, and what 期间 will bring is a promise."""
    published = calendar.published
    if moment.shape is Shape.PLAN and published is not None and moment.year > published.year:
        return replace(moment, shape=Shape.UNKNOWN)
    return moment


def _in_bracket(text: str, moment: Moment) -> bool:
    return text.rfind("(", 0, moment.start) > text.rfind(")", 0, moment.start)


def date_spans(text: str) -> list[tuple[int, int]]:
    """Every stretch of a sentence that is a date, used or not: its digits are no figures."""
    spans = [match.span() for match in _COMPARISON.finditer(text) if re.search(r"\d", match.group())]
    spans += [(p.start, p.end) for p in find_periods(_uncomma(text), default_year=2000)]
    spans += [match.span() for match in re.finditer(r"(?<!\d)\d{1,2}日|(?<!\d)(?:19|20)\d\d年", text)]
    return spans


def _covered(text: str) -> str:
    """The text with comparisons and titles of documents covered, at the same length."""
    for pattern in (_COMPARISON, _TITLED):
        text = pattern.sub(lambda m: "□" * len(m.group()), text)
    return _uncomma(text)


def _uncomma(text: str) -> str:
    """The text with the commas that end a clause as semicolons: before a year a comma could belong to a number."""
    return re.sub(r"(?<!\d),|,(?!\d)", ";", text)


def _named(text: str, calendar: Calendar, context_year: int | None) -> list[Moment | None]:
    published = calendar.published
    found: list[Moment | None] = []
    spans: list[tuple[int, int]] = []
    year_before: int | None = None
    for period in find_periods(text, default_year=published.year if published else 2000):
        moment = _resolve(text, period, calendar, year_before, context_year)
        spans.append((period.start, period.end))
        found.append(moment)
        if moment is not None and moment.shape is not Shape.PLAN:
            year_before = moment.year
    for match in _PLAN.finditer(text):
        if not _overlaps(match.span(), spans) and (match.start() < 2 or match.group()[-1] in "间期年来"):
            plan = parse_period(f"{match['n']}五期间")
            spans.append(match.span())
            if plan is not None and not calendar.dates_figures and "以来" in match.group():
                found.append(_unknown(match.group(), *match.span()))
            elif plan is not None:
                found.append(Moment(Shape.PLAN, plan.period, None, match.group(), *match.span()))
    for match in _YEARS_UP_TO_NOW.finditer(text):
        if _overlaps(match.span(), spans):
            continue
        if calendar.five_years and re.fullmatch(r"(?:过去)?[五5]年(?:来|间)?", match.group()):
            found.append(Moment(Shape.PLAN, calendar.five_years, None, match.group(), *match.span()))
        else:
            until = str(published.year if published else 2000)
            found.append(Moment(Shape.UNKNOWN, until, None, match.group(), *match.span()))
    if not calendar.dates_figures:
        loose = (match for match in _LATELY.finditer(text) if not _overlaps(match.span(), spans))
        found += [_unknown(match.group(), *match.span()) for match in loose]
    for match in _YEAR_END.finditer(text):
        if not _overlaps(match.span(), spans):
            year = _year_for_whole(calendar, _explicit_before(found, match.start()), context_year)
            if year:
                kind = PeriodKind.POINT_IN_TIME
                found.append(Moment(Shape.AS_OF, f"{year}-12-31", kind, match.group(), *match.span()))
    return found


def _unknown(label: str, start: int, end: int) -> Moment:
    """A date that is named and cannot be told: what it dates is not dated by the text around it either."""
    return Moment(Shape.UNKNOWN, "2000", None, label, start, end)


def _explicit_before(found: Sequence[Moment | None], at: int) -> int | None:
    years = [m.year for m in found if m is not None and m.start < at and _ABSOLUTE.search(m.label)]
    return years[-1] if years else None


def _resolve(
    text: str, period: Period, calendar: Calendar, year_before: int | None, context_year: int | None
) -> Moment | None:
    """A period of `find_periods` with the right year and its shape."""
    label = period.label
    published = calendar.published
    if _ABSOLUTE.search(label) or "五" in label:
        resolved: Period | None = period
    elif label.startswith(("上年", "截至上年", "截止上年")):
        base = year_before or context_year
        resolved = parse_period(label, default_year=base) if base else None
    elif _RELATIVE.search(label):
        resolved = period if published else None
    else:
        year = _year_for_part(period, calendar, year_before, context_year)
        if year == 0:
            return _unknown(label, period.start, period.end)
        resolved = next(iter(find_periods(label, default_year=year)), None) if year else None
    if _RANGE_BEFORE.search(text[: period.start]):
        return _unknown(label, period.start, period.end)
    if resolved is None:
        return None if calendar.dates_figures else _unknown(label, period.start, period.end)
    if resolved.kind is PeriodKind.YEAR and re.search(r"(?:今年|本年|当年)(?:度)?$", label):
        return Moment(Shape.THIS_YEAR, resolved.period, resolved.kind, label, period.start, period.end)
    this_year = (
        published and resolved.period == str(published.year) and published.latest != date(published.year, 12, 31)
    )
    if this_year and text.startswith("以来", period.end):
        return Moment(Shape.THIS_YEAR, resolved.period, resolved.kind, label, period.start, period.end)
    if _SINCE.match(text, period.end) and not (published and resolved.period.startswith(str(published.year))):
        return Moment(Shape.UNKNOWN, resolved.period, None, label, period.start, period.end)
    return Moment(_shape(resolved, label), resolved.period, resolved.kind, label, period.start, period.end)


def _shape(period: Period, label: str) -> Shape:
    if period.kind is PeriodKind.POINT_IN_TIME:
        return Shape.AS_OF
    if period.kind is PeriodKind.YEAR:
        return Shape.YEAR
    if period.kind is PeriodKind.MONTH:
        return Shape.MONTH
    several_years = ".." in period.period and period.period[:4] != period.period.partition("..")[2][:4]
    return Shape.PLAN if several_years and period.kind is None else Shape.RANGE


def _year_for_part(period: Period, calendar: Calendar, year_before: int | None, context_year: int | None) -> int | None:
    """Year of a month, a quarter or 全年 printed without one; 0 where it may be one or another."""
    if year_before or not calendar.dates_figures:
        return year_before
    if re.match(r"\d{4}$", period.period) or "当年" in period.label:  # 全年, 当年
        return _year_for_whole(calendar, None, context_year)
    titled = calendar.title.year if calendar.title is not None and calendar.title_holds else None
    if calendar.published is None:
        return titled or context_year
    year = calendar.published.year
    printed = parse_period(period.label, default_year=year) or period
    ends = last_day(end_of(printed.period)).replace(year=year)
    recent = year if ends <= calendar.published.latest else year - 1
    if titled and titled == recent - 1 and (calendar.published.latest - ends).days < _JUST_OVER:
        return 0  # 截至2月底 on a page of March about last year: of this year or of that one
    return titled or recent


def _year_for_whole(calendar: Calendar, year_before: int | None, context_year: int | None) -> int | None:
    """Year of 全年 and 年末: named in the sentence, the title's, that of the text before, the last one completed."""
    if year_before or not calendar.dates_figures:
        return year_before
    if calendar.title is not None and calendar.title_holds:
        return calendar.title.year
    published = calendar.published
    over = published is None or published.latest >= date(published.year, 12, 15)
    if context_year and (over or published is None or context_year < published.year):
        return context_year
    if calendar.published is None:
        return None
    return calendar.published.year - (0 if calendar.published.latest >= date(calendar.published.year, 12, 31) else 1)


def _tells_of_event(text: str, moment: Moment) -> bool:
    """A day or a month on which something took place: no figure follows before the word that says what."""
    exact_day = moment.shape is Shape.AS_OF and not re.search(r"截|底|末|至", moment.label)
    if not exact_day and moment.shape is not Shape.MONTH:
        return False
    if text[: moment.start].endswith("现将") or re.match(r"(?:零时|0时)?为标准时点", text[moment.end :]):
        return False
    behind = re.split(r"[;。]|(?<!\d)\d+(?:\.\d+)?(?:万|亿)?[件家项个户人]", text[moment.end : moment.end + 60])[0]
    return bool(_EVENT.search(behind))


def _overlaps(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(a < span[1] and span[0] < b for a, b in taken)

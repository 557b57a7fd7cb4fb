"""The years of a sentence: until when something is promised, since when it is counted, what is past.

TARGET_RULES 9: “十四五”末, 到2025年 and “十四五”期间 are 2025; 近五年 counts from the year of issue (inferred); an
annual plan's year is its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from scrapers.plans.dates import deadline

_Y = r"(?P<{0}>(?:19|20)\d\d)"
_FIVE = r"[“\"]?(?P<{0}>十[一二三四五六七八]?|[七八九])五[”\"]?"
_FIVE_END = (
    r"(?:规划|计划)?(?:期?末|末期|期间|时期|期内|以来|期满|五年|收官|(?=[,、])|"
    r"(?=[一-鿿]{2,20}(?:达到|提高到|突破|超过|不低于)))"
)
_NUM = {**{c: n for n, c in enumerate("零一二三四五六七八九十")}, "两": 2}
_FIVES = {"七": 1990, "八": 1995, "九": 2000, "十": 2005}
_TAIL = r"(?:年度?)(?:\s*\d{1,2}月(?:\d{1,2}日)?)?(?:年?[底末初]|年末|年底|上半年|下半年)?(?:以?前|之前)?"
_PATTERN = re.compile(
    "|".join(
        [
            rf"(?P<base>(?:较|比|相较于?|相比于?|对比|与|同|在|以|从|由|自|是|为)(?:于|到)?(?:{_Y.format('by')}{_TAIL}|{_FIVE.format('b5')}(?:期?末|时期|期间)|(?<!以)上年度?|去年|上一年|同期)"
            rf"(?:同期|水平)?(?:的?[^,。;]{{0,14}}?(?:基础|相比|为基)|(?=的?[^,。;到]{{0,12}}?(?:增长|增加|提高|提升|下降|减少|翻|高|多|倍|上升|扩大))))",
            rf"(?P<asof>截[至止](?:到)?(?:{_Y.format('ay')}{_TAIL}|目前|现在|今年|去年年?底?))",
            rf"(?P<span>{_Y.format('s1')}年?(?:-{{1,3}}|至|到){_Y.format('s2')}年(?:度|间|期间)?)",
            rf"(?P<till>(?:力争|争取|计划)?(?:到|至|在|于|力争|截至)?{_Y.format('ty')}{_TAIL}(?!的?[^,。;到]{{0,10}}基础))",
            rf"(?P<five>(?:到|至|在)?{_FIVE.format('f5')}{_FIVE_END})",
            r"(?P<nth>(?:到|至|在)?第(?P<n5>十[一二三四五六七八]?|[七八九])个五年(?:规划|计划)?(?:期?末|期间|时期|内)?)",
            r"(?P<near>(?:今后|未来|近|最近|此后|用|经过|通过|力争|争取|再用|在)?(?P<n>[一二两三四五六七八九十]|\d{1,2})(?:至[一二两三四五六七八九十])?(?:个)?年(?:左右)?(?:的?时间|的?努力|内|之内|后|以内|期?目标|期间|(?<=近.年)|(?<=后.年)|(?<=来.年)))",
            r"(?P<after>(?:力争|争取)?(?:经过|再?用)(?P<na>[一二两三四五六七八九十]|\d{1,2})个?年(?:左右)?)",
            r"(?P<now>今年|本年度?|当年内|年内|本年底|今年底|年底前|年底之前|全年(?!度)|年度内)",
            r"(?P<next>明年)",
            r"(?P<end>规划期末|规划期内|规划期间|规划期|实施期末|期末|方案实施期|建设期内|试点期内|行动期内)",
            r"(?P<last>去年|(?<!以)上年度?|前年|近年来|以来|目前为止|迄今|至今|上半年|一季度|前三季度)",
        ]
    )
)


_POINTS_AHEAD = re.compile(
    r"力争|争取|目标|规划|提出(?=[,:到将要])|要(?:完成|实现|达到|建成)|计划(?!完成|投资|总投资)|拟(?!定)|将(?!近)|预计"
)
_RAISED = re.compile(r"(?:提高|提升|增加|增长|上升|扩大|下降|降低|减少)$")
"""`由2024年的5%提高至2026年的6%`: what was compared, not until when."""
_SHORTENED = re.compile(r"(?:缩短|压缩|压减|控制|缩减|降低)(?:到|至|在)$|不超过$|不高于$")


class Tense(StrEnum):
    """What a mention of time says of the words behind it."""

    FUTURE = "future"
    PAST = "past"
    BASE = "base"


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is known of the years of a document."""

    first: int | None
    """First year of its period, else the year of issue."""
    last: int | None
    """Last year of its period."""
    issued: int | None
    is_stated: bool
    """True where the document states its period itself."""

    @property
    def is_annual(self) -> bool:
        return self.is_stated and self.first == self.last


@dataclass(frozen=True, slots=True)
class Time:
    """One mention of time in a line."""

    tense: Tense
    year: int | None
    start: int
    end: int
    is_inferred: bool = False
    is_explicit: bool = True
    """False for words without a number of their own (今年, 规划期末)."""
    is_firm: bool = False
    """True where the words themselves point ahead (到2025年, 力争2025年)."""
    is_pledged: bool = False
    """True where they promise (力争到2025年, 计划到2025年)."""
    due: date | None = None
    """The last day, where the words name more than a year (到2024年6月底)."""


def find_times(text: str, calendar: Calendar) -> list[Time]:
    """Mentions of time in a line (names not blotted out), from left to right."""
    times = list(_times(text, calendar))
    known = next((t.year for t in times if t.is_firm and t.year), None)
    if known is None:
        return times
    # `五年内…,到2026年…`: the sentence says itself when the five years end
    return [replace(t, year=known, is_inferred=False) if t.year is None and t.is_inferred else t for t in times]


def _times(text: str, calendar: Calendar) -> Iterator[Time]:
    for match in _PATTERN.finditer(text):
        if re.search(r"\d$", text[: match.start()]):
            continue
        start, end, kind = match.start(), match.end(), match.lastgroup or ""
        if match["base"]:
            yield Time(Tense.BASE, _number(match["by"]) or _five(match["b5"]), start, end)
        elif match["asof"]:
            year = _number(match["ay"])
            ahead = year is not None and calendar.issued is not None and year > calendar.issued
            yield Time(Tense.FUTURE if ahead else Tense.PAST, year, start, end)
        elif match["span"]:
            yield _judged(int(match["s2"]), text, start, end, calendar)
        elif match["till"]:
            yield _judged(int(match["ty"]), text, start, end, calendar)
        elif match["nth"]:
            if (year := _five(match["n5"])) is not None:
                yield _judged(year, text, start, end, calendar)
        elif match["five"]:
            year = _five(match["f5"])
            if "以来" in match["five"]:
                yield Time(Tense.PAST, year, start, end)
            elif year is not None:
                yield _judged(year, text, start, end, calendar)
        elif match["near"] or match["after"]:
            yield from _near(match, text, calendar)
        elif match["next"] or match["now"]:
            base = calendar.first if calendar.is_annual else calendar.issued
            year = base + bool(match["next"]) if base else None
            yield Time(Tense.FUTURE, year, start, end, is_explicit=False)
        elif match["end"]:
            yield Time(Tense.FUTURE, calendar.last, start, end, is_explicit=False)
        elif match["last"] and kind:
            yield Time(Tense.PAST, None, start, end, is_explicit=False)


def _judged(year: int, text: str, start: int, end: int, calendar: Calendar) -> Time:
    known = calendar.first or calendar.issued
    pledged = re.match(r"力争|争取|计划", text[start:end]) is not None or (
        text[start : start + 1] == "到" and re.search(r"力争|争取", text[:start]) is not None
    )
    ahead = re.match(r"力争|争取|计划|到|至", text[start:end]) is not None and not _RAISED.search(text[:start])
    if pledged:  # whatever day a copy bears
        tense = Tense.FUTURE
    elif known is None:
        tense = Tense.FUTURE if ahead or _POINTS_AHEAD.search(text[:start] + text[end:]) else Tense.PAST
    else:
        tense = Tense.FUTURE if year >= known else Tense.PAST
    if tense is Tense.FUTURE and text[end : end + 1] == "的" and not ahead:
        tense = Tense.BASE if calendar.first is not None and year <= calendar.first else tense
    due = _due(year, text[start:end]) if tense is Tense.FUTURE else None
    return Time(tense, year, start, end, is_firm=tense is Tense.FUTURE and ahead, is_pledged=pledged, due=due)


def _due(year: int, words: str) -> date | None:
    """The last day of a part of a year that the words end with; None for the year itself."""
    if words.endswith("上半年"):
        return deadline(year, 6, is_whole=True)
    named = re.search(r"年度?\s*(\d{1,2})月([底末])?(以?前|之前)?$", words)
    if named is None or not 1 <= int(named[1]) <= 12:
        return None
    return deadline(year, int(named[1]), is_whole=named[2] is not None or named[3] is None)


def _near(match: re.Match[str], text: str, calendar: Calendar) -> Iterator[Time]:
    printed = match["n"] or match["na"]
    years = int(printed) if printed.isdigit() else _NUM.get(printed, 0)
    words = match.group()
    if not 1 <= years <= 20 or re.search(r"[第每十\d]$", text[: match.start()]):
        return
    if _SHORTENED.search(text[: match.start("n" if match["n"] else "na")]):  # a length of time, not a horizon
        return
    if since := re.search(r"((?:19|20)\d\d)年(?:起|开始)的?$", text[: match.start()]):
        yield Time(Tense.FUTURE, int(since[1]) + years - 1, match.start(), match.end(), is_inferred=True)
        return
    if words.startswith(("近", "最近")) and "目标" not in text[match.end() : match.end() + 8] + words:
        yield Time(Tense.PAST, None, match.start(), match.end())
        return
    if calendar.is_stated and calendar.last is not None:
        yield Time(Tense.FUTURE, calendar.last, match.start(), match.end(), is_inferred=True)
    elif calendar.issued is not None:
        yield Time(Tense.FUTURE, calendar.issued + years, match.start(), match.end(), is_inferred=True)
    else:
        yield Time(Tense.FUTURE, None, match.start(), match.end(), is_inferred=True)


def last_year_of(name: str) -> int | None:
    """Last year of a plan by its name: `“十五五”…规划` is 2030, `…(2026-2028年)` 2028, `2027年…要点` 2027."""
    if span := re.search(r"(?:19|20)\d\d年?(?:-{1,3}|至|到)((?:19|20)\d\d)", name):
        return int(span[1])
    if five := re.search(r"“?(十[一二三四五六七八]?)五”?(?!年)", name):
        return _five(five[1])
    single = re.search(r"(?<!\d)((?:19|20)\d\d)年(?=.*(?:要点|计划|安排|方案|任务))", name)
    return int(single[1]) if single else None


def _five(numeral: str | None) -> int | None:
    """Last year of a five-year plan by its Chinese number."""
    if not numeral:
        return None
    if numeral in _FIVES:
        return _FIVES[numeral]
    return 2005 + 5 * _NUM[numeral[1]] if numeral[0] == "十" and len(numeral) == 2 else None


def _number(printed: str | None) -> int | None:
    return int(printed) if printed else None

"""Read the period that a title, a header or a sentence names: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or a range of those.

The rules are those of DESIGN (Contracts, records). A calendar year is `YYYY` however it is printed (`2021年1-12月`);
a range from January of one year is a year to date; a range over years is cumulative, named by its end; 末 and 底 are
days.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from scrapers.records import PeriodKind

_REPLACED: dict[str, str] = {
    **{chr(ord("０") + n): str(n) for n in range(10)},
    **dict.fromkeys("－–—―‐‑−﹣~～〜至到", "-"),
    **{"．": ".", "／": "/", "（": "(", "）": ")", "：": ":", "\u00a0": " ", "\u3000": " ", "，": ","},
}
_SAME_LENGTH = str.maketrans(_REPLACED)
"""One character for one, so that offsets in the translated text are offsets in the text as printed."""
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH_NAMES = "|".join(f"{name}|{name[:3]}\\.?" for name in _MONTHS) + r"|sept\.?"
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PLAN_NUMBERS = {"九": 9, "十": 10, "十一": 11, "十二": 12, "十三": 13, "十四": 14, "十五": 15, "十六": 16}
_RELATIVE_YEARS = {"去年": -1, "上年": -1, "前年": -2, "今年": 0, "本年": 0, "当年": 0}

_S = r"\s*"
_Y = r"(?:19|20)\d\d"
_RELATIVE = "|".join(_RELATIVE_YEARS)


def _moment(tag: str) -> str:
    """One date, month or year with 年 and 月, or with dots, hyphens or slashes; groups are numbered by `tag`."""
    separator = rf"{_S}(?:年{_S}[/.]?|[./-]){_S}"
    day = rf"(?:{_S}(?:月|[./-]){_S}(?P<d{tag}>\d{{1,2}})(?!\d)(?:{_S}日)?)"
    month = rf"(?P<m{tag}>\d{{1,2}})(?!\d)(?:{day}|{_S}月(?:份)?)?"
    return rf"(?P<y{tag}>{_Y})(?!\d)(?:{separator}{month}|{_S}(?:年度|年份?))?"


_BARE = rf"(?P<bm>\d{{1,2}})(?!\d){_S}月(?:{_S}(?P<bd>\d{{1,2}}){_S}日)?(?:份)?"
_RANGE = rf"{_moment('1')}{_S}(?:-|\.\.){_S}(?:{_moment('2')}|{_BARE})"
_YEAR = rf"(?:(?P<y>{_Y}){_S}年?(?:度)?|(?P<rel>{_RELATIVE}))"
_QUARTER = (
    rf"(?:{_YEAR}{_S}[的,]?{_S})?(?:第?(?P<q>[一二三四1-4]){_S}季度|[Qq](?P<qq>[1-4])(?!\d)|"
    rf"(?P<half>上半年|下半年|前三季度|前两季度|前二季度|1-3季度|全年))"
)
_MARKED_YEAR = rf"(?:(?P<y>{_Y}){_S}年(?:度)?|(?P<rel>{_RELATIVE}))"
_MONTH_RANGE = rf"(?:{_MARKED_YEAR}{_S})?(?P<a>\d{{1,2}}){_S}月?(?:份)?{_S}-{_S}(?P<b>\d{{1,2}}){_S}月(?:份)?"
_MONTH_DAY = rf"(?:{_MARKED_YEAR}{_S})?(?P<m>\d{{1,2}}){_S}月(?:份|{_S}(?P<d>\d{{1,2}}){_S}日)?"
_ENGLISH = (
    rf"(?:(?P<from>{_MONTH_NAMES})(?:{_S},?{_S}(?P<y0>{_Y}))?{_S}(?:-|to){_S})?(?P<name>{_MONTH_NAMES})"
    rf"(?:{_S}(?P<day>\d{{1,2}})(?!\d))?{_S},?{_S}(?P<y>{_Y})(?!\d)"
)
_PLAN = r"[“\"'「]?(?P<plan>十[一二三四五六]|[九十])五[”\"'」]?(?:时期|期间|规划期|(?=末))"
_MAY_HOLD_ONE = re.compile(
    rf"\d|[一二三四]{_S}季度|上半年|下半年|前[两二三]季度|全年|{_RELATIVE}|五[”\"'」]?(?:时期|期间|规划期|末)",
    re.IGNORECASE,
)
"""Every period has a digit or one of these words: most texts have neither."""
_END = rf"{_S}(?:末|底|年末|年底|月末|月底)"
_AS_OF = rf"(?:截至|截止|截)(?:-)?{_S}"
_EDGE = r"(?<![\d.?\ufffd])(?<!\d,)"

_WHOLE = {
    name: re.compile(rf"^{pattern}$", re.IGNORECASE)
    for name, pattern in {
        "range": _RANGE,
        "month_range": _MONTH_RANGE,
        "quarter": _QUARTER,
        "moment": _moment("1"),
        "month_day": _MONTH_DAY,
        "english": _ENGLISH,
        "relative": rf"(?P<rel>{_RELATIVE})(?:度)?",
        "plan": _PLAN,
    }.items()
}
_MARKED_MOMENT = rf"(?P<y1>{_Y}){_S}年(?:度)?(?:{_S}/?{_S}(?P<m1>\d{{1,2}}){_S}月(?:份|{_S}(?P<d1>\d{{1,2}}){_S}日)?)?"
_DOTTED_DAY = rf"(?P<y1>{_Y}){_S}(?P<sep>[./-]){_S}(?P<m1>\d{{1,2}}){_S}(?P=sep){_S}(?P<d1>\d{{1,2}})(?!\d)"
_IN_TEXT = {
    name: re.compile(rf"{_EDGE}(?:{pattern})", re.IGNORECASE)
    for name, pattern in {
        "range": _RANGE,
        "month_range": _MONTH_RANGE,
        "quarter": _QUARTER,
        "dotted": _DOTTED_DAY,
        "moment": _MARKED_MOMENT,
        "bracketed": rf"\({_S}(?P<y1>{_Y}){_S}年?(?:度)?{_S}\)",
        "month_day": _MONTH_DAY,
        "english": rf"\b{_ENGLISH}",
        "relative": rf"(?P<rel>{_RELATIVE})(?:度)?",
        "plan": _PLAN,
    }.items()
}


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time as the records contract writes it."""

    period: str
    """`YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or `A..B` of months or days; of a cumulative period only its end."""
    kind: PeriodKind | None
    """None where none of the six kinds fits (the second half of a year, a five-year plan, a list of years)."""
    label: str
    """The stretch as printed."""
    start: int = 0
    end: int = 0
    """Place of the label in the given text; `end` is exclusive."""

    @property
    def first_day(self) -> date:
        return first_day(self.period)

    @property
    def last_day(self) -> date:
        return last_day(self.period)

    @property
    def year(self) -> int:
        """The year in which the period ends."""
        return self.last_day.year


def parse_period(text: str, *, default_year: int | None = None) -> Period | None:
    """The period that is the whole of `text` (a header cell, a period line), or None.

    `default_year` completes months without a year and 今年; 去年 is the year before it. Whoever calls this must know
    that the place may hold a period: `2018` and `2014.12` are read as dates here.
    """
    if not _MAY_HOLD_ONE.search(text):
        return None
    return _parse_period(text, default_year)


@lru_cache(maxsize=8192)
def _parse_period(text: str, default_year: int | None) -> Period | None:
    plain = text.translate(_SAME_LENGTH)
    begin, end = _inner(plain)
    core = plain[begin:end]
    as_of = re.match(_AS_OF, core)
    body = core[as_of.end() if as_of else 0 :]
    marked = re.search(rf"(?:{_END})$", body)
    tails = [(body, False)]
    if marked:
        cut = marked.start() + (1 if marked.group().strip() in ("年末", "年底", "月末", "月底") else 0)
        tails.insert(0, (body[:cut], True))
    for piece, at_end in tails:
        for name, pattern in _WHOLE.items():
            match = pattern.match(piece.strip())
            period = match and _read(name, match, default_year)
            if period is not None:
                if at_end:
                    period = _at_its_end(period)
                elif as_of:
                    period = replace(period, kind=PeriodKind.POINT_IN_TIME)
                return replace(period, label=text.strip(), start=begin, end=end)
    return None


def find_periods(text: str, *, default_year: int | None = None) -> Iterator[Period]:
    """Periods named in a title or a sentence, from left to right, the longest reading at each place.

    Bare years (`2018`) and `2014.12` are only numbers here; in brackets, with 年, as a day or in a range they are
    periods. Five digits in a row (`20076`, a lost 年) are none.
    """
    plain = text.translate(_SAME_LENGTH)
    position = 0
    while position < len(plain) and _MAY_HOLD_ONE.search(plain, position):
        best = _longest_at_first_place(plain, position, default_year)
        if best is None:
            return
        yield replace(best, label=text[best.start : best.end])
        position = best.end


def bare_years(text: str) -> list[int]:
    """Years printed in a text, with or without 年, in the order printed (`2007专利统计年报` gives 2007)."""
    return [int(y) for y in re.findall(rf"(?<![\d.,/-])({_Y})(?![\d.,/-]\d|\d)", text.translate(_SAME_LENGTH))]


@lru_cache(maxsize=4096)
def first_day(period: str) -> date:
    """First day of a period of the contract. Raises ValueError for a text that is none."""
    head = period.partition("..")[0]
    parts = [int(p) for p in head.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


@lru_cache(maxsize=4096)
def last_day(period: str) -> date:
    """Last day of a period of the contract. Raises ValueError for a text that is none."""
    tail = period.partition("..")[2] or period
    parts = [int(p) for p in tail.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    return date(parts[0], month, parts[2] if len(parts) > 2 else monthrange(parts[0], month)[1])


def end_of(period: str) -> str:
    """The end of a period as the date that a cumulative figure carries: the month or day printed, else 31 December."""
    tail = period.partition("..")[2] or period
    return f"{tail}-12-31" if re.fullmatch(r"\d{4}", tail) else tail


def year_to_date(year: int, month: int) -> Period:
    """January to `month`: the month itself for January, the calendar year for December."""
    if month == 1:
        return Period(f"{year}-01", PeriodKind.MONTH, "")
    if month == 12:
        return Period(f"{year}", PeriodKind.YEAR, "")
    return Period(f"{year}-01..{year}-{month:02d}", PeriodKind.YEAR_TO_DATE, "")


def quarter(year: int, number: int) -> Period:
    """A quarter by the calendar."""
    return Period(f"{year}-{3 * number - 2:02d}..{year}-{3 * number:02d}", PeriodKind.QUARTER, "")


def trademark_quarter(year: int, number: int) -> Period:
    """A quarter by the trademark calendar, which runs from the 16th to the 15th (PAGE_FORMATS, fact 4)."""
    end = date(year, 3 * number, 15)
    begin = date(year - 1, 12, 16) if number == 1 else date(year, 3 * number - 3, 16)
    return Period(f"{begin.isoformat()}..{end.isoformat()}", PeriodKind.QUARTER, "")


def quarter_before(period: str) -> str | None:
    """The quarter before a quarter, by the calendar that it follows; None where `period` is no quarter."""
    begin, end = first_day(period), last_day(period)
    for year in (end.year, end.year - 1):
        for number in (1, 2, 3, 4):
            for make in (quarter, trademark_quarter):
                candidate = make(year, number)
                if last_day(candidate.period) + timedelta(days=1) == begin and end > begin:
                    length = (last_day(candidate.period) - first_day(candidate.period)).days
                    return candidate.period if abs(length - (end - begin).days) <= 3 else None
    return None


def year_before(period: str) -> str:
    """The same period one year earlier (29 February becomes 28)."""

    def shift(part: str) -> str:
        year, *rest = part.split("-")
        if rest == ["02", "29"]:
            rest = ["02", "28"]
        return "-".join([f"{int(year) - 1:04d}", *rest])

    return "..".join(shift(part) for part in period.split(".."))


def _longest_at_first_place(plain: str, position: int, default_year: int | None) -> Period | None:
    best: Period | None = None
    for name, pattern in _IN_TEXT.items():
        at = position
        while match := pattern.search(plain, at):
            if best is not None and match.start() > best.start:
                break
            found = _read(name, match, default_year)
            if found is None:
                at = match.start() + 1
                continue
            found = _with_surroundings(plain, match, found, position)
            if best is None or (found.start, -found.end) < (best.start, -best.end):
                best = found
            break
    return best


def _with_surroundings(plain: str, match: re.Match[str], found: Period, position: int) -> Period:
    """Take 截至 in front and 末 or 底 behind into the period."""
    begin, end = match.span()
    if tail := re.match(_END, plain[end:]):
        found, end = _at_its_end(found), end + tail.end()
    elif found.kind is PeriodKind.YEAR and plain.startswith(("末", "底"), end):
        found, end = _at_its_end(found), end + 1
    if head := re.search(rf"{_AS_OF}$", plain[position:begin]):
        begin = position + head.start()
        if found.kind is not PeriodKind.POINT_IN_TIME:
            found = replace(found, kind=PeriodKind.POINT_IN_TIME)
    return replace(found, start=begin, end=end)


def _at_its_end(period: Period) -> Period:
    return replace(period, period=last_day(period.period).isoformat(), kind=PeriodKind.POINT_IN_TIME)


def _inner(plain: str) -> tuple[int, int]:
    """Where the text without outer white space, colons and one pair of brackets begins and ends."""
    begin, end = 0, len(plain)
    while begin < end and plain[begin] in " \t\r\n:":
        begin += 1
    while end > begin and plain[end - 1] in " \t\r\n:*":
        end -= 1
    if end - begin > 2 and plain[begin] == "(" and plain[end - 1] == ")":
        return begin + 1, end - 1
    return begin, end


def _read(name: str, match: re.Match[str], default_year: int | None) -> Period | None:
    try:
        return _READERS[name](match.groupdict(), default_year)
    except ValueError:
        return None  # a thirteenth month, a 30 February


def _year_of(groups: dict[str, str | None], default_year: int | None) -> int | None:
    if year := groups.get("y"):
        return int(year)
    relative = groups.get("rel")
    return default_year if relative is None or default_year is None else default_year + _RELATIVE_YEARS[relative]


def _single(year: int, month: int | None = None, day: int | None = None) -> Period:
    if day is not None and month is not None:
        return Period(date(year, month, day).isoformat(), PeriodKind.POINT_IN_TIME, "")
    if month is not None:
        return Period(date(year, month, 1).isoformat()[:7], PeriodKind.MONTH, "")
    return Period(f"{year}", PeriodKind.YEAR, "")


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _read_moment(groups: dict[str, str | None], _: int | None) -> Period | None:
    return _single(int(groups["y1"] or 0), _number(groups.get("m1")), _number(groups.get("d1")))


def _read_range(groups: dict[str, str | None], _: int | None) -> Period | None:
    begin = _single(int(groups["y1"] or 0), _number(groups["m1"]), _number(groups["d1"]))
    if groups["y2"]:
        end = _single(int(groups["y2"]), _number(groups["m2"]), _number(groups["d2"]))
    else:
        if groups["m1"] is None:
            return None
        end = _single(int(groups["y1"] or 0), _number(groups["bm"]), _number(groups["bd"]))
    return _between(begin.period, end.period)


def _between(begin: str, end: str) -> Period | None:
    """The range from `begin` to `end`, both of the same precision, named by its kind."""
    if len(begin) != len(end) or begin > end:
        return None
    first, last = first_day(begin), last_day(end)
    if len(begin) == 4:
        return Period(begin, PeriodKind.YEAR, "") if begin == end else Period(f"{begin}-01..{end}-12", None, "")
    if begin == end:
        return _single(*[int(p) for p in begin.split("-")])
    if len(begin) == 10 and (first.year, first.month, first.day) == (last.year, last.month, 1) and _ends_month(last):
        return _single(last.year, last.month)  # all days of one month, printed out
    if (first.month, first.day) == (12, 16) and last.day == 15 and last.year == first.year + 1:
        return Period(f"{begin}..{end}", PeriodKind.YEAR if last.month == 12 else PeriodKind.YEAR_TO_DATE, "")
    if first.year != last.year:
        return Period(end, PeriodKind.CUMULATIVE, "")
    if first.month == 1 and first.day == 1:
        if last.month == 12 and last.day == 31:
            return Period(str(first.year), PeriodKind.YEAR, "")
        return Period(f"{begin}..{end}", PeriodKind.YEAR_TO_DATE, "")
    if len(begin) == 7 and first.month % 3 == 1 and last.month == first.month + 2:
        return Period(f"{begin}..{end}", PeriodKind.QUARTER, "")
    return Period(f"{begin}..{end}", None, "")


def _ends_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


def _read_month_range(groups: dict[str, str | None], default_year: int | None) -> Period | None:
    year = _year_of(groups, default_year)
    if year is None:
        return None
    return _between(*(_single(year, int(groups[part] or 0)).period for part in ("a", "b")))


def _read_quarter(groups: dict[str, str | None], default_year: int | None) -> Period | None:
    year = _year_of(groups, default_year)
    if year is None:
        return None
    half = groups["half"]
    if half == "全年":
        return _single(year)
    if half == "下半年":
        return Period(f"{year}-07..{year}-12", None, "")
    if half:
        return year_to_date(year, 9 if half in ("前三季度", "1-3季度") else 6)
    return quarter(year, _QUARTERS[groups["q"] or groups["qq"] or ""])


def _read_month_day(groups: dict[str, str | None], default_year: int | None) -> Period | None:
    year = _year_of(groups, default_year)
    return None if year is None else _single(year, _number(groups["m"]), _number(groups["d"]))


def _read_english(groups: dict[str, str | None], _: int | None) -> Period | None:
    def month(name: str) -> int:
        return 1 + next(n for n, full in enumerate(_MONTHS) if full.startswith(name.lower().rstrip(".")[:3]))

    year, last = int(groups["y"] or 0), month(groups["name"] or "")
    if groups["from"]:
        return _between(f"{groups['y0'] or year}-{month(groups['from']):02d}", f"{year}-{last:02d}")
    return _single(year, last, _number(groups["day"]))


def _read_relative(groups: dict[str, str | None], default_year: int | None) -> Period | None:
    year = _year_of(groups, default_year)
    return None if year is None else _single(year)


def _read_plan(groups: dict[str, str | None], _: int | None) -> Period | None:
    last = 1955 + 5 * _PLAN_NUMBERS[groups["plan"] or ""]
    return Period(f"{last - 4}-01..{last}-12", None, "")


_READERS = {
    "range": _read_range,
    "month_range": _read_month_range,
    "quarter": _read_quarter,
    "moment": _read_moment,
    "dotted": _read_moment,
    "bracketed": _read_moment,
    "month_day": _read_month_day,
    "english": _read_english,
    "relative": _read_relative,
    "plan": _read_plan,
}

"""The figures of a sentence: numbers with their units and ranks; what is a date, an ordinal or a code is none.

Numbers are read by `scrapers.numbers`; here is only what a sentence adds to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scrapers.numbers import DamagedNumber, chinese_number, find_damaged, find_numbers

Span = tuple[int, int]

_NO_UNIT_OF_OURS = re.compile(r"^(?:年|天|岁|期|届|批|分钟|小时|人日|人天|字|点|对|门|床|日|月|块|千|百|类|大)$")
"""Durations, ages, editions: they tell of a figure and are none."""
_MORE_UNITS = re.compile(
    r"[千百]?[万亿]?(?:平米|平方|公斤|千克|斤|头|艘|架|间|栋|幢|盏|尾|羽|票|席|件次|宗次|人/平方公里|度|"
    r"米)(?![\u4e00-\u9fff]?度)"
)
_ALTERNATIVE = re.compile(r"\((?:次|项|家|件|个|人|户|人次|件次|篇)\)")
_ORDINAL = re.compile(r"第$|前$")
_HEADLESS = re.compile(r"(?<=[\u4e00-\u9fff)])[.．]\d[\d.]*")
_UNITLESS = re.compile(r"(?:达到|达|增长|下降|提高|上升|共计|为)(?P<n>\d+\.\d+)(?=[\u4e00-\u9fff])")
_QUALIFIER = re.compile(r"(?:及)?以[上下内](?:[的)]|[\u4e00-\u9fff])(?!的)|以[上下]的")
_QUOTED = re.compile(r"《[^》]*》|“[^”]{0,12}”|〔[^〕]*〕|\[[^\]]*\]")
_INCLUDED = re.compile(r"\((?:不?包括|不?含)[^()]*\)")
"""A remark on what is counted: its figures are none of the text's own."""
_CODE = re.compile(r"^(?:号|[-—~～:∶]\d|周岁|岁|个?月[份内]?|日|时|个工作日|版|级|型|代|条措施|条|字|位数|\.\d|/\d)")
_RATIO = re.compile(r"\d[:∶+＋xX×]$")
_CHINESE_FIGURE = re.compile(
    r"(?<=[\u4e00-\u9fff])(?P<n>[一二两三四五六七八九十]{1,3})(?P<u>件|项|家|个|起|宗|人|名)(?=[,;。、)!]|$)"
)

_CARDINAL = r"[一二三四五六七八九十百\d]{1,4}"
_RANK = re.compile(
    rf"(?P<verb>位居|位列|名列|排名|排在|排位|位次|跃居|稳居|继续居|仍居|均居|居|列|排|保持|稳定在|跃升至|升至|"
    rf"上升至|提升至|上升到)"
    rf"(?P<scope>[^,;:。第位\d]{{0,14}}?)(?:第(?P<n>{_CARDINAL})(?:位|名)?|(?P<first>首位|榜首))"
    r"(?!产业|季度|届|次|个|批|梯队|方阵|阶段|轮|家|条|步|期|版|类|大|线)"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a sentence as printed, or a rank. Places count in the clean text of the paragraph."""

    start: int
    """Where the figure begins, words such as 近 included."""
    end: int
    """Where it ends, unit included; exclusive."""
    text: str
    value: Decimal
    unit: str | None
    notes: tuple[str, ...] = ()
    damage: str | None = None
    """Why the digits may not be all the digits there were; such a figure has no value."""
    rank_scope: str | None = None
    """For a rank: among whom (全国, 全省); empty where it is not said. None for a number."""

    @property
    def is_rank(self) -> bool:
        return self.rank_scope is not None

    @property
    def is_share(self) -> bool:
        """Printed as a percentage (or in tenths)."""
        return self.unit in ("%", "‰", "成")


def figures(text: str, start: int, end: int, dates: Sequence[Span]) -> list[Figure]:
    """Figures of the sentence `text[start:end]`, left to right. `dates` are stretches that are read as dates."""
    remarks = (match.span() for pattern in (_QUOTED, _INCLUDED) for match in pattern.finditer(text, start, end))
    closed = [*dates, *remarks]
    found = [*_ranks(text, start, end)]
    closed += [(figure.start, figure.end) for figure in found]
    sentence = text[start:end]
    for number in find_numbers(sentence):
        begin, stop = start + number.start, start + number.end
        if _touches(begin, stop, closed):
            continue
        unit = number.unit
        if unit in (None, "万", "亿", "千", "百", "万亿") and (more := _MORE_UNITS.match(text, stop - len(unit or ""))):
            unit, stop = more.group(), more.end()
        if unit and unit.endswith("批") and text.startswith("次", stop):
            unit, stop = unit + "次", stop + 1
        if unit and (more := _ALTERNATIVE.match(text, stop)):
            unit, stop = unit + more.group(), more.end()
        if text.startswith("人民币", stop):
            stop += 3
        digits = text.find(number.text.lstrip("+-")[0], begin)
        if _is_none(text, begin, stop, digits, unit):
            continue
        notes = tuple((number.note or "").split("、")) if number.note else ()
        if notes and "以上" in notes and text.startswith("以上", stop):
            stop += 2
        found.append(Figure(begin, stop, number.text, number.value, unit, notes))
    closed += [(figure.start, figure.end) for figure in found]
    for figure in (*_in_words(text, start, end), *_damaged(text, start, end, closed)):
        if not _touches(figure.start, figure.end, closed):
            found.append(figure)
            closed.append((figure.start, figure.end))
    return sorted(found, key=lambda figure: figure.start)


def _damaged(text: str, start: int, end: int, closed: Sequence[Span]) -> Iterator[Figure]:
    """Numbers that are refused because digits may be lost or two numbers run together."""
    at = start
    for printed, why in find_damaged(text[start:end]):
        at = text.find(printed, at, end)
        while at >= 0 and _touches(at, at + len(printed), closed):
            at = text.find(printed, at + 1, end)
        if at < 0:
            return
        yield Figure(at, at + len(printed), printed, Decimal(0), None, damage=why)
        at += len(printed)
    for match in _UNITLESS.finditer(text, start, end):
        if not _touches(*match.span("n"), closed):
            yield Figure(*match.span("n"), match["n"], Decimal(0), None, damage="its unit cannot be read")
    for match in _HEADLESS.finditer(text, start, end):
        yield Figure(match.start(), match.end(), match.group(), Decimal(0), None, damage="its first digits are lost")


def _is_none(text: str, begin: int, stop: int, digits: int, unit: str | None) -> bool:
    if _NO_UNIT_OF_OURS.match(unit or "") or _ORDINAL.search(text[:digits]):
        return True
    if text.startswith("大关", stop) or (unit == "种" and text.startswith("专利", stop)):
        return True
    if unit is None and re.search(r"(?:表|图|附件)$", text[:digits]):
        return True
    if unit is None and not re.match(r"$|[,;。、)!]", text[stop:]):
        return True
    if text[digits - 1 : digits] == "." or (
        _QUALIFIER.match(text, stop - 2 if text[stop - 2 : stop] in ("以上", "以下", "以内") else stop)
    ):
        return True
    if _RATIO.search(text[:digits]) or (
        re.search(r"[-—~～]$", text[:digits]) and re.search(r"\d[-—~～]$", text[:digits])
    ):
        return True
    return bool(_CODE.match(text[stop:])) or (
        unit is None and text[stop : stop + 1].isascii() and text[stop : stop + 1].isalpha()
    )


def _touches(start: int, end: int, closed: Sequence[Span]) -> bool:
    return any(a < end and start < b for a, b in closed)


def _ranks(text: str, start: int, end: int) -> Iterator[Figure]:
    for match in _RANK.finditer(text, start, end):
        printed = match["n"] or match["first"]
        try:
            value = Decimal(1) if match["first"] else _cardinal(printed)
        except DamagedNumber:
            continue
        yield Figure(match.start(), match.end(), printed, value, "位", rank_scope=match["scope"])


def _cardinal(printed: str) -> Decimal:
    return Decimal(printed) if printed.isdigit() else chinese_number(printed)


def _in_words(text: str, start: int, end: int) -> Iterator[Figure]:
    """Counts in Chinese numerals at the end of a clause (获金奖一件); elsewhere such a numeral only numbers things."""
    for match in _CHINESE_FIGURE.finditer(text, start, end):
        before = text[: match.start()]
        if re.search(r"(?:第|的|其|每|这|那|任何|之|同|统|同一|进)$", before) or re.search(
            r"[零一二三四五六七八九十百千万]$", before
        ):
            continue
        yield Figure(match.start(), match.end(), match["n"], chinese_number(match["n"]), match["u"])

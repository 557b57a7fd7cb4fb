"""Numbers with units in one line of a plan: `5—8个`, `3家至5家`, `一万件以上`, `百分之八十`, `前3名`.

Numbers that belong to a name (in quotation or book-title marks), to a code, a date or a word (`第三`, `五大`) are left
out, and so are numbers that may have lost a digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from scrapers.numbers import DamagedNumber, chinese_number

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
_CN_DIGIT = "一二两三四五六七八九十百千零"
_CHINESE = rf"[{_CN_DIGIT}]+万[{_CN_DIGIT}]+(?![万亿])|[{_CN_DIGIT}]+(?:点[{_CN_DIGIT}]+)?"
COUNTERS = (
    r"个百分点|百分点|个工作日|工作日|个月|年(?=以内|之内|以下)|人次|人日|人年|人月|件次|项次|家次|户次|场次|班次|册次|人|件|项|个|家|户|名|元人民币|人民币|美元|港元|欧元|元|"
    r"吨|亩|公顷|平方公里|平方米|立方米|千瓦时|千瓦|千伏|公斤|公里|斤|周(?=以内|之内|以下)|册|篇|种|条|批次|批|场|期|起|次|例|宗|座|所|张|辆|台|套|枚|株|位|小时|分钟|分|天|岁|倍|部|处|只|"
    r"份|单|笔|对|块|组|门|款|届|支|字|轮|堂|课时|学时|站|片|类|强|级|成"
)
_SCALE = r"(?:[十百千]?万亿?|[十百千]?亿|百|千)"
_PER = r"(?:(?:/|每)(?:每)?[百千万亿]?(?:人口|人|亿元|元|件|户|家|亩|吨|平方公里))"
_UNIT = rf"%|‰|{_SCALE}?(?:{COUNTERS}){_PER}?|{_SCALE}(?![{_CN_DIGIT}\d])"
_DASH = r"(?:-{1,3}|至|到|~)"
_AFTER = r"以上|及以上|以下|及以下|以内|之内|左右|上下"
_RANGE = re.compile(
    rf"(?P<percent>百分之)?(?:(?P<low>{_ARABIC})|(?P<cn>{_CHINESE}))(?P<low_unit>{_UNIT})?"
    rf"{_DASH}(?:百分之)?(?:(?P<high>{_ARABIC})|(?P<cn_high>{_CHINESE}))(?P<note>{_AFTER})?(?P<unit>{_UNIT})?(?P<after>{_AFTER})?"
)
_SINGLE = re.compile(
    rf"(?P<percent>百分之)?(?:(?P<low>{_ARABIC})|(?P<cn>{_CHINESE}))(?P<more>多|余)?"
    rf"(?P<note>{_AFTER})?(?:(?P<scale>{_SCALE})(?P<more2>多|余)?(?P<counter>(?:{COUNTERS}){_PER}?)|(?P<unit>{_UNIT}))?(?P<more3>多|余)?(?P<after>{_AFTER})?"
)
_NOT_BEFORE = re.compile(r"(?:[\d.第?�A-Za-z/+×·]|[/+]\s|[^一-鿿\x00-\x7f、。《》“”…]\)|[a-z]\))$")
_BLOTS, _MOST_BLOTS = 0xE000, 6000
"""Signs of no meaning (private use) that remember a place of the text."""
_NAMED = re.compile(
    r"《[^《》]{0,120}》|“[^“”]{0,60}”|\"[^\"]{0,60}\"|〔[^〕]{0,12}〕\d*号?|\[(?:19|20)\d\d\]第?\d*号?"
)
_DOUBLED = re.compile(r"翻(?P<n>[一两三123])?番(?:以上)?(?!,?(?:达|至|到|突破|为)[到至]?\d)")
_DOUBLINGS = {"一": 1, "1": 1, "两": 2, "2": 2, "三": 3, "3": 3}
_BARE_SCALE = re.compile(r"(?:突破|超过|达到|超|过|达|迈上)(?P<unit>(?:[百千]亿|万亿|百万|千万|亿)元)(?![级的])")
_IS_LIST = re.compile(r"^[“\"].*\d[^“”]*,[^“”]*\d")
"""Quoted figures in a row are what is promised, no name."""
_ORDINAL = re.compile(r"第$|前$|[上下]$")
_RANK = re.compile(
    rf"(?P<scope>(?:在|居|列|位居|位列)?(?:全国|全省|全区|全市|省内|国内|全州|全盟|中西部|西部|东部|中部|同类城市|地级市|全球|世界)[^,。;、\d]{{0,12}}?)?"
    rf"(?P<words>前)(?P<k>\d{{1,3}}|[{_CN_DIGIT}]{{1,3}})(?P<unit>名|位|列|强)?(?P<within>以内|之内)?(?![年个批期季月次届天]|,\d|期间)"
)
_FIRST = re.compile(
    r"(?P<scope>(?:居|列|位居|位列|保持|达到|进入|跃居)?(?:全国|全省|全区|全市|省内|世界|全球|亚洲)[^,。;、\d]{0,12}?)第(?P<k>\d{1,3}|[一二三四五六七八九十]{1,3})(?P<unit>名|位)?(?![批届次个家季产方三])"
)
_NUMERAL_WORDS = re.compile(
    r"^(?:大|级|流|化|体|类|次性|站式|批|系列|定|致|般|体化|带一路|线|品|村|乡|道|起|并|同|律|些|员|旦|直|切|步|代|元化|维|年)"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as printed in a line."""

    value: Decimal
    high: Decimal | None
    """Upper bound of a range."""
    unit: str | None
    """Scale and counter (`万件`, `亿元`, `%`); None where no unit follows."""
    after: str | None
    """Comparing word behind it: 以上, 以内, 左右 …"""
    is_vague: bool
    """多 or 余 stands on it."""
    is_chinese: bool
    text: str
    """The number with its unit as printed."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rank:
    """`全省前3名`: a place among others."""

    k: Decimal
    scope: str
    unit: str
    text: str
    start: int
    end: int


def without_names(text: str) -> str:
    """The text with what stands in quotation and book-title marks blotted out, sign for sign (see `with_names`)."""
    return _NAMED.sub(
        lambda m: m.group() if _IS_LIST.search(m.group()) else "".join(map(_blot, range(*m.span()))), text
    )


def with_names(words: str, text: str) -> str:
    """Words cut out of a blotted text, with the names of the text in their places again."""
    return "".join(
        text[ord(c) - _BLOTS] if _BLOTS <= ord(c) < _BLOTS + min(len(text), _MOST_BLOTS) else c for c in words
    )


def _blot(place: int) -> str:
    return chr(_BLOTS + min(place, _MOST_BLOTS))


def find_quantities(text: str) -> Iterator[Quantity]:
    """Quantities of a line from left to right. `text` is as `without_names` leaves it."""
    yield from sorted([*_in_figures(text), *_in_words(text)], key=lambda q: q.start)


def _in_words(text: str) -> Iterator[Quantity]:
    """`翻一番` without the value that it comes to is 2倍; `超万亿元` is 1万亿元."""
    for match in _DOUBLED.finditer(text):
        times = Decimal(2) ** (_DOUBLINGS.get(match["n"] or "一", 1))
        yield Quantity(times, None, "倍", None, False, False, match.group(), match.start(), match.end())
    for match in _BARE_SCALE.finditer(text):
        start, end = match.span("unit")
        yield Quantity(Decimal(1), None, match["unit"], None, False, False, match["unit"], start, end)


def _in_figures(text: str) -> Iterator[Quantity]:
    at = 0
    while match := _SINGLE.search(text, at):
        span = _RANGE.match(text, match.start())
        quantity = _quantity(text, span) if span else None
        if quantity is None:
            span = None
            quantity = _quantity(text, match)
        at = max((span or match).end(), match.start() + 1)
        if quantity is not None:
            yield quantity


def find_ranks(text: str) -> Iterator[Rank]:
    """Ranks with a number. Comparisons with a percentage (前10%) are none."""
    for pattern in (_RANK, _FIRST):
        for match in pattern.finditer(text):
            if text.startswith(("%", "."), match.end()) or not (match["scope"] or match["unit"]):
                continue
            k = _value(match["k"] if match["k"].isdigit() else None, match["k"])
            if k is None or k < 1 or text[: match.start()][-1:].isdecimal():
                continue
            unit = match["unit"] if match["unit"] in ("名", "位") else "位"
            start = match.start("words") if pattern is _RANK else match.end("scope")
            yield Rank(k, (match["scope"] or ""), unit, text[start : match.end()], match.start(), match.end())


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    begin, groups = match.start(), match.groupdict()
    before, rest = text[max(0, begin - 4) : begin], text[match.end() :]
    if re.search(r"\d $", before) or re.match(r"\d* \d", rest):  # `3 5 0件`: digits torn apart
        return None
    if _NOT_BEFORE.search(before) or (_ORDINAL.search(before) and not before.endswith("以上")):
        return None
    unit = _unit(groups)
    if re.search(r"\d,$", before) or (unit == "" and re.match(r",\d", rest)):  # `1,2345件`: which of them is it?
        return None
    if re.match(r"\.?\d|[A-Za-z]", rest) and not re.match(r"[A-Z]{2,}", rest):
        return None
    if unit == "" and re.match(r"年|月|日|号|时|[-/]\d|:|章|节|条|款|届|版|页|·", rest):
        return None
    low = Decimal(100) if groups["percent"] and groups["cn"] == "百" else _value(groups["low"], groups["cn"])
    high = _value(groups.get("high"), groups.get("cn_high"))
    is_range = match.re is _RANGE
    if low is None or (is_range and (high is None or high <= low)):
        return None
    if groups["cn"] and not groups["percent"]:
        value = _chinese(groups["cn"], unit, text[:begin], rest)
        if value is None:
            return None
        low, unit = value
    after = groups["after"] or groups["note"]
    if unit == "级" or (unit in ("类", "强", "成", "片", "站") and not after):
        return None
    if re.fullmatch(r"[十百千]?[百千万亿]+级", unit):  # `50亿级企业` is a name
        return None
    return Quantity(
        value=low,
        high=high,
        unit=unit.replace("元人民币", "元").replace("人民币", "元") or None,
        after=after,
        is_vague=any(groups.get(name) for name in ("more", "more2", "more3")),
        is_chinese=groups["cn"] is not None,
        text=match.group(),
        start=begin,
        end=match.end(),
    )


def _unit(groups: dict[str, str | None]) -> str:
    """Scale and counter, also where 余 or 多 stands between them."""
    if groups["percent"]:
        return "%"
    if groups.get("scale"):
        return (groups["scale"] or "") + (groups["counter"] or "")
    return groups["unit"] or groups.get("low_unit") or ""


def _chinese(numeral: str, unit: str, before: str, rest: str) -> tuple[Decimal, str] | None:
    """Value and unit of a Chinese numeral that counts something; None for numerals inside words."""
    if not unit or before.endswith(("每", "第", "十", "初", "同", "统", "单", "唯", "万", "规")) or numeral in "零百千":
        return None
    if _NUMERAL_WORDS.match(rest) and unit in ("个", "%") and not rest.startswith("级"):
        return None
    if unit in ("万", "亿", "千", "百", "级", "类", "部", "处", "支", "组", "位", "门", "天", "对", "强", "成"):
        return None
    scale = re.match(r"[十百千]?[万亿]+|[百千]", unit)
    value = _value(None, numeral)
    if unit == "分" and (value is None or value <= 10):  # 十分 is an adverb
        return None
    if unit in ("届", "次") and re.match(
        r"[一二三四五六七八九十]中|[一二三四五六七八九十]*(?:次|中)?(?:历次|全会|全国|人大|会议)|[一二三四五六七八九十]+次",
        rest,
    ):
        return None
    if unit == "项" and rest.startswith(("费用", "经费", "资金")):
        return None
    if unit == "次" and numeral == "一" and re.match(r"交验|合格|办|成|通过|投", rest):
        return None
    if value is None:
        return None
    if scale and unit == scale.group():
        return None
    return value, unit


def _value(digits: str | None, numeral: str | None) -> Decimal | None:
    try:
        if digits:
            bare = digits.replace(",", "")
            if len(bare) > 1 and bare[0] == "0" and bare[1] != ".":
                return None
            return Decimal(bare) if len(bare) <= 15 else None
        return chinese_number(numeral) if numeral else None
    except (DamagedNumber, InvalidOperation):
        return None

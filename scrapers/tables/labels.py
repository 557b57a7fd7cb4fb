"""Clean the printed labels of a table: Chinese part, footnote marks, row labels, the subject of a title."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from scrapers.periods import Period, find_periods, parse_period
from scrapers.tables.units import is_unit, take_bracketed_unit, unit_of
from scrapers.tables.words import CJK, LATIN, PERCENT, SPLIT_WORDS

_MARKS = re.compile(r"(?:[*＊※†‡①-⑳¹²³⁰⁴-⁹]+|\[\d{1,2}\]|(?<=[\u3400-\u9fff])\d[)）])+$")
_LATIN_TAIL = re.compile(r"(?<=[\u3400-\u9fff)）])\s*(?P<tail>[A-Za-z][A-Za-z0-9\s.,:;'’&/()%*-]*)$")
_ACRONYM = re.compile(r"^[A-Z]{2,5}$")
_TITLE_NUMBER = re.compile(
    r"^\s*(?:附?表\s*[\d一二三四五六七八九十]+(?:\s*[-—.]\s*\d+)*|table\s+\d+(?:-\d+)*|\d{1,2}(?:\s*[-—.]\s*\d{1,2})+|"
    r"[一二三四五六七八九十]{1,3}(?=、))\s*[:：、.]?\s*",
    re.IGNORECASE,
)
_TITLE_REGION = re.compile(
    r"^(?!国内|国外|各|分|按|三种)(?:中国|全国|我国|全省|全市|我省|我市|[\u4e00-\u9fff]{2,7}?(?:省|自治区|自治州|市|地区|州|盟|县|区))(?![辖内县、场])"
)
_TITLE_TAIL = re.compile(
    r"(?:基本情况|(?:分布)?(?:情况|状况))?(?:统计)?(?:月报|年报|季报)?(?:一览)?(?:汇总)?表$|(?:统计)?(?:月报|年报|简报)$|统计$|(?:基本)?(?:情况|状况)$"
)
_REMARK = re.compile(
    r"[（(](?:(?P<unit>[^（）(),，;；]{1,8})[,，;；])?[^（）()]*(?:公报|年报|数据|口径)[^（）()]*[)）]"
)
"""A bracket in a header that names where the figures come from, with or without a unit before it."""
_COUNTED_THINGS = re.compile(r"^(?:enterprises?|households?|persons?|people|cases?|items?|sets?)$", re.IGNORECASE)
"""Words that are units in brackets and labels without them (a column of applicants headed Enterprises)."""
_YEAR = r"(?:19|20)\d\d"


class HeaderText(NamedTuple):
    """What one header cell says."""

    label: str
    """Cleaned label; empty where the cell holds only a unit or a period."""
    unit: str | None
    period: Period | None
    """The period that is the whole cell; months without a year are completed by the caller's year."""
    raw: str
    """Printed text on one line."""


def compact(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


@lru_cache(maxsize=8192)
def region_label(text: str) -> str:
    """A row label as printed, without inner spaces and footnote marks (`全　省` → `全省`)."""
    return _MARKS.sub("", compact(text))


@lru_cache(maxsize=8192)
def chinese_part(text: str) -> str:
    """The Chinese part of a bilingual label, joined without spaces; a label without Chinese with single spaces.

    Words in Latin letters are translations or letter codes (`大专 院校 A*`), unless they are acronyms that begin the
    label or are glued to it (`PCT国际申请`).
    """
    if not CJK.search(text):
        return _MARKS.sub("", " ".join(text.split()))
    kept: list[str] = []
    for word in text.split():
        if not CJK.search(word):
            leading_acronym = not kept and _ACRONYM.match(word)
            if leading_acronym or not (LATIN.search(word) or word in ("%", "％")):
                kept.append(word)
            continue
        tail = _LATIN_TAIL.search(word)
        if tail and not _ACRONYM.match(tail["tail"]):
            word = word[: tail.start()]
        kept.append(_MARKS.sub("", word))
    return "".join(kept)


@lru_cache(maxsize=8192)
def header_text(text: str, *, default_year: int | None = None) -> HeaderText:
    """Read one header cell: label, unit in brackets, or the period that it consists of."""
    raw = " ".join(text.split())
    period = parse_period(raw, default_year=default_year)
    if period is not None:
        return HeaderText("", None, period, raw)
    in_brackets = raw[:1] in ("(", "（", "[") and is_unit(raw.strip("()（）[] "))
    if in_brackets or (is_unit(raw) and not _COUNTED_THINGS.match(raw)):
        return HeaderText("", unit_of(raw.strip("()（）[] ")), None, raw)
    unit, rest = take_bracketed_unit(_REMARK.sub(lambda m: f"({m['unit']})" if m["unit"] else "", text))
    if unit is not None:  # the same once more in English: 总人口(万人) Total Population (10000 persons)
        _, rest = take_bracketed_unit(rest)
    label = chinese_part(rest).strip(":：、，,")
    if not label and unit is None and PERCENT.search(raw):
        return HeaderText("", "%", None, raw)
    if unit is None and re.search(r"[%％]\s*\)?$", raw):
        unit, label = "%", re.sub(r"[(（]?\s*(?:[×xX*]?\s*100)?\s*[%％]?\s*[)）]?$", "", label).strip()
    return HeaderText(label, unit, None, raw)


def join_split_words(labels: list[str]) -> list[str]:
    """Join neighbours that are one word broken over two rows (`实用`, `新型`)."""
    joined: list[str] = []
    for label in labels:
        if joined and joined[-1] + label in SPLIT_WORDS and joined[-1] not in SPLIT_WORDS | {"职务"}:
            joined[-1] += label
        else:
            joined.append(label)
    return joined


def title_part(line: str) -> str:
    """A title as printed on one line; of a bilingual line the Chinese part, with its number and spaces."""
    text = " ".join(line.split())
    if CJK.search(text):
        tail = _LATIN_TAIL.search(text)
        if tail and not _ACRONYM.match(tail["tail"].strip()) and len(tail["tail"].split()) > 1:
            text = text[: tail.start()].rstrip(" -—|")
    return text


def without_remarks(title: str) -> str:
    """A title without bracketed remarks behind its unit: `地区生产总值(亿元)(…)` says all it says with the unit."""
    match = re.match(r"^(.*?[（(]([^（）()]+)[)）])(?:\s*[（(][^（）()]*[)）])+$", title)
    return match[1] if match and is_unit(match[2]) else title


@lru_cache(maxsize=8192)
def subject_of(title: str) -> str | None:
    """What a title speaks of: without number, periods, unit, the region in front and words such as 统计表.

    `2020年11月某省有效发明专利统计表` → `有效发明专利`. None where nothing is left.
    """
    _, text = take_bracketed_unit(_TITLE_NUMBER.sub("", without_remarks(title_part(title))))
    for period in reversed(list(find_periods(text))):
        text = text[: period.start] + " " + text[period.end :]
    text = re.sub(
        r"^\s*(?:19|20)\d{3,4}月(?:份)?", " ", text
    )  # the 年 between is lost: no date, and no part of the name
    text = re.sub(rf"[（(]\s*{_YEAR}\s*年?\s*[)）]|(?<![\d.]){_YEAR}(?:年度?)?(?![\d.])", " ", text)
    text = re.sub(
        r"^(?:指标|数据库)[:：]|分省年度数据|分省季度数据|分省月度数据|主要城市年度数据|(?:年度|季度|月度)数据(?=\s)",
        "",
        text.strip(),
    )
    if CJK.search(text):
        text = compact(text)
        text = _TITLE_REGION.sub("", text)
        text = _TITLE_TAIL.sub("", text)
    text = " ".join(text.split()).strip(" :：、，,.-—份")
    return text or None

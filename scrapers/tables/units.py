"""Find the unit that is printed: in brackets, in a unit line, in a header. Never infer one."""

from __future__ import annotations

import re
from functools import lru_cache

from scrapers.tables.words import CJK

_SCALE = r"(?:[十百千]?[万亿]{1,2}|[十百千])"
_COUNTER = (
    r"件次|件套|件|项次|项|个百分点|百分点|个|家次|家|户|人次|人年|人|名|美元|港元|欧元|元|标准吨|吨标准煤|吨|亩|公顷|平方公里|平方千米|平方米|"
    r"公里|千米|米|立方米|千瓦时|千瓦|册|篇|种|条|批|场|期|起|次|例|宗|座|所|张|辆|台|套|枚|株|分钟|小时|分|天|倍|部|处|只|份|单|笔|位|级"
)
_CHINESE_UNIT = re.compile(
    rf"^(?:[%％‰]|百分比|{_SCALE}?(?:{_COUNTER})(?:/{_SCALE}?(?:{_COUNTER}|年|月))?|{_SCALE}|%/年)$"
)
_ENGLISH_UNIT = re.compile(
    r"^(?:%|‰|percent(?:age)?|per\s?cent|(?:100\s+)?million|thousand|10,?000|"
    r"(?:pieces?\s+)?per\s+(?:million|10,?000|100,?000)\s+(?:persons?|people|inhabitants)|"
    r"(?:(?:10|100|1)[ ,]?0+\s+|(?:hundred|ten\s+thousand|thousand|million|100\s+million)\s+)?"
    r"(?:pieces?|items?|units?|cases?|persons?|people|yuan|rmb(?:\s+yuan)?|usd|tons?|sets?|times|households?|enterprises?)"
    r"(?:\s*(?:/|per)\s*(?:10,?000\s+)?(?:persons?|people|unit))?)$",
    re.IGNORECASE,
)
_UNIT_LINE = re.compile(
    r"[（(]?\s*(?:计量\s*单\s*位|单\s*位)\s*[:：]\s*(?P<zh>[^)）]*(?:[（(][^)）]*[)）])?[^)）]*)[)）]?|"
    r"[（(]?\s*\bunits?\s*[:：]\s*(?P<en>[^)）]*)[)）]?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[（(]\s*([^（）()]{1,24}?)\s*[)）]")


def is_unit(text: str) -> bool:
    """True for a unit label on its own (`件`, `万人`, `件/万人`, `%`, `piece`)."""
    return unit_of(text) is not None


@lru_cache(maxsize=8192)
def unit_of(text: str) -> str | None:
    """The unit that a text consists of, as printed without spaces; of `件 (piece)` the Chinese one; else None."""
    bare = (
        re.sub(r"[（(][^（）()]*[)）]", "", text).strip(" \t:：;；。.,，、")
        if CJK.search(text)
        else text.strip(" .:：()（）")
    )
    compact = re.sub(r"\s+", "", bare).replace("／", "/").replace("％", "%")
    if _CHINESE_UNIT.match(compact):
        return "%" if compact == "百分比" else compact
    if CJK.search(bare):
        chinese = "".join(word for word in bare.split() if CJK.search(word)).replace("／", "/")
        return chinese if chinese != compact and _CHINESE_UNIT.match(chinese) else None
    english = " ".join(bare.split())
    if _ENGLISH_UNIT.match(english):
        return "%" if english.lower().startswith("percent") or english.lower() == "per cent" else english
    return None


def take_unit_line(line: str) -> tuple[list[str], str] | None:
    """Units of a unit line and the line without them, or None where the line states no unit.

    `单位：件` gives `["件"]`; `单位：万元、%` gives both, and it is for the headers to say which belongs where.
    """
    match = _UNIT_LINE.search(line)
    if match is None:
        return None
    printed = match["zh"] if match["zh"] is not None else match["en"]
    found = unit_of(printed)
    units = (
        [found] if found else [u for u in (unit_of(part) for part in re.split(r"[、,，;；]|\s{2,}|和", printed)) if u]
    )
    if not units:
        return None
    rest = (line[: match.start()] + " " + line[match.end() :]).strip(" \t|｜")
    return list(dict.fromkeys(units)), rest


def take_bracketed_unit(text: str) -> tuple[str | None, str]:
    """The unit that stands in brackets in a label or title, and the text without that bracket."""
    for match in _BRACKETS.finditer(text):
        unit = unit_of(match[1])
        if unit is None:
            stated = take_unit_line(match[1])
            unit = stated[0][0] if stated and len(stated[0]) == 1 else None
        if unit is not None:
            return unit, (text[: match.start()] + " " + text[match.end() :]).strip()
    return None, text

"""Numbers that only say more of another one: sizes in names (`年销售额1亿元以上的企业`), what a promise comes to.

They are no promises of their own (TARGET_RULES 3); their words belong to the number that they qualify.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scrapers.plans import guards, subjects
from scrapers.plans.horizons import Tense, Time
from scrapers.plans.quantities import Quantity
from scrapers.plans.segments import Part
from scrapers.plans.words import MEASURE

_GROWTH_WORDS = re.compile(r"(?:年均|同比|平均)?(?:增长|增加|提高|提升|下降|减少|上升)(?:率|幅度|到|至|了)?")
_BRACKET_OPENS = re.compile(r"\((?:含|包括|约|折合)?")
_BRACKET_CLOSES = re.compile(r"\)(?P<after>以上|以下|以内|左右)")
_SUBJECT = re.compile(r"[一-鿿]{5}")


def without_other_units(masked: str, found: Sequence[Quantity]) -> list[Quantity]:
    """`24万吨(3亿瓶)`, `90分(含90分)以上`: the amount in brackets is the same once more."""
    kept: list[Quantity] = []
    for quantity in found:
        inside = kept and _BRACKET_OPENS.fullmatch(masked[kept[-1].end : quantity.start])
        if not inside:
            kept.append(quantity)
        elif behind := _BRACKET_CLOSES.match(masked, quantity.end):
            kept[-1] = replace(kept[-1], after=kept[-1].after or behind["after"])
    return kept


def with_sizes(parts: Sequence[Part]) -> list[Part]:
    """`培育1家年销售额10亿元以上的企业`: the amount names the thing, it is no number of its own."""
    kept: list[Part] = []
    for part in parts:
        before = kept[-1] if kept else None
        amount = (part.quantity.unit or "").endswith("元") and not part.left and part.right.startswith("的")
        if before and amount and before.clause_start == part.clause_start and subjects.is_measure(before.right):
            before.right += part.quantity.text + part.right
            continue
        kept.append(part)
    return kept


def hand_on(parts: Sequence[Part], index: int) -> None:
    """`年收入超过1亿元的企业达到10家`: a size in a name belongs to the subject of the next number."""
    if index + 1 == len(parts):
        return
    part, following = parts[index], parts[index + 1]
    if following.left or following.clause_start != part.clause_start:
        return
    if part.right == "的" or guards.is_attribute(part.left, part.right, MEASURE):
        following.left, following.left_start = part.left + part.quantity.text + part.right, part.left_start


def is_comparison(part: Part, times: Sequence[Time]) -> bool:
    """`A达到190亿元,比2025年增长60%`: what the promise before it comes to, without a subject of its own."""
    based = any(t.tense is Tense.BASE and part.clause_start <= t.start < part.quantity.start for t in times)
    return based and part.quantity.unit == "%" and not _SUBJECT.search(_GROWTH_WORDS.sub("", part.left))

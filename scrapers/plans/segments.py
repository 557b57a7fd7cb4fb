"""The words around each number of a sentence: which belong to the number before them, which to the one behind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from scrapers.plans.drafts import Context, Role
from scrapers.plans.horizons import Tense, Time
from scrapers.plans.quantities import Quantity
from scrapers.plans.words import DOING, MEASURE

BOUND = re.compile(r"[, :|]")
CONNECTIVE = re.compile(r"^(?:[、,\s]|和|及|以及|与|并|或)+")
_NO_NOUN = r"力争|争取|确保|努力|计划|到|至|在|于|由|从|比|较|与|同|以|,|、|的|并|且|也|其中"
_RAISED = re.compile(
    r"^(?:(?:逐步|稳步|大幅|进一步)?(?:提高|提升|增加|增长|上升|扩大|下降|降低|减少|压缩|缩短|增|降|升|压减)(?:到|至)|(?:增|升|降|减)至)"
)
_LONGEST_RAISE = 14
_PER_BEFORE = re.compile(r"(?<=[达到有为过破])每(?P<per>百万|万|千)名?人口?$")


@dataclass(slots=True)
class Part:
    """A quantity with the words that belong to it."""

    quantity: Quantity
    left: str
    left_start: int
    right: str
    clause: str
    """The clause that holds it."""
    clause_start: int
    head: str = ""
    """What the object of this number shares with that of the next: `1个A和2个B的导航`."""


def segments(masked: str, found: Sequence[Quantity], times: Sequence[Time]) -> list[Part]:
    """Give the words between two quantities to the one before or the one behind."""
    parts: list[Part] = []
    splits = [_split(masked, a, b) for a, b in pairwise(found)]
    for index, q in enumerate(found):
        bounds = [m.end() for m in BOUND.finditer(masked, 0, q.start) if not _in_brackets(masked, m.start())]
        clause_start = bounds[-1] if bounds else 0
        stop = BOUND.search(masked, q.end)
        clause_end = stop.start() if stop else len(masked)
        left_start = max(clause_start, splits[index - 1]) if index else clause_start
        before = ""
        for t in times:
            if left_start < t.end <= q.start and (t.tense is not Tense.BASE or t.start >= left_start):
                before += masked[left_start : max(t.start, left_start)]
                left_start = t.end
        before = re.sub(rf"(?:{_NO_NOUN})+$", "", before)
        if not re.search(r"[一-鿿]{3}", before):
            before = ""
        right_end = min(clause_end, splits[index]) if index < len(splits) else clause_end
        left_start = min(left_start, q.start)
        if per := _PER_BEFORE.search(masked, left_start, q.start):  # `达到每万人10件`
            q = replace(q, unit=f"{q.unit}/{per['per']}人")
            left_end = per.start()
        else:
            left_end = q.start
        parts.append(
            Part(
                quantity=q,
                left=before + masked[left_start:left_end].removeprefix("的"),
                left_start=clause_start if before else left_start,
                right=masked[q.end : right_end],
                clause=masked[clause_start:clause_end],
                clause_start=clause_start,
            )
        )
    for a, b in pairwise(parts):
        joined = masked[a.quantity.end + len(a.right) : b.quantity.start]
        if (
            a.right
            and re.fullmatch(r"和|及|以及|、", joined)
            and (shared := re.search(r"(?<=的)[^的]{2,12}$", b.right))
        ):
            a.head = "" if "的" in a.right else shared.group()
    return parts


def governing(times: Sequence[Time], at: int, context: Context) -> Time | None:
    """The mention of time that a number stands under: the last before it, else what the text said before."""
    before = [t for t in times if t.end <= at and t.tense is not Tense.BASE]
    if before:
        return before[-1]
    if not context.is_plan and context.time is None:  # `年均增长20%,至“十五五”末…`: a report says the year late
        late = [t for t in times if t.tense is Tense.FUTURE and t.is_explicit and t.year is not None]
        return late[0] if late and not any(t.tense is Tense.PAST for t in times) else None
    behind = [t for t in times if t.tense is Tense.PAST and not t.is_explicit]
    return behind[0] if behind and context.role is not Role.GOALS else context.time


def is_baseline(parts: Sequence[Part], index: int, masked: str) -> bool:
    """`由20件增加到200件`: the first number."""
    if index + 1 >= len(parts):
        return False
    part = parts[index]
    between = masked[part.quantity.end : parts[index + 1].quantity.start]
    if len(between) >= _LONGEST_RAISE or not _RAISED.match(between.lstrip(",")):
        return False
    return re.search(r"从|由|自|现有|现在", part.clause) is not None


def run_length(parts: Sequence[Part], index: int, masked: str) -> int:
    """How many values follow each other with nothing but connectives between."""
    count = 1
    for a, b in pairwise(parts[index:]):
        between = masked[a.quantity.end : b.quantity.start]
        if between and not CONNECTIVE.fullmatch(between):
            break
        count += 1
    return count


def _in_brackets(text: str, at: int) -> bool:
    return text.rfind("(", 0, at) > text.rfind(")", 0, at)


def _split(masked: str, before: Quantity, behind: Quantity) -> int:
    """Where the words between two quantities change sides."""
    between = masked[before.end : behind.start]
    if not between:
        return behind.start
    comma = BOUND.search(between)
    if comma:
        return before.end + comma.start()
    if CONNECTIVE.match(between):
        return before.end
    for match in reversed(list(re.finditer(r"、|以及|和|及|与|并", between))):
        rest = between[match.end() :]
        if (
            not rest
            or re.match(rf"(?:{DOING})", rest)
            or re.search(rf"(?:{MEASURE})(?:分别|达到?|突破|超过|不低于|为)*$", rest)
        ):
            return before.end + match.start()
    return behind.start

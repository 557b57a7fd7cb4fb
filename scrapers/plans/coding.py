"""How a promise is coded: direction, unit and year of a number with the words around it (TARGET_RULES 4, 8 and 9)."""

from __future__ import annotations

import re

from scrapers.plans.conditions import cap_word
from scrapers.plans.drafts import Condition, Context, Direction, Draft, Role, TargetType
from scrapers.plans.horizons import Tense, Time
from scrapers.plans.quantities import Quantity
from scrapers.plans.segments import Part
from scrapers.plans.words import AT_LEAST, AT_MOST, AT_MOST_NOT


def new_draft(part: Part, label: str, kind: TargetType, time: Time | None, context: Context, *, words: str) -> Draft:
    q = part.quantity
    direction, comparator = direction_of(words, q, kind)
    unit = unit_of(label, q.unit)
    if q.high is not None and kind in (TargetType.LEVEL, TargetType.CUMULATIVE, TargetType.RATIO):
        kind = TargetType.RANGE
    capped = Condition.CAPPED if kind is TargetType.RANGE and cap_word(comparator or "") else None
    year, inferred = year_of(time, kind, context)
    confidence = 0.95 if context.role is Role.GOALS else 0.85
    if time is None or inferred:
        confidence -= 0.1
    return Draft(
        label=label, target_type=kind, direction=direction, start=0, end=0, value=q.value, high=q.high, unit=unit,
        value_text=q.text, comparator=comparator, condition=capped, year=year, year_inferred=inferred,
        approximate=q.is_vague or q.after in ("左右", "上下") or bool(re.search(r"约$|左右$|近$", words)),
        section=context.section, path=context.path, role=context.role, form=context.form, confidence=confidence,
        group=context.sentence_no, due=_due_of(time, year, kind),
    )  # fmt: skip


def _due_of(time: Time | None, year: int | None, kind: TargetType) -> str | None:
    """The printed last day of a promise; what is done every year has none."""
    if time is None or time.due is None or kind is TargetType.FLOOR or time.due.year != year:
        return None
    return time.due.isoformat()


def direction_of(words: str, q: Quantity, kind: TargetType) -> tuple[Direction, str | None]:
    """TARGET_RULES 4, and the comparing word as printed."""
    near = _IN_NAME.sub("", words)[-12:]
    if q.high is not None and kind not in (TargetType.COMPOUND,):
        return Direction.BETWEEN, cap_word(near)
    if q.after in ("以内", "之内", "以下", "及以下"):
        return Direction.AT_MOST, q.after
    if q.after:
        return Direction.AT_LEAST, q.after
    if q.text.startswith("翻") or q.is_vague:
        return Direction.AT_LEAST, None
    if not AT_MOST_NOT.search(near) and (found := AT_MOST.search(near)):
        return Direction.AT_MOST, found.group()
    if matches := list(AT_LEAST.finditer(near)):
        return Direction.AT_LEAST, matches[-1].group()
    if kind is TargetType.GROWTH:
        return Direction.AT_LEAST, None
    return Direction.UNSPECIFIED, None


_IN_NAME = re.compile(r"(?:[国省市县部区]|国家)级(?:及)?以上|规模以上|规上")
_PER = re.compile(
    r"(?:[^,]{0,6}?每|.{0,3}?(?=[百千]?万(?:名|个)?(?:常住|就业)?(?:人|劳动力)))"
    r"(?P<per>[百千万亿]+)(?:名|个)?(?P<of>(?:常住|就业)?人口|人|就业|劳动力|元)"
)


def unit_of(label: str, unit: str | None) -> str | None:
    """`每万人…拥有量` in 件 is 件/万人."""
    per = _PER.match(label)
    if per and (unit is None or not re.search(r"[%‰/每倍分]|百分点", unit)):
        return f"{unit or '件'}/{per['per']}{'元' if per['of'] == '元' else '人'}"
    return (
        unit.replace("每", "/").replace("//", "/").replace("人口", "人")
        if unit and ("/" in unit or "每" in unit)
        else unit
    )


def year_of(time: Time | None, kind: TargetType, context: Context) -> tuple[int | None, bool]:
    calendar = context.calendar
    if kind is TargetType.FLOOR and time is context.time and context.role is Role.MEASURES:
        time = None  # what is done every year does not end with the date of another sentence
    if time is not None and time.tense is Tense.FUTURE and time.year is not None:
        return time.year, time.is_inferred
    if calendar.is_annual:
        return calendar.last, False
    return calendar.last, True

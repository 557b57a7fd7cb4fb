"""Whether a number with its words is a promise of this document at all (TARGET_RULES 3)."""

from __future__ import annotations

import re

from scrapers.plans import guards, subjects
from scrapers.plans.announcements import is_announced
from scrapers.plans.drafts import Context, Role
from scrapers.plans.horizons import Tense, Time
from scrapers.plans.segments import Part
from scrapers.plans.words import EVERY_YEAR, MEASURE

EVERY_N = re.compile(r"每(?P<n>[二两三四五六七八九十]|\d)年")
_OTHER_BEAT = re.compile(r"每(?:个)?(?:季度?|半年|月|周|日|天)")
_MODAL = re.compile(r"力争|争取|确保|保证|努力|计划|拟|目标|预期|不低于|不少于|至少|要(?:达到|实现)|力求")
RIGHT_FILLER = re.compile(
    r"^(?:的)?(?:等|目标|水平|规模|任务|以上水平|档次|左右|以上|以内|以下|台阶|大关|关口)*(?=$|[,、。;和及与以])"
)
_UNITLESS_OK = re.compile(r"达到|达|不低于|不少于|突破|超过|提高到|提升到|保持在|≥|>=")
_ENUMERATED = re.compile(r"(?<!不)包括|涵盖|分为|分别是")
_DURATION = ("天", "小时", "分钟", "个月", "个工作日", "工作日", "岁", "年", "周", "课时", "学时")
_LENGTH_OF_LIFE = re.compile(r"寿命|年限|周期|时间(?:达|不超|控制)")
_SHORTENED = re.compile(r"缩短|压缩|压减|控制|不超过|降|以内")
_IN_NAMES = frozenset({"千伏"})
_SLOGAN = re.compile(r"\d个$")
"""`三个100%`."""
_LOOSE_UNITS = frozenset({"条", "类", "级", "位", "处", "部"})
_FIRM_UNITS = frozenset({"万件", "亿元", "万元", "%", "万人次", "万人", "万家", "千件", "倍"})
_COUNTERS_OF_TASKS = frozenset({"项", "个", "大", "条"})
_AT_LEAST_ONE = re.compile(r"至少|不少于|不低于|达到")
_HAS = re.compile(r"(?:^|[^累])已(?:经)?(?:达|有|建|累|完|实|培|拥|获|成)")
_OUT_OF_A_LIST = re.compile(r"(?:项|个|家|件)?[^,]{0,14}(?:库|名单|目录|清单|基础上|范围)(?:中|内|里|上)")
_CHINESE_ONE_OK = re.compile(r"不少于|不低于|至少|最少|达到|以上|建成|新增")


def is_promise(part: Part, left: str, right: str, time: Time | None, context: Context) -> bool:
    """True for a number that is no mere word, is not past, is this document's own, and is promised where it stands."""
    frequent = bool(EVERY_YEAR.search(part.clause) or EVERY_N.search(part.clause))
    if _is_only_a_word(part, left, right, frequent, context) or _is_past(part, left, time, context):
        return False
    if _is_no_promise_of_its_own(part, left, right, frequent, context):
        return False
    return _stands_where_promises_stand(part, time, context)


def _is_only_a_word(part: Part, left: str, right: str, frequent: bool, context: Context) -> bool:
    """Numbers that count nothing: in names, slogans and lists, without a unit, lengths of time, small Chinese ones."""
    q, before = part.quantity, _before(part)
    if q.value == 0 or (q.is_vague and not context.is_plan) or q.unit in _IN_NAMES:
        return True
    if _OTHER_BEAT.search(part.clause) or _ENUMERATED.search(before) or q.text.startswith(("一批", "一系列")):
        return True
    if q.unit == "%" and _SLOGAN.search(before):
        return True
    if q.unit is None:
        has_place = _UNITLESS_OK.search(left[-8:]) and (right == "" or RIGHT_FILLER.match(right))
        return not has_place or 1900 <= q.value <= 2100
    if q.unit in _DURATION and not _LENGTH_OF_LIFE.search(left):
        return not _SHORTENED.search(left[-10:] + (q.after or ""))
    return q.is_chinese and not frequent and _is_small_word(part, left, context)


def _is_small_word(part: Part, left: str, context: Context) -> bool:
    """`三条`, `一个`: Chinese numerals below ten count only where the words or a goals section leave no doubt."""
    q = part.quantity
    if q.unit in _LOOSE_UNITS:
        return True
    if q.value >= 10 or q.unit in _FIRM_UNITS:
        return False
    certain = _CHINESE_ONE_OK.search(left[-6:]) or q.after
    if not certain and not (context.role is Role.GOALS and q.value > 1 and subjects.verb_before(left)):
        return True
    return q.value == 1 and not (q.after or _AT_LEAST_ONE.search(left[-5:]))


def _is_past(part: Part, left: str, time: Time | None, context: Context) -> bool:
    """What has been reached, or is expected to come about by itself."""
    clause = part.clause
    if time is not None and time.tense is Tense.PAST:
        return True
    ahead = time is not None and time.tense is Tense.FUTURE and not re.search(r"已|了", clause)
    if guards.is_result(clause) and not (context.role is Role.GOALS or ahead):
        return True
    if _HAS.search(clause) or guards.is_forecast(context.sentence):
        return True
    return context.role is Role.HISTORY and bool(re.search(r"占$|下降到?$", left))


def _is_no_promise_of_its_own(part: Part, left: str, right: str, frequent: bool, context: Context) -> bool:
    """Conditions, payments, counts in passing, other plans' figures, sizes in names, numbers out of a list."""
    q, clause = part.quantity, part.clause
    if guards.is_condition(clause) and context.role is not Role.GOALS:
        return True
    if guards.is_money_rule(clause, q.unit, context.role):
        return True
    counted = part.right if q.unit in _COUNTERS_OF_TASKS else right
    if (
        part.right == "的"
        or (guards.counts_things(left, counted) and not frequent)
        or guards.is_anothers(left, right, context)
    ):
        return True
    if guards.is_attribute(left, right, MEASURE) or (_OUT_OF_A_LIST.match(right) and re.match(r"从|在|对", left)):
        return True
    return q.unit == "倍" and bool(re.search(r"(?:是|为|相当于)[^,]*$", _before(part)))


def _stands_where_promises_stand(part: Part, time: Time | None, context: Context) -> bool:
    """By what the section is for, and whether the words say until when."""
    clause, role = part.clause, context.role
    ahead = time is not None and time.tense is Tense.FUTURE
    explicit = ahead and time is not None and (time.is_explicit or context.is_plan)
    if role is Role.RULES:
        return False
    if role in (Role.HISTORY, Role.PRINCIPLES):
        pledged = (time is not None and time.is_pledged) or re.search(r"力争|争取|目标", clause) is not None
        return explicit and time is not context.time and pledged
    if not context.is_plan:
        return is_announced(part, time if ahead else None, context)
    return role is not Role.UNKNOWN or explicit or bool(_MODAL.search(clause))


def _before(part: Part) -> str:
    """The clause up to its number."""
    return part.clause[: max(part.clause.find(part.quantity.text), 0)]

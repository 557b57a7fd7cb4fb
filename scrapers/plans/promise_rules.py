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
_CHINESE_ONE_OK = re.compile(r"不少于|不低于|至少|最少|达到|以上|建成|新增")


def is_promise(part: Part, left: str, right: str, time: Time | None, context: Context) -> bool:
    """The rules of what is no promise, in the order of their cheapness."""
    q, clause = part.quantity, part.clause
    if (q.is_vague and not context.is_plan) or q.unit == "千伏" or _OTHER_BEAT.search(clause):
        return False
    if q.unit == "%" and re.search(r"\d个$", clause[: max(clause.find(q.text), 0)]):  # `三个100%` is a slogan
        return False
    if _ENUMERATED.search(clause[: max(clause.find(q.text), 0)]):
        return False
    if q.value == 0 or guards.is_forecast(context.sentence):
        return False
    if context.role is Role.RULES or q.text.startswith(("一批", "一系列")):
        return False
    if q.unit is None and not (_UNITLESS_OK.search(left[-8:]) and (right == "" or RIGHT_FILLER.match(right))):
        return False
    if q.unit is None and (q.value >= 1900 and q.value <= 2100):
        return False
    frequent = EVERY_YEAR.search(clause) or EVERY_N.search(clause)
    if (
        q.is_chinese
        and q.value < 10
        and not frequent
        and q.unit not in ("万件", "亿元", "万元", "%", "万人次", "万人", "万家", "千件", "倍")
    ):
        certain = _CHINESE_ONE_OK.search(left[-6:]) or q.after
        if not certain and not (context.role is Role.GOALS and q.value > 1 and subjects.verb_before(left)):
            return False
        if q.value == 1 and not (q.after or re.search(r"至少|不少于|不低于|达到", left[-5:])):
            return False
    if (
        q.unit in _DURATION
        and not _LENGTH_OF_LIFE.search(left)
        and not re.search(r"缩短|压缩|压减|控制|不超过|降|以内", left[-10:] + (q.after or ""))
    ):
        return False
    if q.unit in ("条", "类", "级", "位", "处", "部") and q.is_chinese:
        return False
    past = time is not None and time.tense is Tense.PAST
    ahead = time is not None and time.tense is Tense.FUTURE
    if past or (
        guards.is_result(clause) and not (context.role is Role.GOALS or (ahead and not re.search(r"已|了", clause)))
    ):
        return False
    if re.search(r"(?:^|[^累])已(?:经)?(?:达|有|建|累|完|实|培|拥|获|成)", clause):
        return False
    if guards.is_condition(clause) and context.role is not Role.GOALS:
        return False
    if guards.is_money_rule(clause, q.unit, context.role):
        return False
    if (guards.counts_things(left, right) and not frequent) or guards.is_anothers(left, right, context):
        return False
    if guards.is_attribute(left, right, MEASURE):
        return False
    if re.match(r"(?:项|个|家|件)?[^,]{0,14}(?:库|名单|目录|清单|基础上|范围)(?:中|内|里|上)", right) and re.match(
        r"从|在|对", left
    ):
        return False
    if q.unit == "倍" and re.search(r"(?:是|为|相当于)[^,]*$", clause[: max(clause.find(q.text), 0)]):
        return False
    if re.search(r"占$|下降到?$", left) and context.role is Role.HISTORY:
        return False
    explicit = ahead and time is not None and (time.is_explicit or context.is_plan)
    if context.role in (Role.HISTORY, Role.PRINCIPLES):
        return bool(
            explicit and time is not None and time is not context.time and re.search(r"力争|争取|到|末|目标", clause)
        )
    if not context.is_plan:
        return is_announced(part, time if ahead else None, context)
    if context.role is Role.UNKNOWN:
        return bool(explicit or _MODAL.search(clause))
    return True

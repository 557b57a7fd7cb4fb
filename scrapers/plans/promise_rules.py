"""Whether a number with its words is a promise of this document at all (TARGET_RULES 3)."""

from __future__ import annotations

import re

from scrapers.plans import guards, subjects
from scrapers.plans.drafts import Context, Role
from scrapers.plans.horizons import Tense, Time
from scrapers.plans.segments import Part
from scrapers.plans.words import MEASURE

EVERY_YEAR = re.compile(r"每年度?|逐年|年均|平均每年|每年均")
EVERY_N = re.compile(r"每(?P<n>[二两三四五六七八九十]|\d)年")
_OTHER_BEAT = re.compile(r"每(?:个)?(?:季度?|半年|月|周|日|天)")
_AHEAD = re.compile(
    r"力争|争取|目标(?:是|为|:)|提出(?=[,:到将要])|要(?:完成|实现|达到|建成)|(?<!五年)计划(?!完成)|规划(?!确定)|确保|预期|拟(?!定)|将(?!近)"
)
_PLEDGED = re.compile(r"力争|确保|争取(?:今年|年内|全年|在)|要?努力(?:实现|完成|达到)|目标(?:任务)?(?:是|为|:)")
_REPORTED = re.compile(
    r"(?:规划|纲要|方案|意见|计划|办法)》?”?(?:还|同时|中|进一步)?(?:提出|明确|指出|确定|要求|规定)|努力实现[^。]*目标"
)
_HAS_BEEN = re.compile(r"已|了|过去|近年|以来|连续|累计|共(?!同|享|建)|先后|截至|目前|全面完成")
_TO_BE_REACHED = re.compile(
    r"达|突破|超过|不低于|不少于|以上|建成|建立|新建|创建|设立|组建|认定|发展|培育|新增|打造|完成|实现|引进|力争|增长|提高到|建设|稳定在|左右"
)
_AT_LEAST_YEARLY = re.compile(r"不少于|不低于|至少|确保|力争|以上")
_MODAL = re.compile(r"力争|争取|确保|保证|努力|计划|拟|目标|预期|不低于|不少于|至少|要(?:达到|实现)|力求")
RIGHT_FILLER = re.compile(
    r"^(?:的)?(?:等|目标|水平|规模|任务|以上水平|档次|左右|以上|以内|以下|台阶|大关|关口)*(?=$|[,、。;和及与以])"
)
_UNITLESS_OK = re.compile(r"达到|达|不低于|不少于|突破|超过|提高到|提升到|保持在|≥|>=")
_DURATION = ("天", "小时", "分钟", "个月", "个工作日", "工作日", "岁", "年", "课时", "学时")
_CHINESE_ONE_OK = re.compile(r"不少于|不低于|至少|最少|达到|以上|建成|新增")


def is_promise(part: Part, left: str, right: str, time: Time | None, context: Context) -> bool:
    """The rules of what is no promise, in the order of their cheapness."""
    q, clause = part.quantity, part.clause
    if q.is_vague or _OTHER_BEAT.search(clause):
        return False
    if q.unit == "%" and re.search(r"\d个$", clause[: max(clause.find(q.text), 0)]):  # `三个100%` is a slogan
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
        and q.unit not in ("万件", "亿元", "万元", "%", "万人次", "万人", "万家", "千件")
    ):
        certain = _CHINESE_ONE_OK.search(left[-6:]) or q.after
        if not certain and not (context.role is Role.GOALS and q.value > 1 and subjects.verb_before(left)):
            return False
        if q.value == 1 and not (q.after or re.search(r"至少|不少于|不低于|达到", left[-5:])):
            return False
    if q.unit in _DURATION and not re.search(r"缩短|压缩|压减|控制|不超过|降|以内", left[-10:] + (q.after or "")):
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
        return _is_announced(part, time if ahead else None, context)
    if context.role is Role.UNKNOWN:
        return bool(explicit or _MODAL.search(clause))
    return True


def _is_announced(part: Part, time: Time | None, context: Context) -> bool:
    """A promise that a page reports which is no plan itself: until when must be said, in words that point ahead.

    What a reported plan wants every year has no end (TARGET_RULES 14); 今年 counts where the words pledge.
    """
    if guards.is_report(part.clause) or guards.is_judged(context.sentence):
        return False
    carried = time is not None and time is context.time
    before = context.lead_in + context.before if carried else re.split(r"[。!?]", context.before)[-1]
    said = before + context.sentence
    said = said[: said.rfind(part.clause) + len(part.clause)]
    if carried and not _TO_BE_REACHED.search(said[-len(context.sentence) :]):
        return False
    if time is None:
        at_least = _AT_LEAST_YEARLY.search(part.clause) is not None
        every_year = EVERY_YEAR.search(part.clause) is not None
        makes = subjects.verb_before(part.left) is not None or subjects.leading_verb(part.left) is not None
        if context.reports_plan and makes and (at_least or every_year) and not _HAS_BEEN.search(context.sentence):
            return True
        return bool(every_year and at_least and _REPORTED.search(said))
    if time.is_pledged or (not time.is_explicit and _PLEDGED.search(said)):
        return True
    if time.year is None or not time.is_explicit:
        return False
    issued = context.calendar.issued
    if issued is not None and time.year < issued:
        return False
    if re.search(r"(?:由|从)(?:19|20)\d\d年", part.clause) and time.year <= (issued or time.year):
        return False
    if time.is_firm and (issued is None or time.year > issued):
        return True
    return bool(_AHEAD.search(said) or _REPORTED.search(said))

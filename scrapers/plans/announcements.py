"""What a page that is no plan reports of one: whether its words announce a promise, and until when.

A headline or a digest says once until when (`到2030年`, or by the name of the plan) and goes on for paragraphs; results
of the past stand in the same words beside it. So an announcement needs a time and words that point ahead.
"""

from __future__ import annotations

import re
from dataclasses import replace

from scrapers.plans import guards, subjects
from scrapers.plans.drafts import Context
from scrapers.plans.horizons import Tense, Time, last_year_of
from scrapers.plans.segments import Part
from scrapers.plans.words import EVERY_YEAR

_AHEAD = re.compile(
    r"力争|争取|目标(?:是|为|:)|提出(?=[,:到将要])|要(?:完成|实现|达到|建成)|(?<!五年)计划(?!完成)|规划(?!确定)|确保|预期|拟(?!定)|将(?!近)"
)
_PLEDGED = re.compile(
    r"力争|确保|争取(?:今年|年内|全年|在)|[\d一二三四五六七八九十]年内(?:力争|争取)|计划(?:再|新|培育|建成|完成|实现)|要?努力(?:实现|完成|达到)|目标(?:任务)?(?:是|为|:)"
)
_REPORTED = re.compile(
    r"(?:规划|纲要|方案|意见|计划|办法)》?”?(?:还|同时|中|进一步)?(?:提出|明确|指出|确定|要求|规定)|努力实现[^。]*目标"
)
_HAS_BEEN = re.compile(r"已|了|过去|近年|以来|连续|累计|共(?!同|享|建)|先后|截至|目前|全面完成")
_STATES_LEVEL = re.compile(r"达|突破|超过|不低于|不少于|提高到|以上")
_DONE = re.compile(r"(?:实现|达到|完成|突破|超过|增加|提高|取得|获得)了")
_STANDS_NOW = re.compile(r"目前|现有|已经|截至|以来|近年")
_TO_BE_REACHED = re.compile(
    r"达|突破|超过|不低于|不少于|以上|建成|建立|新建|创建|设立|组建|认定|发展|培育|新增|打造|完成|实现|引进|力争|增长|提高|提升|下降|降低|缩短|建设|形成|实施|稳定在|左右"
)
_AT_LEAST_YEARLY = re.compile(r"不少于|不低于|至少|确保|力争|以上")
_REPORTED_PLAN = re.compile(r"《([^《》]*(?:规划|纲要|计划|方案|意见|要点|行动|任务)[^《》]*)》")
_SAYS = re.compile(
    r"(?:规划|纲要|方案|意见|计划|指南)(?:[(][^()]*[)])?[》”]?[^,。》]{0,10}(?:提出|明确|指出|确定|要求)"
)


def is_announced(part: Part, time: Time | None, context: Context) -> bool:
    """A promise that a page reports which is no plan itself: until when must be said, in words that point ahead.

    What a reported plan wants every year has no end (TARGET_RULES 14); 今年 counts where the words pledge.
    """
    if guards.is_report(part.clause) or guards.is_judged(context.sentence):
        return False
    carried = time is not None and time is context.time
    before = context.lead_in + context.before if carried else re.split(r"[。!?]", context.before)[-1]
    own = context.sentence[: part.quantity.end]
    said = before + own
    makes = subjects.verb_before(part.left) is not None or subjects.leading_verb(part.left) is not None
    if carried and (not (makes or _TO_BE_REACHED.search(own + part.clause)) or _STANDS_NOW.search(own)):
        return False
    if time is None:
        at_least = _AT_LEAST_YEARLY.search(part.clause) is not None
        every_year = EVERY_YEAR.search(part.clause) is not None
        if context.reports_plan and not _HAS_BEEN.search(context.sentence):
            states = _STATES_LEVEL.search(part.clause) is not None and re.search(r"提出|明确|要求", before + own)
            if (makes and (at_least or every_year)) or states:
                return True
        return bool(every_year and at_least and _REPORTED.search(said))
    if _DONE.search(own):
        return False
    if time.is_pledged or ((time.year is None or not time.is_explicit) and _PLEDGED.search(said)):
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


def with_reported(text: str, times: list[Time], context: Context) -> list[Time]:
    """`《…规划》提出,A达到5件` in a report: the plan that is reported says until when."""
    for named in _REPORTED_PLAN.finditer(text):
        context.reported = last_year_of(named[1]) or context.reported
    if context.reported is not None:  # 今年 and 五年内 in a report of a plan end with the plan
        times = [replace(t, year=context.reported) if _is_open(t) else t for t in times]
    if times or context.reported is None or (said := _SAYS.search(text)) is None:
        return times
    return [Time(Tense.FUTURE, context.reported, said.end(), said.end(), is_firm=True)]


def _is_open(time: Time) -> bool:
    """True for a mention of time that does not say itself when it ends."""
    return time.tense is Tense.FUTURE and (time.is_inferred or (time.year is None and not time.is_explicit))

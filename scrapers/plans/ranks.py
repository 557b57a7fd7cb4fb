"""Ranks with a number as promises: `保持全省前3名` is at most the third (TARGET_RULES 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scrapers.plans import guards, subjects
from scrapers.plans.coding import year_of
from scrapers.plans.drafts import Context, Direction, Draft, Role, TargetType
from scrapers.plans.horizons import Tense, Time
from scrapers.plans.quantities import Rank, find_ranks
from scrapers.plans.reading import Line
from scrapers.plans.segments import BOUND, governing


def read_ranks(line: Line, offset: int, text: str, masked: str, times: Sequence[Time], context: Context) -> list[Draft]:
    """`…保持全省前3名`: at most the k-th (TARGET_RULES 4)."""
    drafts = []
    for rank in find_ranks(masked):
        time = governing(times, rank.start, context)
        bounds = [m.end() for m in BOUND.finditer(masked, 0, rank.start)]
        begin = bounds[-1] if bounds else 0
        clause = masked[begin : rank.end]
        if not _rank_is_promise(rank, clause, time, context):
            continue
        for t in times:
            if begin < t.end <= rank.start:
                begin = t.end
        left = masked[begin : rank.start]
        subject = re.sub(
            r"(?:努力|继续|始终|稳定|力争)*(?:保持|位居|位列|稳居|进入|跻身|居|列|处于|达到|排名|位次|争取|力争|在|实现|综合)+$",
            "",
            subjects.predicate(left).subject,
        )
        subject = subject or (subjects.predicate(masked[: max(begin - 1, 0)].split(",")[-1]).subject)
        if not subject:
            continue
        year, inferred = year_of(time, TargetType.RANK, context)
        for name in subjects.split_subject(subject):
            scope = re.search(r"全国|全省|全区|全市|省内|国内|全州", rank.scope)
            start, end = line.span(offset + begin, offset + rank.end)
            drafts.append(
                Draft(
                    label=subjects.clean_label(name) + (scope.group() if scope else "") + "排名",
                    target_type=TargetType.RANK,
                    direction=Direction.AT_MOST,
                    start=start,
                    end=end,
                    value=rank.k,
                    unit=rank.unit,
                    value_text=rank.text,
                    year=year,
                    year_inferred=inferred,
                    section=context.section,
                    path=context.path,
                    role=context.role,
                    form=context.form,
                    confidence=0.85,
                    group=context.sentence_no,
                )
            )
    return drafts


def _rank_is_promise(rank: Rank, clause: str, time: Time | None, context: Context) -> bool:
    if (time is not None and time.tense is Tense.PAST) or guards.is_judged(context.sentence):
        return False
    if guards.is_result(re.sub(r"位列|排名第|跃居", "", clause)) or context.role in (
        Role.HISTORY,
        Role.RULES,
        Role.PRINCIPLES,
    ):
        return False
    ahead = time is not None and time.tense is Tense.FUTURE
    if context.is_plan and context.role in (Role.GOALS, Role.MEASURES):
        return context.role is Role.GOALS or bool(re.search(r"力争|争取|确保|努力|保持|进入|达到|位居|稳居", clause))
    return ahead and time is not None and time.is_explicit

"""Objectives without a number in a goals section: each clause that says what shall have become of something.

TARGET_RULES 11. Clauses that say how or by whom (按照…, 围绕…, 以…为…) are no objectives, nor are the short sentences
that head a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from scrapers.plans import subjects
from scrapers.plans.conditions import is_conditioned
from scrapers.plans.drafts import Context, Draft
from scrapers.plans.horizons import Tense, find_times
from scrapers.plans.objective_kinds import carried_on, kind_of
from scrapers.plans.quantities import find_quantities, with_names, without_names
from scrapers.plans.reading import Line

_CHANGES = re.compile(
    r"增强|提升|提高|提质|增长|增加|扩大|壮大|改善|优化|完善|健全|强化|深化|拓展|拓宽|加大|加快|加强|上升|凸显|显现|涌现|彰显|跃升|翻番|丰富|活跃|顺畅|通畅|规范|有力|有效|高效|合理|便利|便捷|便民|"
    r"均衡|形成|建成|建立|构建|打造|培育|成为|实现|达到|进入|迈入|迈上|取得|完成|成立|运行|发挥|推进|普及|覆盖|遏制|消灭|消除|减少|下降|降低|缩短|压缩|支撑|助力|惠及|提供|发展|保障|处于|位居|"
    r"位列|居|保持|落实|融合|协调|充分|前列|先进|领先|集聚|促进|推动|整合|具备|拥有|明显|显著|建设|稳定|稳步|高于|优于|快于|突破|营造|引进|创建|争创|获批|开展|稳中"
)
_MANNER = re.compile(
    r"^(?:按照|根据|围绕|坚持|通过|依托|紧紧|紧扣|立足|聚焦|结合|针对|经过|为(?!我|全)|以[^,]{1,60}为|贯彻|遵循|对标|认真|在[^,]{2,40}(?:下|上|中|基础上|领域|方面)$|如下|具体|主要|详见|见|表\s*\d|注|其中$|参见|围绕|顺应|"
    r"服务[一-鿿]{2,4}$|辐射|面向|到(?:\d{4}|“))"
)
_MEANS = re.compile(
    r"^[ ,]*(?:全面|进一步|着力|加快|深入|大力|持续|不断|积极|扎实|充分|有效|切实)*"
    r"(?:优化|培育|拓宽|拓展|提升|提高|健全|推动|推进|加强|完善|强化|促进|深化|构建|建设|打造|支持|引导|鼓励|统筹|"
    r"聚焦|落实|实施|发挥|激发|增强)"
)
_LEAST, _MOST_HEADING = 4, 22


def read_objectives(
    line: Line, places: Sequence[tuple[int, int]], context: Context, numeric: Sequence[Draft]
) -> Iterator[Draft]:
    """Objectives of one line of a goals section. `places` are its sentences, `numeric` the numeric promises in it."""
    for index, (start, end) in enumerate(places):
        text = line.text[start:end]
        begins = start == 0 or line.places[start] > line.places[start - 1] + 1
        if begins and index + 1 < len(places) and _heads(text, line.text[end : end + 1]):
            continue
        yield from _sentence(line, start, text, context, numeric)


def _heads(text: str, closing: str) -> bool:
    """True for the short first sentence of a paragraph, which only names what follows."""
    return closing == "。" and len(text) <= _MOST_HEADING and not re.search(r"[,\d]", text)


def _sentence(line: Line, offset: int, text: str, context: Context, numeric: Sequence[Draft]) -> Iterator[Draft]:
    masked = without_names(text)
    times = [t for t in find_times(text, context.calendar) if t.tense is not Tense.BASE]
    context_time = context.time
    if times:
        context.time = times[-1]
    found: list[Draft] = []
    until = next((t.start for t in times if t.is_firm), 0)
    for begin, end in _clauses(masked):
        if end <= until and _MEANS.match(
            masked[begin:end]
        ):  # what is done for it stands before the year, what shall be reached behind it
            continue
        for t in times:
            if begin <= t.start and t.end <= end and t.start - begin <= 6:
                begin = t.end
        while begin < end and masked[begin] in " ,、:-—─":
            begin += 1
        begin, end = _beside_numbers(line, offset, masked, begin, end, numeric)
        clause = masked[begin:end].rstrip(" 、:")
        if len(clause) < _LEAST or not (_CHANGES.search(clause) or is_conditioned(clause)):
            continue
        if _MANNER.match(clause) or _goes_on(clause):
            continue
        time = [t for t in times if t.end <= begin][-1:] or ([context_time] if context_time else [])
        made = list(
            _drafts(
                line, offset, text, clause, begin, time[0].year if time and time[0] else None, context,
                [*(d for d in numeric if line.places[offset] <= d.start), *found],
            )
        )  # fmt: skip
        found += made
        yield from made


def _clauses(masked: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for match in re.finditer(r"[,: ]", masked):
        yield begin, match.start()
        begin = match.end()
    yield begin, len(masked)


def _beside_numbers(
    line: Line, offset: int, masked: str, begin: int, end: int, numeric: Sequence[Draft]
) -> tuple[int, int]:
    """A clause without the numeric promise in it: what stands behind it may be an objective of its own."""
    first, last = line.places[offset + begin] if offset + begin < len(line.places) else 0, 0
    if end > begin:
        last = line.places[offset + end - 1] + 1
    inside = [d for d in numeric if d.start < last and first < d.end]
    if not inside:
        return begin, end if not list(find_quantities(masked[begin:end])) or _vague(masked[begin:end]) else begin
    reached = max(d.end for d in inside)
    at = begin
    while at < end and line.places[offset + at] < reached:
        at += 1
    if at < end and masked[at] == "、":
        return at + 1, end
    return begin, begin


def _vague(clause: str) -> bool:
    """Counts that promise no figure (一批) do not make a clause numeric."""
    return all(q.is_chinese and q.value < 10 for q in find_quantities(clause))


def _goes_on(clause: str) -> bool:
    """A clause that only qualifies the next one."""
    return bool(
        re.search(
            r"(?:过程中|条件下|前提下|为主线|为目标|为重点|为引领|的要求|方面|以来|指标|指标体系|如下|目标(?:是|为)?)$",
            clause,
        )
    )


def _drafts(
    line: Line, offset: int, text: str, clause: str, begin: int, year: int | None, context: Context,
    said: Sequence[Draft],
) -> Iterator[Draft]:  # fmt: skip
    """The promises of a clause; `said` are those of its sentence, in which it may go on with the last before it."""
    start, end = line.span(offset + begin, offset + begin + len(clause))
    before = max((d for d in said if d.end <= start), key=lambda d: d.end, default=None)
    kind = carried_on(kind_of(clause, context.region_level), before, clause)
    for name in kind.names:
        label = with_names(subjects.clean_label(name), text) + kind.growth or with_names(clause, text)
        yield Draft(
            label=label, target_type=kind.target_type, direction=kind.direction, condition=kind.condition,
            start=start, end=end, proof=kind.note,
            year=year or context.calendar.last, year_inferred=year is None, section=context.section,
            path=context.path, role=context.role, form=context.form, confidence=0.75, group=context.sentence_no,
        )  # fmt: skip

"""The numeric promises of one sentence, in order, with what the numbers of a sentence hand on to each other.

Story: mentions of time and quantities are found; the words between them are given to the one or the other side
(`segments`); each number is read with its words (`frames`); subjects, verbs, baselines and the counts that
sub-thresholds belong to are carried on to the next number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from scrapers.plans import subjects
from scrapers.plans.announcements import with_reported
from scrapers.plans.drafts import Baseline, Context, Direction, Draft, TargetType
from scrapers.plans.frames import of_subject, promises_of
from scrapers.plans.horizons import Tense, Time, find_times
from scrapers.plans.quantities import find_quantities, find_ranks, with_names, without_names
from scrapers.plans.ranks import read_ranks
from scrapers.plans.reading import Line
from scrapers.plans.segments import Part, governing, is_baseline, segments
from scrapers.plans.sizes import hand_on, is_comparison, with_sizes, without_other_units

_EACH = re.compile(
    r"(?:其中)?(?:平均)?每(?:一|1)?个?(?:专利组合|组合|平台|园区|机构|企业|家|个|件|项|所|名|户|组|支|县|区|市|镇)"
)
_THRESHOLD = re.compile(r"不低于|不少于|以上|达到|超过|至少|≥")
_CONNECTIVE_ONLY = re.compile(r"(?:[、,\s]|和|及|以及|与|并|或)+$")
_TITLES = re.compile(r"《[^《》]{0,120}》|[〔\[][^〕\]]{0,8}[〕\]]\d+号")
_MOST_BEFORE = 200


def read_sentence(line: Line, start: int, end: int, context: Context) -> list[Draft]:
    """The numeric promises of `line.text[start:end]`, in order. Carries time and subject on in `context`."""
    context.sentence_no += 1
    context.sentence = line.text[start:end]
    text = line.text[start:end]
    masked = without_names(text)
    titles = [m.span() for m in _TITLES.finditer(text)]
    times = [t for t in find_times(text, context.calendar) if not any(a <= t.start < b for a, b in titles)]
    if not context.is_plan:
        times = with_reported(text, times, context)
    drafts = _read_quantities(line, start, text, masked, times, context)
    drafts += read_ranks(line, start, text, masked, times, context)
    told = [t for t in times if t.tense is not Tense.BASE]
    if told:
        context.time = told[-1]
    context.before = (context.before + line.text[start : end + 1])[-_MOST_BEFORE:]
    for draft in drafts:
        draft.label = with_names(draft.label, text)
    drafts.sort(key=lambda d: d.start)
    return drafts


@dataclass(slots=True)
class _Carried:
    """What one number of a sentence leaves to the next."""

    drafts: list[Draft] = field(default_factory=list)
    verb: str = ""
    """The verb of doing in force: `新建5个A、8个B`."""
    baseline: Baseline | None = None
    baseline_subject: str = ""
    waiting: list[str] = field(default_factory=list)
    """Subjects of 分别 that still wait for their values, and the words that stood before the first."""
    waiting_words: str = ""
    waiting_start: int = 0
    """Where the first of them begins: the value alone would not carry the promise."""
    waiting_years: list[Time] = field(default_factory=list)
    each: Draft | None = None
    """The count whose items must each meet the sub-thresholds that follow."""
    each_words: str = ""
    last: Part | None = None


def _read_quantities(
    line: Line, offset: int, text: str, masked: str, times: Sequence[Time], context: Context
) -> list[Draft]:
    ranks = list(find_ranks(masked))
    found = [
        q
        for q in find_quantities(masked)
        if not any(t.start < q.end and q.start < t.end and t.tense is not Tense.BASE for t in times)
        and not any(r.start <= q.start < r.end for r in ranks)
    ]
    parts = with_sizes(segments(masked, without_other_units(masked, found), times))
    carried = _Carried()
    for index, part in enumerate(parts):
        at = part.quantity.start
        if any(t.tense is Tense.BASE and t.start <= at < t.end for t in times):
            continue
        if is_baseline(parts, index, masked):
            _keep_baseline(part, times, carried)
            continue
        if carried.baseline is not None and carried.baseline_subject:
            part.left, part.left_start = carried.baseline_subject + part.left, part.clause_start
            carried.baseline_subject = ""
        made = _promises(parts, index, masked, times, context, carried)
        if not made:
            hand_on(parts, index)
            continue
        if carried.drafts and is_comparison(part, times):
            continue
        _go_on_yearly(made[0], part, carried, masked)
        _give_baseline(made[0], carried)
        _join_sub_threshold(made[0], part, carried)
        for draft in made:
            _place(draft, part, line, offset, text)
        carried.drafts += made
        carried.last = part
    return carried.drafts


def _promises(
    parts: Sequence[Part], index: int, masked: str, times: Sequence[Time], context: Context, carried: _Carried
) -> list[Draft]:
    """What one number promises: the next of several subjects that share a predicate, or a statement of its own."""
    part = parts[index]
    time = governing(times, part.quantity.start, context)
    if carried.waiting and (not part.left or _CONNECTIVE_ONLY.fullmatch(part.left)):
        name = carried.waiting.pop(0)
        part.left_start = carried.waiting_start
        when = carried.waiting_years.pop(0) if carried.waiting_years else time
        return [of_subject(part, name, carried.waiting_words, when, context)]
    carried.waiting = []
    made, carried.verb, names = promises_of(parts, index, time, context, carried.drafts, carried.verb, masked)
    if names:
        carried.waiting, carried.waiting_words, carried.waiting_start = names[1:], part.left, part.left_start
        years = _years_of(names, times, part.quantity.start)
        if years and made:
            made[0].year = years.pop(0).year
        carried.waiting_years = years
    return made


def _go_on_yearly(draft: Draft, part: Part, carried: _Carried, masked: str) -> None:
    """`每年新增A2件以上,B40件以上`: what stands bare beside a yearly amount is yearly too."""
    if not carried.drafts or carried.last is None or draft.by_doing or draft.target_type is not TargetType.CUMULATIVE:
        return
    between = masked[carried.last.quantity.end : part.left_start]
    if carried.drafts[-1].target_type is TargetType.FLOOR and not between.strip(",、 以上和及"):
        draft.target_type, draft.year = TargetType.FLOOR, carried.drafts[-1].year


def _keep_baseline(part: Part, times: Sequence[Time], carried: _Carried) -> None:
    q = part.quantity
    based = [t for t in times if t.end <= q.start]
    carried.baseline = Baseline(q.value, q.unit, based[-1].year if based else None, q.text)
    carried.baseline_subject = re.split(r"由|从|自", part.left)[0]


def _give_baseline(draft: Draft, carried: _Carried) -> None:
    if carried.baseline is None:
        return
    if draft.direction is Direction.UNSPECIFIED:
        draft.direction = Direction.AT_LEAST
    if draft.target_type is TargetType.CUMULATIVE:
        draft.target_type = TargetType.LEVEL  # from 20 to 200: a running total, not 200 more (TARGET_RULES 5)
    draft.baseline, carried.baseline = carried.baseline, None


def _join_sub_threshold(draft: Draft, part: Part, carried: _Carried) -> None:
    """`培育5家A,每家收入不低于…`: count and sub-threshold are compound (TARGET_RULES 6)."""
    if said := _EACH.match(part.clause.lstrip("、和及与,")):
        carried.each = _count_before(carried.drafts)
        carried.each_words = said.group().removeprefix("其中")
    elif carried.each is not None and carried.last is not None and part.clause_start != carried.last.clause_start:
        goes_on = subjects.leading_verb(part.left) is None and _THRESHOLD.search(part.clause)
        carried.each = carried.each if goes_on else None
    if carried.each is None or draft.target_type not in (TargetType.LEVEL, TargetType.RATIO, TargetType.CUMULATIVE):
        return
    carried.each.target_type = draft.target_type = TargetType.COMPOUND
    draft.parent = carried.each
    if "每" not in draft.label[:4]:
        draft.label = carried.each_words + draft.label


def _count_before(drafts: Sequence[Draft]) -> Draft | None:
    """The count that a sub-threshold belongs to: the last of the sentence that is no sub-threshold itself."""
    for one in reversed(drafts):
        if one.parent is None and one.unit and not one.unit.endswith(("元", "%")):
            return one
    return None


def _years_of(names: Sequence[str], times: Sequence[Time], at: int) -> list[Time]:
    """`到2023年和2025年,A分别达到10件和15件`: one subject, as many years as values."""
    ahead = [t for t in times if t.end <= at and t.tense is Tense.FUTURE and t.is_explicit and not t.is_inferred]
    return ahead[-len(names) :] if len(set(names)) == 1 and len(ahead) >= len(names) else []


def _place(draft: Draft, part: Part, line: Line, offset: int, text: str) -> None:
    """The shortest stretch that carries the promise (TARGET_RULES 13), as a place in the visible text."""
    if draft.end:
        return
    q = part.quantity
    begin = part.left_start
    while begin < q.start and text[begin] in "、,和及与以并的: ":
        begin += 1
    end = q.end + (
        len(part.right.rstrip(" ,、"))
        if draft.by_doing or draft.target_type is TargetType.SHARE or not part.left.strip()
        else 0
    )
    end = max(end, q.end)
    draft.start, draft.end = line.span(offset + begin, offset + min(end, len(text)))

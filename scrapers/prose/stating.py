"""Puts a statistic on record: date, kind of period, sign and notes, or the reason why it cannot be dated."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from scrapers.periods import end_of
from scrapers.prose.clauses import Lead, SentenceText
from scrapers.prose.context import Context, Stated
from scrapers.prose.dating import FROM_PARAGRAPH, FROM_PUBLICATION, Dated, date_of
from scrapers.prose.figures import Figure
from scrapers.prose.moments import Shape
from scrapers.prose.timing import Nature, Timing, counts_holders, timing_of
from scrapers.records import PeriodKind

OPEN_YEAR = "of which year is not said"
"""Note of a share that a report on several years states without a date: its period stays open."""


_LATE = re.compile(r"(?:专利密集型|版权|文化(?:及相关)?|数字经济核心)产业增加值")
_AT_AN_EVENT = re.compile(r"(?:活动|仪式|会议|培训|宣传)(?:现场|期间|当天|当日|中)|^(?:现场|当天|当日|会上)")
_HELD = re.compile(r"拥有|现有|共有|有")
_ACTS = re.compile(r"获批|获得|核准|认定|注册|批准")
_BY_THE_YEAR = re.compile(r"产值|增加值|收入")


class UndatedError(Exception):
    """No date can be told for a figure; the message says why."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """What a sentence says of one figure, before its date is found."""

    figure: Figure
    label: str
    lead: Lead
    about: str = ""
    """What it measures without growth, share or rank, where that is not the label."""
    nature: Nature = Nature.UNKNOWN
    like: Stated | None = None
    """The statistic of which this one speaks: it has the same date."""
    cumulative: bool = False
    is_level: bool = True
    names_subject: bool = True
    is_part: bool = False
    is_moved: bool = False
    """At the end of a movement (上升到): of the same kind as where it began."""
    negative: bool = False
    note: str | None = None


def state(statistic: Statistic, sentence: SentenceText, context: Context) -> None:
    """Append a statistic to `context`; one without a date is refused there."""
    try:
        stated = _stated(statistic, sentence, context)
    except UndatedError as error:
        context.refuse(sentence.text[statistic.lead.begin : statistic.figure.end], str(error))
        context.undated = len(context.stated)
        return
    context.stated.append(stated)


def _stated(statistic: Statistic, sentence: SentenceText, context: Context) -> Stated:
    figure, like, lead = statistic.figure, statistic.like, statistic.lead
    notes = [n.strip("的") for n in (*figure.notes, statistic.note or "") if n.strip("的")]
    nature, cumulative = statistic.nature, statistic.cumulative
    if like is not None:
        timing, moment, nature = like.timing, like.moment, like.nature
    else:
        dated = date_of(figure, nature, sentence.moments, sentence.text, context)
        if dated is None:
            raise UndatedError("no date")
        if dated.source == FROM_PUBLICATION and "以上" in figure.notes:
            raise UndatedError("no date, and only a lower bound: a promise or an estimate")
        moment = dated.moment
        words_before = sentence.text[sentence.start : lead.begin]
        if (why := _undatable(statistic, dated, words_before)) is not None:
            raise UndatedError(why)
        if moment.is_own and moment.shape is Shape.AS_OF and counts_holders(statistic.label, figure.unit):
            nature = Nature.THINGS
        before = _same_date_before(dated, context)
        cumulative = cumulative or _goes_on_cumulative(before, dated, nature, statistic.label, context)
        beside = before is not None and before.group == context.group and before.nature is Nature.FLOW
        if lead.is_joined and before is not None and nature in (Nature.WEAK_FLOW, Nature.THINGS):
            nature = _nature_of_list(before, nature, statistic.label)
        rate = figure.is_share and moment.shape is Shape.PLAN  # a share is no sum over the years of a plan
        kind = Nature.RATE_OVER_TIME if rate else nature
        timing = timing_of(moment, kind, cumulative=cumulative, so_far=dated.so_far, beside_flow=beside)
        if statistic.label.startswith(("当月", "本月")):
            timing = _of_month(dated)
        if rate and dated.source and context.stretch is not None:
            timing, dated = Timing(None, None), replace(dated, source=OPEN_YEAR)
        nature = Nature.FLOW if beside and nature is Nature.UNKNOWN else nature
        notes += [dated.source] if dated.source else []
    return Stated(
        start=lead.begin,
        end=figure.end,
        label=statistic.label,
        about=statistic.about or statistic.label,
        region=lead.region,
        timing=timing,
        figure=figure,
        value=-abs(figure.value) if statistic.negative else figure.value,
        group=context.group,
        nature=nature,
        moment=moment,
        notes=notes,
        is_level=statistic.is_level,
        names_subject=statistic.names_subject,
        is_part=statistic.is_part,
        joined=lead.is_joined and statistic.names_subject,
        cumulative=cumulative,
    )


def _of_month(dated: Dated) -> Timing:
    """当月: the month with which the time of the sentence ends; refused where the sentence names none."""
    end = end_of(dated.moment.period)
    if dated.source or dated.moment.shape not in (Shape.MONTH, Shape.AS_OF, Shape.RANGE) or len(end) < len("2023-05"):
        raise UndatedError("of which month: not said")
    return Timing(end[:7], PeriodKind.MONTH)


def _nature_of_list(before: Stated, nature: Nature, label: str) -> Nature:
    """培育A 3名、B 2名: as many have come about of each, unless B is said to be held."""
    if before.nature is Nature.FLOW and nature is Nature.WEAK_FLOW:
        return Nature.FLOW
    if before.nature in (Nature.FLOW, Nature.WEAK_FLOW) and nature is Nature.THINGS and not _HELD.match(label):
        return before.nature
    return nature


def _undatable(statistic: Statistic, dated: Dated, words_before: str) -> str | None:
    """Why the date that was found cannot be that of the statistic; None where it can.

    `words_before` are those of its sentence.
    """
    flow = statistic.nature in (Nature.FLOW, Nature.WEAK_FLOW, Nature.UNKNOWN)
    shape = dated.moment.shape
    total = statistic.cumulative or ("累计" in words_before and not statistic.label.startswith("新"))
    if total and dated.source and flow and shape in (Shape.YEAR, Shape.RANGE, Shape.MONTH):
        return "a total since when: not said"
    if total and shape is Shape.YEAR and _ACTS.search(statistic.label) and "全年" not in dated.moment.label:
        return "of the year, or since the beginning: not said"
    if statistic.is_moved and flow and shape in (Shape.MONTH, Shape.AS_OF):
        return "the end of a movement: of a month or of all the time before it, not said"
    if shape is Shape.AS_OF and flow and not total and statistic.label.endswith(("总量", "总数")):
        return "a total since when: not said"
    if dated.source and flow and _AT_AN_EVENT.search(words_before + statistic.lead.words):
        return "of the day of an event"
    if dated.source and shape in (Shape.RANGE, Shape.MONTH) and _LATE.search(statistic.label):
        return "it is counted by the year: of which is not said"
    return None


def _same_date_before(dated: Dated, context: Context) -> Stated | None:
    """The level before this one, if it has the same date."""
    levels = [s for s in context.stated if s.is_level]
    last = levels[-1] if levels else None
    if last is None or last.moment is None:
        return None
    return last if replace(last.moment, is_own=True) == replace(dated.moment, is_own=True) else None


def _goes_on_cumulative(before: Stated | None, dated: Dated, nature: Nature, label: str, context: Context) -> bool:
    """累计 holds for the figures beside it and for the sentences behind it that have no date of their own.

    Behind a semicolon it may or may not hold: a flow there is refused.
    """
    if before is None:
        return False
    if nature not in (Nature.FLOW, Nature.WEAK_FLOW, Nature.UNKNOWN) or _BY_THE_YEAR.search(label):
        return False
    if label.startswith(("新", "净增")):
        return False
    if before.cumulative and before.group == context.group:
        return True
    if before.timing.kind is not PeriodKind.CUMULATIVE or before.nature is Nature.STOCK:
        return False
    if before.group == context.group or dated.source == FROM_PARAGRAPH:
        return True
    if dated.moment.is_own and nature is Nature.FLOW:
        raise UndatedError("cumulative or of the year: not said")
    return False


def as_flow(stated: Stated) -> None:
    """Count a statistic that was taken for a state of things as what came about in its period."""
    if stated.moment is None:
        return
    stated.nature = Nature.FLOW
    stated.timing = timing_of(stated.moment, Nature.FLOW, cumulative=stated.cumulative)

"""Baselines that a plan gives elsewhere: the state of an indicator in its history section.

TARGET_RULES 7: only for that very indicator (the same id), never another scope, never derived.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scrapers.plans import subjects
from scrapers.plans.drafts import Baseline, Role, TargetType
from scrapers.plans.horizons import Calendar, Tense, find_times
from scrapers.plans.labels import PROPOSED, base_unit, indicator_id, label_key
from scrapers.plans.merging import Merged
from scrapers.plans.quantities import find_quantities, with_names, without_names
from scrapers.plans.reading import Line

_STATES = frozenset({TargetType.LEVEL, TargetType.RATIO})
_OTHER_YEAR = re.compile(r"(?:比|较|是|由|从)[^,]{0,12}$|增长|新增|同比|其中")


@dataclass(frozen=True, slots=True)
class PastFigure:
    """One past figure of a plan: the name as printed and what was reached."""

    label: str
    baseline: Baseline


def past_figures(line: Line, places: Sequence[tuple[int, int]], calendar: Calendar) -> Iterator[PastFigure]:
    """States that a line of a history section reports, with the year they are of."""
    for start, end in places:
        text = line.text[start:end]
        masked = without_names(text)
        times = find_times(text, calendar)
        previous_end = 0
        for quantity in find_quantities(masked):
            clause_start = (
                max(masked.rfind(",", 0, quantity.start), masked.rfind("、", 0, quantity.start), previous_end - 1) + 1
            )
            previous_end = quantity.end
            left = masked[clause_start : quantity.start]
            if quantity.high is not None or not quantity.unit or _OTHER_YEAR.search(left):
                continue
            said = subjects.predicate(left)
            if said.growth is not None or len(said.subject) < 4:
                continue
            past = [t for t in times if t.tense is Tense.PAST and t.end <= quantity.start and t.year]
            year = past[-1].year if past else (calendar.first - 1 if calendar.first else None)
            label = with_names(subjects.clean_label(said.subject), text)
            yield PastFigure(label, Baseline(quantity.value, quantity.unit, year, quantity.text))


def give_baselines(merged: Sequence[Merged], figures: Sequence[PastFigure]) -> None:
    """Give each promised level the past figure of the same indicator, where the plan states one beside it."""
    by_id: dict[str, PastFigure] = {}
    for figure in figures:
        by_id.setdefault(_identity(figure.label), figure)
    for one in merged:
        lead = one.lead
        if lead.baseline is not None or lead.target_type not in _STATES or lead.role is Role.HISTORY:
            continue
        found = by_id.get(_identity(lead.label))
        if found and base_unit(found.baseline.unit)[0] == base_unit((lead.unit or "").split("/")[0] or None)[0]:
            lead.baseline = found.baseline


def _identity(label: str) -> str:
    known = indicator_id(label)
    return label_key(label) if known.startswith(PROPOSED) else known

"""Baselines that a plan gives elsewhere: the state of an indicator among its own past results.

TARGET_RULES 7: only for that very indicator (the same id), never another scope, never derived.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from scrapers.periods import last_day
from scrapers.plans.drafts import Baseline, Role, TargetType
from scrapers.plans.labels import PROPOSED, base_unit, indicator_id, label_key
from scrapers.plans.merging import Merged
from scrapers.records import PeriodKind, Record

_STATES = frozenset({TargetType.LEVEL, TargetType.RATIO})
_AT_A_TIME = frozenset({PeriodKind.POINT_IN_TIME, PeriodKind.YEAR})


def give_baselines(merged: Sequence[Merged], results: Sequence[Record]) -> None:
    """Give each promised level the past result of the same indicator, where the plan states one for its own region."""
    by_id: dict[str, Baseline] = {}
    for record in _of_the_plan(results):
        if record.period is None or record.period_kind not in _AT_A_TIME:
            continue
        year = last_day(record.period).year
        by_id.setdefault(
            _identity(record.measure_label), Baseline(record.value, record.unit_label, year, record.value_text)
        )
    for one in merged:
        lead = one.lead
        if lead.baseline is not None or lead.target_type not in _STATES or lead.role is Role.HISTORY:
            continue
        found = by_id.get(_identity(lead.label))
        if found and base_unit(found.unit)[0] == base_unit((lead.unit or "").split("/")[0] or None)[0]:
            lead.baseline = found


def _of_the_plan(results: Sequence[Record]) -> Iterable[Record]:
    """Results of the region that most of them are of: a part of it is another scope."""
    regions = Counter(record.region_label for record in results)
    own = regions.most_common(1)[0][0] if regions else None
    return (record for record in results if record.region_label == own)


def _identity(label: str) -> str:
    known = indicator_id(label)
    return label_key(label) if known.startswith(PROPOSED) else known

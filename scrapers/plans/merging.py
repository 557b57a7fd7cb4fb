"""Restatements of one promise become one, with all its places; statements that disagree become a conflict.

TARGET_RULES 2. Two statements are the same promise where value, unit and year agree and their labels name one thing;
which of them stands first: the goals section, then the text, then boxes and tables.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from scrapers.plans.drafts import Condition, Draft, Role, TargetType
from scrapers.plans.labels import PROPOSED, base_unit, indicator_id, label_key
from scrapers.plans.statements import Form

_COUNTS = frozenset({TargetType.LEVEL, TargetType.CUMULATIVE, TargetType.COMPOUND, TargetType.RATIO, TargetType.RANGE})
_GENERIC = re.compile(
    r"知识产权|总量|总数|数量|总额|金额|登记|累计|新增|新建|全部|各类|各级|每个|每家|工作|项目|以上|高质量|专业化?"
)
_OPPOSED = tuple(
    tuple(pair.split("/"))
    for pair in [
        "国家/省级",
        "国家/市级",
        "省级/市级",
        "申请/授权",
        "注册/申请",
        "发明/实用新型",
        "进口/出口",
        "优势/示范",
        "试点/示范",
        "驰名/著名",
        "专利/商标",
        "专利/版权",
        "商标/版权",
        "企业/高校",
        "园区/企业",
        "机构/企业",
        "行政/司法",
        "产业/企业",
        "金额/次数",
        "机构/人才",
        "平台/中心",
        "数据库/平台",
    ]
)
"""Words of which a restatement never swaps one for the other."""
_SAME, _ALIKE = 0.9, 0.5
_FORM_ORDER = {Form.TEXT: 0, Form.BOX: 1, Form.TABLE: 2}


@dataclass(slots=True)
class Merged:
    """One promise with everything that states it, the leading statement first."""

    drafts: list[Draft]
    conflicts: list[Draft] = field(default_factory=list)

    @property
    def lead(self) -> Draft:
        return self.drafts[0]


def merge(drafts: Iterable[Draft]) -> list[Merged]:
    """The promises of a document in the order of their leading statements' weight and place."""
    ordered = sorted(
        drafts, key=lambda d: (d.role is not Role.GOALS or d.form is not Form.TEXT, _FORM_ORDER[d.form], d.start)
    )
    merged: list[Merged] = []
    for draft in ordered:
        best = max(merged, key=lambda m: _likeness(m.lead, draft), default=None)
        if best is not None and _likeness(best.lead, draft) > 0:
            best.drafts.append(draft)
        elif (other := _disagrees(merged, draft)) is not None:
            other.conflicts.append(draft)
        else:
            merged.append(Merged([draft]))
    for one in merged:
        _settle(one)
    return merged


def _settle(merged: Merged) -> None:
    """A name without a verb takes the type that a restatement with a verb of doing gives it."""
    lead = merged.lead
    if lead.target_type is TargetType.LEVEL and lead.comparator in (None, "以上") and lead.value is not None:
        done = [d for d in merged.drafts[1:] if d.target_type is TargetType.CUMULATIVE and d.by_doing]
        if done and not re.search(r"达", (lead.quote or "")):
            lead.target_type = TargetType.CUMULATIVE
    for name in ("year", "units", "baseline", "due", "unit"):
        if getattr(lead, name) is None:
            setattr(lead, name, next((v for d in merged.drafts if (v := getattr(d, name)) is not None), None))
    # A restatement may add a demand; that no change is enough would take one away.
    if lead.condition is None:
        told = (d.condition for d in merged.drafts if d.condition not in (None, Condition.KEEP))
        lead.condition = next(told, None)
    table = next((d.units for d in merged.drafts if d.form is Form.TABLE and d.units), None)
    lead.units = table or lead.units
    if lead.nature == "unknown":
        lead.nature = next((d.nature for d in merged.drafts if d.nature != "unknown"), "unknown")
    if lead.year_inferred and (sure := [d for d in merged.drafts if not d.year_inferred and d.year == lead.year]):
        lead.year_inferred = bool(not sure)
    if len(merged.drafts) > 1:
        lead.confidence = min(0.99, lead.confidence + 0.03)


def _likeness(a: Draft, b: Draft) -> float:
    """0 where two drafts are two promises; else how alike their labels are."""
    if (a.value is None) != (b.value is None) or a.group == b.group != 0:
        return 0.0
    if a.value is None or b.value is None:
        return _alike_objectives(a, b)
    if not _same_amount(a, b) or not _same_kind(a, b) or not _same_year(a, b):
        return 0.0
    if (a.parent is None) != (b.parent is None):
        return 0.0
    score = likeness(a.label, b.label)
    if score >= _SAME:
        return score
    far = a.section != b.section
    return score if far and score >= _ALIKE and not _opposed(a.label, b.label) else 0.0


def likeness(a: str, b: str) -> float:
    """Share of the shorter label's characters that the other has too; 1 for the same known indicator."""
    first, second = label_key(a), label_key(b)
    if first == second:
        return 1.0
    one, two = indicator_id(a), indicator_id(b)
    if not one.startswith(PROPOSED) and not two.startswith(PROPOSED):
        return 0.99 if one == two else 0.0
    x, y = (Counter(_GENERIC.sub("", key) or key) for key in (first, second))
    shorter = min(sum(x.values()), sum(y.values()))
    return 0.95 * sum((x & y).values()) / shorter if shorter >= 2 else 0.0


def _same_amount(a: Draft, b: Draft) -> bool:
    (base_a, factor_a), (base_b, factor_b) = base_unit(a.unit), base_unit(b.unit)
    if (
        a.value is None
        or b.value is None
        or a.value * factor_a != b.value * factor_b
        or (a.high is None) != (b.high is None)
    ):
        return False
    if a.high is not None and b.high is not None and a.high * factor_a != b.high * factor_b:
        return False
    same = base_a == base_b or None in (base_a, base_b)
    return same or {base_a, base_b} <= {"个", "家", "项", "件"}


def _same_kind(a: Draft, b: Draft) -> bool:
    return a.target_type is b.target_type or {a.target_type, b.target_type} <= _COUNTS


def _same_year(a: Draft, b: Draft) -> bool:
    return a.year == b.year or a.year is None or b.year is None or (a.year_inferred and b.year_inferred)


def _opposed(a: str, b: str) -> bool:
    """True where the labels differ in a word that makes them two things."""
    for one, two in _OPPOSED:
        if (one in a and one not in b and two in b and two not in a) or (
            two in a and two not in b and one in b and one not in a
        ):
            return True
    return False


def _alike_objectives(a: Draft, b: Draft) -> float:
    if a.condition and b.condition and a.condition is not b.condition:
        return 0.0
    if label_key(a.label) == label_key(b.label) and a.target_type is b.target_type and a.year == b.year:
        return 1.0
    if TargetType.MILESTONE in (a.target_type, b.target_type) or a.section == b.section:
        return 0.0
    score = likeness(a.label, b.label)
    return score if score >= 0.8 and Form.TABLE in (a.form, b.form) else 0.0


def _disagrees(merged: Iterable[Merged], draft: Draft) -> Merged | None:
    """A promise that gives another value for the very same indicator and year, elsewhere in the document."""
    steady = (TargetType.LEVEL, TargetType.RATIO, TargetType.GROWTH)
    if draft.value is None or draft.target_type not in steady or len(label_key(draft.label)) < 6:
        return None
    for one in merged:
        lead = one.lead
        if (
            lead.value is not None
            and lead.target_type is draft.target_type
            and lead.section != draft.section
            and lead.year == draft.year
            and base_unit(lead.unit)[0] == base_unit(draft.unit)[0]
            and label_key(lead.label) == label_key(draft.label)
        ):
            return one
    return None

"""What changed against the last accepted records of the same address, and whether the change can be believed.

A page may be restated: a few figures move, a year is added. A page that loses regions or columns, counts in another
unit, or holds its old figures in other places was damaged or redesigned: it is quarantined with the difference, and
the last good capture stays in use until a person has looked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from scrapers.periods import last_day
from scrapers.records import Finding, Record, Verdict

MASS_REVISION_SHARE = 0.2
"""More than this share of the figures changed at once is no revision of single figures."""
MASS_REVISION_COUNT = 8
"""Fewer changes than this are never called a mass revision."""
LARGE_CHANGE = Decimal("1.5")
"""A figure that grows or shrinks by this factor for the same region and period was not revised, it was misread."""
LARGE_FIGURE = 100
"""Smaller figures may well change by half."""
MEMORABLE = 10
"""Smaller figures are alike by chance."""
SHIFT_SHARE = 0.5
"""A column is shifted when more than this share of its figures are those of another column."""
FEW = 3
"""So many figures that agree are no coincidence."""
SHOWN = 5
"""Examples in a message."""

_Key = tuple[str | None, str, str | None, str | None, bool]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Outcome of comparing a page with the last accepted one."""

    findings: Sequence[Finding] = ()
    verdict: Verdict | None = None
    """`quarantined` where the change cannot be believed, else None: the page's own verdict stands."""
    reason: str | None = None
    is_other_table: bool = False
    """True where the two have neither title nor measures in common."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Figures added, changed, gone and same."""


def compare(new: Sequence[Record], last: Sequence[Record], *, same_layout: bool = True) -> Comparison:
    """Compare records of one address. `same_layout` is false against a capture that only repeats figures of the page
    (a shipped one, laid out anew): then only figures that both hold are compared.

    Pure. Findings that failed quarantine the page; passed ones say what was added or revised.
    """
    if not last:
        return Comparison()
    before, after = by_key(last), by_key(new)
    if not new:
        return _quarantined([Finding("lost_everything", False, f"{len(last)} figures before, none now")], {})
    if _is_other_table(new, last):
        titles = (_first_title(new), _first_title(last))
        message = f"the page holds {titles[0]!r}, the last one at this address {titles[1]!r}"
        return Comparison([Finding("another_table", False, message)], Verdict.QUARANTINED, "another_table", True)
    common = [key for key in after if key in before]
    changed = [key for key in common if after[key].value != before[key].value]
    counts = {
        "added": len(after) - len(common),
        "gone": len(before) - len(common),
        "changed": len(changed),
        "same": len(common) - len(changed),
    }
    findings = [
        *([*_lost(new, last, before, after), *_only_period_changed(before, after)] if same_layout else []),
        *_units(common, before, after),
        *_shifted_columns(changed, before, after),
        *_moved_along_the_row(changed, before, after),
        *_swapped_rows(changed, before, after),
        *_scaled(changed, before, after),
        *_lost_digits(changed, before, after),
        *_large_changes(changed, before, after),
        *_mass_revision(common, changed, before, after),
    ]
    if any(not finding.passed for finding in findings):
        return _quarantined(findings, counts)
    if changed:
        findings.append(
            Finding("revised", True, f"{len(changed)} figures revised: {_examples(changed, before, after)}")
        )
    return Comparison(findings, counts=counts)


def _quarantined(findings: list[Finding], counts: dict[str, int]) -> Comparison:
    reason = next(finding.check for finding in findings if not finding.passed)
    return Comparison(findings, Verdict.QUARANTINED, reason, counts=counts)


def _key(record: Record) -> _Key:
    kind = str(record.period_kind) if record.period_kind else None
    return record.region_label, record.measure_label, record.period, kind, record.is_percentage_row


def by_key(records: Iterable[Record]) -> dict[_Key, Record]:
    """Records by what they speak of; of several the first."""
    found: dict[_Key, Record] = {}
    for record in records:
        found.setdefault(_key(record), record)
    return found


def _first_title(records: Sequence[Record]) -> str:
    return next((r.table_title for r in records if r.table_title), "a table without title")


def _is_other_table(new: Sequence[Record], last: Sequence[Record]) -> bool:
    if {r.measure_label for r in new} & {r.measure_label for r in last}:
        return False
    return not ({r.table_title for r in new if r.table_title} & {r.table_title for r in last if r.table_title})


# --- what is gone -----------------------------------------------------------------------------------------------------


def _lost(
    new: Sequence[Record], last: Sequence[Record], before: Mapping[_Key, Record], after: Mapping[_Key, Record]
) -> list[Finding]:
    """Regions, measures, rows of percentages and single figures that the last page had.

    Another issue of the table (no period in common) is only held to its regions and measures; of a series, the oldest
    periods may leave when newer ones come.
    """
    findings = []
    for check, attribute in (("lost_regions", "region_label"), ("lost_measures", "measure_label")):
        had = dict.fromkeys(getattr(r, attribute) for r in last)
        have = {getattr(r, attribute) for r in new}
        if gone := [str(label) for label in had if label not in have]:
            findings.append(Finding(check, False, f"no longer there: {_list(gone)}"))
    shares = (sum(r.is_percentage_row for r in last), sum(r.is_percentage_row for r in new))
    if shares[1] < shares[0] and len(new) <= len(last):
        findings.append(Finding("lost_percentages", False, f"{shares[0]} percentages in rows before, {shares[1]} now"))
    periods = {r.period for r in last} & {r.period for r in new}
    if not periods:
        return findings
    left = _periods_that_may_leave(new, last)
    known = {label for f in findings for label in f.message.split(": ", 1)[-1].split("、")}
    gone_keys = [
        key for key in before if key not in after and key[2] not in left and key[0] not in known and key[1] not in known
    ]
    if gone_keys:
        message = f"{len(gone_keys)} figures are no longer there: {_places(gone_keys)}"
        findings.append(Finding("lost_figures", False, message))
    return findings


def _periods_that_may_leave(new: Sequence[Record], last: Sequence[Record]) -> set[str | None]:
    """Periods older than all of the new page, if the new page also reaches further than the last."""
    here, there = {r.period for r in new if r.period}, {r.period for r in last if r.period}
    newest_here, newest_there = max(map(last_day, here)), max(map(last_day, there))
    if newest_here <= newest_there:
        return set()
    oldest = min(map(last_day, here))
    return {period for period in there if last_day(period) < oldest}


def _units(common: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]) -> list[Finding]:
    changes: Counter[tuple[str, str | None, str | None]] = Counter()
    for key in common:
        old, new = before[key].unit_label, after[key].unit_label
        if old != new:
            changes[key[1], old, new] += 1
    return [
        Finding("unit_changed", False, f"{measure} was counted in {old or 'no printed unit'}, now in {new or 'none'}")
        for measure, old, new in changes
    ]


def _only_period_changed(before: Mapping[_Key, Record], after: Mapping[_Key, Record]) -> list[Finding]:
    """Another issue of a table has other figures: the same ones under another date are the old issue misdated."""
    had: dict[tuple[object, ...], set[Decimal]] = defaultdict(set)
    for key, record in before.items():
        if key not in after:
            had[key[:2] + key[3:]].add(record.value)
    added = [key for key in after if key not in before and key[:2] + key[3:] in had]
    same = [key for key in added if after[key].value in had[key[:2] + key[3:]]]
    is_known_issue = len(same) == len(added) if len(added) < MASS_REVISION_COUNT else len(same) * 2 > len(added)
    if len(same) < FEW or not is_known_issue:
        return []
    message = f"{len(same)} of {len(added)} figures are the old ones under another date: {_places(same)}"
    return [Finding("only_period_changed", False, message)]


# --- what stands elsewhere --------------------------------------------------------------------------------------------


def _shifted_columns(
    changed: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]
) -> list[Finding]:
    """Columns whose figures are, region by region, the old figures of another column."""
    columns: dict[tuple[str, str | None, bool], list[_Key]] = defaultdict(list)
    for key in changed:
        columns[key[1], key[2], key[4]].append(key)
    old_by_region: dict[tuple[str | None, bool], dict[tuple[str, str | None], Decimal]] = defaultdict(dict)
    for key, record in before.items():
        old_by_region[key[0], key[4]][key[1], key[2]] = record.value
    findings = []
    for (measure, period, is_percentage), keys in columns.items():
        hits: Counter[tuple[str, str | None]] = Counter()
        for key in keys:
            for place, value in old_by_region[key[0], is_percentage].items():
                if place != (measure, period) and value == after[key].value:
                    hits[place] += 1
        if hits:
            (place, count) = hits.most_common(1)[0]
            if count >= FEW and count > SHIFT_SHARE * len(keys):
                where = " ".join(part for part in place if part)
                message = f"{measure} {period or ''} now holds the figures of {where} in {count} of {len(keys)} rows"
                findings.append(Finding("columns_shifted", False, message))
    return findings


def _moved_along_the_row(
    changed: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]
) -> list[Finding]:
    """Regions most of whose changed figures are old ones of the same region, under another label or another period."""
    rows: dict[str | None, list[_Key]] = defaultdict(list)
    for key in changed:
        rows[key[0]].append(key)
    had: dict[str | None, set[Decimal]] = defaultdict(set)
    for key, record in before.items():
        had[key[0]].add(record.value)
    moved = []
    for region, keys in rows.items():
        count = sum(after[key].value in had[region] and abs(after[key].value) >= MEMORABLE for key in keys)
        if count >= FEW and count * 2 > len(keys):
            moved.append(f"{region or 'no region'} in {count} of {len(keys)} places")
    if not moved:
        return []
    return [Finding("figures_moved", False, f"old figures of the same row stand in other places: {_list(moved)}")]


def _swapped_rows(
    changed: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]
) -> list[Finding]:
    """Regions whose new figures are, column by column, the old figures of another region."""
    rows: dict[str | None, list[_Key]] = defaultdict(list)
    for key in changed:
        rows[key[0]].append(key)
    holders: dict[tuple[str, str | None, str | None, bool, Decimal], list[str | None]] = defaultdict(list)
    for key, record in before.items():
        holders[(*key[1:], record.value)].append(key[0])
    swapped: list[str] = []
    for region, keys in rows.items():
        hits: Counter[str | None] = Counter()
        for key in keys:
            hits.update(other for other in holders[(*key[1:], after[key].value)] if other != region)
        if hits:
            other, count = hits.most_common(1)[0]
            if count * 2 > len(keys) and (count >= 2 or len(keys) == 1) and after[keys[0]].value >= MEMORABLE:
                swapped.append(f"{region} has those of {other}")
    if len(swapped) < 2:
        return []
    return [Finding("rows_swapped", False, f"figures stand under other regions: {_list(swapped)}")]


def _scaled(changed: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]) -> list[Finding]:
    """Columns in which most figures changed by a power of ten: another unit, or a lost decimal point."""
    columns: dict[tuple[str, str | None], Counter[int]] = defaultdict(Counter)
    sizes: Counter[tuple[str, str | None]] = Counter()
    for key in changed:
        old, new = before[key].value, after[key].value
        sizes[key[1], key[2]] += 1
        if old and new and (power := _power_of_ten(new / old)):
            columns[key[1], key[2]][power] += 1
    findings = []
    for (measure, period), powers in columns.items():
        power, count = powers.most_common(1)[0]
        if count >= FEW and count * 2 > sizes[measure, period]:
            message = f"{measure} {period or ''} changed by a factor of 10^{power} in {count} rows"
            findings.append(Finding("scale_changed", False, message))
    return findings


def _power_of_ten(ratio: Decimal) -> int | None:
    for power in (-8, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 8):
        if abs(ratio / (Decimal(10) ** power) - 1) < Decimal("0.005"):
            return power
    return None


# --- how much changed -------------------------------------------------------------------------------------------------


def _lost_digits(changed: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]) -> list[Finding]:
    """Figures that are the old ones without some of their digits in front of the decimal point."""
    eaten = [key for key in changed if _is_eaten(before[key].value_text, after[key].value_text)]
    if not eaten:
        return []
    return [Finding("digits_lost", False, f"digits are gone: {_examples(eaten, before, after)}")]


def _is_eaten(old: str, new: str) -> bool:
    had, has = old.replace(",", "").partition("."), new.replace(",", "").partition(".")
    if len(had[0]) < FEW or len(has[0]) >= len(had[0]) or not has[0] or had[1:] != has[1:]:
        return False
    digits = iter(had[0])
    return all(digit in digits for digit in has[0])


def _large_changes(
    changed: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]
) -> list[Finding]:
    large = [
        key
        for key in changed
        if abs(before[key].value) >= 1
        and max(abs(before[key].value), abs(after[key].value)) >= LARGE_FIGURE
        and _factor(before[key].value, after[key].value) >= LARGE_CHANGE
    ]
    if not large:
        return []
    return [Finding("implausible_change", False, f"{len(large)} figures jumped: {_examples(large, before, after)}")]


def _factor(old: Decimal, new: Decimal) -> Decimal:
    low, high = sorted((abs(old), abs(new)))
    return high / low if low else high


def _mass_revision(
    common: Sequence[_Key], changed: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]
) -> list[Finding]:
    if len(changed) < MASS_REVISION_COUNT or len(changed) <= MASS_REVISION_SHARE * len(common):
        return []
    share = f"{len(changed)} of {len(common)}"
    return [Finding("mass_revision", False, f"{share} figures changed at once: {_examples(changed, before, after)}")]


def _examples(keys: Sequence[_Key], before: Mapping[_Key, Record], after: Mapping[_Key, Record]) -> str:
    return _list(
        [
            f"{key[0] or ''} {key[1]} {key[2] or ''} {before[key].value_text} → {after[key].value_text}".strip()
            for key in keys
        ]
    )


def _places(keys: Sequence[_Key]) -> str:
    return _list([f"{key[0] or ''} {key[1]} {key[2] or ''}".strip() for key in keys])


def _list(items: Sequence[str]) -> str:
    shown = "、".join(items[:SHOWN])
    return f"{shown} and {len(items) - SHOWN} more" if len(items) > SHOWN else shown

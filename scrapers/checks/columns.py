"""Do the columns of one row agree with each other: sums, densities, ranks, percentages, growth, running totals?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from scrapers.checks.order import check_order
from scrapers.checks.plausible import check_figures, check_stocks
from scrapers.checks.running_totals import check_running_totals
from scrapers.checks.trials import Trial
from scrapers.checks.views import ROWS_TELLING, Series, TableView, unit_of_last_digit
from scrapers.records import Finding, PeriodKind, Record
from scrapers.tables.columns import SEPARATOR
from scrapers.tables.words import DENSITY, GAP, GROWTH, LAST_QUARTER, POPULATION, RANK, SAME_PERIOD_LAST_YEAR

_UNIVERSITIES, _INSTITUTES, _COMPANIES, _BODIES = (
    ("大专院校", "高等院校", "高校", "collegesanduniversities", "universitiesandcolleges"),
    ("科研单位", "科研机构", "科研院所", "scientificresearchinstitutions", "scientificresearchinstitutes"),
    ("企业", "工矿企业", "enterprises"),
    ("机关团体", "事业单位", "institutions", "organizations"),
)
_KINDS = (
    ("发明", "发明专利", "invention"),
    ("实用新型", "实用新型专利", "utilitymodel"),
    ("外观设计", "外观设计专利", "design"),
)
_PARTITIONS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("职务", "service"), ("非职务", "non-service")),
    _KINDS,
    (_UNIVERSITIES, _INSTITUTES, _COMPANIES, _BODIES),
    (_UNIVERSITIES, _INSTITUTES, _COMPANIES, _BODIES, ("个人", "individuals")),
)
_APPLICANTS = 2
"""This partition is only complete where individuals are left out: a total above its sum is no contradiction."""
_SERVICE_TOTALS = ("职务总计", "职务小计", "职务")
_KIND_NAMES = frozenset(name for names in _KINDS for name in names)
_TOTALS = (
    "合计",
    "总计",
    "小计",
    "总量",
    "月合计",
    "月累计",
    "当月累计",
    "职务总计",
    "职务小计",
    "total",
    "sub-total",
    "subtotal",
)
_BARE_TOTAL = re.compile(
    r"^(?:当月|当年|本月|本年)?(?:有效)?(?:发明)?(?:专利)?(?:申请|授权|有效|登记)?(?:发明专利|专利)?(?:量|数)?$"
)
_WIDE_TOTAL = re.compile(r"^(?:合计|总计)")
_CLASSES = re.compile(r"类型|类别|分类|^职务/非职务$")
"""Heads of columns that only divide what the table counts: their parts make up its total."""
_SCALE = {"万人": Decimal(1), "人": Decimal(10_000), "万": Decimal(1)}


# --- sums over columns ------------------------------------------------------------------------------------------------


def _sums(view: TableView, trial: Trial, is_cut: bool) -> Iterator[Finding]:
    agreeing: Counter[str] = Counter()
    for partition in range(len(_PARTITIONS)):
        for total, parts in _identities(view, partition):
            yield from _check_sum(view, total, parts, partition, agreeing, trial)
    for total, parts in _service_and_individuals(view):
        yield from _check_sum(view, total, parts, 0, agreeing, trial)
    trial.compare(agreeing.total())
    if not trial.compared:
        trial.cannot("no column is the total of others")
    for identity, rows in agreeing.items():
        yield Finding("sum_over_columns", True, f"{identity} in {rows} rows", view.number)


def _identities(view: TableView, partition: int) -> Iterator[tuple[Series, list[Series]]]:
    """Sets of columns whose labels differ only by the members of a partition, with the column of their total."""
    members = _PARTITIONS[partition]
    counts = [series for series in view.counts if series.is_count]
    by_key = {(_plain_path(series.measure), series.period, series.kind): series for series in counts}
    seen: set[tuple[object, ...]] = set()
    for series in counts:
        path = _plain_path(series.measure)
        for i, word in enumerate(path):
            if word not in members[0]:
                continue
            parts = [_member(by_key, series, path, i, names) for names in members]
            if any(part is None for part in parts):
                continue
            known = [part for part in parts if part is not None]
            total = _total(by_key, series, path, i, counts) or _shown_total(view, known, counts)
            key = (total, tuple(parts))
            if total is not None and key not in seen:
                seen.add(key)
                yield total, known


@lru_cache(maxsize=4096)
def _plain_path(measure: str) -> tuple[str, ...]:
    """Label parts in comparable form: without 其中, English in lower case without spaces."""
    return tuple(p.lower().replace(" ", "") for p in measure.split(SEPARATOR) if p not in ("其中", "#其中"))


def _shown_total(view: TableView, parts: Sequence[Series], counts: Sequence[Series]) -> Series | None:
    """The column that is the sum of the parts in nearly all rows: what its label is, does not matter."""
    for total in counts:
        if total in parts or (total.period, total.kind) != (parts[0].period, parts[0].kind):
            continue
        rows = [(p.value, [view.value(part, region) for part in parts]) for region, p in view.counts[total].items()]
        told = [(whole, sum((v for v in values if v is not None), Decimal(0))) for whole, values in rows if whole > 0]
        agreeing = sum(whole == added for whole, added in told)
        if agreeing >= ROWS_TELLING and agreeing * 5 >= len(told) * 4:
            return total
    return None


_Key = tuple[tuple[str, ...], str | None, PeriodKind | None]


def _member(
    by_key: dict[_Key, Series], series: Series, path: tuple[str, ...], i: int, names: Sequence[str]
) -> Series | None:
    for name in names:
        found = by_key.get(((*path[:i], name, *path[i + 1 :]), series.period, series.kind))
        if found is not None:
            return found
    return None


def _total(
    by_key: dict[_Key, Series], series: Series, path: tuple[str, ...], i: int, counts: Sequence[Series]
) -> Series | None:
    """The column with a total word at that place, or the label without it, or a bare 当月授权量 beside single parts."""
    for name in _TOTALS:
        found = by_key.get(((*path[:i], name, *path[i + 1 :]), series.period, series.kind))
        if found is not None:
            return found
    above = by_key.get(((*path[:i], *path[i + 1 :]), series.period, series.kind))
    if above is not None:
        return above
    if len(path) > 1:
        wide = [s for s in counts if len(s.path) == 1 and _WIDE_TOTAL.match(s.measure)]
        wide = [s for s in wide if (s.period, s.kind) == (series.period, series.kind)]
        return wide[0] if len(wide) == 1 and len(path) == 2 and i == 1 and _CLASSES.search(path[0]) else None
    bare = [s for s in counts if len(s.path) == 1 and _BARE_TOTAL.match(s.measure) and s.measure not in path]
    same = [s for s in bare if (s.period, s.kind) == (series.period, series.kind)]
    same = [s for s in same if s.measure.lower() not in _KIND_NAMES]
    return same[0] if len(same) == 1 else None


def _check_sum(
    view: TableView, total: Series, parts: Sequence[Series], partition: int, agreeing: Counter[str], trial: Trial
) -> Iterator[Finding]:
    findings: list[Finding] = []
    short: list[tuple[str, Record]] = []
    always_above = True
    names = " + ".join(part.measure for part in parts)
    identity = f"{names} = {total.measure}"
    for region, printed in view.counts[total].items():
        values = [view.value(part, region) for part in parts]
        known = [value for value in values if value is not None]
        if not known:
            continue
        difference = sum(known, Decimal(0)) - printed.value
        if difference == 0:
            agreeing[identity] += 1
            continue
        if len(known) < len(parts) and difference < 0:
            short.append((region, printed))
            continue
        always_above = always_above and difference < 0
        text = f"{region}: {names} = {sum(known, Decimal(0))}, {total.measure} says {printed.value_text}"
        close = abs(difference) <= 1
        findings.append(Finding("sum_over_columns", close, text, view.number, printed.row_no, printed.column_no))
    if agreeing[identity] >= ROWS_TELLING and len(short) == 1:
        region, printed = short[0]  # alone among rows that agree: its blank is a lost figure
        text = f"{region}: a blank beside parts that do not make up {total.measure} with {printed.value_text}"
        findings.append(Finding("sum_over_columns", False, text, view.number, printed.row_no, printed.column_no))
    holds_individuals = partition == _APPLICANTS and total.path[-1] not in _SERVICE_TOTALS
    if holds_individuals and always_above and len(findings) * 2 > len(view.counts[total]):
        return  # the total holds more than these applicants: individuals are in it
    trial.compare(len(findings))
    for finding in findings:
        if finding.passed:
            trial.tolerate()
        yield finding


def _service_and_individuals(view: TableView) -> Iterator[tuple[Series, list[Series]]]:
    """职务总计 and 非职务 stand under heads of their own: together they are the whole."""
    counts = [series for series in view.counts if series.is_count]
    service = [s for s in counts if s.path[-1] in _SERVICE_TOTALS[:2] and len(s.path) > 1]
    single = [s for s in counts if s.path[0] == "非职务" and s.path[-1] in ("个人", "非职务总计", "非职务")]
    if len(service) != 1 or len(single) != 1:
        return
    same = [s for s in counts if len(s.path) == 1 and (s.period, s.kind) == (service[0].period, service[0].kind)]
    whole = [s for s in same if _BARE_TOTAL.match(s.measure)]
    whole = [s for s in whole if s.measure not in _KIND_NAMES or len(whole) == 1]
    if len(whole) == 1:
        yield whole[0], [service[0], single[0]]


# --- densities and ranks ----------------------------------------------------------------------------------------------


def _densities(view: TableView, trial: Trial, is_cut: bool) -> Iterator[Finding]:
    """A printed density against the first column of counts over the printed population."""
    densities = [s for s in view.counts if DENSITY.search(s.path[-1]) and not RANK.search(s.path[-1])]
    populations = [s for s in view.counts if POPULATION.search(s.path[-1]) and not DENSITY.search(s.path[-1])]
    counts = [s for s in view.counts if s.is_count and s not in populations]
    if len(densities) != 1 or len(populations) != 1 or not counts:
        trial.cannot("there is not one density beside one population and a count")
        return
    first = min(counts, key=lambda s: min(r.column_no for r in view.counts[s].values()))
    for region, printed in view.counts[densities[0]].items():
        people, count = view.counts[populations[0]].get(region), view.counts[first].get(region)
        if people is None or count is None or people.value == 0:
            continue
        trial.compare()
        scale = _SCALE.get(people.unit_label or "万人", Decimal(1))
        expected = count.value / people.value * scale
        tolerance = unit_of_last_digit(printed.value_text) * Decimal("0.51")
        tolerance += expected * unit_of_last_digit(people.value_text) / 2 / people.value  # the population is rounded
        if abs(expected - printed.value) > tolerance:
            quotient = f"{count.value} / {people.value} = {expected:.4f}"
            text = f"{region}: {quotient}, the printed density is {printed.value_text}"
            yield Finding("printed_density", False, text, view.number, printed.row_no, printed.column_no)


def _ranks(view: TableView, trial: Trial, is_cut: bool) -> Iterator[Finding]:
    for series, ranks in view.counts.items():
        if not RANK.search(series.path[-1]) or len(series.path) < 2:
            continue
        base = SEPARATOR.join(series.path[:-1])
        values = next((v for s, v in view.counts.items() if s.measure == base and s.period == series.period), None)
        if values is None:
            continue
        placed = [(r.value, values[region].value, r) for region, r in ranks.items() if region in values]
        ordered = sorted(placed, key=lambda found: found[:2])
        trial.compare(len(ordered))
        for (_, above, _), (_, below, record) in pairwise(ordered):
            if below > above:
                text = f"{record.region_label} has rank {record.value_text}, and more than the region ranked before it"
                yield Finding("rank_order", False, text, view.number, record.row_no, record.column_no)
        beyond = [record for rank, _, record in ordered if rank > len(ordered)]
        for record in beyond if len(beyond) * 2 < len(ordered) and not is_cut else ():
            text = f"{record.region_label} has rank {record.value_text} among {len(ordered)} regions"
            yield Finding("rank_order", False, text, view.number, record.row_no, record.column_no)
    if not trial.compared:
        trial.cannot("no rank stands beside what it ranks")


# --- percentages and differences --------------------------------------------------------------------------------------


def _percentages(view: TableView, trial: Trial, is_cut: bool) -> Iterator[Finding]:
    """A row of percentages against its counts: each column over the one that is 100 %."""
    for region in view.regions:
        shares = {s: by[region] for s, by in view.percentages.items() if region in by}
        for series, printed in shares.items():
            whole = next((s for s, r in shares.items() if r.value == 100 and _are_siblings(s, series)), None)
            count, base = view.value(series, region), view.value(whole, region) if whole else None
            if count is None or not base:
                continue
            trial.compare()
            expected = count / base * 100
            if abs(expected - printed.value) > Decimal("0.1"):
                text = (
                    f"{region}: {count} of {base} is {expected:.2f} %, the row of percentages says {printed.value_text}"
                )
                yield Finding("percentages_of_counts", False, text, view.number, printed.row_no, printed.column_no)
    if not trial.compared:
        trial.cannot("there is no row of percentages under counts")


def _are_siblings(a: Series, b: Series) -> bool:
    return a.path[:-1] == b.path[:-1] and (a.period, a.kind) == (b.period, b.kind)


def _differences(view: TableView, trial: Trial, is_cut: bool) -> Iterator[Finding]:
    """Printed growth and gaps against the two columns that they compare, where both are printed."""
    counts = list(view.counts)
    for series in counts:
        leaf = series.path[-1]
        if not (GROWTH.search(leaf) or GAP.search(leaf)):
            continue
        now, then = _compared(view, counts, series)
        if now is None or then is None:
            continue
        for region, printed in view.counts[series].items():
            a, b = view.value(now, region), view.value(then, region)
            if a is None or b is None or b == 0:
                continue
            trial.compare()
            is_rate = printed.unit_label == "%"
            expected = (a / b - 1) * 100 if is_rate else a - b
            tolerance = max(unit_of_last_digit(printed.value_text), Decimal("0.1")) if is_rate else Decimal(1)
            if abs(expected - printed.value) > tolerance:
                text = f"{region}: {a} against {b} is {expected:.2f}, {series.measure} says {printed.value_text}"
                yield Finding("growth_of_counts", False, text, view.number, printed.row_no, printed.column_no)
    if not trial.compared:
        trial.cannot("no growth stands beside both of its periods")


def _compared(view: TableView, counts: Sequence[Series], series: Series) -> tuple[Series | None, Series | None]:
    """The column that grew and the column of the earlier period beside it, where the labels leave no doubt."""
    above = SEPARATOR.join(series.path[:-1])
    bases = [s for s in counts if s.measure == above]
    parent = series.path[:-2]
    word = re.sub(r"同比增长|增长率|增幅|增速|增长量", "", series.path[-1])
    if word or not bases:
        parent = series.path[:-1]
        bases = [s for s in counts if word and s.path in ((*parent, f"{word}累计"), (*parent, word))]
        if named := [s for s in counts if word and s.path in ((*parent, f"去年{word}"), (*parent, f"上年{word}"))]:
            return (bases[0], named[0]) if len(bases) == 1 else (None, None)
    earlier = [
        s
        for s in counts
        if s.path[:-1] == parent and (SAME_PERIOD_LAST_YEAR.search(s.path[-1]) or LAST_QUARTER.search(s.path[-1]))
    ]
    if len(bases) != 1 or len(earlier) != 1:
        return None, None
    between = range(_column(view, bases[0]) + 1, _column(view, earlier[0]))
    if any(s.is_count and _column(view, s) in between for s in counts):
        return None, None  # the earlier period is that of another column
    return bases[0], earlier[0]


def _column(view: TableView, series: Series) -> int:
    return min(record.column_no for record in view.counts[series].values())


Check = Callable[[TableView, Trial, bool], Iterable[Finding]]
"""A check within the rows of one table; the flag is true where rows of it are missing."""
COLUMN_CHECKS: Mapping[str, Check] = {
    "figures_plausible": check_figures,
    "stock_below_flow": check_stocks,
    "sum_over_columns": _sums,
    "printed_density": _densities,
    "percentages_of_counts": _percentages,
    "growth_of_counts": _differences,
    "running_total_falls": check_running_totals,
    "rank_order": _ranks,
    "usual_order": check_order,
}
"""By name. Each kind of disagreement is reported once per row where it stands."""

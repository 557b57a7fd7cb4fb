"""Is a city that is listed again beside its province smaller than it? Labels on the wrong rows show here first."""

from __future__ import annotations

from decimal import Decimal

from scrapers.checks.views import TableView
from scrapers.records import Finding, Record
from scrapers.tables.names import RowKind, national_row, places_within, row_kind


def check_cities(view: TableView) -> list[Finding]:
    """One finding per count of a listed city (or the 兵团) that exceeds the count of the province that contains it.

    Needs no total, so that it also judges a table that is cut off. Growth, shares and ranks are not compared.
    """
    rows = {found.name: region for region in view.regions if (found := national_row(region)) is not None}
    findings = []
    for city in (region for region in view.regions if row_kind(region) is RowKind.LISTED_AGAIN):
        known = national_row(city)
        province = rows.get(known.within) if known and known.within else None
        if province is None:
            continue
        for series in view.counts:
            part, whole = view.value(series, city), view.value(series, province)
            if series.is_count and part is not None and whole is not None and part > whole:
                record = view.counts[series][city]
                message = f"{series}: {city} has {part}, more than its province {province} ({whole})"
                findings.append(
                    Finding("city_over_province", False, message, view.number, record.row_no, record.column_no)
                )
    return [*findings, *_places(view), *_inside_cities(view)]


def _places(view: TableView) -> list[Finding]:
    """Places below their provinces must not add up to more than these; where nearly all add up exactly, to no less."""
    by_province: dict[str, list[str]] = {}
    for place, above in places_within(view.regions).items():
        by_province.setdefault(view.regions[above], []).append(view.regions[place])
    differences: list[tuple[Decimal, str, Record]] = []
    for province, places in by_province.items():
        for series, by_region in view.counts.items():
            if province not in by_region or not series.is_count:
                continue
            whole = by_region[province]
            parts = sum((by_region[p].value for p in places if p in by_region), Decimal(0))
            text = f"{series}: the {len(places)} places of {province} add up to {parts}, not {whole.value}"
            differences.append((parts - whole.value, text, whole))
    return _unequal(view, differences, may_fall_short=True)


def _inside_cities(view: TableView) -> list[Finding]:
    """市本级 is the sum of the districts below it, and the city that of 市本级 and its counties."""
    differences: list[tuple[Decimal, str, Record]] = []
    for begin, core in enumerate(view.regions):
        city = core.removesuffix("市本级").removesuffix("本级")
        if city == core or city not in view.regions[begin:]:
            continue
        inner = view.regions[begin + 1 : view.regions.index(city, begin)]
        districts = [place for place in inner if place.endswith("区")]
        for series, by_region in view.counts.items():
            for whole, parts in ((core, districts), (city, [core, *(p for p in inner if p not in districts)])):
                if whole in by_region and parts and series.is_count:
                    added = sum((by_region[p].value for p in parts if p in by_region), Decimal(0))
                    text = f"{series}: {len(parts)} rows of {whole} add up to {added}, not {by_region[whole].value}"
                    differences.append((added - by_region[whole].value, text, by_region[whole]))
    return _unequal(view, differences, may_fall_short=False)


def _unequal(view: TableView, differences: list[tuple[Decimal, str, Record]], *, may_fall_short: bool) -> list[Finding]:
    """Findings for sums that are off where nearly all are exact, and else, where asked for, for those that exceed."""
    exact = sum(difference == 0 for difference, _, _ in differences) * 5 >= len(differences) * 4
    return [
        Finding("city_over_province", False, text, view.number, whole.row_no, whole.column_no)
        for difference, text, whole in differences
        if (exact and difference != 0) or (may_fall_short and difference > 0)
    ]

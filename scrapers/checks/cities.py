"""Is a city that is listed again beside its province smaller than it? Labels on the wrong rows show here first."""

from __future__ import annotations

from scrapers.checks.trials import Trial
from scrapers.checks.views import TableView
from scrapers.records import Finding
from scrapers.tables.names import RowKind, national_row, row_kind


def check_cities(view: TableView, trial: Trial) -> list[Finding]:
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
            if not series.is_count or part is None or whole is None:
                continue
            trial.compare()
            if part > whole:
                record = view.counts[series][city]
                message = f"{series}: {city} has {part}, more than its province {province} ({whole})"
                findings.append(
                    Finding("city_over_province", False, message, view.number, record.row_no, record.column_no)
                )
    if not trial.compared:
        trial.cannot("no city stands beside its province")
    return findings

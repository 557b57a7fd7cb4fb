"""What tests of made tables share: cells that span, rows of markup, kinds of periods, and a page as it is read."""

from __future__ import annotations

from scrapers.checks import check_page
from scrapers.parsers.region_table import RegionTableParser
from scrapers.records import Page, Parsed, PeriodKind

MONTH, TO_DATE, YEAR, STOCK, CUMULATIVE = (
    PeriodKind.MONTH,
    PeriodKind.YEAR_TO_DATE,
    PeriodKind.YEAR,
    PeriodKind.POINT_IN_TIME,
    PeriodKind.CUMULATIVE,
)


def span(text: str, columns: int = 1, rows: int = 1) -> str:
    return f'<td colspan="{columns}" rowspan="{rows}">{text}</td>'


def row(*cells_: str) -> str:
    return "<tr>" + "".join(c if c.startswith("<td") else f"<td>{c}</td>" for c in cells_) + "</tr>"


def read(page: Page) -> Parsed:
    return check_page(RegionTableParser().parse(page))


def failed(parsed: Parsed) -> set[str]:
    return {finding.check for finding in parsed.findings if not finding.passed}

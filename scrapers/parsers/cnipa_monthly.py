"""Monthly tables of the patent office on its Chinese and English sites, until they became one PDF (PAGE_FORMATS 2).

The shared reader explains the layouts. What this family insists on: the figures are of the month (or year) that the
address names, so that a table kept under another month is not believed, and a table by region has its total.
"""

from __future__ import annotations

import re
from datetime import date

from scrapers.grid import HtmlContent
from scrapers.parsers.region_table import FIGURE_CELL, RegionTableParser, has_at_least, safe_text, without_total
from scrapers.periods import last_day
from scrapers.records import Finding, Page
from scrapers.tables.model import Table
from scrapers.tables.names import RowKind, row_kind

_HOST = r"^https?://(?:www|english)\.(?:cnipa|sipo)\.gov\.cn/"
_ENGLISH = re.compile(_HOST + r"(?:transfer/)?statistics/(?P<year>20\d\d)s?/(?:(?P=year))?(?P<month>1[0-2]|[1-9])/")
_CHINESE = re.compile(_HOST + r"tjxx/zltj/\w+/(?:yuebao)?(?P<year>(?:19|20)\d\d)/")
_ANY = re.compile(_HOST + r"(?:(?:transfer/)?statistics/|tjxx/zltj/)")
MINIMUM_REGIONS = 10
"""With as many rows of provinces the table is one by region, which has a total."""


class CnipaMonthlyParser(RegionTableParser):
    """Domestic and foreign by service and non-service, or the country by region, for one month."""

    name = "cnipa_monthly"
    version = "1"

    def fits(self, page: Page) -> float:
        return 1.0 if _ANY.search(page.url) and has_at_least(FIGURE_CELL, safe_text(page), 6) else 0.0

    def examine(self, page: Page, content: HtmlContent, tables: list[Table]) -> list[Finding]:
        ends = [last_day(r.period) for table in tables for r in table.records if r.period]
        findings = [_of_another_month(page.url, max(ends))] if ends else []
        provinces = {r.region_label for t in tables for r in t.records if row_kind(r.region_label or "") in _REGIONS}
        return [*filter(None, findings), *(without_total(tables) if len(provinces) >= MINIMUM_REGIONS else [])]


_REGIONS = (RowKind.PROVINCE, RowKind.OUTSIDE)


def _of_another_month(url: str, newest: date) -> Finding | None:
    """A finding where the address names another month (English) or year (Chinese) than that of the newest figures."""
    asked = _ENGLISH.search(url) or _CHINESE.search(url)
    if asked is None:
        return None
    year, month = int(asked["year"]), int(asked.groupdict().get("month") or newest.month)
    if (year, month) == (newest.year, newest.month):
        return None
    message = f"the address is of {asked.group().rstrip('/').rpartition('/')[2]}, the newest figures of {newest:%Y-%m}"
    return Finding("period_conflict", False, message)

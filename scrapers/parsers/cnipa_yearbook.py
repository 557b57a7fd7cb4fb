"""Tables of the patent office's statistical yearbook, 2003 to today, Chinese and English (PAGE_FORMATS section 1).

The layouts differ by year in nearly everything; all of it is found by the shared reader. What this family adds: a page
must belong to the yearbook that its address and its heading name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scrapers.grid import HtmlContent
from scrapers.parsers.region_table import RegionTableParser, safe_text, without_total
from scrapers.periods import bare_years, last_day
from scrapers.records import Finding, Page, Refusal
from scrapers.tables.model import Table

_ADDRESS = re.compile(r"/jianbao/year(?P<year>\d{4})/(?P<chapter>[a-z])/(?P=chapter)\d+\.")
_HEADING = re.compile(
    r"(?:专利|知识产权)统计年[报鉴]|intellectual property statistical (?:yearbook|annual report)", re.IGNORECASE
)

_HEAD = 6000


class CnipaYearbookParser(RegionTableParser):
    """One table a page; the yearbook's year is that of the newest figures."""

    name = "cnipa_yearbook"
    version = "2"

    def fits(self, page: Page) -> float:
        if _ADDRESS.search(page.url):
            return 1.0
        text = safe_text(page)[:_HEAD]
        if "统计年" not in text and "tatistical" not in text:
            return 0.0
        return 0.9 if _HEADING.search(text) and "<t" in text.lower() else 0.0

    def examine(self, page: Page, content: HtmlContent, tables: list[Table]) -> list[Finding]:
        newest = max((last_day(r.period).year for t in tables for r in t.records if r.period), default=None)
        if newest is None:
            raise Refusal("period_unknown", "the table does not say for which year it counts")
        headings = [text for text in (content.title, *(line.text for line in content.lines)) if _HEADING.search(text)]
        headings += [grid.text(0, 0) for grid in content.grids if grid.width and _HEADING.search(grid.text(0, 0))]
        named = [year for text in headings for year in bare_years(text)]
        asked = _ADDRESS.search(page.url)
        issue = int(asked["year"]) if asked else named[0] if named else newest
        if asked and named and issue not in named:
            raise Refusal(
                "not_what_was_asked", f"the address is of the yearbook {issue}, the page is headed yearbook {named[0]}"
            )
        if newest == issue or (newest < issue and named and _dates_itself(tables, newest)):
            return without_total(tables)
        if asked and not named:
            raise Refusal(
                "not_what_was_asked", f"the address is of the yearbook {issue}, the newest figures are of {newest}"
            )
        message = f"the page is headed yearbook {issue}, the newest figures are of {newest}"
        return [Finding("yearbook_year", False, message), *without_total(tables)]


def _dates_itself(tables: Sequence[Table], year: int) -> bool:
    """True where a title or a header names the year: figures of other offices appear a year or two later."""
    return any(
        year in bare_years(table.caption.title or "") or str(year) in {r.period_label for r in table.records}
        for table in tables
    )

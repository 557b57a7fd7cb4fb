"""Files and interface answers of open-data portals: rows that name region, period, measure (PAGE_FORMATS section 7)."""

from __future__ import annotations

from scrapers.grid import HtmlContent, Line
from scrapers.parsers.region_table import RegionTableParser, safe_text
from scrapers.records import Finding, Page, Refusal
from scrapers.tables.flat_rows import flat_tables, is_flat
from scrapers.tables.header import holds_figures
from scrapers.tables.model import Table
from scrapers.tables.pdf import is_pdf
from scrapers.tables.sources import content_of, is_html, is_spreadsheet
from scrapers.tables.xml_sheets import is_xml_sheet


class OpenDataParser(RegionTableParser):
    """JSON, CSV and spreadsheets whose rows say for themselves of where and when they speak."""

    name = "open_data"
    version = "2"

    def fits(self, page: Page) -> float:
        """0.9 for JSON that holds rows, 0.8 for other flat tables, 0 for anything else."""
        if is_pdf(page.body):
            return 0.0
        if not is_spreadsheet(page.body):
            text = safe_text(page)
            if not text or (is_html(text) and not is_xml_sheet(text)):
                return 0.0
            is_json = text.lstrip()[:1] in ("{", "[")
        else:
            is_json = False
        try:
            grids = content_of(page).grids
        except Refusal:
            return 0.0
        if is_json:
            return 0.9 if grids else 0.0
        return 0.8 if grids and all(is_flat(grid) for grid in grids) else 0.0

    def content(self, page: Page) -> HtmlContent:
        return flat_tables(super().content(page))

    def examine(self, page: Page, content: HtmlContent, tables: list[Table]) -> list[Finding]:
        """A finding for every period with so few figures that its part is taken for no table: they are not read."""
        findings: list[Finding] = []
        period = ""
        for item in content.items:
            if isinstance(item, Line):
                period = item.text
            elif item.height > 1 and not holds_figures(item):
                message = f"too_few_figures: {period or 'a table'} of {item.height - 1} rows was not read"
                findings.append(Finding("table_not_read", False, message))
        return findings

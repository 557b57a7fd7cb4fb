"""Files exported from the national statistics database: CSV and XLS, regions by years (PAGE_FORMATS section 4).

Some exports lack the line that names the indicator. Then what is known of the file from outside must name it, with its
unit; a column of figures without a name is refused.
"""

from __future__ import annotations

import re

from scrapers.grid import HtmlContent
from scrapers.parsers.region_table import RegionTableParser, safe_text
from scrapers.records import Finding, Page, Parsed, Refusal
from scrapers.tables.labels import compact, subject_of
from scrapers.tables.model import Table
from scrapers.tables.sources import content_of, is_html, is_spreadsheet

_HEAD = re.compile(r"^\s*\"?(?:数据库|指标|时间|地区)\s*(?:[:：]|\"?\s*[,\t])")
_YEARS = re.compile(r"^(?:地区|指标)\s*(?:,|\t)\s*(?:\d{4}年|\d{4}年\d{1,2}月|\d{4}年第[一二三四]季度)", re.MULTILINE)
_SOURCE = re.compile(r"数据来源\s*[:：]\s*国家统计局")
_NAMED = re.compile(r">\s*(?:数据库|指标)\s*[:：]")
_INDICATOR = re.compile(r"^指标\s*[:：]\s*(.+)$")


class NbsExportParser(RegionTableParser):
    """One table a file: regions (or indicators of one region) by years, quarters or months."""

    name = "nbs_export"
    version = "2"

    def fits(self, page: Page) -> float:
        text = "" if is_spreadsheet(page.body) else safe_text(page)
        tail = text[-400:]
        if not text or is_html(text):  # of a page only one that says that it is an export is looked at more closely
            if text and not ("国家统计局" in text and _NAMED.search(text)):
                return 0.0
            try:
                grids = content_of(page).grids
            except Refusal:
                return 0.0
            text = "\n".join(",".join(cell.text for cell in row if cell.text) for g in grids[:1] for row in g.cells[:8])
            tail = "\n".join(row[0].text for g in grids[:1] for row in g.cells[-6:] if row)
        strong = bool(_HEAD.match(text)) and (bool(_YEARS.search(text)) or bool(_SOURCE.search(tail)))
        return 0.95 if strong else 0.0

    def parse(self, page: Page) -> Parsed:
        """Records of the file. Raises Refusal `indicator_unknown`, `unit_unknown`, `not_what_was_asked`."""
        try:
            return super().parse(page)
        except Refusal as refusal:
            if refusal.code != "subject_unknown":
                raise
            message = "neither the file nor what is known of it names the indicator"
            raise Refusal("indicator_unknown", message) from refusal

    def examine(self, page: Page, content: HtmlContent, tables: list[Table]) -> list[Finding]:
        table = tables[0]
        printed = [m[1] for row in content.grids[0].cells if row and (m := _INDICATOR.match(row[0].text))]
        outside = subject_of(page.knowledge.title) if page.knowledge.title else None
        if printed and outside and compact(subject_of(printed[0]) or "") != compact(outside):
            raise Refusal(
                "not_what_was_asked", f"the file holds {printed[0]!r}, asked for was {page.knowledge.title!r}"
            )
        rows_are_indicators = any(r.measure_label != table.records[0].measure_label for r in table.records)
        without_unit = [r for r in table.records if r.unit_label is None]
        if without_unit and not rows_are_indicators:
            raise Refusal("unit_unknown", f"nothing says in which unit {without_unit[0].measure_label} is counted")
        return []

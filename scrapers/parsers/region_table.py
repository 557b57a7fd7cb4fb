"""Any page whose figures stand in tables: the shared table reader by itself, and the base of the table families."""

from __future__ import annotations

import re

from scrapers.copies import plain
from scrapers.grid import HtmlContent
from scrapers.records import Finding, Page, Parsed, Refusal, Verdict
from scrapers.tables.header import holds_figures
from scrapers.tables.model import Table
from scrapers.tables.names import RowKind, row_kind
from scrapers.tables.pdf import is_pdf
from scrapers.tables.reader import read_page
from scrapers.tables.sources import content_of, decoded_text, is_html, is_spreadsheet
from scrapers.tables.xml_sheets import is_xml_sheet

_SPACE = r"(?:\s|&nbsp;|&#160;)*"
FIGURE_CELL = re.compile(rf"<[tT][dhDH]\b[^<>]*>{_SPACE}(?:<[^<>]+>{_SPACE}){{0,30}}+-?[\d,.]++[%％]?{_SPACE}<")
_FIGURE_PARAGRAPH = re.compile(
    r"<(?:p|li|div|br)\b[^<>]*>\s*+(?:<[^<>]+>\s*+){0,30}+-?[\d,.]++[%％]?\s*<", re.IGNORECASE
)
_FIGURE_LINE = re.compile(
    r"<(?:p|li|div|br)\b[^>]*>[^<\d]{1,20}(?:[\s|｜]+-?[\d,.]+[%％]?){3,}\s*[|｜]?\s*<", re.IGNORECASE
)
_DELIMITED_FIGURES = re.compile(r"[,\t;]\s*-?\d[\d.]*\s*(?=[,\t;\r\n])")
FEW_SENTENCES = 3
"""Notes below a table have as many; an article with a table has more."""
MANY_FIGURES = 40


class RegionTableParser:
    """Reads what the shared reader explains. Families differ in how they know their pages and what they insist on."""

    name = "region_table"
    version = "3"

    def fits(self, page: Page) -> float:
        """0.9 for HTML tables of figures and hardly a sentence, 0.6 for tables beside text, 0.35 to 0.55 for others."""
        if is_spreadsheet(page.body):
            return 0.55
        if is_pdf(page.body):
            return _fit_of_pdf(page)
        text = safe_text(page)
        if is_xml_sheet(text):
            return 0.55
        if not is_html(text):
            figures = has_at_least(_DELIMITED_FIGURES, text, 20), has_at_least(_DELIMITED_FIGURES, text, 6)
            return 0.55 if figures[0] else 0.35 if figures[1] else 0.0
        if has_at_least(FIGURE_CELL, text, 6):
            alone = text.count("。") <= FEW_SENTENCES and has_at_least(FIGURE_CELL, text, MANY_FIGURES)
            return 0.9 if alone else 0.6
        return 0.5 if has_at_least(_FIGURE_PARAGRAPH, text, 30) or has_at_least(_FIGURE_LINE, text, 5) else 0.0

    def parse(self, page: Page) -> Parsed:
        """Records of every table on the page. Raises Refusal, see `scrapers.tables.reader.read_page`."""
        content = self.content(page)
        tables = read_page(content, page.knowledge)
        extra = self.examine(page, content, tables)
        is_cut = content.is_cut or page.knowledge.truncated is True
        unnamed = [f"table {t.number}" for t in tables if t.caption.months_not_named]
        findings = [finding for table in tables for finding in table.findings] + extra
        undated = [f"table {t.number}" for t in tables if any(r.period is None for r in t.records)]
        for problem, places in (("does not name its month", unnamed), ("is not dated", undated)):
            if places:
                findings.append(Finding("period_not_stated", False, f"the table {problem} ({', '.join(places)})"))
        return Parsed(
            records=[record for table in tables for record in table.records],
            verdict=Verdict.INCOMPLETE if is_cut else Verdict.ACCEPTED,
            reason="cut_off" if is_cut else None,
            findings=findings,
            leftovers=[text for table in tables for text in table.leftovers],
            layout={
                "tables": [table.shape for table in tables],
                "is_cut": is_cut,
                "identity": " | ".join(str(t.caption.subject or t.caption.title or "") for t in tables),
            },
        )

    def content(self, page: Page) -> HtmlContent:
        """Lines and grids of the page. Raises Refusal, see `scrapers.tables.sources.content_of`."""
        return content_of(page)

    def examine(self, page: Page, content: HtmlContent, tables: list[Table]) -> list[Finding]:
        """What a family insists on beyond the reader. Raises Refusal; returns findings of its own."""
        return []


def _fit_of_pdf(page: Page) -> float:
    """0.55 for a PDF with a ruled table of figures, 0 for one of prose; 0.5 where `parse` is to refuse it."""
    try:
        grids = content_of(page).grids
    except Refusal:
        return 0.5
    return 0.55 if any(holds_figures(grid) for grid in grids) else 0.0


def without_total(tables: list[Table]) -> list[Finding]:
    """For families whose tables have a total row: a finding for each table that lost it."""
    return [
        Finding("total_missing", False, "the row of the total is missing", table.number)
        for table in tables
        if not any(row_kind(r.region_label or "") is RowKind.TOTAL for r in table.records)
    ]


def safe_text(page: Page) -> str:
    """The decoded page as the reader sees it, or an empty text where it cannot be decoded (parsing then says why)."""
    try:
        return plain(decoded_text(page))
    except Refusal:
        return ""


def has_at_least(pattern: re.Pattern[str], text: str, count: int) -> bool:
    """True where a pattern is found `count` times; stops looking there."""
    matches = pattern.finditer(text)
    return all(next(matches, None) is not None for _ in range(count))

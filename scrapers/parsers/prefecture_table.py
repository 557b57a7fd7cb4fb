"""Monthly tables of one province by prefecture, such as patents in force and patent grants (PAGE_FORMATS section 5).

In tables of grants only 当年 is cumulative and every other column is the month; in tables of patents in force every
column is the state at the end of the month. The shared reader reads that from the words; this family insists on the
month, on rows of prefectures, and on a page that was not published before its month was over.
"""

from __future__ import annotations

import re

from scrapers.grid import HtmlContent
from scrapers.parsers.region_table import RegionTableParser, safe_text, without_total
from scrapers.periods import last_day
from scrapers.records import Finding, Page, PeriodKind, Refusal
from scrapers.tables.model import Table
from scrapers.tables.names import RowKind, row_kind

_TITLE = re.compile(
    r"\d{4}\s*年\s*(?:1\s*[-—–至]\s*)?\d{1,2}\s*月\S{0,3}\s*[\u4e00-\u9fff]{2,8}(?:省|自治区)[\u4e00-\u9fff、\s]{0,20}"
    r"(?:专利|商标|发明)[\u4e00-\u9fff、\s]{0,20}(?:统计|情况|状况)[\u4e00-\u9fff]{0,4}表?"
)
_HEAD = 8000


class PrefectureTableParser(RegionTableParser):
    """Prefectures of one province, 其他 and the province's total."""

    name = "prefecture_table"
    version = "2"

    def fits(self, page: Page) -> float:
        text = safe_text(page)
        known = f"{page.knowledge.title or ''} {text[:_HEAD]}"
        if "年" not in known or ("省" not in known and "自治区" not in known):
            return 0.0
        return 0.9 if _TITLE.search(known) and re.search(r"地\s*区", text) else 0.0

    def examine(self, page: Page, content: HtmlContent, tables: list[Table]) -> list[Finding]:
        records = [record for table in tables for record in table.records]
        months = [r for r in records if r.period and (len(r.period) > 4 or r.period_kind is PeriodKind.YEAR)]
        if len(months) < len(records):
            raise Refusal("period_unknown", "the page does not say which month its figures are of")
        provinces = {r.region_label for r in records if row_kind(r.region_label or "") is RowKind.PROVINCE}
        if len(provinces) > 3:
            raise Refusal("unknown_layout", "the rows are provinces, not the prefectures of one")
        published = tables[0].caption.published_on
        newest = max(last_day(r.period) for r in months if r.period)
        if published is not None and published < newest.replace(day=1):
            message = f"published on {published}, before the month of its figures ({newest:%Y-%m}) began"
            return [Finding("published_before_period", False, message), *without_total(tables)]
        return without_total(tables)

"""Bulletins and news: the statistics that a text states, and the tables that stand between its paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from scrapers.prose.article import ArticleReading, read_article
from scrapers.prose.recording import record_of
from scrapers.records import Finding, Page, Parsed, Record, Refusal, Verdict
from scrapers.stretches import kinds, without
from scrapers.tables.header import holds_figures
from scrapers.tables.pdf import is_pdf, pdf_paragraphs, read_pdf
from scrapers.tables.reader import read_page
from scrapers.tables.sources import content_of, decoded_text
from scrapers.visible import VisibleText, looks_like_html, visible_text

_SAMPLE = 300_000
_FIGURE = r"\d[\d.,]*\s*(?:余|多)?\s*(?:%|％|‰|(?:万|亿)?\s*(?:件|项|家|个|户|人|元|起|分|次|名|宗))"
_FIGURE_SENTENCE = re.compile(rf"[\u4e00-\u9fff][^。<>]{{0,120}}?{_FIGURE}[^。<>]{{0,300}}[。；;]")
_FIGURE_CELL = re.compile(r"<t[dh]\b[^<>]*>\s*+(?:<[^<>]+>\s*+){0,30}+-?[\d,.]++[%％]?\s*<", re.IGNORECASE)
_TABLE = kinds("table")
_INLINE = re.compile(r"</?(?:a|b|strong|span|font|em|i|u|sup|sub)\b[^<>]*>", re.IGNORECASE)
_SENTENCE = re.compile(r"[\u4e00-\u9fff][^<>]{12,}。")
_INTENT = re.compile(r"力争|到\s*20\d\d\s*年|(?:责任|牵头)单位|指导思想|主要任务|保障措施|发展目标")
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "万亿": Decimal(10) ** 12}


class ProseParser:
    """Reads sentences. A page that states nothing gives no records and is accepted: an event is no statistic."""

    name = "prose"
    version = "4"

    def fits(self, page: Page) -> float:
        """0.58 for text that states figures, 0.65 where it stands around a table, 0.4 for text without figures."""
        if page.body.startswith(_BINARY):
            return 0.0
        try:
            text = _text_of(page)[:_SAMPLE]
        except Refusal:
            return 0.0
        if text.lstrip()[:1] in ("{", "["):
            return 0.0
        has_table = _has(_FIGURE_CELL, text, 6)
        prose = _INLINE.sub("", without(text, *_TABLE, " ") if has_table else text)
        states = _has(_FIGURE_SENTENCE, prose, 1)
        if has_table:
            return 0.65 if states else 0.05
        if not states:
            return 0.4 if _has(_SENTENCE, prose, 1) else 0.0
        return 0.2 if _has(_INTENT, prose, 6) else 0.58

    def parse(self, page: Page) -> Parsed:
        """Records of the page: table 0 for its sentences, 1, 2, … for its tables.

        Raises Refusal `undecodable`, and `no_text` where nothing on the page can be read.
        """
        decoded = _text_of(page)
        visible = visible_text(decoded, not is_pdf(page.body) and looks_like_html(decoded))
        if is_pdf(page.body) and (visible.title or "").endswith(("。", "；", "，")):
            visible = replace(visible, title=None)  # the first line of a PDF need not be its headline
        if not visible.paragraphs:
            raise Refusal("no_text", "the page shows no text")
        reading = read_article(visible, page.knowledge)
        published = reading.published.exact if reading.published else None
        records = [record_of(statement, visible, visible.title, published) for statement in reading.statements]
        findings = _repeated(records)
        contradicts = any(not finding.passed for finding in findings)
        leftovers = list(reading.leftovers)
        shapes: list[object] = []
        if is_pdf(page.body) or any(paragraph.in_data_table for paragraph in visible.paragraphs):
            self._read_tables(page, records, findings, leftovers, shapes)
        lost = is_pdf(page.body) and bool(read_pdf(page.body).pages_without_text)
        cut = lost or page.knowledge.truncated is True
        verdict = Verdict.CONTRADICTORY if contradicts else Verdict.INCOMPLETE if cut else Verdict.ACCEPTED
        reason = "repeated_statistic" if contradicts else "cut_off" if cut else None
        return Parsed(records, verdict, reason, findings, leftovers, _layout(reading, visible, shapes))

    def _read_tables(
        self, page: Page, records: list[Record], findings: list[Finding], leftovers: list[str], shapes: list[object]
    ) -> None:
        try:
            content = content_of(page)
            if is_pdf(page.body) and not any(holds_figures(grid) for grid in content.grids):
                return
            tables = read_page(content, page.knowledge)
        except Refusal as error:
            findings.append(Finding("table_not_read", False, f"{error.code}: {error}"))
            return
        for table in tables:
            records += table.records
            findings += table.findings
            leftovers += table.leftovers
            shapes.append(table.shape)


def _text_of(page: Page) -> str:
    """The page as text, decoded; of a PDF its running text, in which offsets then count. Raises Refusal."""
    return pdf_paragraphs(page.body) if is_pdf(page.body) else decoded_text(page)


def _repeated(records: Sequence[Record]) -> list[Finding]:
    """The same statistic stated twice must agree within its printed rounding, unless one is only approximate."""
    findings: list[Finding] = []
    first: dict[tuple[str | None, ...], Record] = {}
    for record in records:
        key = (
            record.region_label,
            record.measure_label,
            record.period,
            record.period_kind,
            _counter(record.unit_label),
            record.note if record.measure_label.endswith(("占比", "排名")) else None,  # of what, among whom
        )
        before = first.setdefault(key, record)
        if before is record or _agree(before, record):
            continue
        message = (
            f"{record.measure_label} ({record.region_label}, {record.period}): {before.value_text} {before.unit_label} "
            f"in paragraph {before.row_no}, {record.value_text} {record.unit_label} in paragraph {record.row_no}"
        )
        findings.append(Finding("repeated_statistic", False, message, 0, record.row_no, record.column_no))
    return findings


def _counter(unit: str | None) -> str | None:
    return unit.lstrip("万亿") if unit else None


def _agree(one: Record, other: Record) -> bool:
    approximate = re.compile(r"余|多|近|超|约|逾|突破|左右|以上|不足")
    if any(approximate.search(record.note or "") for record in (one, other)):
        return True
    values, roundings = [], []
    for record in (one, other):
        scale = _SCALES.get((re.match(r"[万亿]*", record.unit_label or "") or [""])[0], Decimal(1))
        values.append(record.value * scale)
        exponent = record.value.as_tuple().exponent
        roundings.append(scale * Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) / 2)
    return abs(values[0] - values[1]) <= max(roundings)


def _layout(reading: ArticleReading, visible: VisibleText, tables: list[object]) -> dict[str, object]:
    return {
        "identity": visible.title or "",
        "paragraphs": reading.paragraph_count,
        "statistics": len(reading.statements),
        "home": reading.setting.home if reading.setting else None,
        "title_period": reading.title_period.period if reading.title_period else None,
        "is_traditional": reading.is_traditional,
        "tables": tables,
    }


def _has(pattern: re.Pattern[str], text: str, count: int) -> bool:
    """True where a pattern is found `count` times; stops looking there."""
    matches = pattern.finditer(text)
    return all(next(matches, None) is not None for _ in range(count))

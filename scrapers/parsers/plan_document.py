"""The parser for plan documents: IP plans, implementation plans and annual schedules, as text or HTML.

The document itself goes to the register of plans; the past results that it states are records like any other statistic.
"""

from __future__ import annotations

import re

from scrapers.decoding import decode
from scrapers.plans.document import PlanDocument, read_document
from scrapers.plans.extract import Extraction, extract
from scrapers.plans.head import PLAN_WORDS
from scrapers.plans.results import PastResults
from scrapers.records import Finding, Page, Parsed, Refusal, Verdict
from scrapers.stretches import kinds, without
from scrapers.tables.sources import decoded_text
from scrapers.visible import looks_like_html

_OTHER_TYPES = ("csv", "json", "excel", "spreadsheet", "pdf", "zip", "image")
_HEAD_BYTES = 120_000
_NOT_A_PLAN = re.compile(
    r"统计|公报|总结|执行情况|状况表|授权量|有效量|申请量|白皮书|新闻发布会|解读|年鉴|yearbook|statistic", re.IGNORECASE
)
_PLAN = re.compile(rf"(?:{PLAN_WORDS})(?:[(（][^()（）]{{2,30}}[)）])?(?:》|的通知|$|\s|[_|-])")
_ISSUED = re.compile(r"关于\s*(?:印发|转发|批转)[^。]{2,120}通\s*知")
_HEADINGS = re.compile(
    r"(?:^|[\s>。])(?:第[一二三四五六七八九十]{1,3}[章节]|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）])"
)
_PROMISES = re.compile(r"目标|力争|加强|推进|完善|建立健全")
_SCRIPT = kinds("script", "style")
_MARKUP = re.compile(r"<[^<>]*>")


class PlanDocumentParser:
    """Reads what a plan says about itself, its section tree, its indicator tables and the results of the years before.

    The bytes decide, not the address.
    """

    name = "plan_document"
    version = "5"

    def fits(self, page: Page) -> float:
        """0 to 1: a plan has a plan's title, numbered headings and words of intent; statistics have their own words."""
        if any(word in (page.knowledge.content_type or "").lower() for word in _OTHER_TYPES):
            return 0.0
        try:
            text = decoded_text(page)[:_HEAD_BYTES]
        except Refusal:
            return 0.0
        if text.lstrip()[:1] in ("{", "["):
            return 0.0
        plain = _MARKUP.sub(" ", without(text, *_SCRIPT, " "))
        opening = f"{page.knowledge.title or ''}\n{plain[:1500]}"
        titled = bool(_PLAN.search(opening)) + bool(_ISSUED.search(opening))
        if not titled:
            return 0.0
        headings = min(len(_HEADINGS.findall(plain)), 12) / 12
        intent = min(len(_PROMISES.findall(plain)), 20) / 20
        score = 0.1 + 0.05 * titled + 0.5 * headings + 0.3 * intent
        named = page.knowledge.title or plain[:300]
        return score * (0.3 if _NOT_A_PLAN.search(named) and not _PLAN.search(named) else 1.0)

    def parse(self, page: Page) -> Parsed:
        """The document of the page, and records of its past results (`scrapers.plans.results`).

        Raises `Refusal`: `undecodable`, and those of `scrapers.plans.document.read_document`.
        """
        text = decode(page.body, page.knowledge.charset).text
        is_html = looks_like_html(text)
        found = _extraction(page)
        document = found.document if found else None
        if document is None:
            document = read_document(text, is_html, page.knowledge)  # refuses, and says why
        results = found.results if found else PastResults()
        truncated = bool(page.knowledge.truncated)
        return Parsed(
            records=results.records,
            verdict=Verdict.INCOMPLETE if truncated else Verdict.ACCEPTED,
            reason="truncated" if truncated else None,
            findings=_findings(document),
            leftovers=[*document.leftovers, *results.leftovers],
            layout={
                "form": "html" if is_html else "text",
                "sections": len(document.sections),
                "kinds": sorted({section.kind for section in document.sections}),
                "indicator_tables": [list(table.header) for table in document.indicator_tables],
                "statements": len(document.statements),
                "past_results": len(results.records),
            },
            document=document,
        )


def _extraction(page: Page) -> Extraction | None:
    try:
        return extract(page)
    except Refusal:
        return None


def _findings(document: PlanDocument) -> list[Finding]:
    gaps = document.numbering_gaps
    message = "; ".join(gaps) or f"{len(document.sections)} headings in sequence"
    findings = [Finding("section_numbering", not gaps, message)]
    for field in ("issuer", "doc_no", "issued_on", "period_start"):
        found = getattr(document, field) is not None
        if not found and field in ("issued_on", "period_start"):
            findings.append(Finding(f"plan_{field}", False, f"the page does not say the {field} of the plan"))
    return findings

"""Past results that a plan states, as records: its history sections, and the baseline column of its indicator tables.

The sentences go through the reader of bulletins and news (`scrapers.prose`); here is only what a plan adds to it: which
sections report (`history`), and that a plan comes out long after its figures. A promise never becomes a statistic:
nothing is read outside the history, nothing that ends after the issue, nothing that the extractor reads as a promise.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from scrapers.captures import Knowledge
from scrapers.periods import last_day
from scrapers.plans.baseline_cells import baseline_records
from scrapers.plans.document import PlanDocument
from scrapers.plans.history import history
from scrapers.plans.reading import Reading
from scrapers.plans.statements import Statement
from scrapers.prose.article import read_passage
from scrapers.prose.moments import Calendar
from scrapers.prose.places import Setting, setting_of
from scrapers.prose.published import PublishedDate
from scrapers.prose.recording import record_of
from scrapers.records import Record

_AHEAD = re.compile(r"力争|确保|争取|目标|计划|规划期|将(?!近)|今后|未来|下一步")
_SET = r"(?:提出|部署|要求|确定|明确|规定|目标)"
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年)")


@dataclass(slots=True)
class PastResults:
    """What a plan says of the years before it."""

    records: list[Record] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    """Figures of the history that are not read, with the reason."""


def past_results(
    reading: Reading, knowledge: Knowledge, document: PlanDocument, promises: Sequence[Statement]
) -> PastResults:
    """Records of a plan: `table_no` 0 for sentences (`row_no` is the paragraph), 1, 2, … for indicator tables.

    Paragraphs are counted without those of tables.
    `promises` are the extractor's statements of the same capture. Nothing is read where the plan says neither when it
    was issued nor for which years it is: then no figure is known to be past.
    """
    results = PastResults()
    until = _known_until(document)
    if until is None:
        return results
    setting = _setting(reading, document, knowledge)
    in_paragraph: Counter[int] = Counter()
    outside = [p.start for p in reading.printed.paragraphs if not p.in_data_table]
    for passage in history(reading):
        parts = [(bisect_right(outside, part.start), part) for part in passage]
        told = read_passage(reading.printed, parts, setting, _calendar(document))
        results.leftovers += told.leftovers
        for statement in told.statements:
            record = record_of(statement, reading.printed, document.title, _issued(document))
            paragraph = _paragraph(reading.printed.text, statement.start, statement.end)
            if why := _no_result(record, paragraph, document, promises):
                results.leftovers.append(f"{record.quote}: {why}")
                continue
            in_paragraph[record.row_no] += 1
            record.column_no = in_paragraph[record.row_no]
            results.records.append(record)
    tables = baseline_records(reading, document, promises, setting.home)
    results.records += [r for r in tables if r.period is None or last_day(r.period) <= until]
    return results


def _issued(document: PlanDocument) -> date | None:
    return document.issued_on or document.published_on


def _known_until(document: PlanDocument) -> date | None:
    """The last day of which a plan can tell: its issue, else the eve of its period."""
    eve = date(document.period_start - 1, 12, 31) if document.period_start else None
    return _issued(document) or eve


def _calendar(document: PlanDocument) -> Calendar:
    issued, start, end = _issued(document), document.period_start, document.period_end
    return Calendar(
        PublishedDate(issued.year, issued.month, issued.day) if issued else None,
        dates_figures=False,
        five_years=f"{start - 5}-01..{start - 1}-12" if start and end == start + 4 else None,
    )


def _setting(reading: Reading, document: PlanDocument, knowledge: Knowledge) -> Setting:
    body = ["".join(paragraph.text.split()) for paragraph in reading.plain.paragraphs]
    return setting_of(document.title, body, [document.issuer or "", knowledge.publisher or ""])


def _no_result(record: Record, paragraph: str, document: PlanDocument, promises: Sequence[Statement]) -> str | None:
    """Why a figure of the history is not taken for a result."""
    if record.unit_label is None:
        return "no unit: the line may end within the number"
    until = _known_until(document)
    if record.period is not None and until is not None and last_day(record.period) > until:
        return "of a time that was to come when the plan was issued"
    if _may_be_goal(record, paragraph, document.period_start):
        return "a result or a goal of that time: not said"
    if _is_promised(record, paragraph, until, promises):
        return "a promise, not a statistic"
    return None


def _may_be_goal(record: Record, paragraph: str, first_year: int | None) -> bool:
    """A date in the plan's own years, or 到… where these are not known; the date of issue may be that of a copy.

    Also what somebody has set for an earlier year (规划提出到2020年…).
    """
    label = record.period_label or ""
    if label and re.search(f"{_SET}[^。]*?(?<!截)[到至]{re.escape(label)}", paragraph):
        return True
    if record.period is None or label.startswith(("截至", "截止")):
        return False
    if first_year is not None:
        return last_day(record.period) >= date(first_year, 1, 1)
    return bool(label) and re.search(f"(?<!截)[到至]{re.escape(label)}", paragraph) is not None


def _is_promised(record: Record, paragraph: str, until: date | None, promises: Sequence[Statement]) -> bool:
    """What the extractor reads as a promise, in a sentence that points ahead.

    It does so also where a heading of the history reads like a task; so its word alone does not count.
    """
    start, end = record.start or 0, record.end or 0
    if not any(p.value == record.value and p.start < end and start < p.end for p in promises):
        return False
    quote = "".join((record.quote or "").split())
    sentence = next((part for part in paragraph.split("。") if quote in part), paragraph)
    years = (int(year) for year in _YEAR.findall(sentence))
    return bool(_AHEAD.search(sentence)) or any(until is not None and year > until.year for year in years)


def _paragraph(text: str, start: int, end: int) -> str:
    """The paragraph around a stretch of the text, without white space."""
    stop = text.find("\n", end)
    return "".join(text[text.rfind("\n", 0, start) + 1 : stop if stop >= 0 else len(text)].split())

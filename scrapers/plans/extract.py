"""From a plan's page to its promises: statements with verbatim quotes, merged into coded targets.

Story: read the page (`reading`), find its sections and what they are for (`roles`), read tables with and without
borders (`tables`, `lost_tables`, `schedules`), then the prose sentence by sentence (`prose`, `figures`, `objectives`,
`commitments`), merge restatements (`merging`), read the past results (`results`) for the baselines (`baselines`), add
units in charge, give every indicator its id (`labels`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from scrapers.decoding import decode
from scrapers.isolation import isolated
from scrapers.plans.baselines import give_baselines
from scrapers.plans.document import PlanDocument, read_document
from scrapers.plans.drafts import Context, Draft, Role
from scrapers.plans.head import document_lines, read_head
from scrapers.plans.horizons import Calendar
from scrapers.plans.in_charge import FIRST_LEADS, UnitsInCharge
from scrapers.plans.lost_tables import LostRow, lost_tables
from scrapers.plans.merging import merge
from scrapers.plans.period import read_period
from scrapers.plans.prose import read_prose
from scrapers.plans.reading import Line, Reading, line_of, lines, read
from scrapers.plans.results import PastResults, past_results
from scrapers.plans.roles import (
    OPENING,
    is_built_as_plan,
    is_no_plan_title,
    is_plan_title,
    is_report_title,
    region_level,
    says_it_is_plan,
    stretches,
)
from scrapers.plans.rows import of_lost_row, of_other_row, of_schedule, of_statement
from scrapers.plans.schedules import Piece, Row, columns, rows_in_lines
from scrapers.plans.sections import Section, read_sections, section_path
from scrapers.plans.statements import Statement
from scrapers.plans.tables import TableCell, data_rows, is_indicator_table, read_tables
from scrapers.plans.targets import Target, coded
from scrapers.recognition import not_the_page
from scrapers.records import Page, Refusal
from scrapers.visible import looks_like_html

_SALUTATION = re.compile(r"(?<=[一-鿿)）])各(?:[县市区省州]|有关|单位|部门)")
_LEAST_LETTERS = 12
_BRACKET_NOTE = re.compile(r"[\[〔(][\s…]*[\]〕)](?:内|中)?[^。;\n]{0,10}(?:累计|合计)")
"""The note below an indicator table on what its brackets mean (`[ ]内为五年累计数`)."""
_TITLE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年|(?:^|(?<=[省市县区]))(20\d\d)(?=[一-鿿])")
_PLEDGED_YEAR = re.compile(r"(?:力争|争取|计划)[^。\n]{0,60}?到(20\d\d)年")
_MEETING = re.compile(r"(?<!\d)(20\d\d)年?度?[一-鿿]{0,14}(?:会议|大会)")
_FIRST_WORDS = 300
_LEAST_CELL = 8
"""A shorter cell holds a name or a figure, no sentence."""
_READ = re.compile(r"table that has lost its borders|table of \d+ rows, not of indicators")
"""What the document parser reports of tables that were read after all."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All promises of one page."""

    targets: tuple[Target, ...]
    """One per promise, in the order of the document."""
    statements: tuple[Statement, ...]
    """Every place that states one, restatements included."""
    document: PlanDocument | None
    """What the page says of the plan itself; None where it is no plan document."""
    leftovers: tuple[str, ...] = ()
    """What was seen and waits for a person: glued figures without proof, tables without rows."""
    results: PastResults = field(default_factory=PastResults)
    """What the plan says of the years before it, of which its baselines are a part."""


@dataclass(slots=True)
class _Tables:
    drafts: list[Draft] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)
    """Stretches of the visible text that are read as tables, not as prose."""
    leftovers: list[str] = field(default_factory=list)


@isolated
def extract(page: Page, plan_id: str | None = None, region: str | None = None) -> Extraction:
    """The promises of a page, as text or HTML; none where it promises nothing.

    `plan_id` and `region` (six digits) only go into the rows. Raises `Refusal`: `undecodable`, the codes of
    `scrapers.recognition.not_the_page`, and `too_short` for a page without words.
    """
    decoded = decode(page.body, page.knowledge.charset).text
    if wrong := not_the_page(page.body, decoded, page.knowledge.content_type):
        raise Refusal(*wrong)
    is_html = looks_like_html(decoded)
    reading = read(decoded, is_html)
    if sum(c.isalpha() for c in reading.plain.text) < _LEAST_LETTERS:
        raise Refusal("too_short", "the page holds no text to read")
    sections = read_sections(reading.plain)
    head_lines = document_lines(reading.plain, sections)
    head = read_head(head_lines, reading.plain, page.knowledge)
    title = head.title or _first_title(reading, head_lines, page.knowledge.title)
    is_plan = _is_plan(title, head.title, reading, sections)
    calendar = _calendar(title, reading, sections, head.issued_on or head.published_on, is_plan)
    found = list(stretches(reading, sections, is_plan))
    context = Context(calendar, Role.GOALS, is_plan=is_plan, region_level=region_level(title, reading.plain.text))
    context.brackets_are_sums = _BRACKET_NOTE.search(reading.plain.text) is not None
    first_leads = FIRST_LEADS.search(reading.plain.text) is not None
    tables = _Tables()
    rows = _read_tables(reading, sections, context, tables, first_leads, is_plan)
    prose = read_prose(reading, found, calendar, is_plan=is_plan, level=context.region_level, taken=tables.taken)
    for row in rows:
        draft, why = of_lost_row(row, prose.drafts, context)
        tables.drafts += [draft] if draft else []
        tables.leftovers += [why] if why else []
    in_charge = UnitsInCharge(reading.plain.text, found)
    for draft in prose.drafts:
        draft.units = draft.units or in_charge.at(draft.start, draft.end)
    drafts = [*prose.drafts, *tables.drafts]
    _settle_years(drafts, calendar)
    for draft in drafts:
        _quote(reading, sections, draft)
    merged = merge(drafts)
    document = _document(decoded, is_html, page)
    results = PastResults()
    if document is not None:
        promises, _ = coded(merged, plan_id=plan_id, region=region)
        results = past_results(reading, page.knowledge, document, promises)
    give_baselines(merged, results.records)
    statements, targets = coded(merged, plan_id=plan_id, region=region)
    unread = [left for left in (document.leftovers if document else ()) if not (tables.taken and _READ.match(left))]
    doubtful = [f"a number that may have lost digits: {printed}" for printed in prose.doubtful]
    leftovers = [*tables.leftovers, *doubtful, *unread]
    return Extraction(tuple(targets), tuple(statements), document, tuple(dict.fromkeys(leftovers)), results)


# --- what the document is ---------------------------------------------------------------------------------------------


def _document(decoded: str, is_html: bool, page: Page) -> PlanDocument | None:
    try:
        return read_document(decoded, is_html, page.knowledge)
    except Refusal:
        return None


def _first_title(reading: Reading, head_lines: Sequence[str], known: str | None) -> str:
    """The page's own title, else the first short line."""
    for words in (reading.plain.title, known, *head_lines[:4], *(p.text for p in reading.plain.paragraphs[:3])):
        bare = _SALUTATION.split(line_of("".join((words or "").split())).text, maxsplit=1)[0] if words else ""
        if 4 <= len(bare) <= 90 and not re.search(r"[。，,]", bare):
            return bare
        if "。" in bare and words != known:  # the text has begun
            break
    return ""


def _is_plan(title: str, stated: str | None, reading: Reading, sections: Sequence[Section]) -> bool:
    """True for a document that promises by its title or, where that is lost or says nothing, by its headings.

    A page whose headline is that of a report about a plan is none.
    """
    headline = "".join((reading.plain.title or "").split())
    if (
        headline
        and "。" not in headline
        and is_report_title(headline)
        and (stated is not None or not is_plan_title(headline))
    ):
        return False
    if is_report_title(title):
        return False
    if not is_no_plan_title(title) and says_it_is_plan(reading.opening(OPENING)):
        return True
    return is_plan_title(title) or (stated is None and is_built_as_plan(title, [s.title for s in sections]))


def _calendar(
    title: str, reading: Reading, sections: Sequence[Section], issued_on: date | None, is_plan: bool
) -> Calendar:
    """The years of a plan; of any other page only when it came out."""
    issued = issued_on.year if issued_on else None
    if not is_plan:
        pledged = [int(y) for y in _PLEDGED_YEAR.findall(reading.plain.text)]
        issued = None if issued and any(y < issued for y in pledged) else issued  # the date of a copy
        own = re.sub(
            r"《[^《》]*》|(?:19|20)\d\d年?[-—–~至到]+(?:19|20)\d\d年|(?:到|力争|争取)20\d\d年|20\d\d年[^,。]{0,8}将",
            "",
            title,
        )
        named = [int(m[1] or m[2]) for m in _TITLE_YEAR.finditer(own)]
        if issued is None and not named and (meeting := _MEETING.search(reading.opening(_FIRST_WORDS))):
            named = [int(meeting[1])]
        return Calendar(issued, None, issued or max(named, default=None), False)
    stated = read_period(title, reading.plain, sections, None)
    first, last = stated if stated[0] else read_period(title, reading.plain, sections, issued_on)
    if last is None:
        ends = [int(y) for y in re.findall(r"(?:到|至|力争)(20\d\d)年", reading.plain.text)]
        last = max(ends, default=None)
    return Calendar(first or issued, last, issued, stated[0] is not None)


def _settle_years(drafts: Sequence[Draft], calendar: Calendar) -> None:
    """A plan that does not state its period runs to the year that most of its figures name."""
    named = Counter(d.year for d in drafts if d.value is not None and not d.year_inferred and d.year is not None)
    if calendar.is_stated or not named:
        return
    year = max(named, key=lambda y: (named[y], y))
    for draft in drafts:
        if draft.year_inferred and draft.year == calendar.last and draft.year is not None:
            draft.year = year


# --- tables -----------------------------------------------------------------------------------------------------------


def _read_tables(
    reading: Reading, sections: Sequence[Section], context: Context, tables: _Tables, first_leads: bool, is_plan: bool
) -> list[LostRow]:
    """Tables into `tables`; rows of lost tables are given back, for they need the prose to be read."""
    if not is_plan:
        return []
    _, statements, _ = read_tables(reading.plain, lambda offset: section_path(sections, offset))
    printed_rows = list(dict.fromkeys((statement.start, statement.end) for statement in statements))
    for statement in statements:
        context.path = statement.section
        if draft := of_statement(statement, printed_rows.index((statement.start, statement.end)) + 1, context):
            tables.drafts.append(draft)
    before = len(tables.drafts)
    _bordered(reading, context, tables, first_leads)
    if len(tables.drafts) > before:
        tables.taken.append((0, 0))
    all_lines = list(lines(reading, 0, len(reading.plain.text)))
    for first, end, rows in rows_in_lines(all_lines):
        tables.taken.append(_stretch(all_lines[first:end]))
        context.path = section_path(sections, reading.plain.source_span(rows[0].task.start, rows[0].task.end)[0])
        for row in rows:
            tables.drafts += of_schedule(row, reading, context, first_leads)
    lost: list[LostRow] = []
    for table in lost_tables(all_lines, reading.plain.text):
        tables.taken.append(_stretch(all_lines[table.first : table.end]))
        lost += table.rows
    return lost


def _bordered(reading: Reading, context: Context, tables: _Tables, first_leads: bool) -> None:
    """Schedules with borders, and the sentences in the cells of other tables."""
    for _paragraphs, header, rows in data_rows(reading.plain):
        where = columns(header)
        if where is not None and not is_indicator_table(header):
            for number, cells in enumerate(rows, 1):
                row = _schedule_row(reading, cells, where, number)
                if row is not None:
                    tables.drafts += of_schedule(row, reading, context, first_leads)
        elif where is None and not is_indicator_table(header):
            for number, cells in enumerate(rows, 1):
                pieces = [_piece(reading, cell) for cell in dict.fromkeys(cells) if len(cell.text) >= _LEAST_CELL]
                tables.drafts += of_other_row([p for p in pieces if p], number, reading, context)


def _schedule_row(reading: Reading, cells: Sequence[TableCell], where: dict[str, int], number: int) -> Row | None:
    task = _piece(reading, cells[where["task"]])
    if task is None:
        return None
    printed = cells[where["number"]].text.strip() if "number" in where else ""
    result = _piece(reading, cells[where["result"]]) if "result" in where else None
    return Row(
        number=int(printed) if printed.isdigit() else number,
        task=task,
        units=cells[where["units"]].text,
        time=cells[where["time"]].text if "time" in where else "",
        result=result,
    )


def _piece(reading: Reading, cell: TableCell) -> Piece | None:
    if cell.start is None or cell.end is None or not cell.text.strip():
        return None
    return Piece(cell.text, *reading.visible_at(cell.start, cell.end))


def _stretch(found: Sequence[Line]) -> tuple[int, int]:
    return found[0].places[0], found[-1].places[-1] + 1


# --- evidence ---------------------------------------------------------------------------------------------------------


def _quote(reading: Reading, sections: Sequence[Section], draft: Draft) -> None:
    """Printed words and place of a draft; drafts of table rows bring their own."""
    if draft.source is not None:
        start, end = draft.source
        draft.start, draft.end = reading.visible_at(start, end)
        draft.quote = reading.printed.quote(draft.start, draft.end).replace("\n", "")
        return
    draft.quote, start, end = reading.quote(draft.start, draft.end)
    draft.source = (start, end)
    if not draft.path:
        draft.path = section_path(sections, start)

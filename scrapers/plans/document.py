"""From a decoded page to a plan document: title, issuer, number, dates, period, section tree, indicator tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from scrapers.captures import Knowledge
from scrapers.isolation import isolated
from scrapers.plans.head import document_lines, read_head
from scrapers.plans.period import read_period
from scrapers.plans.reading import read
from scrapers.plans.sections import Section, numbering_gaps, read_sections, section_path
from scrapers.plans.statements import Statement, statement_row
from scrapers.plans.tables import IndicatorTable, read_tables
from scrapers.records import Refusal
from scrapers.visible import visible_text

_SECTION_FIELDS = ("no", "parent_no", "level", "number_label", "title", "start", "end")
_LEAST_CHARACTERS = 60
"""Below this there is a link or a notice, but no document."""


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """What a plan's page says about the plan itself, and its indicator tables."""

    title: str
    """Of the plan; of the notice where it issues more than one document."""
    issuer: str | None
    doc_no: str | None
    issued_on: date | None
    """The date under the signature; where there is none, the page's own date."""
    published_on: date | None
    """The date that the page prints about itself."""
    period_start: int | None
    period_end: int | None
    sections: tuple[Section, ...]
    indicator_tables: tuple[IndicatorTable, ...]
    statements: tuple[Statement, ...]
    """Rows of the indicator tables."""
    numbering_gaps: tuple[str, ...] = ()
    """Headings whose number does not follow the one before."""
    leftovers: tuple[str, ...] = ()
    """Tables that the document has or names and that were not read."""

    def as_json(self, *, capture_id: str, plan_id: str | None = None) -> dict[str, object]:
        """The document in JSON types: dates as ISO text, decimals as text, statements as rows of the contract."""
        return {
            "title": self.title,
            "issuer": self.issuer,
            "doc_no": self.doc_no,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "period_start": self.period_start,
            "period_end": self.period_end,
            "sections": [{name: getattr(section, name) for name in _SECTION_FIELDS} for section in self.sections],
            "indicator_tables": [asdict(table) for table in self.indicator_tables],
            "statements": [_json_row(s, capture_id, plan_id) for s in self.statements],
        }


@isolated
def read_document(decoded: str, is_html: bool, knowledge: Knowledge | None = None) -> PlanDocument:
    """Read a decoded capture as a plan document.

    Raises `Refusal`: `too_short` (no text to speak of), `no_title`, `no_sections` (nothing is numbered as in a plan).
    """
    visible = visible_text(decoded, is_html)
    if sum(not c.isspace() for c in visible.text) < _LEAST_CHARACTERS:
        raise Refusal("too_short", "the page holds no text that could be a plan")
    sections = read_sections(visible)
    head = read_head(document_lines(visible, sections), visible, knowledge or Knowledge())
    if head.title is None:  # a copy in traditional characters: its head is found, and named, in simplified ones
        plain = read(decoded, is_html).plain
        sections = read_sections(plain)
        head = read_head(document_lines(plain, sections), plain, knowledge or Knowledge())
    if head.title is None:
        raise Refusal("no_title", "no title of a plan stands before the first numbered heading")
    tables, statements, leftovers = read_tables(visible, lambda offset: section_path(sections, offset))
    if not sections and not tables:
        raise Refusal("no_sections", "neither numbered headings nor an indicator table were found")
    start, end = read_period(head.title, visible, sections, head.issued_on)
    return PlanDocument(
        title=head.title,
        issuer=head.issuer,
        doc_no=head.doc_no,
        issued_on=head.issued_on,
        published_on=head.published_on,
        period_start=start,
        period_end=end,
        sections=tuple(sections),
        indicator_tables=tuple(tables),
        statements=tuple(statements),
        numbering_gaps=tuple(numbering_gaps(sections)),
        leftovers=tuple(leftovers),
    )


def _json_row(statement: Statement, capture_id: str, plan_id: str | None) -> dict[str, object]:
    row = statement_row(statement, capture_id=capture_id, plan_id=plan_id)
    for name in ("value", "value_high"):
        row[name] = None if row[name] is None else str(row[name])
    return row

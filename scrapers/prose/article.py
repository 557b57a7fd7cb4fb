"""From the visible text of a page to the statistics that it states, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scrapers.captures import Knowledge
from scrapers.copies import is_traditional, simplified
from scrapers.periods import last_day
from scrapers.prose.cleaning import CleanText, clean
from scrapers.prose.context import Context, Stated
from scrapers.prose.moments import Calendar, Moment, Shape, title_moment
from scrapers.prose.places import Setting, setting_of
from scrapers.prose.published import PublishedDate, published_on
from scrapers.prose.sentence import read_sentence
from scrapers.visible import Paragraph, VisibleText

_SENTENCE_END = re.compile(r"[。!！？]|(?<=[\u4e00-\u9fff%)])\.(?=[\u4e00-\u9fff]|$)")
_SOURCE = re.compile(r"[来來]源[:：]")
_NUMBERING = re.compile(
    r"^(?:[(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)、]|(?:[一二三四五六七八九十]{1,3}|\d{1,2})\.(?!\d)|"
    r"第[一二三四五六七八九十]{1,3}[章节条][、:]?)+"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statistic with its place in the visible text of the article."""

    paragraph_no: int
    order: int
    stated: Stated
    start: int
    end: int


@dataclass(slots=True)
class ArticleReading:
    """What was read on a page."""

    statements: list[Statement] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    paragraph_count: int = 0
    setting: Setting | None = None
    published: PublishedDate | None = None
    title_period: Moment | None = None
    is_traditional: bool = False


def read_article(visible: VisibleText, knowledge: Knowledge | None = None) -> ArticleReading:
    """Every statistic that the paragraphs state. Tables and a repeated headline are left out (DESIGN, records)."""
    knowledge = knowledge or Knowledge()
    traditional = is_traditional(visible.text)
    title = _title(visible, knowledge, traditional)
    published = published_on(visible, knowledge)
    numbered = list(_paragraphs(visible, title, traditional))
    sources = [p.text for p in visible.paragraphs if len(p.text) < 80 and _SOURCE.search(p.text)]
    outside = [simplified(line) if traditional else line for line in (*visible.around, *sources)]
    outside += [visible.meta.get("sitename", ""), knowledge.publisher or "", knowledge.title or ""]
    calendar = Calendar(published, title_moment(title, published))
    setting = setting_of(title, [text.text for _, _, text in numbered], outside)
    reading = ArticleReading([], [], len(numbered), setting, published, calendar.title, traditional)
    _read(reading, numbered, setting, calendar)
    return reading


def read_passage(
    visible: VisibleText, parts: Sequence[tuple[int, Paragraph]], setting: Setting, calendar: Calendar
) -> ArticleReading:
    """Every statistic of a part of a document, whose setting and calendar the caller knows.

    `parts` are stretches of `visible.text`, each with the number of its paragraph; more than one may have the same.
    """
    traditional = is_traditional(visible.text)
    numbered = [(number, part, text) for number, part in parts if (text := clean(part, traditional)).text]
    reading = ArticleReading([], [], len(numbered), setting, calendar.published, None, traditional)
    _read(reading, numbered, setting, calendar)
    return reading


def _read(
    reading: ArticleReading, numbered: Sequence[tuple[int, Paragraph, CleanText]], setting: Setting, calendar: Calendar
) -> None:
    """Fill `reading`, paragraph by paragraph; each leaves its date and its years to the next."""
    stretch: Moment | None = None
    article_moment: Moment | None = None
    announced: Moment | None = None
    several = False
    for number, paragraph, text in numbered:
        context = Context(setting, calendar, article_moment, _region_so_far(reading, setting), stretch, several)
        context.announced_before = announced
        for start, end in _sentences(text.text):
            read_sentence(text.text, start, end, context)
            _close_sentence(context)
        announced, stretch = context.announced or announced, context.stretch
        ordered = sorted(context.stated, key=lambda stated: stated.at)
        for order, stated in enumerate(ordered, 1):
            start, end = text.span(stated.start, stated.end)
            reading.statements.append(Statement(number, order, stated, paragraph.start + start, paragraph.start + end))
        reading.leftovers += [f"paragraph {number}: {leftover}" for leftover in context.leftovers]
        if (lasting := _lasting(context) or announced) is not None:
            article_moment, several = lasting, _has_several_dates(context)


def _title(visible: VisibleText, knowledge: Knowledge, traditional: bool) -> str | None:
    title = visible.title or knowledge.title
    if title is None:
        return None
    return simplified(title) if traditional else title


def _paragraphs(
    visible: VisibleText, title: str | None, traditional: bool
) -> Iterator[tuple[int, Paragraph, CleanText]]:
    number = 0
    headline = re.sub(r"\s", "", title or "")
    for paragraph in visible.paragraphs:
        if paragraph.in_data_table:
            continue
        text = clean(paragraph, traditional)
        if not text.text or text.text == headline or re.sub(r"\s", "", paragraph.text) == headline:
            continue
        number += 1
        yield number, paragraph, text


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    numbering = _NUMBERING.match(text)
    start = numbering.end() if numbering else 0
    for match in _SENTENCE_END.finditer(text, start):
        if match.start() > start:
            yield _unquoted(text, start, match.start()), match.start()
        start = match.end()
    if start < len(text):
        yield _unquoted(text, start, len(text)), len(text)


def _unquoted(text: str, start: int, end: int) -> int:
    """Where a sentence begins that opens a quotation of several."""
    return start + 1 if text[start] == "“" and "”" not in text[start:end] and end - start > 1 else start


def _region_so_far(reading: ArticleReading, setting: Setting) -> str | None:
    """The page's home; but a street or a zone where the text has spoken of nothing else."""
    regions = {statement.stated.region for statement in reading.statements}
    if len(regions) == 1 and (only := regions.pop()) is not None and setting.is_below(only):
        return only
    return setting.home


def _close_sentence(context: Context) -> None:
    """A full stop ends a part; the region of the paragraph stays as long as the paragraph speaks of one only."""
    context.group += 1
    regions = {stated.region for stated in context.stated}
    context.paragraph_region = regions.pop() if len(regions) == 1 else None


def _has_several_dates(context: Context) -> bool:
    """Whether the figures of a paragraph are of times that end differently: the text may go on with any of them."""
    own = [s.moment for s in context.stated if s.moment is not None and s.moment.is_own]
    dates = [m for m in own if not m.in_bracket and not m.is_from]
    ends = {(last_day(m.period).year, last_day(m.period).month) for m in dates}
    return len(ends) > 1 or len({m.shape is Shape.MONTH for m in dates}) > 1


def _lasting(context: Context) -> Moment | None:
    """The first date by which figures of a paragraph were dated: the text goes on speaking of that time."""
    ordered = sorted(context.stated, key=lambda stated: stated.at)
    own = [s.moment for s in ordered if s.moment is not None and s.moment.is_own]
    dates = [moment for moment in own if not moment.in_bracket and not moment.is_from]
    if not context.calendar.dates_figures:  # each part of a report on years has its own; only 截至 holds on
        dates = [moment for moment in dates if moment.shape is Shape.AS_OF]
        return dates[0] if dates else None
    if dates:
        return dates[0]
    return context.paragraph_moment if context.leftovers and not context.stated else None

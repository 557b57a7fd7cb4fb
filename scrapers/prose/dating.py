"""The date of one figure: its sentence's own, else that of the text around it, else the day of publication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scrapers.periods import last_day
from scrapers.prose.context import Context
from scrapers.prose.figures import Figure
from scrapers.prose.moments import Moment, Shape
from scrapers.prose.timing import Nature, is_exact_range

FROM_PARAGRAPH = "period from the sentence before"
"""Note of a figure dated by an earlier sentence of its paragraph."""

FROM_BEFORE = "period from the text before"

FROM_PUBLICATION = "period from the publication date"

LONGEST_SILENCE = 300
"""Days between a date and the publication after which an undated flow no longer belongs to that year."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment for a figure."""

    moment: Moment
    so_far: bool = False
    """当年 or 今年 stands beside the date: the flow from January on."""
    source: str | None = None
    """Where the date was taken from, if not from the sentence."""


def date_of(figure: Figure, nature: Nature, moments: Sequence[Moment], text: str, context: Context) -> Dated | None:
    """Date of a figure by the order of DESIGN (records, period). None where nothing dates it, or a time to come."""
    own = [
        m
        for m in moments
        if m.end <= figure.start
        and not (m.is_from and re.search(r"\d", text[m.end : figure.start]))
        and not (m.in_clause and re.search(r"[,;:。]", text[m.end : figure.start]))
    ]
    if own and own[-1].shape is Shape.UNKNOWN:
        return None
    found = _own(figure, nature, own, moments, text, context) or _around(nature, context)
    if found is None or found.moment.shape is Shape.UNKNOWN or _is_to_come(found.moment, context):
        return None
    return found


def _own(
    figure: Figure, nature: Nature, before: Sequence[Moment], moments: Sequence[Moment], text: str, context: Context
) -> Dated | None:
    before = [m for m in before if not _closed_off(text, m, figure)]
    if before:
        last = before[-1]
        if last.shape is Shape.THIS_YEAR:
            return _this_year(last, before, nature, context)
        until = [m for m in before if m.shape is Shape.AS_OF and m.year == last.year]
        if last.shape is Shape.YEAR and until and last_day(until[-1].period) < last_day(last.period):
            return Dated(until[-1], so_far=True)  # 截至11月8日,2021年共登记…
        return Dated(last)
    if text[figure.end : figure.end + 1] == "(":
        close = text.find(")", figure.end)
        inside = [m for m in moments if figure.end < m.start and m.end <= close]
        inside = [m for m in inside if not re.search(r"\d", text[m.end : close])]
        if inside:
            return Dated(inside[0])
    return None


def _this_year(moment: Moment, before: Sequence[Moment], nature: Nature, context: Context) -> Dated | None:
    """当年 and 今年: to the date beside it; a year that is over is a year; one that is not ends nobody says when."""
    beside = [m for m in before if m.shape in (Shape.AS_OF, Shape.RANGE, Shape.YEAR) and m.year == moment.year]
    if beside:
        return Dated(beside[-1], so_far=True)
    published = context.calendar.published
    if published is None or published.year > moment.year:
        return Dated(moment)
    now = context.calendar.now()
    if now is not None and nature in (Nature.STOCK, Nature.THINGS):
        return Dated(now)
    return Dated(replace(moment, shape=Shape.UNKNOWN))


def _closed_off(text: str, moment: Moment, figure: Figure) -> bool:
    """A date in a bracket that is closed before the figure dates only what stands in that bracket."""
    between = text[moment.end : figure.start]
    return moment.in_bracket and ")" in between


def _around(nature: Nature, context: Context) -> Dated | None:
    if context.stretch is not None and nature not in (Nature.STOCK, Nature.THINGS):
        return _of_stretch(context.stretch, context)
    now = context.calendar.now()
    if now is not None and context.paragraph_now and nature in (Nature.STOCK, Nature.THINGS):
        return Dated(now, source=FROM_PARAGRAPH)
    if context.paragraph_moment is not None and context.paragraph_moment.shape is Shape.THIS_YEAR:
        return _this_year(context.paragraph_moment, (), nature, context)
    if context.paragraph_moment is not None:
        return Dated(replace(context.paragraph_moment, is_own=False), source=FROM_PARAGRAPH)
    if context.announced_before is not None:
        return Dated(replace(context.announced_before, is_own=False), source=FROM_BEFORE)
    title = context.calendar.title
    if title is not None and context.calendar.title_holds:
        return Dated(replace(title, is_own=False), source="period from the title")
    article = context.article_moment
    if article is not None and (context.has_several_dates or _may_be_of_another(article, nature, context)):
        return None
    if article is not None and article.shape is Shape.THIS_YEAR:
        return _this_year(article, (), nature, context)
    if article is not None and _still_holds(article, nature, context):
        return Dated(replace(article, is_own=False), source=FROM_BEFORE)
    if context.stretch is not None:
        return Dated(replace(context.stretch, is_own=False), source=FROM_BEFORE)
    return Dated(now, source=FROM_PUBLICATION) if now else None


def _of_stretch(stretch: Moment, context: Context) -> Dated | None:
    """What came about in the years of which the text speaks; not where it has named one of them since."""
    last = context.paragraph_moment
    if last is not None and last.shape not in (Shape.PLAN, Shape.AS_OF):
        return None
    return Dated(replace(stretch, is_own=False), source=FROM_BEFORE)


def _may_be_of_another(article: Moment, nature: Nature, context: Context) -> bool:
    """A flow behind a paragraph on a part of a year, where the title does not say that the page is about that part."""
    stock = nature in (Nature.STOCK, Nature.THINGS)
    return not stock and article.shape in (Shape.RANGE, Shape.MONTH) and context.calendar.title is None


def _still_holds(article: Moment, nature: Nature, context: Context) -> bool:
    """Whether the date of the paragraphs before can be that of a figure without one.

    Not for a flow where the page appeared long after it, and not for a stock beside flows of some months.
    """
    stock = nature in (Nature.STOCK, Nature.THINGS)
    published = context.calendar.published
    if not stock and published is not None and (published.latest - last_day(article.period)).days > LONGEST_SILENCE:
        return False
    return not (stock and article.shape is Shape.RANGE and not is_exact_range(article))


def _is_to_come(moment: Moment, context: Context) -> bool:
    """A time that ends after the publication: what is said of it is a promise, or is not of all of it."""
    published = context.calendar.published
    if published is None or moment.shape is Shape.PLAN or moment.year < published.year:
        return False
    whole_year = moment.shape in (Shape.YEAR, Shape.THIS_YEAR) and published.month < 12 and not moment.in_clause
    return moment.year > published.year or whole_year

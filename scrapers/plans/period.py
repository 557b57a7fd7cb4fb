"""The years that a plan is for: from its own words on the period, its title, or the year its goals run to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from scrapers.periods import bare_years, find_periods, parse_period
from scrapers.plans.sections import Section
from scrapers.visible import VisibleText

_STATED = re.compile(
    r"(?:规划|实施|计划|方案)(?:期限?|年限|周期)[为是:：]?\s*[^。；]{0,12}?(?P<years>(?:19|20)\d{2}\s*年?\s*[—\-－–―~～至到]+\s*(?:19|20)\d{2})"
)
_FIVE_YEAR = re.compile(r"[“\"「]?(?P<plan>(?:十[一二三四五六七八九]?|[一二三四五六七八九])五)[”\"」]?(?!年)")
_GOAL_YEAR = re.compile(r"(?:到|至|截至)\s*(?P<year>20\d{2})\s*年")


def read_period(
    title: str, visible: VisibleText, sections: Sequence[Section], issued_on: date | None
) -> tuple[int | None, int | None]:
    """First and last year, both None where nothing says them.

    In this order: 规划期为…, a range of years in the title, a five-year plan's number in the title, one year in the
    title (an annual plan), and last the year of issue to the latest year of the goals section.
    """
    if stated := _STATED.search(visible.text):
        years = bare_years(stated["years"])
        if len(years) == 2 and years[0] <= years[1]:
            return years[0], years[1]
    named = list(find_periods(title))
    for period in named:
        if period.first_day.year < period.last_day.year:
            return period.first_day.year, period.last_day.year
    for match in _FIVE_YEAR.finditer(title):
        if plan := parse_period(f"{match['plan']}时期"):
            return plan.first_day.year, plan.last_day.year
    years = sorted({period.year for period in named} | set(_leading_years(title)))
    if len(years) == 1:
        return years[0], years[0]
    if issued_on is None:
        return None, None
    goals = [visible.source[s.start : s.end] for s in sections if "目标" in s.title] or [visible.text]
    ends = [int(m["year"]) for text in goals for m in _GOAL_YEAR.finditer(text) if int(m["year"]) >= issued_on.year]
    return (issued_on.year, max(ends)) if ends else (None, None)


def _leading_years(title: str) -> list[int]:
    """Years printed with 年 or 年度 in a title."""
    return [int(y) for y in re.findall(r"(?<!\d)(20\d{2})\s*年", title)]

"""The prose of a document, sentence by sentence: its promises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scrapers.numbers import find_damaged
from scrapers.plans.commitments import read_commitments
from scrapers.plans.drafts import Context, Draft, Role
from scrapers.plans.figures import read_sentence
from scrapers.plans.horizons import Calendar, Tense, Time, find_times, last_year_of
from scrapers.plans.objectives import read_objectives
from scrapers.plans.reading import Line, Reading, lines
from scrapers.plans.roles import OPENING, Stretch, opens_goals, run_in_role, tells_of_plan
from scrapers.plans.statements import Form

_ENDS = "。;!?"
_ITEM = re.compile(
    r"\s*(?:[(]?\d{1,3}(?:[、)]|\.(?!\d))|\d{1,2}(?:\.\d{1,2}){1,3}(?=[一-鿿])(?!万|亿|元|倍)|[(]?[一二三四五六七八九十]{1,3}(?:、|[)])|[①-⑳])\s*"
)
_LONGEST_SENTENCE = 2000
"""Characters. A longer run without an end is no sentence, and reading it takes time that grows with its square."""
_MOST_LEAD_IN = 200
_SHORT = 30
_NEXT_FIVE = re.compile(
    r"“?(?P<five>十[二三四五六七八])五”?(?:时期|期间)?[^,。;]{0,16}(?:目标|任务|思路|举措|部署|安排)"
)
_NEXT_YEAR = re.compile(r"(?P<year>20\d\d)年度?[^,。;]{0,14}(?:计划|打算|安排|思路|要点|重点|目标|任务)")


@dataclass(slots=True)
class Prose:
    """What the prose says."""

    drafts: list[Draft] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    """Numbers of the goals sections that may have lost digits: they wait for a person."""
    sentences: int = 0


def sentences(line: Line) -> Iterator[tuple[int, int]]:
    """Places of the sentences of a line, without their closing signs and without numbers of a list (`3.`, `(二)`)."""
    begin = 0
    for at, sign in enumerate([*line.text, _ENDS[0]]):
        if sign in _ENDS:
            if numbered := _ITEM.match(line.text, begin, at):
                begin = numbered.end()
            if 0 < at - begin <= _LONGEST_SENTENCE:
                yield begin, at
            begin = at + 1


def read_prose(
    reading: Reading, found: Sequence[Stretch], calendar: Calendar, *, is_plan: bool, level: int,
    taken: Sequence[tuple[int, int]],
) -> Prose:  # fmt: skip
    """Promises of all stretches. `taken`: stretches of the visible text that were read as tables."""
    prose = Prose()
    context = Context(calendar, is_plan=is_plan, region_level=level)
    context.reports_plan = not is_plan and tells_of_plan(reading.opening(OPENING))
    goal_time: Time | None = None
    run_in: Role | None = None
    ahead = _Ahead(calendar)
    for stretch in found:
        if stretch.is_title:
            run_in = None
            ahead.see_heading(stretch)
        heading_time = _heading_time(stretch, calendar) or ahead.time
        if stretch.is_title and heading_time is not None and stretch.role is Role.GOALS:
            goal_time = heading_time
        context.time = heading_time
        for line in lines(reading, stretch.start, stretch.end):
            if not line.text or any(a <= line.places[0] < b for a, b in taken):
                continue
            if not stretch.is_title and (named := run_in_role(line.text)):
                run_in = named
            elif is_plan and run_in is None and stretch.role is Role.UNKNOWN and opens_goals(line.text):
                run_in = Role.GOALS
            if not is_plan and ahead.see_line(line.text):
                heading_time = context.time = ahead.time
            context.is_plan = is_plan or ahead.time is not None
            context.calendar = ahead.calendar if is_plan or ahead.time is None else ahead.own_years()
            role = run_in or stretch.role
            if context.is_plan and not is_plan and role in (Role.UNKNOWN, Role.HISTORY):
                role = Role.MEASURES
            context.role, context.section, context.path = role, stretch.number, stretch.path
            context.form = Form.BOX if stretch.number.startswith("box") else Form.TEXT
            if role is Role.GOALS:
                context.time = heading_time or goal_time
            made = len(prose.drafts)
            _read_line(line, context, prose, has_body=not _is_heading_only(stretch, found))
            leads = not context.is_plan and (len(prose.drafts) > made or line.text.rstrip().endswith(":"))
            if role is Role.GOALS and context.time is not None and context.time.tense is Tense.FUTURE:
                goal_time = context.time
            context.lead_in = ""
            if leads and context.time is not None and context.time.tense is Tense.FUTURE and context.time.year:
                context.lead_in = line.text[-_MOST_LEAD_IN:]  # a report says it once, for several paragraphs
            elif role is not Role.GOALS:
                context.time = heading_time
    prose.sentences = context.sentence_no
    return prose


@dataclass(slots=True)
class _Ahead:
    """The part of a report that plans the next year (`2023年工作安排`) or five: a plan inside another document."""

    calendar: Calendar
    time: Time | None = None
    """The last year that the part plans."""
    is_five_years: bool = False
    level: int = 99

    def own_years(self) -> Calendar:
        """The years that such a part plans, as a plan of its own has them."""
        last = self.time.year if self.time else None
        first = last - 4 if last is not None and self.is_five_years else last
        return Calendar(first, last, self.calendar.issued, True)

    def see_heading(self, stretch: Stretch) -> None:
        """A numbered heading opens such a part, or closes it where it stands as high."""
        if stretch.section is None:
            return
        if found := self._time_of(stretch.section.title):
            self.time, self.level = found, stretch.section.level
        elif stretch.section.level <= self.level < 99:
            self.time, self.level = None, 99

    def see_line(self, text: str) -> bool:
        """An unnumbered heading opens such a part too."""
        years = set(re.findall(r"20\d\d(?=年)", text))  # two: the title of a report that also plans
        found = (
            self._time_of(text) if len(text) <= _SHORT and len(years) <= 1 and not re.search(r"[。,;]", text) else None
        )
        if found:
            self.time = found
        return found is not None

    def _time_of(self, title: str) -> Time | None:
        if (five := _NEXT_FIVE.search(title)) and not re.search(r"完成|总结|回顾|执行", title):
            last = last_year_of(five.group())
            if last is not None and last >= (self.calendar.issued or last):
                self.is_five_years = True
                return Time(Tense.FUTURE, last, 0, 0, is_firm=True)
        match = _NEXT_YEAR.search(title)
        if match is None or "完成" in title or "总结" in title[match.start() :]:
            return None
        year, issued = int(match["year"]), self.calendar.issued
        if issued is not None and year < issued:
            return None
        self.is_five_years = False
        return Time(Tense.FUTURE, year, 0, 0, is_firm=True)


def _read_line(line: Line, context: Context, prose: Prose, *, has_body: bool) -> None:
    places = list(sentences(line))
    context.before = ""
    start_time = context.time
    numeric: list[Draft] = []
    for start, end in places:
        numeric += read_sentence(line, start, end, context)
    prose.drafts += numeric
    if context.role is Role.GOALS and context.is_plan and has_body:
        end_time, context.time = context.time, start_time
        prose.drafts += read_objectives(line, places, context, numeric)
        context.time = end_time
        prose.doubtful += [printed for start, end in places for printed, _ in find_damaged(line.text[start:end])]
    elif context.role is Role.MEASURES and context.is_plan:
        prose.drafts += read_commitments(line, places, context)


def _is_heading_only(stretch: Stretch, found: Sequence[Stretch]) -> bool:
    """True for a heading that has text or headings of its own below it; a numbered clause is no heading."""
    if not stretch.is_title or stretch.section is None or not stretch.section.title:
        return False
    if stretch.section.title.endswith(("。", ";", "；")):
        return False
    index = found.index(stretch)
    following = found[index + 1] if index + 1 < len(found) else None
    if following is None:
        return False
    below = following.section is stretch.section
    return below or (following.section is not None and following.section.parent_no == stretch.section.no)


def _heading_time(stretch: Stretch, calendar: Calendar) -> Time | None:
    if stretch.section is None:
        return None
    ahead = [t for t in find_times(stretch.section.title, calendar) if t.tense is Tense.FUTURE]
    return ahead[-1] if ahead else None

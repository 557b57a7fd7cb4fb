"""Reads one sentence: walks over its figures and says of each what it measures, where and when.

A figure is read from the words between the last break and itself (its lead). What those words leave open is taken from
the figure before (growth of what?), from the sentence (region, date), from the paragraph and the page (`Context`). What
stays open is refused and reported, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scrapers.periods import last_day
from scrapers.prose.clauses import Lead, SentenceText
from scrapers.prose.context import Context
from scrapers.prose.derived import Derived
from scrapers.prose.figures import Figure, figures
from scrapers.prose.labels import clean_label
from scrapers.prose.levels import Levels
from scrapers.prose.moments import Moment, Shape
from scrapers.prose.naming import GOES_ON
from scrapers.prose.places import place_at
from scrapers.prose.roles import OWN_VERB, Reading, Role, normal_reference, read_role

_JOIN = re.compile(r"^(?:、|和|及|与|以及|/)+")
_PART = re.compile(r"^(?:其中|内有|内含|包括|包含)(?:有(?!效))?[,:]?")
_PART_BEFORE = re.compile(r"(?:其中|包括)[,:]$")
_PROMISE = re.compile(
    r"力争|确保|预计|预期|目标(?:是|为|值)|拟(?:新|建|培|引)|争取(?=达|实现|突破|到)|要(?:达到|实现|突破|完成)|"
    r"将(?:达|实现|突破|超过|新增|建成|培育|完成|建设|力争|争取|新建|引进)|计划(?:新增|建|培育|完成|实施|引进|"
    r"达)|规划(?:建设|到)"
)
_FOLLOWS = re.compile(rf"(?:、|和|及|与|以及)(?:{OWN_VERB})?(?:约|近|超)?")
_LOST = re.compile(
    r"(?:申请|授权|注册|登记|拥有量|达到?|为|共)(?:万?件|万?家|万?项|亿元|万元)$|[\u4e00-\u9fff](?:万件|亿元|万元|万人)$"
)
_COUNTERS = frozenset(("件", "批", "批次", "起", "宗", "家", "个", "户", "人", "人次", "项", "元"))
_ORGANISATION = re.compile(r"^.{0,15}?(?:局|厅|委员?会?|办公室?|院|政府|部门|总队|海关|银行|公司|网|报|记者)")


def _are_counted_twice(listed: Sequence[Figure]) -> bool:
    """2万批、48万件: the same things in two units."""
    units = {(figure.unit or "").lstrip("万亿") for figure in listed}
    return len(units) == len(listed) and units <= _COUNTERS


def read_sentence(text: str, start: int, end: int, context: Context) -> None:
    """Append what the sentence `text[start:end]` states to `context`."""
    sentence = SentenceText.of(text, start, end, context.setting, context.calendar, context.year)
    _Sentence(sentence, context).read()


class _Sentence:
    def __init__(self, sentence: SentenceText, context: Context) -> None:
        self.sentence, self.context, self.text = sentence, context, sentence.text
        self.figures = figures(self.text, sentence.start, sentence.end, sentence.digits)
        self.region: str | None = None
        self.part_of: tuple[int, str | None] | None = None
        """Group of a part (其中) that names a region of its own, and the region to which the text returns behind it."""
        self.weak_region: str | None = None
        """Named at the beginning of a clause that says something else, too."""
        self.loose: tuple[int, int] | None = None
        """The clause without a figure directly before the lead."""
        self.levels, self.derived = Levels(sentence, context), Derived(sentence, context)
        context.reference = None

    def read(self) -> None:
        """Figure by figure; a figure that only continues a list (1件、2件和3件) is read with its head."""
        sentence = self.sentence
        previous_end, index = sentence.start, 0
        while index < len(self.figures):
            listed = self._listed(index)
            head, last = listed[0], listed[-1]
            lead_start = sentence.lead_start(max(previous_end, self.levels.noun_end), head.start)
            self._take_loose(previous_end, lead_start)
            refusal = self._refusal(lead_start, listed, index)
            if refusal:
                self._lead(lead_start, head)  # the region that it names holds for those behind it
                self.context.refuse(self.text[lead_start : last.end], refusal)
            else:
                self._read_list(listed, lead_start)
            index += len(listed)
            previous_end = last.end
        self._take_loose(previous_end, sentence.end)
        self._leave()

    def _leave(self) -> None:
        """The first date of a paragraph dates what follows without one; a later one takes over once a figure has it."""
        own = [m for m in self.sentence.moments if m.shape is not Shape.NOW and not m.in_bracket and not m.is_from]
        context = self.context
        if self.sentence.moments:
            context.paragraph_now = self.sentence.moments[-1].shape is Shape.NOW or (context.paragraph_now and not own)
        if not context.calendar.dates_figures:
            context.stretch = self._stretch(own)
        if own and re.search(r"现将.*如下|为标准时点", self.text[self.sentence.start : self.sentence.end]):
            days = [m for m in own if m.shape is Shape.AS_OF]
            context.announced = days[-1] if days else own[0]
        used = [m for m in own if any(s.moment == m for s in context.stated)]
        latest = max(used, key=lambda m: last_day(m.period), default=own[0] if own else None)
        before = context.paragraph_moment or context.calendar.title
        if latest is None or (latest.start > self.sentence.start + 2 and before and before.year > latest.year):
            return
        if used or context.paragraph_moment is None:
            context.paragraph_moment = latest

    def _stretch(self, own: Sequence[Moment]) -> Moment | None:
        """The years on which the text reports from here on; none behind a sentence that opens with other times."""
        context = self.context
        if years := next((m for m in own if m.shape is Shape.PLAN), None):
            return years
        opens = own[0] if own and own[0].start <= self.sentence.start + 2 else None
        published = context.calendar.published
        if opens is None or (opens.shape is not Shape.UNKNOWN and (not published or opens.year <= published.year)):
            return context.stretch
        context.paragraph_moment = opens
        return None

    def _listed(self, index: int) -> list[Figure]:
        listed = [self.figures[index]]
        for figure in self.figures[index + 1 :]:
            if figure.is_rank or not _FOLLOWS.fullmatch(self.text, listed[-1].end, figure.start):
                break
            listed.append(figure)
        return listed

    def _refusal(self, lead_start: int, listed: Sequence[Figure], index: int) -> str | None:
        """Why a figure is not read at all, whatever its words say."""
        head = listed[0]
        if damaged := next((f for f in listed if f.damage), None):
            return f"a damaged number ({damaged.damage})"
        lead = self.text[lead_start : head.start]
        glued = index > 0 and lead_start == self.figures[index - 1].end and not _JOIN.match(lead) and lead != "的"
        if glued and not (GOES_ON.match(lead) if lead else head.is_rank):
            return "no separator between two figures"
        group_start = max(self.sentence.start, self.text.rfind(";", self.sentence.start, lead_start) + 1)
        if _PROMISE.search(self.text, group_start, head.start):
            return "a promise, not a statistic"
        return None

    # --- words without figures ------------------------------------------------------------------------------------

    def _take_loose(self, start: int, end: int) -> None:
        """Read the clauses between two figures for what they set: a region, a comparison, a new part of the text."""
        self.loose = None
        self.context.group += self.text.count(";", start, end)
        at = start
        for clause in re.split(r"[,;:(]", self.text[start:end]):
            begin, at = at, at + len(clause) + 1
            if not clause or (begin == start and start != self.sentence.start):
                continue
            if _LOST.search(clause) and not re.search(r"\d", clause):
                self.context.refuse(clause, "its number is lost")
                self.loose = None
                continue
            compared = self.sentence.compared_clause(clause)
            if compared:
                self.context.reference = normal_reference(compared[1], "")
                clause = compared[0]
            stop = begin + len(clause)
            place, rest = self.sentence.place_from(begin, stop)
            self.loose = (rest, stop) if rest < stop else self.loose
            if place is not None:
                label = self.context.setting.label_in(place, self.text, rest)
                if not clean_label(self.text[rest:stop]).text or compared:
                    self.region = label if self.text[stop : stop + 1] != "(" else self.region
                elif not _ORGANISATION.search(self.text[rest:stop]):
                    self.weak_region = label

    # --- one head and its followers -------------------------------------------------------------------------------

    def _read_list(self, listed: Sequence[Figure], lead_start: int) -> None:
        head = listed[0]
        lead = self._lead(lead_start, head)
        last = self.context.stated[-1] if self.context.stated else None
        if head.is_share and last is not None and self.text[last.figure.end : head.start] == "的":
            name = "完成比例" if last.about.endswith(("任务", "目标", "计划")) else "占比"
            self.derived.about(last, head, Reading(Role.SHARE, "", name), lead)
            return
        reading = read_role(_PART.sub("", lead.words), head)
        if reading.role is not Role.LEVEL:
            self.derived.read(listed, reading, lead)
        elif len(listed) > 1 and "分别" in reading.subject:
            self.levels.parallel(listed, reading, lead)
        elif len(listed) == 1 and re.search(r"(?:、|和|与|及).{2,}各$", reading.subject):
            self.levels.each(head, reading, lead)
        elif len(listed) > 1 and _are_counted_twice(listed):
            for figure in listed:
                self.levels.read(figure, reading, lead)
        elif len(listed) > 1:
            self.levels.read(head, reading, lead)
            self.context.refuse(self.text[head.end : listed[-1].end], "several figures for one name")
        else:
            self.levels.read(head, reading, lead)

    def _lead(self, lead_start: int, head: Figure) -> Lead:
        after_noun = lead_start == self.levels.noun_end
        follows = after_noun or any(f.end == lead_start for f in self.figures)
        join = _JOIN.match(self.text[lead_start : head.start]) if follows else None
        begin = lead_start + (join.end() if join else 0)
        is_part = bool(_PART.match(self.text[begin : head.start]) or _PART_BEFORE.search(self.text[:lead_start]))
        in_bracket = self.text[lead_start - 1 : lead_start] == "(" and lead_start > self.sentence.start
        if self.part_of is not None and self.part_of[0] != self.context.group:
            self.region, self.part_of = self.part_of[1], None
        place, rest = self.sentence.place_from(begin, head.start)
        region = before = self._region(lead_start, in_bracket)
        kept = self.region
        if place is not None:
            region = self.context.setting.label_in(place, self.text, rest)
            if (is_part or place.label.endswith("市区")) and self.part_of is None and not in_bracket:
                self.part_of = (self.context.group, kept)
            self.region = self.region if in_bracket else region
        words = self.sentence.without_dates(rest, head.start)
        bare = self.sentence.enumerated(words or self.text[begin : head.start], head)
        if bare is not None:
            words, region = bare, before
            self.region = kept
        is_joined = join is not None
        return Lead(begin, words, region, is_part, is_joined, in_bracket, after_noun, self.loose, bare is not None)

    def _region(self, lead_start: int, in_bracket: bool) -> str | None:
        """Region of a figure whose own words name none."""
        if in_bracket:
            before = re.split(r"[,;:。、()]", self.text[self.sentence.start : lead_start - 1])[-1]
            outer = place_at(before, 0, self.context.setting.streets)
            if outer is not None and outer.end == len(before):
                return self.context.setting.label(outer)
        return self.region or self.weak_region or self.context.paragraph_region or self.context.article_region

"""Reads one sentence: walks over its figures and says of each what it measures, where and when.

A figure is read from the words between the last break and itself (its lead). What those words leave open is taken from
the figure before (growth of what?), from the sentence (region, date), from the paragraph and the page (`Context`). What
stays open is refused and reported, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scrapers.periods import last_day
from scrapers.prose.clauses import Lead, SentenceText
from scrapers.prose.cleaning import DAMAGE
from scrapers.prose.comparing import settle
from scrapers.prose.context import Context, Stated
from scrapers.prose.figures import Figure, figures
from scrapers.prose.labels import (
    Label,
    clean_label,
    distribute,
    is_bare_kind,
    is_bare_measure,
    is_holder,
    joined,
    of_holders,
)
from scrapers.prose.moments import Moment, Shape
from scrapers.prose.naming import GOES_ON, UnnamedError, name_of, total_of_part
from scrapers.prose.places import place_at
from scrapers.prose.roles import Reading, Role, change_name, normal_reference, read_role
from scrapers.prose.stating import Statistic, as_flow, state
from scrapers.prose.timing import Nature, nature_of

_JOIN = re.compile(r"^(?:、|和|及|与|以及|/)+")
_PART = re.compile(r"^(?:其中|内有|内含|包括|包含)(?:有(?!效))?[,:]?")
_PART_BEFORE = re.compile(r"(?:其中|包括)[,:]$")
_PROMISE = re.compile(
    r"力争|确保|预计|预期|目标(?:是|为|值)|拟(?:新|建|培|引)|争取(?=达|实现|突破|到)|要(?:达到|实现|突破|完成)|"
    r"将(?:达|实现|突破|超过|新增|建成|培育|完成|建设|力争|争取|新建|引进)|计划(?:新增|建|培育|完成|实施|引进|"
    r"达)|规划(?:建设|到)"
)
_HOLDING = re.compile(r"^[^,]{0,6}?(?:拥有|现有|共有)")
_OWN_VERB = r"增长|下降|提高|减少|上升|增加|降低"
"""A list of changes may name its verb again at each (增长3.2%、下降18.9%)."""
_FOLLOWS = re.compile(rf"(?:、|和|及|与|以及)(?:{_OWN_VERB})?(?:约|近|超)?")
_MOVED = re.compile(r"(?:上升|增长|增加|提高|提升|扩大|发展|增|升)(?:到|至)")
_THING = re.compile(r"^(?:商标|专利|发明|企业|项目|案件)$")
_SHARE_OF = re.compile(r"(?:比重|占比|比例|份额)$")
_LOST = re.compile(
    r"(?:申请|授权|注册|登记|拥有量|达到?|为|共)(?:万?件|万?家|万?项|亿元|万元)$|[\u4e00-\u9fff](?:万件|亿元|万元|万人)$"
)
_COUNTERS = frozenset(("件", "批", "批次", "起", "宗", "家", "个", "户", "人", "人次", "项", "元"))
_COUNTED_ACTS = re.compile(r"注册(?!商标)|核准|认定|批准|登记|授权|受理")
"""Behind 累计 these have been done so often, whatever they were done to."""
_SUM = re.compile(r"合计|共计|总计")
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
        self.last_change: str | None = None
        self.holds = False
        """The figures go on what somebody has (拥有A 3家、B 2家)."""
        self.noun_end = 0
        """Where the noun behind a figure ends that was read together with it (新增6家企业)."""
        context.reference = None

    def read(self) -> None:
        """Figure by figure; a figure that only continues a list (1件、2件和3件) is read with its head."""
        sentence = self.sentence
        previous_end, index = sentence.start, 0
        while index < len(self.figures):
            listed = self._listed(index)
            head, last = listed[0], listed[-1]
            lead_start = sentence.lead_start(max(previous_end, self.noun_end), head.start)
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
                label = self.context.setting.label(place)
                if not clean_label(self.text[rest:stop]).text or compared:
                    self.region = label if self.text[stop : stop + 1] != "(" else self.region
                elif not _ORGANISATION.search(self.text[rest:stop]):
                    self.weak_region = label

    def _loose_subject(self) -> str | None:
        return self.sentence.subject_of(*self.loose) if self.loose else None

    # --- one head and its followers -------------------------------------------------------------------------------

    def _read_list(self, listed: Sequence[Figure], lead_start: int) -> None:
        head = listed[0]
        lead = self._lead(lead_start, head)
        last = self.context.stated[-1] if self.context.stated else None
        if head.is_share and last is not None and self.text[last.figure.end : head.start] == "的":
            name = "完成比例" if last.about.endswith(("任务", "目标", "计划")) else "占比"
            self._about(last, head, Reading(Role.SHARE, "", name), lead)
            return
        reading = read_role(_PART.sub("", lead.words), head)
        if reading.role is not Role.LEVEL:
            self._derived(listed, reading, lead)
        elif len(listed) > 1 and "分别" in reading.subject:
            self._parallel(listed, reading, lead)
        elif len(listed) == 1 and re.search(r"(?:、|和|与|及).{2,}各$", reading.subject):
            self._each(head, reading, lead)
        elif len(listed) > 1 and _are_counted_twice(listed):
            for figure in listed:
                self._level(figure, reading, lead)
        elif len(listed) > 1:
            self._level(head, reading, lead)
            self.context.refuse(self.text[head.end : listed[-1].end], "several figures for one name")
        else:
            self._level(head, reading, lead)

    def _lead(self, lead_start: int, head: Figure) -> Lead:
        after_noun = lead_start == self.noun_end
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
            region = self.context.setting.label(place)
            if is_part and self.part_of is None and not in_bracket:
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

    def _state(self, statistic: Statistic) -> None:
        state(statistic, self.sentence, self.context)

    # --- levels ---------------------------------------------------------------------------------------------------

    def _level(self, figure: Figure, reading: Reading, lead: Lead) -> None:
        before = self.context.stated[-1] if self.context.stated else None
        if _SUM.match(lead.words) and before is not None and before.region != lead.region:
            self.context.refuse(self.text[lead.begin : figure.end], "a sum over regions that are not named with it")
            return
        try:
            named = name_of(reading.subject, figure, lead, self.sentence, self.context)
        except UnnamedError as error:
            if lead.is_part:
                self.context.unread_part = self.context.group
            if not (figure.unit is None and re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", figure.text)):
                self.context.refuse(self.text[lead.begin : figure.end], str(error))
            return
        self.noun_end = named.noun_end or self.noun_end
        if not lead.is_part and self.context.unread_part == self.context.group:
            self.context.refuse(self.text[lead.begin : figure.end], "beside a part that is not read")
            return
        nature = nature_of(named.text, figure.unit)
        if named.cumulative and _COUNTED_ACTS.match(named.text):
            nature = Nature.FLOW
        if named.is_total:
            nature = Nature.RUNNING if nature is Nature.FLOW and named.cumulative else Nature.STOCK
        moved = bool(_MOVED.search(self.text[lead.begin : figure.start]))
        if self._is_held(reading.subject, nature, lead) and not named.cumulative:
            nature = Nature.STOCK
        if named.is_new:
            nature = Nature.FLOW
            for stated in self.context.joined_run() if lead.is_joined else ():
                as_flow(stated)
        whole = self.context.whole(False, lead.is_joined)
        part = lead.is_part or bool(whole and whole.is_part)
        self._state(
            Statistic(
                figure, named.text, lead, nature=nature, cumulative=named.cumulative, is_part=part, is_moved=moved
            )
        )

    def _is_held(self, subject: str, nature: Nature, lead: Lead) -> bool:
        """拥有A 3家、B 2家, A达3家: how many things there are, not how many have come about."""
        self.holds = bool(_HOLDING.match(subject)) or (self.holds and (lead.is_joined or lead.is_enumerated))
        if nature is Nature.THINGS and re.search(r"(?:达|达到|已有)$", subject):
            return True
        return self.holds and nature in (Nature.THINGS, Nature.WEAK_FLOW, Nature.UNKNOWN)

    def _each(self, figure: Figure, reading: Reading, lead: Lead) -> None:
        """A、B各1家: the figure is that of each."""
        names = [clean_label(n).text for n in re.split(r"、|和|以及|及|与", reading.subject.removesuffix("各")) if n]
        sound = all(clean_label(name).is_sound and not is_bare_measure(name) for name in names)
        if not sound or figure.unit is None or not GOES_ON.match(self.sentence.after(figure.end)):
            self.context.refuse(self.text[lead.begin : figure.end], "one figure for several")
            return
        for number, name in enumerate(names):
            own = replace(lead, is_joined=number > 0)
            self._state(Statistic(figure, name, own, nature=nature_of(names[0], figure.unit)))

    def _parallel(self, listed: Sequence[Figure], reading: Reading, lead: Lead) -> None:
        """A、B和C分别为1件、2件和3件: as many names (or regions) as figures, else none of them is read."""
        words, unit = self.text[lead.begin : listed[-1].end], listed[-1].unit
        subject, told, _ = re.sub(r"各分别", "分别", reading.subject).partition("分别")
        names = [clean_label(n).text for n in re.split(r"、|和|以及|及|与", subject) if n]
        places: list[str | None] = [lead.region] * len(listed)
        regions = re.split(r"、|和|与|及", re.sub(r"[一二三四五六七八九十]+[市省县区州地]$", "", lead.region or ""))
        if len(names) == 1 and len(regions) == len(listed):
            places, names = [*regions], names * len(listed)
        if not told or unit is None or len(names) != len(listed):
            self.context.refuse(words, f"{len(names)} names for {len(listed)} figures")
            return
        measure = clean_label(
            self.text[self.text.rfind("分别", lead.begin, listed[0].start) + 2 : listed[0].start]
        ).text
        full = distribute([name + measure for name in names] if measure else of_holders(names))
        if any(
            not clean_label(name).is_sound or is_bare_kind(name) or is_bare_measure(name) or is_holder(name)
            for name in full
        ):
            self.context.refuse(words, "what they measure is not said")
            return
        for number, (name, place, figure) in enumerate(zip(full, places, listed, strict=True)):
            own = replace(lead, is_joined=number > 0, region=place)
            complete = replace(figure, unit=figure.unit or unit)
            nature = nature_of(name, unit)
            self._state(Statistic(complete, name, own, nature=nature, cumulative="累计" in subject))

    # --- figures about figures ------------------------------------------------------------------------------------

    def _derived(self, listed: Sequence[Figure], reading: Reading, lead: Lead) -> None:
        label = clean_label(re.sub(r"(?:同比)?(?:各)?分别$", "", reading.subject))
        if len(listed) > 1:
            self._derived_list(listed, label, reading, lead)
            return
        figure, base = listed[0], self._base(listed[0], reading)
        if DAMAGE.search(reading.suffix + (self.context.reference or "")):
            self.context.refuse(
                self.text[lead.begin : figure.end], "what it is compared with is damaged", is_level=False
            )
            return
        if lead.in_bracket and base is not None and lead.region != base.region:
            self.context.refuse(self.text[lead.begin : figure.end], "of another region than the figure before")
            return
        if figure.is_rank and self._is_rank_of_others(figure, label):
            self.context.refuse(self.text[lead.begin : figure.end], "a rank of others, or of several", is_level=False)
            return
        if "分别" in reading.subject:
            self.context.refuse(self.text[lead.begin : figure.end], "one figure for several", is_level=False)
            return
        directly_behind = base is not None and (self.loose is None or self.loose[1] <= base.figure.end)
        subject = None if directly_behind else self._loose_subject()
        if not label.is_generic:
            if is_bare_measure(label.text) and (subject or base) and not _THING.match(label.text):
                label = Label(f"{subject or (base.about if base else '')}{label.text}")
            self._about_subject(label.text, figure, reading, lead)
        elif label.is_total and label.text and base and (whole := total_of_part(base.about)):
            self._about_subject(f"{whole}{label.text}", figure, reading, replace(lead, region=base.region))
        elif subject is not None:
            self._about_subject(subject, figure, reading, lead)
        elif base is not None:
            self._about(base, figure, reading, lead)
        else:
            self.context.refuse(self.text[lead.begin : figure.end], "it is not said of what", is_level=False)

    def _is_rank_of_others(self, figure: Figure, label: Label) -> bool:
        """A、B均居第二位; 登记量排名第一的是某市: whose rank it is stands elsewhere."""
        several = self.text[: figure.start + 1].endswith("均") and re.search(r"[、和与及]", label.text)
        return bool(several) or self.text.startswith("的", figure.end)

    def _derived_list(self, listed: Sequence[Figure], label: Label, reading: Reading, lead: Lead) -> None:
        """分别增长1%、2%和3%: as many figures before it as percentages, else none of them is read."""
        bases = self.context.run(len(listed)) if label.is_generic and self._loose_subject() is None else []
        if not bases or len({(base.label, base.region) for base in bases}) < len(bases):
            words = self.text[lead.begin : listed[-1].end]
            self.context.refuse(words, f"it is not said of which {len(listed)} figures they speak")
            return
        for base, figure in zip(bases, listed, strict=False):
            verb = re.search(rf"(?:{_OWN_VERB})$", self.text[: figure.start])
            falls = bool(re.search(r"下降|减少|降低", verb.group())) if verb else reading.negative
            self._about(base, figure, replace(reading, negative=falls), lead)

    def _base(self, figure: Figure, reading: Reading) -> Stated | None:
        """The statistic that a growth, share or gap without a subject speaks of: the last, if it is the only one."""
        if figure.unit and "百分点" in figure.unit and (share := self.context.last_share()):
            return share
        last = self.context.last()
        return None if last is None or (last.is_level and last.joined) or reading.is_of_several else last

    def _about(self, base: Stated, figure: Figure, reading: Reading, lead: Lead) -> None:
        if reading.role is Role.CHANGE and base.is_level and (why := settle(base, reading.reference, figure)):
            self.context.stated.remove(base)
            self.context.refuse(self.text[base.start : figure.end], why)
            return
        if reading.role is Role.CHANGE and (other := self._other_date(base, figure)):
            self.context.refuse(self.text[lead.begin : figure.end], f"{other} is not the date of what it speaks of")
            return
        of_share = bool(figure.unit and "百分点" in figure.unit and base.figure.is_share)
        about = base.label if of_share or base.is_level else base.about
        if not of_share and figure.unit and "百分点" in figure.unit and _SHARE_OF.search(reading.subject):
            about = joined(about, "占比")
        label = joined(about, self._suffix(reading, figure))
        own = replace(lead, region=base.region)
        told = Statistic(figure, label, own, base.about, like=base, negative=reading.negative, note=reading.note)
        self._state(replace(told, is_level=False, names_subject=False))

    def _other_date(self, base: Stated, figure: Figure) -> str | None:
        """A date between a figure and its change that is not the figure's (截至年底…56亿元,上半年增加14亿元)."""
        between = (m for m in self.sentence.moments if base.figure.end <= m.start and m.end <= figure.start)
        return next((m.label for m in between if base.moment is None or m.period != base.moment.period), None)

    def _about_subject(self, subject: str, figure: Figure, reading: Reading, lead: Lead) -> None:
        if not clean_label(subject).is_sound or is_bare_measure(subject):
            self.context.refuse(self.text[lead.begin : figure.end], "what it measures is not said", is_level=False)
            return
        stated = self.context.stated
        same = next((s for s in reversed(stated) if s.label == subject and s.region == lead.region), None)
        label = joined(subject, self._suffix(reading, figure))
        told = Statistic(figure, label, lead, subject, nature=nature_of(subject, None), like=same, is_level=False)
        self._state(replace(told, negative=reading.negative, note=reading.note))

    def _suffix(self, reading: Reading, figure: Figure) -> str:
        """Name of a derived figure; a change that does not say against when is one against what was named last."""
        if reading.role is not Role.CHANGE:
            return reading.suffix
        reference = reading.reference or self.context.reference or self.last_change
        self.last_change = reference if reference != "年均" else self.last_change
        return change_name(reference, figure)

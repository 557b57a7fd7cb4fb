"""Reads the levels of a sentence: figures that measure something themselves, one by one or several in parallel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scrapers.prose.clauses import Lead, SentenceText
from scrapers.prose.context import Context
from scrapers.prose.figures import Figure
from scrapers.prose.labels import (
    clean_label,
    distribute,
    is_bare_kind,
    is_bare_measure,
    is_holder,
    of_holders,
)
from scrapers.prose.naming import GOES_ON, UnnamedError, name_of
from scrapers.prose.roles import Reading
from scrapers.prose.stating import Statistic, as_flow, state
from scrapers.prose.timing import Nature, nature_of

_HOLDING = re.compile(r"^[^,]{0,6}?(?:拥有|现有|共有)")
_MOVED = re.compile(r"(?:上升|增长|增加|提高|提升|扩大|发展|增|升)(?:到|至)")
_COUNTED_ACTS = re.compile(r"(?:^|累计)(?:注册(?!商标)|核准|认定|批准|登记|授权|受理)")
"""Behind 累计 these have been done so often, whatever they were done to."""
_RANKED = re.compile(
    r"(?P<measure>[^,;:。、]{3,20}?)(?:位居|位列|居|位|列|排名|排在?)(?:全[国省市区县州])?前[^,;:]{1,3}$"
)
_SUM = re.compile(r"合计|共计|总计")


class Levels:
    """The levels of one sentence."""

    def __init__(self, sentence: SentenceText, context: Context) -> None:
        self.sentence, self.context, self.text = sentence, context, sentence.text
        self.holds = False
        """The figures go on what somebody has (拥有A 3家、B 2家)."""
        self.noun_end = 0
        """Where the noun behind a figure ends that was read together with it (新增6家企业)."""

    def read(self, figure: Figure, reading: Reading, lead: Lead) -> None:
        """State a figure, or refuse it with the reason."""
        before = self.context.stated[-1] if self.context.stated else None
        if _SUM.match(lead.words) and before is not None and before.region != lead.region:
            self.context.refuse(self.text[lead.begin : figure.end], "a sum over regions that are not named with it")
            return
        try:
            named = name_of(reading.subject, figure, lead, self.sentence, self.context)
        except UnnamedError as error:
            if lead.is_part or lead.words.startswith(("县域", "市辖区")):
                self.context.unread_part = self.context.group
            if not (figure.unit is None and re.fullmatch(r"(?:19|20)\d\d|\d{1,2}", figure.text)):
                self.context.refuse(self.text[lead.begin : figure.end], str(error))
            return
        self.noun_end = named.noun_end or self.noun_end
        if not lead.is_part and self.context.unread_part == self.context.group:
            self.context.refuse(self.text[lead.begin : figure.end], "beside a part that is not read")
            return
        nature = nature_of(named.text, figure.unit)
        if named.cumulative and _COUNTED_ACTS.search(named.text):
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
        told = Statistic(figure, named.text, lead, nature=nature, cumulative=named.cumulative)
        state(replace(told, is_part=part, is_moved=moved), self.sentence, self.context)

    def _is_held(self, subject: str, nature: Nature, lead: Lead) -> bool:
        """拥有A 3家、B 2家, A达3家: how many things there are, not how many have come about."""
        self.holds = bool(_HOLDING.match(subject)) or (self.holds and (lead.is_joined or lead.is_enumerated))
        if nature is Nature.THINGS and re.search(r"(?:达|达到|已有)$", subject):
            return True
        return self.holds and nature in (Nature.THINGS, Nature.WEAK_FLOW, Nature.UNKNOWN)

    def each(self, figure: Figure, reading: Reading, lead: Lead) -> None:
        """A、B各1家: the figure is that of each."""
        names = [clean_label(n).text for n in re.split(r"、|和|以及|及|与", reading.subject.removesuffix("各")) if n]
        sound = all(clean_label(name).is_sound and not is_bare_measure(name) for name in names)
        if not sound or figure.unit is None or not GOES_ON.match(self.sentence.after(figure.end)):
            self.context.refuse(self.text[lead.begin : figure.end], "one figure for several")
            return
        for number, name in enumerate(names):
            own = replace(lead, is_joined=number > 0)
            state(Statistic(figure, name, own, nature=nature_of(names[0], figure.unit)), self.sentence, self.context)

    def _ranked_measure(self, lead: Lead) -> str | None:
        """甲市、乙市和丙市专利授权量位居全区前三,分别为1件、2件和3件: what the clause before the figures ranks."""
        ranked = _RANKED.match(self.text, *lead.loose) if lead.loose else None
        return clean_label(ranked["measure"]).text if ranked else None

    def parallel(self, listed: Sequence[Figure], reading: Reading, lead: Lead) -> None:
        """A、B和C分别为1件、2件和3件: as many names (or regions) as figures, else none of them is read."""
        words, unit = self.text[lead.begin : listed[-1].end], listed[-1].unit
        subject, told, _ = re.sub(r"各分别", "分别", reading.subject).partition("分别")
        names = [clean_label(n).text for n in re.split(r"、|和|以及|及|与", subject) if n]
        places: list[str | None] = [lead.region] * len(listed)
        regions = re.split(r"、|和|与|及", re.sub(r"[一二三四五六七八九十]+[市省县区州地]$", "", lead.region or ""))
        if len(names) == 1 and len(regions) == len(listed):
            places, names = [*regions], names * len(listed)
        if not names and len(regions) == len(listed) and (ranked := self._ranked_measure(lead)):
            places, names = [*regions], [ranked] * len(listed)
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
            state(
                Statistic(complete, name, own, nature=nature, cumulative="累计" in subject), self.sentence, self.context
            )

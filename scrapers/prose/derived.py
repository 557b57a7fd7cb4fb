"""Reads the figures of a sentence that speak of another one: growth, share, gap and rank, each named after its base."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from scrapers.prose.clauses import Lead, SentenceText
from scrapers.prose.cleaning import DAMAGE
from scrapers.prose.comparing import settle
from scrapers.prose.context import Context, Stated
from scrapers.prose.figures import Figure
from scrapers.prose.labels import Label, clean_label, is_bare_measure, joined
from scrapers.prose.naming import total_of_part
from scrapers.prose.roles import OWN_VERB, Reading, Role, change_name
from scrapers.prose.stating import Statistic, state
from scrapers.prose.timing import nature_of

_THING = re.compile(r"^(?:商标|专利|发明|企业|项目|案件)$")
_SHARE_OF = re.compile(r"(?:比重|占比|比例|份额)$")


class Derived:
    """The derived figures of one sentence; remembers what a change was compared with last."""

    def __init__(self, sentence: SentenceText, context: Context) -> None:
        self.sentence, self.context, self.text = sentence, context, sentence.text
        self.last_change: str | None = None

    def read(self, listed: Sequence[Figure], reading: Reading, lead: Lead) -> None:
        """Read a figure, or a list of figures, whose words are a change, a share, a gap or a rank."""
        label = clean_label(re.sub(r"(?:同比)?(?:各)?分别$", "", reading.subject))
        if len(listed) > 1:
            self._list(listed, label, reading, lead)
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
        if "分别" in self.text[lead.begin : figure.start]:
            self.context.refuse(self.text[lead.begin : figure.end], "one figure for several", is_level=False)
            return
        directly_behind = base is not None and (lead.loose is None or lead.loose[1] <= base.figure.end)
        subject = None if directly_behind else self._loose_subject(lead)
        if not label.is_generic:
            if is_bare_measure(label.text) and (subject or base) and not _THING.match(label.text):
                label = Label(f"{subject or (base.about if base else '')}{label.text}")
            self._about_subject(label.text, figure, reading, lead)
        elif label.is_total and label.text and base and (whole := total_of_part(base.about)):
            self._about_subject(f"{whole}{label.text}", figure, reading, replace(lead, region=base.region))
        elif subject is not None:
            self._about_subject(subject, figure, reading, lead)
        elif base is not None:
            self.about(base, figure, reading, lead)
        else:
            self.context.refuse(self.text[lead.begin : figure.end], "it is not said of what", is_level=False)

    def _is_rank_of_others(self, figure: Figure, label: Label) -> bool:
        """A、B均居第二位; 登记量排名第一的是某市: whose rank it is stands elsewhere."""
        several = self.text[: figure.start + 1].endswith("均") and re.search(r"[、和与及]", label.text)
        return bool(several) or self.text.startswith("的", figure.end)

    def _list(self, listed: Sequence[Figure], label: Label, reading: Reading, lead: Lead) -> None:
        """分别增长1%、2%和3%: as many figures before it as percentages, else none of them is read."""
        bases = self.context.run(len(listed)) if label.is_generic and self._loose_subject(lead) is None else []
        if not bases or len({(base.label, base.region) for base in bases}) < len(bases):
            words = self.text[lead.begin : listed[-1].end]
            self.context.refuse(words, f"it is not said of which {len(listed)} figures they speak")
            return
        for base, figure in zip(bases, listed, strict=False):
            verb = re.search(rf"(?:{OWN_VERB})$", self.text[: figure.start])
            falls = bool(re.search(r"下降|减少|降低", verb.group())) if verb else reading.negative
            self.about(base, figure, replace(reading, negative=falls), lead)

    def _base(self, figure: Figure, reading: Reading) -> Stated | None:
        """The statistic that a growth, share or gap without a subject speaks of: the last, if it is the only one."""
        if figure.unit and "百分点" in figure.unit and (share := self.context.last_share()):
            return share
        last = self.context.last()
        return None if last is None or (last.is_level and last.joined) or reading.is_of_several else last

    def about(self, base: Stated, figure: Figure, reading: Reading, lead: Lead) -> None:
        """State a figure that speaks of the statistic `base`."""
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
        state(replace(told, is_level=False, names_subject=False), self.sentence, self.context)

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
        state(replace(told, negative=reading.negative, note=reading.note), self.sentence, self.context)

    def _suffix(self, reading: Reading, figure: Figure) -> str:
        """Name of a derived figure; a change that does not say against when is one against what was named last."""
        if reading.role is not Role.CHANGE:
            return reading.suffix
        reference = reading.reference or self.context.reference or self.last_change
        self.last_change = reference if reference != "年均" else self.last_change
        return change_name(reference, figure)

    def _loose_subject(self, lead: Lead) -> str | None:
        return self.sentence.subject_of(*lead.loose) if lead.loose else None

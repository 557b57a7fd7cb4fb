"""Units in charge of a promise in prose: behind the paragraph, as the heading, or in the sentence itself."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from scrapers.plans.responsible import LEAD_MARK, responsible_units
from scrapers.plans.roles import Stretch

_LABEL = r"(?:责任|牵头|主管|配合|负责|承办|参加|完成|主办|协办|实施|落实)(?:单位|部门|主体)"
_BRACKETED = re.compile(r"[(（](?P<units>(?:[^()（）\n]|[(（][^()（）\n]{0,30}[)）]){2,400})[)）]")
_IS_UNITS = re.compile(rf"^\s*{_LABEL}\s*[:：]|(?:负责|牵头|配合|落实)[。.]?\s*$")
_LINE = re.compile(rf"(?:^|\n)\s*(?P<units>{_LABEL}\s*[:：][^\n。]{{2,300}})")
_IN_SENTENCE = re.compile(r"由(?P<units>[^,，。;；]{2,40}?)(?:共同|牵头|分别|具体)?负责")
_ORGANISATION = re.compile(
    r"^(?:省|市|区|县|自治区)?[一-鿿]{1,12}?(?:局|厅|委|委员会|办|办公室|部|法院|检察院|海关|院|中心|管委会|协会|银行|分行|支行|政府|领导小组)$"
)
_NOT_ORGANISATION = re.compile(r"加强|推进|完善|建立|健全|强化|提升|建设|保障|促进|全部|干部|培育|服务中心建设")
FIRST_LEADS = re.compile(
    r"(?:列|排)?(?:在)?第一(?:位|个)?(?:的)?(?:单位|部门)?为牵头(?:单位|部门)?|排名第一(?:位)?的?为牵头"
)


class UnitsInCharge:
    """Finds the units for a place of the visible text."""

    def __init__(self, text: str, found: Sequence[Stretch]) -> None:
        self._text = text
        self._stretches = found
        self._starts = [s.start for s in found]
        marks = [(m.start(), m["units"]) for m in _BRACKETED.finditer(text) if _IS_UNITS.search(m["units"])]
        marks += [(m.start("units"), m["units"]) for m in _LINE.finditer(text)]
        self._marks = sorted(marks)
        self._places = [place for place, _ in self._marks]
        titles = {s.section.title for s in found if s.section is not None and s.section.level == 1}
        self._by_heading = sum(map(is_organisation, titles)) >= 2

    def at(self, start: int, end: int) -> str | None:
        """Units for the promise at `start:end`: of the sentence, of its paragraph or section, of its heading."""
        sentence_end = self._text.find("。", end)
        if said := _IN_SENTENCE.search(self._text[start : sentence_end if 0 <= sentence_end < end + 120 else end + 60]):
            return responsible_units(said["units"].replace("和", "、"))
        stretch = self._stretch(start)
        stop = self._end_of_section(stretch)
        index = bisect_left(self._places, end)
        if index < len(self._marks) and self._marks[index][0] < stop:
            return responsible_units(self._marks[index][1])
        if self._by_heading and stretch is not None:
            return self._heading(stretch)
        return None

    def _stretch(self, at: int) -> Stretch | None:
        index = bisect_left(self._starts, at + 1) - 1
        return self._stretches[index] if index >= 0 else None

    def _end_of_section(self, stretch: Stretch | None) -> int:
        """Where the text of the section ends that a stretch (its heading or its text) belongs to."""
        if stretch is None:
            return len(self._text)
        same = [s.end for s in self._stretches if s.section is not None and s.section is stretch.section]
        return max([stretch.end, *same])

    def _heading(self, stretch: Stretch) -> str | None:
        for earlier in reversed([s for s in self._stretches if s.start <= stretch.start and s.section is not None]):
            section = earlier.section
            if section is not None and section.level == 1:
                return section.title if is_organisation(section.title) else None
        return None


def is_organisation(title: str) -> bool:
    """True for the name of an office (`科技厅`, `省知识产权局`) as a heading."""
    return len(title) <= 20 and bool(_ORGANISATION.match(title)) and not _NOT_ORGANISATION.search(title)


def mark_first(units: str | None) -> str | None:
    """The first of several units as the lead, where the document says that it is."""
    if units is None or "、" not in units or LEAD_MARK in units:
        return units
    first, rest = units.split("、", 1)
    return f"{first}{LEAD_MARK}、{rest}"

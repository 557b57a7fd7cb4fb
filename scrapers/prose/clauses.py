"""A sentence as text: where the words of a figure begin, which region and dates they hold, what a clause speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from scrapers.prose.figures import Figure
from scrapers.prose.labels import clean_label
from scrapers.prose.moments import Calendar, Moment, comparisons, date_spans, moments
from scrapers.prose.places import COUNTRY, Place, Setting, place_at, places_at

BREAKS = ",;:"
_SKIP = re.compile(
    r"(?:零时|0时|24时|其中|内有|包括|同时|另外|此外|另|并(?![购网联轨])|截至|截止|截|到(?![位期账访])|至|、|"
    r"和(?![平谐])|及(?![时格])|"
    r"与(?![^,;]*(?:相比|比较))|以及|而(?!且)|的|,|现将)"
)
_SAID = re.compile(r"(?:公布|介绍|显示|获悉|表示|通报|统计|发布|了解|数据|表明|指出|消息|口径|报告)(?:的)?$")
_CUT = re.compile(r"(?:经|据|如下|公布|发布|显示|核算|统计|包括|受(?!理)|(?:超过|突破|接近)(?!\d+年))")
_BEST = re.compile(
    r"(?:规模|数量|总量|增长|增速|增幅|占比|增加值|产值)?(?:最[大快高多好]|居首|领先)$|"
    r"(?:又好又快|又快又好|蓬勃|快速|健康|稳步|持续|迅速|有序)+(?:地)?发展$|"
    r"(?:也|均|则)?(?:实现|保持|呈现|继续)?(?:较快|快速|稳步|平稳|大幅|持续|稳定|高速|"
    r"明显)?(?:了)?(?:的)?(?:增长|提升|上升|下降|提高|增加|攀升)$"
)
_TAIL = re.compile(r"(?<=[末初])期|(?<=年)以来")
_NEXT = re.compile(r"^(?:其次|再次|最后|然后|第[二三四五])(?:是|为)")
_COMPARED = re.compile(r"^(?P<subject>.*?)(?:与|同|跟)(?P<with>.+?)(?:相比|比较|比)(?:较)?$")


@dataclass(frozen=True, slots=True)
class Lead:
    """The words in front of a figure, taken apart."""

    begin: int
    """Where they begin, connectives 、 and 和 left out."""
    words: str
    """Without region and dates."""
    region: str | None
    is_part: bool
    """Behind 其中."""
    is_joined: bool
    """Behind 、 or 和 that follow the figure before."""
    in_bracket: bool
    after_noun: bool
    """Behind a noun that was read together with the figure before (建设57家A和30家B)."""
    loose: tuple[int, int] | None
    """The clause without a figure directly before them."""
    is_enumerated: bool = False
    """Behind the names of the regions that the figure counts (甲县、乙县2个示范县)."""


@dataclass(frozen=True, slots=True)
class SentenceText:
    """`text[start:end]` of a clean paragraph with its dates."""

    text: str
    start: int
    end: int
    setting: Setting
    moments: tuple[Moment, ...]
    dates: tuple[tuple[int, int], ...]
    """All stretches that are dates, used or not, but not those inside comparisons."""
    digits: tuple[tuple[int, int], ...]
    """All stretches whose digits are no figures: dates, and comparisons with their dates."""

    @classmethod
    def of(
        cls, text: str, start: int, end: int, setting: Setting, calendar: Calendar, year: int | None
    ) -> SentenceText:
        """Find the dates of a sentence. `year` is the one that the text before speaks of."""
        sentence = text[start:end]
        found = tuple(replace(m, start=m.start + start, end=m.end + start) for m in moments(sentence, calendar, year))
        compared = [(m.start() + start, m.end() + start) for m in comparisons(sentence)]
        spans = [(a + start, _with_tail(text, b + start)) for a, b in date_spans(sentence)]
        free = {s for s in spans if not any(a < s[1] and s[0] < b for a, b in compared)}
        dates = _widest(free | {(m.start, _with_tail(text, m.end)) for m in found})
        return cls(text, start, end, setting, found, tuple(dates), tuple(spans))

    def lead_start(self, low: int, at: int) -> int:
        """Where the words of a figure at `at` begin: behind the last break that stands in no closed bracket."""
        depth = 0
        for place in range(at - 1, low - 1, -1):
            char = self.text[place]
            if char == ")":
                depth += 1
            elif char == "(":
                if depth == 0:
                    return place + 1
                depth -= 1
            elif depth == 0 and char in BREAKS and not any(a <= place < b for a, b in self.dates):
                return place + 1
        return low

    def after(self, at: int) -> str:
        """The words directly behind a place, up to the next break."""
        return re.split(r"[,;:。、()]", self.text[at : self.end])[0]

    def place_from(self, at: int, end: int) -> tuple[Place | None, int]:
        """The region at the beginning of a clause, behind connectives and dates, and where the rest begins."""
        place: Place | None = None
        while at < end:
            skipped = _SKIP.match(self.text, at, end)
            date = next((b for a, b in self.dates if a == at), None)
            found = places_at(self.text, at, self.setting.streets) if date is None else None
            if date is not None:
                at = date
            elif found and found.end <= end and (place is None or self._is_inner(place, found)):
                place, at = (place if place and found.label == COUNTRY else found), found.end
            elif skipped and skipped.end() <= end:
                at = skipped.end()
            else:
                break
        return place, at

    def _is_inner(self, place: Place, found: Place) -> bool:
        """中国…全国: the country said twice; 全省…某市: the smaller one is meant."""
        return found.label == COUNTRY or (not found.is_deictic and found.level > place.level and place.is_deictic)

    def enumerated(self, words: str, figure: Figure) -> str | None:
        """The words without the names of the regions that the figure counts; None where they name none.

        As many regions as the figure says are the things counted, not where they are counted.
        """
        for at in range(len(words) - 1):
            listed = places_at(words, at, self.setting.streets)
            if listed is not None and listed.end == len(words):
                count = len(re.split(r"、|和|与|及|以及", words[at:]))
                return words[:at] if count > 1 and count == figure.value else None
        return None

    def without_dates(self, start: int, end: int) -> str:
        """The words of a stretch without the dates in it; what only introduces a date (据…公布) goes too."""
        words, at = "", start
        for a, b in self.dates:
            if start <= a and b <= end and a >= at:
                words += self.text[at:a]
                if _SAID.search(words):
                    words = ""
                at = b
        rest = self.text[at:end]
        if at != start and not words.strip("的,") and (place := place_at(rest, 0, self.setting.streets)):
            rest = rest[place.end :]
        return words + rest

    def subject_of(self, start: int, end: int) -> str | None:
        """What a clause without a figure speaks of: 其次是X, X增长最快, X经核算公布如下, X受…影响, 据…考核结果."""
        while self.text[start : start + 1] in ("和", "、"):
            start += 1
        latest = [b for a, b in self.dates if start <= a and b <= end]
        words = self.text[latest[-1] : end] if latest else self.text[start:end]
        if before := re.match(r"(.{3,}?)受(?!理)", self.text[start:end]):
            words = before.group(1)
        place = place_at(words, 0, self.setting.streets)
        words = _NEXT.sub("", words[place.end :] if place else words)
        words = _BEST.sub("", _CUT.split(words)[0])
        label = clean_label(words)
        return label.text if len(label.text) >= 3 and label.is_sound and not label.is_generic else None

    def compared_clause(self, clause: str) -> tuple[str, str] | None:
        """Subject and reference of a clause that only compares: (全市常住人口)与2010年人口普查相比."""
        found = _COMPARED.match(clause)
        if found is None:
            return None
        return found["subject"], re.sub(r"的\d[\d.,]*[万亿]?\S{0,3}$", "", found["with"])


def _with_tail(text: str, end: int) -> int:
    """Where a date ends whose last word is longer than the date (“十三五”末期, 2024年以来)."""
    tail = _TAIL.match(text, end)
    return tail.end() if tail else end


def _widest(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, without those that lie in a wider one."""
    return sorted(s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans))

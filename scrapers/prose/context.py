"""What has been read so far on a page: the statistics of the paragraph, and what a sentence may take from before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from scrapers.prose.figures import Figure
from scrapers.prose.moments import Calendar, Moment
from scrapers.prose.places import Setting
from scrapers.prose.timing import Nature, Timing


@dataclass(slots=True)
class Stated:
    """One statistic that a sentence states. Places count in the clean paragraph."""

    start: int
    """Where the words of the statistic begin (its quote); `end` is where the figure ends."""
    end: int
    label: str
    about: str
    """What it measures without growth, share or rank: for a level the label itself."""
    region: str | None
    timing: Timing
    figure: Figure
    value: Decimal
    group: int
    """Number of the part of the paragraph between full stops and semicolons."""
    nature: Nature
    moment: Moment | None
    notes: list[str] = field(default_factory=list)
    is_level: bool = True
    names_subject: bool = True
    """False for a growth, share or rank whose subject is the statistic before."""
    is_part: bool = False
    """Stands behind 其中: a part of the level before."""
    joined: bool = False
    """Follows the figure before it after 、 or 和."""
    cumulative: bool = False

    @property
    def at(self) -> int:
        """Where the figure stands."""
        return self.figure.start


@dataclass(slots=True)
class Context:
    """Filled while reading goes on; one for each paragraph."""

    setting: Setting
    calendar: Calendar
    article_moment: Moment | None = None
    """Date of the figures of the paragraphs before."""
    article_region: str | None = None
    """Region of a figure without one."""
    stretch: Moment | None = None
    """Several years on which a document reports (“十三五”期间), where it is one that its own date does not date."""
    has_several_dates: bool = False
    """The paragraph that gave `article_moment` speaks of more than one time."""
    paragraph_moment: Moment | None = None
    paragraph_now: bool = False
    """目前 was the last date that the paragraph named."""
    paragraph_region: str | None = None
    announced_before: Moment | None = None
    """The date that a paragraph before has announced."""
    announced: Moment | None = None
    """Date of all that follows on the page (现将2020年11月1日零时…情况公布如下)."""
    stated: list[Stated] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    group: int = 0
    reference: str | None = None
    """Named by 与…相比 for all that follows in the sentence."""
    undated: int | None = None
    """Number of statistics before the last figure that was refused for want of a date."""
    unread_part: int | None = None
    """The group in which a part (behind 其中) was refused: what follows it there may be one, too."""
    barrier: int = 0
    """Number of statistics before the last figure that was refused: what follows it may speak of that one."""

    @property
    def year(self) -> int | None:
        """The year that the text speaks of."""
        moment = self.paragraph_moment or self.article_moment
        return moment.year if moment else None

    def refuse(self, words: str, why: str, *, is_level: bool = True) -> None:
        """Report a figure that is not read. A refused level hides those before it from growths and shares behind it."""
        self.leftovers.append(f"{words}: {why}")
        if is_level:
            self.barrier = len(self.stated)

    def levels(self) -> list[Stated]:
        """Levels since the last refused one."""
        return [s for s in self.stated[self.barrier :] if s.is_level]

    def last(self) -> Stated | None:
        """The last statistic that names its subject, unless a refused figure stands behind it."""
        return next((s for s in reversed(self.stated[self.barrier :]) if s.names_subject), None)

    def last_share(self) -> Stated | None:
        """The last percentage of this part of the sentence: what percentage points speak of."""
        recent = [s for s in self.stated[self.barrier :] if s.figure.is_share and s.group == self.group]
        return recent[-1] if recent else None

    def whole(self, is_part: bool, is_joined: bool) -> Stated | None:
        """The level that a part belongs to: behind 其中 the last that is no part itself, behind 、 the one before."""
        levels = self.levels()
        if is_part:
            return next((s for s in reversed(levels) if not s.is_part), None)
        return levels[-1] if is_joined and levels else None

    def run(self, count: int) -> list[Stated]:
        """The last `count` levels, if the text sets exactly these apart from those before; else none."""
        levels = self.levels()
        if len(levels) < count:
            return []
        run = 1
        while run < len(levels) and levels[-run].joined:
            run += 1
        group = [s for s in levels if s.group == self.group]
        parts = [s for s in group if s.is_part]
        return levels[-count:] if count in (run, len(group), len(parts)) else []

    def joined_run(self) -> Iterator[Stated]:
        """The levels of the list that ends with the last level."""
        for stated in reversed(self.levels()):
            yield stated
            if not stated.joined:
                return

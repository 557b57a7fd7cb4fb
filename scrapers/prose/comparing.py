"""What a comparison tells of the figure that it is about: a sum over years is not compared with one year or a day."""

from __future__ import annotations

import re

from scrapers.prose.context import Stated
from scrapers.prose.figures import Figure
from scrapers.prose.moments import Shape
from scrapers.prose.timing import Nature, timing_of
from scrapers.records import PeriodKind

_DAY = re.compile(r"(?:末|底)$")
_ONE_YEAR = re.compile(r"^(?:19|20)\d\d年?(?:度|全年)?$|^(?:同比|上年|上年末|年初)$")


def settle(base: Stated, reference: str | None, change: Figure) -> str | None:
    """Make a running total of a sum over years that is set against a day (68个,比“十二五”末新增13个).

    Gives the reason where the figure may be a sum over years or that of one year, and the text does not say which.
    """
    moment = base.moment
    if moment is None or moment.shape is not Shape.PLAN or base.timing.kind is not PeriodKind.CUMULATIVE:
        return None
    if reference is None or not (_DAY.search(reference) or _ONE_YEAR.search(reference) or reference == "年均"):
        return None
    if reference == "年均" and moment.is_own:
        return None
    if change.is_share or change.unit == "倍" or not _DAY.search(reference):
        return "a sum over years, or the figure of one: not said"
    base.nature = Nature.STOCK
    base.timing = timing_of(moment, Nature.STOCK, cumulative=False)
    return None

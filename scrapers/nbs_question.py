"""What is asked of the data interface of the national statistics site, and how the address of a capture tells it.

Every answer of the interface has the same address (its questions are sent by POST), so the question stands in the
fragment, which is never sent:
`…/stream/esData#path=分省年度数据/人口/总人口&indicator=年末常住人口&regions=全部地区&years=2011-`.
What is asked is told by its names, not by the identifiers of the site, which change (PAGE_FORMATS section 4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from scrapers.tables.labels import compact
from scrapers.tables.units import take_bracketed_unit

ENDPOINT = "/stream/esData"
"""Where the figures are asked for, below the base address of the interface."""

_RESERVED = re.compile(r"[%&=#/|、\s]")
_SPAN = re.compile(r"\((?=[^()]*\d)(?P<first>(?:19|20)\d\d)?[-—–~～至](?P<last>(?:19|20)\d\d|今|至今)?\)$")
_YEARS = re.compile(r"^((?:19|20)\d\d)-((?:19|20)\d\d)?$")
_BRACKETS = str.maketrans("（）", "()")


@dataclass(frozen=True, slots=True)
class Question:
    """One indicator, for some regions, over some years."""

    endpoint: str
    path: tuple[str, ...]
    """Names of the catalogue nodes from the root down; the indicator is looked for below the last."""
    names: tuple[str, ...]
    """Names that the indicator may have, without unit."""
    regions: str | None
    """Name of the list of regions; None where the catalogue has only one."""
    only: tuple[str, ...]
    """Regions of that list; empty for all."""
    first: int
    last: int | None
    """Years, both included; without a last one up to the newest."""

    @property
    def address(self) -> str:
        """The address under which the answer is archived."""
        parts = [f"path={_joined('/', self.path)}", f"indicator={_joined('|', self.names)}"]
        if self.regions:
            parts.append(f"regions={_joined('', [self.regions])}")
        if self.only:
            parts.append(f"only={_joined('、', self.only)}")
        return f"{self.endpoint}#{'&'.join(parts)}&years={self.first}-{self.last or ''}"


def question_of(url: str) -> Question | None:
    """The question that the address of a capture tells; None for an address without one (a file saved by hand)."""
    endpoint, _, fragment = url.partition("#")
    told = dict(part.split("=", 1) for part in fragment.split("&") if "=" in part)
    years = _YEARS.match(told.get("years", ""))
    if not endpoint.endswith(ENDPOINT) or years is None or not told.get("path") or not told.get("indicator"):
        return None
    return Question(
        endpoint=endpoint,
        path=_split("/", told["path"]),
        names=_split("|", told["indicator"]),
        regions=unquote(told["regions"]) if told.get("regions") else None,
        only=_split("、", told["only"]) if told.get("only") else (),
        first=int(years[1]),
        last=int(years[2]) if years[2] else None,
    )


def plain_name(name: str) -> str:
    """A name of the interface as it is compared: without white space, unit and span of years at its end.

    `地区生产总值 (亿元) ` and `地区生产总值（2016-2020）` are both 地区生产总值; a base such as (上年=100) stays.
    """
    return compact(_SPAN.sub("", _without_unit(name)))


def span_of(name: str) -> tuple[int | None, int | None] | None:
    """The years that a node of the catalogue covers by its name (`…(2016-2020)`, `…(-2015)`, `…(2026-)`), or None."""
    found = _SPAN.search(_without_unit(name))
    if found is None:
        return None
    last = found["last"]
    return (int(found["first"]) if found["first"] else None), (int(last) if last and last.isdecimal() else None)


def _without_unit(name: str) -> str:
    return compact(take_bracketed_unit(compact(name).translate(_BRACKETS))[1])


def _joined(separator: str, names: Sequence[str]) -> str:
    return separator.join(_RESERVED.sub(lambda sign: quote(sign[0], safe=""), name) for name in names)


def _split(separator: str, text: str) -> tuple[str, ...]:
    return tuple(unquote(part) for part in text.split(separator))

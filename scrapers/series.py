"""Pages of one series come at a new address each time: is the newest one laid out like those before it?

A series is the tables of one source, one parser and one title without its dates. Shapes are known that an earlier
believed page of the series had, or that a person accepted by releasing a page. A fetched page with another shape is
held; pages that a person brought or that ship with the project were looked at, pass, and make their shape known.

What a first visit brings, over as many nights as its limits ask for, is history rather than change: there other headers
pass, unless a person has brought an older issue, from which they then changed. The same headers in another order or in
another unit, which no publisher changes between two issues without saying so, are held even there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapers.captures import UNLISTED, Capture, Origin
from scrapers.layouts import Difference, TableShape, differences, told
from scrapers.records import Finding

CHANGED = "changed_layout"


@dataclass(frozen=True, slots=True)
class KnownShape:
    """The shape of a table that a page of the series had before."""

    shape: TableShape
    parser: str
    capture_id: str
    url: str
    origin: Origin
    visit: str | None
    """The visit that brought it; None where a person accepted the shape."""
    is_accepted: bool = False
    """True where a person accepted the shape by releasing a page: it vouches for others, and holds none."""


def scope_of(capture: Capture) -> str:
    """Pages that may belong to one series: those of a source; of no source, those of a host; else the address alone."""
    if capture.source_id != UNLISTED:
        return capture.source_id
    return f"{UNLISTED} {urlsplit(capture.url).hostname or capture.url}"


@dataclass(frozen=True, slots=True)
class Series:
    """What is known of the series that a capture may belong to. Looked up only where a table asks for it."""

    capture: Capture
    visit: str | None
    known: Callable[[], Sequence[KnownShape]]


def judge_series(series: Series, parser: str, shapes: Sequence[TableShape]) -> tuple[list[Finding], Mapping[str, str]]:
    """Findings about tables whose shape their series has not had (failed ones hold the page), and by table number the
    capture whose shape vouches for it. Empty for pages that were not fetched.
    """
    if series.capture.origin is not Origin.FETCHED or not any(shape.stem for shape in shapes):
        return [], {}
    findings, vouched = [], {}
    known = [each for each in series.known() if each.parser == parser]
    for shape in shapes:
        alike = [each for each in known if shape.stem and each.shape.stem == shape.stem]
        earlier = [each for each in alike if not each.is_accepted]
        if not earlier:
            continue  # the first of its series: nothing that it could have changed from
        nearest, found = _nearest(earlier, shape)
        accepted = [each for each in alike if each.is_accepted and not _of_columns(differences(each.shape, shape))]
        if not found or accepted:
            vouched[str(shape.table_no)] = (accepted[0] if found else nearest).capture_id
            continue
        is_change = _is_change(earlier, found, shape, series.visit)
        message = f"{told(found)} (like no earlier issue; the nearest is {nearest.url})"
        findings.append(Finding(CHANGED if is_change else "other_layout", not is_change, message, shape.table_no))
    return findings, vouched


def _nearest(earlier: Sequence[KnownShape], shape: TableShape) -> tuple[KnownShape, list[Difference]]:
    """The known shape that differs least, one with the same headers first, the newest of equals; and how it differs.

    A shape that was only copied, without all that the page had, counts where no other is known.
    """
    whole = [each for each in earlier if each.origin is not Origin.STARTER]
    compared = [
        (each, _of_columns(differences(each.shape, shape, loosely=not whole))) for each in reversed(whole or earlier)
    ]
    return min(compared, key=lambda pair: (any(d.kind == "columns" for d in pair[1]), len(pair[1])))


def _of_columns(found: Sequence[Difference]) -> list[Difference]:
    """Rows come and go between issues, and what must be there is a matter of the checks over regions."""
    return [difference for difference in found if difference.kind in ("columns", "order", "unit", "periods")]


def _is_change(
    earlier: Sequence[KnownShape], found: Sequence[Difference], shape: TableShape, visit: str | None
) -> bool:
    if all(difference.kind != "columns" for difference in found):
        return True
    if any(each.origin is Origin.FETCHED and (visit is None or each.visit != visit) for each in earlier):
        return True
    brought = [each.shape.until for each in earlier if each.origin is Origin.IMPORTED]
    return bool(brought) and shape.until > max(brought)

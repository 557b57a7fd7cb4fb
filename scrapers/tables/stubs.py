"""What the columns of row labels are: a region, its translation, the group that it stands in, a year, a measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scrapers.grid import Grid
from scrapers.tables.cells import BLANK, YEAR, kind_of
from scrapers.tables.labels import chinese_part, compact, header_text
from scrapers.tables.model import Group, StubKind
from scrapers.tables.names import RowKind, looks_like_region, row_kind
from scrapers.tables.words import CJK, INDICATOR_HEADER, LATIN, PERIOD_HEADER, REGION_HEADER


def explain_stubs(grid: Grid, header: Sequence[int], body: Sequence[int], group: Group) -> None:
    """Say which label column is a translation, which holds years, which the regions, and what the labels are."""
    group.period = next((c for c in group.stubs[1:] if is_year_column(grid, header, body, c)), None)
    words = [c for c in group.stubs if c != group.period]
    chinese = {c: _share(grid, body, c, lambda t: bool(CJK.search(t))) for c in words}
    if len(words) > 1 and max(chinese.values()) > 0.5:
        filled = {c: sum(bool(grid.text(r, c)) for r in body) for c in words}
        only_chinese = {c: _share(grid, body, c, lambda t: bool(CJK.search(t)) and not LATIN.search(t)) for c in words}
        english = [c for c in words if chinese[c] < 0.3 or (chinese[c] < 0.6 and only_chinese[c] < 0.3)]
        translations = [c for c in english if filled[c] * 5 >= max(filled.values()) * 4]
        group.translation = translations[0] if len(translations) == 1 else None
    words = [c for c in words if c != group.translation]
    group.region = _region_column(grid, body, words)
    first = words[0] if group.region is None else group.region
    heading = "".join(
        chinese_part(cell.text) for cell in dict.fromkeys(grid.cells[r][words[0]] for r in header)
    ).strip()
    labels = [grid.text(r, first) for r in body if grid.text(r, first)]
    regional = [label for label in labels if looks_like_region(label)]
    named = any(row_kind(label) is not RowKind.TOTAL for label in regional)  # a total alone may be one of kinds
    like_regions = len(regional) if named else 0
    if sum(kind_of(label) == YEAR for label in labels) * 2 > len(labels):  # a row with another label is refused
        group.kind = StubKind.PERIOD
    elif INDICATOR_HEADER.match(heading):
        group.kind, group.names_measures = StubKind.MEASURE, True
    elif REGION_HEADER.match(heading) or like_regions * 3 >= len(labels):
        group.kind = StubKind.REGION
    else:
        group.kind = StubKind.MEASURE
        group.names_measures = _state_units(labels)


def is_year_column(grid: Grid, header: Sequence[int], body: Sequence[int], column: int) -> bool:
    """True for a column of years beside one of labels, under a header of its own (年份), none, or that of the labels.

    A column of figures always has a header of its own, so that four digits under none are not figures.
    """
    if column == 0 or not header:
        return False
    kinds = [kind_of(grid.text(r, column)) for r in body]
    filled = [kind for kind in kinds if kind != BLANK]
    if len(filled) < 2 or any(kind != YEAR for kind in filled):
        return False
    headings = [compact(chinese_part(grid.text(r, column))) for r in header]
    if any(PERIOD_HEADER.match(heading) for heading in headings):
        return True
    return all(not grid.text(r, column) or grid.cells[r][column] is grid.cells[r][column - 1] for r in header)


def _region_column(grid: Grid, body: Sequence[int], words: Sequence[int]) -> int | None:
    """The second label column where it holds the regions and the first only groups of them (国内 over provinces)."""
    if len(words) < 2:
        return None
    first, second = words[0], words[1]
    groups = {grid.text(r, first) for r in body if grid.cells[r][first] is not grid.cells[r][second]}
    regions = {grid.text(r, second) for r in body if looks_like_region(grid.text(r, second))}
    if len(groups) * 2 <= len(regions) and len(regions) * 2 > len(body):
        return second
    return None


def _state_units(labels: Sequence[str]) -> bool:
    """True where the row labels state units of their own: they are whole measures, not parts of the title's."""
    stating = [label for label in labels if (read := header_text(label)).unit is not None and read.label]
    return len(stating) > 1 and len(stating) * 3 >= len(labels)


def _share(grid: Grid, rows: Sequence[int], column: int, test: Callable[[str], bool]) -> float:
    texts = [grid.text(r, column) for r in rows if grid.text(r, column)]
    return sum(test(t) for t in texts) / len(texts) if texts else 0.0

"""Say of every row of the body which region it speaks of, or refuse it: a label is read, never supplied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from scrapers.grid import MISSING, Grid
from scrapers.periods import parse_period
from scrapers.records import Finding, PeriodKind
from scrapers.tables.bases import names_no_measure
from scrapers.tables.cells import BLANK, NUMBER, PERCENT, TEXT, YEAR, kind_of
from scrapers.tables.labels import chinese_part, header_text, region_label
from scrapers.tables.measure_rows import MeasureRow, measure_rows
from scrapers.tables.model import Column, Group, Layout, RowLabel, StubKind
from scrapers.tables.names import RowKind, are_two_regions, national_row, places_within, row_kind, within
from scrapers.tables.words import CJK, LATIN, SUB_REGION_HEADER


class RowReader:
    """Reads the labels of one group of columns, row by row; keeps what it refuses."""

    def __init__(self, grid: Grid, layout: Layout, group: Group, columns: Sequence[Column], table_no: int) -> None:
        self._grid, self._layout, self._group, self._columns = grid, layout, group, columns
        self._table_no = table_no
        self.findings: list[Finding] = []
        self.leftovers: list[str] = []
        self.refused = 0
        self._unread: list[int] = []
        self._counts = [c.index for c in columns if c.unit != "%"]
        counts = (kind_of(grid.text(r, c)) for r in layout.body for c in self._counts)
        self._ties_percentages = group.kind is StubKind.REGION and NUMBER in counts
        self._stubs = [c for c in group.stubs if c not in (group.translation, group.period)]
        self._measures = self._measure_rows() if group.kind is StubKind.MEASURE else {}

    def labels(self) -> list[RowLabel]:
        """The rows that can be used, from top to bottom."""
        found: list[RowLabel] = []
        has_percentages = False
        regions = self._group_labels()
        for r in self._layout.body:
            cells = self._grid.cells[r]
            kinds = {kind_of(cells[c].text) for c in self._counts} - {BLANK}
            if not kinds and self._is_empty(r):
                continue
            if problem := self._shifted(r):
                first = cells[self._stubs[0]].text
                lost = self._group.kind is StubKind.REGION and kind_of(first) in (NUMBER, PERCENT)
                check = "row_without_label" if lost else "row_width"
                self._refuse(r, check, f"begins with {first!r} and {problem}" if lost else problem)
                continue
            label = self._read(r, regions, found[-1] if found and found[-1].row == r - 1 else None)
            if label is None:
                continue
            if kinds == {PERCENT} and self._ties_percentages and self._percentages_of(r, label, found):
                has_percentages = True
            elif (kinds != {PERCENT} or not self._ties_percentages) and found and _repeats(label, found[-1]):
                self._unread.append(r)
                continue
            found.append(label)
        self._report_unread()
        self._refuse_unnamed(found)
        if has_percentages:
            self._missing_percentage_rows(found)
        _date_sums(found)
        _name_rests(found)
        return [label for label in found if label.region is not None or self._group.kind is not StubKind.REGION]

    def _is_empty(self, r: int) -> bool:
        return all(kind_of(self._grid.text(r, c.index)) == BLANK for c in self._columns)

    def _shifted(self, r: int) -> str | None:
        """Why the cells of a row may not stand under their headers; None for a row as wide as the header."""
        row, own, width = self._grid.cells[r], self._grid.widths[r], self._layout.width
        if own == width:
            return None
        if own > width and any(cell.text for cell in row[width:own]):
            return f"has {own} cells under a header of {width} columns"
        missing = [c for c in (*self._stubs, *(c.index for c in self._columns)) if row[c] is MISSING]
        if own < width and missing:
            filled_elsewhere = any(
                kind_of(self._grid.text(other, c)) != BLANK for other in self._layout.body for c in missing
            )
            if filled_elsewhere:
                return f"has {own} cells under a header of {width} columns"
        return None

    def _group_labels(self) -> dict[int, str]:
        """For tables whose first label stands once for several rows without spanning them: the label of each row.

        The second label column repeats its words (小计, 职务, 非职务) or years in a cycle; each cycle is one group, and
        the label may stand in any of its rows. A cycle with no label or with two stays without one.
        """
        second = self._stubs[1] if len(self._stubs) > 1 else self._group.period
        if second is None:
            return {}
        first = self._stubs[0]
        rows = [r for r in self._layout.body if not self._is_empty(r)]
        blank = [r for r in rows if not self._grid.text(r, first)]
        if len(blank) * 3 < len(rows):
            return {}
        opening = chinese_part(self._grid.text(rows[0], second))
        cycles: list[list[int]] = []
        for r in rows:
            if not cycles or chinese_part(self._grid.text(r, second)) == opening:
                cycles.append([])
            cycles[-1].append(r)
        found: dict[int, str] = {}
        for cycle in cycles:
            labels = [text for r in cycle if (text := self._grid.text(r, first))]
            if len(labels) == 1:
                found.update(dict.fromkeys(cycle, labels[0]))
        return found

    def _read(self, r: int, group_labels: dict[int, str], above: RowLabel | None) -> RowLabel | None:
        texts = [self._grid.text(r, c) for c in self._stubs]
        if r in group_labels:
            texts[0] = group_labels[r]
        first = texts[0]
        if self._group.kind is StubKind.PERIOD:
            period = parse_period(first)
            if period is None:
                self._refuse(r, "row_without_period", f"begins with {first!r}, which is no period")
                return None
            return RowLabel(r, period=period)
        if kind_of(first) not in (TEXT, YEAR) or not first:
            what = f"begins with {first!r}" if first else "has an empty label"
            self._refuse(r, "row_without_label", f"{what}: its region is not known")
            return None
        period = None
        if self._group.period is not None:
            printed = self._grid.text(r, self._group.period)
            period = parse_period(printed)
            if period is None:
                self._refuse(r, "row_without_period", f"is dated {printed!r}, which is no period")
                return None
        if self._group.kind is StubKind.MEASURE:
            measure = self._measures[r]
            if not measure.path:
                self._refuse(r, "row_without_label", f"begins with {first!r}, a part of a row that is not known")
                return None
            further = [read.label for text in texts[1:] if text != first and (read := header_text(text)).label]
            if further and names_no_measure(further[-1]) and r - 1 in self._measures and above is not None:
                base = above.stub[len(self._measures[r - 1].path) :]  # a share or growth is named after its count
                further = [*base, *further] if self._measures[r - 1] == measure else further
            return RowLabel(r, stub=[*measure.path, *further], period=period, unit=measure.unit)
        if problem := self._disagreement(r, first):
            self._refuse(r, "row_labels_disagree", problem)
            return None
        region, further = first, texts[1:]
        if len(texts) > 1 and texts[1] and (self._group.region is not None or self._is_sub_region(self._stubs[1])):
            if kind_of(texts[1]) in (NUMBER, PERCENT):
                self._refuse(r, "row_without_label", f"begins with {first!r} and {texts[1]!r}: its region is not known")
                return None
            region, further = within(first, texts[1]), texts[2:]
        spanned = self._grid.cells[r][self._stubs[0]]
        stub = [
            chinese_part(text)
            for c, text in zip(self._stubs[len(self._stubs) - len(further) :], further, strict=True)
            if text and self._grid.cells[r][c] is not spanned
        ]
        return RowLabel(r, region_label(region), stub, period)

    def _disagreement(self, r: int, label: str) -> str | None:
        """Chinese and English name of two different regions in one row."""
        if self._group.translation is not None:
            beside = self._grid.text(r, self._group.translation)
        elif LATIN.search(label) and CJK.search(label):
            beside = " ".join(re.findall(r"[A-Za-z][A-Za-z’' ]+", label))
        else:
            return None
        return f"is labelled {label} and {beside}: two regions" if are_two_regions(label, beside) else None

    def _refuse_unnamed(self, found: list[RowLabel]) -> None:
        """Refuse a row that lost its second label (职务) among rows of the same region that have one."""
        unnamed = [label for label in found if not label.stub and label.region is not None and not label.is_percentage]
        if len(self._stubs) < 2 or len(unnamed) * 4 > len(found):
            return  # where many rows have none, having none says something: the whole
        named = {label.region for label in found if label.stub}
        for label in unnamed:
            if label.region in named:
                self._refuse(label.row, "row_without_label", f"is of {label.region}, and of which part is not said")
                found.remove(label)

    def _report_unread(self) -> None:
        """Second rows of regions whose figures show no % sign (a spreadsheet stores fractions): not read, and told."""
        if self._unread:
            message = f"{len(self._unread)} rows repeat the region above in another language, and not as percentages"
            place = (self._table_no, self._unread[0] + 1)
            self.findings.append(Finding("second_rows_not_read", False, message, *place))
            self.leftovers.append(f"table {place[0]} row {place[1]} and others: {message}")

    def _measure_rows(self) -> dict[int, MeasureRow]:
        labels = {r: self._grid.text(r, self._stubs[0]) for r in self._layout.body}
        sections = {r: self._grid.cells[r][0].text for r in self._layout.notes}
        return measure_rows(labels, sections)

    def _is_sub_region(self, column: int) -> bool:
        cells = dict.fromkeys(self._grid.cells[r][column] for r in self._layout.header)
        return bool(SUB_REGION_HEADER.match("".join(chinese_part(cell.text) for cell in cells)))

    def _percentages_of(self, r: int, label: RowLabel, found: list[RowLabel]) -> bool:
        """Tie a row of percentages to the count row above it, whose region it repeats in English.

        Not tied (and refused): a row whose count row is gone, or whose English name is that of another region.
        """
        above = found[-1] if found else None
        name = label.region or ""
        if above is None or above.region is None or above.is_percentage:
            self._refuse(r, "percentage_row_without_counts", f"{name} holds percentages and no count row is above it")
            label.region = None
            return False
        if are_two_regions(name, above.region):
            message = f"the percentages of {name} stand under the counts of {above.region}"
            self._refuse(r, "percentage_row_label", message)
            label.region = None
            return False
        if CJK.search(name) and name != above.region:
            self._refuse(r, "percentage_row_label", f"{name} holds percentages under the counts of {above.region}")
            label.region = None
            return False
        label.region, label.is_percentage = above.region, True
        return True

    def _missing_percentage_rows(self, found: list[RowLabel]) -> None:
        """In a table with percentage rows every count row has one, but for the last where the page is cut."""
        for label, below in pairwise(found):
            if not label.is_percentage and not below.is_percentage and label.region is not None:
                message = f"row {label.row + 1} ({label.region}) has lost its row of percentages"
                self.findings.append(Finding("percentage_row_missing", False, message, self._table_no, label.row + 1))

    def _refuse(self, r: int, check: str, message: str) -> None:
        self.refused += 1
        cells = [cell.text for c, cell in enumerate(self._grid.cells[r]) if cell.text and self._grid.is_origin(r, c)]
        self.leftovers.append(f"table {self._table_no} row {r + 1}: {' | '.join(cells)}")
        self.findings.append(Finding(check, False, f"row {r + 1} {message}", self._table_no, r + 1))


def _repeats(label: RowLabel, above: RowLabel) -> bool:
    """True for the row below a region's own that names it once more, in the other language."""
    name, before = label.region, above.region
    if (
        not name
        or not before
        or above.is_percentage
        or label.stub
        or bool(CJK.search(name)) == bool(CJK.search(before))
    ):
        return False
    if row_kind(name) is RowKind.TOTAL or row_kind(before) is RowKind.TOTAL:
        return row_kind(name) is row_kind(before)
    first, second = national_row(name), national_row(before)
    return first is not None and second is not None and first.name == second.name


def _name_rests(labels: Sequence[RowLabel]) -> None:
    """其他 below the cities of a province is the rest of that province, not of the country."""
    names = [label.region or "" for label in labels]
    for place, province in places_within(names).items():
        if row_kind(names[place]) is RowKind.OTHER:
            labels[place].region = within(names[province], names[place])


def _date_sums(labels: Sequence[RowLabel]) -> None:
    """A range of years that begins before all single years of its column is the sum since the start of the series."""
    single = [label.period.year for label in labels if label.period and label.period.kind is PeriodKind.YEAR]
    for label in labels:
        period = label.period
        if period is None or period.kind is not None or not single or period.first_day.year >= min(single):
            continue
        label.period = replace(period, period=period.last_day.isoformat(), kind=PeriodKind.CUMULATIVE)

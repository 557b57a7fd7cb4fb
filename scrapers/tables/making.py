"""Make the records of a table: one per printed figure, or none of a row in which a figure is damaged."""

from __future__ import annotations

import re
from decimal import Decimal

from scrapers.grid import Grid
from scrapers.numbers import DamagedNumber, Number, parse_number, quick_value
from scrapers.records import Finding, PeriodKind, Record
from scrapers.tables.caption import heading_region
from scrapers.tables.cells import BLANK, COMPOUND, kind_of
from scrapers.tables.columns import SEPARATOR, period_for
from scrapers.tables.model import Column, Group, RowLabel, StubKind, Table
from scrapers.tables.units import is_unit

SHARE_OF_TOTAL = "占合计"
"""Second figure of a compound cell `100/84.2`: the share of the whole (DESIGN: records)."""
MONTH_NOT_NAMED = "the page does not name the month"


class RecordMaker:
    """Makes the records of one group of columns. What is the same for many cells is worked out once."""

    def __init__(self, table: Table, grid: Grid, columns: list[Column], group: Group) -> None:
        self._table, self._grid, self._columns, self._number = table, grid, columns, table.number
        caption = table.caption
        self._stubs = group.stubs
        self._is_regional = group.kind is StubKind.REGION
        self._region = None if self._is_regional else heading_region(caption)
        self._notes = bool(caption.conflicts or caption.months_not_named)
        self._title, self._published_on = caption.title, caption.published_on
        self._periods: dict[tuple[int, str, str | None], tuple[str | None, PeriodKind | None]] = {}

    def read_row(self, label: RowLabel) -> None:
        """Records of one row; a row with a damaged cell is refused whole, since its figures may have shifted."""
        records: list[Record] = []
        row = label.row
        cells = self._grid.cells[row]
        is_plain = not (label.stub or label.period or self._notes)
        region = label.region if self._is_regional else self._region
        try:
            for column in self._columns:
                cell = cells[column.index]
                if cell.row != row or cell.column != column.index:
                    continue
                text = cell.text
                quick = quick_value(text)
                # most cells of most tables: nothing about them differs but place and figure
                if quick is not None and is_plain:
                    records.append(
                        Record(
                            self._number,
                            row + 1,
                            column.index + 1,
                            column.measure,
                            text,
                            quick[0],
                            self._title,
                            region,
                            column.period_label,
                            column.period,
                            column.period_kind,
                            "%" if quick[1] or label.is_percentage else label.unit or column.unit,
                            label.is_percentage,
                            self._published_on,
                        )
                    )
                elif kind_of(text) != BLANK and not any(cell is cells[c] for c in self._stubs):
                    self._read_cell(label, column, text, quick, records)
        except DamagedNumber as damage:
            self._refuse(label, column, damage)
            return
        self._table.records.extend(records)

    def _refuse(self, label: RowLabel, column: Column, damage: DamagedNumber) -> None:
        self._table.refused_rows += 1
        at = f"table {self._number} row {label.row + 1} column {column.index + 1}"
        refused = f"the row {label.region or ''} is refused"
        self._table.leftovers.append(f"{at}: {damage.text!r} ({damage.why}); {refused}")
        place = (self._number, label.row + 1, column.index + 1)
        self._table.findings.append(Finding("damaged_number", False, str(damage), *place))

    def _read_cell(
        self, label: RowLabel, column: Column, text: str, quick: tuple[Decimal, bool] | None, records: list[Record]
    ) -> None:
        if quick is not None:
            unit = "%" if quick[1] or label.is_percentage else label.unit or column.unit
            records.append(self._make(label, column, text, quick[0], unit, None))
            return
        compound = COMPOUND.match(text) if "/" in text else None
        if compound and (column.unit == "%" or "构成" in column.measure or label.is_percentage):
            records.append(self._make(label, column, text, Decimal(compound["first"]), "%", None))
            records.append(self._make(label, column, text, Decimal(compound["second"]), "%", None, SHARE_OF_TOTAL))
            return
        if "\n" in text and re.search(r"\d\s*\n\s*\d", text):
            raise DamagedNumber(text, "two lines of digits in one cell")
        number = parse_number(text)
        if number is None:
            raise DamagedNumber(text, "words in a column of figures")
        records.append(self._make(label, column, text, number.value, _unit(number, column, label), number.note))

    def _make(
        self,
        label: RowLabel,
        column: Column,
        text: str,
        value: Decimal,
        unit: str | None,
        note: str | None,
        further: str | None = None,
    ) -> Record:
        measure, stub = column.measure, label.stub
        period, kind, dated = column.period, column.period_kind, column.period_label
        if stub or further:
            measure = SEPARATOR.join([part for part in (measure, *stub, further) if part])
        if stub or label.period is not None:
            period, kind = self._period(label, column)
            dated = label.period.label if label.period is not None else dated
        if self._notes:
            note = "; ".join(part for part in (note, self._note(kind)) if part) or None
        return Record(
            self._number,
            label.row + 1,
            column.index + 1,
            measure,
            text if "\n" not in text else " ".join(text.split()),
            value,
            self._title,
            label.region if self._is_regional else self._region,
            dated,
            period,
            kind,
            unit,
            label.is_percentage,
            self._published_on,
            note=note,
        )

    def _note(self, kind: PeriodKind | None) -> str:
        """What is to be said of every figure of the table."""
        notes = list(self._table.caption.conflicts)
        if self._table.caption.months_not_named and kind in (PeriodKind.MONTH, PeriodKind.YEAR_TO_DATE):
            notes.append(MONTH_NOT_NAMED)
        return "; ".join(notes)

    def _period(self, label: RowLabel, column: Column) -> tuple[str | None, PeriodKind | None]:
        """The column's period; for rows that are periods, or whose label says 有效 or 授权, that of column and row."""
        words = " ".join(label.stub)
        own = label.period.period if label.period else None
        key = (column.index, words, str(label.period.kind) if label.period else None)
        if key not in self._periods:
            period, kind = period_for(column, self._columns, self._table.caption, words, label.period)
            if own is not None and period != own:
                return period, kind  # a comparison with another period: worked out row by row
            self._periods[key] = (period, kind)
        period, kind = self._periods[key]
        return (own or period), kind


def _unit(number: Number, column: Column, label: RowLabel) -> str | None:
    """The unit printed on the figure, else of the row, else of the column. Two different ones are damage."""
    if label.is_percentage:
        return "%"
    stated = label.unit or column.unit
    if number.unit is None or number.unit == stated:
        return stated
    if stated is None or number.unit == "%":
        return number.unit
    if is_unit(f"{number.unit}{stated}"):
        return f"{number.unit}{stated}"
    raise DamagedNumber(number.text, f"the unit {number.unit} in a column of {stated}")

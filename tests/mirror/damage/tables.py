"""Damages of the main table of a web page."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.mirror.damage.text import Damage, of_text, pick

ROW = re.compile(r"<tr\b.*?</tr>", re.S | re.I)
CELL = re.compile(r"<t[dh]\b[^>]*>.*?</t[dh]>", re.S | re.I)
_FIGURE = re.compile(r"\s*-?[\d,]+(?:\.\d+)?\s*")


def table(html: str) -> tuple[int, int]:
    """Where the table with the most rows begins and ends."""
    spans = [match.span() for match in re.finditer(r"<table\b.*?</table>", html, re.S | re.I)]
    return max(spans, key=lambda span: len(ROW.findall(html[slice(*span)])), default=(0, 0))


def data_rows(rows: list[str]) -> list[int]:
    """Rows with at least two cells that hold a number and nothing else."""
    return [number for number, row in enumerate(rows) if sum(map(_is_figure, CELL.findall(row))) >= 2]


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(re.sub(r"<[^>]*>|&nbsp;", "", cell)))


def of_rows(change: Callable[[list[str], list[int]], list[str] | None]) -> Damage:
    """A damage of the rows of the main table: gets all rows and the places of those with figures."""

    def apply(html: str) -> str | None:
        start, end = table(html)
        part = html[start:end]
        rows = ROW.findall(part)
        data = data_rows(rows)
        if len(data) < 5:
            return None
        changed = change(list(rows), data)
        if changed is None:
            return None
        first, last = part.index(rows[0]), part.rindex(rows[-1]) + len(rows[-1])
        return html[:start] + part[:first] + "\n".join(changed) + part[last:] + html[end:]

    return of_text(apply)


def without_row(which: float) -> Damage:
    """Take away one row of figures; `which` from 0 (first) to 1 (last)."""

    def change(rows: list[str], data: list[int]) -> list[str]:
        del rows[pick(data, which)]
        return rows

    return of_rows(change)


def row_twice(which: float) -> Damage:
    def change(rows: list[str], data: list[int]) -> list[str]:
        place = pick(data, which)
        rows.insert(place, rows[place])
        return rows

    return of_rows(change)


def row_over_next(which: float) -> Damage:
    """The figures of one row printed again under the next label; the next row's own figures are lost."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        place = pick(data[:-1], which)
        here, below = CELL.findall(rows[place]), CELL.findall(rows[place + 1])
        if len(here) != len(below):
            return None
        rows[place + 1] = rows[place].replace(here[0], below[0], 1)
        return rows

    return of_rows(change)


def labels_swapped(which: float, distance: int = 1) -> Damage:
    def change(rows: list[str], data: list[int]) -> list[str] | None:
        one = pick(data[:-distance], which)
        two = data[data.index(one) + distance]
        here, there = CELL.findall(rows[one]), CELL.findall(rows[two])
        if len(here) != len(there):
            return None
        rows[one] = rows[one].replace(here[0], there[0], 1)
        rows[two] = rows[two].replace(there[0], here[0], 1)
        return rows

    return of_rows(change)


def labels_moved_up(rows: list[str], data: list[int]) -> list[str] | None:
    """Every label one row further up: the first is gone, the last stands twice."""
    labels = [CELL.findall(rows[place])[0] for place in data]
    for place, own, other in zip(data, labels, [*labels[1:], labels[-1]], strict=True):
        rows[place] = rows[place].replace(own, other, 1)
    return rows


def shift(rows: list[str], places: list[int]) -> list[str]:
    """The figures of some rows one column to the right, the last one in the first column."""
    for place in places:
        cells = CELL.findall(rows[place])
        figures = cells[1:]
        head = rows[place][: rows[place].index(cells[0])]
        rows[place] = head + "".join([cells[0], figures[-1], *figures[:-1]]) + "</tr>"
    return rows


def cell_gone(which: float, column: int = 1) -> Damage:
    """One cell of one row is lost, the rest moves to the left."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        place = pick(data, which)
        cells = CELL.findall(rows[place])
        if len(cells) <= column + 1:
            return None
        rows[place] = rows[place].replace(cells[column], "", 1)
        return rows

    return of_rows(change)


def column_gone(column: int) -> Damage:
    """A column of figures is lost in every row of figures, but its head stays."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        for place in data:
            cells = CELL.findall(rows[place])
            if len(cells) <= abs(column) + 1:
                return None
            at = rows[place].rindex(cells[column]) if column < 0 else rows[place].index(cells[column])
            rows[place] = rows[place][:at] + rows[place][at + len(cells[column]) :]
        return rows

    return of_rows(change)


def columns_swapped(one: int, two: int) -> Damage:
    """Two columns of figures changed places, their heads did not."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        for place in data:
            cells = CELL.findall(rows[place])
            if len(cells) <= max(one, two):
                return None
            head = rows[place][: rows[place].index(cells[0])]
            cells[one], cells[two] = cells[two], cells[one]
            rows[place] = head + "".join(cells) + "</tr>"
        return rows

    return of_rows(change)


def heads_swapped(rows: list[str], data: list[int]) -> list[str] | None:
    """The last two heads changed places."""
    for place in reversed(range(data[0])):
        cells = CELL.findall(rows[place])
        if len(cells) >= 3 and cells[-1] != cells[-2] and "span" not in cells[-1] + cells[-2]:
            one, two = cells[-2], cells[-1]
            at = rows[place].rindex(one)
            rows[place] = rows[place][:at] + two + one + "</tr>"
            return rows
    return None


def without_heads(rows: list[str], data: list[int]) -> list[str] | None:
    return rows[data[0] :] if data[0] else None


def blank_cell(which: float, column: int = 1) -> Damage:
    def change(rows: list[str], data: list[int]) -> list[str] | None:
        place = pick(data, which)
        cells = CELL.findall(rows[place])
        rows[place] = rows[place].replace(cells[column], "<td>&nbsp;</td>", 1)
        return rows

    return of_rows(change)


def digits_eaten(which: float, column: int = 1, first: bool = True) -> Damage:
    """One figure loses its first (or last) digit."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        place = pick(data, which)
        cells = CELL.findall(rows[place])
        if len(cells) <= column or not re.search(r">\s*\d{3,}", cells[column]):
            return None
        eaten = (
            re.sub(r">(\s*)\d", r">\1", cells[column], count=1) if first else re.sub(r"\d(\s*</)", r"\1", cells[column])
        )
        rows[place] = rows[place].replace(cells[column], eaten, 1)
        return rows

    return of_rows(change)


def column_digits_eaten(column: int) -> Damage:
    """Every figure of a column loses its first digit."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        for place in data:
            cells = CELL.findall(rows[place])
            if len(cells) <= column:
                return None
            eaten = re.sub(r">(\s*)\d(?=\d)", r">\1", cells[column], count=1)
            rows[place] = rows[place].replace(cells[column], eaten, 1)
        return rows

    return of_rows(change)


def without_rows_of_percentages(rows: list[str], data: list[int]) -> list[str] | None:
    kept = [row for row in rows if not re.search(r"构成|%|％|100\.0|>100<|percent", row, re.I)]
    return kept if 0 < len(rows) - len(kept) < len(rows) / 2 + 1 else None


def one_percentage_row_gone(rows: list[str], data: list[int]) -> list[str] | None:
    for place in range(len(rows) // 2, len(rows)):
        if re.search(r"构成|%|％|100\.0|>100<", rows[place]):
            del rows[place]
            return rows
    return None

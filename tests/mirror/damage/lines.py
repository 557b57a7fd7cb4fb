"""Damages of exported text files, line by line."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.mirror.damage.text import Damage, of_text, pick


def of_lines(change: Callable[[list[str]], list[str] | None]) -> Damage:
    """A damage of the lines of a text file."""

    def apply(text: str) -> str | None:
        lines = text.splitlines(keepends=True)
        changed = change(list(lines))
        return None if changed is None else "".join(changed)

    return of_text(apply)


def csv_rows(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if len(re.findall(r",\s*[\d.]+\s*(?=,|$)", line)) >= 3]


def csv_row_gone(which: float) -> Damage:
    def change(lines: list[str]) -> list[str]:
        del lines[pick(csv_rows(lines), which)]
        return lines

    return of_lines(change)


def csv_row_twice(lines: list[str]) -> list[str]:
    place = pick(csv_rows(lines), 0.4)
    lines.insert(place, lines[place])
    return lines


def csv_labels_swapped(lines: list[str]) -> list[str]:
    one = pick(csv_rows(lines), 0.3)
    (a, rest_a), (b, rest_b) = lines[one].split(",", 1), lines[one + 1].split(",", 1)
    lines[one], lines[one + 1] = f"{b},{rest_a}", f"{a},{rest_b}"
    return lines


def csv_column_shifted(which: float | None) -> Damage:
    """One cell too many before the figures: in one row, or in all of them."""

    def change(lines: list[str]) -> list[str]:
        rows = csv_rows(lines)
        for place in rows if which is None else [pick(rows, which)]:
            label, rest = lines[place].split(",", 1)
            cells = rest.rstrip("\r\n").split(",")
            lines[place] = ",".join([label, cells[-1], *cells[:-1]]) + "\n"
        return lines

    return of_lines(change)


def csv_cell_gone(which: float, column: int) -> Damage:
    def change(lines: list[str]) -> list[str]:
        place = pick(csv_rows(lines), which)
        cells = lines[place].split(",")
        del cells[column]
        lines[place] = ",".join(cells)
        return lines

    return of_lines(change)


def csv_digit_eaten(which: float, column: int) -> Damage:
    def change(lines: list[str]) -> list[str] | None:
        place = pick(csv_rows(lines), which)
        cells = lines[place].split(",")
        if not re.match(r"\d{3,}", cells[column]):
            return None
        cells[column] = cells[column][1:]
        lines[place] = ",".join(cells)
        return lines

    return of_lines(change)


def csv_heads_swapped(lines: list[str]) -> list[str]:
    place = csv_rows(lines)[0] - 1
    cells = lines[place].split(",")
    cells[2], cells[3] = cells[3], cells[2]
    lines[place] = ",".join(cells)
    return lines


def csv_years_moved(lines: list[str]) -> list[str]:
    """The head row is that of the next year: all years one later."""
    place = csv_rows(lines)[0] - 1
    lines[place] = re.sub(r"\d{4}", lambda match: str(int(match[0]) + 1), lines[place])
    return lines

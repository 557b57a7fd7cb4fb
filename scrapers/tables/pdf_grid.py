"""The cells of a ruled PDF table as a grid, and the text of each from the characters inside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from scrapers.grid import MISSING, Cell, Grid

CLUSTER = 3.0
"""Points within which two rulings are the same one (what pdfplumber snaps)."""
_WIDE = 0.8
"""Gap between two digits, in letter heights, that no thousands separator has."""


def is_in(char: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    """True for a character whose middle lies in a box (left, top, right, bottom)."""
    across, down = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    return bool(box[0] <= across < box[2] and box[1] <= down < box[3])


def ruled_grid(chars: list[dict[str, Any]], boxes: Sequence[Any]) -> tuple[Grid, tuple[float, ...]]:
    """The cells of a ruled table in a grid; a cell without inner rulings spans the columns and rows that it covers."""
    across = _places([x for box in boxes for x in (box[0], box[2])])
    down = _places([y for box in boxes for y in (box[1], box[3])])
    rows = [[MISSING] * (len(across) - 1) for _ in range(len(down) - 1)]
    for box in sorted(boxes, key=lambda box: (box[1], box[0])):
        left, right = _index(across, box[0]), _index(across, box[2])
        top, bottom = _index(down, box[1]), _index(down, box[3])
        cell = Cell(_cell_text([char for char in chars if is_in(char, box)]), top, left)
        for r in range(top, bottom):
            for c in range(left, right):
                rows[r][c] = cell
    return Grid(rows, [len(row) for row in rows]), tuple(across)


def _places(values: list[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > CLUSTER:
            found.append(value)
    return found


def _index(places: list[float], value: float) -> int:
    return min(range(len(places)), key=lambda i: abs(places[i] - value))


def _cell_text(chars: list[dict[str, Any]]) -> str:
    """Text of a cell; digits too far apart to be one number go on two lines, which the reader refuses."""
    if not chars:
        return ""
    from pdfplumber.utils.text import extract_text

    text = "\n".join(" ".join(line.split()) for line in extract_text(chars, x_tolerance_ratio=0.3).split("\n")).strip()
    if re.search(r"\d \d", text):
        digits = sorted((c for c in chars if c["text"].strip()), key=lambda c: (round(c["top"]), c["x0"]))
        for one, other in pairwise(digits):
            is_line = abs(one["top"] - other["top"]) < one["size"] / 2
            if is_line and other["x0"] - one["x1"] > _WIDE * one["size"] and (one["text"] + other["text"]).isdecimal():
                return re.sub(r"(?<=\d) (?=\d)", "\n", text)
    return text

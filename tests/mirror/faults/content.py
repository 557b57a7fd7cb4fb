"""Faults of the content: the page comes whole, and its figures are not what they are taken for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from scrapers.records import Refusal
from tests.mirror import damage
from tests.mirror.damage.pages import cut, replaced
from tests.mirror.damage.tables import CELL, ROW, data_rows, of_rows, table
from tests.mirror.damage.text import Damage, of_text
from tests.mirror.faults.fault import Change, Fault
from tests.mirror.server import Answer

REFUSED = r"[a-z_]+: ."
"""Any reason with its words: which check sees such a fault first depends on the page."""


def content_faults() -> Iterator[Fault]:
    """Wrong figures under right labels and right figures under wrong ones, each for all families it applies to."""
    tables, lines, prose = damage.TABLE, damage.CSV, damage.PROSE
    wrong: dict[str, Sequence[Damage]] = {
        "layout: heads gone": [tables["heads gone"], lines["head gone"]],
        "layout: blocks in place of cells": [blocks_for_cells],
        "layout: rows turned to columns": [turned],
        "layout: a column put in without a head": [column_put_in],
        "layout: heads below the figures": [of_rows(heads_below)],
        "columns shifted in all rows": [tables["all rows shifted"], lines["all rows shifted"]],
        "columns shifted in one row": [tables["one row shifted"], lines["one row shifted"]],
        "columns changed places, heads did not": [tables["columns 1 and 2 swapped"]],
        "heads swapped": [tables["heads swapped"], lines["heads swapped"]],
        "labels of two rows swapped": [tables["labels 0.5 swapped"], lines["labels swapped"]],
        "labels of two far rows swapped": [tables["far labels swapped"]],
        "labels one row up": [tables["labels moved up"]],
        "件 changed to 万件": [replaced("(?<![万亿])件", "万件"), damage.ANY["piece → 10,000 pieces"]],
        "unit ten thousand times smaller": [replaced("万(?=[件人元户])", "")],
        "亿元 changed to 万元": [replaced("亿元", "万元")],
        "a unit of 万件 printed over the table": [unit_line],
        "last month's table under this month's title": [later],
        "last year's figures under this year": [a_year_later],
        "one figure without its first digit": [
            tables["first digit of 1 in row 0.5 eaten"], lines["digit of 3 in row 0.5 eaten"],
            prose["first digit of number 1 eaten"], prose["first digit of number 0 eaten"],
        ],
        "one figure without its last digit": [tables["last digit of 1 in row 0.5 eaten"]],
        "a column without its first digits": [tables["first digits of column 1 eaten"]],
        "digits shown as question marks": [prose["? for the first digits"], digits_as_marks],
        "figures printed twice in a row": [prose["numbers doubled"]],
        "decimal points gone": [replaced(r"(?<=>)(\s*\d+)\.(\d+)(?=\s*<)", r"\1\2")],
        "a row gone": [tables["row mid gone"], lines["row 0.5 gone"], prose["paragraph 1 gone"]],
        "a row twice": [tables["row 0.5 twice"], lines["row twice"]],
        "a row over the next": [tables["row 0.6 over next"]],
        "a cell gone": [tables["cell 1 of row 0.6 gone"], lines["cell 1 gone"]],
        "the page broken off half-way": [cut(0.5)],
    }  # fmt: skip
    for name, damages in wrong.items():
        yield Fault(name, "content", of_any(*damages), REFUSED)
    for name, damages in {
        "another look, same table": [another_look], "a notice above the table": [notice],
    }.items():  # fmt: skip
        yield Fault(name, "content", of_any(*damages), None)


def of_any(*damages: Damage) -> Change:
    """The first of the damages that changes the page."""

    def change(good: Answer) -> Answer | None:
        for spoil in damages:
            try:
                body = spoil(good.body)
            except (IndexError, ValueError, Refusal):  # no such rows, or no text at all
                continue
            if body is not None and body != good.body:
                return replace(good, body=body)
        return None

    return change


# --- layout -----------------------------------------------------------------------------------------------------------


def _in_table(change: str, to: str, html: str) -> str | None:
    start, end = table(html)
    if len(data_rows(ROW.findall(html[start:end]))) < 5:
        return None
    return html[:start] + re.sub(change, to, html[start:end], flags=re.I) + html[end:]


def blocks_for_cells(body: bytes) -> bytes | None:
    """The table is drawn with blocks, as after a new design of the site."""
    return of_text(lambda html: _in_table(r"<(/?)(table|tbody|thead|tr|td|th)\b[^>]*>", r"<\1div>", html))(body)


@of_text
def turned(html: str) -> str | None:
    """Rows and columns of the table change places; a table with cells over several rows or columns is left."""
    start, end = table(html)
    rows = [CELL.findall(row) for row in ROW.findall(html[start:end])]
    if len(rows) < 6 or len({len(row) for row in rows}) > 1 or re.search(r"(?:col|row)span", html[start:end], re.I):
        return None
    turned_rows = "".join(f"<tr>{''.join(cells)}</tr>" for cells in zip(*rows, strict=True))
    return f"{html[:start]}<table>{turned_rows}</table>{html[end:]}"


@of_rows
def column_put_in(rows: list[str], data: list[int]) -> list[str] | None:
    """One more cell of figures before the others, in rows of figures only."""
    for number, place in enumerate(data):
        first = CELL.findall(rows[place])[0]
        rows[place] = rows[place].replace(first, f"{first}<td>{number + 1}</td>", 1)
    return rows


def heads_below(rows: list[str], data: list[int]) -> list[str] | None:
    return [*rows[data[0] :], *rows[: data[0]]] if data[0] else None


def another_look(body: bytes) -> bytes | None:
    """Styles, classes and comments: nothing that a reader sees."""
    return of_text(
        lambda html: re.sub(r"<td\b", '<td class="c1" style="padding:2px"', html).replace("<tr", "<!-- r --><tr")
    )(body)


def notice(body: bytes) -> bytes | None:
    """A line of the site above everything else."""
    return of_text(lambda html: re.sub(r"(<body[^>]*>)", r"\1<div>欢迎访问本网站</div>", html, count=1))(body)


# --- units, periods, digits -------------------------------------------------------------------------------------------


def unit_line(body: bytes) -> bytes | None:
    """The unit that is printed, or one where none is, says 万件."""

    def change(html: str) -> str | None:
        if re.search(r"单位[::]\s*件", html):
            return re.sub(r"(单位[::]\s*)件", r"\1万件", html)
        start, end = table(html)
        if len(data_rows(ROW.findall(html[start:end]))) < 5:
            return None
        return f"{html[:start]}<p>单位:万件</p>{html[start:]}"

    return of_text(change)(body)


_MONTH = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])(月)(?!\d*日|份?以)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年|\s*[-–—]|\D{0,40}$|</)")


def _before_figures(html: str) -> int:
    """Where the first row of figures begins; the end of a page without a table."""
    start, end = table(html)
    rows = ROW.findall(html[start:end])
    data = data_rows(rows)
    return html.index(rows[data[0]], start) if data else len(html)


@of_text
def later(html: str) -> str | None:
    """Everything above the figures speaks of the next month; a page without months is left."""
    if "<table" not in html.lower():
        return None
    at = _before_figures(html)
    head = _MONTH.sub(lambda found: f"{int(found[1]) % 12 + 1}{found[2]}", html[:at])
    return head + html[at:]


def a_year_later(body: bytes) -> bytes | None:
    """Every year above the figures (in an article: every year) is one later."""
    if b"<table" not in body.lower():
        return damage.CSV["years moved"](body) if b"<" not in body[:200] else damage.PROSE["year one later"](body)

    def change(html: str) -> str:
        at = _before_figures(html)
        return re.sub(r"(?<![\d/_-])20\d\d(?![\d-])", lambda found: str(int(found[0]) + 1), html[:at]) + html[at:]

    return of_text(change)(body)


@of_rows
def digits_as_marks(rows: list[str], data: list[int]) -> list[str] | None:
    """A font that the program does not have: some digits come as question marks."""
    for place in data[::3]:
        rows[place] = re.sub(r"(?<=>)(\s*\d)\d", r"\1?", rows[place])
    return rows

"""Where a plan tells of the years before it: the paragraphs of its history sections, passage by passage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scrapers.plans.drafts import Role
from scrapers.plans.lost_tables import lost_tables
from scrapers.plans.reading import Line, Reading, lines
from scrapers.plans.roles import Stretch, run_in_role, stretches
from scrapers.plans.sections import read_sections
from scrapers.visible import Paragraph

_OUTLOOK = re.compile(r"形势|机遇|挑战|问题|短板|不足|面临|环境|必要|意义")
"""Titles inside the history that no longer speak of the years before."""
_AHEAD = re.compile(r"下一步|任务|举措|措施|安排|打算|思路|对策|要求")
_NO_HISTORY = frozenset({Role.GOALS, Role.PRINCIPLES, Role.RULES})
_LOST_LINE_END = re.compile(r"(?<=[。!?！？])\s+(?=\S)")


def history(reading: Reading) -> list[list[Paragraph]]:
    """The paragraphs of each passage, as stretches of `reading.printed.text`.

    What a passage says of its years holds for all of it. A part that looks at what is to come is a passage of its own.
    """
    passages: list[list[Paragraph]] = [[]]
    roles: dict[int, Role] = {}
    tables = list(_lost_tables(reading))
    run_in: Role | None = None
    for stretch in stretches(reading, read_sections(reading.plain), True):
        section, role = stretch.section, Role.UNKNOWN
        if stretch.is_title and section is not None:
            run_in = None
            roles[section.no] = _role(stretch, roles)
            if section.parent_no is None or _OUTLOOK.search(section.title):
                passages.append([])
        if section is not None:
            role = roles[section.no]
        for line in lines(reading, stretch.start, stretch.end):
            if not line.text or any(a <= line.places[0] <= b for a, b in tables):
                continue
            if not stretch.is_title and (named := run_in_role(line.text)):
                run_in = named
            if run_in is Role.HISTORY or (role is Role.HISTORY and run_in not in _NO_HISTORY):
                passages[-1] += _paragraphs(reading, line)
    return [passage for passage in passages if passage]


def _role(stretch: Stretch, roles: dict[int, Role]) -> Role:
    """The role of a section: below a heading of history all is history that is not called something else."""
    section = stretch.section
    if section is None or section.parent_no is None or stretch.role in _NO_HISTORY:
        return stretch.role
    if _AHEAD.search(section.title):
        return Role.MEASURES
    return Role.HISTORY if roles.get(section.parent_no) is Role.HISTORY else stretch.role


def _lost_tables(reading: Reading) -> Iterator[tuple[int, int]]:
    found = list(lines(reading, 0, len(reading.plain.text)))
    for table in lost_tables(found, reading.plain.text):
        yield found[table.first].places[0], found[table.end - 1].places[-1]


def _paragraphs(reading: Reading, line: Line) -> Iterator[Paragraph]:
    """A line as paragraphs of the printed text: copies that have lost their line ends keep a blank in their place."""
    first, last = line.places[0], line.places[-1] + 1
    cuts = [first, *(first + m.end() for m in _LOST_LINE_END.finditer(reading.printed.text[first:last])), last]
    raised = [
        (p.start + a, p.start + b) for p in reading.printed.paragraphs if p.start < last and first < p.end
        for a, b in p.raised
    ]  # fmt: skip
    for start, end in pairwise(cuts):
        marks = tuple((a - start, b - start) for a, b in raised if start <= a and b <= end)
        yield Paragraph(reading.printed.text[start:end], start, end, raised=marks)

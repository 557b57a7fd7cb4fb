"""Promises without a figure that stand outside the goals: a thing to be done by a printed date, a place among others.

Goals sections state objectives clause by clause (`objectives`). Sections of measures describe work; of it only what
can be held against a date (`力争在2026年4月前挂牌`, `从2026年起…列入预算`) or against other regions (`保持…居全省前列`,
`力争…增速高于全省平均水平`) is a promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from scrapers.plans import subjects
from scrapers.plans.conditions import above
from scrapers.plans.dates import deadline
from scrapers.plans.drafts import Context, Direction, Draft, TargetType
from scrapers.plans.guards import is_result
from scrapers.plans.objective_kinds import VAGUE_RANK, kind_of
from scrapers.plans.quantities import find_quantities, with_names, without_names
from scrapers.plans.reading import Line

_DEADLINE = re.compile(
    r"(?:力争|争取|确保|计划)?(?:在|于|到)?(?P<year>20\d\d)年(?:(?P<month>\d{1,2})月)?(?P<end>底|末)?(?:之|以)?前"
)
_SINCE = re.compile(r"(?:从|自)(?P<year>20\d\d)年(?:度|\d{1,2}月)?起")
_DONE = re.compile(
    r"揭牌|挂牌|成立|设立|建成|建立|完成|投入(?:运行|运营|使用)|启用|运行|通过验收|竣工|出台|印发|制定|列入|纳入|开通|上线|落成|投用"
)
_WILL = re.compile(r"力争|争取|努力|确保|保持|进入|达到|跻身")
_MEANT = re.compile(r"力争|争取|努力|确保")
_AMONG = re.compile(r"(?:全国|全省|全区|全市|全州|国内|省内)[^,]{0,6}$")
_CLAUSE = re.compile(r"[^,:]+")


def read_commitments(line: Line, places: Sequence[tuple[int, int]], context: Context) -> Iterator[Draft]:
    """Dated milestones, ranks without a number and comparisons with other regions in a line outside the goals.

    `places` are its sentences.
    """
    for start, end in places:
        text = line.text[start:end]
        masked = without_names(text)
        yield from _dated(line, start, text, masked, context)
        yield from _among_others(line, start, text, masked, context)


def _dated(line: Line, offset: int, text: str, masked: str, context: Context) -> Iterator[Draft]:
    for match in (*_DEADLINE.finditer(masked), *_SINCE.finditer(masked)):
        year = int(match["year"])
        known = context.calendar.issued or context.calendar.first
        if known is not None and year < known:
            continue
        printed, is_deadline = match.groupdict().get("month"), match.re is _DEADLINE
        month = int(printed) if printed else None
        if month is not None and not 1 <= month <= 12:
            continue
        clauses = [m.span() for m in _CLAUSE.finditer(masked)]
        at = next((i for i, (a, b) in enumerate(clauses) if a <= match.start() < b), None)
        if at is None:
            continue
        begin, end = _whole(masked, clauses, at, match)
        clause = masked[begin:end]
        if not _DONE.search(clause) or is_result(clause) or list(find_quantities(clause.replace(match.group(), ""))):
            continue
        name = _SINCE.sub("", _DEADLINE.sub("", clause)).strip(", ")
        yield _draft(
            line, offset, text, (begin, end), context, name=name.split(",")[0], kind=TargetType.MILESTONE,
            direction=Direction.UNSPECIFIED, year=year,
            due=deadline(year, month, is_whole=match["end"] is not None) if is_deadline else None,
        )  # fmt: skip


def _whole(masked: str, clauses: Sequence[tuple[int, int]], at: int, match: re.Match[str]) -> tuple[int, int]:
    """The clause of a date, with the clause that names the thing: the one before, or for a bare date the one behind."""
    begin, end = clauses[at]
    rest = masked[begin : match.start()] + masked[match.end() : end]
    if at > 0 and len(rest.strip()) <= 8 and _DONE.search(rest):
        begin = clauses[at - 1][0]
    elif len(rest.strip()) <= 2 and at + 1 < len(clauses):
        end = clauses[at + 1][1]
    return begin, end


def _among_others(line: Line, offset: int, text: str, masked: str, context: Context) -> Iterator[Draft]:
    for match in _CLAUSE.finditer(masked):
        clause = match.group().rstrip()
        if not (_is_ranked(clause) or _is_compared(clause)):
            continue
        kind = kind_of(clause, context.region_level)
        for name in kind.names:
            draft = _draft(
                line, offset, text, (match.start(), match.start() + len(clause)), context, name=name,
                kind=kind.target_type, direction=kind.direction, year=context.calendar.last, due=None,
            )  # fmt: skip
            draft.label += kind.growth
            draft.condition, draft.proof = kind.condition, kind.note
            yield draft


def _is_ranked(clause: str) -> bool:
    """A place among other regions, without its number, that is aimed at."""
    found = VAGUE_RANK.search(clause)
    if not found or found.end() != len(clause) or not _AMONG.search(clause[: found.start()]):
        return False
    return bool(_WILL.search(clause)) and not re.search(r"企业|产品|项目|技术", clause[-12:])


def _is_compared(clause: str) -> bool:
    """Something named that shall be above a region's average."""
    compared = above(clause)
    return compared is not None and len(compared.subject) > 2 and bool(_MEANT.search(clause)) and not is_result(clause)


def _draft(
    line: Line, offset: int, text: str, place: tuple[int, int], context: Context, *, name: str, kind: TargetType,
    direction: Direction, year: int | None, due: date | None,
) -> Draft:  # fmt: skip
    start, end = line.span(offset + place[0], offset + place[1])
    label = with_names(subjects.clean_label(name), text)
    return Draft(
        label=label, target_type=kind, direction=direction, start=start, end=end, year=year,
        year_inferred=due is None and kind is not TargetType.MILESTONE and not context.calendar.is_annual,
        due=due.isoformat() if due else None, section=context.section, path=context.path, role=context.role,
        form=context.form, confidence=0.7, group=context.sentence_no,
    )  # fmt: skip

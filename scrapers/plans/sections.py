"""The section tree of a plan: headings are found by their numbers and the sequence these make, not by their markup.

Text copies of plans keep whole chapters in one line, so a heading may stand anywhere in a paragraph. Story: every
place that looks like a numbered heading is a candidate; it is a heading where its number is the next one of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scrapers.numbers import DamagedNumber, chinese_number
from scrapers.visible import Paragraph, VisibleText

_CN = "一二三四五六七八九十百零〇"
_KINDS: tuple[tuple[str, str], ...] = (
    ("part", rf"第(?P<part>[{_CN}\d]{{1,4}})(?:部分|篇|编)"),
    ("chapter", rf"第(?P<chapter>[{_CN}\d]{{1,4}})章"),
    ("section", rf"第(?P<section>[{_CN}\d]{{1,4}})节"),
    ("article", rf"第(?P<article>[{_CN}\d]{{1,4}})条"),
    ("numeral", rf"(?P<numeral>[{_CN}]{{1,4}})\s*[、．.]"),
    ("bracketed_numeral", rf"[(（](?P<bracketed_numeral>[{_CN}]{{1,4}})[)）]"),
    ("digit", r"(?P<digit>\d{1,3})\s*[、．.](?!\s*\d)"),
    ("bracketed_digit", r"[(（](?P<bracketed_digit>\d{1,2})[)）]"),
    ("circled", r"(?P<circled>[①-⑳])"),
    ("box", rf"专栏\s*(?P<box>[{_CN}\d]{{1,3}})"),
)
"""Kinds of numbering from the highest to the lowest; a box stands inside whatever section it follows."""
_RANK = {name: rank for rank, (name, _) in enumerate(_KINDS)}
_BY_BLANK = frozenset(["part", "chapter", "section", "box"])
"""Kinds whose title ends at a blank in copies that have lost their line ends; the others have run-in titles."""
_TAKES_GAPS = frozenset(["part", "chapter", "section", "article", "numeral", "bracketed_numeral"])
_CANDIDATE = re.compile("|".join(pattern for _, pattern in _KINDS))
_SENTENCE_END = re.compile(r"[。:：;；!！?？]")
_LOST_LINE_END = re.compile(r"^(?P<title>[^\s，,]{2,24}[一-鿿”》)）])\s+(?=[一-鿿“《(（])")
"""A short run of words and a blank, then a sentence: the heading and its text in one line."""
_USUAL_HEADING = re.compile(
    r"(?:指导思想|基本原则|总体要求|总体思路|(?:总体|主要|发展|工作|具体|战略|规划)目标(?:任务)?|(?:主要|重点|工作)任务|(?:主要|工作|政策|保障|组织)措施|"
    r"组织保障|组织实施|(?:发展|规划|编制)背景|发展(?:现状|基础))(?=[^。;；:：,，、与和及的])"
)
"""A heading that a copy without line ends has run into its text."""
_LONGEST_TITLE = 60
_LONGEST_RUN_IN_TITLE = 40
_LARGEST_GAP = 2
_CONTENTS_LINE = re.compile(r"(?:[.…·]{3,}|\s{2,})\s*\d{1,3}\s*$")


@dataclass(frozen=True, slots=True)
class Section:
    """One numbered heading and the text down to the next heading of its level."""

    no: int
    """1, 2, … in the order of the document."""
    parent_no: int | None
    level: int
    """1 for the highest kind of heading that stands above it, whatever its numbering."""
    number_label: str
    """The number as printed, without blanks: `第一章`, `(二)`, `3.`; empty for a heading without a number."""
    title: str
    """The heading's own words; empty for a numbered clause without a heading."""
    start: int
    """Offset of the heading in the decoded capture, in characters; `end` is exclusive."""
    end: int
    visible_start: int
    """The same place in the visible text."""
    number: int = 0
    kind: str = ""


@dataclass(slots=True)
class _Candidate:
    kind: str
    number: int
    label: str
    start: int
    """Place in the visible text; `after` is the first character behind the label."""
    after: int
    opens: bool
    """True at the beginning of a paragraph."""
    stop: int
    """End of the paragraph."""


def read_sections(visible: VisibleText) -> list[Section]:
    """The headings of a document in order, numbered from 1; empty where nothing is numbered.

    Pages without any numbered heading give their HTML headings h2 to h6 instead.
    """
    chosen = list(_accepted(_candidates(visible)))
    chosen = _without_contents(visible, chosen)
    if not chosen:
        return _html_headings(visible)
    sections: list[Section] = []
    open_: list[Section] = []
    for index, candidate in enumerate(chosen):
        rank = _RANK[candidate.kind]
        while open_ and _RANK[open_[-1].kind] >= rank:
            open_.pop()
        next_start = chosen[index + 1].start if index + 1 < len(chosen) else len(visible.text)
        end = next((c.start for c in chosen[index + 1 :] if _RANK[c.kind] <= rank), len(visible.text))
        start, stop = _source(visible, candidate.start, end)
        section = Section(
            no=index + 1,
            parent_no=open_[-1].no if open_ else None,
            level=len(open_) + 1,
            number_label="".join(candidate.label.split()),
            title=_title(visible.text[candidate.after : min(candidate.stop, next_start)], candidate.kind),
            start=start,
            end=stop,
            visible_start=candidate.start,
            number=candidate.number,
            kind=candidate.kind,
        )
        sections.append(section)
        open_.append(section)
    return sections


def section_path(sections: Sequence[Section], offset: int) -> str:
    """Labels of the sections around a place of the decoded capture, from the outermost: `第二章 / 第三节`."""
    return " / ".join(s.number_label or s.title for s in sections if s.start <= offset < s.end)


def numbering_gaps(sections: Sequence[Section]) -> Iterator[str]:
    """Where the numbers of headings under one parent skip, in words."""
    last: dict[tuple[int | None, str], int] = {}
    running: dict[str, int] = {}
    for section in sections:
        key = (section.parent_no, section.kind)
        before = last.get(key, running.get(section.kind, 0) if section.number != 1 else 0)
        if section.number not in (before + 1, 1):
            yield f"heading {section.number_label} follows number {before}"
        last[key] = running[section.kind] = section.number


def _candidates(visible: VisibleText) -> Iterator[_Candidate]:
    for paragraph in visible.paragraphs:
        if not paragraph.in_data_table:
            yield from _in_paragraph(paragraph)


def _in_paragraph(paragraph: Paragraph) -> Iterator[_Candidate]:
    text = paragraph.text
    if _CONTENTS_LINE.search(text) and len(text) < 80:
        return
    for match in _CANDIDATE.finditer(text):
        kind = match.lastgroup or ""
        at = match.start()
        opens = not text[:at].strip(" \t\n\u3000\xa0|")
        if not opens and not _may_stand_inside(text, at, kind):
            continue
        number = _number(match.group(kind))
        if number is None:
            continue
        yield _Candidate(
            kind, number, match.group(), paragraph.start + at, paragraph.start + match.end(), opens, paragraph.end
        )


def _may_stand_inside(text: str, at: int, kind: str) -> bool:
    """True for a place within a paragraph where a line end may have been lost."""
    before = text[at - 1]
    if kind in _BY_BLANK:
        return before.isspace()
    return before.isspace() or before in "。；;！!"


@lru_cache(maxsize=512)
def _number(text: str) -> int | None:
    if text.isdigit() and text.isascii():
        return int(text)
    if "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    try:
        return int(chinese_number(text))
    except DamagedNumber:
        return None


def _accepted(candidates: Iterator[_Candidate]) -> Iterator[_Candidate]:
    """The candidates that carry on a sequence: the next number of their kind, or a first one."""
    open_: list[_Candidate] = []
    last: dict[str, int] = {}
    for candidate in candidates:
        rank = _RANK[candidate.kind]
        sibling = next((c for c in open_ if c.kind == candidate.kind), None)
        before = sibling.number if sibling else 0
        follows = candidate.number == before + 1 or (
            sibling is None and candidate.number == last.get(candidate.kind, 0) + 1
        )
        if not follows:
            reached = before if sibling else last.get(candidate.kind, 0)
            restarts = candidate.opens and candidate.number == 1
            skips = candidate.kind in _TAKES_GAPS and 0 < candidate.number - reached - 1 <= _LARGEST_GAP
            if not (restarts or (skips and candidate.opens)):
                continue
        while open_ and _RANK[open_[-1].kind] >= rank:
            open_.pop()
        open_.append(candidate)
        last[candidate.kind] = candidate.number
        yield candidate


def _without_contents(visible: VisibleText, chosen: list[_Candidate]) -> list[_Candidate]:
    """Leave out a table of contents: a run of headings in front that all come again, close together, later."""
    keys = [(c.label, _title(visible.text[c.after : c.stop], c.kind)) for c in chosen]
    if not keys or keys[0] not in keys[1:]:
        return chosen
    again = keys.index(keys[0], 1)
    span = chosen[again - 1].stop - chosen[0].start
    return chosen[again:] if set(keys[:again]) <= set(keys[again:]) and span < 80 * again else chosen


def _title(rest: str, kind: str) -> str:
    """The heading's words out of what follows its number in the paragraph."""
    rest = rest.strip()
    if kind in _BY_BLANK and (len(rest) > _LONGEST_TITLE or "。" in rest):
        return rest.split(maxsplit=1)[0] if rest else ""
    end = _SENTENCE_END.search(rest)
    first = rest[: end.start()] if end else rest
    if (end or len(first) > _LONGEST_TITLE) and (lost_line_end := _LOST_LINE_END.match(first)):
        return lost_line_end["title"]
    if len(rest) > _LONGEST_TITLE and (usual := _USUAL_HEADING.match(first)):
        return usual.group()
    if end is None:
        return "".join(first.split()) if len(first) <= _LONGEST_TITLE else ""
    follows = rest[end.end() :].strip()
    if len(first) > _LONGEST_RUN_IN_TITLE or (end.group() == "。" and not follows) or end.group() in ";；":
        return ""
    return "".join(first.split())


def _html_headings(visible: VisibleText) -> list[Section]:
    headings = [p for p in visible.paragraphs if p.level >= 2]
    sections: list[Section] = []
    open_: list[tuple[int, Section]] = []
    for index, paragraph in enumerate(headings):
        while open_ and open_[-1][0] >= paragraph.level:
            open_.pop()
        end = next((p.start for p in headings[index + 1 :] if p.level <= paragraph.level), len(visible.text))
        start, stop = _source(visible, paragraph.start, end)
        section = Section(
            index + 1, open_[-1][1].no if open_ else None, len(open_) + 1, "",
            "".join(paragraph.text.split()), start, stop, paragraph.start,
        )  # fmt: skip
        sections.append(section)
        open_.append((paragraph.level, section))
    return sections


def _source(visible: VisibleText, start: int, end: int) -> tuple[int, int]:
    while end > start + 1 and visible.text[end - 1].isspace():
        end -= 1
    return visible.source_span(start, end)

"""Blocks of visible text, each character with its place in the source, and what is known of the page around them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

_SITE_NAME = re.compile(r"\s*(?:_{1,2}|\s-{1,2}\s|-{2}|\||－－|——)\s*\S*$")
_INDENT = re.compile(r"^[ \t\r\n]*(?:[\u3000\u00a0\u2003]|&nbsp;)|^\s*[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]")


@dataclass(slots=True)
class Table:
    """What is known of one `<table>` element once its end is reached."""

    cells: list[int] = field(default_factory=list)
    """Number of cells, row by row."""
    lengths: list[int] = field(default_factory=list)
    """Length of the text of each cell."""
    nests: bool = False

    def holds_data(self) -> bool:
        """Several rows of several short cells, no table within: data rather than the frame of a page."""
        wide = sum(1 for n in self.cells if n >= 2)
        long = sum(1 for n in self.lengths if n > 120)
        return not self.nests and wide >= 2 and long * 4 <= len(self.lengths)


@dataclass(slots=True)
class Block:
    """A run of visible text between two block boundaries of the markup."""

    text: str
    starts: array[int]
    ends: array[int]
    tag: str
    level: int = 0
    marks: frozenset[int] = frozenset()
    table: int | None = None
    row: int | None = None
    cell: int | None = None
    centered: bool = False
    link_share: float = 0.0
    bold_lead: int = 0
    raised: list[tuple[int, int]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    """Places of the line feeds that stand for `<br>`."""

    def parts(self) -> Iterator[Block]:
        """The paragraphs of a block: divided at `<br>` where a new one plainly begins (indent, blank line, stop)."""
        begin = 0
        for at in self.breaks:
            before, after = self.text[begin:at], self.text[at + 1 :]
            if self.level or self.centered or not before.strip():
                continue
            if after.startswith("\n") or _INDENT.match(after) or before.rstrip()[-1:] in "。；：！？;:":
                yield from self._part(begin, at)
                begin = at + 1
        yield from self._part(begin, len(self.text))

    def _part(self, begin: int, end: int) -> Iterator[Block]:
        text = self.text[begin:end]
        lead = len(text) - len(text.lstrip())
        text = text.strip()
        if not text:
            return
        begin, end = begin + lead, begin + lead + len(text)
        yield Block(
            text, self.starts[begin:end], self.ends[begin:end], self.tag, self.level, self.marks, self.table, self.row,
            self.cell, self.centered, self.link_share, min(max(self.bold_lead - begin, 0), end - begin),
            [(a - begin, b - begin) for a, b in self.raised if begin <= a and b <= end],
            [i - begin for i in self.breaks if begin <= i < end],
        )  # fmt: skip


@dataclass(slots=True)
class Page:
    """All visible blocks of a source in order, and the elements that tell article from surroundings."""

    blocks: list[Block] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    title: str | None = None
    markers: set[int] = field(default_factory=set)
    """Marks of stretches between the publishing system's own start and end of the text."""
    content: set[int] = field(default_factory=set)
    """Marks of elements whose id or class says that they hold the article."""
    chrome: set[int] = field(default_factory=set)
    """Marks of elements whose id or class says that they hold navigation, advertisements, footers."""

    def weight(self, mark: int) -> int:
        """Length of the visible text inside a marked element."""
        return sum(len(b.text) for b in self.blocks if mark in b.marks)

    def headline(self) -> str | None:
        """The title of the article."""
        declared = self.meta.get("articletitle") or self.meta.get("article:title")
        if declared and declared.strip():
            return " ".join(declared.split())
        headings = [b for b in self.blocks if b.level in (1, 2) and not self.chrome.intersection(b.marks)]
        for level in (1, 2):
            for block in headings:
                if block.level == level and len(block.text.strip()) > 4:
                    return "".join(block.text.split("\n")).strip()
        if not self.title:
            return None
        return _SITE_NAME.sub("", " ".join(self.title.split())) or None


def text_blocks(source: str) -> Page:
    """The lines of a plain-text capture as blocks. Offsets are the places themselves."""
    page = Page()
    for match in re.finditer(r"[^\r\n]+", source):
        line = match.group().strip(" \t\u3000\u00a0\ufeff")
        if line:
            start = source.index(line, match.start())
            places = range(start, start + len(line))
            page.blocks.append(Block(line, array("q", places), array("q", (p + 1 for p in places)), "line"))
    if page.blocks:
        page.title = page.blocks[0].text
    return page

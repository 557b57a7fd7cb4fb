"""The visible text of a capture: what a reader of the page sees of the article, with the place of every character.

`lxml` and `BeautifulSoup` do not tell where a character of text stands in the source, and evidence needs exactly that
(DESIGN: `start`, `end`, `quote`). So the source is read token by token here, and each visible character keeps the
stretch of source that it was made from. Story: tokens → blocks (`scrapers.visible_source`) → the article among the
blocks → paragraphs.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from scrapers.visible_blocks import Block, Page, text_blocks
from scrapers.visible_source import read_blocks

_FOOTER = re.compile(
    r"版权所有|备案号|ICP备|主办单位|承办单位|技术支持|网站标识码|网站地图|联系我们|未经许可|隐私声明|扫一扫"
)
_AROUND = re.compile(
    r"^(?:(?:您)?(?:现在)?的?(?:当前)?位置|上一篇|下一篇|相关(?:链接|阅读|新闻|文章|解读)|责任编辑|分享到|打印本页|关闭窗口)"
)

SHORTEST_ARTICLE = 8
"""Characters below which an element that is called content is taken for an empty frame."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of visible text. Offsets `start` and `end` count in `VisibleText.text`."""

    text: str
    start: int
    end: int
    tag: str = "p"
    """Innermost block element: p, div, td, li, h1 …; `line` in plain text."""
    level: int = 0
    """1 to 6 for h1 to h6, else 0."""
    table: int | None = None
    """Number of the innermost table (from 1, in the order of the source), also when it only lays the page out."""
    row: int | None = None
    """Row in that table, from 1, before spans are expanded."""
    cell: int | None = None
    """Cell of that row, from 1, before spans are expanded."""
    in_data_table: bool = False
    """True where that table holds data (several rows of several short cells), false where it frames text."""
    centered: bool = False
    bold_lead: int = 0
    """Length of the bold run at the beginning of the text (a run-in heading); `len(text)` if all is bold."""
    raised: tuple[tuple[int, int], ...] = ()
    """Stretches of `text` printed as superscript: footnote marks, or units such as km²."""


@dataclass(frozen=True, slots=True)
class VisibleText:
    """The article of a capture as visible text, and the way back into the decoded source."""

    source: str
    text: str
    """The paragraphs, joined by a line feed. White space inside them is kept as in the source."""
    paragraphs: tuple[Paragraph, ...]
    title: str | None = None
    """Headline: the page's own title element of the article, else its heading, else `<title>` without the site name."""
    meta: dict[str, str] = field(default_factory=dict)
    """`<meta>` name or property in lower case → content."""
    around: tuple[str, ...] = ()
    """Visible blocks outside the article: headline, date line, navigation, footer."""
    _starts: array[int] = field(default_factory=lambda: array("q"), repr=False)
    _ends: array[int] = field(default_factory=lambda: array("q"), repr=False)
    _breaks: frozenset[int] = frozenset()

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the visible stretch `start:end` stands in the decoded source, as (start, end), end exclusive.

        Raises ValueError for an empty stretch or one outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no such stretch of visible text: {start}:{end} of {len(self.text)}")
        while start < end - 1 and start in self._breaks:
            start += 1
        while end - 1 > start and end - 1 in self._breaks:
            end -= 1
        return self._starts[start], self._ends[end - 1]

    def visible_span(self, start: int, end: int) -> tuple[int, int]:
        """Which visible stretch stands at `start:end` of the decoded source; empty where nothing there is visible."""
        return bisect_left(self._starts, start), bisect_left(self._starts, end)

    def quote(self, start: int, end: int) -> str:
        """The visible characters of a stretch, without the line feeds that stand for `<br>` and paragraph ends."""
        if not self._breaks:
            return self.text[start:end]
        return "".join(self.text[i] for i in range(start, end) if i not in self._breaks)

    def paragraph_at(self, offset: int) -> Paragraph:
        """The paragraph that holds a place of `text`. Raises IndexError where there is none."""
        index = bisect_right([p.start for p in self.paragraphs], offset) - 1
        if index < 0:
            raise IndexError(offset)
        return self.paragraphs[index]


def visible_text(decoded: str, is_html: bool) -> VisibleText:
    """The article of a decoded capture. A page whose markup does not show an article gives its whole body.

    Left out: scripts, styles, forms, hidden elements, navigation, advertisements, footers.
    """
    page = read_blocks(decoded) if is_html else text_blocks(decoded)
    inside = _article(page) if is_html else page.blocks
    chosen = {id(block) for block in inside}
    around = tuple(b.text.strip() for b in page.blocks if id(b) not in chosen)
    return _assemble(decoded, page, [part for block in inside for part in block.parts()], around)


def looks_like_html(decoded: str) -> bool:
    """True where a decoded capture has markup: for captures whose content type is unknown."""
    return bool(re.search(r"<(?:!doctype|html|head|body|div|p|table|td|br|span)\b", decoded[:20_000], re.IGNORECASE))


def _article(page: Page) -> list[Block]:
    """The blocks of the article: by markers of the publishing system, by element names, else the body."""
    whole = sum(len(b.text) for b in page.blocks) or 1
    chrome = {m for m in page.chrome if page.weight(m) < 0.5 * whole}
    visible = [b for b in page.blocks if not chrome.intersection(b.marks)]
    marked = [b for b in visible if page.markers.intersection(b.marks)]
    if sum(len(b.text) for b in marked) >= SHORTEST_ARTICLE:
        return _without_links(marked)
    body = [b for b in visible if b.link_share <= 0.5 and not _FOOTER.search(b.text) and not _AROUND.match(b.text)]
    weight = {m: sum(len(b.text) for b in body if m in b.marks) for m in page.content}
    heaviest = max(weight.values(), default=0)
    if heaviest >= SHORTEST_ARTICLE and heaviest >= 0.4 * sum(len(b.text) for b in body):
        tight = [m for m in weight if weight[m] >= 0.7 * heaviest]
        best = min(tight, key=lambda m: (weight[m], -m))
        return _without_links([b for b in visible if best in b.marks])
    return body


def _without_links(blocks: Sequence[Block]) -> list[Block]:
    """Blocks of an article without those that are nothing but a link to another page."""
    return [b for b in blocks if not (b.link_share > 0.95 and not b.table) and not _AROUND.match(b.text.strip())]


def _assemble(decoded: str, page: Page, parts: Sequence[Block], around: tuple[str, ...]) -> VisibleText:
    text: list[str] = []
    starts, ends, breaks = array("q"), array("q"), set[int]()
    paragraphs: list[Paragraph] = []
    length = 0
    for part in parts:
        if paragraphs:
            text.append("\n")
            starts.append(ends[-1])
            ends.append(ends[-1])
            breaks.add(length)
            length += 1
        text.append(part.text)
        starts.extend(part.starts)
        ends.extend(part.ends)
        breaks.update(length + i for i in part.breaks)
        paragraphs.append(_paragraph(part, length, page))
        length += len(part.text)
    return VisibleText(
        decoded, "".join(text), tuple(paragraphs), page.headline(), page.meta, around, starts, ends, frozenset(breaks)
    )


def _paragraph(block: Block, start: int, page: Page) -> Paragraph:
    return Paragraph(
        text=block.text,
        start=start,
        end=start + len(block.text),
        tag=block.tag,
        level=block.level,
        table=block.table,
        row=block.row,
        cell=block.cell,
        in_data_table=block.table is not None and page.tables[block.table - 1].holds_data(),
        centered=block.centered,
        bold_lead=block.bold_lead,
        raised=tuple(block.raised),
    )

"""Reads HTML source token by token into blocks of visible text. Never fails: broken markup gives what can be read."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from html import unescape

from scrapers.visible_blocks import Block, Page, Table

_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*+)(?P<attrs>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    r"|<[A-Za-z/!?][^>]*+(?:>|\Z)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([A-Za-z_:][-\w:.]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ENTITY = re.compile(r"&(?:#[xX][0-9A-Fa-f]+|#[0-9]+|[A-Za-z][A-Za-z0-9]*);?")

_BLOCK = frozenset([
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "title", "tr", "ul", "founder-content",
])  # fmt: skip
_VOID = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
])  # fmt: skip
_UNSEEN = frozenset([
    "script", "style", "head", "noscript", "template", "select", "option", "button", "textarea", "iframe",
    "object", "svg", "form", "nav", "footer",
])  # fmt: skip
_RAW = frozenset(["script", "style", "textarea", "title", "iframe", "xmp"])
_BOLD = frozenset(["b", "strong"])
_BARRIER = frozenset(["table", "td", "th"])
_CLOSED_BY = {
    "p": frozenset(["p"]),
    "li": frozenset(["li", "p"]),
    "td": frozenset(["td", "th", "p"]),
    "th": frozenset(["td", "th", "p"]),
    "tr": frozenset(["td", "th", "tr", "p"]),
    "dt": frozenset(["dt", "dd", "p"]),
    "dd": frozenset(["dt", "dd", "p"]),
}  # fmt: skip

_MARK_START = re.compile(
    r"(?:content|article|正文|内容|enpcontent|zoom)[\s_-]*(?:start|begin|开始)?\s*$", re.IGNORECASE
)
_MARK_END = re.compile(r"^\s*/|(?:end|over|结束)\s*$", re.IGNORECASE)
_CONTENT = re.compile(
    r"^(?:trs_?u?editor\w*|zoom|ucap-?content|article[-_]?\w*|\w*[-_]?(?:content|artibody|articlebody|txt_con|maintext)"
    r"(?:[-_]?(?:text|box|main|con|body|\d+))?|con_?text|detail\w*|news_?(?:text|con|body)|text_?con|"
    r"main_?text|pages_content|vsb_content\w*|"
    r"rm_txt_con|post-?(?:body|entry)|entry|zhengwen|wenzhang|neirong|js_content|printcontent|fontzoom|xxgk_content)$",
    re.IGNORECASE,
)
_CHROME = re.compile(
    r"^(?:\w*nav(?:bar|igation|i)?\d*|menu\w*|top-?(?:bar|nav)?|header|head|foot(?:er)?\w*|bottom|crumbs?|"
    r"breadcrumbs?|position|where|location|"
    r"side-?bar\w*|aside|left-?(?:nav|menu)|rel|related\w*|relate\w*|recommend\w*|hot\w*|pager|page_?nav|"
    r"prev_?next|share\w*|bdshare\w*|"
    r"ads?|ads?[-_]\w+|advert\w*|gg|guanggao|banner\w*|copyright\w*|disclaimer|tools?|toolbar|hits|links?|"
    r"friend_?links?|comments?|"
    r"login\w*|search\w*|qr-?code|fontsize|font-?size|print|column-?name|tags?|editor-?name|bianji|zrbj)$",
    re.IGNORECASE,
)


def read_blocks(source: str) -> Page:
    """The visible blocks of an HTML source. Never fails: broken markup gives what can be read."""
    reader = _Reader(source)
    position = 0
    while True:
        match = _TOKEN.search(source, position)
        stop = match.start() if match else len(source)
        if stop > position:
            reader.text(position, stop)
        if match is None:
            break
        position = match.end()
        if match["comment"] is not None:
            reader.comment(match["comment"])
        elif match["name"] is None:
            continue
        elif match["close"]:
            reader.end(match["name"].lower())
        else:
            position = reader.start(match["name"].lower(), match["attrs"], match.start(), match.end())
    reader.flush()
    return reader.page


@dataclass(slots=True)
class _Element:
    name: str
    mark: int | None = None
    unseen: bool = False
    centered: bool = False
    table: int | None = None


class _Reader:
    """State of one reading: the open elements and the block that is being filled."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.page = Page()
        self.stack: list[_Element] = []
        self.unseen = 0
        self.marker: int | None = None
        self.next_mark = 1
        self._new_block()

    def _new_block(self) -> None:
        self.chars: list[str] = []
        self.length = 0
        self.starts = array("q")
        self.ends = array("q")
        self.breaks: list[int] = []
        self.linked = 0
        self.solid = 0
        self.bold_lead = 0
        self.bold_open = True
        self.raised: list[tuple[int, int]] = []

    def text(self, start: int, stop: int) -> None:
        """Take a stretch of source text, entities resolved, into the current block."""
        if self.unseen:
            return
        raw, begin = self.source[start:stop], self.length
        at = 0
        for match in _ENTITY.finditer(raw) if "&" in raw else ():
            resolved = unescape(match.group())
            if resolved == match.group():
                continue
            self._plain(raw[at : match.start()], start + at)
            for char in resolved:
                self._add(char, start + match.start(), start + match.end())
            at = match.end()
        self._plain(raw[at:], start + at)
        self._style(begin)

    def _plain(self, text: str, start: int) -> None:
        if text:
            self.chars.append(text)
            self.length += len(text)
            self.starts.extend(range(start, start + len(text)))
            self.ends.extend(range(start + 1, start + len(text) + 1))

    def _add(self, char: str, start: int, end: int) -> None:
        self.chars.append(char)
        self.length += 1
        self.starts.append(start)
        self.ends.append(end)

    def _style(self, begin: int) -> None:
        added = "".join(self.chars)[begin:]
        solid = len(added) - sum(map(str.isspace, added))
        if not solid:
            return
        names = {element.name for element in self.stack}
        self.solid += solid
        if "a" in names:
            self.linked += solid
        if "sup" in names:
            self.raised.append((begin, self.length))
        self.bold_open = self.bold_open and bool(names & _BOLD)
        if self.bold_open:
            self.bold_lead = self.length

    def comment(self, text: str) -> None:
        """A publishing system's own marker of where the text starts and ends."""
        if len(text) > 60:
            return
        if _MARK_END.search(text):
            if self.marker is not None and _MARK_START.search(_MARK_END.sub("", text)):
                self.flush()
                self.marker = None
        elif self.marker is None and _MARK_START.search(text):
            self._open_marker()

    def _open_marker(self) -> None:
        self.flush()
        self.marker = self._mark()
        self.page.markers.add(self.marker)

    def _mark(self) -> int:
        self.next_mark += 1
        return self.next_mark

    def start(self, name: str, attrs: str, start: int, end: int) -> int:
        """A start tag. Returns where reading goes on (past the content of script and the like)."""
        if name == "br":
            if not self.unseen and self.length:
                self.breaks.append(self.length)
                self._add("\n", start, end)
            return end
        if name in _BLOCK:
            self.flush()
            self._close_implied(name)
        attributes = {k.lower(): a or b or c for k, a, b, c in _ATTRIBUTE.findall(attrs)} if attrs.strip() else {}
        if name == "meta":
            self._meta(attributes)
        if name in _VOID:
            return end
        if name in _RAW:
            return self._raw(name, end)
        if not attrs.rstrip().endswith("/") or name in _BLOCK:
            self._open(name, attributes)
        return end

    def _meta(self, attributes: dict[str, str]) -> None:
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        if name == "contentstart":
            self._open_marker()
        elif name == "contentend":
            self.flush()
            self.marker = None
        elif name:
            self.page.meta.setdefault(name, unescape(attributes.get("content", "")))

    def _raw(self, name: str, end: int) -> int:
        closing = re.compile(rf"</{name}[^>]*>", re.IGNORECASE).search(self.source, end)
        if closing is None:
            return len(self.source) if name != "title" else end
        if name == "title" and self.page.title is None:
            self.page.title = unescape(self.source[end : closing.start()]).strip()
        return closing.end()

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        style = attributes.get("style", "").replace(" ", "").lower()
        element = _Element(name)
        element.unseen = name in _UNSEEN or "display:none" in style
        element.centered = name == "center" or "text-align:center" in style or attributes.get("align", "").lower() in (
            "center", "middle",
        )  # fmt: skip
        labels = f"{attributes.get('id', '')} {attributes.get('class', '')}".split()
        if name in _BLOCK and name not in ("body", "html"):
            if any(_CHROME.match(label) for label in labels) or name in ("aside", "header"):
                element.mark = self._mark()
                self.page.chrome.add(element.mark)
            elif name in ("article", "founder-content") or any(_CONTENT.match(label) for label in labels):
                element.mark = self._mark()
                self.page.content.add(element.mark)
        self._open_table(element)
        self.unseen += element.unseen
        self.stack.append(element)

    def _open_table(self, element: _Element) -> None:
        current = self._table()
        if element.name == "table":
            if current is not None:
                self.page.tables[current - 1].nests = True
            self.page.tables.append(Table())
            element.table = len(self.page.tables)
        elif current is not None and element.name == "tr":
            self.page.tables[current - 1].cells.append(0)
        elif current is not None and element.name in ("td", "th"):
            table = self.page.tables[current - 1]
            if not table.cells:
                table.cells.append(0)
            table.cells[-1] += 1
            table.lengths.append(0)

    def _table(self) -> int | None:
        return next((e.table for e in reversed(self.stack) if e.table is not None), None)

    def _close_implied(self, name: str) -> None:
        closed = _CLOSED_BY.get(name, frozenset(["p"]) if name in _BLOCK else frozenset())
        while self.stack and self.stack[-1].name != "table":
            inner = next((e for e in reversed(self.stack) if e.name in _BLOCK), None)
            if inner is None or inner.name not in closed:
                return
            self._pop_to(inner)

    def end(self, name: str) -> None:
        """An end tag: closes the nearest open element of that name, never across the border of a table cell."""
        if name in _BLOCK:
            self.flush()
        for element in reversed(self.stack):
            if element.name == name:
                self._pop_to(element)
                return
            if element.name in _BARRIER and name not in ("table", "tr", "tbody", "thead", "tfoot", "td", "th"):
                return
            if element.name == "table":
                return

    def _pop_to(self, element: _Element) -> None:
        while self.stack:
            last = self.stack.pop()
            self.unseen -= last.unseen
            if last is element:
                return

    def flush(self) -> None:
        """Close the current block; keep it where it holds anything visible."""
        if self.solid:
            block = self._block()
            self.page.blocks.append(block)
            if block.table is not None and self.page.tables[block.table - 1].lengths:
                self.page.tables[block.table - 1].lengths[-1] += len(block.text)
        self._new_block()

    def _block(self) -> Block:
        tag = next((e.name for e in reversed(self.stack) if e.name in _BLOCK), "body")
        table = self._table()
        cells = self.page.tables[table - 1].cells if table is not None else []
        marks = {e.mark for e in self.stack if e.mark is not None}
        if self.marker is not None:
            marks.add(self.marker)
        return Block(
            "".join(self.chars), self.starts, self.ends, tag, int(tag[1]) if re.fullmatch(r"h[1-6]", tag) else 0,
            frozenset(marks), table, len(cells) or None, cells[-1] if cells else None,
            any(e.centered for e in self.stack if e.name in ("p", "div", "center", "h1", "h2", "h3", "td", "th")),
            self.linked / self.solid, self.bold_lead, self.raised, self.breaks,
        )  # fmt: skip

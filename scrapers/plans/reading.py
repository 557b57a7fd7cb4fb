"""A plan's visible text made ready for reading: one script, one width of signs, no glosses, wrapped lines joined.

Nothing is lost by it: every character of a `Line` knows its place in the printed text, so quotes are always printed
words. Damage that is undone here: PAGE_FORMATS section 8 (traditional copies, pinyin glosses, doubled and full-width
punctuation, blanks inside numbers and words).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scrapers.traditional import TO_SIMPLIFIED, TRADITIONAL
from scrapers.visible import Paragraph, VisibleText, visible_text

_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "＜＞＆＂＇"}
_SIGNS = {
    **_WIDTH,
    **dict.fromkeys("—–―−‐‑﹣～〜﹘", "-"),
    **dict.fromkeys("「『〝＂", "“"),
    **dict.fromkeys("」』〞", "”"),
    **{"﹐": ",", "﹔": ";", "﹪": "%", "﹑": "、", "\u00a0": " ", "\u3000": " ", "〇": "零", "．": ".", "㈠": "一"},
}
_TO_PLAIN = str.maketrans(_SIGNS)
_TRADITIONAL = frozenset(TRADITIONAL)
_LEAST_SHARE = 0.02
"""A text with a smaller share of traditional characters is simplified: some of them are names or slips."""
_GLOSS = re.compile(
    r"(?<=[一-鿿(])(?:\((?:[a-zü\u00e0-\u01dc\u0101-\u016b\u1e3f\u0251]{1,7})\))+"
    r"|(?<=[一-鿿])\((?=[^\x00-\x7f一-鿿]|[a-z]*[\u00e0-\u01dc\u0101-\u016b])[a-z\u00e0-\u01dc\u0101-\u016b]{1,7}\)"
)
_POINT_FOR_STOP = re.compile(r"(?<=[一-鿿%])\.(?=[一-鿿])")
_FOOTNOTE = re.compile(r"\[\d{1,2}\](?!\d*号)")
_INVISIBLE = frozenset("\u200b\u200c\u200d\ufeff\u00ad")
_LINE_END = re.compile(r"[。;:!?…”》)|]\s*$")
_BEGINS_ANEW = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]+[章节条篇部]|[(]?[一二三四五六七八九十]+[)、.]|[(]?\d{1,3}(?:[)、]|\.(?!\d))|专栏|表\s*\d|[-●■◆★◎○▲①-⑳])"
)
_ROW_BEGINS = re.compile(r"^\s*\d{1,2}[.、 ]?[一-鿿]")
"""A numbered row of a table: what stands before it is no line that was cut."""
_WRAP_LEAST, _WRAP_MOST, _WRAP_SLACK, _LEAST_LINES = 18, 60, 3, 4


@dataclass(frozen=True, slots=True)
class Reading:
    """A decoded capture, as printed and as read. Both texts are equally long, sign for sign."""

    printed: VisibleText
    plain: VisibleText
    """The same with simplified characters and signs of one width."""
    is_wrapped: bool
    """True where the lines of a text are cut at a fixed width, not at the ends of paragraphs."""

    def quote(self, start: int, end: int) -> tuple[str, int, int]:
        """Printed words of a stretch of the visible text, and its place in the decoded capture."""
        first, last = self.printed.source_span(start, end)
        return self.printed.quote(start, end), first, last

    def opening(self, length: int) -> str:
        """The first signs of the visible text as they are read, glosses gone."""
        return line_of(self.plain.text[: 2 * length]).text[:length]

    def visible_at(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of visible text that was made from `start:end` of the decoded capture."""
        starts = self.printed._starts
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        return first, max(last, first + 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph (or a part of one) as read. `places[i]` is where `text[i]` stands in the visible text."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Stretch of the visible text behind `text[start:end]`, end exclusive."""
        return self.places[start], self.places[end - 1] + 1


def read(decoded: str, is_html: bool) -> Reading:
    """Both forms of a decoded capture. The source is translated sign for sign, so offsets hold in both."""
    printed = visible_text(decoded, is_html)
    plain_source = decoded.translate(_TO_PLAIN)
    letters = [c for c in printed.text if "一" <= c <= "鿿"]
    if sum(c in _TRADITIONAL for c in letters) > _LEAST_SHARE * len(letters):
        plain_source = plain_source.translate(TO_SIMPLIFIED)
    plain = visible_text(plain_source, is_html) if plain_source != decoded else printed
    if len(plain.text) != len(printed.text):  # the translation has changed what looks like markup
        plain = printed
    return Reading(printed, plain, not is_html and _is_wrapped(plain.paragraphs))


def lines(reading: Reading, start: int, end: int) -> Iterator[Line]:
    """The paragraphs outside data tables between two places of the visible text, wrapped lines joined."""
    open_: list[tuple[int, int]] = []
    for paragraph in reading.plain.paragraphs:
        if paragraph.end <= start or paragraph.start >= end or paragraph.in_data_table:
            continue
        first, last = max(start, paragraph.start), min(end, paragraph.end)
        goes_on = open_ and reading.is_wrapped and not _BEGINS_ANEW.match(reading.plain.text[first:last])
        if open_ and not goes_on:
            yield _line(reading.plain.text, open_)
            open_ = []
        open_.append((first, last))
        if reading.is_wrapped and (_LINE_END.search(paragraph.text) or len(paragraph.text) < _WRAP_LEAST):
            yield _line(reading.plain.text, open_)
            open_ = []
    if open_:
        yield _line(reading.plain.text, open_)


def line_of(text: str, start: int = 0) -> Line:
    """A stretch of text as a line whose characters stand from `start` on."""
    return _line(text, [(0, len(text))], start)


def _line(text: str, stretches: Sequence[tuple[int, int]], offset: int = 0) -> Line:
    """Stretches joined: glosses, footnote marks and needless blanks gone."""
    signs: list[str] = []
    places: list[int] = []
    for first, last in stretches:
        part = text[first:last].translate(_TO_PLAIN)
        gone = {i for pattern in (_GLOSS, _FOOTNOTE) for m in pattern.finditer(part) for i in range(*m.span())}
        for i, sign in enumerate(part):
            if i in gone or sign in _INVISIBLE:
                continue
            signs.append(" " if sign.isspace() else sign)
            places.append(offset + first + i)
    signs = list(_POINT_FOR_STOP.sub("。", "".join(signs)))
    kept = [i for i, sign in enumerate(signs) if sign != " " or _counts(signs, i)]
    return Line("".join(signs[i] for i in kept), [places[i] for i in kept])


def _counts(signs: Sequence[str], at: int) -> bool:
    """True for a blank that may stand for a lost line end or keeps two numbers apart."""
    if at == 0 or at == len(signs) - 1 or signs[at - 1] == " ":
        return False
    after = at
    while after < len(signs) and signs[after] == " ":
        after += 1
    if after == len(signs):
        return False
    before, behind = signs[at - 1], signs[after]
    if before.isdigit() and behind.isdigit():
        return not (behind == "0" and re.fullmatch(r"0\d\d(?!\d).?", "".join(signs[after : after + 4])))
    if not (_is_word(before) and _is_word(behind)):
        return False
    return _run(signs, at - 1, -1) > 1 and _run(signs, after, 1) > 1


def _is_word(sign: str) -> bool:
    return "一" <= sign <= "鿿" or sign in "“”《》"


def _run(signs: Sequence[str], at: int, step: int) -> int:
    """Length of the word from `at` on, up to two."""
    return 2 if 0 <= at + step < len(signs) and signs[at + step] != " " else 1


def _is_wrapped(paragraphs: Sequence[Paragraph]) -> bool:
    """True where most long lines break off in the middle of a sentence, all at about the same width."""
    texts = [p.text.rstrip() for p in paragraphs]
    long = [text for text in texts if len(text) >= _WRAP_LEAST]
    if len(long) < _LEAST_LINES or sorted(map(len, long))[len(long) // 2] > _WRAP_MOST:
        return False
    cut = [
        len(text)
        for text, following in pairwise([*texts, ""])
        if len(text) >= _WRAP_LEAST and not _LINE_END.search(text) and not _ROW_BEGINS.match(following)
    ]
    if len(cut) <= 0.5 * len(long):
        return False
    width = max(set(cut), key=cut.count)
    return sum(abs(length - width) <= _WRAP_SLACK for length in cut) >= 0.7 * len(cut)

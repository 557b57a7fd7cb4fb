"""Makes a paragraph readable: spaces, footnote marks, pinyin glosses and traditional characters out, places kept.

The defects are those found in stored copies (PAGE_FORMATS section 8). What cannot be repaired stays in the text, so
that whoever reads a figure there sees the damage and refuses it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from scrapers.copies import GLOSS, TONES, simplified
from scrapers.visible import Paragraph

_WITHIN_NUMBER = re.compile(rf"(?<=[\d.])[(（][a-z{TONES}]{{1,7}}[)）](?=[\d.])|(?<=\d)\s+(?=\d)")
"""A gloss or a space between the digits of a number: some may be lost, or there are two numbers."""
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:\s\d{3})+(?![\d])")
_FOOTNOTE = re.compile(r"【\d{1,2}】|[\[［]\d{1,2}[\]］]|(?<=[\u4e00-\u9fff])[¹²³⁰⁴-⁹]+|[①-⑳](?=[\d：:])")
LOST = "\ufffd"
"""Stands where characters of a number may be lost."""
_KEPT = frozenset("？")
"""A full-width question mark is punctuation; an ASCII one may stand for a lost character and must not look the same."""

DAMAGE = re.compile(rf"[?\ufffd{TONES.replace('ɡ', '')}]")
"""Characters that show that others were lost: no label may hold one."""


@dataclass(frozen=True, slots=True)
class CleanText:
    """Text to read, and for each of its characters the place in the paragraph's own text."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the clean text stands in the paragraph's text."""
        return self.places[start], self.places[end - 1] + 1


def clean(paragraph: Paragraph, traditional: bool = False) -> CleanText:
    """A paragraph without white space, footnote marks and glosses, in half-width forms, simplified if `traditional`."""
    text = paragraph.text
    dropped = set[int]()
    for pattern in (GLOSS, _FOOTNOTE):
        for match in pattern.finditer(text):
            dropped.update(range(*match.span()))
    for begin, end in paragraph.raised:
        if re.search(r"\d", text[begin:end]):
            dropped.update(range(begin, end))
    whole = [match.span() for match in _THOUSANDS.finditer(text)]
    torn = set[int]()
    for match in _WITHIN_NUMBER.finditer(text):
        if not any(begin <= match.start() < end for begin, end in whole):
            torn.add(match.start())
            dropped.update(range(match.start() + 1, match.end()))
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if place in torn:
            kept.append(LOST)
            places.append(place)
            continue
        if place in dropped or char.isspace() or char in "\u200b\ufeff\u00ad":
            continue
        normal = char if char in _KEPT else unicodedata.normalize("NFKC", char)
        kept.append(normal if len(normal) == 1 else char)
        places.append(place)
    clean_text = "".join(kept).replace("﹣", "-").replace("−", "-").replace("－", "-")
    return CleanText(simplified(clean_text) if traditional else clean_text, tuple(places))

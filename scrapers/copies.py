"""What copies do to a page, undone where that is certain: traditional characters, and pinyin glosses in brackets."""

from __future__ import annotations

import re
from functools import lru_cache

from scrapers.traditional import TO_SIMPLIFIED

TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿɡ"
GLOSS = re.compile(rf"(?<=[\u3400-\u9fff)）])[(（][a-z{TONES}]{{1,7}}[)）]")
"""Pinyin in brackets behind the character that it glosses (`產(chǎn)權(quán)`)."""
_SUSPICIOUS = re.compile(r"[專國區發權總臺灣廣東與計數]|[\u4e00-\u9fff][(（][a-zāáǎàēéěèīíǐìōóǒòūúǔù]{1,7}[)）]")
"""A copy in traditional characters holds some of these; a glossed one holds a gloss."""


def is_traditional(text: str) -> bool:
    """True for a text in traditional characters: more than one Chinese character in fifty has a simplified form."""
    chinese = sum(1 for c in text if "\u4e00" <= c <= "\u9fff")
    return chinese > 0 and sum(1 for c in text if ord(c) in TO_SIMPLIFIED) > max(2, chinese / 50)


def simplified(text: str) -> str:
    """The text in simplified characters, one for one."""
    return text.translate(TO_SIMPLIFIED)


@lru_cache(maxsize=8)
def plain(text: str) -> str:
    """A text in simplified characters, without the pinyin glosses of some copies (PAGE_FORMATS section 8).

    Characters for which the copy has `?` or a gloss of several letters stay lost: labels and figures with them are
    refused where they are read.
    """
    if not _SUSPICIOUS.search(text):
        return text
    text = GLOSS.sub("", text)
    return simplified(text) if is_traditional(text) else text

"""From bytes to text: one encoding is proved by strict trials, none is ever guessed with replacement characters."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from scrapers.isolation import isolated
from scrapers.records import Refusal


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of a body, and the Python name of the encoding in which it was read."""

    text: str
    encoding: str


@isolated
def decode(body: bytes, charset: str | None = None) -> Decoded:
    """Decode a body by its own bytes.

    `charset` is the one of the HTTP header. Order of trials, all strict: byte order mark, HTTP charset, `<meta>`
    charset (or XML declaration), utf-8, gb18030 (PAGE_FORMATS section 8). A byte order mark is not part of the text.

    Raises `Refusal("undecodable", …)` where no trial succeeds, where the text holds U+FFFD, and where gb18030 would
    only turn damaged utf-8 into other characters.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _without_replacements(_strictly(body, encoding), encoding)
    reasons = []
    for encoding in _candidates(body, charset):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            reasons.append(f"{encoding}: byte {error.start} is 0x{body[error.start]:02x}")
            continue
        if encoding == "gb18030" and _is_damaged_utf8(body):
            reasons.append("gb18030: the bytes are utf-8 with a few damaged places")
            continue
        return _without_replacements(text, encoding)
    raise Refusal("undecodable", f"no encoding fits the bytes ({'; '.join(reasons)})")


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_DECLARED = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_HEAD = 16_384
"""Bytes in which a declaration is looked for; official pages put it behind long scripts."""

_ANY_BYTES = frozenset({"iso8859-1", "cp1252", "latin-1", "ascii", "iso8859-15"})
"""Encodings that nearly every body fits: a server's default, so they come last."""

_REPLACEMENT_ENTITY = re.compile(r"&#(?:65533|[xX][fF]{3}[dD]);?")


def _candidates(body: bytes, charset: str | None) -> list[str]:
    """Encodings to try, in order, each once."""
    head = body[:_HEAD]
    found = _DECLARED.search(head) or _XML.search(head)
    declared = [_known(charset), _known(found.group(1).decode("ascii")) if found else None]
    strong = [name for name in declared if name and name not in _ANY_BYTES]
    weak = [name for name in declared if name and name in _ANY_BYTES]
    if strong[:1] == ["gb18030"] and not body.isascii():
        strong.insert(0, "utf-8")  # a page that says gb* and is valid utf-8 is utf-8: the chance of the reverse is nil
    return list(dict.fromkeys([*strong, "utf-8", "gb18030", *weak]))


def _known(name: str | None) -> str | None:
    """Python's name of a declared charset; gb2312 and gbk become gb18030, of which they are parts; None if unknown."""
    if not name:
        return None
    try:
        found = codecs.lookup(name.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name.startswith(("utf-16", "utf-32", "utf-7")):
        return None  # whoever could read the declaration did not read it in one of these
    return "gb18030" if found.name in {"gb2312", "gbk", "gb18030", "hz"} else found.name


def _is_damaged_utf8(body: bytes) -> bool:
    """True for utf-8 with a few broken characters, which gb18030 would read as a page of wrong characters."""
    text = body.decode("utf-8", errors="replace")
    beyond_ascii = len(text) - len(text.encode("ascii", errors="ignore"))
    return beyond_ascii > 0 and text.count("\ufffd") / beyond_ascii < 0.2


def _strictly(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Refusal("undecodable", f"the byte order mark says {encoding}, but {error}") from error


_TWICE = re.compile("[\u00e2-\u00ef](?:[\u0080-\u009f][\u0080-\u00bf]|[\u0080-\u00bf][\u0080-\u009f])")
"""Three bytes of utf-8 that were taken for three characters: no writing has a control character among its letters."""


def _without_replacements(text: str, encoding: str) -> Decoded:
    if (twice := _TWICE.search(text)) is not None:
        raise Refusal("undecodable", f"utf-8 was encoded a second time (at character {twice.start()})")
    place = text.find("\ufffd")
    if place < 0:
        entity = _REPLACEMENT_ENTITY.search(text)
        place = entity.start() if entity else -1
    if place >= 0:
        around = text[max(0, place - 15) : place + 15]
        raise Refusal("undecodable", f"the text has lost characters (U+FFFD at character {place}: {around!r})")
    return Decoded(text, encoding)

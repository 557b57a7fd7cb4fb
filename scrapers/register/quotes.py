"""Quotes: the visible words of a stretch of a capture, and finding them again in another one, white space aside."""

from __future__ import annotations

import hashlib
import html
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

_ENTITY = r"(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,12});)"
_MARKUP = (
    ("-->", re.compile(rf"<!--.*?-->|<[^>]*>|{_ENTITY}", re.DOTALL)),
    (">", re.compile(rf"<[^>]*>|{_ENTITY}")),
    ("", re.compile(_ENTITY)),
)
"""Markup up to the last end of a comment, then up to the last end of a tag, then to the end of the text: behind it an
opening has no end, and looking for one from each would take quadratic time."""


def _markup(text: str) -> Iterator[re.Match[str]]:
    """Comments, tags and entities of a text, in order."""
    at = 0
    for end, pattern in _MARKUP:
        for match in pattern.finditer(text, at, text.rfind(end) + len(end)):
            yield match
            at = match.end()


def visible_words(stretch: str) -> str:
    """What a person sees of a stretch of HTML or text: no tags, entities resolved, white space as it stands."""
    kept, at = [], 0
    for match in _markup(stretch):
        kept += [stretch[at : match.start()], html.unescape(match["entity"] or "")]
        at = match.end()
    return "".join([*kept, stretch[at:]])


def squeezed(text: str) -> str:
    """A text without any white space: the form in which quotes are hashed and compared."""
    return "".join(text.split())


def quote_sha256(stretch: str) -> str:
    """The hash under which a place of a decoded capture is registered."""
    return hashlib.sha256(squeezed(visible_words(stretch)).encode()).hexdigest()


@dataclass(slots=True)
class Text:
    """A decoded capture, and its visible words without white space, each sign with its place in the capture."""

    decoded: str
    words: str = ""
    _starts: array[int] = field(default_factory=lambda: array("q"))
    _ends: array[int] = field(default_factory=lambda: array("q"))

    def __post_init__(self) -> None:
        signs: list[str] = []
        at = 0
        for match in _markup(self.decoded):
            self._add(signs, at, match.start())
            at = match.end()
            if match["entity"]:
                for sign in html.unescape(match.group()):
                    if not sign.isspace():
                        signs.append(sign)
                        self._starts.append(match.start())
                        self._ends.append(match.end())
        self._add(signs, at, len(self.decoded))
        self.words = "".join(signs)

    def quote(self, start: int, end: int) -> str:
        """The visible words of a stretch, without white space."""
        return squeezed(visible_words(self.decoded[start:end]))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `words[start:end]` stands in the decoded capture."""
        return self._starts[start], self._ends[end - 1]

    def occurrences(self, quote: str) -> list[int]:
        """All places of a quote in `words`."""
        found, at = [], self.words.find(quote) if quote else -1
        while at >= 0:
            found.append(at)
            at = self.words.find(quote, at + 1)
        return found

    def before(self, at: int, length: int) -> str:
        """The signs before a place of `words`."""
        return self.words[max(0, at - length) : at]

    def after(self, at: int, length: int) -> str:
        """The signs from a place of `words` on."""
        return self.words[at : at + length]

    def _add(self, signs: list[str], start: int, end: int) -> None:
        for match in re.finditer(r"\S+", self.decoded[start:end]):
            signs.append(match.group())
            first, last = start + match.start(), start + match.end()
            self._starts.extend(range(first, last))
            self._ends.extend(range(first + 1, last + 1))


_CONTEXT = 12
"""Signs on either side of a quote that tell its places apart where it stands more than once."""


def find_again(old: Text, start: int, end: int, new: Text) -> tuple[int, int] | None:
    """Where the quote at `start:end` of the old text stands in the new one: a stretch of `new.words`, or None.

    Where it stood more than once, each of its new places answers the old one whose surroundings are most alike:
    otherwise the place that was changed would be taken for another that was not.
    """
    quote = old.quote(start, end)
    there, here = new.occurrences(quote), old.occurrences(quote)
    mine = next((n for n, at in enumerate(here) if old.span(at, at + len(quote))[0] >= start), 0)
    for number, at in enumerate(there):
        alike = [(-_alike(old, one, new, at, len(quote)), abs(n - number), n) for n, one in enumerate(here)]
        if len(here) <= 1 or min(alike)[2] == mine:
            return at, at + len(quote)
    return None


def _alike(old: Text, here: int, new: Text, there: int, length: int) -> int:
    """How many signs before and after two places of a quote are the same."""
    before = zip(reversed(old.before(here, _CONTEXT)), reversed(new.before(there, _CONTEXT)), strict=False)
    after = zip(old.after(here + length, _CONTEXT), new.after(there + length, _CONTEXT), strict=False)
    return sum(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], side)) for side in (before, after))

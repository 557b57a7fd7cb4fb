"""Stretches of markup between an opening and its end, taken out in one pass however many openings have no end.

A regular expression of the kind `<script.*?</script>` looks through the rest of the page at every opening that is never
closed, which takes a page of nothing but openings quadratic time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def stretches(text: str, opening: re.Pattern[str], closing: dict[str, re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    """Places `(start, end)` from an opening to the next end of its kind, in order, none inside another.

    The kind is the first group of `opening` in lower case (the whole match without groups). An opening without an end
    is passed over, and so are all later ones of its kind.
    """
    endless: set[str] = set()
    position = 0
    while (begin := opening.search(text, position)) is not None:
        kind = (begin[1] if opening.groups else begin[0]).lower()
        position = begin.end()
        if kind in endless:
            continue
        end = closing[kind].search(text, begin.end())
        if end is None:
            endless.add(kind)
            continue
        position = end.end()
        yield begin.start(), position


def without(text: str, opening: re.Pattern[str], closing: dict[str, re.Pattern[str]], instead: str = "") -> str:
    """The text with `instead` in the place of each stretch."""
    kept, last = [], 0
    for start, end in stretches(text, opening, closing):
        kept += [text[last:start], instead]
        last = end
    return "".join([*kept, text[last:]]) if kept else text


COMMENT = "<!--"
_ENDS = {COMMENT: re.compile("-->")}


def kinds(*names: str) -> tuple[re.Pattern[str], dict[str, re.Pattern[str]]]:
    """Opening and ends of the elements of those names, and of comments where `COMMENT` is among them."""
    elements = [name for name in names if name != COMMENT]
    ends = {f"<{name}": re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in elements}
    element = rf"<(?:{'|'.join(elements)})\b" if elements else ""
    comment = COMMENT if COMMENT in names else ""
    opening = re.compile(f"({'|'.join(part for part in (element, comment) if part)})", re.IGNORECASE)
    return opening, ends | (_ENDS if comment else {})

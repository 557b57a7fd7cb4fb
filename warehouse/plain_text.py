"""Text from outside on its way to a terminal or a log: what a terminal would obey is shown, not sent.

A label may hold an escape sequence that recolours, clears or types into the terminal of whoever looks at it, a line
break that makes up a line of the log, or a mark that turns the direction of reading round.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from rich.console import Console

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")


def visible(text: str) -> str:
    """The text with every control character but line break and tab written as its code (`\\x1b`)."""
    return _OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)


class SafeStream:
    """A text stream that passes on only what is `visible`; everything else of the stream is as it was."""

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        self.raw.write(visible(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self.raw, name)


def guarded(stream: TextIO) -> TextIO:
    """The stream behind a SafeStream; the same one where it is behind one already."""
    return stream if isinstance(stream, SafeStream) else cast(TextIO, SafeStream(stream))


def unguarded(stream: TextIO) -> TextIO:
    """The stream itself, for a writer whose own escape sequences must arrive and who cleans what it is given."""
    return stream.raw if isinstance(stream, SafeStream) else stream


def console(*, stderr: bool = False, **how: Any) -> Console:
    """A console of rich that takes no text for markup and shows only what is `visible`; `how` as rich has it."""
    from rich.console import Console
    from rich.segment import Segment

    class Plain(Console):
        def render(self, *what: Any, **options: Any) -> Iterable[Segment]:
            for piece in super().render(*what, **options):
                yield piece if piece.control else piece._replace(text=visible(piece.text))

    stream = sys.stderr if stderr else sys.stdout
    return Plain(file=unguarded(stream), markup=False, **how)


class LogLines(logging.Formatter):
    """Log entries whose further lines are set in, so that none can be taken for an entry of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record)).replace("\n", "\n    ")

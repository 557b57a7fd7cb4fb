"""CSV that a spreadsheet shows and never runs: cells of text from outside that would count as formulas are defused.

The rule is OWASP's (CSV injection): a cell that a spreadsheet may take for a formula gets an apostrophe in front, and
a cell that holds a separator of any locale is quoted, so that none can begin a new one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_SIGNS = "=+-@"
_DASHES = re.compile(r"[-\u2010-\u2015\uff0d]+")
_NUMBER = re.compile(r"[+-]?[0-9][0-9, ]*(?:\.[0-9]+)?\s?[%‰‱]?")
_QUOTED = re.compile(r'[",;|\t\r\n]|^\s|\s$')
_IGNORED = re.compile(r"^[\s\"'\u200b-\u200f\u2060\ufeff\x00-\x1f]+")
"""What stands before the first sign that counts: programs drop it when they read a file."""


def harmless(text: str) -> str:
    """Text of a cell that no spreadsheet takes for a formula: a dangerous one gets an apostrophe in front.

    Dangerous is what begins with `=`, `+`, `-` or `@`, also in their full-width forms and behind white space or quotes,
    or with a tab or line break. A plain number (`-2.3%`, `+12,345`) and dashes alone (`-` for "none") are not.
    """
    return "'" + text if _is_dangerous(text) else text


def as_it_was(cell: str) -> str:
    """The text of a cell that `harmless` wrote."""
    return cell[1:] if cell.startswith("'") and _is_dangerous(cell[1:]) else cell


def csv_line(cells: Iterable[str]) -> str:
    """One line of CSV (comma, line feed at its end) of texts as they are."""
    texts = list(cells)
    if texts == [""]:
        return '""\n'  # an empty line would be no row
    return ",".join('"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in texts) + "\n"


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts as CSV with a header, every cell `harmless`."""
    return "".join(csv_line(map(harmless, row)) for row in (columns, *rows))


def _is_dangerous(text: str) -> bool:
    if text[:1] in ("\t", "\r", "\n"):
        return True
    bare = unicodedata.normalize("NFKC", _IGNORED.sub("", text))
    if bare[:1] not in _SIGNS or not bare:
        return False
    return not (_NUMBER.fullmatch(bare.strip()) or _DASHES.fullmatch(bare.strip()))

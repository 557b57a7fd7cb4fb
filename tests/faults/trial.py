"""What came of one fault that was tried: a row of the table in the README."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """One kind of fault, tried `tried` times. Every count is one that the trial itself observed, never supposed."""

    group: str
    """What was at fault: `file`, `machine`, `readers`, or the group of a fault of the mirror."""
    fault: str
    """The fault in a few words, as the table names it."""
    happened: str
    """What the refresh made of it, in a few words: the outcome and reason that the home holds."""
    tried: int = 1
    wrong_facts: int = 0
    """Facts published that differ from those of the undamaged run."""
    lost: int = 0
    """Captures, records or releases that had been accepted and are gone or altered."""
    reader_errors: int = 0
    """Errors or half states that readers of `current` met meanwhile."""
    needed_person: int = 0
    """Trials that no later run repairs by itself."""
    told: str = ""
    """What the person was told then."""

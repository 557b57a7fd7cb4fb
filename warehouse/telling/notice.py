"""The notice of one night: what its file, the log, a webhook and a mail all say. The JSON of it is a contract.

Version 1. Fields are added, never renamed; a reader ignores what it does not know (docs/monitoring.md).
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

Severity = Literal["green", "yellow", "red"]
RANK: dict[str, int] = {"green": 0, "yellow": 1, "red": 2}


class Event(BaseModel):
    """One thing that is new since the notice before: something changed, failed, got stale, drifted or recovered."""

    code: str
    """What kind: `facts_changed`, `target_moved`, `source_worse`, … (`warehouse.telling.words.HEADINGS` has all)."""
    severity: Severity
    subject: str
    """Which: a source, a target, a page, a plan, a run."""
    detail: str = ""
    since: date | None = None


class FactCounts(BaseModel):
    """The difference of the release from the one before, in facts."""

    added: int = 0
    changed: int = 0
    gone: int = 0
    total: int | None = None
    """Facts in the release."""


class Notice(BaseModel):
    """What is told of one run of the refresh, or of one that should have been."""

    version: Literal[1] = 1
    notice_id: str
    """The same for every attempt to send it, so that a receiver can drop a second copy."""
    outcome: Literal["published", "failed", "not_begun", "cut_off", "late", "test"]
    level: Severity
    """red: a person is needed; yellow: something is worse than before or waits for a person; green: neither."""
    is_eventful: bool = True
    """False where the night brought nothing new at all."""
    subject: str = ""
    text: str = ""
    """The whole notice for a person, plain text."""
    home: str
    host: str
    run_id: str | None = None
    as_of: date | None = None
    is_live: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    stopped_at: str | None = None
    """Stage at which the run ended without a release."""
    message: str | None = None
    """Why it ended there."""
    what_to_do: list[str] = []
    release_id: str | None = None
    """Release that this run published."""
    serving_release_id: str | None = None
    """Release that readers have now."""
    serving_age_hours: float | None = None
    previous_release_id: str | None = None
    facts: FactCounts | None = None
    targets_moved: int = 0
    events: list[Event] = []
    standing: dict[str, int] = {}
    """What is as it was at the notice before, in numbers only."""
    remarks: list[str] = []
    """What could not be found out."""


def one_line(text: object, most: int = 300) -> str:
    """Text from outside as one printable line of at most `most` characters: no line ends, no control characters."""
    kept = ("".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in str(text))).split()
    line = " ".join(kept)
    return line if len(line) <= most else line[: most - 1] + "…"

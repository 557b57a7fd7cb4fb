"""What people decided about pages: released from quarantine, or put into it. One file a decision, never changed.

The files lie in `quarantine/<capture_id>/` of the home and are data that people entered: they are only ever added.
The newest decision of a capture stands; `withdraw` takes the one before it back. A file that cannot be read might have
been a `hold`, so its page is held until a person has looked.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict

from scrapers.home import Home
from scrapers.records import Finding

log = logging.getLogger(__name__)

QUARANTINE = "quarantine"
UNREADABLE = "unreadable"
"""Stands for the name of a person in a decision whose file cannot be read."""


class DecisionKind(StrEnum):
    """What a person decided about a page."""

    RELEASE = "release"
    """Believed, in spite of what the comparison with earlier pages says."""
    HOLD = "hold"
    """Not believed, whatever the checks say."""
    WITHDRAW = "withdraw"
    """The decision before is taken back: the page is judged by the checks alone."""


class Decision(BaseModel):
    """One decision about one capture, with what it was about."""

    model_config = ConfigDict(frozen=True)

    decision_id: str
    capture_id: str
    source_id: str
    url: str
    kind: DecisionKind
    by: str
    reason: str
    decided_at: datetime
    """UTC."""
    accepted: list[Finding] = []
    """Of a release: the failed findings that the person was shown and accepts. Others hold the page again."""
    shapes: list[dict[str, Any]] = []
    """Of a release: the shapes of the page's tables, which are known shapes of their series from then on."""
    parser: str | None = None
    parser_version: str | None = None
    takes_back: str | None = None
    """Of a withdrawal: the decision that it takes back."""

    def told(self) -> str:
        """Who decided when and why, for a message."""
        words = {"release": "released", "hold": "held", "withdraw": "decision withdrawn"}
        return f"{words[self.kind]} by {self.by} on {self.decided_at:%Y-%m-%d}: {self.reason}"


def new_decision(kind: DecisionKind, capture_id: str, source_id: str, url: str, by: str, reason: str) -> Decision:
    """A decision of now, which `write` keeps."""
    return Decision(
        decision_id=uuid.uuid4().hex[:16],
        capture_id=capture_id,
        source_id=source_id,
        url=url,
        kind=kind,
        by=by,
        reason=reason,
        decided_at=datetime.now(UTC),
    )


def write(home: Home, decision: Decision) -> str:
    """Keep a decision, whole or not at all, beside those before it. Returns its place in the home."""
    name = f"{decision.decided_at:%Y%m%dT%H%M%S%fZ}-{decision.decision_id}.json"
    place = f"{QUARANTINE}/{decision.capture_id}/{name}"
    home.write(decision.model_dump_json(indent=1).encode(), place)
    return place


def history(home: Home, capture_id: str | None = None) -> dict[str, list[Decision]]:
    """Decisions by capture, the oldest first; of one capture or of all."""
    found: dict[str, list[Decision]] = {}
    parts = (QUARANTINE,) if capture_id is None else (QUARANTINE, capture_id)
    for place in home.list(*parts, suffix=".json"):
        path = PurePosixPath(place)
        if len(path.parts) != 3:
            continue
        found.setdefault(path.parts[1], []).append(_read(home, place, path.parts[1]))
    for decisions in found.values():
        decisions.sort(key=lambda decision: (decision.decided_at, decision.decision_id))
    return found


def standing(decisions: Iterable[Decision]) -> Decision | None:
    """The one of a capture's decisions, oldest first, that is in force; None where the last one took another back.

    A decision that cannot be read is in force until a newer one is made.
    """
    last = None
    for decision in decisions:
        last = decision
    return None if last is None or last.kind is DecisionKind.WITHDRAW else last


def in_force(home: Home) -> dict[str, Decision]:
    """The decisions in force, by capture."""
    found = {capture_id: standing(decisions) for capture_id, decisions in history(home).items()}
    return {capture_id: decision for capture_id, decision in found.items() if decision is not None}


def read(home: Home, place: str) -> Decision:
    """One decision file. Raises OSError, ValueError where it cannot be read or speaks of another capture."""
    decision = Decision.model_validate_json(home.read(place))
    if decision.capture_id != PurePosixPath(place).parent.name:
        raise ValueError(f"it speaks of capture {decision.capture_id}")
    return decision


def is_whole(home: Home, place: str) -> bool:
    """True for a decision file that can be read."""
    try:
        read(home, place)
    except (OSError, ValueError):
        return False
    return True


def _read(home: Home, place: str, capture_id: str) -> Decision:
    try:
        return read(home, place)
    except (OSError, ValueError) as error:
        what = str(error).splitlines()[0]
        log.error("%s cannot be read (%s): its page is held until somebody decides anew", place, what)
        written = PurePosixPath(place).name.split("-", 1)[0]
        try:
            at = datetime.strptime(written, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
        except ValueError:
            at = datetime.fromtimestamp(0, UTC)
        return Decision(
            decision_id=f"unreadable-{PurePosixPath(place).stem}"[-60:],
            capture_id=capture_id,
            source_id="",
            url="",
            kind=DecisionKind.HOLD,
            by=UNREADABLE,
            reason=f"the decision file {place} cannot be read ({what}); decide anew with `zhibiao quarantine`",
            decided_at=at,
        )

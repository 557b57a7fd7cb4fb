"""What is kept of a page: the capture, and the log entry of the attempt that brought it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Origin(StrEnum):
    """How a capture came into the home. Shown beside every figure that rests on it."""

    FETCHED = "fetched"
    STARTER = "starter"
    IMPORTED = "imported"


class Outcome(StrEnum):
    """What one attempt to get a page came to. The first two carry a capture (list pages, `unchanged`, do not)."""

    NEW = "new"
    UNCHANGED = "unchanged"
    NOT_FOUND = "not_found"
    BLOCKED = "blocked"
    FAILED = "failed"
    DISALLOWED = "disallowed"


UNLISTED = "unlisted"
"""Source id of a capture that matches no source of the catalog."""
HAND_ENTERED = "hand_entered"
"""Source id of figures that a person entered by hand."""
PROOF = "proof"
"""Source id of files that are kept as the source of an entry by hand; no parser reads them."""
RESERVED = (UNLISTED, HAND_ENTERED, PROOF)
"""Ids that no source of the catalog may have."""


class Knowledge(BaseModel):
    """What is known of a capture from outside its bytes. Every field may be unknown."""

    model_config = ConfigDict(frozen=True)

    content_type: str | None = None
    charset: str | None = None
    """The charset of the HTTP header, never one guessed from the bytes."""
    title: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    period: str | None = None
    truncated: bool | None = None
    """True where the one who saved the page says that it is cut off."""
    linked_from: str | None = None
    """Address of the page that links to a file, or of the archive that holds it."""


class Capture(BaseModel):
    """One response body as received. Immutable; the body lies in the archive under `body_sha256`."""

    model_config = ConfigDict(frozen=True)

    capture_id: str
    source_id: str
    url: str
    """Address, or `imported:<name>` for a file without one."""
    origin: Origin
    body_sha256: str
    content_sha256: str
    """Hash of the normalised content: tells a changed page from one that merely moved."""
    size: int
    fetched_at: datetime
    """UTC, time zone aware: when the bytes came into the home."""
    knowledge: Knowledge = Knowledge()


class Attempt(BaseModel):
    """One line of the append-only log: what was tried and what came of it."""

    model_config = ConfigDict(frozen=True)

    attempt_id: str
    run_id: str
    source_id: str
    url: str
    attempted_at: datetime
    outcome: Outcome
    origin: Origin
    reason: str | None = None
    """Why there is no capture, in words that a person can act on."""
    http_status: int | None = None
    final_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    capture: Capture | None = None


def attempt_of(line: bytes) -> Attempt | None:
    """The entry of a line of the log, or None where it is none: torn by a crash, or damaged."""
    try:
        return Attempt.model_validate_json(line)
    except ValueError:
        return None


def capture_id_of(source_id: str, url: str, body_sha256: str) -> str:
    """Identity of a capture: the same bytes at two addresses are two captures (a block page often is)."""
    return hashlib.sha256(f"{source_id}\n{url}\n{body_sha256}".encode()).hexdigest()[:32]

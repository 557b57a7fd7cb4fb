"""Evidence that a task is done: one file an entry (`evidence/<evidence_id>.json` in the home), written once.

An entry of its own file is whole or not there, and two people who enter something at once cannot disturb each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scrapers.archive import Archive
from scrapers.entry.proof import EntryRefused, Source, checked_day, checked_name, keep
from scrapers.home import Home
from scrapers.plans.drafts import TargetType
from scrapers.register.corrections import corrected
from scrapers.register.decisions import Verb, in_force
from scrapers.register.register import Row, read_register
from scrapers.seeds import seed_rows

EVIDENCE = "evidence"
TAKES_EVIDENCE = (TargetType.MILESTONE,)
"""Types of targets that are done or not; all others are measured by figures."""


class TaskEvidence(BaseModel):
    """One entry. `url` is an address or `imported:proof/<name>`; `published_on` is the page's own date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence_id: str = Field(pattern=r"^[0-9a-z][0-9a-z_-]{0,63}$")
    target_id: str = Field(min_length=1)
    evidence_on: date
    published_on: date | None = None
    url: str = Field(min_length=1)
    capture_id: str | None = None
    body_sha256: str | None = None
    note: str | None = None
    entered_by: str = Field(min_length=1)
    entered_on: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to enter; `on` is the day on which the task was done."""

    target_id: str
    on: date
    source: Source
    by: str
    published: date | None = None
    note: str | None = None

    @property
    def evidence_id(self) -> str:
        """The same target, days and source are the same evidence, whoever enters it."""
        parts = (self.target_id, self.on.isoformat(), str(self.published or ""), self.source.identity)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@dataclass
class Entered:
    """All entries of a home in the order of their days, and the files that cannot be used, one line each."""

    entries: list[TaskEvidence] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def add_evidence(home: Home, wanted: Wanted, *, today: date, run_id: str) -> tuple[TaskEvidence, bool]:
    """Enter evidence; returns the entry, and False where it was there before. Raises `EntryRefused`.

    `today` is the day in Asia/Shanghai. Nothing is kept of what is refused.
    """
    name = checked_name(wanted.by)
    checked_day("--on", wanted.on, today)
    checked_day("--published", wanted.published, today)
    if wanted.published is not None and wanted.published < wanted.on:
        raise EntryRefused(
            f"a page of {wanted.published} cannot show what was done on {wanted.on} (--on is the day on which the "
            "task was done, --published the page's own date)"
        )
    if reason := why_not(wanted.target_id, effective_targets(home)):
        raise EntryRefused(reason)
    place = (EVIDENCE, f"{wanted.evidence_id}.json")
    if home.exists(*place):
        return _read(home, "/".join(place)), False
    entry = TaskEvidence(
        evidence_id=wanted.evidence_id,
        target_id=wanted.target_id,
        evidence_on=wanted.on,
        published_on=wanted.published,
        url=wanted.source.url,
        capture_id=keep(Archive(home), wanted.source, wanted.published, run_id),
        body_sha256=wanted.source.body_sha256,
        note=" ".join((wanted.note or "").split()) or None,
        entered_by=name,
        entered_on=today,
    )
    home.write(entry.model_dump_json(indent=1, exclude_none=True).encode() + b"\n", *place)
    return entry, True


def effective_targets(home: Home) -> dict[str, Row]:
    """The targets of the register with the corrections that stand, without the rejected ones.

    Raises `DecisionsUnreadable`.
    """
    register = read_register(home)
    standing, _ = in_force(register.targets, register.owns)
    found = {}
    for target_id, row in register.targets.items():
        decision = standing.get(target_id)
        if decision is None:
            found[target_id] = row
        elif decision.decision is not Verb.REJECTED:
            found[target_id] = corrected(row, decision.corrections)
    return found


def why_not(target_id: str, targets: Mapping[str, Row]) -> str | None:
    """Why a target takes no evidence; None where it does. `targets` are the effective ones."""
    row = targets.get(target_id)
    if row is None:
        return f"there is no target {target_id!r}, or it was rejected; `fct_task` and `zhibiao evidence list` name them"
    if row["target_type"] not in TAKES_EVIDENCE:
        types = ", ".join(TAKES_EVIDENCE)
        return f"{target_id} is of type {row['target_type']} and is measured by figures; evidence is for: {types}"
    return None


def entered_evidence(home: Home) -> Entered:
    """All entries of the home. A file that cannot be read is left out and told."""
    found = Entered()
    for path in home.list(EVIDENCE, suffix=".json"):
        try:
            found.entries.append(_read(home, path))
        except (OSError, ValueError) as error:
            found.problems.append(f"{path}: {_reason(error)}")
    found.entries.sort(key=lambda entry: (entry.evidence_on, entry.target_id, entry.evidence_id))
    return found


def seed_evidence() -> list[TaskEvidence]:
    """The evidence that is kept in version control."""
    return [
        TaskEvidence.model_validate({name: value for name, value in row.items() if value})
        for row in seed_rows("task_evidence")
    ]


def _read(home: Home, path: str) -> TaskEvidence:
    entry = TaskEvidence.model_validate_json(home.read(path))
    if entry.evidence_id != PurePosixPath(path).stem:
        raise ValueError(f"it speaks of {entry.evidence_id}")
    return entry


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"
    return str(error) or type(error).__name__

"""What a check says of each target, how that is written to `evidence.csv`, and the texts that are compared."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property

from scrapers.captures import Capture
from scrapers.plans.extract import Extraction
from scrapers.register.proposals import Proposal, proposals
from scrapers.register.quotes import Text
from scrapers.register.register import csv_text
from scrapers.spreadsheet import as_it_was


class State(StrEnum):
    """What the newest capture says of a target."""

    EVIDENCED = "evidenced"
    CHANGED = "changed"
    MISSING = "missing"
    NEW = "new"
    NOT_CHECKED = "not_checked"


DRIFT = (State.CHANGED, State.MISSING, State.NEW)
"""States of which a person should know; `not_checked` is none."""

EVIDENCE_COLUMNS = (
    "plan_id", "target_id", "capture_id", "body_sha256", "state", "start", "end", "old_quote", "new_quote", "detail",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of `evidence.csv`. `start:end` is the place in the newest capture; quotes are without white space."""

    plan_id: str
    target_id: str | None
    capture_id: str | None
    body_sha256: str | None
    state: State
    start: int | None = None
    end: int | None = None
    old_quote: str | None = None
    new_quote: str | None = None
    detail: str | None = None


def evidence_csv(rows: Iterable[Evidence]) -> str:
    """The file."""
    told = [{name: "" if value is None else str(value) for name, value in asdict(row).items()} for row in rows]
    return csv_text(EVIDENCE_COLUMNS, told)


def read_evidence(text: str) -> list[Evidence]:
    """The rows of a file. Raises ValueError or KeyError where it is none."""
    found = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        words = {name: as_it_was(row[name]) or None for name in EVIDENCE_COLUMNS}
        numbers = {name: _offset(row[name]) for name in ("start", "end")}
        typed = {**words, **numbers, "state": State(row["state"]), "plan_id": row["plan_id"]}
        found.append(Evidence(**typed))  # type: ignore[arg-type]
    return found


def _offset(text: str) -> int | None:
    number = int(text) if text else None
    if number is not None and not 0 <= number < 2**63:
        raise ValueError(f"{text[:40]} is no place in a text")
    return number


@dataclass
class PlanText:
    """A capture of a plan as text; its promises are read when they are first asked for."""

    capture: Capture
    text: Text
    read: Callable[[], Extraction]

    @cached_property
    def promises(self) -> list[Proposal]:
        """As they stand in the text. Raises what `read` raises."""
        return proposals(self.read(), self.text.decoded, self.capture.body_sha256)

    def words(self, proposal: Proposal) -> str:
        """The quote that states a promise first, without white space."""
        return self.text.quote(proposal.places[0].start, proposal.places[0].end)

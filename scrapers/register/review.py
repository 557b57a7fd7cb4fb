"""What a reviewer is asked, in which order, and what becomes of the answers. Knows no terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scrapers.home import Home
from scrapers.plans.labels import PROPOSED
from scrapers.register.captures import PlanCaptures
from scrapers.register.context import ContextReader, Piece
from scrapers.register.corrections import BadCorrection, contradiction, corrected
from scrapers.register.decisions import (
    PROPOSED_STATE,
    Decision,
    Verb,
    append_decision,
    in_force,
)
from scrapers.register.quotes import quote_sha256
from scrapers.register.register import Plan, Register, Row, read_register
from scrapers.sources import Source


class UnknownTarget(ValueError):  # noqa: N818 - named after what is the case
    """No plan or target of that id."""


class ChangedMeanwhile(UnknownTarget):
    """The target is no longer what was shown: its page was read anew while the review was open."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One target as a reviewer sees it."""

    row: Row
    """With the corrections that stand."""
    decision: Decision | None
    context: tuple[Piece, ...]
    """Empty where the home has no capture with its quote."""

    @property
    def is_new_indicator(self) -> bool:
        return self.row["indicator_id"].startswith(PROPOSED)


class Review:
    """The review of one plan: every answer is on the disk before the next question.

    `problems` are the rows of the decisions file that are not applied, one line each.
    """

    def __init__(
        self,
        home: Home,
        catalog: Mapping[str, Source],
        plan_id: str,
        *,
        by: str,
        today: date,
        path: Path | None = None,
    ) -> None:
        """Raises `UnknownTarget` for a plan that is not registered, `DecisionsUnreadable`."""
        self._home = home
        self._register: Register = read_register(home)
        if plan_id not in self._register.plans:
            known = ", ".join(sorted(self._register.plans))
            raise UnknownTarget(f"no such plan: {plan_id}; registered: {known}")
        self._captures = PlanCaptures(home, catalog)
        self._readers: dict[str, ContextReader | None] = {}
        self._by, self._today, self._path = by, today, path
        self._standing, self.problems = in_force(self._register.targets, self._register.owns, path)
        self.plan: Plan = self._register.plans[plan_id]
        self._rows = {row["target_id"]: row for row in self._register.targets_of(plan_id)}

    def open(self, *, everything: bool = False) -> list[str]:
        """Ids of the targets that nobody has decided on, in the order of the plan; or of all."""
        return [target_id for target_id in self._rows if everything or target_id not in self._standing]

    def states(self) -> Counter[str]:
        """Targets by review state."""
        return review_states(self._rows, self._standing)

    def shown(self, target_id: str) -> Shown:
        """One target with its quote in context."""
        decision = self._standing.get(target_id)
        row = self._row(target_id)
        return Shown(self._effective(row), decision, tuple(self._context(target_id)))

    def with_corrections(self, target_id: str, corrections: Mapping[str, str]) -> Row:
        """The target as it would be. Raises `BadCorrection` where that cannot be."""
        row = self._row(target_id)
        result = corrected(row, {**self._corrections(target_id), **corrections})
        if wrong := contradiction(result):
            raise BadCorrection(wrong)
        return result

    def accept(self, target_id: str, reason: str = "") -> Decision:
        """Accept as shown: corrections that stand go on standing."""
        kept = self._corrections(target_id)
        verb = Verb.CORRECTED if kept else Verb.ACCEPTED
        return self._decide(target_id, verb, reason or "as proposed", kept)

    def correct(self, target_id: str, corrections: Mapping[str, str], reason: str = "") -> Decision:
        """Correct fields, on top of the corrections that stand. Raises `BadCorrection`."""
        self.with_corrections(target_id, corrections)
        kept = {**self._corrections(target_id), **corrections}
        return self._decide(target_id, Verb.CORRECTED, reason or "corrected: " + ", ".join(corrections), kept)

    def reject(self, target_id: str, reason: str) -> Decision:
        """Reject; the reason is for those who ask later."""
        return self._decide(target_id, Verb.REJECTED, reason, {})

    def _decide(self, target_id: str, verb: Verb, reason: str, corrections: Mapping[str, str]) -> Decision:
        if read_register(self._home).targets.get(target_id) != self._row(target_id):
            raise ChangedMeanwhile(f"{target_id}: its page was read anew meanwhile; nothing is decided, look again")
        before = self._standing.get(target_id)
        day = max(self._today, before.decided_on) if before else self._today  # the last decision stands
        decision = Decision(target_id, verb, self._by, day, reason, corrections)
        append_decision(decision, self._path)
        self._standing[target_id] = decision
        return decision

    def _row(self, target_id: str) -> Row:
        try:
            return self._rows[target_id]
        except KeyError:
            raise UnknownTarget(f"{target_id} is no target of {self.plan.plan_id}") from None

    def _corrections(self, target_id: str) -> Mapping[str, str]:
        decision = self._standing.get(target_id)
        return decision.corrections if decision else {}

    def _effective(self, row: Row) -> Row:
        return corrected(row, self._corrections(row["target_id"]))

    def _context(self, target_id: str) -> Sequence[Piece]:
        """From the newest capture at hand in which the quote stands."""
        places = self._register.places.get(target_id, [])
        for body in reversed(dict.fromkeys(place.body_sha256 for place in places)):
            reader = self._reader(body)
            first = next(place for place in places if place.body_sha256 == body)
            if reader and quote_sha256(reader.decoded[first.start : first.end]) == first.quote_sha256:
                return reader.around(first.start, first.end)
        return ()

    def _reader(self, body_sha256: str) -> ContextReader | None:
        if body_sha256 not in self._readers:
            capture = self._captures.with_body(body_sha256)
            text = self._captures.text(capture) if capture else None
            self._readers[body_sha256] = ContextReader(text.text.decoded) if text else None
        return self._readers[body_sha256]


def review_states(rows: Mapping[str, Row], decided: Mapping[str, Decision]) -> Counter[str]:
    """Targets by review state: proposed, accepted, corrected, rejected."""
    found: Counter[str] = Counter()
    for target_id in rows:
        decision = decided.get(target_id)
        found[str(decision.decision) if decision else PROPOSED_STATE] += 1
    return found

"""Which captures bear on each other: those of one address, those of one series, and the decisions about either.

An outcome names the decisions under which it was judged. Where others are in force now, it is out of date: its capture
waits to be judged again, in either direction, so that taking a decision back undoes all that it did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeGuard

from scrapers.captures import Attempt, Capture, Origin
from scrapers.home import Home
from scrapers.layouts import TableShape, shapes_in, shapes_of
from scrapers.quarantine.decisions import Decision, DecisionKind, history, standing
from scrapers.records import SERVING, Record
from scrapers.series import KnownShape, Series, scope_of
from scrapers.source_model import Source
from scrapers.visit_chains import visits_by_capture

if TYPE_CHECKING:
    from scrapers.parse import ParseOutcome


class Kindred:
    """The captures of a home by address and by scope, with what people decided about them."""

    def __init__(
        self,
        home: Home,
        captures: Sequence[Capture],
        attempts: Iterable[Attempt] = (),
        catalog: Mapping[str, Source] | None = None,
    ) -> None:
        """`captures` in the order of arrival. Without `attempts` no visits are known (for asking about decisions)."""
        self._of_address: dict[str, list[Capture]] = defaultdict(list)
        self._of_scope: dict[str, list[Capture]] = defaultdict(list)
        self._visit = visits_by_capture(attempts, catalog or {})
        for capture in captures:
            self._of_address[capture.url].append(capture)
            self._of_scope[scope_of(capture)].append(capture)
        decisions = history(home)
        self._decided = {capture_id: standing(made) for capture_id, made in decisions.items()}
        touched = [capture for capture in captures if capture.capture_id in decisions]
        self._touched_addresses = {capture.url for capture in touched}
        self._touched_scopes = {scope_of(capture) for capture in touched}
        self._shapes: dict[str, list[KnownShape]] = {}

    def before(self, capture: Capture) -> list[Capture]:
        """Captures of the same address that came earlier, the oldest first."""
        return _until(self._of_address[capture.url], capture)

    def beside(self, capture: Capture) -> list[Capture]:
        """Captures of the same scope that came earlier, for a page that was fetched; others are held by no series."""
        return _until(self._of_scope[scope_of(capture)], capture) if capture.origin is Origin.FETCHED else []

    def decision(self, capture: Capture) -> Decision | None:
        """The decision in force about this capture."""
        return self._decided.get(capture.capture_id)

    def is_touched(self, capture: Capture) -> bool:
        """True where somebody ever decided about a capture that bears on this one."""
        if capture.url in self._touched_addresses:
            return True
        return capture.origin is Origin.FETCHED and scope_of(capture) in self._touched_scopes

    def decisions_about(self, capture: Capture) -> list[str]:
        """Ids of the decisions in force that bear on this capture."""
        if not self.is_touched(capture):
            return []
        near = [*self._of_address[capture.url]]
        if capture.origin is Origin.FETCHED:
            near += self._of_scope[scope_of(capture)]
        found = (self._decided.get(each.capture_id) for each in near)
        return sorted({decision.decision_id for decision in found if decision is not None})

    def series(
        self,
        capture: Capture,
        outcome_of: Callable[[Capture], ParseOutcome | None],
        records_of: Callable[[ParseOutcome], Sequence[Record]],
    ) -> Series:
        """What is known of the series of a capture, looked up when it is asked for."""

        def known() -> list[KnownShape]:
            scope = scope_of(capture)
            found = [
                shape
                for earlier in _until(self._of_scope[scope], capture)
                for shape in self._shapes_of(earlier, outcome_of, records_of)
            ]
            return found + self._accepted(scope, capture)

        return Series(capture, self._visit.get(capture.capture_id), known)

    def _shapes_of(
        self,
        capture: Capture,
        outcome_of: Callable[[Capture], ParseOutcome | None],
        records_of: Callable[[ParseOutcome], Sequence[Record]],
    ) -> list[KnownShape]:
        if capture.capture_id not in self._shapes:
            outcome = outcome_of(capture)
            if _is_serving(outcome):
                visit = self._visit.get(capture.capture_id)
                self._shapes[capture.capture_id] = [
                    KnownShape(shape, outcome.parser, capture.capture_id, capture.url, capture.origin, visit)
                    for shape in recorded_shapes(outcome, records_of)
                ]
            else:
                self._shapes[capture.capture_id] = []
        return self._shapes[capture.capture_id]

    def _accepted(self, scope: str, capture: Capture) -> list[KnownShape]:
        """Shapes that people accepted by releasing another page of the scope, also one that came later."""
        found = []
        for other in self._of_scope[scope]:
            decision = self._decided.get(other.capture_id)
            if other.capture_id == capture.capture_id or decision is None or decision.parser is None:
                continue
            if decision.kind is DecisionKind.RELEASE:
                found += [
                    KnownShape(shape, decision.parser, other.capture_id, other.url, other.origin, None, True)
                    for shape in shapes_in(decision.shapes)
                ]
        return found


def _is_serving(outcome: ParseOutcome | None) -> TypeGuard[ParseOutcome]:
    if outcome is None or outcome.document is not None:
        return False
    return outcome.verdict in SERVING and outcome.record_count > 0


def recorded_shapes(outcome: ParseOutcome, records_of: Callable[[ParseOutcome], Sequence[Record]]) -> list[TableShape]:
    """The shapes that an outcome recorded; of one written before shapes were recorded, those of its records."""
    recorded = outcome.layout.get("shape")
    return shapes_in(recorded) if isinstance(recorded, list) else shapes_of(records_of(outcome))


def _until(line: Sequence[Capture], capture: Capture) -> list[Capture]:
    found = []
    for each in line:
        if each.capture_id == capture.capture_id:
            break
        found.append(each)
    return found

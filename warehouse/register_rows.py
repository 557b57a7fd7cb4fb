"""The plans of the home, their evidence, the decisions in force and entries by hand, as rows of the raw schema.

What people write by hand can be wrong: a row that cannot be used is left out and told as a problem, and stops nothing.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from scrapers.entry.evidence import EVIDENCE, effective_targets, entered_evidence, why_not
from scrapers.home import Home
from scrapers.plans.drafts import TargetType
from scrapers.plans.labels import PROPOSED, indicator_id
from scrapers.register.corrections import corrected
from scrapers.register.decisions import check_against, decisions_path, read_decisions
from scrapers.register.evidence import Evidence, read_evidence
from scrapers.register.register import PLANS, Register, read_register
from warehouse.register_model import Corrected, Place, Plan, Proposal

Row = Mapping[str, object]
Shape = TypeVar("Shape", bound=BaseModel)


@dataclass
class RegisterRows:
    """Rows by raw table; `register_problems` holds what could not be used."""

    tables: dict[str, list[Row]] = field(
        default_factory=lambda: {
            "plan_registry": [], "plan_proposals": [], "plan_proposal_places": [], "plan_evidence": [],
            "target_decisions": [], "entered_evidence": [], "register_problems": [],
        }
    )  # fmt: skip

    @property
    def problems(self) -> list[str]:
        """One line per problem, for the log."""
        return [f"{row['kind']}: {row['subject']}: {row['message']}" for row in self.tables["register_problems"]]

    def problem(self, kind: str, subject: str, message: str) -> None:
        row = {"kind": kind, "subject": subject, "message": message}
        if row not in self.tables["register_problems"]:
            self.tables["register_problems"].append(row)

    def usable(self, shape: type[Shape], row: Row, kind: str, subject: str) -> Shape | None:
        """The row in its shape, or None and a problem. Empty cells are unknown."""
        try:
            return shape.model_validate(
                {name: value for name, value in row.items() if name and value not in ("", None)}
            )
        except ValidationError as error:
            self.problem(kind, subject, _reason(error))
            return None


def read(home: Home) -> RegisterRows:
    """All rows of the register that are not seeds.

    Raises DecisionsUnreadable where the decisions file as a whole cannot be read: without it every target would count
    as not reviewed.
    """
    found = RegisterRows()
    register = read_register(home)
    for problem in register.problems:
        found.problem("plan_not_read", *_parted(problem))
    _plans(register, found)
    _proposals(register, found)
    for plan_id in register.plans:  # the folder of a plan that was taken out may still have its evidence
        found.tables["plan_evidence"] += [asdict(row) for row in _evidence(home, plan_id, found)]
    _decisions(register, found)
    _entered(home, found)
    return found


def _plans(register: Register, found: RegisterRows) -> None:
    for plan in register.plans.values():
        if not plan.is_seed:
            row = found.usable(Plan, asdict(plan), "plan_not_read", f"{PLANS}/{plan.plan_id}")
            if row is not None:
                found.tables["plan_registry"].append(row.model_dump())


def _proposals(register: Register, found: RegisterRows) -> None:
    """Proposals with their places; only of plans that are loaded themselves."""
    loaded = {row["plan_id"] for row in found.tables["plan_registry"]}
    for target_id, told in register.targets.items():
        if told["plan_id"] not in loaded:
            continue
        proposal = found.usable(Proposal, told, "proposal_not_read", target_id)
        if proposal is None:
            continue
        found.tables["plan_proposals"].append(proposal.model_dump() | {"indicator_id": _indicator(proposal)})
        places = {}
        for each in register.places.get(target_id, []):
            place = found.usable(Place, asdict(each), "proposal_not_read", f"{target_id} at {each.start}")
            if place is not None:
                places[place.body_sha256, place.start] = place.model_dump()
        found.tables["plan_proposal_places"] += places.values()


def _indicator(proposal: Proposal) -> str | None:
    """The id by the labels that the seeds know today: a decision on a label takes effect with the next load.

    A task that is done or not measures nothing and has no indicator.
    """
    stored = proposal.indicator_id
    if stored is None or not stored.startswith(PROPOSED) or not proposal.indicator_zh:
        return stored
    today = indicator_id(proposal.indicator_zh)
    is_task = proposal.target_type is TargetType.MILESTONE and proposal.target_value is None
    return None if is_task and today.startswith(PROPOSED) else today


def _decisions(register: Register, found: RegisterRows) -> None:
    path = decisions_path()
    if not path.exists():
        found.problem("decision_not_applied", path.name, "there is no such file: nothing counts as reviewed")
    decisions, unread = read_decisions(path)
    good, unfit = check_against(decisions, register.targets, register.owns)
    for problem in (*unread, *(f"{path.name} {line}" for line in unfit)):
        found.problem("decision_not_applied", *_parted(problem))
    for number, decision in enumerate(good, start=1):
        row = register.targets[decision.target_id]
        # Values in base units follow from the corrected ones: all columns that come out different are kept.
        after = corrected(row, decision.corrections)
        changed = {name: value for name, value in after.items() if value != row.get(name, "")}
        where = f"{path.name} line {decision.line}"
        if found.usable(Corrected, changed, "decision_not_applied", where) is None:
            continue
        found.tables["target_decisions"].append(
            asdict(decision)
            | {"decision_no": number, "corrections": json.dumps(changed, ensure_ascii=False, sort_keys=True)}
        )


def _entered(home: Home, found: RegisterRows) -> None:
    """Evidence that tasks are done; only of targets that take it as they stand today."""
    entered = entered_evidence(home)
    for problem in entered.problems:
        found.problem("entry_not_read", *_parted(problem))
    targets = effective_targets(home) if entered.entries else {}
    for entry in entered.entries:
        if reason := why_not(entry.target_id, targets):
            found.problem("entry_not_read", f"{EVIDENCE}/{entry.evidence_id}.json", reason)
        else:
            found.tables["entered_evidence"].append(entry.model_dump(mode="json"))


def _evidence(home: Home, plan_id: str, found: RegisterRows) -> list[Evidence]:
    path = f"{PLANS}/{plan_id}/evidence.csv"
    try:
        rows = read_evidence(home.read(path).decode("utf-8-sig"))
        if others := {row.plan_id for row in rows} - {plan_id}:
            raise ValueError(f"it speaks of {', '.join(sorted(others))}")
        return rows
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        found.problem("evidence_not_read", path, str(error) or type(error).__name__)
        return []


def _parted(problem: str) -> tuple[str, str]:
    """Where a problem lies, and what it is, of a line `where: what`."""
    where, _, what = problem.partition(": ")
    return where, what or problem


def _reason(error: ValidationError) -> str:
    """What is wrong, in one line."""
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']} ({str(first['input'])[:60]})"

"""Drift: is each target of the register still evidenced by the newest capture of its plan?

Story: the newest capture (`captures`), quotes found again white space aside (`quotes`), what is not found is looked for
among the promises of the new text (`comparison`), and the answer is written to `plans/<plan_id>/evidence.csv`. A plan
whose newest capture, rows, decisions and code are those of the last check is not compared again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from scrapers.captures import Capture
from scrapers.home import Home
from scrapers.records import Refusal
from scrapers.register.captures import PlanCaptures
from scrapers.register.comparison import compare
from scrapers.register.corrections import corrected
from scrapers.register.decisions import Decision, Verb, in_force
from scrapers.register.evidence import DRIFT, Evidence, PlanText, evidence_csv, read_evidence
from scrapers.register.register import PLANS, Plan, Register, read_register
from scrapers.seeds import SEEDS
from scrapers.sources import Source

EVIDENCE, KEY = "evidence.csv", "evidence.key"
_CODE = Path(__file__).parents[1]
"""All of it: reading a page rests on nearly every room of the house."""
_SEED_FILES = ("indicators.csv", "plan_indicator_labels.csv", "units.csv")


class UnknownPlan(ValueError):  # noqa: N818 - named after what is the case
    """No plan of that id is registered."""


@dataclass(frozen=True, slots=True)
class PlanDrift:
    """What one check found of one plan."""

    plan_id: str
    title_zh: str | None
    capture_id: str | None
    """The newest capture; None where the home has none of the plan."""
    url: str | None
    rows: tuple[Evidence, ...]
    was_known: bool = False
    """True where nothing had changed since the last check, whose rows these are."""

    @property
    def counts(self) -> Counter[str]:
        """Rows by state."""
        return Counter(str(row.state) for row in self.rows)

    @property
    def has_drifted(self) -> bool:
        return any(row.state in DRIFT for row in self.rows)

    def __str__(self) -> str:
        told = ", ".join(f"{count} {state}" for state, count in sorted(self.counts.items()))
        return f"{self.plan_id}: {told or 'no targets'}" + (
            "" if self.capture_id else "; the home has no capture of it"
        )


def check_plans(home: Home, catalog: Mapping[str, Source], only: Sequence[str] | None = None) -> list[PlanDrift]:
    """Compare registered plans (all, or those of `only`) with their newest captures, and write their evidence files.

    Rejected targets are passed over. A page that cannot be read stands back for the one before it. Raises
    `UnknownPlan` for an id of `only`, and `DecisionsUnreadable`.
    """
    register = read_register(home)
    if unknown := [plan_id for plan_id in only or () if plan_id not in register.plans]:
        raise UnknownPlan(f"no such plan: {', '.join(unknown)}; registered: {', '.join(sorted(register.plans))}")
    decided, _ = in_force(register.targets, register.owns)
    captures = PlanCaptures(home, catalog)
    wanted = [plan for plan_id, plan in register.plans.items() if only is None or plan_id in only]
    return [_check(home, plan, register, decided, captures) for plan in wanted]


def _check(
    home: Home, plan: Plan, register: Register, decided: Mapping[str, Decision], captures: PlanCaptures
) -> PlanDrift:
    places = register.places_of(plan.plan_id)
    candidates = list(captures.newest_first(plan, places))
    key = _key(plan, register, decided, candidates, captures)
    if (known := _known(home, plan.plan_id, key)) is not None:
        first = next((row.capture_id for row in known if row.capture_id), None)
        serving = next((c for c in candidates if c.capture_id == first), candidates[0] if candidates else None)
        return _drift(plan, serving, known, was_known=True)
    bodies = list(dict.fromkeys([*(place.body_sha256 for place in places), *filter(None, [plan.body_sha256])]))
    new = _newest_text(candidates, bodies, captures)
    rows = [
        corrected(row, decided[row["target_id"]].corrections) if row["target_id"] in decided else row
        for row in register.targets_of(plan.plan_id)
    ]
    rejected = {target_id for target_id, decision in decided.items() if decision.decision is Verb.REJECTED}
    olds = _old_texts(bodies, captures, new)
    found = compare(plan.plan_id, rows, rejected, register.places, new, olds)
    told = evidence_csv(found).encode()
    home.write(told, PLANS, plan.plan_id, EVIDENCE)
    home.write(_sealed(key, told), PLANS, plan.plan_id, KEY)
    return _drift(plan, new.capture if new else None, found)


def _drift(plan: Plan, capture: Capture | None, rows: Sequence[Evidence], was_known: bool = False) -> PlanDrift:
    named = capture.capture_id if capture else None
    return PlanDrift(plan.plan_id, plan.title_zh, named, capture.url if capture else plan.url, tuple(rows), was_known)


def _newest_text(candidates: Sequence[Capture], known: Collection[str], captures: PlanCaptures) -> PlanText | None:
    """The newest capture that can be read. One that is no plan (a portal, a notice of removal) stands back."""
    for capture in candidates:
        text = captures.text(capture)
        if text is None:
            continue
        if capture.body_sha256 in known:
            return text
        try:
            found = text.read()
        except Refusal:
            continue
        if found.targets or found.document is not None:
            return text
    return None


def _old_texts(bodies: Collection[str], captures: PlanCaptures, new: PlanText | None) -> dict[str, PlanText]:
    """Texts of the bodies in which the plan has its places, by hash; only those that the home has."""
    texts: dict[str, PlanText] = {}
    for body in bodies:
        capture = captures.with_body(body)
        if new is not None and body == new.capture.body_sha256:
            texts[body] = new
        elif capture is not None and (text := captures.text(capture)) is not None:
            texts[body] = text
    return texts


# --- nothing new: not compared again ----------------------------------------------------------------------------------


def _key(
    plan: Plan,
    register: Register,
    decided: Mapping[str, Decision],
    candidates: Sequence[Capture],
    captures: PlanCaptures,
) -> str:
    """Hash of all that the answer rests on."""
    targets = register.targets_of(plan.plan_id)
    places = register.places_of(plan.plan_id)
    rests_on = {
        "captures": [capture.capture_id for capture in candidates],
        "bodies": sorted({p.body_sha256 for p in places if captures.with_body(p.body_sha256)}),
        "plan": asdict(plan),
        "targets": [dict(row) for row in targets],
        "places": [asdict(place) for place in places],
        "decisions": [
            (str(d.decision), dict(d.corrections))
            for row in targets
            if (d := decided.get(row["target_id"])) is not None
        ],
        "code": _code_sha256(),
    }
    return hashlib.sha256(json.dumps(rests_on, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@lru_cache(maxsize=1)
def _code_sha256() -> str:
    digest = hashlib.sha256()
    for file in [*sorted(_CODE.rglob("*.py")), *(SEEDS / name for name in _SEED_FILES)]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _known(home: Home, plan_id: str, key: str) -> list[Evidence] | None:
    """The rows of the last check, where it was of the very same state."""
    try:
        told = home.read(PLANS, plan_id, EVIDENCE)
        if home.read(PLANS, plan_id, KEY) != _sealed(key, told):
            return None
        return read_evidence(told.decode())
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _sealed(key: str, told: bytes) -> bytes:
    """The key and the hash of its answer: of a `plan diff` beside the night, each may have written one of the files."""
    return f"{key} {hashlib.sha256(told).hexdigest()}\n".encode()

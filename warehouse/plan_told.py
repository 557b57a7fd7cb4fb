"""What `zhibiao plan add`, `list` and `diff` tell a person: lines and table rows, no decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from scrapers.plans.labels import PROPOSED
from scrapers.register.decisions import PROPOSED_STATE, Verb, in_force
from scrapers.register.evidence import State

if TYPE_CHECKING:
    from scrapers.home import Home
    from scrapers.register.add import Added
    from scrapers.register.check import PlanDrift
    from scrapers.register.evidence import Evidence
    from scrapers.register.proposals import Merged
    from scrapers.register.register import Plan, Row
    from scrapers.sources import Source

_MOST_IDS = 12


def added_lines(added: Added) -> Iterator[str]:
    """What was found, what was not, how many proposals, what is left over, and what to do next."""
    plan = added.plan
    if added.merged is None:
        yield f"{plan.plan_id} is registered already, among the reviewed plans: {plan.title_zh}"
        yield f"next: zhibiao plan diff {plan.plan_id} compares it with its newest page"
        return
    if added.is_new:
        yield f"registered as {plan.plan_id}"
    else:
        yield f"{plan.plan_id} is registered already; " + (
            "brought up to this page" if added.has_changed else "nothing has changed"
        )
    yield from _plan_lines(plan)
    for line in added.open_:
        yield f"  not found  {line}"
    yield from _proposal_lines(added.merged, added.merged.rows)
    yield from _change_lines(added, added.merged)
    for left in added.leftovers:
        yield f"left over: {left}"
    yield from _next_lines(added)


def _plan_lines(plan: Plan) -> Iterator[str]:
    told = {
        "title": plan.title_zh, "region": plan.region_code, "issuer": plan.issuer_zh, "number": plan.doc_no,
        "issued": plan.issued_on, "period": _period(plan), "kind": plan.kind, "page": plan.url,
    }  # fmt: skip
    for name, value in told.items():
        if value:
            yield f"  {name:<9}  {value}"


def _period(plan: Plan) -> str | None:
    return f"{plan.period_start}–{plan.period_end or '?'}" if plan.period_start else None


def _proposal_lines(merged: Merged, rows: list[Row]) -> Iterator[str]:
    if not rows:
        yield "no promise was found on this page: it is registered with no proposals"
        return
    valued = sum(bool(row["target_value"]) for row in rows)
    new = {row["indicator_id"] for row in rows if row["indicator_id"].startswith(PROPOSED)}
    yield f"{len(rows)} proposals: {valued} with a value, {len(rows) - valued} without" + (
        f"; {len(new)} indicators are new" if new else ""
    )


def _change_lines(added: Added, merged: Merged) -> Iterator[str]:
    if added.is_new:
        if added.decided:
            yield (
                f"{len(added.decided)} decisions on targets of this id were made before; "
                f"`zhibiao plan review {added.plan.plan_id} --all` shows whether they still fit"
            )
        return
    for ids, words in (
        (merged.new, "new"),
        (merged.updated, "follow the page"),
        (merged.contradicted, "decided otherwise than the page now says, and kept"),
        (merged.not_found, "not found on this page, and kept"),
    ):
        if ids:
            more = "" if len(ids) <= _MOST_IDS else f" and {len(ids) - _MOST_IDS} more"
            yield f"{len(ids)} {words}: {', '.join(ids[:_MOST_IDS])}{more}"


def _next_lines(added: Added) -> Iterator[str]:
    plan_id, merged = added.plan.plan_id, added.merged
    assert merged is not None
    open_ = sum(row["target_id"] not in added.decided for row in merged.rows)
    if open_:
        yield f"next: zhibiao plan review {plan_id} decides on {open_} of them; zhibiao refresh rates them as proposed"
    if merged.contradicted:
        yield f"next: zhibiao plan diff {plan_id} shows what the page now says"


def plan_rows(home: Home, catalog: Mapping[str, Source]) -> tuple[tuple[str, ...], list[tuple[object, ...]], list[str]]:
    """Columns and rows of `plan list`, and what could not be applied or read."""
    from scrapers.register.captures import PlanCaptures
    from scrapers.register.register import read_register
    from scrapers.register.review import review_states

    register = read_register(home)
    decided, problems = in_force(register.targets, register.owns)
    captures = PlanCaptures(home, catalog)
    states = (PROPOSED_STATE, *Verb)
    rows: list[tuple[object, ...]] = []
    for plan in register.plans.values():
        mine = {row["target_id"]: row for row in register.targets_of(plan.plan_id)}
        counts: Counter[str] = review_states(mine, decided)
        newest = next(captures.newest_first(plan, register.places_of(plan.plan_id)), None)
        url = plan.url or (newest.url if newest else None)
        rows.append(
            (plan.plan_id, plan.title_zh, plan.region_code, _period(plan), len(mine), *(counts[s] for s in states), url)
        )
    columns = ("plan", "title", "region", "period", "targets", *states, "page")
    return columns, rows, [*register.problems, *problems]


def drift_lines(drift: PlanDrift, *, evidenced_too: bool) -> Iterator[str]:
    """One line per target, and a summary last."""
    for row in drift.rows:
        if evidenced_too or row.state is not State.EVIDENCED or row.detail:
            yield _evidence_line(row)
    yield f"{drift}" + (f" ({drift.url})" if drift.capture_id else "")
    if drift.has_drifted:
        anew = f"zhibiao plan review {drift.plan_id} --all decides anew"
        yield f"next: {anew}; zhibiao plan add brings the proposals of an added plan up to its page"


def _evidence_line(row: Evidence) -> str:
    name = row.target_id or "(no target)"
    detail = f" ({row.detail})" if row.detail else ""
    words = row.new_quote or ""
    if row.state in (State.CHANGED, State.MISSING):
        words = f"{row.old_quote or '(not at hand)'} → {row.new_quote or '(nothing)'}"
    return f"{row.state:<11}  {name}{detail}" + (f": {words}" if words else "")

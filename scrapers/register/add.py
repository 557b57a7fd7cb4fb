"""Registers a plan: gets its page, finds what it is, reads its promises, and writes the proposals to the home.

Nothing is half-written: the page is read before anything is kept, and `plan.json` is written last. The same page again
changes nothing; a changed page keeps the ids of the promises that are the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from scrapers.captures import Capture, Origin
from scrapers.decoding import decode
from scrapers.home import Home
from scrapers.imports import is_utf8
from scrapers.plans.extract import extract
from scrapers.records import Page, Refusal
from scrapers.register.decisions import Decision, check_against, read_decisions, standing
from scrapers.register.evidence import PlanText
from scrapers.register.identity import (
    Identity,
    Said,
    brought_up,
    differs,
    identify,
    new_plan_id,
    registered_as,
    same_name_taken,
)
from scrapers.register.pages import NoSuchPage, PageRefused, page_of, page_of_file, take_address, take_file
from scrapers.register.proposals import Merged, merge_proposals
from scrapers.register.quotes import Text
from scrapers.register.regions import is_region_code
from scrapers.register.register import PLANS, Plan, Register, alone, read_register, write_home_plan
from scrapers.register.visits import PLAN_SOURCE, is_address
from scrapers.sources import Source

PLAN_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_PERIOD = re.compile(r"((?:19|20)\d\d)(?:\s*[-—–~～至]+\s*((?:19|20)\d\d))?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asks for."""

    where: str
    """A file or an address."""
    plan_id: str | None = None
    region_code: str | None = None
    url: str | None = None
    """Address of a file."""
    title: str | None = None
    period: str | None = None
    """`2026-2030`, or one year."""
    live: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """What came of it."""

    plan: Plan
    is_new: bool
    has_changed: bool
    """False where the home already held exactly this."""
    merged: Merged | None
    """None for a plan of the seeds: their rows are kept by people."""
    open_: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    decided: Mapping[str, Decision] = field(default_factory=dict)
    """Decisions on targets of this plan, by target id."""


def add_plan(
    home: Home,
    catalog: Mapping[str, Source],
    wanted: Wanted,
    *,
    run_id: str,
    today: date,
    log: Callable[[str], None] = lambda line: None,
) -> Added:
    """Register the plan of a page, or bring its registration up to the page.

    Raises `NoSuchPage` for a request that is wrong, `PageRefused` for a page that is not believed, and
    `DecisionsUnreadable`.
    """
    said = _said(wanted)
    register = read_register(home)
    decisions = read_decisions()[0]
    if not is_address(wanted.where):
        _foresee(register, wanted, said)
        capture = take_file(home, catalog, Path(wanted.where), wanted.url, run_id)
    else:
        capture = take_address(home, catalog, wanted.where, live=wanted.live, run_id=run_id, log=log)
    text = _read(page_of(home, capture), capture.url, capture)
    identity = identify(text, said)
    with alone(home):
        register = read_register(home)  # anew: another plan may have been added while this page was read
        known = _known(register, identity.plan, wanted.plan_id)
        if known is not None and known.is_seed:
            return Added(known, False, False, None)
        _refuse_another(known, identity.plan, wanted)
        return _write(home, register, text, identity, said, known, wanted.plan_id, _decided(register, decisions), today)


def _decided(register: Register, decisions: Sequence[Decision]) -> dict[str, Decision]:
    """The decisions that stand; those on ids whose plan was taken out still count when it is added again."""
    good, _ = check_against(decisions, register.targets, register.owns)
    return standing([*good, *(each for each in decisions if each.target_id not in register.targets)])


def _write(
    home: Home,
    register: Register,
    text: PlanText,
    identity: Identity,
    said: Said,
    known: Plan | None,
    plan_id: str | None,
    decided: Mapping[str, Decision],
    today: date,
) -> Added:
    if known is None:
        chosen = plan_id or new_plan_id(identity.plan, register.plans.keys())
        _refuse_unread(home, register, chosen)
        plan = replace(identity.plan, plan_id=chosen, added_on=today.isoformat())
    else:
        plan = brought_up(known, identity.plan, said)
    mine = {target_id: each for target_id, each in decided.items() if target_id.rpartition("-")[0] == plan.plan_id}
    rows, places = register.targets_of(plan.plan_id), register.places_of(plan.plan_id)
    found = text.promises
    for proposal in found:
        proposal.row["region_code"] = plan.region_code or ""
    merged = merge_proposals(plan.plan_id, rows, places, found, mine)
    has_changed = known is None or (plan, rows, places) != (known, merged.rows, merged.places)
    if has_changed:
        write_home_plan(home, plan, merged.rows, merged.places)
    open_ = tuple(line for line in identity.open_ if _is_open(plan, line))
    return Added(plan, known is None, has_changed, merged, open_, text.read().leftovers, mine)


def _refuse_unread(home: Home, register: Register, plan_id: str) -> None:
    """Never write over a plan that merely cannot be read: its ids are given, and people may have decided on them."""
    if home.exists(PLANS, plan_id, "plan.json"):
        why = next(
            (line for line in register.problems if line.startswith(f"{PLANS}/{plan_id}: ")), f"{PLANS}/{plan_id}"
        )
        raise PageRefused(f"{why}; mend its files or take the folder away, then add the plan again")


def _is_open(plan: Plan, line: str) -> bool:
    """False where an earlier registration has already settled what this page leaves open."""
    column = {"title": "title_zh", "region": "region_code", "period": "period_start"}.get(line.partition(":")[0])
    return column is None or getattr(plan, column) is None


# --- the request ------------------------------------------------------------------------------------------------------


def _said(wanted: Wanted) -> Said:
    if wanted.plan_id is not None and not PLAN_ID.fullmatch(wanted.plan_id):
        raise NoSuchPage(f"--plan-id: {wanted.plan_id!r}; allowed: small letters, digits, - and _")
    if wanted.region_code is not None and not is_region_code(wanted.region_code):
        raise NoSuchPage(f"--region: {wanted.region_code!r} is no region code that the seeds know; allowed: six digits")
    if wanted.url is not None and not is_address(wanted.url):
        raise NoSuchPage(f"--url: {wanted.url!r} is no web address; allowed: http://… or https://…, without a password")
    if "://" in wanted.where and not is_address(wanted.where):
        raise NoSuchPage(f"{wanted.where!r} is no web address; allowed: http://… or https://…, without a password")
    if is_address(wanted.where) and wanted.url is not None:
        raise NoSuchPage("--url gives the address of a file, and this is an address already")
    title = " ".join((wanted.title or "").split()) or None
    if title is not None and not is_utf8(title):
        raise NoSuchPage("--title: these words are no UTF-8")
    return Said(title, wanted.region_code, _years(wanted.period))


def _years(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = _PERIOD.fullmatch(text.strip())
    start, end = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if start > end:
        raise NoSuchPage(f"--period: {text!r} is no period; allowed: 2026-2030, or one year")
    return start, end


# --- the page ---------------------------------------------------------------------------------------------------------


def _foresee(register: Register, wanted: Wanted, said: Said) -> None:
    """Refuse a file before it is taken in: one that cannot be read, or whose name is another plan's page."""
    page = page_of_file(Path(wanted.where))
    text = _read(page, wanted.where)
    plan = identify(text, said).plan
    if wanted.url is not None:
        known = _known(register, replace(plan, url=wanted.url), wanted.plan_id)
        _refuse_another(known, plan, wanted)
    if wanted.url is not None or wanted.plan_id in register.plans:
        return
    if registered_as(register, plan, [text.capture.body_sha256]) is not None:
        return
    if (other := same_name_taken(register, plan)) is not None:
        raise PageRefused(
            f"{wanted.where}: a file of this name is the page of {other.plan_id} ({other.title_zh}); save the new one "
            f"under another name, give its --url, or say that it is a new page of that plan: --plan-id {other.plan_id}"
        )


def _refuse_another(known: Plan | None, plan: Plan, wanted: Wanted) -> None:
    """Refuse the page of another plan at a known address: its promises would be rated as those of the plan before."""
    if known is None or known.is_seed or wanted.plan_id == known.plan_id or known.body_sha256 == plan.body_sha256:
        return
    if (other := differs(known, plan)) is not None:
        raise PageRefused(
            f"{wanted.where}: the address is that of {known.plan_id} ({known.title_zh}), but the page is of another "
            f"plan ({plan.title_zh}; {other}); where it is a new page of that plan, say so: --plan-id {known.plan_id}"
        )


def _read(page: Page, named: str, capture: Capture | None = None) -> PlanText:
    """A page as text, with its promises read. Raises `PageRefused`."""
    try:
        text = Text(decode(page.body, page.knowledge.charset).text)
        found = extract(page)
    except Refusal as refusal:
        raise PageRefused(f"{named}: refused as {refusal.code}: {refusal}") from refusal
    return PlanText(capture or _unkept(page), text, lambda: found)


def _unkept(page: Page) -> Capture:
    """A capture of a page that is not in the archive."""
    return Capture(
        capture_id="", source_id=PLAN_SOURCE, url=page.url, origin=Origin.IMPORTED,
        body_sha256=hashlib.sha256(page.body).hexdigest(), content_sha256="", size=len(page.body),
        fetched_at=datetime.now(UTC), knowledge=page.knowledge,
    )  # fmt: skip


def _known(register: Register, plan: Plan, plan_id: str | None) -> Plan | None:
    """The registration to which the page belongs; a person's --plan-id goes first."""
    found = registered_as(register, plan, [plan.body_sha256] if plan.body_sha256 else [])
    if plan_id is None or (found is not None and found.plan_id == plan_id):
        return found
    named = register.plans.get(plan_id)
    if named is None:
        return found
    if found is not None:
        raise NoSuchPage(f"--plan-id: this page is registered as {found.plan_id}, and {plan_id} is another plan")
    return named

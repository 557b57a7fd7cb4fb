"""What people entered: plans, evidence, decisions; and the small files by which visits are counted."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from datetime import datetime
from functools import partial

from scrapers.entry.evidence import EVIDENCE, TaskEvidence
from scrapers.home import Home
from scrapers.quarantine.decisions import QUARANTINE, is_whole
from scrapers.register.decisions import DecisionsUnreadable, decisions_path
from scrapers.register.register import PLANS, is_whole_plan
from scrapers.visits.call_budget import FOLDER as BUDGETS
from scrapers.visits.due import SHANGHAI
from warehouse import register_rows
from warehouse.care.aside import move_aside
from warehouse.care.donors import Donors
from warehouse.care.findings import Finding, mendable, ok, person

PLAN_FILES = ("places.csv", "targets.csv", "plan.json")
"""In the order in which they are written: the last makes it a plan."""
USED_UP = 1_000_000_000
"""Calls noted where nobody knows how many were made: none is made today, and tomorrow counts anew."""


def check(home: Home, donors: Donors) -> Iterator[Finding]:
    """Findings about plans, evidence, decisions and call budgets."""
    mended = yield from _from_donor(home, donors)
    problems: list[register_rows.Row] = []
    try:
        problems = register_rows.read(home).tables["register_problems"]
    except DecisionsUnreadable as error:
        yield person(
            "decisions",
            str(decisions_path()),
            f"{error}; no refresh loads before it can be read",
            "correct the file (its history is in version control), or take it from a backup",
        )
    for row in problems:
        if not any(place in f"{row['subject']} {row['message']}" for place in mended):
            yield person(
                "entered",
                str(row["subject"]),
                f"{row['kind']}: {row['message']}",
                "correct the file or row by hand, or `zhibiao doctor --mend --from BACKUP`; the rest counts meanwhile",
            )
    unreadable = [p for p in home.list(QUARANTINE, suffix=".json") if p not in mended and not is_whole(home, p)]
    for place in unreadable:
        yield person(
            "decisions",
            place,
            "this decision about a page cannot be read: the page is held meanwhile",
            "decide anew (`zhibiao quarantine hold` or `release`), or `zhibiao doctor --mend --from BACKUP`",
        )
    if not problems and not mended and not unreadable:
        yield ok("entered", f"{PLANS}/, {EVIDENCE}/, {QUARANTINE}/", "plans, evidence and decisions can be read")
    yield from _budgets(home)


def _from_donor(home: Home, donors: Donors) -> Generator[Finding, None, list[str]]:
    """Plans and evidence that cannot be read here, or are gone, and that the named backup has whole."""
    places = []
    for plan_id in _ids(donors):
        files = {f"{PLANS}/{plan_id}/{name}": donors.file(f"{PLANS}/{plan_id}/{name}") for name in PLAN_FILES}
        if all(files.values()) and not is_whole_plan(home, plan_id):
            places.append(f"{PLANS}/{plan_id}")
            yield mendable(
                "entered",
                places[-1],
                "the plan cannot be read or is gone; the backup has it",
                partial(_put, home, files),
            )
    for check, folder, what, is_sound in (
        ("entered", EVIDENCE, "this evidence", _evidence_is_whole),
        ("decisions", QUARANTINE, "this decision about a page", is_whole),
    ):
        for path in donors.paths(f"{folder}/"):
            content = donors.file(path)
            if content and not is_sound(home, path):
                places.append(path)
                message = f"{what} cannot be read or is gone; the backup has it"
                yield mendable(check, path, message, partial(_put, home, {path: content}))
    return places


def _ids(donors: Donors) -> list[str]:
    return sorted({path.split("/")[1] for path in donors.paths(f"{PLANS}/") if path.endswith("/plan.json")})


def _evidence_is_whole(home: Home, path: str) -> bool:
    try:
        TaskEvidence.model_validate_json(home.read(path))
    except (OSError, ValueError):
        return False
    return True


def _put(home: Home, files: dict[str, bytes | None]) -> str:
    """Put files of the backup in the place of damaged ones, which are kept under `damaged/`."""
    for path, content in files.items():
        if home.exists(path) and home.read(path) != content:
            move_aside(home, path)
        home.write(content or b"", path)
    return "brought back from the backup; what was there is under damaged/"


def _budgets(home: Home) -> Iterator[Finding]:
    """A budget that cannot be read allows no call, today or ever: it is set to used up for today."""
    for path in home.list(BUDGETS, suffix=".json"):
        try:
            told = json.loads(home.read(path))
            str(told["day"]), int(told["calls"])
        except (ValueError, KeyError, TypeError):
            yield mendable(
                "budget",
                path,
                "it cannot be read, so that its interface is not asked any more",
                partial(_budget_anew, home, path),
            )


def _budget_anew(home: Home, path: str) -> str:
    today = datetime.now(SHANGHAI).date().isoformat()
    home.write(json.dumps({"day": today, "calls": USED_UP}).encode(), path)
    return "it counts as used up today, and counts anew from tomorrow"

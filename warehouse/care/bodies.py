"""The bodies of captures: missing, damaged, or kept without a log entry that speaks of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePosixPath

from scrapers.archive import BODIES, Archive, ArchiveDamaged, body_place
from scrapers.captures import Attempt, Capture, Origin, Outcome, capture_id_of
from scrapers.home import Home
from scrapers.visits.due import BODY_LOST
from warehouse.care.aside import move_aside
from warehouse.care.donors import Donors
from warehouse.care.findings import MEND, Finding, mendable, ok, person
from warehouse.care.log_entries import LogState
from warehouse.outcomes import OutcomeKey, shortened


class StillLost(Exception):  # noqa: N818 - named after what is the case
    """What could be done was done; the bytes are not back."""


def check(
    home: Home, state: LogState, outcomes: dict[OutcomeKey, str], donors: Donors, *, quick: bool
) -> Iterator[Finding]:
    """Findings about bodies. `quick` looks whether they are there with the size that the log tells, and reads none."""
    archive = Archive(home)
    wanted: dict[str, list[Capture]] = {}
    for capture in archive.captures():
        wanted.setdefault(capture.body_sha256, []).append(capture)
    held = present(home)
    wrong = 0
    for captures in wanted.values():
        problem = look(archive, held, captures[0], quick=quick)
        if problem:
            wrong += 1
            yield _finding(home, donors, outcomes, captures, problem)
    if not wrong:
        how = "there with the size that the log tells" if quick else "what was stored"
        yield ok("bodies", BODIES, f"{len(wanted)} bodies, all {how}")
    yield from _orphans(home, state, donors, outcomes, held.keys() - wanted.keys())


def look(archive: Archive, held: dict[str, int], capture: Capture, *, quick: bool) -> str | None:
    """What is wrong with the body of a capture: `missing`, `damaged`, or None."""
    size = held.get(capture.body_sha256)
    if size is None:
        return "missing"
    if size != capture.size:
        return "damaged"
    if not quick:
        try:
            archive.body(capture)
        except ArchiveDamaged:
            return "damaged"
    return None


def present(home: Home) -> dict[str, int]:
    """Sizes of the bodies that are there, by their hash. A file by another name is no body."""
    folder = home.path(BODIES)
    if not home.fs.exists(folder):
        return {}
    found = home.fs.find(folder, detail=True)
    names = ((PurePosixPath(path), told) for path, told in found.items())
    return {path.name: int(told["size"]) for path, told in names if len(path.name) == 64}


def restore_body(home: Home, sha256: str, donors: Donors) -> str | None:
    """Bring a body back from another place that has the same bytes; says from where, or None. Safe to repeat."""
    found = donors.body(sha256)
    if found is None:
        return None
    body, place = found
    path = body_place(sha256)
    if home.exists(path):
        move_aside(home, path)
    Archive(home).keep(body)
    return place


def _finding(
    home: Home, donors: Donors, outcomes: dict[OutcomeKey, str], captures: list[Capture], problem: str
) -> Finding:
    newest = captures[-1]
    place = body_place(newest.body_sha256)
    read = {key.capture_id for key in outcomes}
    figures = (
        "the figures read from it stay in use until its parser changes"
        if all(capture.capture_id in read for capture in captures)
        else "it has not been read, so its figures are missing"
    )
    message = f"{problem}: the page {newest.url} ({newest.source_id}, {newest.origin}); {figures}"
    found = donors.body(newest.body_sha256)
    if found:
        action = f"{MEND}, which takes the same bytes from {found[1]}"
        return mendable("body", place, message, partial(_bring, home, newest.body_sha256, donors), action)
    by_hand = _by_hand(newest)
    if problem == "missing" and not _can_be_asked_again(home, newest):
        return person("body", place, message, by_hand)
    return mendable(
        "body",
        place,
        message,
        partial(_let_go, home, newest, by_hand),
        f"{MEND} --from BACKUP where there is one; without one the same command makes room and {_next(newest)}",
    )


def _bring(home: Home, sha256: str, donors: Donors) -> str:
    place = restore_body(home, sha256, donors)
    if place is None:
        raise StillLost("the other copy has gone meanwhile")
    return f"brought back from {place}"


def _let_go(home: Home, capture: Capture, by_hand: str) -> str:
    """Put a damaged body aside and have its page asked for again. Raises StillLost: the bytes are not back yet."""
    path = body_place(capture.body_sha256)
    done = f"the damaged body was moved to {move_aside(home, path)}" if home.exists(path) else "the body is missing"
    if ask_again(home, capture):
        done += "; its page is due at the next live visit"
    raise StillLost(f"{done}; {by_hand}")


def ask_again(home: Home, capture: Capture) -> bool:
    """Have a fetched page asked for again by the next live visit, by a log entry; False where nobody can ask for it."""
    if not _can_be_asked_again(home, capture):
        return False
    Archive(home).log(
        Attempt(
            attempt_id=uuid.uuid4().hex,
            run_id="doctor",
            source_id=capture.source_id,
            url=capture.url,
            attempted_at=datetime.now(UTC),
            outcome=Outcome.FAILED,
            origin=Origin.FETCHED,
            reason=f"{BODY_LOST} what was stored of it ({capture.body_sha256}) is missing or damaged",
        )
    )
    return True


def _can_be_asked_again(home: Home, capture: Capture) -> bool:
    """True for a fetched page that is not due for this reason already."""
    if capture.origin is not Origin.FETCHED or not capture.url.startswith(("http://", "https://")):
        return False
    last = None
    for attempt in Archive(home).attempts():
        if attempt.url == capture.url and attempt.source_id == capture.source_id:
            last = attempt
    return last is None or not (last.reason or "").startswith(BODY_LOST)


def _next(capture: Capture) -> str:
    return "has the page asked for again" if capture.origin is Origin.FETCHED else "says what to bring"


def _by_hand(capture: Capture) -> str:
    """How a person brings the bytes back."""
    ways = ["`zhibiao doctor --mend --from BACKUP`"]
    if capture.origin is Origin.FETCHED:
        ways.append(f"`zhibiao refresh --live --source {capture.source_id}`")
    elif capture.url.startswith("imported:"):
        ways.append(f"import the file {capture.url.removeprefix('imported:')} again (`zhibiao import FILE`)")
    else:
        ways.append(f"save the page again and `zhibiao import FILE --url '{capture.url}'`")
    return "one of these brings it back: " + ", or ".join(ways)


def _orphans(
    home: Home, state: LogState, donors: Donors, outcomes: dict[OutcomeKey, str], orphans: set[str]
) -> Iterator[Finding]:
    """Bodies that no capture is of: evidence of refusals, what a killed fetch left, or pages that the log has lost."""
    evidence = {sha256 for sha256 in orphans if sha256 in state.reasons}
    rest = orphans - evidence
    logged = [*state.attempts.values(), *donors.attempts.values()]  # what can be written back is not lost
    known = {each.capture.capture_id for each in logged if each.capture}
    rest -= {each.capture.body_sha256 for each in logged if each.capture}
    for key, path in outcomes.items():
        if key.capture_id in known:
            continue
        source_id, url = _spoken_of(home, path)
        of = next((each for each in rest if capture_id_of(source_id, url, each) == key.capture_id), None)
        if of is None:
            yield ok("records", path, "no log entry speaks of its page; it is not loaded")
            continue
        rest = rest - {of}
        yield person(
            "log_lost",
            body_place(of),
            f"the log has lost the page {url} ({source_id}): its body and what was "
            "read on it are there, and it is not loaded",
            "run `zhibiao doctor --mend --from BACKUP`; without one copy the body to a file with the "
            "ending that the page "
            f"had, and `zhibiao import FILE --source {source_id}"
            + ("`" if ":" in url[:9] and "//" not in url else f" --url '{url}'`"),
        )
    if rest:
        names = shortened([each[:12] for each in sorted(rest)], 3)
        yield ok(
            "orphans",
            BODIES,
            f"{len(rest)} bodies that no log entry speaks of ({names}): a fetch was killed before its "
            "entry; they are kept and do no harm",
        )


def _spoken_of(home: Home, path: str) -> tuple[str, str]:
    """Source and address of an outcome; empty where it cannot be read."""
    import json

    try:
        told = json.loads(home.read(path))
        return str(told["source_id"]), str(told["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""

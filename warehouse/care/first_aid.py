"""The cheap part of the doctor, at the beginning of every refresh: what can be mended is, the rest is told in words.

It reads the log, looks at the size of every body and hashes some of them, and verifies the release that readers see.
What is damaged among outcomes and in the build database is found by the load, which has them made anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from scrapers.archive import LOG, Archive
from scrapers.captures import Capture
from scrapers.home import Home
from warehouse.care import bodies, layout, log_entries, machine, published
from warehouse.care.donors import Donors
from warehouse.care.findings import Finding, Severity, mended, person
from warehouse.release import current_id

log = logging.getLogger("zhibiao.care")

SCRUB_BYTES = 32_000_000
"""Of the newest bodies so many are hashed each night."""
SCRUB_DAYS = 28
"""The others are hashed by turns: within so many nights each of them once."""


def first_aid(home: Home) -> list[Finding]:
    """Bring the home to today's layout, and mend what is quickly seen to be damaged. Only for the holder of the lock.

    What is right is not told. Raises HomeNewer, HomeUnfinished, HomeUnreadable.
    """
    found = [Finding("layout", Severity.MENDED, layout.FILE, step) for step in layout.migrate(home)]
    if home.is_local:
        found += _readers(home)
        healed = log_entries.heal_lost(home)
        if healed:
            message = f"{healed} entries had gone from the log and were written back from the build database"
            found.append(Finding("log_lost", Severity.MENDED, LOG, message))
        found += mended(machine.leftovers(home))
    found += _bodies(home)
    for finding in found:
        log.warning("home: %s", finding)
    return found


def _readers(home: Home) -> Iterator[Finding]:
    """Readers see a whole release, where one is left."""
    try:
        done = published.show_whole(home)
    except (published.LastReleaseLost, OSError) as lost:
        yield person(
            "release",
            current_id(home) or "current",
            str(lost),
            "this refresh publishes a new one if it can be held against what is left; else it says so",
        )
        return
    if done:
        yield Finding("release", Severity.MENDED, "current", done, "`zhibiao doctor` says what is wrong with the other")


def _bodies(home: Home) -> Iterator[Finding]:
    archive = Archive(home)
    captures = archive.captures()
    present = bodies.present(home)
    hashed = set(_to_hash(captures))
    donors = Donors(home)
    seen: set[str] = set()
    for capture in reversed(captures):
        if capture.body_sha256 in seen:
            continue
        seen.add(capture.body_sha256)
        problem = bodies.look(archive, present, capture, quick=capture.body_sha256 not in hashed)
        if problem:
            yield _aid(home, capture, problem, donors)


def _aid(home: Home, capture: Capture, problem: str, donors: Donors) -> Finding:
    place = bodies.restore_body(home, capture.body_sha256, donors)
    about = f"the page {capture.url} ({capture.source_id})"
    if place:
        return Finding("body", Severity.MENDED, about, f"what was stored was {problem} and was taken from {place}")
    asked = "; it is asked for again by the next live visit" if bodies.ask_again(home, capture) else ""
    return person(
        "body",
        about,
        f"what was stored is {problem}: it cannot be read again, figures read before stay{asked}",
        "run `zhibiao doctor --mend --from BACKUP`, or `zhibiao doctor`, which says what else brings it back",
    )


def _to_hash(captures: Sequence[Capture]) -> Iterator[str]:
    """Hashes of the bodies whose bytes are looked at tonight: the newest, and those whose turn it is."""
    turn, left = datetime.now(UTC).toordinal() % SCRUB_DAYS, SCRUB_BYTES
    for capture in reversed(captures):
        if left >= capture.size:
            left -= capture.size
            yield capture.body_sha256
        elif int(capture.body_sha256[:8], 16) % SCRUB_DAYS == turn:
            yield capture.body_sha256

"""The log of attempts: lines that cannot be read, and entries that it had and lost."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from scrapers.archive import LOG, Archive
from scrapers.captures import Attempt, attempt_of
from scrapers.home import Home
from warehouse.care.aside import move_aside, put_away
from warehouse.care.donors import Donors, built_attempts
from warehouse.care.findings import MEND, Finding, mendable, ok, person

log = logging.getLogger("zhibiao.care")

QUIET_SECONDS = 60
"""A file that was written to so lately may be about to get the rest of its last line."""
AHEAD = timedelta(hours=1)
"""How far ahead of this machine's clock an entry may lie."""
_ID = re.compile(rb'^\{"attempt_id":"([0-9a-f]{32})"')


@dataclass
class LogState:
    """What the log says, line by line."""

    attempts: dict[str, Attempt] = field(default_factory=dict)
    bad: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)
    """By file, the number and the bytes of each line that cannot be read."""

    @property
    def bodies(self) -> set[str]:
        """Hashes of the bodies of captures."""
        return {each.capture.body_sha256 for each in self.attempts.values() if each.capture}

    @property
    def reasons(self) -> str:
        """All reasons: they name the bodies that were kept as evidence of a refusal."""
        return "\n".join(each.reason or "" for each in self.attempts.values())


def read(home: Home) -> LogState:
    """Read the whole log, and say of every line whether it can be read."""
    state = LogState()
    for place in home.list(LOG, suffix=".jsonl"):
        for number, line in enumerate(home.read(place).split(b"\n"), start=1):
            if not line.strip():
                continue
            if (attempt := attempt_of(line)) is not None:
                state.attempts[attempt.attempt_id] = attempt
            else:
                state.bad.setdefault(place, []).append((number, line))
    return state


def check(home: Home, state: LogState, donors: Donors) -> Iterator[Finding]:
    """Findings about the log itself."""
    for place, lines in state.bad.items():
        yield from _unreadable(home, state, donors, place, lines)
    lost = {each: attempt for each, attempt in donors.attempts.items() if each not in state.attempts}
    if lost:
        pages = len({attempt.url for attempt in lost.values()})
        yield mendable(
            "log_lost",
            LOG,
            f"{len(lost)} entries about {pages} pages are gone; the build database or the backup has them",
            partial(write_back, home, list(lost.values())),
            f"{MEND}, or let the next refresh do it",
        )
    late = [each for each in state.attempts.values() if each.attempted_at > datetime.now(UTC) + AHEAD]
    if late:
        newest = max(late, key=lambda each: each.attempted_at)
        sources = ", ".join(sorted({each.source_id for each in late})[:5])
        yield person(
            "clock",
            LOG,
            f"{len(late)} entries lie in the future, up to {newest.attempted_at:%Y-%m-%d %H:%M} UTC: this "
            f"clock is slow, or it was fast then; till that day {sources} are not visited by their cadence",
            "compare `date -u` with another clock; name a source to visit it all the same: `zhibiao "
            "refresh --live --source ID`",
        )
    if not state.bad and not lost:
        yield ok("log", LOG, f"{len(state.attempts)} entries, all readable")


def heal_lost(home: Home) -> int:
    """Write entries that the log has lost and the build database still has back into the log; how many there were."""
    known = {attempt.attempt_id for attempt in Archive(home).attempts()}
    lost = built_attempts(home, known)
    if lost:
        write_back(home, list(lost.values()))
    return len(lost)


def write_back(home: Home, attempts: list[Attempt]) -> str:
    """Append entries to the log where it lacks them."""
    archive = Archive(home)
    known = {attempt.attempt_id for attempt in archive.attempts()}
    for attempt in sorted(attempts, key=lambda each: each.attempted_at):
        if attempt.attempt_id not in known:
            archive.log(attempt)
    return f"{len(attempts)} entries were written back into the log"


def _unreadable(
    home: Home, state: LogState, donors: Donors, place: str, lines: list[tuple[int, bytes]]
) -> Iterator[Finding]:
    torn, lost = [], []
    for number, line in lines:
        told = _ID.match(line.lstrip(b"\0 "))
        attempt_id = told.group(1).decode() if told else None
        if attempt_id in state.attempts or attempt_id in donors.attempts or _is_torn(line):
            torn.append(number)
        else:
            lost.append(number)
    if torn and not lost:
        yield mendable(
            "log_torn",
            place,
            f"line {_numbers(torn)} cannot be read: a process was killed while it wrote; nothing that "
            "was accepted hangs on it, or its entry is known from elsewhere",
            partial(_take_out, home, place),
            f"{MEND}, which moves the line aside; no other line is touched",
        )
    elif lost:
        yield person(
            "log_damaged",
            place,
            f"line {_numbers(lost)} is damaged, and no other place has its entry: a page may have "
            "been logged there that is now unknown",
            "run `zhibiao doctor --mend --from BACKUP`; without a backup import the page again",
        )


def _take_out(home: Home, place: str) -> str:
    """Write a log file anew without the lines that cannot be read; these are kept under `damaged/`."""
    content = home.read(place)
    if home.is_local and time.time() - home.fs.modified(home.path(place)).timestamp() < QUIET_SECONDS:
        raise RuntimeError("it was written to within the last minute, and may be being written now; try again later")
    good: list[bytes] = []
    bad: list[bytes] = []
    for line in content.split(b"\n"):
        if line.strip():
            (bad if attempt_of(line) is None else good).append(line)
    kept = put_away(home, place, b"\n".join(bad) + b"\n")
    if good:
        home.write(b"\n".join(good) + b"\n", place)
    else:
        move_aside(home, place)
    return f"the unreadable lines were moved to {kept}"


def _is_torn(line: bytes) -> bool:
    """True for the beginning of an entry that was never written to its end, or zeros after a power cut."""
    text = line.strip(b"\0 \r")
    if not text:
        return True
    try:
        words = text.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        if error.end < len(text):
            return False
        words = text[: error.start].decode()
    if not words.startswith('{"attempt_id"'[: len(words)]):
        return False
    try:
        json.loads(words)
    except json.JSONDecodeError as error:
        rest: Any = words[error.pos :]
        return error.msg.startswith("Unterminated string") or bool(re.fullmatch(r"[\w.+-]*\s*", rest))
    return False


def _numbers(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:5])) + (f" and {len(lines) - 5} more" if len(lines) > 5 else "")

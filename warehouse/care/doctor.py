"""`zhibiao doctor`: looks at everything in a home, says what each finding means, and mends what can be mended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scrapers.home import Home
from warehouse import outcomes
from warehouse.care import bodies, entered, layout, log_entries, machine, parsed, published
from warehouse.care.donors import Donors
from warehouse.care.findings import Finding, Severity, left_to_do, mendable, mended, ok, person
from warehouse.errors import ExitCode, Trouble
from warehouse.lock import Locked, refresh_lock

log = logging.getLogger("zhibiao.care")


class NoHome(Trouble):
    """There is no home at that place."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True)
class Examination:
    """What one look at the home found."""

    home: str
    findings: list[Finding]
    working: str | None
    """Who works on the home meanwhile; then what was found may be in motion, and nothing was mended."""

    @property
    def exit_code(self) -> ExitCode:
        """75 where another process works on the home, else 1 where something is left to do."""
        if self.working:
            return ExitCode.LOCKED
        return ExitCode.FAILED if left_to_do(self.findings) else ExitCode.OK


def examine(home: Home, *, mend: bool = False, quick: bool = False, donor: Path | None = None) -> Examination:
    """Look at a home; with `mend`, set right what can be. `quick` hashes nothing; `donor` is a backup or another home.

    Raises NoHome, NoDonor, HomeNewer, HomeUnfinished, and Locked where something is to be mended and another process
    works on the home.
    """
    if not home.fs.exists(home.root) or not home.fs.isdir(home.root):
        raise NoHome(f"there is no home at {home.root}")
    first = list(_layout(home))
    with ExitStack() as held:
        working = _claim(home, held, mend=mend)
        found: list[Finding] = list(mended(first) if mend else first)
        donors = Donors(home, donor)
        for look in _looks(home, donors, quick=quick, alone=home.is_local and working is None):
            seen = _told(look)
            found += mended(seen) if mend else seen
    return Examination(home.root, found, working)


def _claim(home: Home, held: ExitStack, *, mend: bool) -> str | None:
    """Take the lock for the time of the examination; where another process has it, say who (mending needs it)."""
    if not home.is_local:
        return None
    try:
        held.enter_context(refresh_lock(home, purpose="doctor"))
    except Locked as locked:
        if mend:
            raise
        return str(locked.owner.purpose) if locked.owner else "another process"
    except OSError as error:  # a home that cannot be written to can still be looked at
        log.debug("the lock cannot be taken", exc_info=True)
        if mend:
            raise Trouble(f"nothing can be mended, the home cannot be written to: {error}") from error
    return None


def _layout(home: Home) -> Iterator[Finding]:
    """Raises HomeNewer and HomeUnfinished: such a home is not looked at."""
    try:
        stated = layout.check(home)
    except layout.HomeUnreadable as error:
        yield mendable("layout", layout.FILE, str(error).split(";")[0], partial(_layout_anew, home))
        return
    if stated.layout < layout.LAYOUT:
        yield Finding(
            "layout",
            Severity.OK,
            layout.FILE,
            f"layout {stated.layout}; the next refresh brings it to {layout.LAYOUT}",
            mend=partial(_migrate, home),
        )
    else:
        yield ok("layout", layout.FILE, f"layout {stated.layout}")


def _migrate(home: Home) -> str:
    return "; ".join(layout.migrate(home))


def _layout_anew(home: Home) -> str:
    return "; ".join(layout.migrate(home, anew=True))


Look = tuple[str, Callable[[], Iterator[Finding]]]


def _looks(home: Home, donors: Donors, *, quick: bool, alone: bool) -> Iterator[Look]:
    """What is looked at, in the order in which it must be mended: the log, what it speaks of, what is made of that."""

    def log_and_bodies() -> Iterator[Finding]:
        yield from bodies.check(home, log_entries.read(home), outcomes.find(home), donors, quick=quick)

    yield "log", lambda: log_entries.check(home, log_entries.read(home), donors)
    yield "bodies", log_and_bodies
    yield "records", lambda: parsed.check(home, outcomes.find(home), quick=quick)
    yield "entered", lambda: entered.check(home, donors)
    if home.is_local:
        yield "releases", lambda: published.check(home, donors, quick=quick)
        yield "machine", lambda: machine.check(home, quick=quick, alone=alone)


def _told(look: Look) -> list[Finding]:
    """The findings of one look; where it cannot be taken (no right to read, say), that is the finding."""
    name, see = look
    found: list[Finding] = []
    try:
        for finding in see():
            found.append(finding)
    except OSError as error:
        found.append(
            person(
                name,
                str(error.filename or name),
                f"it could not be looked at: {error.strerror or error}",
                "see `rights` and `disk`; set it right, then run `zhibiao doctor` again",
            )
        )
    return found

"""Faults of the machine, tried on a whole refresh: kills, a full disk, a read-only home, damaged files."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from tests.faults.damages import Damage, all_damages
from tests.faults.disks import may_mount, read_only_folder, size_of, small_disk
from tests.faults.evening import LINES, Accepted, Evening, evening, facts_of
from tests.faults.killing import Kill, killed_and_repaired, points
from tests.faults.trial import Trial
from tests.faults.watching import Watcher
from tests.refresh.running import Refresh, zhibiao

Kind = TypeVar("Kind")

KILLS = 52
"""Two more than fifty: one that comes too late, after the refresh has ended, does not count."""
IN_A_ROW = 4
"""Refreshes that are killed in a home before one runs to its end: the next meets what the one before has left."""
AT_ONCE = 2
FREE_MEGABYTES = (0.0, 1.0, 20.0)
"""Space that is left when the refresh starts."""
READ_ONLY = ("", "captures", "records", "build", "releases", "runs", "airflow", "politeness")
"""Folders of the home that are made read-only; the empty name is the home itself."""


TOGETHER = (
    ("newest capture", "record file", "build database", "files of Airflow", "left by killed processes"),
    ("shipped capture", "parse outcome", "log file", "release", "small files of the build"),
    ("link current",),
)
"""Kinds of damage that are met by one refresh. Apart are those that may mend each other, as the log and the build."""


@dataclass
class Aftermath:
    """What one fault led to."""

    way: str
    first_code: int = 0
    """Exit code of the refresh that met the fault."""
    told: str = ""
    """Its last words, where it did not publish."""
    repaired_by: str = ""
    """`refresh` (the one that met the fault, or the next), `doctor`, or nothing."""
    wrong_facts: int = 0
    missing_facts: int = 0
    lost: int = 0
    reader_errors: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """It published at once, the same facts, and nothing is lost."""
        return not (self.first_code or self.wrong_facts or self.missing_facts or self.lost or self.reader_errors)


def damage_trials(scratch: Path) -> Iterator[Trial]:
    """Damaged files; about a quarter of an hour on two cores."""
    with evening(scratch / "evening") as night:
        yield from damaged(night, scratch)


def disk_trials(scratch: Path) -> Iterator[Trial]:
    """Full and read-only disks; about ten minutes on two cores."""
    with evening(scratch / "evening") as night:
        yield from read_only(night, scratch)
        yield from disk_full(night, scratch)


def kill_trials(scratch: Path) -> Iterator[Trial]:
    """Kills; about half an hour on two cores."""
    with evening(scratch / "evening") as night:
        yield from killed(night, scratch, KILLS)


def killed(night: Evening, scratch: Path, count: int) -> Iterator[Trial]:
    """`kill -9` at points spread over the run: some refreshes in a row in each home, then one runs to its end."""
    spread = points(night, count)
    homes = len(spread) // IN_A_ROW
    rows = [spread[number::homes][:IN_A_ROW] for number in range(homes)]

    def one(number: int) -> list[Kill]:
        place = scratch / f"kill-{number}"
        try:
            return killed_and_repaired(night, night.copy(place / "home"), rows[number], with_children=number % 2 == 0)
        finally:
            shutil.rmtree(place, ignore_errors=True)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(one, range(homes)))
    done = [kill for kills in found for kill in kills if kill.was_killed]
    stages = Counter(kill.point.stage for kill in done)
    where = ", ".join(f"{stage} {stages[stage]}" for stage in stages)
    failed = [kill for kill in done if not kill.repaired]
    unrepaired = sum(not kills[0].repaired for kills in found)
    yield Trial(
        "machine", "refresh killed (SIGKILL, alone or with its children)",
        f"in {homes} homes with up to {IN_A_ROW} killed refreshes in a row, the next published the same facts in "
        f"{homes - unrepaired}; killed in {where}",
        tried=len(done), wrong_facts=sum(kill.wrong_facts + kill.missing_facts for kill in done),
        lost=sum(kill.lost for kill in done), reader_errors=sum(len(kill.reader_errors) for kill in done),
        needed_person=len(failed), told=_shortest([kill.said for kill in failed]),
    )  # fmt: skip


def damaged(night: Evening, scratch: Path) -> Iterator[Trial]:
    """Files of the home spoilt after a night that brought new pages: things of several kinds before each refresh.

    What does not publish, or differs, is tried again one damage at a time, so that each answers for itself.
    """
    for kinds in TOGETHER:
        rounds = list(_rounds(kinds))
        place = scratch / kinds[0].replace(" ", "-")
        found = _each(rounds, lambda number, spoilt, place=place: _damaged(night, place / f"round-{number}", spoilt))
        by_kind: dict[str, list[Aftermath]] = {}
        for number, (spoilt, after) in enumerate(zip(rounds, found, strict=True)):
            alone = len(spoilt) > 1 and not after.is_good
            for which, damage in enumerate(spoilt):
                own = _damaged(night, place / f"alone-{number}-{which}", [damage]) if alone else after
                by_kind.setdefault(damage.kind, []).append(replace(own, way=damage.way))
        for kind, afters in by_kind.items():
            yield _trial(kind, afters)


def _rounds(kinds: Sequence[str]) -> Iterator[list[Damage]]:
    """The first damage of each kind, then the second of each, and so on."""
    lines = [[damage for damage in all_damages() if damage.kind == kind] for kind in kinds]
    for number in range(max(map(len, lines))):
        yield [line[number] for line in lines if number < len(line)]


def _damaged(night: Evening, place: Path, spoilt: Sequence[Damage]) -> Aftermath:
    with _place(place):
        home = night.copy_done(place / "home")
        before = Accepted.of(home)
        watch = not any(damage.spoils_release for damage in spoilt)
        if not watch:  # what the trial itself destroys, and nobody has a copy of, the product cannot have lost
            before = replace(before, releases=before.releases - {(home / "current").resolve().name})
        for damage in spoilt:
            damage.do(home)
        return _met(night, home, ", ".join(damage.way for damage in spoilt), before, watch=watch)


def disk_full(night: Evening, scratch: Path) -> Iterator[Trial]:
    """The disk of the home is a small one: too full from the beginning, or filled by others while the refresh works."""
    if not may_mount():
        yield Trial("machine", "disk full", "not tried: needs the right to mount", tried=0)
        return

    def one(number: int, moment: float | str) -> Aftermath:
        with _home_on_small_disk(night, scratch / f"full-{number}") as (home, enlarge):
            if isinstance(moment, float):
                _fill(home, int(moment * 2**20))
                return _met(night, home, f"{moment:g} MB left", Accepted.of(home), mend=enlarge)

            def others(run: Refresh) -> None:
                with suppress(AssertionError):  # it may end before the line: that is seen by its exit code
                    run.wait_for(moment)
                _fill(home, 0)

            return _met(night, home, f"filled after {moment!r}", Accepted.of(home), mend=enlarge, meanwhile=others)

    yield _trial("disk full", _each([*FREE_MEGABYTES, *LINES], one))


@contextmanager
def _home_on_small_disk(night: Evening, folder: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A home that is a disk of its own, and what makes the disk large. What is said of the trial lies beside it."""
    with _place(folder) as place:
        home = place / "home"
        home.mkdir()
        with small_disk(home, size_of(night.home) + 400 * 2**20) as enlarge:
            yield night.copy(home), enlarge


def _fill(disk: Path, left: int) -> None:
    """Fill a disk until so many bytes are left."""
    state = os.statvfs(disk)
    with suppress(OSError), (disk / "filler").open("ab", buffering=0) as filler:
        for _ in range(max(0, state.f_bavail * state.f_frsize - left) // 2**16 + (16 if not left else 0)):
            filler.write(b"\0" * 2**16)


def read_only(night: Evening, scratch: Path) -> Iterator[Trial]:
    """The home, or a folder of it, cannot be written."""
    if not may_mount():
        yield Trial("machine", "home read-only", "not tried: needs the right to mount", tried=0)
        return

    def one(number: int, name: str) -> Aftermath:
        with _place(scratch / f"read-only-{number}") as place:
            home = night.copy(place / "home")
            (home / name).mkdir(exist_ok=True)
            before = Accepted.of(home)
            with read_only_folder(home / name) as writable:
                return _met(night, home, name or "the whole home", before, mend=writable)

    yield _trial("home read-only", _each(READ_ONLY, one))


# --- one fault, met and mended ----------------------------------------------------------------------------------------


def _met(
    night: Evening,
    home: Path,
    way: str,
    before: Accepted,
    *,
    watch: bool = True,
    mend: Callable[[], None] | None = None,
    meanwhile: Callable[[Refresh], None] | None = None,
) -> Aftermath:
    """Let a refresh meet the fault. Where it does not publish: remove the cause (`mend`) or ask the doctor, refresh."""
    after = Aftermath(way)
    with Watcher(home) as watcher:
        run = night.start(home)
        if meanwhile is not None:
            meanwhile(run)
        after.first_code = run.end()
        if after.first_code == 0:
            after.repaired_by = "refresh"
        else:
            after.told = _last_words(run.said).replace(str(home), "HOME")
        if mend is not None:
            mend()
        if after.first_code:
            _repair(night, home, after, by_itself=mend is not None)
    if watch:
        after.reader_errors = watcher.troubles
    if after.repaired_by:
        facts = facts_of(home)
        after.wrong_facts, after.missing_facts = len(facts - night.facts), len(night.facts - facts)
        after.lost = before.lost_in(Accepted.of(home), parsed_again=True)
    return after


def _repair(night: Evening, home: Path, after: Aftermath, *, by_itself: bool) -> None:
    if by_itself and night.start(home).end() == 0:
        after.repaired_by = "refresh"
        return
    zhibiao(home, "doctor", "--mend")
    if night.start(home).end() == 0:
        after.repaired_by = "doctor"


def _trial(kind: str, found: Sequence[Aftermath]) -> Trial:
    """The row of one kind of fault."""
    published = sum(not after.first_code for after in found)
    next_one = sum(bool(after.first_code) and after.repaired_by == "refresh" for after in found)
    doctor = [after for after in found if after.repaired_by == "doctor"]
    lost_for_good = [after for after in found if not after.repaired_by]
    parts = [
        f"published {published} times" if published else "",
        f"stopped and the next refresh published {next_one} times" if next_one else "",
        f"`zhibiao doctor --mend` mended {len(doctor)} times" if doctor else "",
        f"not mended: {', '.join(after.way for after in lost_for_good)}" if lost_for_good else "",
    ]
    missing = [after.way for after in found if after.missing_facts]
    parts.append(f"facts left out: {', '.join(missing)}" if missing else "")
    told = [after.told for after in (doctor + lost_for_good or [each for each in found if each.first_code])]
    return Trial(
        "machine", kind, "; ".join(part for part in parts if part), tried=len(found),
        wrong_facts=sum(after.wrong_facts for after in found), lost=sum(after.lost for after in found),
        reader_errors=sum(len(after.reader_errors) for after in found),
        needed_person=len(doctor) + len(lost_for_good), told=_shortest(told),
    )  # fmt: skip


def _each(kinds: Sequence[Kind], one: Callable[[int, Kind], Aftermath]) -> list[Aftermath]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(len(kinds)), kinds))


def _last_words(said: str) -> str:
    """What a person reads last: the first line that says ERROR, else the last line."""
    lines = [line for line in said.splitlines() if line.strip()]
    errors = [line.split(" ERROR ", 1)[1].strip() for line in lines if " ERROR " in line]
    return (errors or lines or [""])[0]


def _shortest(told: Sequence[str]) -> str:
    return min((words for words in told if words), key=len, default="")


@contextmanager
def _place(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

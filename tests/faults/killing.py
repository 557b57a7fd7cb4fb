"""Kills a refresh at chosen points of its way, and looks at what is left and what the next refresh makes of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.faults.evening import LINES, Accepted, Evening, facts_of
from tests.faults.watching import Watcher
from tests.refresh.running import LONGEST, Refresh

STAGES = ("starting", "begin", "choose", "scrape", "parse", "load", "build", "audit", "publish", "report")
"""Stages between the lines of a refresh."""
LEAST = 3
"""Points in every stage, however short, where there are enough of them."""


@dataclass(frozen=True)
class Point:
    """A point of the way: a stage, and the share of its usual length after its first line."""

    stage: str
    after: str | None
    """The line with which the stage begins; None is the start of the process."""
    until: str | None
    """The line that ends it; None is the end of the process."""
    share: float
    seconds: float
    """Seconds after that line; less where this time the stage ends before."""


@dataclass(frozen=True)
class Kill:
    """What a kill left, and what the next refresh made of it."""

    point: Point
    with_children: bool
    """True where all processes of the refresh were killed, else only the first one."""
    was_killed: bool
    """False where the refresh had ended before."""
    lost: int
    wrong_facts: int
    missing_facts: int
    reader_errors: list[str]
    repaired: bool
    """The next refresh published."""
    said: str
    """What the next refresh said, where it did not publish."""


def points(night: Evening, count: int) -> list[Point]:
    """Points spread over all stages of a night: some in each, the others by the length of the stages."""
    borders = [0.0, *(night.moments[words] for words in LINES), night.moments["end"]]
    lengths = [max(0.05, later - earlier) for earlier, later in pairwise(borders)]
    spread = _shared_out(lengths, count)
    found = []
    for number, stage in enumerate(STAGES):
        for which in range(spread[number]):
            share = (which + 0.5) / spread[number]
            after = LINES[number - 1] if number else None
            until = LINES[number] if number < len(LINES) else None
            found.append(Point(stage, after, until, share, share * lengths[number]))
    return found


def _shared_out(lengths: Sequence[float], count: int) -> list[int]:
    """`count` points over stages: at least LEAST each (or what there is), the rest by length."""
    least = min(LEAST, count // len(lengths))
    spread = [least] * len(lengths)
    for _ in range(count - sum(spread)):
        widest = max(range(len(lengths)), key=lambda number: lengths[number] / (spread[number] + 0.5))
        spread[widest] += 1
    return spread


def kill(night: Evening, home: Path, point: Point, *, with_children: bool) -> tuple[bool, list[str], int]:
    """Start a refresh and kill it at a point: was it killed, what its reader met, how much was lost."""
    before = Accepted.of(home)
    with Watcher(home) as watcher:
        run = night.start(home)
        was_killed = _killed_at(run, point, with_children)
        time.sleep(0.5)  # children that outlive their parent for a moment
        _end_of_children(run)
    after = Accepted.of(home)
    return was_killed, watcher.troubles, before.lost_in(after, parsed_again=True) + after.unbacked(home)


def killed_and_repaired(night: Evening, home: Path, chosen: Sequence[Point], *, with_children: bool) -> list[Kill]:
    """Kill one refresh after the other at these points, then let the next do the whole work, and compare with it."""
    found = [kill(night, home, point, with_children=with_children) for point in chosen]
    accepted = Accepted.of(home)
    with Watcher(home) as watcher:
        again = night.start(home)
        code = again.end()
    lost = accepted.lost_in(Accepted.of(home), parsed_again=True)
    facts = facts_of(home)
    wrong, missing = len(facts - night.facts), len(night.facts - facts)
    return [
        Kill(
            point, with_children, was_killed, gone + lost, wrong, missing, [*troubles, *watcher.troubles], code == 0,
            "" if code == 0 else again.said,
        )
        for point, (was_killed, troubles, gone) in zip(chosen, found, strict=True)
    ]  # fmt: skip


def _killed_at(run: Refresh, point: Point, with_children: bool) -> bool:
    until = time.monotonic() + LONGEST
    while point.after is not None and point.after not in run.said:
        if run.process.poll() is not None or time.monotonic() > until:
            return False
        time.sleep(0.01)
    until = time.monotonic() + point.seconds
    while time.monotonic() < until and (point.until is None or point.until not in run.said):
        if run.process.poll() is not None:
            return False
        time.sleep(0.01)
    run.kill(group=with_children)
    return True


def _end_of_children(run: Refresh) -> None:
    """Wait until no process of the group is left; those that have not noticed within a minute are ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            os.killpg(run.process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.1)
    os.killpg(run.process.pid, signal.SIGKILL)

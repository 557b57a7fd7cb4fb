"""Readers under load: twenty of them ask `current` without a break while releases are published, pruned, rolled back.

Every publication changes two tables, and whoever publishes notes their fingerprints: a pair that no release ever had
is a half state, whatever connection or file it was read through.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scrapers.home import Home
from tests.faults.reading import Met, manifest_fingerprints
from tests.faults.trial import Trial
from tests.refresh.running import refreshed
from warehouse import release
from warehouse.database import connect_build
from warehouse.lock import refresh_lock

REPOSITORY = Path(__file__).parent.parent.parent
TWENTY = [
    *["connect"] * 4, "kept",
    *["attach"] * 3, "kept", "text",
    *["parquet"] * 3, "text", "ask",
    *["ask"] * 2, *["sqlalchemy"] * 2, "command",
]  # fmt: skip
"""In fives that may share a process: DuckDB opens a file in one process with one configuration only."""
PUBLICATIONS = 20
KEEP = 2


@dataclass
class Load:
    """What came of readers at work while a home was published to."""

    met: list[Met]
    known: list[list[str]] = field(default_factory=list)
    """Pairs of fingerprints of all releases that there were."""
    unended: int = 0
    """Readers that did not end: hung, or killed."""

    @property
    def reads(self) -> int:
        return sum(each.reads for each in self.met)

    @property
    def problems(self) -> list[str]:
        """Errors and half states, one line each."""
        found = [f"{each.kind}: {problem}" for each in self.met for problem in (*each.errors, *each.halves)]
        found += [
            f"{each.kind}: tables of two releases" for each in self.met for p in each.pairs if p not in self.known
        ]
        return found + ["a reader did not end"] * self.unended

    @property
    def seen(self) -> int:
        """Different releases that readers saw."""
        return len({tuple(pair) for each in self.met for pair in each.pairs})


@contextmanager
def readers(home: Path, scratch: Path, kinds: list[str], processes: int) -> Iterator[Load]:
    """Readers at work in the block, spread over processes; what they met is in the load after it."""
    scratch.mkdir(parents=True, exist_ok=True)
    stop = scratch / "stop"
    size = -(-len(kinds) // processes)
    shares = [kinds[number * size : (number + 1) * size] for number in range(processes)]
    outs = [scratch / f"{number}.json" for number in range(processes)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.reading", str(home), str(stop), str(out), *share],
            cwd=REPOSITORY, env=environment, stderr=subprocess.PIPE,
        )
        for share, out in zip(shares, outs, strict=True)
    ]  # fmt: skip
    load = Load([])
    try:
        end = time.monotonic() + 120
        while not all(Path(f"{out}.begun").exists() for out in outs):
            if time.monotonic() > end or any(each.poll() for each in started):
                raise RuntimeError("the readers did not begin")
            time.sleep(0.05)
        yield load
    finally:
        stop.touch()
        for process in started:
            try:
                process.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
    for share, out in zip(shares, outs, strict=True):
        if out.exists():
            load.met += [Met(**row) for row in json.loads(out.read_text())]
        else:
            load.unended += len(share)


def stamp(home: Home, text: str) -> None:
    """Change two marts of the build, so that no release is like another."""
    with connect_build(home) as connection:
        connection.execute("UPDATE marts.dim_source SET licence_note = ?", [text])
        connection.execute("UPDATE marts.open_questions SET suggested_owner = ?", [text])


def publish(home: Home, number: int) -> release.Release:
    """Publish the build as it stands, changed in both tables, and prune down to two releases."""
    stamp(home, f"publication {number}")
    audit = [{"check_name": "made", "severity": "warning", "passed": True, "table_name": "x", "message": "fine"}]
    with refresh_lock(home, purpose="a publication under load", wait_seconds=30):
        return release.publish(home, run_id=f"load-{number}", as_of=date.today(), audit=audit, keep=KEEP)  # noqa: DTZ011


def note(load: Load, home: Home) -> None:
    """Take down what every release that is there promises of the two tables."""
    for each in release.releases(home):
        pair = manifest_fingerprints(each.manifest.model_dump(mode="json"))
        if pair not in load.known:
            load.known.append(pair)


def publications(load: Load, home: Home, count: int, make: Callable[[Home, int], release.Release] = publish) -> int:
    """Publish so many times, every fourth time with a rollback behind it. Returns how often `current` was swapped."""
    swaps = 0
    note(load, home)
    for number in range(1, count + 1):
        make(home, number)
        note(load, home)
        swaps += 1
        if number % 4 == 0:
            release.rollback(home, release.releases(home)[-1].release_id)
            swaps += 1
    return swaps


def trials(scratch: Path) -> Iterator[Trial]:
    """Twenty processes read a whole home through publications, rollbacks, pruning, and one whole refresh."""
    folder = scratch / "home"
    scratch.mkdir(parents=True)
    refreshed(folder, "--offline")
    home = Home.at(folder)
    before = _lines(home)
    with readers(folder, scratch / "readers", TWENTY, len(TWENTY)) as load:
        swaps = publications(load, home, PUBLICATIONS)
    yield Trial(
        group="readers",
        fault=f"{len(TWENTY)} readers through {PUBLICATIONS} publications with pruning and rollbacks",
        happened=f"{load.reads} readings of {load.seen} releases, each whole",
        tried=swaps,
        reader_errors=len(load.problems),
        lost=before - _lines(home),
        told="; ".join(load.problems[:3]),
    )
    with readers(folder, scratch / "readers-2", TWENTY, len(TWENTY)) as load:
        note(load, home)
        refreshed(folder, "--offline")
        note(load, home)
    yield Trial(
        group="readers",
        fault=f"{len(TWENTY)} readers through a whole refresh",
        happened=f"{load.reads} readings of {load.seen} releases, each whole",
        reader_errors=len(load.problems),
        lost=before - _lines(home),
        told="; ".join(load.problems[:3]),
    )
    shutil.rmtree(folder, ignore_errors=True)


def _lines(home: Home) -> int:
    """Captures that the archive of the home holds undamaged."""
    from scrapers.archive import Archive

    archive = Archive(home)
    return sum(archive.is_kept(capture) for capture in archive.captures())

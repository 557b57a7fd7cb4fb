"""Hostile files among good pages: imported by the command, read by a whole refresh, looked up in the release.

Two refreshes: one over the good pages, one over the same pages and every hostile file. What the second published beside
the first is wrong; what a hostile file gave is looked up by its capture.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from scrapers.archive import Archive
from scrapers.captures import Outcome
from scrapers.home import Home
from scrapers.parse import newest_outcome
from tests.faults.hostile_files import HOSTILE, TABLE, Hostile
from tests.faults.trial import Trial

REPOSITORY = Path(__file__).parents[2]
_LIMITS = {"ZHIBIAO_READER_SECONDS": "120", "ZHIBIAO_READER_CPU_SECONDS": "15", "ZHIBIAO_READER_MEMORY_MB": "1024"}
_KEY = "region_id, indicator_id, breakdown, period_kind, period_start, period_end"
_GOOD = (
    f"<html><head><title>2023年各市专利授权量</title></head><body><h1>2023年各市专利授权量</h1>{TABLE}</body></html>"
)


def trials(scratch: Path) -> Iterator[Trial]:
    """One row for each kind of file, and one for all of them together. Takes two refreshes."""
    good, hostile = scratch / "good", scratch / "hostile"
    for folder in (good, hostile):
        folder.mkdir(parents=True)
    (good / "good.html").write_text(_GOOD, encoding="utf-8")
    for each in HOSTILE:
        (hostile / each.name).write_bytes(each.make())
    sound, mixed = scratch / "home-sound", scratch / "home-mixed"
    _run(sound, "import", str(good))
    _run(sound, "refresh")
    _run(mixed, "import", str(good))
    _run(mixed, "import", str(hostile))
    started = time.monotonic()
    exit_code = _run(mixed, "refresh")
    seconds = time.monotonic() - started
    home = Home.at(mixed)
    for each in HOSTILE:
        yield Trial("file", each.fault, _what_became_of(home, each), wrong_facts=_facts_from(mixed, each))
    changed, gone = _difference(sound, mixed)
    yield Trial(
        "file",
        "all of them beside good pages",
        f"the refresh ended with {exit_code} after {seconds:.0f} s; facts of the good pages as without them",
        tried=1,
        wrong_facts=changed,
        lost=gone,
        needed_person=int(exit_code != 0),
        told="" if exit_code == 0 else "see the log of the refresh",
    )


def _run(home: Path, *words: str) -> int:
    """The command as a person runs it."""
    environment = os.environ | _LIMITS | {"ZHIBIAO_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "warehouse.cli", *words]
    with (home.parent / f"{home.name}-{words[0]}.log").open("ab") as log:
        return subprocess.run(command, env=environment, stdout=log, stderr=log, cwd=REPOSITORY, check=False).returncode


def _what_became_of(home: Home, file: Hostile) -> str:
    """Reason code and words that the home holds of a file; of an archive those of its attempt."""
    address = f"imported:{file.name}"
    archive = Archive(home)
    refused = [a for a in archive.attempts() if a.url == address and a.outcome is Outcome.FAILED and a.reason]
    if refused:
        return f"refused: {refused[-1].reason}"[:160]
    capture = archive.latest(address)
    outcome = newest_outcome(home, capture.capture_id) if capture else None
    if outcome is None:
        return "not read"
    if outcome.reason is None:
        return f"{outcome.verdict}: {outcome.record_count} figures"
    return f"{outcome.verdict}: {outcome.reason}"


def _facts_from(home: Path, file: Hostile) -> int:
    """Facts of the release that rest on a hostile file or on a member of it."""
    with duckdb.connect() as reader:
        reader.execute(f"attach '{home / 'current' / 'marts.duckdb'}' as release (read_only)")
        found = reader.execute(
            "select count(*) from release.marts.fct_region_indicator join release.marts.fct_observation as o "
            "using (observation_id) where o.url = $1 or starts_with(o.url, $1 || '#')",
            [f"imported:{file.name}"],
        ).fetchone()
    return int(found[0]) if found else 0


def _difference(sound: Path, mixed: Path) -> tuple[int, int]:
    """Facts of the second release that are other or more than those of the first, and facts that are gone."""
    with duckdb.connect() as both:
        for name, home in (("a", sound), ("b", mixed)):
            both.execute(f"attach '{home / 'current' / 'marts.duckdb'}' as {name} (read_only)")
        facts = {name: f"select {_KEY}, value from {name}.marts.fct_region_indicator" for name in ("a", "b")}
        changed = both.execute(f"select count(*) from ({facts['b']} except {facts['a']})").fetchone()
        gone = both.execute(f"select count(*) from ({facts['a']} except {facts['b']})").fetchone()
    return (int(changed[0]) if changed else 0), (int(gone[0]) if gone else 0)

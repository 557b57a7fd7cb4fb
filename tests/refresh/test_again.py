"""The same refresh again, also after it was killed on the way: the same release, and readers that never notice."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from scrapers.archive import Archive
from scrapers.home import Home
from tests.faults.evening import Accepted, Evening, facts_of
from tests.faults.killing import Point, kill, points
from tests.faults.watching import Watcher
from tests.refresh.conftest import Night
from tests.refresh.running import ask, refreshed

OF_THE_RUN = {"run_id", "checked_at", "refreshed_at", "created_at"}
"""Columns that tell of the run and not of the data."""

KILLS = 5
"""Of the fifty points of `make faults`, every tenth: a kill costs half a minute."""


def captures_and_records(home: Path) -> tuple[list[str], list[str]]:
    place = Home.at(home)
    return [capture.capture_id for capture in Archive(place).captures()], place.list("records")


@dataclass
class Killed:
    """A home whose refreshes were killed, and what the next one made of it."""

    night: Night
    points: list[Point]
    reader_errors: list[str]
    lost: int


@pytest.fixture(scope="module")
def killed(fresh: Night, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """A home whose next refreshes were killed at five points, while somebody read from it; the sixth ran to its end."""
    arguments = ("--offline", "--as-of", fresh.as_of)
    evening = Evening(fresh.home, fresh.home, arguments, {}, facts_of(fresh.home), fresh.told["refresh"])
    night = fresh.copy(tmp_path_factory.mktemp("killed"))
    chosen = points(evening, 10 * KILLS)[5::10]
    errors, lost = [], 0
    for number, point in enumerate(chosen):
        was_killed, troubles, gone = kill(evening, night.home, point, with_children=number % 2 == 0)
        assert was_killed, point
        errors, lost = [*errors, *troubles], lost + gone
    for left in night.home.rglob("*.partial"):
        if left.is_file():  # what a night finds is older than a minute, and is nobody's
            os.utime(left, (0, 0))
    accepted = Accepted.of(night.home)
    with Watcher(night.home) as watcher:
        night.told["again"] = refreshed(night.home, *arguments)
    lost += accepted.lost_in(Accepted.of(night.home), parsed_again=True)
    return Killed(night, chosen, [*errors, *watcher.troubles], lost)


def test_the_points_lie_in_different_stages(killed: Killed) -> None:
    assert len(killed.points) == KILLS and len({point.stage for point in killed.points}) >= 3


def test_readers_of_current_had_a_whole_release_all_the_time(killed: Killed) -> None:
    assert killed.reader_errors == []


def test_nothing_that_was_accepted_is_lost(killed: Killed) -> None:
    assert killed.lost == 0


def test_the_refresh_after_them_completes_and_leaves_nothing_behind(killed: Killed, fresh: Night) -> None:
    night = killed.night
    assert "published release" in night.told["again"] and "Traceback" not in night.told["again"]
    releases = {path.name for path in (night.home / "releases").iterdir()}
    before = {path.name for path in (fresh.home / "releases").iterdir()}
    late = [point for point in killed.points if point.stage in ("publish", "report")]
    assert night.release.name in releases - before and len(releases - before) <= 1 + len(late)
    left = [path for path in night.home.rglob("*.partial") if path.exists()]
    assert left == []


def test_the_same_refresh_again_brings_no_capture_and_no_record(killed: Killed, fresh: Night) -> None:
    night = killed.night
    assert captures_and_records(night.home) == captures_and_records(fresh.home)
    assert "sources: 0 due" in night.told["again"] and "parse: 0 captures to read" in night.told["again"]
    assert ": no difference to " in night.told["again"]


def test_the_same_refresh_again_gives_the_same_marts_row_by_row(killed: Killed, fresh: Night) -> None:
    night = killed.night
    tables = [
        name for (name,) in ask(fresh.marts, "select table_name from duckdb_tables() where schema_name = 'marts'")
    ]
    assert len(tables) >= 11
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{fresh.marts}' AS one (READ_ONLY); ATTACH '{night.marts}' AS two (READ_ONLY)")
        for table in tables:
            names = [name for name, *_ in connection.execute(f"describe one.marts.{table}").fetchall()]
            columns = ", ".join(f'"{name}"' for name in names if name not in OF_THE_RUN)
            if table == "audit_results":  # the first one had nothing to compare with in the same way
                continue
            for one, two in (("one", "two"), ("two", "one")):
                query = (
                    f"select {columns} from {one}.marts.{table} except all select {columns} from {two}.marts.{table}"
                )
                assert connection.execute(query).fetchall() == [], table

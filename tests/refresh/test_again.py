"""The same refresh again, also after it was killed on the way: the same release, and readers that never notice."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from scrapers.archive import Archive
from scrapers.home import Home
from tests.refresh.conftest import Night
from tests.refresh.running import Reader, Refresh, ask, refreshed

OF_THE_RUN = {"run_id", "checked_at", "refreshed_at", "created_at"}
"""Columns that tell of the run and not of the data."""

MOMENTS = {
    "start": ("starting Airflow", 2.0, True),
    "parsing": ("sources:", 0.0, True),
    "loading": ("parse:", 0.3, True),
    "dbt build": ("load:", 3.0, True),
    "dbt build, alone": ("load:", 6.0, False),
    "audit": ("build:", 4.0, True),
    "audit, alone": ("build:", 2.0, False),
    "publication": ("audit:", 0.1, True),
    "publication, alone": ("audit:", 0.4, False),
}
"""After which line, how many seconds later, and whether the processes that it started are killed with it."""
CHOSEN = list(MOMENTS) if os.environ.get("ZHIBIAO_TEST_ALL_MOMENTS") == "1" else ["audit, alone"]
"""A kill costs up to a minute; the others run where they are asked for."""


def captures_and_records(home: Path) -> tuple[list[str], list[str]]:
    place = Home.at(home)
    return [capture.capture_id for capture in Archive(place).captures()], place.list("records")


@pytest.fixture(scope="module")
def killed(full: Night, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Night, Reader]]:
    """A home whose next refreshes were killed at all chosen moments, while somebody read from it."""
    night = full.copy(tmp_path_factory.mktemp("killed"))
    query = "select count(*), sum(value), max(release_id) from marts.fct_region_indicator, (select 'r' as release_id)"
    reader = Reader(night.home, query)
    with reader:
        for moment in CHOSEN:
            words, seconds, group = MOMENTS[moment]
            run = Refresh(night.home, "--offline", "--as-of", night.as_of)
            run.wait_for(words)
            time.sleep(seconds)
            run.kill(group=group)
            night.told[moment] = run.said
        assert (night.home / "current").resolve().name == full.release.name
        night.told["again"] = refreshed(night.home, "--offline", "--as-of", night.as_of)
    yield night, reader


def test_readers_of_current_never_notice(killed: tuple[Night, Reader], full: Night) -> None:
    night, reader = killed
    assert reader.troubles == [] and len(reader.answers) > 100
    assert len({tuple(answer) for answer in reader.answers}) == 1
    for moment in CHOSEN:
        assert "published release" not in night.told[moment], moment


def test_the_refresh_after_them_completes_and_leaves_nothing_behind(killed: tuple[Night, Reader], full: Night) -> None:
    night, _ = killed
    assert "published release" in night.told["again"] and "Traceback" not in night.told["again"]
    releases = {path.name for path in (night.home / "releases").iterdir()}
    before = {path.name for path in (full.home / "releases").iterdir()}
    assert releases - before == {night.release.name} and night.release.name > full.release.name
    left = [path for path in night.home.rglob("*.partial") if path.exists()]
    assert left == []


def test_the_same_refresh_again_brings_no_capture_and_no_record(killed: tuple[Night, Reader], full: Night) -> None:
    night, _ = killed
    assert captures_and_records(night.home) == captures_and_records(full.home)
    assert "sources: 0 due" in night.told["again"] and "parse: 0 captures to read" in night.told["again"]
    assert f": no difference to {full.release.name}" in night.told["again"]


def test_the_same_refresh_again_gives_the_same_marts_row_by_row(killed: tuple[Night, Reader], full: Night) -> None:
    night, _ = killed
    tables = [name for (name,) in ask(full.marts, "select table_name from duckdb_tables() where schema_name = 'marts'")]
    assert len(tables) >= 11
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{full.marts}' AS one (READ_ONLY); ATTACH '{night.marts}' AS two (READ_ONLY)")
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

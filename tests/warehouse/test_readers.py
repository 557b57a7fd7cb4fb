"""Readers under load, the short form of `tests/faults/readers.py`: twenty of every kind, a few seconds, small marts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from scrapers.home import Home
from tests.faults.readers import TWENTY, note, publications, readers
from tests.warehouse import made
from warehouse import release

PUBLICATIONS = 5


def publish(home: Home, number: int) -> release.Release:
    """Marts whose every table tells the number of the publication, by rows and by values."""
    made.marts(home, {f"r{place}": number for place in range(number + 1)})
    with duckdb.connect(home.path("build/warehouse.duckdb")) as connection:
        connection.execute(
            f"CREATE OR REPLACE VIEW marts.dim_source AS SELECT i, {number} AS n FROM range(1000) AS t(i)"
        )
        connection.execute("UPDATE marts.open_questions SET suggested_owner = ?", [str(number)])
    return release.publish(home, run_id=f"r{number}", as_of=date(2024, 6, 30), audit=made.AUDIT, keep=2)


def test_twenty_readers_see_one_whole_release_at_every_moment(home: Home, tmp_path: Path) -> None:
    publish(home, 0)
    with readers(Path(home.root), tmp_path / "readers", TWENTY, processes=4) as load:
        publications(load, home, PUBLICATIONS, publish)
    assert load.problems == []
    assert len(load.met) == len(TWENTY) == 20 and all(met.reads for met in load.met)
    assert load.seen > 2


def test_a_release_that_is_torn_is_noticed(home: Home, tmp_path: Path) -> None:
    """The readers and their judge would see it: a release of which one table is that of another publication."""
    publish(home, 1)
    found = publish(home, 2)
    found.database.chmod(0o644)
    with duckdb.connect(str(found.database)) as connection:
        connection.execute("UPDATE marts.marts.dim_source SET n = 1")
    with readers(Path(home.root), tmp_path / "readers", ["connect", "parquet"], processes=1) as load:
        note(load, home)
        time.sleep(0.5)
    assert {"connect: tables of two releases"} == set(load.problems)


def test_who_just_followed_the_link_to_a_release_can_still_open_it(home: Home) -> None:
    """Rolled back to the oldest, then published: the one that was current until now is pruned only the next time."""
    for number in range(3):
        publish(home, number)
    oldest = release.releases(home)[-1]
    release.rollback(home, oldest.release_id)
    followed = (Path(home.root) / "current").resolve()
    for number in (3, 4):
        publish(home, number)
        assert followed.exists() == (number == 3)


def test_released_files_may_be_read_by_all_whatever_the_umask(home: Home) -> None:
    before = os.umask(0o077)
    try:
        found = publish(home, 1)
    finally:
        os.umask(before)
    assert found.folder.stat().st_mode & 0o777 == 0o755
    modes = {path.stat().st_mode & 0o777 for path in found.folder.rglob("*") if path.is_file()}
    assert modes == {0o444}


STRINGS = {
    "python": (
        "c = duckdb.connect('{place}/marts.duckdb', read_only=True, config={{'enable_external_access': 'false'}})"
    ),
    "attach": (
        "c = duckdb.connect(); c.execute(\"ATTACH '{place}/marts.duckdb' AS zhibiao (READ_ONLY)\"); "
        "c.execute('SET enable_external_access = false'); c.execute('SET lock_configuration = true')"
    ),
    "sqlalchemy": (
        "import sqlalchemy; c = sqlalchemy.create_engine("
        "'duckdb:///{place}/marts.duckdb?access_mode=read_only&enable_external_access=false').raw_connection().driver_connection"
    ),
}
"""As docs/operations.md gives them."""


@pytest.mark.parametrize("name", STRINGS)
def test_the_documented_ways_to_open_a_release_read_and_nothing_else(home: Home, tmp_path: Path, name: str) -> None:
    publish(home, 1)
    secret, out = tmp_path / "secret.txt", tmp_path / "out"
    secret.write_text("secret")
    catalog = "zhibiao" if name == "attach" else "marts"
    opened = STRINGS[name].format(place=f"{home.root}/current")
    refused = [
        f"DELETE FROM {catalog}.marts.dim_source", f"CREATE TABLE {catalog}.marts.x (i INTEGER)",
        f"COPY {catalog}.marts.dim_source TO '{out}'", f"SELECT * FROM read_text('{secret}')", f"ATTACH '{out}' AS x",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x')", "SET enable_external_access = true", "INSTALL httpfs",
    ]  # fmt: skip
    code = (
        f"import duckdb\n{opened}\nprint(c.execute('SELECT count(*) FROM {catalog}.marts.dim_source').fetchone())\n"
        f"for query in {refused!r}:\n    try:\n        c.execute(query)\n"
        "    except Exception:\n        continue\n    print('DONE', query)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["(1000,)"], done.stderr
    assert not out.exists()

"""A home of an older version is backed up, restored elsewhere and refreshed: the same facts, the old releases."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.refresh.conftest import Night
from tests.refresh.running import ask, refreshed, zhibiao
from tests.warehouse.test_migration import older_release
from warehouse.care.layout import LAYOUT

FACTS = """
    select region_id, indicator_id, breakdown, period_kind, period_start, period_end, value, observation_id
    from marts.fct_region_indicator
"""


def as_an_older_version_left_it(home: Path) -> None:
    """Another parser version read the pages, the raw schema lacks tables, releases lack columns and say less."""
    (home / "home.json").unlink()
    for version in sorted((home / "records").glob("*/*")):
        for path in version.glob("*.json"):
            told = json.loads(path.read_text()) | {"parser_version": "0"}
            del told["checks"], told["records_sha256"]
            path.write_text(json.dumps(told))
        for path in version.glob("*.parquet"):
            fresh = path.with_suffix(".new")
            with duckdb.connect() as connection:
                rows = f"SELECT * REPLACE ('0' AS parser_version) FROM read_parquet('{path}')"
                connection.execute(f"COPY ({rows}) TO '{fresh}' (FORMAT parquet)")
            fresh.replace(path)
        version.rename(version.with_name("0"))
    with duckdb.connect(str(home / "build" / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE raw.schema_version SET version = version - 1")
        connection.execute("DROP TABLE raw.entered_evidence")
    for folder in (home / "releases").iterdir():
        older_release(folder)


@pytest.fixture(scope="module")
def moved(fresh: Night, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The first night as an older version left it, moved by backup and restore, and refreshed."""
    place = tmp_path_factory.mktemp("moved")
    night = fresh.copy(place)
    as_an_older_version_left_it(night.home)
    copied = zhibiao(night.home, "backup", str(place / "copy"))
    assert copied.returncode == 0, copied.stderr
    shutil.rmtree(night.home)
    new = Night(place / "new" / "home", night.as_of)
    new.home.parent.mkdir()
    brought = zhibiao(new.home, "restore", str(place / "copy"))
    assert brought.returncode == 0, brought.stderr
    new.told = {"restore": brought.stdout + brought.stderr}
    new.told["refresh"] = refreshed(new.home, "--offline", "--as-of", night.as_of)
    return new


def test_the_facts_are_the_same(moved: Night, fresh: Night) -> None:
    assert moved.release.name != fresh.release.name
    assert sorted(ask(moved.marts, FACTS)) == sorted(ask(fresh.marts, FACTS))
    difference = json.loads((moved.release / "manifest.json").read_text())["difference"]
    assert (difference["facts_gone"], difference["facts_changed"], difference["facts_added"]) == (0, 0, 0)
    assert difference["compared_with"] == fresh.release.name
    assert json.loads((moved.home / "home.json").read_text())["layout"] == LAYOUT


def test_the_old_release_is_listed_asked_and_rolled_back_to(moved: Night, fresh: Night) -> None:
    listed = zhibiao(moved.home, "releases", "--verify")
    assert listed.returncode == 0 and fresh.release.name in listed.stdout, listed.stderr
    back = zhibiao(moved.home, "rollback", fresh.release.name)
    assert back.returncode == 0, back.stderr
    asked = zhibiao(moved.home, "sql", "--format", "csv", "select count(*) from fct_region_indicator")
    assert asked.stdout.split()[-1] == str(len(ask(fresh.marts, FACTS)))
    assert zhibiao(moved.home, "status").returncode == 0
    doctor = zhibiao(moved.home, "doctor")
    assert doctor.returncode == 0, doctor.stdout

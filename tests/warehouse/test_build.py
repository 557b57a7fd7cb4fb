"""The build: dbt in a process of its own, its failures in words, and no dbt that outlives its refresh."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from scrapers.home import Home
from tests.warehouse import made
from warehouse import build as building
from warehouse.build import BuildDatabaseLost, BuildFailed, build
from warehouse.database import build_path, connect_build
from warehouse.load import load


def test_a_build_tells_what_came_of_every_node_and_leaves_the_file_unlocked(home: Home, project: Path) -> None:
    made.pages(home, 2)
    load(home, made.CATALOG)
    summary = build(home, date(2024, 6, 30))
    assert summary.counts == {"model": {"success": 2}, "test": {"pass": 1}}
    assert [test.status for test in summary.tests] == ["pass"]
    assert "2 success" in str(summary)
    with duckdb.connect(str(build_path(home))) as connection:
        assert connection.execute("FROM marts.good").fetchall() == [(2, date(2024, 6, 30))]
    assert (Path(home.path("build/dbt")) / "partial_parse.msgpack").exists()  # the next build parses what changed
    assert not (project / "target").exists() and not (project / "logs").exists()


def test_a_failing_model_and_test_are_named_with_their_first_error_line(
    home: Home, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.pages(home, 1)
    load(home, made.CATALOG)
    with pytest.raises(BuildFailed) as failed:
        build(home, date(2024, 6, 30), select=["good"])
    assert "test accepted_values_good_captures__False__2: Got 1 result" in str(failed.value)
    assert failed.value.summary and failed.value.summary.counts["test"] == {"fail": 1}
    (project / "models" / "schema.yml").unlink()
    monkeypatch.setenv("MADE_COLUMN", "no_such_column")
    with pytest.raises(BuildFailed, match=r"model bad: Binder Error: .*no_such_column"):
        build(home, date(2024, 6, 30))


def test_a_project_that_dbt_cannot_read_says_why(home: Home, project: Path) -> None:
    load(home, made.CATALOG)
    (project / "models" / "bad.sql").write_text("select * from {{ ref('nowhere') }}")
    with pytest.raises(BuildFailed, match="nowhere"):
        build(home, date(2024, 6, 30))


def test_a_missing_project_is_named(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_DBT_PROJECT", str(tmp_path / "nowhere"))
    with pytest.raises(BuildFailed, match="nowhere"):
        build(home, date(2024, 6, 30))


def test_damage_that_only_dbt_meets_is_mended_by_the_next_load(
    home: Home, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.pages(home, 1)
    load(home, made.CATALOG)
    said = "  Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 12288"
    monkeypatch.setattr(building, "_run", lambda *_: (1, ["Encountered an error:", said]))
    with pytest.raises(BuildDatabaseLost, match="next load makes it anew"):
        build(home, date(2024, 6, 30))
    assert not build_path(home).exists()
    assert load(home, made.CATALOG).records == 3


HOLDING = """
import sys
from datetime import date
from scrapers.home import Home
from warehouse.build import build
build(Home.at(sys.argv[1]), date(2024, 6, 30))
"""


def test_a_killed_refresh_takes_its_dbt_with_it(home: Home, project: Path) -> None:
    load(home, made.CATALOG)
    (project / "models" / "good.sql").write_text(  # a model that would run for a very long time
        "{{ config(schema='marts', materialized='table') }} "
        "select count(*) as captures from range(100000000) a, range(1000000) b where a.range + b.range = -1"
    )
    refresh = subprocess.Popen([sys.executable, "-c", HOLDING, home.root], cwd=made.REPOSITORY)
    log = Path(home.path("logs/dbt/dbt.log"))
    until = time.monotonic() + 60
    try:
        while not (log.exists() and "START sql table model" in log.read_text()):
            assert time.monotonic() < until and refresh.poll() is None
            time.sleep(0.1)
    finally:
        os.kill(refresh.pid, signal.SIGKILL)
        refresh.wait()
    connect_build(home, wait_seconds=10).close()  # raises BuildBusy while a dbt still has it


def test_results_of_an_earlier_build_are_not_taken_for_this_one(home: Home, project: Path) -> None:
    load(home, made.CATALOG)
    results = Path(home.path("build/dbt/run_results.json"))
    results.parent.mkdir(parents=True)
    results.write_text(json.dumps({"results": [{"unique_id": "model.made.old", "status": "success"}]}))
    (project / "dbt_project.yml").write_text("name: [")
    with pytest.raises(BuildFailed, match="before it ran a model"):
        build(home, date(2024, 6, 30))

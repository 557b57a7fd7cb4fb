"""`zhibiao status` for a monitor: health, reasons and remedies, whatever state the home is in and whoever asks."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scrapers.home import Home
from tests.warehouse import made
from tests.warehouse.made import zhibiao
from tests.warehouse.telling.nights import cut_off, night
from warehouse import release
from warehouse.lock import refresh_lock
from warehouse.status import Status, status


def codes(home: Home, limit_hours: float | None = None) -> dict[str, str]:
    """Reasons that are not green: code → severity."""
    return {reason.code: reason.severity for reason in status(home, limit_hours).reasons}


def test_a_home_that_is_well_is_green(home: Home) -> None:
    night(home, 1, {"r1": 5})
    told = status(home)
    assert (told.version, told.health, told.reasons) == (1, "green", [])


def test_every_reason_says_what_to_do_and_since_when(home: Home) -> None:
    night(home, 1, {"r1": 5}, sources={"a": ("yellow", "past_limit"), "b": ("red", "far_past_limit")})
    told = status(home)
    assert [(reason.code, reason.severity, reason.subject) for reason in told.reasons] == [
        ("source_far_past_limit", "red", "b"), ("source_past_limit", "yellow", "a"),
    ]  # fmt: skip
    assert told.health == "red" and all(reason.message and reason.what_to_do for reason in told.reasons)
    assert told.reasons[1].since == datetime(2024, 5, 11, tzinfo=UTC)  # 100 days after the newest figure
    assert told.reasons[0].message == "its newest figure is 150 days old, the limit is 100, red from 200"


def test_no_release_is_red_and_an_old_one_too_also_without_any_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(home) == {"no_release": "red"}
    night(home, 1, {"r1": 5})
    assert codes(home) == {}
    assert codes(home, limit_hours=1e-9) == {"release_old": "red"}
    monkeypatch.setenv("ZHIBIAO_RELEASE_HOURS", "0.0000001")
    assert codes(home) == {"release_old": "red"}
    monkeypatch.setenv("ZHIBIAO_RELEASE_HOURS", "soon")
    assert codes(home) == {}


def test_a_rollback_is_seen_and_does_not_count_as_a_night_without_release(home: Home) -> None:
    night(home, 1, {"r1": 5})
    night(home, 2, {"r1": 6})
    release.rollback(home, release.releases(home)[1].release_id)
    assert codes(home) == {"rolled_back": "yellow"}


def test_the_last_run_counts_until_the_next_one_publishes(home: Home) -> None:
    night(home, 1, {"r1": 5})
    night(home, 2, message="audit: the audit stopped publication: no_fact_lost")
    assert codes(home) == {"run_failed": "red"}
    assert "accepted_losses" in status(home).reasons[0].what_to_do
    cut_off(home, 3)
    assert codes(home) == {"run_cut_off": "yellow"}
    night(home, 4, {"r1": 5})
    assert codes(home) == {}


def test_a_refresh_that_was_turned_away_is_forgotten_once_the_one_at_work_has_published(home: Home) -> None:
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    night(home, 1, {"r1": 5}, finished_at=later)
    night(home, 2, message="begin: this home is in use by refresh x")
    assert codes(home) == {}


def test_a_run_of_airflow_that_holds_no_lock_between_its_stages_is_at_work(home: Home) -> None:
    now = datetime.now(UTC)
    values: dict[str, Any] = {"state": "running", "finished_at": None, "dag_run": "scheduled__x", "stage": "scrape"}
    night(home, 1, **values, started_at_now=True)
    from warehouse.telling import run_file

    run_file.note(home, "20260101T023000Z-0001", started_at=now.isoformat())
    assert status(home).runs[0].state == "running"
    run_file.note(home, "20260101T023000Z-0001", started_at=(now - timedelta(hours=13)).isoformat())
    assert status(home).runs[0].state == "killed"


def test_a_notice_that_did_not_arrive_and_a_full_disk_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "at": datetime.now(UTC).isoformat(),
        "subject": "s",
        "channels": {"webhook": "h answered 500", "smtp": "sent"},
    }
    night(home, 1, {"r1": 5}, notice=told)
    assert codes(home) == {"notice_unsent": "yellow"}
    monkeypatch.setenv("ZHIBIAO_LEAST_FREE_GB", "1e9")
    assert codes(home) == {"notice_unsent": "yellow", "disk_low": "yellow"}


def test_a_damaged_release_is_red_with_the_way_back(home: Home) -> None:
    night(home, 1, {"r1": 5})
    manifest = release.current(home).folder / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text("{")
    told = status(home)
    assert [reason.code for reason in told.reasons] == ["release_damaged"] and "rollback" in told.reasons[0].what_to_do


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"run_id": "x", "started_at": "yesterday"}', b"\xff\xfe"])
def test_files_of_runs_that_are_no_such_files_are_passed_over(home: Home, content: bytes) -> None:
    night(home, 1, {"r1": 5})
    home.write(content, "runs", "20260102T023000Z-0002", "run.json")
    home.write(content, "build", "state.json")
    assert [run.run_id for run in status(home).runs] == ["20260101T023000Z-0001"]


def test_json_is_the_contract_that_monitors_read(home: Home) -> None:
    night(home, 1, {"r1": 5}, sources={"a": ("red", "far_past_limit")})
    told = json.loads(zhibiao(home, "status", "--json").stdout)
    assert {"version", "health", "reasons", "home", "now", "current", "releases", "newest_release_at", "refreshing",
            "sources", "quarantined_count", "quarantined", "runs", "free_gb", "drift",
            "trouble"} <= told.keys()  # fmt: skip
    assert told["reasons"][0].keys() == {"code", "severity", "subject", "message", "what_to_do", "since"}
    assert {"source_id", "severity", "severity_reason", "freshness_red_days"} <= told["sources"][0].keys()
    assert Status.model_validate(told).health == "red"


def test_check_ends_with_one_where_it_is_red_and_says_why_in_a_line(home: Home) -> None:
    night(home, 1, {"r1": 5}, sources={"a": ("yellow", "past_limit")})
    fine = zhibiao(home, "status", "--check")
    assert (fine.returncode, fine.stderr) == (0, "") and fine.stdout.startswith("yellow: a: its newest figure")
    old = zhibiao(home, "status", "--check", "--max-age-hours", "0.01")
    assert old.returncode == 0, old.stdout
    red = zhibiao(home, "status", "--check", ZHIBIAO_RELEASE_HOURS="0.0000001")
    assert red.returncode == 1 and red.stdout.startswith("red: the newest release is ")
    assert len(red.stdout.splitlines()) == 1
    assert zhibiao(home, "status", "--check", "--max-age-hours", "0").returncode == 2
    shown = zhibiao(home, "status", ZHIBIAO_RELEASE_HOURS="0.0000001").stdout
    assert "health     red" in shown and "the newest release is" in shown and "yellow" in shown


def test_it_works_while_a_refresh_holds_the_home_and_does_not_disturb_it(home: Home) -> None:
    night(home, 1, {"r1": 5})
    with refresh_lock(home, purpose="refresh 20260101T023000Z-0001"):
        told = json.loads(zhibiao(home, "status", "--json").stdout)
        assert told["refreshing"].startswith("refresh 20260101T023000Z-0001 (process ") and told["health"] == "green"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask as somebody else")
def test_another_user_asks_a_home_that_he_cannot_write_or_not_even_read(home: Home, tmp_path: Path) -> None:
    made.marts(home, {"r1": 5})
    night(home, 1, {"r1": 5})
    for path in [tmp_path, *tmp_path.parents]:
        if path.owner() == "root" and path != Path("/"):
            path.chmod(path.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    before = sorted((path, path.stat().st_mtime_ns) for path in Path(home.root).rglob("*"))

    def ask() -> subprocess.CompletedProcess[str]:
        code = (
            "import os, sys\nsys.argv = ['zhibiao', 'status', '--json']\nimport warehouse.cli, warehouse.status\n"
            "import warehouse.sql, duckdb\nos.setgroups([]); os.setgid(65534); os.setuid(65534)\nwarehouse.cli.main()"
        )
        return subprocess.run(
            [sys.executable, "-c", code], cwd=made.REPOSITORY, capture_output=True, text=True, timeout=120,
            env={**os.environ, "ZHIBIAO_HOME": home.root},
        )  # fmt: skip

    done = ask()
    assert json.loads(done.stdout)["health"] == "green", done.stderr
    assert before == sorted((path, path.stat().st_mtime_ns) for path in Path(home.root).rglob("*"))
    Path(home.root).chmod(0o700)
    done = ask()
    told = json.loads(done.stdout)
    assert told["health"] == "red" and "Traceback" not in done.stderr, done.stderr
    assert "Permission denied" in told["reasons"][0]["message"]

"""What a run, its report and the status say when the newest page of a plan is not what the register has."""

from __future__ import annotations

import json
import logging
from datetime import date
from pathlib import Path

import duckdb
import pytest

from scrapers.archive import Archive
from scrapers.captures import Knowledge, Origin
from scrapers.home import Home
from scrapers.register.register import read_register
from tests.warehouse import made, plans_made
from tests.warehouse.made import zhibiao
from warehouse import release
from warehouse.database import build_path
from warehouse.run import Run

URL = "https://plans.example/jia.html"
BEFORE = "甲市知识产权规划（2031—2035年）\n一、主要目标\n到2035年，有效注册商标总量达到4万件。"


def arrive(home: Home, text: str) -> None:
    """A capture at the address of the plan."""
    Archive(home).add(
        source_id="plan_documents", url=URL, body=text.encode(), origin=Origin.IMPORTED,
        knowledge=Knowledge(content_type="text/plain"), run_id="test",
    )  # fmt: skip


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """A run over a home with one added plan and its page. No plan of the seeds is there."""
    monkeypatch.setenv("ZHIBIAO_HOME", home.root)
    monkeypatch.setenv("ZHIBIAO_REVIEWS", str(plans_made.decisions(tmp_path / "reviews.csv", [])))
    arrive(home, BEFORE)
    place = plans_made.place(f"{plans_made.PLAN_ID}-t01", BEFORE.encode(), "有效注册商标总量达到4万件")
    plans_made.plan(home, [plans_made.target(1)], places=[place], url=URL, body_sha256=place["body_sha256"])
    assert f"{plans_made.PLAN_ID}-t01" in read_register(home).targets
    return Run("run", "2031-06-30", False)


def told(home: Home) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(home.read("runs", "run", "run.json"))["drift"]
    return found


def test_a_plan_that_says_the_same_is_no_drift(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "zhibiao"):
        assert run.check_plans() == {"compared": 1, "drifted": 0}
    assert caplog.messages == [] and told(run.home) == []


def test_a_changed_plan_is_told_in_the_log_and_in_the_file_of_the_run(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    arrive(run.home, BEFORE.replace("4万件", "3万件"))
    with caplog.at_level(logging.WARNING, "zhibiao"):
        assert run.check_plans() == {"compared": 1, "drifted": 1}
    (line,) = caplog.messages
    assert plans_made.PLAN_ID in line and "1 changed" in line and URL in line
    assert told(run.home) == [{"plan_id": plans_made.PLAN_ID, "url": URL, "found": {"changed": 1}}]


@pytest.fixture
def drifted(home: Home) -> Home:
    """A home with a release whose marts say that a plan has drifted."""
    made.marts(home, {"r1": 5})
    with duckdb.connect(str(build_path(home))) as connection:
        connection.execute(
            "INSERT INTO marts.open_questions BY NAME SELECT 'q2' AS question_id, 'target_changed' AS kind, 0 AS"
            " record_count, 'p-t01' AS question_key, 'it was: 4万件' AS detail, '3万件' AS example_text"
        )
    release.publish(home, run_id="run", as_of=date(2031, 6, 30), audit=made.AUDIT)
    return home


def test_the_report_shows_old_and_new_words(drifted: Home) -> None:
    text = release.current(drifted).report.read_text()
    assert "## Plans whose newest page says something else" in text
    assert "| changed | p-t01 | it was: 4万件 | 3万件 |" in text


def test_status_has_a_line_on_drift(drifted: Home) -> None:
    assert "drift      the newest pages of plans say something else: 1 changed" in zhibiao(drifted, "status").stdout
    assert json.loads(zhibiao(drifted, "status", "--json").stdout)["drift"] == {"changed": 1}


def test_without_drift_neither_speaks_of_it(home: Home) -> None:
    made.marts(home, {"r1": 5})
    release.publish(home, run_id="run", as_of=date(2031, 6, 30), audit=made.AUDIT)
    assert "says something else" not in release.current(home).report.read_text()
    assert "say something else" not in zhibiao(home, "status").stdout

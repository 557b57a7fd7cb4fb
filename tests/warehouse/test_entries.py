"""Entries by hand as the command takes them and as the load brings them to the raw schema."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from scrapers.home import Home
from tests.warehouse import made, plans_made
from tests.warehouse.made import zhibiao
from warehouse import raw
from warehouse.database import build_path, connect_build
from warehouse.load import load

TASK = "sichuan-2017-m56"
PAGE = "https://www.example.gov.cn/opened.html"
FIGURE = (
    "figure", "add", "--region", "131000", "--indicator", "ip_pledge_financing", "--unit", "亿元", "--by", "Li",
)  # fmt: skip


@pytest.fixture(autouse=True)
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of decisions of our own, empty at first."""
    path = plans_made.decisions(tmp_path / "reviews.csv", [])
    monkeypatch.setenv("ZHIBIAO_REVIEWS", str(path))
    return path


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(build_path(home)), read_only=True) as connection:
        return connection.execute(query).fetchall()


def entry(home: Home, evidence_id: str, **changes: object) -> None:
    """An entry as `zhibiao evidence add` leaves it."""
    told = {
        "evidence_id": evidence_id, "target_id": TASK, "evidence_on": "2017-01-09", "url": PAGE, "entered_by": "Li",
        "entered_on": "2024-06-30",
    }  # fmt: skip
    home.write(json.dumps(told | changes).encode(), "evidence", f"{evidence_id}.json")


def test_evidence_is_entered_once_listed_and_loaded(home: Home) -> None:
    command = ("evidence", "add", TASK, "--on", "2017-01-09", "--by", "Li", "--url", PAGE, "--published", "2017-01-10")
    first, again = zhibiao(home, *command), zhibiao(home, *command)
    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout.startswith("entered ")
    assert "known from 2017-01-10" in first.stdout
    assert again.stdout.startswith("known before: ")
    listed = zhibiao(home, "evidence", "list", "sichuan-2017").stdout.splitlines()
    assert sum(PAGE in line for line in listed) == 1
    assert any("sichuan-2017-m01" in line for line in listed)  # a task without evidence
    assert load(home, made.CATALOG).problems == []
    assert rows(home, "SELECT target_id, evidence_on, published_on, url, entered_by FROM raw.entered_evidence") == [
        (TASK, date(2017, 1, 9), date(2017, 1, 10), PAGE, "Li")
    ]


def test_an_entry_that_cannot_be_used_is_told_and_stops_nothing(home: Home) -> None:
    entry(home, "a1")
    entry(home, "a2", target_id="sichuan-2017-t01")
    entry(home, "a3", target_id="gone-m01")
    entry(home, "a4", evidence_on="soon")
    assert sorted(load(home, made.CATALOG).problems) == [
        "entry_not_read: evidence/a2.json: sichuan-2017-t01 is of type share_threshold and is measured by figures; "
        "evidence is for: milestone",
        "entry_not_read: evidence/a3.json: there is no target 'gone-m01', or it was rejected; `fct_task` and "
        "`zhibiao evidence list` name them",
        "entry_not_read: evidence/a4.json: evidence_on: Input should be a valid date or datetime, input is too short",
    ]
    assert rows(home, "SELECT evidence_id FROM raw.entered_evidence") == [("a1",)]


def test_an_entry_that_is_taken_out_is_gone_with_the_next_load(home: Home) -> None:
    entry(home, "a1")
    entry(home, "a2", evidence_on="2017-01-08")
    load(home, made.CATALOG)
    home.fs.rm_file(home.path("evidence", "a2.json"))
    load(home, made.CATALOG)
    assert rows(home, "SELECT evidence_id FROM raw.entered_evidence") == [("a1",)]


def test_a_build_database_of_the_version_before_is_made_anew_from_the_home(home: Home) -> None:
    made.pages(home, 2)
    entry(home, "a1")
    load(home, made.CATALOG)
    with connect_build(home) as connection:
        connection.execute("UPDATE raw.schema_version SET version = 3")
        connection.execute("DROP TABLE raw.entered_evidence")
        connection.execute("ALTER TABLE raw.plan_proposals DROP COLUMN condition")
    summary = load(home, made.CATALOG)
    assert summary.rebuilt
    assert "version 3" in summary.rebuilt
    assert summary.records == 6
    assert rows(home, "SELECT evidence_id FROM raw.entered_evidence") == [("a1",)]
    assert rows(home, "SELECT version FROM raw.schema_version") == [(raw.SCHEMA_VERSION,)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("evidence", "add", "nope", "--on", "2017-01-09", "--by", "Li", "--url", PAGE), "there is no target 'nope'"),
        (("evidence", "add", TASK, "--on", "9 January", "--by", "Li", "--url", PAGE), "--on: '9 January' is no date"),
        (("evidence", "add", TASK, "--on", "2017-01-09", "--by", "", "--url", PAGE), "--by NAME"),
        (("evidence", "add", TASK, "--on", "2017-01-09", "--by", "Li"), "one source is needed"),
        (("evidence", "list", "nope"), "no such plan: nope"),
        ((*FIGURE, "--period", "2022", "--value", "2.3"), "one source is needed"),
        ((*FIGURE, "--period", "2022", "--value", "x", "--url", PAGE), "--value 'x' is no number"),
        ((*FIGURE, "--period", "22", "--value", "2", "--url", PAGE), "--period '22' is none"),
        ((*FIGURE, "--period", "2022", "--value", "2", "--url", PAGE, "--published", "x"), "--published: 'x'"),
    ],
)
def test_what_is_refused_is_told_in_words(home: Home, arguments: tuple[str, ...], message: str) -> None:
    done = zhibiao(home, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_figures_are_entered_and_listed(home: Home) -> None:
    first = zhibiao(home, *FIGURE, "--period", "2022", "--value", "2.3", "--url", PAGE)
    later = zhibiao(home, *FIGURE, "--period", "2022", "--value", "2.4", "--url", PAGE, "--published", "2023-02-01")
    assert (first.returncode, later.returncode) == (0, 0)
    assert "廊坊市 知识产权质押融资金额 2022 (year)" in first.stdout
    assert "beside the earlier entry of the same: 2.3 亿元" in later.stdout
    assert "counts as published later and stays the fact" in later.stderr
    listed = [line for line in zhibiao(home, "figure", "list").stdout.splitlines() if "ip_pledge_financing" in line]
    assert ["2.3" in listed[0], "2.4" in listed[1]] == [True, True]

"""The marts are left alone only where everything that they rest on is the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scrapers.home import Home
from tests.warehouse import made, plans_made
from warehouse import built
from warehouse.database import connect_build
from warehouse.load import load

DAY = date(2024, 6, 30)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of one model and one seed; nobody runs it."""
    folder = tmp_path / "project"
    for place, text in {
        "dbt_project.yml": "name: made",
        "models/a.sql": "select 1",
        "seeds/b.csv": "x\n1\n",
        "target/compiled.sql": "derived",
    }.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text)
    monkeypatch.setenv("ZHIBIAO_DBT_PROJECT", str(folder))
    return folder


@pytest.fixture
def marked(home: Home, project: Path) -> Home:
    """A home whose marts are marked as built."""
    made.pages(home, 2)
    load(home, made.CATALOG)
    built.remember(home, built.mark_of(home, DAY))
    return home


def holds(home: Home, as_of: date = DAY) -> bool:
    return built.is_built(home, built.mark_of(home, as_of))


def test_nothing_new_needs_no_build(marked: Home, project: Path) -> None:
    load(marked, made.CATALOG)
    (project / "target" / "compiled.sql").write_text("derived anew")
    assert holds(marked)


def test_another_as_of_date_needs_one(marked: Home) -> None:
    assert not holds(marked, date(2024, 7, 1))


def test_a_new_page_needs_one(marked: Home) -> None:
    made.pages(marked, 3)
    load(marked, made.CATALOG)
    assert not holds(marked)


def test_a_new_decision_needs_one(marked: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plans_made.plan(marked, [plans_made.target(1)])
    load(marked, made.CATALOG)
    built.remember(marked, built.mark_of(marked, DAY))
    rows: list[plans_made.Row] = [{"target_id": f"{plans_made.PLAN_ID}-t01", "decision": "rejected"}]
    monkeypatch.setenv("ZHIBIAO_REVIEWS", str(plans_made.decisions(tmp_path / "reviews.csv", rows)))
    load(marked, made.CATALOG)
    assert not holds(marked)


@pytest.mark.parametrize("place", ["models/a.sql", "seeds/b.csv", "dbt_project.yml", "models/new.yml"])
def test_a_changed_file_of_the_project_needs_one(place: str, marked: Home, project: Path) -> None:
    (project / place).write_text("changed")
    assert not holds(marked)


def test_a_mark_that_was_taken_away_or_never_set_needs_one(marked: Home) -> None:
    with connect_build(marked) as connection:
        connection.execute("DROP TABLE build.mark")
    assert not holds(marked)


def test_the_operator_can_ask_for_one(marked: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(built.FULL_VARIABLE, "1")
    assert not holds(marked)

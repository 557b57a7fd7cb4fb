"""What counts as a difference between two states of the marts."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb

from scrapers.home import Home
from tests.warehouse import made
from warehouse.compare import MOST_EXAMPLES, compare
from warehouse.database import build_path


def snapshot(home: Home, name: str, facts: dict[str, float], statuses: dict[str, str] | None = None) -> Path:
    made.marts(home, facts, statuses)
    return Path(shutil.copy(build_path(home), home.path(name)))


def test_facts_are_counted_by_source_and_indicator(home: Home) -> None:
    old = snapshot(home, "old.duckdb", {"r1": 1, "r2": 2, "r3": 3})
    new = snapshot(home, "new.duckdb", {"r1": 1, "r2": 2.5, "r4": 4, "r5": 5})
    told = compare(old, new, compared_with="before")
    assert (told.facts_added, told.facts_changed, told.facts_gone) == (2, 1, 1)
    (group,) = told.groups
    assert (group.source_id, group.indicator_id, group.added, group.changed, group.gone) == (
        "made_source", "patent_grants", 2, 1, 1,
    )  # fmt: skip
    gone, changed = told.examples
    assert (gone.change, gone.region_id, gone.new_value) == ("gone", "r3", None)
    assert (changed.region_id, changed.old_value, changed.new_value) == ("r2", Decimal(2), Decimal("2.5"))
    assert told.rows_changed == {"fct_observation": 1, "fct_region_indicator": 1}


def test_equal_states_have_no_difference(home: Home) -> None:
    old = snapshot(home, "old.duckdb", {"r1": 1})
    told = compare(old, snapshot(home, "new.duckdb", {"r1": 1}), compared_with="before")
    assert told.is_empty and str(told) == "no difference to before"


def test_a_target_moves_by_its_newest_evaluation_only(home: Home) -> None:
    old = snapshot(home, "old.duckdb", {"r1": 1}, {"t1": "ahead", "t2": "behind", "t3": "due"})
    new = snapshot(home, "new.duckdb", {"r1": 1}, {"t1": "ahead", "t2": "on_track", "t4": "due"})
    with duckdb.connect(str(new)) as connection:  # the year-end before it was judged anew: no move
        connection.execute(
            "UPDATE marts.fct_target_progress SET status = 'missed' WHERE target_id = 't1' AND status = 'behind'"
        )
    told = compare(old, new, compared_with="before")
    assert [(move.target_id, move.old_status, move.new_status) for move in told.targets] == [
        ("t2", "behind", "on_track"),
        ("t3", "due", None),
        ("t4", None, "due"),
    ]


def test_a_missing_mart_counts_as_empty(home: Home) -> None:
    old = snapshot(home, "old.duckdb", {"r1": 1})
    with duckdb.connect(str(old)) as connection:
        connection.execute("DROP TABLE marts.fct_target_progress; DROP VIEW marts.dim_source")
        connection.execute("DROP TABLE marts.fct_observation")
    told = compare(old, snapshot(home, "new.duckdb", {"r1": 1, "r2": 2}), compared_with="before")
    assert (told.facts_added, told.facts_changed, told.targets_moved) == (1, 0, 1)


def test_lists_are_bounded_and_counts_are_not(home: Home) -> None:
    many = {f"r{number:03}": float(number) for number in range(200)}
    old = snapshot(home, "old.duckdb", many)
    told = compare(old, snapshot(home, "new.duckdb", {}), compared_with="before")
    assert told.facts_gone == 200 and len(told.examples) == MOST_EXAMPLES

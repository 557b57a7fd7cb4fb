"""Airflow's own files, damaged as disks and crashes do it: they are put aside, and never in the way of a night."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.damages import WAYS
from warehouse.airflow_files import ASIDE, NEEDED, put_unusable_aside


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as Airflow leaves it, in a place with a difficult name."""
    place = tmp_path / "it's 50% #1"
    place.mkdir()
    with sqlite3.connect(place / "airflow.db") as connection:
        for table in sorted(NEEDED):
            connection.execute(f"CREATE TABLE {table} (i INTEGER, t TEXT)")
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", [(i, "x" * 50) for i in range(500)])
    (place / "airflow.cfg").write_text("[core]\nload_examples = False\nfernet_key = %(x)s=\n")
    (place / "migrated").write_text("3.3.2")
    return place


def test_what_can_be_used_is_left_alone(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert put_unusable_aside(folder) == []
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("way", [way for name, way in WAYS.items() if name not in ("removed", "one bit flipped")])
def test_a_damaged_database_is_put_aside_and_made_anew(folder: Path, way: Callable[[Path], None]) -> None:
    way(folder / "airflow.db")
    (said,) = put_unusable_aside(folder)
    assert "connections" in said and not (folder / "airflow.db").exists() and not (folder / "migrated").exists()
    assert (folder / f"airflow.db{ASIDE}").exists()


def test_a_database_that_is_gone_is_made_anew(folder: Path) -> None:
    (folder / "airflow.db").unlink()
    assert put_unusable_aside(folder) == [] and not (folder / "migrated").exists()


def test_a_database_that_lacks_tables_is_made_anew(folder: Path) -> None:
    with sqlite3.connect(folder / "airflow.db") as connection:
        connection.execute("DROP TABLE dag_run")
    assert len(put_unusable_aside(folder)) == 1


@pytest.mark.parametrize("text", ["", "\0" * 100, "no section = 1\n", "[core\n"])
def test_a_damaged_configuration_is_put_aside(folder: Path, text: str) -> None:
    (folder / "airflow.cfg").write_text(text)
    (said,) = put_unusable_aside(folder)
    assert "configuration" in said and not (folder / "airflow.cfg").exists() and (folder / "migrated").exists()


def test_a_database_of_the_operator_elsewhere_is_none_of_ours(folder: Path) -> None:
    (folder / "airflow.db").unlink()
    assert put_unusable_aside(folder, is_own_database=False) == [] and (folder / "migrated").exists()

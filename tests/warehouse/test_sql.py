"""Questions to a release read, and do nothing else."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.home import Home
from tests.warehouse import made
from warehouse import release
from warehouse.sql import QueryRefused, ask
from warehouse.tables_out import write_csv, write_json


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published release."""
    home = Home.at(tmp_path_factory.mktemp("home"))
    made.marts(home, {"r1": 5, "r2": 7.25})
    return release.publish(home, run_id="run1", as_of=date(2024, 6, 30), audit=[]).database


def answer(database: Path, query: str) -> list[tuple[object, ...]]:
    with ask(database, query) as got:
        return [tuple(row) for row in got.rows]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM marts.fct_observation",
        "SELECT count(*) FROM fct_observation",
        "WITH seen AS (FROM marts.fct_observation) SELECT count(*) FROM seen",
        "SELECT count(*) FROM (PIVOT marts.fct_observation ON indicator_id USING count(*) GROUP BY region_id)",
    ],
)
def test_reading_works_with_and_without_the_schema(database: Path, query: str) -> None:
    assert answer(database, query) == [(2,)]


def test_show_describe_pivot_and_explain_work(database: Path) -> None:
    assert ("fct_observation",) in answer(database, "SHOW TABLES")
    assert answer(database, "DESCRIBE marts.fct_observation")[0][0] == "observation_id"
    assert len(answer(database, "PIVOT marts.fct_observation ON indicator_id USING count(*) GROUP BY region_id")) == 2
    assert answer(database, "EXPLAIN SELECT 1")


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO marts.fct_observation SELECT * FROM marts.fct_observation",
        "UPDATE marts.fct_observation SET value = 0",
        "DELETE FROM marts.fct_observation",
        "DROP TABLE marts.fct_observation",
        "CREATE TABLE marts.mine (i INTEGER)",
        "COPY marts.fct_observation TO '{out}'",
        "COPY (SELECT 1) TO '{out}'",
        "EXPORT DATABASE '{out}'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{out}'",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_blob('{file}')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
        "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
        "SELECT * FROM query_table('{file}')",
        "ATTACH '{out}' AS other",
        "ATTACH ':memory:' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "SET threads = 1",
        "PRAGMA enable_profiling",
        "CALL enable_logging(storage = 'file', storage_path = '{out}')",
        "SELECT 1; DROP TABLE marts.fct_observation; SELECT 2",
        "SELECT 1; SELECT 2",
        "USE memory",
        "SELECT * FROM database",
        "SELEC 1",
        "SELECT no_such_column FROM marts.fct_observation",
        "   -- nothing",
    ],
)
def test_everything_else_is_refused(database: Path, tmp_path: Path, query: str) -> None:
    file, out = tmp_path / "secret.csv", tmp_path / "out"
    file.write_text("a,b\n1,2\n")
    before = database.read_bytes()
    with pytest.raises(QueryRefused):
        answer(database, query.format(file=file, out=out))
    assert not out.exists() and database.read_bytes() == before


def test_csv_and_json_say_numbers_as_people_do() -> None:
    rows = [(Decimal("1897.000000"), Decimal("7.250000"), date(2020, 11, 30), None, True, "=x")]
    names = ("a", "b", "c", "d", "e", "f")
    out = io.StringIO()
    assert write_csv(names, rows, out) == 1
    assert out.getvalue().splitlines()[1] == "1897,7.25,2020-11-30,,true,'=x"
    out = io.StringIO()
    write_json(names, [*rows, *rows], out)
    told = json.loads(out.getvalue())
    assert told[1] == {"a": 1897, "b": 7.25, "c": "2020-11-30", "d": None, "e": True, "f": "=x"}

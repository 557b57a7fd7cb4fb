"""Marts as of a past date over the whole archive: no mart shows what was published or fetched later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from scrapers.home import Home
from tests.refresh.conftest import Night
from warehouse.marts import opened
from warehouse.past import past_marts

PAST_DAY = date(2022, 12, 31)


@pytest.fixture(scope="module")
def past(full: Night, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    night = full.copy(tmp_path_factory.mktemp("past"))
    with past_marts(Home.at(night.home), PAST_DAY) as database:
        yield database


def _known_later(night: Night) -> set[str]:
    """Captures that were neither published nor fetched by the past day."""
    with duckdb.connect(str(night.home / "build" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select capture_id from intermediate.int_capture_dates where known_on > ?", [PAST_DAY]
        ).fetchall()
    return {row[0] for row in found}


def test_no_mart_names_a_capture_that_became_known_later(full: Night, past: Path) -> None:
    later = _known_later(full)
    assert len(later) > 20
    with opened(past) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() "
            "where database_name = 'release' and schema_name = 'marts' and column_name like '%capture_id'"
        ).fetchall()
        assert len(columns) >= 8
        for table, column in columns:
            shown = connection.execute(f"select distinct {column} from marts.{table}").fetchall()
            assert later.isdisjoint(row[0] for row in shown), (table, column)


def test_no_mart_holds_a_date_of_publication_or_a_period_that_lies_after_the_day(past: Path) -> None:
    bounded = ("vintage_on", "published_on", "document_published_on", "newest_period_end", "evaluation_date", "as_of",
               "last_visit_at", "done_on")  # fmt: skip
    seen = set()
    with opened(past) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where database_name = 'release' "
            "and schema_name = 'marts' and list_contains(?, column_name)",
            [list(bounded)],
        ).fetchall()
        for table, column in columns:
            newest = connection.execute(f"select max({column})::date from marts.{table}").fetchone()
            assert newest and (newest[0] is None or newest[0] <= PAST_DAY), (table, column, newest)
            seen |= {column} if newest[0] else set()
    assert {"vintage_on", "published_on", "evaluation_date", "as_of"} <= seen


def test_what_was_known_is_still_there(full: Night, past: Path) -> None:
    """The bound takes away what came later, and nothing else."""
    query = "select count(*) from marts.fct_observation where vintage_on <= ?"
    with opened(past) as then, opened(full.marts) as now:
        (kept,), (known,) = then.execute(query, [PAST_DAY]).fetchone(), now.execute(query, [PAST_DAY]).fetchone()
    assert kept == known > 1000

"""The marts on their way out: from the build database to the file of a release, and from there to Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from warehouse.database import workspace
from warehouse.errors import Trouble
from warehouse.literals import identifier, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA = "marts"
STORAGE_VERSION = "v1.2.0"
"""File format of released databases: readers with DuckDB 1.2 and newer can open them (BI drivers lag behind)."""


class TableInfo(BaseModel):
    """One mart in a release."""

    rows: int
    columns: int
    fingerprint: str
    """Hash over all rows in any order: equal for equal tables, under one version of DuckDB."""


class NoMarts(Trouble):
    """The build database holds no marts."""


def copy(build: Path, target: Path) -> dict[str, TableInfo]:
    """Copy the schema `marts` of the build database into a new file, with its comments and NOT NULL constraints.

    Views become tables: what they look at stays behind. Returns the tables by name. Raises NoMarts. The build database
    is opened for reading only.
    """
    with workspace() as connection:
        connection.execute(f"ATTACH {quoted(build)} AS build (READ_ONLY)")
        connection.execute(f"ATTACH {quoted(target)} AS release (STORAGE_VERSION {quoted(STORAGE_VERSION)})")
        names = _names(connection, "build")
        if not names:
            raise NoMarts(f"there are no marts in {build}")
        connection.execute(f"CREATE SCHEMA release.{SCHEMA}")
        for name in names:
            _copy_table(connection, name)
        tables = {name: _info(connection, name) for name in names}
        connection.execute("CHECKPOINT release")
        connection.execute("DETACH release")
    return tables


def export(database: Path, folder: Path) -> None:
    """Write every mart of a release as one Parquet file, named after it."""
    folder.mkdir()
    with opened(database) as connection:
        for name in _names(connection, "release"):
            file = quoted(folder / f"{name}.parquet")
            connection.execute(f"COPY release.{SCHEMA}.{identifier(name)} TO {file} (FORMAT parquet, COMPRESSION zstd)")


def count(database: Path) -> dict[str, int]:
    """Rows of every mart in a database."""
    with opened(database) as connection:
        return {
            name: int(_one(connection, f"SELECT count(*) FROM {SCHEMA}.{identifier(name)}"))
            for name in _names(connection, "release")
        }


@contextmanager
def opened(database: Path) -> Iterator[DuckDBPyConnection]:
    """The database of a release, read-only, attached as `release`.

    Opened by itself, a file named `marts.duckdb` is a catalog `marts` with a schema `marts`, and DuckDB calls the name
    `marts.fct_observation` ambiguous; under another name of the catalog it is not.
    """
    with workspace() as connection:
        connection.execute(f"ATTACH {quoted(database)} AS release (READ_ONLY)")
        connection.execute("USE release")
        yield connection


def _names(connection: DuckDBPyConnection, database: str) -> list[str]:
    rows = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = ? AND table_schema = ? ORDER BY 1",
        [database, SCHEMA],
    )
    return [str(row[0]) for row in rows.fetchall()]


def _copy_table(connection: DuckDBPyConnection, name: str) -> None:
    target = f"release.{SCHEMA}.{identifier(name)}"
    connection.execute(f"CREATE TABLE {target} AS FROM build.{SCHEMA}.{identifier(name)}")
    comment = connection.execute(
        "SELECT comment FROM (SELECT database_name, schema_name, table_name, comment FROM duckdb_tables() "
        "UNION ALL SELECT database_name, schema_name, view_name, comment FROM duckdb_views()) "
        "WHERE database_name = 'build' AND schema_name = ? AND table_name = ?",
        [SCHEMA, name],
    ).fetchone()
    if comment and comment[0]:
        connection.execute(f"COMMENT ON TABLE {target} IS {quoted(comment[0])}")
    columns = connection.execute(
        "SELECT column_name, comment, is_nullable FROM duckdb_columns() "
        "WHERE database_name = 'build' AND schema_name = ? AND table_name = ? ORDER BY column_index",
        [SCHEMA, name],
    ).fetchall()
    for column, text, is_nullable in columns:
        if not is_nullable:
            connection.execute(f"ALTER TABLE {target} ALTER COLUMN {identifier(column)} SET NOT NULL")
        if text:
            connection.execute(f"COMMENT ON COLUMN {target}.{identifier(column)} IS {quoted(text)}")


def _info(connection: DuckDBPyConnection, name: str) -> TableInfo:
    table = f"release.{SCHEMA}.{identifier(name)}"
    columns = len(connection.execute(f"DESCRIBE {table}").fetchall())
    row = connection.execute(
        f"SELECT count(*), coalesce(sum(hash(mart)::HUGEINT), 0)::HUGEINT::VARCHAR FROM {table} AS mart"
    ).fetchone()
    assert row
    return TableInfo(rows=int(row[0]), columns=columns, fingerprint=f"{int(row[1]) % 2**128:032x}")


def _one(connection: DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row
    return int(row[0])

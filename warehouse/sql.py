"""Questions in SQL to a release: read-only, one statement, no way to the files of this machine or to the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.errors import Trouble
from warehouse.marts import opened

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LOCKED_DOWN = {
    "enable_external_access": "false",  # no COPY, read_csv, ATTACH, INSTALL, …
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",  # a name that is no table never finds a variable of this program
    "max_temp_directory_size": "'8GB'",  # a question that sorts the product of two tables must not fill the disk
}


class QueryRefused(Trouble):
    """The statement cannot be run. The message is the database's own first lines."""


@dataclass(frozen=True)
class Answer:
    """Column names, and the rows as they come."""

    columns: list[str]
    rows: Iterator[Sequence[object]]


@contextmanager
def open_read_only(database: Path) -> Iterator[DuckDBPyConnection]:
    """A connection to a release that can neither write nor leave it: catalog `release`, schema `marts`, UTC."""
    with opened(database) as connection:
        connection.execute("USE release.marts")
        for name, value in LOCKED_DOWN.items():
            connection.execute(f"SET {name} = {value}")
        connection.execute("SET lock_configuration = true")
        yield connection


@contextmanager
def ask(database: Path, query: str) -> Iterator[Answer]:
    """Run one SELECT (or SHOW, DESCRIBE, SUMMARIZE, EXPLAIN, PIVOT) on a release. Raises QueryRefused.

    Tables can be named with the schema `marts` or without it. Nothing can be written, neither there nor to a file.
    """
    import duckdb

    try:
        with open_read_only(database) as connection:
            _check(duckdb.extract_statements(query))
            cursor = connection.execute(query)
            yield Answer(columns=[column[0] for column in cursor.description or []], rows=_rows(cursor))
    except RuntimeError as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # how the database tells of Ctrl-C in a long query
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        raise QueryRefused("\n".join(str(error).splitlines()[:6])) from error


def plain(value: object) -> object:
    """A value as people write it: decimals without trailing zeros, everything else unchanged."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value


def _check(statements: Sequence[object]) -> None:
    """One statement that reads. A PIVOT counts as one, though it brings a temporary type of its own along."""
    kinds = [str(getattr(statement, "type", "")).rpartition(".")[2] for statement in statements]
    if not kinds:
        raise QueryRefused("there is no SQL statement to run")
    written = [str(getattr(statement, "query", "")).strip() for statement in statements]  # what a PIVOT brings has none
    if kinds[-1] not in ("SELECT", "EXPLAIN") or any(kind != "CREATE" for kind in kinds[:-1]) or any(written[:-1]):
        found = ", ".join(kinds)
        raise QueryRefused(
            f"one statement that only reads is allowed (SELECT, SHOW, DESCRIBE, EXPLAIN); found: {found}"
        )


def _rows(cursor: DuckDBPyConnection) -> Iterator[Sequence[object]]:
    while batch := cursor.fetchmany(1000):
        yield from batch

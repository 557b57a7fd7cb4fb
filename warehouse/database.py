"""Opening the build database: one process at a time, and never a damaged file."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapers.home import Home
from warehouse.errors import ExitCode, Trouble
from warehouse.files import remove
from warehouse.literals import quoted
from warehouse.places import BUILD_DATABASE, local_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAMAGE = (
    "corrupt",
    "not a valid duckdb database",
    "could not read enough bytes",
    "failure while replaying wal",
    "serialization error",
    "failed to deserialize",
    "database has been invalidated",
    "attempted to dereference",
    "trying to read a database file with version number",
)
"""What DuckDB says of a file that it cannot use. A full disk, a lock or a missing permission is no damage."""

ASIDE = ".damaged"
"""Suffix of a build database that was put aside; the newest one is kept for a person to look at."""


class BuildBusy(Trouble):
    """Another process has the build database open."""

    exit_code = ExitCode.LOCKED


class BuildDamaged(Trouble):
    """The build database cannot be read. Nothing is lost: it is made anew from the home."""


def build_path(home: Home) -> Path:
    """Absolute path of the build database."""
    return local_path(home, BUILD_DATABASE)


def is_damage(message: str) -> bool:
    """True where an error message of DuckDB, or a log that holds one, speaks of a file that cannot be used."""
    lowered = message.lower()
    return any(sign in lowered for sign in DAMAGE)


def connect_build(home: Home, *, read_only: bool = False, wait_seconds: float = 30) -> DuckDBPyConnection:
    """A connection to the build database, time zone UTC, created where it is missing (unless `read_only`).

    Waits a while for another process to let go of it: a child of a refresh that was killed needs a moment to notice.
    Raises BuildBusy, BuildDamaged, FileNotFoundError (`read_only` and no file).
    """
    path = build_path(home)
    if read_only and not path.exists():
        raise FileNotFoundError(f"there is no build database yet ({path})")
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait_seconds
    while True:
        try:
            return _connect(path, read_only)
        except BuildBusy:
            if time.monotonic() >= until:
                raise
            time.sleep(0.1)


@contextmanager
def workspace() -> Iterator[DuckDBPyConnection]:
    """A database in memory, time zone UTC, that spills into a temporary folder when a table is larger than memory."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="zhibiao-") as scratch, duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET memory_limit = {quoted(memory_limit())}")
        connection.execute(f"SET temp_directory = {quoted(scratch)}")
        yield connection


def rows_of(connection: DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query by the names of their columns."""
    result = connection.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def memory_limit() -> str:
    """Memory that one DuckDB may use, as DuckDB writes it: `ZHIBIAO_MEMORY_LIMIT`, else 2GB."""
    return os.environ.get("ZHIBIAO_MEMORY_LIMIT") or "2GB"


def put_aside(home: Home) -> None:
    """Take a build database that cannot be used out of the way; the one put aside before it is dropped."""
    path = build_path(home)
    wal = path.with_name(path.name + ".wal")
    for old in (path, wal):
        if os.path.lexists(old):
            aside = old.with_name(old.name + ASIDE)
            remove(aside)
            os.replace(old, aside)


def _connect(path: Path, read_only: bool) -> DuckDBPyConnection:
    import duckdb

    for each in (path, path.with_name(path.name + ".wal")):
        if os.path.lexists(each) and not each.is_file():
            raise BuildDamaged(f"{each.name} is no file")
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET memory_limit = {quoted(memory_limit())}")
        return connection
    except duckdb.Error as error:
        message = str(error)
        if "lock on file" in message:
            raise BuildBusy(f"another process has the build database open: {message}") from error
        if is_damage(message):
            raise BuildDamaged(message) from error
        raise

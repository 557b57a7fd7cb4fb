"""Are the marts already those of what is loaded? A mark in the build database says what they were built from.

The same raw rows, reference data, models, tools and as-of date give the same marts, so building them again is only
work. Any other run of dbt on the file, by the refresh or by hand, takes the mark away (`on-run-start` of the project).
"""

from __future__ import annotations

import hashlib
import os
from datetime import date
from importlib.metadata import version
from pathlib import Path

from scrapers.home import Home
from warehouse.build import project_folder
from warehouse.database import connect_build
from warehouse.literals import identifier

FULL_VARIABLE = "ZHIBIAO_FULL_BUILD"
"""`1` builds the marts every time."""
TOOLS = ("dbt-core", "dbt-duckdb", "duckdb")
PROJECT_FILES = (".sql", ".yml", ".yaml", ".csv")
DERIVED = ("target", "logs")


def mark_of(home: Home, as_of: date) -> str:
    """What a build would rest on now: a hash of the raw rows, the dbt project, the tools and the as-of date."""
    parts = [as_of.isoformat(), *(f"{tool} {version(tool)}" for tool in TOOLS), *_project(project_folder())]
    with connect_build(home, read_only=True) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'raw' ORDER BY table_name"
        ).fetchall()
        for (name,) in tables:
            row = connection.execute(f"SELECT count(*), bit_xor(hash(t)) FROM raw.{identifier(name)} AS t").fetchone()
            parts.append(f"{name} {row}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_built(home: Home, mark: str) -> bool:
    """True where the marts in the build database were built from just this, and nothing ran over them since."""
    if os.environ.get(FULL_VARIABLE) == "1":
        return False
    with connect_build(home, read_only=True) as connection:
        known = connection.execute(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = 'build' AND table_name = 'mark'"
        ).fetchone()
        found = connection.execute("SELECT mark FROM build.mark").fetchone() if known else None
    return found is not None and found[0] == mark


def remember(home: Home, mark: str) -> None:
    """Say what the marts were built from, after a build that succeeded."""
    with connect_build(home) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS build")
        connection.execute("CREATE OR REPLACE TABLE build.mark AS SELECT ? AS mark", [mark])


def _project(folder: Path) -> list[str]:
    """One line per file that dbt reads: path and content."""
    files = (
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in PROJECT_FILES and path.is_file() and path.relative_to(folder).parts[0] not in DERIVED
    )
    return [f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]

"""Airflow's own files in the home: what cannot be used is put aside, so that no night stops at it.

They hold nothing of ours but the history of runs. What an operator has set in Airflow's UI (connections, variables) is
lost with a database that cannot be read, and has to be set again: that is said.
"""

from __future__ import annotations

import configparser
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

log = logging.getLogger("zhibiao")

DATABASE, CONFIGURATION, MARKER = "airflow.db", "airflow.cfg", "migrated"
ASIDE = ".damaged"
"""Suffix of a file that was put aside; the newest one is kept."""
NEEDED = {"alembic_version", "dag_run", "task_instance", "slot_pool"}
"""Tables without which a database is none of Airflow's, or was never made to its end."""


def put_unusable_aside(folder: Path, *, is_own_database: bool = True) -> list[str]:
    """Put aside what Airflow cannot use of its folder; one sentence for each.

    `is_own_database` is false where the operator keeps Airflow's database elsewhere.
    """
    told = []
    if is_own_database:
        problem = _problem_of_database(folder / DATABASE)
        if problem:
            (folder / MARKER).unlink(missing_ok=True)  # so that it is made anew
        if problem and (folder / DATABASE).exists():
            for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal"):
                _aside(folder / name)
            told.append(
                f"Airflow's database could not be used ({problem}) and is made anew: what was set in Airflow itself "
                f"(connections, variables) has to be set again; the old one is {folder / DATABASE}{ASIDE}"
            )
    problem = _problem_of_configuration(folder / CONFIGURATION)
    if problem:
        _aside(folder / CONFIGURATION)
        told.append(f"Airflow's configuration could not be read ({problem}) and is made anew")
    for sentence in told:
        log.warning("%s", sentence)
    return told


def _problem_of_database(path: Path) -> str | None:
    if not path.exists():
        return "it is missing"
    try:
        with closing(
            sqlite3.connect(f"file:{path.as_posix().replace('%', '%25').replace('#', '%23')}?mode=ro", uri=True)
        ) as connection:
            first = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.OperationalError as error:
        return None if "locked" in str(error) else str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    if first != "ok":
        return str(first).splitlines()[0][:120]
    return None if tables >= NEEDED else "it lacks tables"


def _problem_of_configuration(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8")
        configparser.ConfigParser(interpolation=None, strict=False).read_string(text)
    except (configparser.Error, UnicodeDecodeError) as error:
        return str(error).splitlines()[0][:120]
    return "it is empty" if not text.strip() else "it holds zero bytes" if "\0" in text else None


def _aside(path: Path) -> None:
    if path.exists():
        os.replace(path, path.with_name(path.name + ASIDE))

"""Where the warehouse keeps things in the home: the build database, the releases, `current`, the runs."""

from __future__ import annotations

from pathlib import Path

from scrapers.home import Home
from warehouse.errors import ExitCode, Trouble

PROJECT = Path(__file__).parent.parent
"""The checkout: the DAGs and the dbt project lie beside the packages."""

BUILD_DATABASE = "build/warehouse.duckdb"
BUILD_STATE = "build/state.json"
DBT_TARGET = "build/dbt"
DBT_LOGS = "logs/dbt"
DBT_TEMP = "build/temp"
RELEASES = "releases"
CURRENT = "current"
RUNS = "runs"
PAST = "past"
"""Scratch homes in which the marts of past dates are built, while somebody reads them."""


class HomeNotLocal(Trouble):
    """The home is not a folder of this machine; building and publishing need one."""

    exit_code = ExitCode.USAGE


def local_path(home: Home, *parts: str) -> Path:
    """A place in the home as an absolute path of this machine. Raises HomeNotLocal for an object store."""
    if not home.is_local:
        raise HomeNotLocal(f"the warehouse needs a home on this machine's own disk, not {home.root}")
    return Path(home.path(*parts)).absolute()

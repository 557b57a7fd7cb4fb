"""Airflow on this machine: its settings, its database, the refresh in one process, and the server."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from scrapers.home import Home
from warehouse import airflow_access, airflow_files
from warehouse.errors import ExitCode, Trouble
from warehouse.places import PROJECT, local_path

DAG_ID = "nightly_refresh"
WRITER_POOL = "warehouse_writer"
"""A DuckDB file has one writing process: the tasks that open the build share a pool of one slot."""

LATE = "warehouse.telling.late.late"
"""What Airflow calls when a run is not done in time."""
DEADLINE_VARIABLE, DEADLINE_HOURS = "ZHIBIAO_DEADLINE_HOURS", 4.0


def deadline_interval() -> timedelta:
    """How long after it was queued a run may take."""
    try:
        hours = float(os.environ.get(DEADLINE_VARIABLE) or DEADLINE_HOURS)
    except ValueError:
        hours = DEADLINE_HOURS
    return timedelta(hours=hours if 0 < hours <= 240 else DEADLINE_HOURS)


class HomeNotUsable(Trouble):
    """The home lies where Airflow cannot work."""

    exit_code = ExitCode.USAGE


def airflow_settings(home: Home) -> dict[str, str]:
    """Environment variables for every Airflow process of this home. Those that the operator has set win."""
    folder = local_path(home, "airflow")
    if "?" in str(folder):
        raise HomeNotUsable(f"Airflow can keep no database in {folder}: the path of a home must not contain `?`")
    server = airflow_access.server_address(os.environ)
    settings = {
        "AIRFLOW_HOME": str(folder),
        # Airflow writes these into airflow.cfg as they were when it first ran: a home may be copied or moved
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(folder / "logs" / "dag_processor"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(folder / "plugins"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__API__HOST": "127.0.0.1",  # the UI is for the operator of this machine; put a proxy before it
        "AIRFLOW__API__BASE_URL": server,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{server}/execution/",  # where tasks take their tokens to
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "ZHIBIAO_HOME": home.root if home.is_local else os.environ["ZHIBIAO_HOME"],
    }
    return {name: os.environ.get(name, value) for name, value in settings.items()} | {
        "ZHIBIAO_HOME": settings["ZHIBIAO_HOME"]
    }


def prepare(home: Home) -> dict[str, str]:
    """Bring Airflow's own database up to date; skipped where this version of Airflow has done so already."""
    from importlib.metadata import version

    settings = airflow_settings(home)
    folder = Path(settings["AIRFLOW_HOME"])
    airflow_access.close(folder)
    own = settings["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{folder / airflow_files.DATABASE}"
    airflow_files.put_unusable_aside(folder, is_own_database=own)
    marker = folder / airflow_files.MARKER
    os.environ.update(settings)
    if marker.exists() and marker.read_text() == version("apache-airflow"):
        return settings
    for command in (
        ["db", "migrate"],
        ["pools", "set", WRITER_POOL, "1", "tasks that write the build database"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *command], capture_output=True, text=True, env={**os.environ, **settings}
        )
        if done.returncode:
            tail = (done.stderr or done.stdout).strip().splitlines()[-3:]
            raise RuntimeError(f"airflow {' '.join(command)} failed: {' '.join(tail)}")
    marker.write_text(version("apache-airflow"))
    return settings


def run_dag_once(home: Home, conf: dict[str, Any]) -> dict[str, str]:
    """Run the nightly DAG in this process. Returns the state of the run and of each task that did not succeed.

    Shape: {"": "success" | "failed", "<task id>[<map index>]": "failed" | "upstream_failed", …}.
    """
    settings = prepare(home)
    os.environ.update(settings)
    # Airflow tells every step of every task; what a person needs are our own lines (logger zhibiao), also on failure.
    os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "CRITICAL")
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=PROJECT / "dags" / "nightly_refresh.py")
    if bag.import_errors:
        raise RuntimeError(f"the DAG cannot be read: {next(iter(bag.import_errors.values()))}")
    dag = bag.dags[DAG_ID]
    dag.deadline = None  # no scheduler watches it here, and `test` of Airflow 3.3.2 fails where a DAG has one
    dag_run = dag.test(run_conf=conf)
    states = {"": str(getattr(dag_run.state, "value", dag_run.state))}
    for instance in dag_run.get_task_instances():
        state = str(getattr(instance.state, "value", instance.state))
        if state not in ("success", "skipped"):
            suffix = "" if instance.map_index < 0 else f"[{instance.map_index}]"
            states[f"{instance.task_id}{suffix}"] = state
    return states


def serve(home: Home) -> int:
    """Scheduler and UI on this machine until stopped. Raises `airflow_access.Exposed`."""
    told = airflow_access.warnings({**os.environ, **airflow_settings(home)})
    settings = prepare(home)
    if passwords := airflow_access.give_passwords({**os.environ, **settings}):
        told.append(f"the passwords of the UI stand in {passwords}")
    for line in told:
        print(line, file=sys.stderr)
    # Airflow starts its parts by the name `airflow`: the one of this environment must be found first.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    command = [sys.executable, "-m", "warehouse.airflow_parts"]
    try:
        environment = airflow_access.without_proxy({**os.environ, **settings, "PATH": path})
        return subprocess.run(command, env=environment).returncode
    except KeyboardInterrupt:
        return 0


def main() -> int:
    """Entry point of `make up`."""
    try:
        return serve(Home.at())
    except Trouble as trouble:
        print(f"zhibiao: {trouble}", file=sys.stderr)
        return trouble.exit_code


if __name__ == "__main__":
    sys.exit(main())

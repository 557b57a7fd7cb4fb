"""The shape of the nightly DAG: when it runs, what waits for what, and what a failure stops."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parent.parent.parent

DESCRIBE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(dag_folder=sys.argv[1])
assert not bag.import_errors, bag.import_errors
dag = bag.dags["nightly_refresh"]
print(json.dumps({
    "expression": dag.timetable._expression if hasattr(dag.timetable, "_expression") else str(dag.timetable.summary),
    "timezone": str(dag.timezone if not hasattr(dag.timetable, "_timezone") else dag.timetable._timezone),
    "catchup": dag.catchup, "max_active_runs": dag.max_active_runs, "params": sorted(dag.params),
    "deadline": [(type(d.reference).__name__, d.interval.total_seconds(), d.callback.path) for d in dag.deadline],
    "tasks": {t.task_id: {"upstream": sorted(t.upstream_task_ids), "rule": str(t.trigger_rule.value),
                          "pool": t.pool, "mapped": t.is_mapped, "teardown": t.is_teardown} for t in dag.tasks},
}))
"""


@pytest.fixture(scope="module")
def shape(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The DAG as Airflow reads it, in a process of its own (Airflow configures the process that imports it)."""
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "ZHIBIAO_LIVE": "",
        "ZHIBIAO_DEADLINE_HOURS": "2.5",
    }
    done = subprocess.run(
        [sys.executable, "-c", DESCRIBE, str(REPOSITORY / "dags")],
        capture_output=True,
        text=True,
        env=environment,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    described: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return described


def test_it_runs_nightly_in_china_time_one_at_a_time_and_never_catches_up(shape: dict[str, Any]) -> None:
    assert "30 2 * * *" in shape["expression"] and "Shanghai" in shape["timezone"]
    assert shape["catchup"] is False and shape["max_active_runs"] == 1


def test_it_takes_the_parameters_of_the_command(shape: dict[str, Any]) -> None:
    assert shape["params"] == ["as_of", "live", "sources"]


def test_sources_are_visited_by_one_task_and_batches_are_mapped(shape: dict[str, Any]) -> None:
    assert [name for name, task in shape["tasks"].items() if task["mapped"]] == ["parse"]
    assert shape["tasks"]["scrape"]["upstream"] == ["begin", "choose_sources"]


def test_a_failed_source_does_not_stop_the_rest_but_a_failed_audit_does(shape: dict[str, Any]) -> None:
    tasks = shape["tasks"]
    assert "scrape" in tasks["choose_batches"]["upstream"] and tasks["choose_batches"]["rule"] == "all_done"
    assert "parse" in tasks["load"]["upstream"] and tasks["load"]["rule"] == "all_done"
    assert "audit" in tasks["publish"]["upstream"] and tasks["publish"]["rule"] == "all_success"


def test_plans_are_compared_before_the_load_and_a_failure_there_stops_nothing(shape: dict[str, Any]) -> None:
    tasks = shape["tasks"]
    assert "parse" in tasks["check_plans"]["upstream"] and tasks["check_plans"]["rule"] == "all_done"
    assert "check_plans" in tasks["load"]["upstream"] and tasks["load"]["rule"] == "all_done"
    assert [name for name, task in tasks.items() if "check_plans" in task["upstream"]] == ["load"]


def test_the_tasks_that_write_the_build_share_one_slot(shape: dict[str, Any]) -> None:
    pools = {name: task["pool"] for name, task in shape["tasks"].items()}
    assert {name for name, pool in pools.items() if pool == "warehouse_writer"} == {"load", "build", "audit", "publish"}


def test_telling_comes_last_whatever_came_before_and_decides_nothing(shape: dict[str, Any]) -> None:
    tasks = shape["tasks"]
    assert tasks["notify"]["teardown"] and tasks["notify"]["rule"] == "all_done_setup_success"
    assert [name for name, task in tasks.items() if "notify" in task["upstream"]] == []
    assert tasks["notify"]["upstream"] == ["begin", "report"] and not any(
        task["teardown"] for name, task in tasks.items() if name != "notify"
    )


def test_a_run_that_is_late_calls_a_function_that_is_there(shape: dict[str, Any]) -> None:
    ((reference, seconds, path),) = shape["deadline"]
    assert (reference, seconds) == ("DagRunQueuedAtDeadline", 2.5 * 3600)
    module, _, name = path.rpartition(".")
    assert callable(getattr(import_module(module), name))

"""When the refresh runs, and in what order its stages go. Every task calls one public function of a room."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.sdk.exceptions import AirflowFailException
from airflow.timetables.trigger import CronTriggerTimetable

from warehouse.orchestrator import LATE, WRITER_POOL, deadline_interval

BATCH_SIZE = 100
"""Captures parsed by one task: large enough that the cost of starting a task does not count."""


@task
def begin() -> dict[str, Any]:
    """Fix what this run is about (name, as-of date, live or not, sources asked for); refuse if another one works."""
    from warehouse.run import Run

    context = get_current_context()
    return Run.begin(context["params"], dag_run=context["run_id"]).as_dict()


@task
def choose_sources(run: dict[str, Any]) -> list[str]:
    """Ids of the sources that are due: those asked for, else by their cadence."""
    from warehouse.run import Run

    return Run.of(run).due_sources()


@task(retries=1, retry_delay=timedelta(minutes=5))
def scrape(source_ids: list[str], run: dict[str, Any]) -> dict[str, str]:
    """Visit the sources side by side, or only take in their shipped captures where the run is not live.

    One task, because it mostly waits: each host has its own pace, and a night takes as long as its slowest host. What
    came of each source is a line of the log and of the result. Failures of pages are outcomes, logged by the fetcher
    after its own retries. An exception here is trouble of this machine (disk, memory), where a second try can help.
    """
    from warehouse.run import Run

    return Run.of(run).scrape(source_ids)


@task(trigger_rule="all_done")
def choose_batches(run: dict[str, Any] | None) -> list[list[str]]:
    """Captures that the newest parsers have not read yet, in batches. Runs even where a source failed."""
    from warehouse.run import Run

    if run is None:
        raise AirflowFailException("the refresh did not begin; see the task begin")
    return Run.of(run).pending_batches(BATCH_SIZE)


@task
def parse(capture_ids: list[str], run: dict[str, Any]) -> dict[str, Any]:
    """Captures to record files. A page that cannot be read is quarantined with its reason and stops nothing."""
    from warehouse.run import Run

    return Run.of(run).parse(capture_ids)


@task(trigger_rule="all_done")
def check_plans(run: dict[str, Any] | None) -> dict[str, Any]:
    """The register against the newest capture of each plan. What drifted is a warning; a failure stops nothing."""
    from warehouse.run import Run

    if run is None:
        raise AirflowFailException("the refresh did not begin; see the task begin")
    return Run.of(run).check_plans()


@task(trigger_rule="all_done", pool=WRITER_POOL)
def load(run: dict[str, Any] | None) -> dict[str, Any]:
    """Record files to the raw schema."""
    from warehouse.run import Run

    if run is None:
        raise AirflowFailException("the refresh did not begin; see the task begin")
    return Run.of(run).load()


@task(pool=WRITER_POOL)
def build(run: dict[str, Any]) -> dict[str, Any]:
    """Raw schema to marts: one `dbt build`, tests included."""
    from warehouse.run import Run

    return Run.of(run).build()


@task(pool=WRITER_POOL)
def audit(run: dict[str, Any]) -> dict[str, Any]:
    """Great Expectations over the raw schema and the marts. A failed critical expectation stops here."""
    from warehouse.run import Run

    return Run.of(run).audit()


@task(pool=WRITER_POOL)
def publish(run: dict[str, Any]) -> str:
    """The audited marts to a release, made visible at once. Returns its id."""
    from warehouse.run import Run

    return Run.of(run).publish()


@task
def report(run: dict[str, Any], release_id: str) -> None:
    """What changed since the last release, in the log."""
    from warehouse.run import Run

    Run.of(run).report(release_id)


@task
def notify(run: dict[str, Any] | None) -> None:
    """Record how the run ended and tell people once, by log, webhook and mail. Decides nothing and fails nothing.

    A teardown: Airflow runs it whatever came before (as with `all_done`), and the run succeeds or fails without it.
    """
    from warehouse.run import Run
    from warehouse.telling.night import tell_dag_run

    if run is not None:
        Run.of(run).end()
    else:
        tell_dag_run(get_current_context()["run_id"])


@dag(
    dag_id="nightly_refresh",
    schedule=CronTriggerTimetable("30 2 * * *", timezone="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    tags=["zhibiao"],
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT, interval=deadline_interval(), callback=SyncCallback(LATE)
    ),
    doc_md="Collects, loads, measures, audits and publishes. See docs/operations.md.",
    params={
        "sources": Param([], type="array", items={"type": "string"}, description="Source ids; empty: all that are due"),
        "as_of": Param(None, type=["null", "string"], format="date", description="Count only what was published by"),
        "live": Param(
            os.environ.get("ZHIBIAO_LIVE") == "1", type="boolean", description="Visit the sources (else archive only)"
        ),
    },
)
def nightly_refresh() -> None:
    run = begin()
    scraped = scrape(choose_sources(run), run)
    batches = choose_batches(run)
    scraped >> batches
    parsed = parse.partial(run=run).expand(capture_ids=batches)
    checked = check_plans(run)
    loaded = load(run)
    built = build(run)
    audited = audit(run)
    release_id = publish(run)
    parsed >> checked >> loaded
    parsed >> loaded >> built >> audited >> release_id
    told = notify(run).as_teardown()
    report(run, release_id) >> told


nightly_refresh()

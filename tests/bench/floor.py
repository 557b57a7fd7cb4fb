"""The floor: a DAG of the same shape whose tasks do nothing but start the tools once. `floor.py <number of models>`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

DAG = '''
"""The shape of the nightly refresh, with nothing in it."""
from airflow.sdk import dag, task


@task
def begin(): return {}

@task
def choose_sources(run): return []

@task
def scrape(source_ids, run): return {}

@task(trigger_rule="all_done")
def choose_batches(run): return []

@task
def parse(capture_ids, run): return {}

@task(trigger_rule="all_done")
def load(run): return {}

@task
def build(run):
    import tests.bench.floor as floor
    floor.build_empty_models()

@task
def audit(run):
    import tests.bench.floor as floor
    floor.validate_empty_table()

@task
def publish(run): return ""

@task
def report(run, release_id): pass

@task(trigger_rule="one_failed")
def report_failure(run): pass

@dag(schedule=None)
def nightly_refresh():
    run = begin()
    scraped = scrape(choose_sources(run), run)
    batches = choose_batches(run)
    scraped >> batches
    parsed = parse.partial(run=run).expand(capture_ids=batches)
    loaded, built, audited, release_id = load(run), build(run), audit(run), publish(run)
    parsed >> loaded >> built >> audited >> release_id
    report(run, release_id)
    [loaded, built, audited, release_id] >> report_failure(run)

nightly_refresh()
'''


def main() -> None:
    from scrapers.home import Home
    from warehouse import orchestrator

    home = Home.at()
    project = Path(home.path("project"))
    (project / "dags").mkdir(parents=True, exist_ok=True)
    (project / "dags" / "nightly_refresh.py").write_text(DAG)
    write_dbt_project(project, int(sys.argv[1]))
    os.environ["FLOOR_PROJECT"] = str(project)
    os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(project / "dags")
    orchestrator.PROJECT = project
    states = orchestrator.run_dag_once(home, {})
    sys.exit(states[""] != "success")


def write_dbt_project(project: Path, models: int) -> None:
    (project / "models").mkdir(exist_ok=True)
    (project / "dbt_project.yml").write_text("name: floor\nprofile: floor\nmodels: {+materialized: table}\n")
    (project / "profiles.yml").write_text(
        "floor:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: floor.duckdb, threads: 2}\n"
    )
    for number in range(models):
        (project / "models" / f"empty_{number}.sql").write_text("select 1 as id where false\n")


def build_empty_models() -> None:
    project = os.environ["FLOOR_PROJECT"]
    command = [sys.executable, "-m", "dbt.cli.main", "build", "--project-dir", project, "--profiles-dir", project]
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "False"}
    subprocess.run(command, cwd=project, check=True, capture_output=True, env=environment)


def validate_empty_table() -> None:
    import duckdb
    import great_expectations as gx
    import great_expectations.expectations as gxe

    from expectations.engine import context_for

    database = Path(os.environ["FLOOR_PROJECT"]) / "empty.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create or replace table empty (id integer)")
    context, source = context_for(database, None)
    asset = source.add_query_asset("empty", query="select * from empty").add_batch_definition_whole_table("all")
    suite = context.suites.add(gx.ExpectationSuite("empty", expectations=[gxe.ExpectColumnToExist(column="id")]))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="empty", data=asset, suite=suite))
    assert definition.run().success


if __name__ == "__main__":
    main()

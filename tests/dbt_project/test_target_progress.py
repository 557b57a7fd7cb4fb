"""The rules of target progress, end to end: worked examples by hand, and random targets against a second reckoning."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt_build import PROJECT
from target_reckoning import random_cases, reckon

from warehouse import raw

CASES = yaml.safe_load((Path(__file__).parent / "target_cases.yml").read_text(encoding="utf-8"))
MODELS = [
    "stg_plans", "stg_targets", "stg_target_reviews", "stg_target_places", "stg_target_scopes", "int_targets",
    "int_target_terms", "int_target_sources", "int_target_dates", "int_target_facts", "int_target_level",
    "int_target_sums", "int_target_stock_differences", "int_target_cumulative", "int_target_measures",
    "int_target_status", "fct_target_progress",
]  # fmt: skip

TABLES = """
create schema reference; create schema staging; create schema intermediate; create schema marts;
create table reference.plans (plan_id text, title_zh text, region_code text, issuer_zh text, doc_no text,
    issued_on date, period_start int, period_end int, kind text, conflict_note text, note text);
create table reference.targets (target_id text, plan_id text, target_no text, indicator_id text, indicator_zh text,
    region_code text, target_type text, direction text, condition text,
    target_value decimal(28, 6), target_value_high decimal(28, 6),
    unit_zh text, target_value_si decimal(28, 6), unit_base text, baseline_value decimal(28, 6),
    baseline_value_si decimal(28, 6), baseline_year int, period_start_year int, target_year int, target_date date,
    deliverable text, responsible_units text, section text, form text, nature text, is_approximate boolean,
    year_inferred boolean, part_of_target_id text, conflict_note text, note text);
create table reference.target_places (target_id text, body_sha256 text, "start" bigint, "end" bigint, quote_sha256 text,
    form text);
create table reference.target_scopes (target_id text, wider_indicator_id text, note text);
create table reference.indicators (indicator_id text, kind text, right_kind text, unit_base text);
create table reference.regions (region_id text, level text);
create table reference.region_codes (region_id text, code text, valid_from int, valid_to int);
create table staging.stg_sources (source_id text, scope_code text, is_national boolean, is_official boolean,
    freshness_limit_days int);
create table marts.fct_observation (indicator_id text, source_id text, region_id text, publisher_rank int,
    is_contradicted boolean, is_derived boolean);
create table marts.fct_region_indicator (region_id text, indicator_id text, breakdown text, period_kind text,
    period_start date, period_end date, value decimal(28, 6), unit_base text, observation_id text,
    conflict_count bigint, "precision" decimal(28, 6), vintage_on date, pace_break_on date);
insert into reference.indicators values ('stock', 'stock', null, '件'), ('flow', 'flow', null, '件'),
    ('wider', 'stock', null, '件'), ('ratio', 'ratio', null, '%'), ('trademark', 'stock', 'trademark', '件');
"""

Row = dict[str, Any]
Results = dict[str, dict[date, Row]]


def write_case(database: duckdb.DuckDBPyConnection, case: Row) -> None:
    """One target with its plan, region, review and facts; all ids are the name of the case."""
    name = case["name"]
    target = {"direction": "at_least", "indicator": "stock", "unit_base": "件", **case["target"]}
    indicator = target.pop("indicator")
    start, end = case.get("plan", (2021, 2025))

    def insert(table: str, row: Row) -> None:
        columns = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join("?" for _ in row)
        database.execute(f"insert into {table} ({columns}) values ({marks})", list(row.values()))

    insert("reference.plans", {"plan_id": name, "period_start": start, "period_end": end})
    insert("reference.regions", {"region_id": name, "level": "prefecture"})
    insert("reference.region_codes", {"region_id": name, "code": name})
    insert(
        "reference.targets",
        {
            **target,
            "target_id": name,
            "plan_id": name,
            "region_code": name,
            "indicator_id": indicator,
            "target_value_si": target["target_value"],
            "baseline_value_si": target.get("baseline_value"),
        },
    )
    if review := case.get("review", "accepted"):
        database.execute(
            "insert into raw.target_decisions (decision_no, target_id, decision, corrections)"
            " select 1 + count(*), ?, ?, '{}' from raw.target_decisions",
            [name, review],
        )
    if "wider" in case:
        insert("reference.target_scopes", {"target_id": name, "wider_indicator_id": case["wider"]})
    for number, (period_kind, period_start, period_end, value, *more) in enumerate(case["facts"]):
        extra = more[0] if more else {}
        insert(
            "marts.fct_region_indicator",
            {
                "region_id": name,
                "indicator_id": extra.get("indicator", indicator),
                "breakdown": extra.get("breakdown", "total"),
                "period_kind": period_kind,
                "period_start": period_start,
                "period_end": period_end,
                "value": value,
                "unit_base": target["unit_base"],
                "observation_id": f"{name}-{number}",
                "conflict_count": extra.get("conflicts", 0),
                "precision": extra.get("precision", 0.5),
                "vintage_on": extra.get("vintage", period_end),
            },
        )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    """Rows of fct_target_progress by target and evaluation date, from one dbt run over all cases."""
    folder = tmp_path_factory.mktemp("target_progress")
    path = folder / "build.duckdb"
    with duckdb.connect(str(path)) as database:
        raw.create(database)
        database.execute(TABLES)
        for case in [*CASES["cases"], *random_cases(CASES["as_of"])]:
            write_case(database, case)
    # Only the models of the target rules: what they read stands in the tables above.
    command = [
        sys.executable, "-c", "from dbt.cli.main import cli; cli()", "run",
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
        "--vars", f"{{as_of: '{CASES['as_of']}'}}", "--select", *MODELS,
    ]  # fmt: skip
    run = subprocess.run(
        command,
        env={**os.environ, "ZHIBIAO_BUILD_DATABASE": str(path)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    found: Results = {}
    with duckdb.connect(str(path), read_only=True) as database:
        cursor = database.execute("select * from marts.fct_target_progress")
        names = [column[0] for column in cursor.description or []]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            found.setdefault(row["target_id"], {})[row["evaluation_date"]] = row
    yield found


def same(actual: Any, expected: Any) -> bool:
    """Equal, numbers to six digits."""
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return actual is not None and abs(float(actual) - expected) < 1e-6 * max(1, abs(expected))
    return bool(actual == expected)


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_worked_example(case: Row, results: Results) -> None:
    rows = results.get(case["name"], {})
    if not case["expect"]:
        assert rows == {}
    for day, expected in case["expect"].items():
        wrong = {key: rows[day][key] for key, value in expected.items() if not same(rows[day][key], value)}
        assert not wrong, f"{case['name']} on {day}: {wrong} instead of {expected}"


def test_every_target_has_a_row_at_every_year_end_of_its_plan_and_at_the_as_of_date(results: Results) -> None:
    for case in CASES["cases"]:
        first, last = case.get("plan", (2021, 2025))
        ends = {date(year, 12, 31) for year in range(first, last + 1)} | {CASES["as_of"]}
        expected = {day for day in ends if day <= CASES["as_of"]} if case.get("review") != "rejected" else set()
        assert set(results.get(case["name"], {})) == expected, case["name"]


@pytest.mark.parametrize("case", random_cases(CASES["as_of"]), ids=lambda case: case["name"])
def test_random_target_agrees_with_a_second_reckoning(case: Row, results: Results) -> None:
    for day, row in results[case["name"]].items():
        expected = reckon(case, day, CASES["as_of"])
        wrong = {key: (row[key], value) for key, value in expected.items() if not same(row[key], value)}
        assert not wrong, f"{case} on {day}: (mart, reckoning) {wrong}"


def test_a_later_evaluation_date_never_changes_what_an_earlier_one_saw(results: Results) -> None:
    for rows in results.values():
        for day, row in rows.items():
            assert row["actual_period_end"] is None or row["actual_period_end"] <= day
            assert row["baseline_date"] is None or row["actual_value"] is None or row["baseline_date"] <= day


def test_a_real_target_is_rated_from_the_printed_cell(marts: duckdb.DuckDBPyConnection, archive: Path) -> None:
    """The worked example of the project, from the seeds and a real page to the rating, and back to the page."""
    assert archive.is_dir()
    row = marts.execute(
        """
        select progress.status, progress.reason_code, progress.progress, progress.elapsed, progress.pace,
            facts.value_text, facts.url
        from marts.fct_target_progress as progress
        inner join marts.fct_observation as facts on facts.observation_id = progress.observation_ids[1]
        where progress.target_id = 'suining-145-t04' and progress.evaluation_date = date '2021-12-31'
        """
    ).fetchone()
    assert row is not None
    status, reason, progress, elapsed, pace, printed, url = row
    assert (status, reason, elapsed) == ("ahead", "pace", 0.2)
    assert (round(progress, 4), round(pace, 2)) == (0.3388, 1.69)
    assert (printed, bool(url)) == ("22826", True)


def test_the_build_rates_every_target_that_is_not_rejected(marts: duckdb.DuckDBPyConnection) -> None:
    unrated = marts.execute(
        """
        select target_id from marts.dim_target where review_state != 'rejected'
        except select target_id from marts.fct_target_progress where evaluation_date = as_of
        """
    ).fetchall()
    assert unrated == []

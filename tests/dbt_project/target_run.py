"""Targets as the tests write them down, and one dbt run of the target rules over any number of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from dbt_build import PROJECT

from warehouse import raw

MODELS = [
    "stg_plans", "stg_targets", "stg_target_reviews", "stg_target_places", "stg_target_scopes", "int_targets",
    "int_target_terms", "int_target_sources", "int_target_dates", "int_target_facts", "int_target_points",
    "int_target_level", "int_target_sums", "int_target_stock_differences", "int_target_cumulative", "int_target_growth",
    "int_target_direction", "int_target_yearly_floor", "int_target_rank", "int_target_relative", "int_target_milestone",
    "int_target_projection", "int_target_measures", "int_target_status", "int_target_definitions",
    "fct_target_progress",
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
create table reference.regions (region_id text, level text, parent_region_id text);
create table reference.region_codes (region_id text, code text, valid_from int, valid_to int);
create table staging.stg_sources (source_id text, scope_code text, is_national boolean, is_official boolean,
    freshness_limit_days int);
create table reference.series_breaks (break_id text, indicator_id text, effective_from date);
create table marts.fct_observation (observation_id text, indicator_id text, source_id text, region_id text,
    publisher_rank int, is_contradicted boolean, is_derived boolean, series_id text);
create table intermediate.int_measured_facts (region_id text, indicator_id text, breakdown text, period_kind text,
    period_start date, period_end date, value decimal(28, 6), unit_base text, observation_ids text[],
    is_computed boolean, conflict_count bigint, "precision" decimal(28, 6), vintage_on date, pace_break_on date,
    publisher_rank int);
create table marts.region_ranking (region_id text, indicator_id text, period_kind text, period_start date,
    period_end date, rank int, worst_rank int, sibling_count int, known_count int, missing_regions text,
    official_rank int, official_rank_observation_id text, observation_ids text[], vintage_on date, is_computed boolean,
    is_mixed_base boolean);
create table staging.stg_task_evidence (evidence_id text, target_id text, evidence_on date, known_on date);
insert into reference.indicators values ('stock', 'stock', null, '件'), ('flow', 'flow', null, '件'),
    ('wider', 'stock', null, '件'), ('ratio', 'ratio', null, '%'), ('density', 'ratio', null, '件/万人'),
    ('trademark', 'stock', 'trademark', '件');
insert into reference.series_breaks values ('leap', 'stock', date '2021-01-01');
"""

UNITS = {"stock": "件", "flow": "件", "wider": "件", "ratio": "%", "density": "件/万人", "trademark": "件"}
"""Indicators of the cases with their units; the kind is the name, else stock, for a density ratio."""

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
    insert("reference.regions", {"region_id": name, "level": "prefecture", "parent_region_id": f"above {name}"})
    insert("reference.region_codes", {"region_id": name, "code": name})
    insert(
        "reference.targets",
        {
            **target,
            "target_id": name,
            "plan_id": name,
            "region_code": name,
            "indicator_id": indicator,
            "target_value": target.get("target_value"),
            "target_value_si": target.get("target_value"),
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
    given = [(name, fact) for fact in case.get("facts", [])]
    given += [(f"above {name}", fact) for fact in case.get("parent_facts", [])]
    for number, (region, (period_kind, period_start, period_end, value, *more)) in enumerate(given):
        extra = more[0] if more else {}
        insert(
            "intermediate.int_measured_facts",
            {
                "region_id": region,
                "indicator_id": extra.get("indicator", indicator),
                "breakdown": extra.get("breakdown", "total"),
                "period_kind": period_kind,
                "period_start": period_start,
                "period_end": period_end,
                "value": value,
                "unit_base": UNITS[extra.get("indicator", indicator)],
                "observation_ids": [f"{name}-{number}"],
                "is_computed": extra.get("computed", False),
                "conflict_count": extra.get("conflicts", 0),
                "precision": extra.get("precision", 0.5),
                "vintage_on": extra.get("vintage", period_end),
                "pace_break_on": extra.get("break"),
            },
        )
        if "series" in extra:
            insert(
                "marts.fct_observation",
                {"observation_id": f"{name}-{number}", "region_id": region, "indicator_id": indicator,
                 "series_id": extra["series"]},
            )  # fmt: skip
    for number, (day, ranks) in enumerate(case.get("ranks", {}).items()):
        insert(
            "marts.region_ranking",
            {
                "region_id": name,
                "indicator_id": indicator,
                "period_kind": "point_in_time",
                "period_start": day,
                "period_end": day,
                "worst_rank": ranks.get("rank"),
                "sibling_count": 14,
                "observation_ids": [f"{name}-rank-{number}"],
                "vintage_on": day,
                "is_computed": False,
                **ranks,
            },
        )
    for number, evidence in enumerate(case.get("evidence", [])):
        insert(
            "staging.stg_task_evidence",
            {"evidence_id": f"{name}-{number}", "target_id": name, "evidence_on": evidence["done"],
             "known_on": evidence.get("known", evidence["done"])},
        )  # fmt: skip


def run_rules(cases: Iterable[Row], as_of: date, folder: Path) -> Results:
    """Rows of fct_target_progress by target and evaluation date. Only the models of the target rules are run."""
    path = folder / "build.duckdb"
    with duckdb.connect(str(path)) as database:
        raw.create(database)
        database.execute(TABLES)
        database.begin()  # one transaction: thousands of rows are written one by one
        for case in cases:
            write_case(database, case)
        database.commit()
    command = [
        sys.executable, "-c", "from dbt.cli.main import cli; cli()", "run",
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
        "--vars", f"{{as_of: '{as_of}'}}", "--select", *MODELS,
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
    return found

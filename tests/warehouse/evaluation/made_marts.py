"""Marts made for the tests of the report: the columns of the dbt contracts, and only the rows that a test gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml

MARTS = Path(__file__).parents[3] / "dbt_project" / "models" / "marts"
NEEDED = (
    "dim_plan", "dim_target", "dim_indicator", "dim_region", "dim_source", "fct_target_progress", "fct_observation",
    "fct_region_indicator", "fct_task", "plan_scorecard",
)  # fmt: skip
AS_OF, START, END = date(2024, 6, 30), date(2020, 12, 31), date(2025, 12, 31)
Rows = Sequence[Mapping[str, Any]]


def marts(path: Path, **tables: Rows) -> Path:
    """A database with the marts that the report reads, filled with these rows; other columns are empty."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as made")
        connection.execute("create schema made.marts")
        for name in NEEDED:
            columns = ", ".join(f'"{column}" {kind}' for column, kind in columns_of(name))
            connection.execute(f"create table made.marts.{name} ({columns})")
            for row in tables.get(name, ()):
                names = ", ".join(f'"{column}"' for column in row)
                places = ", ".join("?" for _ in row)
                connection.execute(f"insert into made.marts.{name} ({names}) values ({places})", list(row.values()))
    return path


def columns_of(model: str) -> list[tuple[str, str]]:
    """Column names and types of a mart, from its contract."""
    return [(column["name"], column["data_type"]) for column in contract(model)["columns"]]


def contract(model: str) -> dict[str, Any]:
    """The YAML of one mart."""
    told = yaml.safe_load((MARTS / f"{model}.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = next(each for each in told["models"] if each["name"] == model)
    return found


def accepted(model: str, column: str) -> list[str]:
    """The values that the contract of a column allows."""
    found = next(each for each in contract(model)["columns"] if each["name"] == column)
    tests = [test["accepted_values"] for test in found["data_tests"] if "accepted_values" in test]
    return [str(value) for value in tests[0]["arguments"]["values"]]


def plan(plan_id: str = "made", **more: object) -> dict[str, object]:
    """A plan of 2021 to 2025."""
    return {
        "plan_id": plan_id, "title_zh": "造出的规划", "region_code": "990000", "issuer_zh": "某市人民政府",
        "period_start": 2021, "period_end": 2025, "url": "https://made.example/plan.html",
    } | more  # fmt: skip


def target(target_id: str, **more: object) -> dict[str, object]:
    """A target of the plan with its quote."""
    return {
        "target_id": target_id, "plan_id": "made", "target_no": target_id.rpartition("-")[2],
        "indicator_zh": "有效商标", "section": "2.1", "unit_zh": "万件", "target_value_printed": Decimal(3),
        "target_value": Decimal(30000), "quote": "达到3万件", "quote_capture_id": "c" * 32,
        "quote_url": "https://made.example/plan.html",
        "quote_origin": "imported", "quote_fetched_at": datetime(2023, 5, 6, tzinfo=UTC),
        "quote_start": 7, "quote_end": 12, "review_state": "accepted",
    } | more  # fmt: skip


def progress(target_id: str, **more: object) -> dict[str, object]:
    """A target without a figure on the as-of date."""
    return {
        "target_id": target_id, "evaluation_date": AS_OF, "plan_id": "made", "target_type": "level_at_date",
        "direction": "at_least", "review_state": "accepted", "rule": "level", "status": "no_data",
        "reason_code": "no_fact_since_start", "unit_base": "件", "value_unit": "件", "target_value": Decimal(30000),
        "start_date": START, "target_end": END, "observation_ids": [], "evidence_ids": [], "as_of": AS_OF, "flags": "",
    } | more  # fmt: skip


MEASURED: dict[str, object] = {
    "status": "ahead", "reason_code": "pace", "baseline_value": Decimal(20000), "baseline_date": START,
    "baseline_source": "printed", "actual_value": Decimal("26666.5"), "actual_period_end": date(2023, 12, 31),
    "required_value": Decimal("26000.333333"), "progress": 0.66665, "elapsed": 0.6, "pace": 1.1110833,
    "projected_value": Decimal("31110.833333"), "projected_low": Decimal(30000), "projected_high": Decimal(32000),
    "projection_method": "linear", "gap_to_target": Decimal("3333.5"), "observation_ids": ["o1"], "fact_count": 1,
}  # fmt: skip


def observation(observation_id: str, **more: object) -> dict[str, object]:
    """A printed figure."""
    return {
        "observation_id": observation_id, "origin": "fetched", "source_id": "made_source", "capture_id": "d" * 32,
        "url": "https://made.example/table.html", "fetched_at": datetime(2024, 2, 1, tzinfo=UTC), "table_no": 1,
        "row_no": 4, "column_no": 2, "table_title": "商标统计表", "region_label": "某市", "measure_label": "有效商标",
        "value_text": "26,666.5", "unit_label": "件", "is_approximate": False, "is_derived": False,
        "derived_from": [],
    } | more  # fmt: skip


def scorecard(**more: object) -> dict[str, object]:
    """Counts of the plan on the as-of date."""
    return {
        "plan_id": "made", "evaluation_date": AS_OF, "as_of": AS_OF, "target_count": 2, "measurable_count": 2,
        "covered_count": 1, "data_coverage": 0.5, "completion_count": 1, "completion_unweighted": 0.888883,
        "completion_weighted": 0.9, "task_count": 0, "tasks_done": 0,
    } | more  # fmt: skip

"""Marts made for the tests of the report, with the columns of their contracts, so that they fit the real ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

MARTS = Path(__file__).parents[3] / "dbt_project" / "models" / "marts"
TABLES = ("dim_plan", "dim_region", "dim_target", "dim_indicator", "dim_source", "fct_target_progress",
          "fct_observation", "fct_region_indicator", "fct_task", "plan_scorecard")  # fmt: skip
AS_OF = date(2024, 6, 30)
PLAIN = {"varchar": "", "boolean": False, "integer": 0, "bigint": 0, "double": 0.0, "varchar[]": [], "date": AS_OF}
"""What a column that may not be empty holds where a test does not say."""


class Made:
    """A database of marts; rows are given by the columns that matter, the rest is empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._contracts = {name: _contract(name) for name in TABLES}
        self._writer: duckdb.DuckDBPyConnection | None = duckdb.connect(str(path))
        self._writer.execute("create schema marts")
        for name, columns in self._contracts.items():
            told = ", ".join(f'"{column}" {kind}' for column, (kind, _) in columns.items())
            self._writer.execute(f"create table marts.marts.{name} ({told})")

    @property
    def path(self) -> Path:
        """The file, closed for whoever reads it now."""
        if self._writer:
            self._writer.close()
            self._writer = None
        return self._path

    def add(self, table: str, **values: Any) -> None:
        """One row. Raises KeyError where the contract has no such column."""
        columns = self._contracts[table]
        for column in values:
            columns[column]
        row = {column: PLAIN.get(kind) for column, (kind, needed) in columns.items() if needed} | values
        self._writer = self._writer or duckdb.connect(str(self._path))
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" for _ in row)
        self._writer.execute(f"insert into marts.marts.{table} ({names}) values ({marks})", list(row.values()))

    def target(self, target_id: str, plan_id: str = "plan", **values: Any) -> None:
        """A target with its row of progress; columns of both may be given, dates of progress from `dates`."""
        progress = self._contracts["fct_target_progress"]
        dates = values.pop("dates", [AS_OF])
        common = {"target_id": target_id, "plan_id": plan_id, "review_state": "accepted",
                  "target_type": "level_at_date", "direction": "at_least"}  # fmt: skip
        ours = {name: value for name, value in values.items() if name in self._contracts["dim_target"]}
        self.add("dim_target", **common | {"evidence_state": "evidenced", "drift_state": "evidenced"} | ours)
        theirs = {name: value for name, value in values.items() if name in progress}
        rated = {"rule": "level", "status": "no_data", "reason_code": "no_fact_since_start", "as_of": AS_OF}
        for day in dates:
            self.add("fct_target_progress", **common | rated | theirs, evaluation_date=day)

    def figure(self, observation_id: str, value: float, day: date, **values: Any) -> None:
        """A published figure, chosen."""
        key = {"region_id": "r1", "indicator_id": "trademarks", "breakdown": "total", "period_kind": "point_in_time",
               "period_start": day, "period_end": day, "value": value, "unit_base": "件", "precision": 0.5,
               "vintage_on": day, "source_id": "made", "observation_id": observation_id}  # fmt: skip
        self.add(
            "fct_observation",
            **key | {
                "value_printed": value, "value_text": str(value), "unit_label": "件", "origin": "fetched",
                "capture_id": f"capture {observation_id}", "url": f"https://made.example/{observation_id}.html",
                "fetched_at": datetime(2024, 1, 1, tzinfo=UTC), "table_no": 1, "row_no": 2, "column_no": 3,
                "table_title": "表题", "measure_label": "有效注册商标", "is_chosen": True,
            } | values,
        )  # fmt: skip
        facts = self._contracts["fct_region_indicator"]
        self.add("fct_region_indicator", **{name: key_value for name, key_value in key.items() if name in facts})


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Marts of one plan, 2021 to 2025, without targets."""
    marts = Made(tmp_path / "marts.duckdb")
    marts.add("dim_plan", plan_id="plan", title_zh="某市规划", period_start=2021, period_end=2025, url="https://made.example/p",
              registered_in="seed", region_code="100000")  # fmt: skip
    marts.add("dim_indicator", indicator_id="trademarks", name_zh="商标", name_en="Trademarks", unit_base="件",
              kind="stock", is_proposed=False)  # fmt: skip
    return marts


@cache
def _contract(table: str) -> dict[str, tuple[str, bool]]:
    """Column → type and whether it may not be empty, as the mart's YAML has them."""
    (model,) = yaml.safe_load((MARTS / f"{table}.yml").read_text(encoding="utf-8"))["models"]
    return {
        column["name"]: (column["data_type"], {"type": "not_null"} in column.get("constraints", []))
        for column in model["columns"]
    }

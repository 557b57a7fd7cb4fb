"""Nights made for the tests of telling: runs that noted themselves in a home, and releases that they published."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from scrapers.home import Home
from tests.warehouse import made
from warehouse import release
from warehouse.telling import run_file

BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=8)


def night(
    home: Home, number: int, facts: dict[str, float] | None = None, *, targets: dict[str, str] | None = None,
    sources: dict[str, tuple[str, str]] | None = None, questions: tuple[str, ...] = (),
    audit: list[dict[str, Any]] | None = None, **values: Any,
) -> str:  # fmt: skip
    """A run that ended; with `facts` it published them. `sources`: id → severity and reason. Returns the run's id."""
    run_id = f"2026010{number}T023000Z-000{number}"
    began = BEGAN + timedelta(hours=number)
    if audit is not None:
        home.write(json.dumps(audit).encode(), "runs", run_id, "audit.json")
    if facts is not None:
        made.marts(home, facts, targets)
        _judge(home, sources or {}, questions)
        released = release.publish(home, run_id=run_id, as_of=date(2024, 6, 30), audit=[])
        values = {"state": "published", "release_id": released.release_id, **values}
    values = {"state": "failed", "finished_at": (began + timedelta(minutes=3)).isoformat(), **values}
    run_file.note(
        home, run_id, run_id=run_id, started_at=began.isoformat(), as_of="2024-06-30", live=True, sources=[],
        **{name: value for name, value in values.items() if value is not None},
    )  # fmt: skip
    return run_id


def cut_off(home: Home, number: int, stage: str = "build") -> str:
    """A run that left no word about its end."""
    return night(home, number, state="running", finished_at=None, stage=stage)


def warning(name: str, severity: str = "warning") -> dict[str, Any]:
    """An expectation that was not met."""
    return {
        "check_name": name, "severity": severity, "passed": False, "table_name": "marts.x",
        "message": f"marts.x: {name} does not hold (3 rows, e.g. {{'a': 1}})",
    }  # fmt: skip


def _judge(home: Home, sources: dict[str, tuple[str, str]], questions: tuple[str, ...]) -> None:
    with duckdb.connect(str(made.build_path(home))) as connection:
        connection.execute("DELETE FROM marts.source_freshness")
        for source_id, (severity, reason) in {"made_source": ("green", "fresh"), **sources}.items():
            connection.execute(
                "INSERT INTO marts.source_freshness BY NAME SELECT ? AS source_id, 'stale' AS state, 150 AS "
                "data_age_days,"
                " 100 AS freshness_limit_days, 200 AS freshness_red_days, ? AS severity, ? AS severity_reason,"
                " date '2024-02-01' AS newest_period_end, 0 AS quarantined_count",
                [source_id, severity, reason],
            )
        for question in questions:
            connection.execute(
                "INSERT INTO marts.open_questions (question_id, kind, question_key) VALUES (?, 'unmapped_measure', ?)",
                [question, question],
            )

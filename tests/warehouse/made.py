"""Homes and marts made for the tests of the warehouse: small, and with the shapes that the other rooms produce."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from scrapers.archive import Archive
from scrapers.captures import Capture, Knowledge, Origin
from scrapers.home import Home
from scrapers.records import Finding, PageCheck, PeriodKind, Record, record_table
from scrapers.source_model import Source
from warehouse.database import build_path

REPOSITORY = Path(__file__).parent.parent.parent
PARSER, VERSION = "prefecture_table", "1"


def source(source_id: str = "made_source") -> Source:
    """A source of the catalog that nobody visits."""
    return Source.model_validate(
        {
            "source_id": source_id, "publisher_zh": "局", "publisher_en": "Office", "title_zh": "表",
            "title_en": "Table",
            "cadence": "monthly", "parser": PARSER, "region_scope": "430000", "publisher_rank": 1, "is_official": True,
            "licence_note": "made for a test", "freshness_limit_days": 400, "minimum_records": 1,
        },
        strict=False,
    )  # fmt: skip


CATALOG = {"made_source": source()}


def capture(home: Home, name: str, body: bytes | None = None, source_id: str = "made_source") -> Capture:
    """Put a page into the archive; without a body, one of its own."""
    attempt = Archive(home).add(
        source_id=source_id,
        url=f"https://made.example/{name}.html",
        body=body if body is not None else f"<p>{name}</p>".encode(),
        origin=Origin.FETCHED,
        knowledge=Knowledge(content_type="text/html", title=name, published_on=date(2023, 9, 1)),
        run_id="test",
    )
    assert attempt.capture
    return attempt.capture


def records(count: int, first: int = 1) -> list[Record]:
    """Figures of one table, one a row, with the values first, first + 1, …"""
    return [
        Record(
            table_no=1,
            row_no=row,
            column_no=2,
            measure_label="专利授权量",
            value_text=str(first + row - 1),
            value=Decimal(first + row - 1),
            region_label=f"区{row}",
            period="2023",
            period_kind=PeriodKind.YEAR,
            unit_label="件",
        )
        for row in range(1, count + 1)
    ]


def outcome(
    home: Home,
    made: Capture,
    figures: Sequence[Record] = (),
    *,
    verdict: str = "accepted",
    reason: str | None = None,
    version: str = VERSION,
    findings: Sequence[Finding] = (),
    checks: Sequence[PageCheck] = (),
    document: dict[str, Any] | None = None,
    statements: Sequence[dict[str, Any]] = (),
) -> str:
    """Write the files that a parse leaves in the home. Returns the path of the outcome."""
    stem = f"records/{PARSER}/{version}/{made.capture_id}"
    sha256 = None
    if figures:
        table = record_table(
            figures, capture_id=made.capture_id, source_id=made.source_id, parser=PARSER, parser_version=version
        )
        buffer = BytesIO()
        pq.write_table(table, buffer)
        home.write(buffer.getvalue(), f"{stem}.parquet")
        sha256 = hashlib.sha256(buffer.getvalue()).hexdigest()
    told = {
        "capture_id": made.capture_id,
        "source_id": made.source_id,
        "url": made.url,
        "parser": PARSER,
        "parser_version": version,
        "verdict": verdict,
        "reason": reason,
        "message": f"because of {reason}" if reason else None,
        "record_count": len(figures),
        "records_sha256": sha256,
        "findings": [asdict(finding) for finding in findings],
        "checks": [asdict(check) for check in checks],
        "leftovers": ["备注"],
        "layout": {"headers": ["地区", "专利授权量"]},
        "parsed_at": datetime.now(UTC).isoformat(),
        "document": document,
        "statements": list(statements),
    }
    home.write(json.dumps(told, ensure_ascii=False).encode(), f"{stem}.json")
    return f"{stem}.json"


def pages(home: Home, count: int, each: int = 3) -> list[Capture]:
    """That many accepted pages of `each` records."""
    made = [capture(home, f"page{number}") for number in range(count)]
    for number, page in enumerate(made):
        outcome(home, page, records(each, first=number * 100 + 1))
    return made


MARTS = """
    CREATE SCHEMA IF NOT EXISTS marts;
    CREATE OR REPLACE TABLE marts.fct_observation (
        observation_id VARCHAR NOT NULL, region_id VARCHAR NOT NULL, indicator_id VARCHAR NOT NULL, source_id VARCHAR,
        capture_id VARCHAR, url VARCHAR, value DECIMAL(28, 6) NOT NULL, value_text VARCHAR
    );
    CREATE OR REPLACE TABLE marts.fct_region_indicator (
        region_id VARCHAR NOT NULL, indicator_id VARCHAR NOT NULL, breakdown VARCHAR NOT NULL,
        period_kind VARCHAR NOT NULL, period_start DATE NOT NULL, period_end DATE NOT NULL,
        value DECIMAL(28, 6) NOT NULL, unit_base VARCHAR NOT NULL, observation_id VARCHAR NOT NULL
    );
    CREATE OR REPLACE TABLE marts.fct_target_progress (
        target_id VARCHAR NOT NULL, evaluation_date DATE NOT NULL, plan_id VARCHAR, status VARCHAR, reason_code VARCHAR
    );
    CREATE OR REPLACE TABLE marts.source_freshness (
        source_id VARCHAR NOT NULL, state VARCHAR, newest_period_end DATE, data_age_days INTEGER,
        freshness_limit_days INTEGER, newest_capture_at TIMESTAMPTZ, newest_capture_origin VARCHAR,
        last_visit_outcome VARCHAR, quarantined_count BIGINT, severity VARCHAR, severity_reason VARCHAR,
        freshness_red_days INTEGER, good_visit_age_days INTEGER, last_visit_reason VARCHAR
    );
    CREATE OR REPLACE TABLE marts.open_questions (
        question_id VARCHAR NOT NULL, kind VARCHAR, record_count BIGINT, suggested_owner VARCHAR,
        question_key VARCHAR, detail VARCHAR, example_text VARCHAR, example_url VARCHAR
    );
    CREATE OR REPLACE TABLE marts.audit_results (run_id VARCHAR, check_name VARCHAR, severity VARCHAR, passed BOOLEAN);
    CREATE OR REPLACE VIEW marts.dim_source AS
        SELECT DISTINCT source_id, 'it''s a | name' AS title_zh FROM marts.fct_observation;
    COMMENT ON TABLE marts.fct_region_indicator IS 'One row per region''s figure';
    COMMENT ON COLUMN marts.fct_region_indicator.value IS 'The figure in base units';
    COMMENT ON VIEW marts.dim_source IS 'One row per source';
"""


def marts(home: Home, facts: dict[str, float], statuses: dict[str, str] | None = None) -> None:
    """Put marts with these facts (by region) and target statuses into the build database."""
    build_path(home).parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(build_path(home))) as connection:
        connection.execute("BEGIN")
        connection.execute(MARTS)
        for region, value in facts.items():
            connection.execute(
                "INSERT INTO marts.fct_observation VALUES "
                "(?, ?, 'patent_grants', 'made_source', 'c1', 'https://x', ?, ?)",
                [f"o-{region}", region, value, str(value)],
            )
            connection.execute(
                "INSERT INTO marts.fct_region_indicator VALUES "
                "(?, 'patent_grants', 'total', 'year', '2023-01-01', '2023-12-31', ?, '件', ?)",
                [region, value, f"o-{region}"],
            )
        for target, status in (statuses or {"plan-t01": "ahead"}).items():
            connection.execute(
                "INSERT INTO marts.fct_target_progress VALUES (?, '2023-12-31', 'plan', 'behind', 'pace'), "
                "(?, '2024-06-30', 'plan', ?, 'pace')",
                [target, target, status],
            )
        connection.execute(
            "INSERT INTO marts.source_freshness VALUES ('made_source', 'fresh', '2023-12-31', 100, 400, now(), "
            "'fetched', 'new', 0, 'green', 'fresh', 800, 0, NULL)"
        )
        connection.execute(
            "INSERT INTO marts.open_questions BY NAME FROM (VALUES ('q1', 'unmapped_measure', 3, 'seeds'))"
            " AS asked (question_id, kind, record_count, suggested_owner)"
        )
        connection.execute("COMMIT")


AUDIT = [
    {"check_name": "keys_unique", "severity": "critical", "passed": True, "table_name": "marts.x", "message": "fine"},
    {"check_name": "gain", "severity": "warning", "passed": False, "table_name": "marts.x", "message": "2 facts more"},
]


def python(code: str, home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in another Python, with the home as its first argument."""
    return subprocess.run(
        [sys.executable, "-c", code, home.root, *arguments], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
    )


def killed(run: subprocess.CompletedProcess[str]) -> bool:
    """True where the process died of SIGKILL, as the test wanted it to."""
    return run.returncode == -signal.SIGKILL


def zhibiao(home: Home, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    command = [sys.executable, "-m", "warehouse.cli", *arguments]
    environment = {**os.environ, "ZHIBIAO_HOME": home.root, **variables}
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, env=environment)

"""The raw schema: what the home holds, as tables, before anything is said about its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.errors import Trouble

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA_VERSION = 5
"""Counts up with every change of the tables below; a build database of another version is made anew from the home."""

TABLES: dict[str, str] = {
    "captures": """
        capture_id VARCHAR PRIMARY KEY, source_id VARCHAR NOT NULL, url VARCHAR NOT NULL, origin VARCHAR NOT NULL,
        body_sha256 VARCHAR NOT NULL, content_sha256 VARCHAR NOT NULL, size BIGINT NOT NULL,
        fetched_at TIMESTAMPTZ NOT NULL, content_type VARCHAR, charset VARCHAR, title VARCHAR, publisher VARCHAR,
        published_on DATE, period VARCHAR, truncated BOOLEAN, arrival_no BIGINT NOT NULL
    """,
    "attempts": """
        attempt_id VARCHAR PRIMARY KEY, run_id VARCHAR NOT NULL, source_id VARCHAR NOT NULL, url VARCHAR NOT NULL,
        attempted_at TIMESTAMPTZ NOT NULL, outcome VARCHAR NOT NULL, origin VARCHAR NOT NULL, reason VARCHAR,
        http_status INTEGER, final_url VARCHAR, capture_id VARCHAR
    """,
    "parse_outcomes": """
        capture_id VARCHAR, parser VARCHAR, parser_version VARCHAR, verdict VARCHAR NOT NULL, reason VARCHAR,
        message VARCHAR, record_count INTEGER NOT NULL, leftovers VARCHAR[], layout JSON,
        parsed_at TIMESTAMPTZ NOT NULL, released_by VARCHAR, released_on DATE, release_reason VARCHAR,
        PRIMARY KEY (capture_id, parser, parser_version)
    """,
    "page_decisions": """
        decision_id VARCHAR PRIMARY KEY, capture_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,
        decided_by VARCHAR NOT NULL, decided_at TIMESTAMPTZ NOT NULL, reason VARCHAR NOT NULL,
        accepted_checks VARCHAR[], is_newest BOOLEAN NOT NULL
    """,
    "findings": """
        capture_id VARCHAR NOT NULL, parser VARCHAR NOT NULL, parser_version VARCHAR NOT NULL,
        finding_no INTEGER NOT NULL, check_name VARCHAR NOT NULL, passed BOOLEAN NOT NULL, message VARCHAR NOT NULL,
        table_no INTEGER, row_no INTEGER, column_no INTEGER
    """,
    "page_checks": """
        capture_id VARCHAR NOT NULL, parser VARCHAR NOT NULL, parser_version VARCHAR NOT NULL,
        check_name VARCHAR NOT NULL, state VARCHAR NOT NULL, compared_count INTEGER NOT NULL,
        tolerated_count INTEGER NOT NULL, failed_count INTEGER NOT NULL, message VARCHAR
    """,
    "records": """
        capture_id VARCHAR NOT NULL, source_id VARCHAR NOT NULL, parser VARCHAR NOT NULL,
        parser_version VARCHAR NOT NULL, table_no INTEGER NOT NULL, row_no INTEGER NOT NULL,
        column_no INTEGER NOT NULL, table_title VARCHAR, region_label VARCHAR, measure_label VARCHAR NOT NULL,
        period_label VARCHAR, period VARCHAR, period_kind VARCHAR, unit_label VARCHAR, value_text VARCHAR NOT NULL,
        value DECIMAL(28, 6) NOT NULL, is_percentage_row BOOLEAN NOT NULL, published_on DATE, quote VARCHAR,
        start BIGINT, "end" BIGINT, note VARCHAR
    """,
    "plan_documents": """
        capture_id VARCHAR NOT NULL, parser VARCHAR NOT NULL, parser_version VARCHAR NOT NULL, title VARCHAR,
        issuer VARCHAR, doc_no VARCHAR, issued_on DATE, published_on DATE, period_start INTEGER, period_end INTEGER
    """,
    "plan_sections": """
        capture_id VARCHAR NOT NULL, parser VARCHAR NOT NULL, parser_version VARCHAR NOT NULL,
        section_no INTEGER NOT NULL, parent_no INTEGER, level INTEGER NOT NULL, number_label VARCHAR, title VARCHAR,
        start BIGINT, "end" BIGINT
    """,
    "statements": """
        capture_id VARCHAR NOT NULL, parser VARCHAR NOT NULL, parser_version VARCHAR NOT NULL, plan_id VARCHAR,
        statement_no INTEGER NOT NULL, section VARCHAR, quote VARCHAR, start BIGINT, "end" BIGINT,
        indicator_label VARCHAR, comparator VARCHAR, value_text VARCHAR, value DECIMAL(28, 6),
        value_high DECIMAL(28, 6), unit_label VARCHAR, baseline_text VARCHAR, baseline_year INTEGER,
        target_year INTEGER, responsible_units VARCHAR, form VARCHAR, confidence DOUBLE
    """,
    "plan_texts": """
        capture_id VARCHAR PRIMARY KEY, text VARCHAR NOT NULL
    """,
    "sources": """
        source_id VARCHAR PRIMARY KEY, publisher_zh VARCHAR, publisher_en VARCHAR, title_zh VARCHAR, title_en VARCHAR,
        parser VARCHAR, region_scope VARCHAR, publisher_rank INTEGER, is_official BOOLEAN, cadence VARCHAR,
        freshness_limit_days INTEGER, freshness_red_days INTEGER, minimum_records INTEGER, licence_note VARCHAR
    """,
    "plan_registry": """
        plan_id VARCHAR PRIMARY KEY, title_zh VARCHAR, region_code VARCHAR, issuer_zh VARCHAR, doc_no VARCHAR,
        issued_on DATE, period_start INTEGER, period_end INTEGER, kind VARCHAR, note VARCHAR,
        url VARCHAR, capture_id VARCHAR, body_sha256 VARCHAR, added_on DATE
    """,
    "plan_proposals": """
        target_id VARCHAR PRIMARY KEY, plan_id VARCHAR NOT NULL, target_no VARCHAR, indicator_id VARCHAR,
        indicator_zh VARCHAR, region_code VARCHAR, target_type VARCHAR NOT NULL, direction VARCHAR NOT NULL,
        condition VARCHAR, target_value DECIMAL(28, 6), target_value_high DECIMAL(28, 6), unit_zh VARCHAR,
        target_value_si DECIMAL(28, 6), unit_base VARCHAR, baseline_value DECIMAL(28, 6),
        baseline_value_si DECIMAL(28, 6), baseline_year INTEGER, period_start_year INTEGER, target_year INTEGER,
        target_date DATE, deliverable VARCHAR, responsible_units VARCHAR, section VARCHAR, form VARCHAR,
        nature VARCHAR, is_approximate BOOLEAN NOT NULL, year_inferred BOOLEAN NOT NULL, part_of_target_id VARCHAR,
        conflict_note VARCHAR, note VARCHAR, confidence DOUBLE
    """,
    "plan_proposal_places": """
        target_id VARCHAR, body_sha256 VARCHAR, start BIGINT, "end" BIGINT NOT NULL, quote_sha256 VARCHAR NOT NULL,
        form VARCHAR, PRIMARY KEY (target_id, body_sha256, start)
    """,
    "plan_evidence": """
        plan_id VARCHAR NOT NULL, target_id VARCHAR, capture_id VARCHAR, body_sha256 VARCHAR, state VARCHAR NOT NULL,
        start BIGINT, "end" BIGINT, old_quote VARCHAR, new_quote VARCHAR, detail VARCHAR
    """,
    "target_decisions": """
        decision_no INTEGER PRIMARY KEY, target_id VARCHAR NOT NULL, decision VARCHAR NOT NULL, decided_by VARCHAR,
        decided_on DATE, reason VARCHAR, corrections JSON
    """,
    "entered_evidence": """
        evidence_id VARCHAR PRIMARY KEY, target_id VARCHAR NOT NULL, evidence_on DATE NOT NULL, published_on DATE,
        url VARCHAR, capture_id VARCHAR, note VARCHAR, entered_by VARCHAR NOT NULL, entered_on DATE NOT NULL
    """,
    "register_problems": """
        kind VARCHAR NOT NULL, subject VARCHAR NOT NULL, message VARCHAR NOT NULL
    """,
    "loads": """
        capture_id VARCHAR, parser VARCHAR, parser_version VARCHAR, record_count INTEGER NOT NULL,
        loaded_at TIMESTAMPTZ NOT NULL, file_mark VARCHAR NOT NULL, PRIMARY KEY (capture_id, parser, parser_version)
    """,
}
"""Columns of every table, written by `warehouse.load` and `warehouse.load_plans`.

`loads` says which outcome of which parser version is in the tables: a capture is loaded once per parser version, and
again when its outcome was written again (`file_mark`), since a person may decide about a page that was judged before.
`page_decisions` are these decisions.
`plan_registry`, `plan_proposals`, `plan_proposal_places` and `plan_evidence` are the plans of the home,
`target_decisions` the decisions file in force, `entered_evidence` what people entered as evidence that tasks are done,
`register_problems` what of these could not be used.
"""

PARSED_TABLES = (
    "records", "findings", "page_checks", "plan_documents", "plan_sections", "statements", "parse_outcomes", "loads",
)  # fmt: skip
"""Tables whose rows belong to one capture and parser version. `loads` is last: a row there vouches for the others."""


class OtherSchemaVersion(Trouble):
    """The database holds a raw schema of another version than this code writes."""

    def __init__(self, found: int | None) -> None:
        held = "tables without a version" if found is None else f"version {found}"
        super().__init__(
            f"the build database holds {held} of the raw schema; this code writes version {SCHEMA_VERSION}"
        )
        self.found = found


def create(connection: DuckDBPyConnection) -> None:
    """Create the raw schema where it is missing, in one transaction; a second call changes nothing.

    Raises OtherSchemaVersion where the database already holds another version of it.
    """
    found = version(connection)
    if found == SCHEMA_VERSION:
        return
    if found is not None or _has_tables(connection):
        raise OtherSchemaVersion(found)
    connection.begin()
    try:
        connection.execute("CREATE SCHEMA IF NOT EXISTS raw")
        connection.execute(
            "CREATE TABLE raw.schema_version (version INTEGER PRIMARY KEY, created_at TIMESTAMPTZ NOT NULL)"
        )
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE raw.{name} ({columns})")
        connection.execute("INSERT INTO raw.schema_version VALUES (?, now())", [SCHEMA_VERSION])
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def version(connection: DuckDBPyConnection) -> int | None:
    """Version of the raw schema in the database, or None where there is none."""
    known = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'raw' "
        "AND table_name = 'schema_version'"
    ).fetchone()
    if known is None:
        return None
    row = connection.execute("SELECT max(version) FROM raw.schema_version").fetchone()
    return None if row is None or row[0] is None else int(row[0])


def columns(table: str) -> list[str]:
    """Names of the columns of a raw table, in order."""
    from duckdb import connect

    with connect() as scratch:
        scratch.execute(f"CREATE TABLE shape ({TABLES[table]})")
        return [str(row[0]) for row in scratch.execute("DESCRIBE shape").fetchall()]


def _has_tables(connection: DuckDBPyConnection) -> bool:
    found = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'raw'"
    ).fetchone()
    return found is not None and bool(found[0])

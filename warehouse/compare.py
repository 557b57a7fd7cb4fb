"""What is different between two states of the marts: facts, figures of sources, statuses of targets.

Either side is any DuckDB file with a schema `marts`: a release, or the build database before it is published. Facts
are told apart by the key of `fct_region_indicator`, targets by their newest evaluation, so that a new as-of date alone
moves none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from warehouse.database import workspace
from warehouse.literals import identifier, quoted
from warehouse.outcomes import shortened

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_GROUPS = 50
MOST_EXAMPLES = 20
MOST_TARGETS = 100
FACT_KEY = ("region_id", "indicator_id", "breakdown", "period_kind", "period_start", "period_end")


class FactGroup(BaseModel):
    """Facts of one source and indicator that differ."""

    source_id: str | None
    indicator_id: str
    added: int
    changed: int
    gone: int


class FactChange(BaseModel):
    """One fact that changed or went."""

    change: str
    """`changed` or `gone`."""
    region_id: str
    indicator_id: str
    breakdown: str
    period: str
    """`start..end`, both days included."""
    period_kind: str
    old_value: Decimal | None
    new_value: Decimal | None
    source_id: str | None


class TargetMove(BaseModel):
    """One target whose newest status is another one, or that is new or gone (then one side is None)."""

    target_id: str
    plan_id: str | None
    old_status: str | None
    new_status: str | None
    old_reason: str | None
    new_reason: str | None


class SourceCount(BaseModel):
    """Observations and regions of one source on both sides."""

    source_id: str
    old_observations: int
    new_observations: int
    old_regions: int
    new_regions: int


class Difference(BaseModel):
    """The difference in numbers, and the first of each kind by name. Counts are of all, lists are bounded."""

    compared_with: str | None = None
    """Release that the older side is; None where there was nothing to compare with."""
    note: str | None = None
    """Why there is no comparison, if there is none."""
    facts_added: int = 0
    facts_changed: int = 0
    facts_gone: int = 0
    targets_moved: int = 0
    rows_changed: dict[str, int] = {}
    """Marts whose number of rows differs: new minus old. Tables of the run itself are left out."""
    groups: list[FactGroup] = []
    examples: list[FactChange] = []
    targets: list[TargetMove] = []
    sources: list[SourceCount] = []
    """Sources whose number of observations or regions differs."""

    @property
    def is_empty(self) -> bool:
        """True where the two sides say the same."""
        return not (
            self.facts_added or self.facts_changed or self.facts_gone or self.targets_moved or self.rows_changed
        )  # fmt: skip

    def __str__(self) -> str:
        if self.compared_with is None:
            return self.note or "nothing to compare with"
        if self.is_empty:
            return f"no difference to {self.compared_with}"
        groups = [f"{group.source_id or 'no source'} {group.indicator_id}" for group in self.groups]
        return (
            f"against {self.compared_with}: {self.facts_added} facts added, {self.facts_changed} changed, "
            f"{self.facts_gone} gone; {self.targets_moved} targets moved"
            + (f" (in {shortened(groups, 3)})" if groups else "")
        )


def compare(old: Path, new: Path, *, compared_with: str) -> Difference:
    """The difference from `old` to `new`, two DuckDB files. A mart that one side lacks counts as empty there."""
    with both(old, new) as connection:
        tables = {side: _tables(connection, side) for side in ("old", "new")}
        difference = Difference(compared_with=compared_with, rows_changed=_rows_changed(connection, tables))
        if "fct_region_indicator" in tables["new"] or "fct_region_indicator" in tables["old"]:
            _facts(connection, tables, difference)
        if "fct_target_progress" in tables["new"] or "fct_target_progress" in tables["old"]:
            _targets(connection, tables, difference)
        if "fct_observation" in tables["new"] and "fct_observation" in tables["old"]:
            difference.sources = [SourceCount.model_validate(row) for row in _dicts(connection, SOURCES)]
        return difference


RUN_TABLES = ("audit_results",)
"""Marts that speak of the run, not of the world."""


@contextmanager
def both(old: Path, new: Path) -> Iterator[DuckDBPyConnection]:
    with workspace() as connection:
        for name, path in (("old", old), ("new", new)):
            connection.execute(f"ATTACH {quoted(path)} AS {name} (READ_ONLY)")
        yield connection


def _tables(connection: DuckDBPyConnection, database: str) -> set[str]:
    rows = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = ? AND table_schema = 'marts'",
        [database],
    )
    return {str(row[0]) for row in rows.fetchall()}


def _rows_changed(connection: DuckDBPyConnection, tables: dict[str, set[str]]) -> dict[str, int]:
    changed = {}
    for table in sorted((tables["old"] | tables["new"]) - set(RUN_TABLES)):
        counts = {}
        for side in ("old", "new"):
            row = (
                connection.execute(f"SELECT count(*) FROM {side}.marts.{identifier(table)}").fetchone()
                if table in tables[side]
                else None
            )
            counts[side] = int(row[0]) if row else 0
        if counts["new"] != counts["old"]:
            changed[table] = counts["new"] - counts["old"]
    return changed


def _facts(connection: DuckDBPyConnection, tables: dict[str, set[str]], difference: Difference) -> None:
    for side in ("old", "new"):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {side}_facts AS {_fact_query(side, tables[side])}")
    connection.execute(CHANGES)
    for row in _dicts(connection, "SELECT change, count(*) AS facts FROM changes GROUP BY change"):
        setattr(difference, f"facts_{row['change']}", row["facts"])
    difference.groups = [FactGroup.model_validate(row) for row in _dicts(connection, GROUPS)]
    difference.examples = [FactChange.model_validate(row) for row in _dicts(connection, EXAMPLES)]


def _fact_query(side: str, tables: set[str]) -> str:
    """Key, value and source of every fact of one side."""
    key = ", ".join(f"facts.{name}" for name in FACT_KEY)
    facts = f"{side}.marts.fct_region_indicator AS facts"
    if "fct_region_indicator" not in tables:
        return (
            "SELECT NULL::VARCHAR AS region_id, NULL::VARCHAR AS indicator_id, NULL::VARCHAR AS breakdown, "
            "NULL::VARCHAR AS period_kind, NULL::DATE AS period_start, NULL::DATE AS period_end, "
            "NULL::DECIMAL(28, 6) AS value, NULL::VARCHAR AS unit_base, NULL::VARCHAR AS source_id WHERE false"
        )
    if "fct_observation" not in tables:
        return f"SELECT {key}, facts.value, facts.unit_base, NULL::VARCHAR AS source_id FROM {facts}"
    return (
        f"SELECT {key}, facts.value, facts.unit_base, seen.source_id FROM {facts} "
        f"LEFT JOIN {side}.marts.fct_observation AS seen USING (observation_id)"
    )


def _targets(connection: DuckDBPyConnection, tables: dict[str, set[str]], difference: Difference) -> None:
    absent = ", ".join(f"NULL::VARCHAR AS {name}" for name in ("target_id", "plan_id", "status", "reason_code"))
    for side in ("old", "new"):
        query = (
            # a release of an older version may lack a column: it then reads as unknown
            f"SELECT target_id, plan_id, status, reason_code FROM (FROM {side}.marts.fct_target_progress "
            f"UNION ALL BY NAME SELECT {absent} WHERE false) "
            "QUALIFY row_number() OVER (PARTITION BY target_id ORDER BY evaluation_date DESC) = 1"
            if "fct_target_progress" in tables[side]
            else f"SELECT {absent} WHERE false"
        )
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {side}_targets AS {query}")
    moves = _dicts(connection, MOVES)
    difference.targets_moved = len(moves)
    difference.targets = [TargetMove.model_validate(row) for row in moves[:MOST_TARGETS]]


def _dicts(connection: DuckDBPyConnection, query: str) -> list[dict[str, object]]:
    result = connection.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


_ON = " AND ".join(f"before.{name} IS NOT DISTINCT FROM after.{name}" for name in FACT_KEY)
_KEY = ", ".join(f"coalesce(after.{name}, before.{name}) AS {name}" for name in FACT_KEY)

CHANGES = f"""
    CREATE OR REPLACE TEMP TABLE changes AS
    SELECT
        {_KEY},
        CASE
            WHEN before.indicator_id IS NULL THEN 'added'
            WHEN after.indicator_id IS NULL THEN 'gone'
            ELSE 'changed'
        END AS change,
        before.value AS old_value,
        after.value AS new_value,
        coalesce(after.source_id, before.source_id) AS source_id
    FROM old_facts AS before
    FULL JOIN new_facts AS after ON {_ON}
    WHERE
        before.indicator_id IS NULL OR after.indicator_id IS NULL
        OR before.value IS DISTINCT FROM after.value OR before.unit_base IS DISTINCT FROM after.unit_base
"""

GROUPS = f"""
    SELECT
        source_id, indicator_id,
        count(*) FILTER (change = 'added') AS added,
        count(*) FILTER (change = 'changed') AS changed,
        count(*) FILTER (change = 'gone') AS gone
    FROM changes GROUP BY source_id, indicator_id
    ORDER BY gone DESC, changed DESC, added DESC, source_id, indicator_id LIMIT {MOST_GROUPS}
"""

EXAMPLES = f"""
    SELECT
        change, region_id, indicator_id, breakdown, period_start || '..' || period_end AS period, period_kind,
        old_value, new_value, source_id
    FROM changes WHERE change IN ('changed', 'gone')
    ORDER BY change DESC, source_id, indicator_id, region_id, period_end, breakdown, period_kind LIMIT {MOST_EXAMPLES}
"""

MOVES = """
    SELECT
        coalesce(after.target_id, before.target_id) AS target_id, coalesce(after.plan_id, before.plan_id) AS plan_id,
        before.status AS old_status, after.status AS new_status,
        before.reason_code AS old_reason, after.reason_code AS new_reason
    FROM old_targets AS before
    FULL JOIN new_targets AS after ON before.target_id = after.target_id
    WHERE before.status IS DISTINCT FROM after.status
    ORDER BY target_id
"""

SOURCES = f"""
    WITH
    before AS (SELECT source_id, count(*) AS observations, count(DISTINCT region_id) AS regions
        FROM old.marts.fct_observation GROUP BY source_id),
    after AS (SELECT source_id, count(*) AS observations, count(DISTINCT region_id) AS regions
        FROM new.marts.fct_observation GROUP BY source_id)
    SELECT
        coalesce(after.source_id, before.source_id, '') AS source_id,
        coalesce(before.observations, 0) AS old_observations, coalesce(after.observations, 0) AS new_observations,
        coalesce(before.regions, 0) AS old_regions, coalesce(after.regions, 0) AS new_regions
    FROM before FULL JOIN after ON before.source_id = after.source_id
    WHERE before.observations IS DISTINCT FROM after.observations OR before.regions IS DISTINCT FROM after.regions
    ORDER BY source_id LIMIT {MOST_GROUPS}
"""

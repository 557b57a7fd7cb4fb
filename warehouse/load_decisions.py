"""What people decided about pages (`quarantine/` of the home) as rows of the raw schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scrapers.captures import Capture
from scrapers.home import Home
from scrapers.quarantine.decisions import UNREADABLE, history
from warehouse import outcomes

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def load_decisions(connection: DuckDBPyConnection, home: Home, captures: Mapping[str, Capture]) -> list[str]:
    """Make `raw.page_decisions` hold just the decisions of the home. Returns what cannot be used, in words."""
    rows: list[Mapping[str, object]] = []
    problems = []
    for capture_id, decisions in sorted(history(home).items()):
        if capture_id not in captures:
            problems.append(f"decision_not_applied: {capture_id}: no capture of this home has that id")
        for decision in decisions:
            if decision.by == UNREADABLE:
                problems.append(f"decision_not_applied: {capture_id}: {decision.reason}")
            rows.append(
                {
                    "decision_id": decision.decision_id,
                    "capture_id": capture_id,
                    "kind": str(decision.kind),
                    "decided_by": decision.by,
                    "decided_at": decision.decided_at,
                    "reason": decision.reason,
                    "accepted_checks": sorted({finding.check for finding in decision.accepted}),
                    "is_newest": decision is decisions[-1],
                }
            )
    connection.begin()
    try:
        outcomes.stage(connection, "page_decisions", rows)
        connection.execute("DELETE FROM raw.page_decisions")
        connection.execute("INSERT INTO raw.page_decisions BY NAME FROM staged")
        connection.execute("DROP TABLE staged")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    return problems

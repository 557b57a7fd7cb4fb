"""The report of a release: what changed since the last one, how old the sources are, what is not believed or known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from scrapers.home import Home
from warehouse import state
from warehouse.compare import Difference
from warehouse.marts import opened
from warehouse.plain_text import visible

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from warehouse.release import Manifest, Release

MOST_ROWS = 60
"""Rows of one table of the report; the marts have them all."""

_MARKUP = re.compile(r"[|<\[`]")
"""What would end a cell, or be a tag, a link or a picture where the report is shown: Markdown escapes it."""

DRIFT_KINDS = {
    "target_changed": "changed", "target_missing_in_newest": "missing", "promise_not_in_register": "new",
}  # fmt: skip
"""Kinds of open questions that say that a plan's newest page is not what the register has, in one word each."""


def report(home: Home, release: Release) -> str:
    """The report of a published release, as it was written with it (Markdown)."""
    return release.report.read_text(encoding="utf-8")


def render(home: Home, manifest: Manifest, database: Path) -> str:
    """Write the report of a release that is being made: Markdown, bounded, every table cut with a note."""
    with opened(database) as connection:
        tables = {
            str(row[0])
            for row in connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'release' AND schema_name = 'marts'"
            ).fetchall()
        }
        parts = [
            _heading(manifest),
            _changes(manifest.difference),
            _targets(connection) if "fct_target_progress" in tables else "",
            _sources(connection) if "source_freshness" in tables else "",
            _quarantined(home),
            _drift(connection) if "open_questions" in tables else "",
            _questions(connection) if "open_questions" in tables else "",
            _audit(manifest),
            _contents(manifest),
        ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[object]], most: int = MOST_ROWS) -> str:
    """A Markdown table of at most `most` rows; what is cut is counted."""
    taken = [[_cell(value) for value in row] for row in rows]
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(row) + " |" for row in taken[:most]]
    if len(taken) > most:
        lines += ["", f"… and {len(taken) - most} more."]
    return "\n".join(lines)


def _heading(manifest: Manifest) -> str:
    previous = f"before it: {manifest.previous}" if manifest.previous else "the first release"
    return (
        f"# Release {manifest.release_id}\n\n"
        f"As of {manifest.as_of}; made {manifest.created_at:%Y-%m-%d %H:%M} UTC by run {manifest.run_id}; {previous}."
    )


def _changes(difference: Difference) -> str:
    lines = ["## What changed", "", str(difference)[:1].upper() + str(difference)[1:] + "."]
    if difference.groups:
        rows = [
            (group.source_id, group.indicator_id, group.added, group.changed, group.gone) for group in difference.groups
        ]
        lines += ["", table(("source", "indicator", "added", "changed", "gone"), rows)]
    if difference.sources:
        counts = [
            (each.source_id, each.old_observations, each.new_observations, each.old_regions, each.new_regions)
            for each in difference.sources
        ]
        lines += ["", "Sources that give more or fewer figures:", ""]
        lines.append(table(("source", "observations before", "now", "regions before", "now"), counts))
    if difference.examples:
        shown = [
            (example.change, example.region_id, example.indicator_id, example.breakdown, example.period,
             example.old_value, example.new_value, example.source_id)
            for example in difference.examples
        ]  # fmt: skip
        header = ("change", "region", "indicator", "breakdown", "period", "before", "now", "source")
        lines += ["", "Facts that changed or went (the first of them):", "", table(header, shown)]
    if difference.targets:
        moves = [
            (
                move.plan_id,
                move.target_id,
                _status(move.old_status, move.old_reason),
                _status(move.new_status, move.new_reason),
            )
            for move in difference.targets
        ]
        lines += ["", "Targets that moved:", "", table(("plan", "target", "before", "now"), moves)]
    return "\n".join(lines)


def _targets(connection: DuckDBPyConnection) -> str:
    rows = connection.execute(
        """
        PIVOT (
            SELECT plan_id, status FROM marts.fct_target_progress
            QUALIFY row_number() OVER (PARTITION BY target_id ORDER BY evaluation_date DESC) = 1
        ) ON status USING count(*) GROUP BY plan_id ORDER BY plan_id
        """
    )
    header = [column[0].replace("_", " ") for column in rows.description]
    return "## Where the targets stand\n\n" + table(["plan", *header[1:]], rows.fetchall())


def _sources(connection: DuckDBPyConnection) -> str:
    rows = connection.execute(
        """
        SELECT
            source_id, severity, state, newest_period_end, data_age_days, freshness_limit_days, freshness_red_days,
            newest_capture_at, newest_capture_origin, last_visit_outcome, quarantined_count
        FROM marts.source_freshness
        ORDER BY list_position(['red', 'yellow', 'green'], severity), state = 'fresh', source_id
        """
    ).fetchall()
    header = (
        "source",
        "level",
        "state",
        "newest figure",
        "age, days",
        "limit",
        "red from",
        "newest capture",
        "origin",
        "last visit",
        "quarantined",
    )
    return "## Sources and their ages\n\n" + table(header, rows)


def _quarantined(home: Home) -> str:
    known = state.read(home)
    if known is None or not known.quarantined_count:
        return "## Quarantined pages\n\nNone."
    rows = [
        (page.source_id, page.url, page.reason, page.message, "yes" if page.serving_capture_id else "no")
        for page in known.quarantined
    ]
    return (
        f"## Quarantined pages\n\n{known.quarantined_count} addresses whose newest page is not believed.\n\n"
        + table(("source", "address", "reason", "what is wrong", "an older page serves"), rows)
    )


def _drift(connection: DuckDBPyConnection) -> str:
    rows = connection.execute(
        """
        SELECT kind, question_key, detail, example_text, example_url FROM marts.open_questions
        WHERE list_contains(?, kind) ORDER BY question_key, kind
        """,
        [list(DRIFT_KINDS)],
    ).fetchall()
    if not rows:
        return ""
    told = [(DRIFT_KINDS[kind], key.split(" | ")[0], detail, text, url) for kind, key, detail, text, url in rows]
    header = ("what", "promise or plan", "what is known", "on the newest page", "address")
    return "## Plans whose newest page says something else\n\n" + table(header, told)


def _questions(connection: DuckDBPyConnection) -> str:
    rows = connection.execute(
        """
        SELECT kind, count(*), sum(record_count), min(suggested_owner)
        FROM marts.open_questions GROUP BY kind ORDER BY 2 DESC, 1
        """
    ).fetchall()
    total = sum(int(row[1]) for row in rows)
    if not total:
        return "## Open questions\n\nNone."
    header = ("kind", "questions", "records that wait", "where the answer goes")
    return f"## Open questions\n\n{total} in all; see `marts.open_questions`.\n\n" + table(header, rows)


def _audit(manifest: Manifest) -> str:
    failed = [row for row in manifest.audit if row.get("passed") is not True]
    rules = sum(row.get("severity") != "info" for row in manifest.audit)
    counted = f"{rules} expectations, {len(failed)} not met."
    if not failed:
        return f"## Audit\n\n{counted}"
    rows = [(row.get("severity"), row.get("table_name"), row.get("check_name"), row.get("message")) for row in failed]
    return f"## Audit\n\n{counted}\n\n" + table(("severity", "table", "expectation", "message"), rows)


def _contents(manifest: Manifest) -> str:
    rows = [(f"marts.{name}", info.rows, info.columns) for name, info in manifest.tables.items()]
    return "## What is in it\n\n" + table(("table", "rows", "columns"), rows)


def _status(status: str | None, reason: str | None) -> str:
    return "—" if status is None else f"{status} ({reason})" if reason else status


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return _MARKUP.sub(r"\\\g<0>", " ".join(visible(str(value)).split())[:300])

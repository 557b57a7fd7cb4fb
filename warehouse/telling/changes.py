"""What a release says that the one before did not: sources of another severity, and new questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.compare import both
from warehouse.database import rows_of
from warehouse.telling.notice import RANK, Event, Severity, one_line

if TYPE_CHECKING:
    pass

REASONS = {
    "fresh": "fresh again",
    "never_asked": "nobody asked for it",
    "past_limit": "its newest figure is {age} days old, the limit is {limit}",
    "only_starter": "its newest figure is {age} days old, the limit is {limit}; only pages that ship with the project",
    "far_past_limit": "its newest figure is {age} days old, the limit is {limit}, red from {red}",
    "blocked": "the last visit brought nothing ({why}); an older page serves",
    "blocked_for_long": "no visit brought a page for {silent} days ({why}); an older page serves",
    "nothing_yet": "no page serves, and the last visit brought none ({why})",
    "nothing_for_long": "no page serves, and no visit brought one for {silent} days ({why})",
}
"""`severity_reason` of `source_freshness` in words."""

FRESHNESS = """
    SELECT source_id, severity, severity_reason, data_age_days, freshness_limit_days, freshness_red_days,
        good_visit_age_days, newest_period_end, last_visit_outcome, last_visit_reason
    FROM {side}.marts.source_freshness ORDER BY source_id
"""

MOST_QUESTIONS = 8


def in_words(row: dict[str, Any]) -> str:
    """Why a source has its severity, of a row of `source_freshness`."""
    why = row.get("last_visit_reason") or row.get("last_visit_outcome") or "no reason given"
    told = REASONS.get(str(row.get("severity_reason")), str(row.get("severity_reason")))
    return told.format(
        age=row.get("data_age_days"), limit=row.get("freshness_limit_days"), red=row.get("freshness_red_days"),
        silent=row.get("good_visit_age_days"), why=one_line(why, 120),
    )  # fmt: skip


def sources_that_turned(old: Path, new: Path) -> tuple[list[Event], dict[str, int]]:
    """Sources whose severity is another one than in the release before, and how many others are yellow or red.

    A source whose reason changed at the same severity is told as well, unless it is green. Raises duckdb.Error where
    a release is too old to have severities.
    """
    with both(old, new) as connection:
        before = {row["source_id"]: row for row in rows_of(connection, FRESHNESS.format(side="old"))}
        events, standing = [], {"red": 0, "yellow": 0}
        for row in rows_of(connection, FRESHNESS.format(side="new")):
            was = before.get(row["source_id"], {"severity": "green", "severity_reason": "fresh"})
            now: Severity = row["severity"]
            if (was["severity"], was["severity_reason"]) == (now, row["severity_reason"]) or RANK[now] == RANK[
                was["severity"]
            ] == 0:
                if now != "green":
                    standing[now] += 1
                continue
            better = RANK[now] < RANK[was["severity"]]
            detail = (
                f"{was['severity']} → {now}: {in_words(row)}" if was["severity"] != now else f"{now}: {in_words(row)}"
            )
            events.append(
                Event(
                    code="source_better" if better else "source_worse",
                    severity="green" if better else now, subject=row["source_id"], detail=detail,
                )
            )  # fmt: skip
        return events, standing


def standing_of(new: Path) -> dict[str, int]:
    """How many sources are red and yellow, where there is nothing to compare with."""
    with both(new, new) as connection:
        rows = rows_of(connection, FRESHNESS.format(side="new"))
    return {level: sum(1 for row in rows if row["severity"] == level) for level in ("red", "yellow")}


def questions_that_are_new(old: Path, new: Path) -> tuple[list[Event], int]:
    """Open questions by kind that the release before did not have, and how many it had already."""
    with both(old, new) as connection:
        rows = rows_of(connection, QUESTIONS)
        total = connection.execute("SELECT count(*) FROM new.marts.open_questions").fetchone()
    events = [
        Event(
            code="question_new", severity="yellow", subject=f"{row['questions']} {row['kind']}",
            detail="e.g. " + "; ".join(one_line(key, 80) for key in row["examples"]),
        )
        for row in rows[:MOST_QUESTIONS]
    ]  # fmt: skip
    return events, (int(total[0]) if total else 0) - sum(int(row["questions"]) for row in rows)


QUESTIONS = """
    SELECT
        kind, count(*) AS questions,
        list(coalesce(question_key, question_id) ORDER BY record_count DESC NULLS LAST, question_id)[:2] AS examples
    FROM new.marts.open_questions AS asked
    ANTI JOIN old.marts.open_questions AS before USING (question_id)
    GROUP BY kind ORDER BY questions DESC, kind
"""

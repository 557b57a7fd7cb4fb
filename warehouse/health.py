"""Green, yellow or red: what a monitor needs of a status, with reason and remedy for all that is not green."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel

from warehouse.room import URGENT_GB
from warehouse.telling.advice import CUT_OFF, advice
from warehouse.telling.notice import RANK, Severity, one_line

if TYPE_CHECKING:
    from warehouse.status import Status

RELEASE_VARIABLE, RELEASE_HOURS = "ZHIBIAO_RELEASE_HOURS", 30.0
"""Age of the newest release from which it is red: a night and a few hours."""
LONGEST_REFRESH = timedelta(hours=12)
"""Time for which one process may hold the home before it is taken for hanging."""

SOURCE_REMEDY = {
    "past_limit": "Look at its address in a browser: is there a newer page? Import it by hand if programs are blocked.",
    "far_past_limit": "Look at its address in a browser; where the publisher has moved, correct its catalog file.",
    "only_starter": "Visit the sources (`zhibiao refresh --live`) or import newer pages.",
    "blocked": "Nothing yet: it is tried again every night.",
    "blocked_for_long": "Look at its address in a browser; import the page by hand if it blocks programs.",
    "nothing_yet": "Nothing yet: it is tried again every night.",
    "nothing_for_long": "Look at its address in a browser; correct its catalog file or import the page by hand.",
}


class Reason(BaseModel):
    """Why the health is not green."""

    code: str
    """Stable; docs/monitoring.md lists all."""
    severity: Severity
    subject: str | None = None
    """Which source, run or plan, where the reason is about one."""
    message: str
    what_to_do: str
    since: datetime | None = None
    """UTC, as far as it is known."""


def release_hours() -> float:
    """The limit in force for the age of the newest release."""
    try:
        hours = float(os.environ.get(RELEASE_VARIABLE) or RELEASE_HOURS)
    except ValueError:
        return RELEASE_HOURS
    return hours if hours > 0 else RELEASE_HOURS


def reasons(told: Status, limit_hours: float) -> list[Reason]:
    """Everything that is not green, the gravest first. `limit_hours`: age from which the newest release is red."""
    found = [*_release(told, limit_hours), *_runs(told), *_sources(told), *_rest(told)]
    return sorted(found, key=lambda reason: -RANK[reason.severity])


def health(found: list[Reason]) -> Severity:
    """The gravest of the reasons."""
    return max((reason.severity for reason in found), key=lambda severity: RANK[severity], default="green")


def _release(told: Status, limit_hours: float) -> list[Reason]:
    found = []
    if told.current is None:
        code = "release_damaged" if told.trouble else "no_release"
        remedy = "Run `zhibiao rollback ID` to another one of `zhibiao releases --verify`, then `zhibiao refresh`."
        found.append(
            Reason(
                code=code, severity="red", message=told.trouble or "nothing is published yet",
                what_to_do=remedy if told.trouble else "Run `zhibiao refresh`.",
            )
        )  # fmt: skip
    elif told.trouble:
        found.append(
            Reason(code="home_trouble", severity="red", message=told.trouble, what_to_do=advice(None, told.trouble))
        )
    newest = told.newest_release_at
    if newest is not None and told.now - newest > timedelta(hours=limit_hours):
        hours = (told.now - newest).total_seconds() / 3600
        found.append(
            Reason(
                code="release_old", severity="red", since=newest + timedelta(hours=limit_hours),
                message=f"the newest release is {hours:.0f} hours old, the limit is {limit_hours:g}",
                what_to_do="See why no refresh has published since: the last run, cron or Airflow's scheduler.",
            )
        )  # fmt: skip
    if told.current is not None and newest is not None and told.current.created_at < newest:
        found.append(
            Reason(
                code="rolled_back", severity="yellow", subject=told.current.release_id, since=told.current.created_at,
                message="readers have an older release than the newest",
                what_to_do="If the reason for the rollback is gone, run `zhibiao refresh`.",
            )
        )  # fmt: skip
    return found


def _runs(told: Status) -> list[Reason]:
    found = []
    ended = [run for run in told.runs if run.state != "running"]
    # the one that ended last: a refresh that was turned away says nothing once the one at work has published
    last = max(ended, key=lambda run: run.finished_at or run.started_at, default=None)
    if last is not None and last.state == "failed":
        found.append(
            Reason(
                code="run_failed", severity="red", subject=last.run_id, since=last.finished_at,
                message=one_line(f"the last refresh published nothing: {last.message or 'see its log'}"),
                what_to_do=advice(last.stopped_at, last.message),
            )
        )  # fmt: skip
    elif last is not None and last.state == "killed":
        during = f" during {last.stage}" if last.stage else ""
        found.append(
            Reason(
                code="run_cut_off", severity="yellow", subject=last.run_id, since=last.started_at,
                message=f"the last refresh was cut off{during}", what_to_do=CUT_OFF,
            )
        )  # fmt: skip
    if told.refreshing and told.refreshing_since and told.now - told.refreshing_since > LONGEST_REFRESH:
        found.append(
            Reason(
                code="refresh_hangs", severity="red", since=told.refreshing_since,
                message=f"{told.refreshing} has held the home since {told.refreshing_since:%Y-%m-%d %H:%M} UTC",
                what_to_do="See what it waits for; end it, and run `zhibiao refresh`: nothing accepted is lost.",
            )
        )  # fmt: skip
    if last is not None and last.unsent:
        failed = ", ".join(f"{name}: {how}" for name, how in sorted(last.unsent.items()))
        found.append(
            Reason(
                code="notice_unsent", severity="yellow", subject=last.run_id, since=last.finished_at,
                message=one_line(f"the notice of the last run did not reach everybody ({failed})"),
                what_to_do="Correct the connection, try it with `zhibiao notify --test`, then `zhibiao notify`.",
            )
        )  # fmt: skip
    return found


def _sources(told: Status) -> list[Reason]:
    return [
        Reason(
            code=f"source_{source.severity_reason}", severity=source.severity, subject=source.source_id,
            since=_crossed(source.newest_figure, source.limit_crossed_days), message=source.severity_message or "",
            what_to_do=SOURCE_REMEDY.get(source.severity_reason or "", "See `zhibiao status`."),
        )
        for source in told.sources
        if source.severity in ("yellow", "red")
    ]  # fmt: skip


def _crossed(newest: object, days: int | None) -> datetime | None:
    """The day on which figures of that age crossed the limit."""
    if newest is None or days is None:
        return None
    return datetime.fromisoformat(str(newest)).replace(tzinfo=UTC) + timedelta(days=days)


def _rest(told: Status) -> list[Reason]:
    found = []
    lost = [page for page in told.quarantined if page.serving_capture_id is None]
    if lost:
        found.append(
            Reason(
                code="pages_quarantined", severity="yellow",
                message=f"{len(lost)} pages are quarantined and no older page serves in their place",
                what_to_do="`zhibiao status` names them; import the right page, or correct parser or catalog.",
            )
        )  # fmt: skip
    if told.drift:
        counts = ", ".join(f"{count} {what}" for what, count in told.drift.items())
        found.append(
            Reason(
                code="plan_drift", severity="yellow", message=f"the newest pages of plans say something else: {counts}",
                what_to_do="Look at `zhibiao plan list` and `plan diff ID`, and decide with `plan review ID`.",
            )
        )  # fmt: skip
    if told.free_gb is not None and told.free_gb < told.least_free_gb:
        found.append(
            Reason(
                code="disk_low", severity="red" if told.free_gb < URGENT_GB else "yellow",
                message=f"{told.free_gb:.1f} GB are free on the disk of the home, {told.least_free_gb:g} GB are wanted",
                what_to_do="Make room, or say with ZHIBIAO_LEAST_FREE_GB how much is enough.",
            )
        )  # fmt: skip
    return found

"""Where things stand: the current release, the sources and their ages, the last runs, what is not believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field

from scrapers.home import Home
from warehouse import lock, release, state
from warehouse.errors import Trouble
from warehouse.health import Reason, health, reasons, release_hours
from warehouse.literals import quoted
from warehouse.places import local_path
from warehouse.report import DRIFT_KINDS
from warehouse.room import free_gb, least_free_gb
from warehouse.sql import ask
from warehouse.telling import run_file
from warehouse.telling.changes import in_words
from warehouse.telling.notice import Severity

Value = TypeVar("Value")


class RunStatus(run_file.RunState):
    """One refresh, and what became of its notice."""

    stopped_at: str | None = None
    unsent: dict[str, str] = Field(default_factory=dict)
    """Channels that the notice of the run did not reach, and why."""


class SourceStatus(BaseModel):
    """One source: what the current release says of it, and what was tried since."""

    source_id: str
    freshness: str | None
    """`fresh`, `stale`, `blocked`, `never` as of the current release; None where no release speaks of it."""
    newest_figure: date | None
    data_age_days: int | None
    freshness_limit_days: int | None
    severity: Severity | None = None
    """How urgently a person should look; None where no release says it."""
    severity_reason: str | None = None
    severity_message: str | None = None
    freshness_red_days: int | None = None
    limit_crossed_days: int | None = None
    """Age at which its figures crossed the limit that its severity rests on, if it rests on one."""
    captures: int
    newest_capture_at: datetime | None
    capture_age_days: int | None
    origin: str | None
    last_attempt_at: datetime | None
    last_outcome: str | None
    last_reason: str | None
    quarantined: int


class ReleaseStatus(BaseModel):
    """The current release."""

    release_id: str
    as_of: date
    created_at: datetime
    age_hours: float
    run_id: str
    facts: int | None
    observations: int | None
    difference: str
    warnings: int
    folder: str


class Status(BaseModel):
    """Everything that `zhibiao status --json` prints. Fields are added, never renamed (docs/monitoring.md)."""

    version: Literal[1] = 1
    health: Severity = "green"
    reasons: list[Reason] = []
    """Everything that is not green, the gravest first."""
    home: str
    now: datetime
    current: ReleaseStatus | None
    trouble: str | None
    """What is wrong with the current release or the home, if anything."""
    releases: int
    newest_release_at: datetime | None = None
    """When the newest release was made, also where readers have an older one."""
    refreshing: str | None
    """What works on the home at this moment."""
    refreshing_since: datetime | None = None
    free_gb: float | None = None
    least_free_gb: float = 0
    """Gigabytes free on the disk of the home, and below how many that is too little."""
    drift: dict[str, int]
    """Promises that the newest pages of the plans changed, lack (missing) or have beside the register (new)."""
    sources: list[SourceStatus]
    layout_drift: list[state.QuarantinedPage]
    """Pages that came in another layout than the known one and wait for a person; `message` says the difference."""
    quarantined_count: int
    quarantined: list[state.QuarantinedPage]
    runs: list[RunStatus]
    """The last ten, newest first."""


def status(home: Home, limit_hours: float | None = None) -> Status:
    """Gather the status from the current release and the small files of the home; the build database stays closed.

    `limit_hours`: age from which the newest release is red, if not the one of the environment. Works on whatever it
    finds: a home that is damaged, being written, read-only or another user's; what cannot be read is `trouble`.
    """
    local_path(home)  # says where the home is none of this machine
    now = datetime.now(UTC)
    serving, trouble = _current(home)
    owner, lock_trouble = _owner(home)
    known = _or(None, lambda: state.read(home))
    released: list[release.Release] = _or([], lambda: release.releases(home))
    told = Status(
        home=home.root,
        now=now,
        current=_release_status(serving, now) if serving else None,
        trouble=trouble or lock_trouble,
        releases=len(released),
        newest_release_at=max((each.manifest.created_at for each in released), default=None),
        refreshing=f"{owner.purpose} (process {owner.pid} on {owner.host})" if owner else None,
        refreshing_since=owner.since if owner else None,
        free_gb=_or(None, lambda: free_gb(home)),
        least_free_gb=least_free_gb(),
        drift=_drift(serving),
        sources=_sources(serving, known, now),
        layout_drift=known.changed_layouts if known else [],
        quarantined_count=known.quarantined_count if known else 0,
        quarantined=known.quarantined if known else [],
        runs=last_runs(home, owner),
    )
    told.reasons = reasons(told, release_hours() if limit_hours is None else limit_hours)
    told.health = health(told.reasons)
    return told


def last_runs(home: Home, owner: lock.Owner | None, most: int = 10) -> list[RunStatus]:
    """The last refreshes, newest first. A file that cannot be read is passed over."""
    runs: list[run_file.RunFile] = _or([], lambda: run_file.newest(home, owner, most))
    return [
        RunStatus(
            **run.model_dump(include=set(RunStatus.model_fields) - {"stopped_at", "unsent"}),
            stopped_at=run.stopped_at if run.state == "failed" else None,
            unsent=run.notice.unsent if run.notice else {},
        )
        for run in runs
    ]


def _or(otherwise: Value, read: Callable[[], Value]) -> Value:
    """What can be read, else something in its place: a status is told of any home."""
    try:
        return read()
    except (OSError, Trouble):
        return otherwise


def _owner(home: Home) -> tuple[lock.Owner | None, str | None]:
    try:
        return lock.owner(home), None
    except OSError as error:
        return None, f"whether a refresh is at work cannot be seen: {error}"


def _current(home: Home) -> tuple[release.Release | None, str | None]:
    try:
        return release.current(home), None
    except release.NoRelease as none:
        return None, str(none) if home.fs.exists(home.path("current")) else None
    except Trouble as trouble:
        return None, str(trouble)
    except OSError as error:
        return None, f"the home cannot be read: {error}"


def _release_status(serving: release.Release, now: datetime) -> ReleaseStatus:
    manifest = serving.manifest
    rows = {name: info.rows for name, info in manifest.tables.items()}
    return ReleaseStatus(
        release_id=serving.release_id,
        as_of=manifest.as_of,
        created_at=manifest.created_at,
        age_hours=round((now - manifest.created_at).total_seconds() / 3600, 2),
        run_id=manifest.run_id,
        facts=rows.get("fct_region_indicator"),
        observations=rows.get("fct_observation"),
        difference=str(manifest.difference),
        warnings=sum(1 for row in manifest.audit if row.get("severity") == "warning" and row.get("passed") is not True),
        folder=str(serving.folder),
    )


DRIFT = "SELECT kind, count(*) FROM open_questions WHERE kind IN ({kinds}) GROUP BY kind ORDER BY kind"


def _drift(serving: release.Release | None) -> dict[str, int]:
    if serving is None or "open_questions" not in serving.manifest.tables:
        return {}
    try:
        with ask(serving.database, DRIFT.format(kinds=", ".join(map(quoted, DRIFT_KINDS)))) as answer:
            return {DRIFT_KINDS[str(kind)]: int(str(count)) for kind, count in answer.rows}
    except Trouble:
        return {}  # a damaged release, which `trouble` speaks of


FRESHNESS = "SELECT * FROM source_freshness"
RESTS_ON = {
    "past_limit": "freshness_limit_days", "only_starter": "freshness_limit_days",
    "far_past_limit": "freshness_red_days",
}  # fmt: skip
"""Reason of a severity → column of the limit of age that it rests on."""


def _judged(serving: release.Release | None) -> dict[str, dict[str, Any]]:
    """Rows of `source_freshness` by source; empty for a damaged release, of which `trouble` speaks."""
    if serving is None or "source_freshness" not in serving.manifest.tables:
        return {}
    try:
        with ask(serving.database, FRESHNESS) as answer:
            return {
                str(row["source_id"]): row for row in (dict(zip(answer.columns, r, strict=True)) for r in answer.rows)
            }
    except Trouble:
        return {}


def _sources(serving: release.Release | None, known: state.HomeState | None, now: datetime) -> list[SourceStatus]:
    """Sources of the home, with what the release says of their freshness; an older one has fewer columns."""
    judged = _judged(serving)
    held = {source.source_id: source for source in known.sources} if known else {}
    found = []
    for source_id in sorted(judged.keys() | held.keys()):
        row = judged.get(source_id, {})
        limit = row.get("freshness_limit_days")
        source = held.get(source_id)
        found.append(
            SourceStatus(
                source_id=source_id,
                freshness=row.get("state"),
                newest_figure=row.get("newest_period_end"),
                data_age_days=row.get("data_age_days"),
                severity=row.get("severity"),
                severity_reason=row.get("severity_reason"),
                severity_message=in_words(row) if row.get("severity_reason") else None,
                freshness_red_days=row.get("freshness_red_days"),
                limit_crossed_days=row.get(RESTS_ON.get(str(row.get("severity_reason")), "")),
                freshness_limit_days=limit if limit is not None or source is None else source.freshness_limit_days,
                captures=source.captures if source else 0,
                newest_capture_at=source.newest_capture_at if source else None,
                capture_age_days=(now - source.newest_capture_at).days if source and source.newest_capture_at else None,
                origin=source.newest_origin if source else None,
                last_attempt_at=source.last_attempt_at if source else None,
                last_outcome=source.last_outcome if source else None,
                last_reason=source.last_reason if source else None,
                quarantined=source.quarantined if source else 0,
            )
        )
    return found

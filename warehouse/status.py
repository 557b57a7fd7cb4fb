"""Where things stand: the current release, the sources and their ages, the last runs, what is not believed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from scrapers.home import Home
from warehouse import lock, release, state
from warehouse.errors import Trouble
from warehouse.literals import quoted
from warehouse.places import RUNS
from warehouse.report import DRIFT_KINDS
from warehouse.sql import ask

if TYPE_CHECKING:
    from rich.console import Console


class RunStatus(BaseModel):
    """One refresh, as its file in the home tells (`runs/<run_id>/run.json`)."""

    model_config = ConfigDict(extra="ignore")

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    state: str = "running"
    """`published`, `failed`, `running`, or `killed`: without an end, and nobody holds the lock for it."""
    as_of: date | None = None
    live: bool = False
    release_id: str | None = None
    message: str | None = None


class SourceStatus(BaseModel):
    """One source: what the current release says of it, and what was tried since."""

    source_id: str
    freshness: str | None
    """`fresh`, `stale`, `blocked`, `never` as of the current release; None where no release speaks of it."""
    newest_figure: date | None
    data_age_days: int | None
    freshness_limit_days: int | None
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
    """Everything that `zhibiao status --json` prints."""

    home: str
    now: datetime
    current: ReleaseStatus | None
    trouble: str | None
    """What is wrong with the current release or the home, if anything."""
    releases: int
    refreshing: str | None
    """What works on the home at this moment."""
    drift: dict[str, int]
    """Promises that the newest pages of the plans changed, lack (missing) or have beside the register (new)."""
    sources: list[SourceStatus]
    quarantined_count: int
    quarantined: list[state.QuarantinedPage]
    runs: list[RunStatus]
    """The last ten, newest first."""


def status(home: Home) -> Status:
    """Gather the status from the current release and the small files of the home; the build database stays closed."""
    now = datetime.now(UTC)
    known = state.read(home)
    serving, trouble = _current(home)
    owner = lock.owner(home)
    return Status(
        home=home.root,
        now=now,
        current=_release_status(serving, now) if serving else None,
        trouble=trouble,
        releases=len(release.releases(home)),
        refreshing=f"{owner.purpose} (process {owner.pid} on {owner.host})" if owner else None,
        drift=_drift(serving),
        sources=_sources(serving, known, now),
        quarantined_count=known.quarantined_count if known else 0,
        quarantined=known.quarantined if known else [],
        runs=last_runs(home, owner),
    )


def last_runs(home: Home, owner: lock.Owner | None, most: int = 10) -> list[RunStatus]:
    """The last refreshes, newest first. A file that cannot be read is passed over."""
    found = []
    names = sorted((path for path in home.list(RUNS, suffix="/run.json") if path.count("/") == 2), reverse=True)
    for path in names[: 3 * most]:
        try:
            run = RunStatus.model_validate_json(home.read(path))
        except ValidationError:
            continue
        if run.finished_at is None and (owner is None or run.run_id not in owner.purpose):
            run.state = "killed"
        found.append(run)
    return sorted(found, key=lambda run: run.started_at, reverse=True)[:most]


def show(told: Status, console: Console) -> None:
    """Print a status for a person."""
    from warehouse.tables_out import print_table

    console.print(f"home       {told.home}", highlight=False)
    console.print(f"current    {_release_line(told)}", highlight=False)
    if told.trouble:
        console.print(f"trouble    {told.trouble}", highlight=False)
    if told.refreshing:
        console.print(f"working    {told.refreshing}", highlight=False)
    if told.drift:
        counts = ", ".join(f"{count} {what}" for what, count in told.drift.items())
        console.print(f"drift      the newest pages of plans say something else: {counts}", highlight=False)
    if told.sources:
        console.print("\nSources", highlight=False)
        rows = [
            (s.source_id, s.freshness, s.newest_figure, s.data_age_days, s.freshness_limit_days, s.capture_age_days,
             s.origin, s.last_outcome, s.quarantined or None)
            for s in told.sources
        ]  # fmt: skip
        header = (
            "source",
            "state",
            "newest figure",
            "age",
            "limit",
            "page age",
            "origin",
            "last attempt",
            "quarantined",
        )
        print_table(header, rows, console)
        console.print("ages and limits in days", highlight=False)
    if told.quarantined_count:
        console.print(f"\nQuarantined pages: {told.quarantined_count}", highlight=False)
        pages = [(p.source_id, p.url, p.reason, p.message) for p in told.quarantined[:20]]
        print_table(("source", "address", "reason", "what is wrong"), pages, console)
    if told.runs:
        console.print("\nLast runs", highlight=False)
        runs = [
            (r.run_id, r.state, r.as_of, "live" if r.live else "offline", r.release_id, r.message) for r in told.runs
        ]
        print_table(("run", "state", "as of", "sources", "release", "message"), runs, console)


def _release_line(told: Status) -> str:
    if told.current is None:
        return "no release yet; run `zhibiao refresh`"
    facts = "" if told.current.facts is None else f", {told.current.facts} facts"
    return (
        f"{told.current.release_id}, as of {told.current.as_of}, {told.current.age_hours:.0f} hours old{facts}; "
        f"{told.releases} releases kept"
    )


def _current(home: Home) -> tuple[release.Release | None, str | None]:
    try:
        return release.current(home), None
    except release.NoRelease as none:
        return None, str(none) if home.fs.exists(home.path("current")) else None
    except Trouble as trouble:
        return None, str(trouble)


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


FRESHNESS = "SELECT source_id, state, newest_period_end, data_age_days, freshness_limit_days FROM source_freshness"


def _sources(serving: release.Release | None, known: state.HomeState | None, now: datetime) -> list[SourceStatus]:
    """Sources of the home, with what the release says of their freshness."""
    judged: dict[str, tuple[str, date | None, int | None, int | None]] = {}
    if serving and "source_freshness" in serving.manifest.tables:
        try:
            with ask(serving.database, FRESHNESS) as answer:
                judged = {str(row[0]): tuple(row[1:]) for row in answer.rows}  # type: ignore[misc]
        except Trouble:
            judged = {}  # an older release without these columns, or a damaged one, which `trouble` speaks of
    held = {source.source_id: source for source in known.sources} if known else {}
    found = []
    for source_id in sorted(judged.keys() | held.keys()):
        freshness, newest, age, limit = judged.get(source_id, (None, None, None, None))
        source = held.get(source_id)
        found.append(
            SourceStatus(
                source_id=source_id,
                freshness=freshness,
                newest_figure=newest,
                data_age_days=age,
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

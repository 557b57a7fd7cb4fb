"""`runs/<id>/run.json`: what a run notes of itself, and what was told of it. Read by status, notices and alerts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from scrapers.home import Home
from warehouse import lock
from warehouse.places import RUNS

RUN_FILE = "run.json"
LONGEST_RUN = timedelta(hours=12)
"""Between its stages a run under Airflow holds no lock; one that began longer ago is taken for dead."""


class Told(BaseModel):
    """What was told of a run, and by which channels."""

    model_config = ConfigDict(extra="ignore")

    at: datetime
    subject: str
    channels: dict[str, str] = {}
    """Channel → `sent`, `quiet`, or why it could not be sent."""
    known: dict[str, list[str]] = {}
    """What stood then, by kind, so that the next notice speaks only of what is new."""

    @property
    def unsent(self) -> dict[str, str]:
        """Channels that it did not reach, and why."""
        return {name: how for name, how in self.channels.items() if how not in ("sent", "quiet")}


class RunState(BaseModel):
    """One refresh, as its file tells and `zhibiao status` shows."""

    model_config = ConfigDict(extra="ignore")

    run_id: str
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    state: str = "running"
    """`published`, `failed`, `running`, or `killed`: without an end, and nobody works for it."""
    as_of: date | None = None
    live: bool = False
    release_id: str | None = None
    message: str | None = None
    """`stage: why`, of the stage that ended it."""
    stage: str | None = None
    """Stage that began last."""


class RunFile(RunState):
    """All that the file says."""

    dag_run: str | None = None
    """Airflow's id of the run; None in one process."""
    drift: list[dict[str, Any]] = []
    layout_drift: list[Any] = []
    visits: dict[str, dict[str, Any]] = {}
    """Source → `counts` of attempts by outcome, and `first`, the first address that brought nothing and why."""
    notice: Told | None = None

    @property
    def stopped_at(self) -> str | None:
        """The stage at which it ended without a release."""
        first = (self.message or "").partition(": ")[0]
        return first if first.isidentifier() else self.stage

    @property
    def reason(self) -> str | None:
        """Why it stopped, without the stage's name."""
        first, _, rest = (self.message or "").partition(": ")
        return (rest if first.isidentifier() else self.message) or None


def read(home: Home, run_id: str) -> RunFile | None:
    """The file of a run; None where it is missing or no such file."""
    try:
        return RunFile.model_validate_json(home.read(RUNS, run_id, RUN_FILE))
    except (OSError, ValidationError):
        return None


def note(home: Home, run_id: str, /, **values: Any) -> None:
    """Add to the file of a run, whole or not at all. Raises OSError where the home cannot be written."""
    known: dict[str, Any] = {}
    try:
        found = json.loads(home.read(RUNS, run_id, RUN_FILE))
        known = found if isinstance(found, dict) else {}
    except FileNotFoundError:
        known = {}
    except ValueError:
        known = {}  # a damaged file: what is known now is better than nothing
    text = json.dumps(known | values, ensure_ascii=False, indent=1, default=str)
    home.write(text.encode(), RUNS, run_id, RUN_FILE)


def newest(home: Home, owner: lock.Owner | None, most: int = 10) -> list[RunFile]:
    """The last runs, newest first, with the state of those that ended without a word. What cannot be read is passed."""
    found: list[RunFile] = []
    for run_id in _ids(home)[: 3 * most]:
        run = read(home, run_id)
        if run is not None:
            found.append(run)
    found.sort(key=lambda run: run.started_at, reverse=True)
    for place, run in enumerate(found):
        if run.finished_at is None and not _may_live(run, owner, is_newest=place == 0):
            run.state = "killed"
    return found[:most]


def of_dag_run(home: Home, dag_run: str) -> RunFile | None:
    """The newest run that Airflow knows under this id."""
    return next((run for run in newest(home, None, 30) if run.dag_run == dag_run), None)


def _may_live(run: RunFile, owner: lock.Owner | None, *, is_newest: bool) -> bool:
    """Somebody holds the lock for it, or it is the newest one under Airflow, which holds none while it visits."""
    if owner is not None and run.run_id in owner.purpose:
        return True
    return run.dag_run is not None and is_newest and datetime.now(UTC) - run.started_at < LONGEST_RUN


def _ids(home: Home) -> list[str]:
    """Names of the folders of runs, newest first: they begin with the moment."""
    try:
        listed = home.fs.ls(home.path(RUNS), detail=False)
    except OSError:
        return []
    return sorted((str(path).rstrip("/").rsplit("/", 1)[1] for path in listed), reverse=True)

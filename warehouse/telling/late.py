"""The alert of a missed deadline: what Airflow calls when a run of the refresh is not done in time.

It speaks of runs that exist. That no run happened at all is seen from outside, by `zhibiao status --check`.
"""

from __future__ import annotations

import logging
import socket
from datetime import UTC, datetime
from typing import Any

from scrapers.home import Home
from warehouse import release
from warehouse.errors import Trouble
from warehouse.telling import run_file
from warehouse.telling.gather import finish
from warehouse.telling.night import deliver
from warehouse.telling.notice import Notice, one_line

log = logging.getLogger("zhibiao")


def late(context: dict[str, Any]) -> None:
    """Tell people, unless the run has ended meanwhile (its own notice told that) or a release came after it began."""
    dag_run = context.get("dag_run") or {}
    name, began = str(dag_run.get("dag_run_id") or dag_run.get("run_id") or ""), _moment(dag_run)
    home = Home.at()
    run = run_file.of_dag_run(home, name)
    if run is not None and run.finished_at is not None:
        log.info("deadline: run %s has ended, and was told", run.run_id)
        return
    published = _published_at(home)
    if published is not None and began is not None and published > began:
        log.info("deadline: a release was published after %s began", name)
        return
    deliver(home, notice_of(home, name, began, run))


def notice_of(home: Home, name: str, began: datetime | None, run: run_file.RunFile | None) -> Notice:
    """What is told of a run that is late."""
    minutes = (datetime.now(UTC) - began).total_seconds() / 60 if began else 0
    taken = f"{minutes / 60:.1f} hours" if minutes >= 60 else f"{minutes:.0f} minutes" if began else "too long"
    where = f"at {run.stage or 'its beginning'}" if run else "not begun"
    notice = Notice(
        notice_id=f"late-{one_line(name, 120)}", outcome="late", level="red", home=home.root,
        host=socket.gethostname(), run_id=run.run_id if run else None, started_at=run.started_at if run else None,
        stopped_at=run.stage if run else None,
        message=one_line(f"the refresh is not done after {taken}, {where}"),
        what_to_do=[
            "Look at the run in Airflow's UI and at the log of the task at work. A host that hangs holds up no other; "
            "a refresh that really hangs may be ended at any moment: nothing accepted is lost."
        ],
    )  # fmt: skip
    try:
        serving = release.current(home)
        notice.serving_release_id = serving.release_id
        notice.serving_age_hours = round((datetime.now(UTC) - serving.manifest.created_at).total_seconds() / 3600, 1)
    except release.NoRelease:
        pass  # the text says that readers have none
    except Trouble as trouble:
        notice.remarks.append(one_line(trouble))
    finish(notice)
    log.error("%s", notice.text)
    return notice


def _published_at(home: Home) -> datetime | None:
    try:
        return release.current(home).manifest.created_at
    except Trouble:
        return None


def _moment(dag_run: dict[str, Any]) -> datetime | None:
    """When the run was queued, as Airflow's JSON says it."""
    for field in ("queued_at", "start_date", "logical_date", "run_after"):
        told = dag_run.get(field)
        try:
            moment = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None

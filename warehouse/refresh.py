"""The nightly refresh in one process, for a person or a plain cron: the same DAG, its lines on the terminal."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from scrapers.home import Home
from warehouse.care import layout
from warehouse.errors import Trouble
from warehouse.lock import Locked, refresh_lock
from warehouse.places import RUNS, local_path
from warehouse.plain_text import LogLines
from warehouse.room import check_room, full_disk
from warehouse.run import RUN_VARIABLE, new_run_id

log = logging.getLogger("zhibiao")


def run_refresh(home: Home, *, sources: Sequence[str], live: bool, as_of: date | None) -> int:
    """Run the refresh once, and tell people what came of it.

    Returns 0 when a release was published, else 1. Raises Locked when another one works (then nobody is told: the other
    one tells of the night), HomeNewer for a home of a newer version, NoRoom where the disk is full or not writable.
    """
    layout.check(home)  # before anything is written
    started = time.monotonic()
    run_id = new_run_id()
    conf = {"sources": list(sources), "live": live, "as_of": as_of.isoformat() if as_of else None}
    try:
        check_room(home)
        with refresh_lock(home, purpose=f"refresh {run_id}"):
            states = _run(home, run_id, conf)
    except Locked:
        raise
    except Trouble as trouble:
        _tell_trouble(home, run_id, str(trouble))
        raise
    except Exception as error:
        said = str(error) or type(error).__name__
        _tell_trouble(home, run_id, said)
        full = full_disk(home, error)
        if full is None:
            raise
        log.error("refresh %s stopped, nothing was published: %s", run_id, full, exc_info=True)
        return 1
    seconds = time.monotonic() - started
    first = next((name for name, state in states.items() if name and state == "failed"), "an unknown task")
    _tell_trouble(home, run_id, f"failed at {first}")  # where the task that tells was not reached itself
    if states[""] == "success":
        failed = [name for name, state in states.items() if name]
        log.info("refresh %s done in %.0f s%s", run_id, seconds, f" (failed: {', '.join(failed)})" if failed else "")
        return 0
    log.error("refresh %s failed at %s after %.0f s; nothing was published", run_id, first, seconds)
    return 1


def _run(home: Home, run_id: str, conf: dict[str, Any]) -> dict[str, str]:
    os.environ[RUN_VARIABLE] = run_id
    os.environ["ZHIBIAO_HOME"] = home.root
    _speak(local_path(home, RUNS, run_id, "refresh.log"))
    log.info("starting Airflow for one run")
    from warehouse.orchestrator import run_dag_once

    return run_dag_once(home, conf)


def tell_catalog_trouble(home: Home, message: str) -> None:
    """A catalog that cannot be read lets no run begin; tell people, and nothing of it on the terminal."""
    from warehouse.telling.night import tell_not_begun

    log.propagate = False
    tell_not_begun(home, new_run_id(), message)


def _tell_trouble(home: Home, run_id: str, message: str) -> None:
    """A run that ended outside its stages: Airflow did not start, the home cannot be written, the disk is full."""
    from warehouse.telling import run_file
    from warehouse.telling.night import tell, tell_not_begun

    run = run_file.read(home, run_id)
    if run is None:
        tell_not_begun(home, run_id, message)
    elif run.notice is None:
        if run.finished_at is None:
            end = {"finished_at": datetime.now(UTC).isoformat(), "state": "failed"}
            with suppress(OSError):
                run_file.note(home, run_id, message=run.message or f"{run.stage or 'begin'}: {message}", **end)
        tell(home, run_id)


def _speak(log_file: Path) -> None:
    """Our own lines on the terminal, plain; with tracebacks in the run's log file. Airflow's go their own way."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(_WithoutTraceback("%(asctime)s %(levelname)-7s %(message)s", datefmt="%H:%M:%S"))
    file = logging.FileHandler(log_file, encoding="utf-8")
    file.setFormatter(LogLines("%(asctime)s %(levelname)-7s %(message)s"))
    log.handlers[:] = [terminal, file]
    log.setLevel(logging.INFO)
    log.propagate = False


class _WithoutTraceback(LogLines):
    """For a person: the message alone."""

    def format(self, record: logging.LogRecord) -> str:
        bare = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return super().format(bare)

"""The nightly refresh in one process, for a person or a plain cron: the same DAG, its lines on the terminal."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from scrapers.home import Home
from warehouse.care import layout
from warehouse.lock import refresh_lock
from warehouse.places import RUNS, local_path
from warehouse.room import check_room
from warehouse.run import RUN_VARIABLE, new_run_id

log = logging.getLogger("zhibiao")


def run_refresh(home: Home, *, sources: Sequence[str], live: bool, as_of: date | None) -> int:
    """Run the refresh once. Returns 0 when a release was published, else 1; raises Locked when another one works,
    HomeNewer for a home of a newer version, NoRoom where the disk is full or may not be written."""
    layout.check(home)  # before anything is written
    started = time.monotonic()
    run_id = new_run_id()
    check_room(home)
    with refresh_lock(home, purpose=f"refresh {run_id}"):
        os.environ[RUN_VARIABLE] = run_id
        os.environ["ZHIBIAO_HOME"] = home.root
        _speak(local_path(home, RUNS, run_id, "refresh.log"))
        log.info("starting Airflow for one run")
        from warehouse.orchestrator import run_dag_once

        conf = {"sources": list(sources), "live": live, "as_of": as_of.isoformat() if as_of else None}
        states = run_dag_once(home, conf)
    seconds = time.monotonic() - started
    if states[""] == "success":
        failed = [name for name, state in states.items() if name]
        log.info("refresh %s done in %.0f s%s", run_id, seconds, f" (failed: {', '.join(failed)})" if failed else "")
        return 0
    first = next((name for name, state in states.items() if name and state == "failed"), "an unknown task")
    log.error("refresh %s failed at %s after %.0f s; nothing was published", run_id, first, seconds)
    return 1


def _speak(log_file: Path) -> None:
    """Our own lines on the terminal, plain; with tracebacks in the run's log file. Airflow's go their own way."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(_WithoutTraceback("%(asctime)s %(levelname)-7s %(message)s", datefmt="%H:%M:%S"))
    file = logging.FileHandler(log_file, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    log.handlers[:] = [terminal, file]
    log.setLevel(logging.INFO)
    log.propagate = False


class _WithoutTraceback(logging.Formatter):
    """For a person: the message alone."""

    def format(self, record: logging.LogRecord) -> str:
        bare = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return super().format(bare)

"""The nightly refresh in one process, for a person or a plain cron: the same DAG, its lines on the terminal."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Sequence
from datetime import date

from scrapers.home import Home
from warehouse.lock import refresh_lock
from warehouse.run import RUN_VARIABLE, new_run_id

log = logging.getLogger("zhibiao")


def run_refresh(home: Home, *, sources: Sequence[str], live: bool, as_of: date | None) -> int:
    """Run the refresh once. Returns 0 when a release was published, else 1; raises Locked when another one works."""
    started = time.monotonic()
    run_id = new_run_id()
    with refresh_lock(home, purpose=f"refresh {run_id}"):
        os.environ[RUN_VARIABLE] = run_id
        os.environ["ZHIBIAO_HOME"] = home.root
        _speak()
        log.info("starting Airflow for one run")
        from warehouse.orchestrator import run_dag_once

        conf = {"sources": list(sources), "live": live, "as_of": as_of.isoformat() if as_of else None}
        states = run_dag_once(home, conf)
    seconds = time.monotonic() - started
    if states[""] == "success":
        failed = [name for name, state in states.items() if name]
        log.info("refresh %s done in %.0f s%s", run_id, seconds, f" (failed: {', '.join(failed)})" if failed else "")
        return 0
    first = next((name for name, state in states.items() if state == "failed"), "unknown")
    log.error("refresh %s failed at %s after %.0f s; nothing was published", run_id, first, seconds)
    return 1


def _speak() -> None:
    """Our own lines on the terminal, plain; Airflow's go their own way."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", datefmt="%H:%M:%S"))
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False

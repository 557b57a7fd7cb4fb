"""`zhibiao notify`: the channels tried by a person, and the notice of a run that was cut off or did not arrive."""

from __future__ import annotations

import logging
import sys

from scrapers.home import Home
from warehouse import lock
from warehouse.errors import ExitCode, Trouble
from warehouse.telling import run_file
from warehouse.telling.connections import SMTP_ID, WEBHOOK_ID
from warehouse.telling.night import deliver, tell, trial_notice

log = logging.getLogger("zhibiao")


class NothingToTell(Trouble):
    """There is no such run, it has not ended, or no channel is set."""

    exit_code = ExitCode.USAGE


def try_channels(home: Home) -> dict[str, str]:
    """Send a notice that says that it is a test. Raises NothingToTell where no channel is set."""
    outcomes = deliver(home, trial_notice(home))
    if not outcomes:
        raise NothingToTell(
            f"no channel is set: define a connection {WEBHOOK_ID} or {SMTP_ID} in Airflow, or in the environment as "
            f"AIRFLOW_CONN_{WEBHOOK_ID.upper()} or AIRFLOW_CONN_{SMTP_ID.upper()}"
        )
    return outcomes


def tell_again(home: Home, run_id: str | None = None) -> dict[str, str]:
    """Tell of a run, by default of the last that ended or was cut off, to those whom its notice has not reached."""
    ended = [run for run in run_file.newest(home, lock.owner(home), most=30) if run.state != "running"]
    found = next((run for run in ended if run_id in (None, run.run_id)), None)
    if found is None:
        raise NothingToTell(f"there is no run {run_id} that has ended" if run_id else "no run has ended yet")
    if found.notice is None:
        print(f"telling of run {found.run_id}, which nobody heard of", file=sys.stderr)
    return tell(home, found.run_id)

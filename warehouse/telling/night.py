"""One notice a night: written to the run's folder and the log, sent to each channel once, and noted in the run's file.

Nothing here fails a night or holds it up for longer than LONGEST: what cannot be sent is logged, noted, tried again by
`zhibiao notify`, and told by the notice of the next night.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from scrapers.home import Home
from warehouse.places import RUNS
from warehouse.telling import run_file
from warehouse.telling.connections import Mail, Webhook, look_up
from warehouse.telling.gather import Gathered, finish, gather
from warehouse.telling.notice import Notice, one_line
from warehouse.telling.run_file import RunFile, Told
from warehouse.telling.senders import NotSent, send

log = logging.getLogger("zhibiao")

ATTEMPTS = 2
PAUSE = 1.0
"""Seconds between two attempts."""
LONGEST = 12.0
"""Seconds after which a channel is given up, whatever it is doing; all channels are tried at the same time."""
QUIET_VARIABLE = "ZHIBIAO_NOTIFY"
"""`always` (default), or `eventful`: nothing is sent of a night that brought nothing new; log and files are written."""

LookUp = Callable[[Home], tuple[dict[str, Webhook | Mail], dict[str, str]]]


def tell(home: Home, run_id: str, *, run: RunFile | None = None, receivers: LookUp = look_up) -> dict[str, str]:
    """Tell of a run that has ended. Returns what came of each channel: `sent`, `quiet`, or why not. Never raises.

    Called again for the same run, it sends the same notice to those channels only that it has not reached yet. `run`
    stands in for the file of a run that could not write one.
    """
    try:
        return _tell(home, run_id, run, receivers)
    except Exception as error:
        log.error("the night could not be told: %s: %s", type(error).__name__, one_line(error))
        return {}


def tell_not_begun(home: Home, run_id: str, message: str) -> dict[str, str]:
    """Tell of a run that did not come to its first stage."""
    now = datetime.now(UTC)
    values = {
        "run_id": run_id, "started_at": now, "finished_at": now, "state": "failed", "message": f"begin: {message}",
    }  # fmt: skip
    try:
        run_file.note(home, run_id, **values)
    except Exception as error:
        log.info("the run cannot be noted in the home: %s", one_line(error))
    return tell(home, run_id, run=RunFile.model_validate(values))


def tell_dag_run(dag_run: str) -> dict[str, str]:
    """Tell of a run of Airflow of which the first task brought nothing: it could not begin, or was ended before."""
    from warehouse.run import RUN_VARIABLE, new_run_id

    home = Home.at()
    run_id = os.environ.get(RUN_VARIABLE)
    found = run_file.read(home, run_id) if run_id else run_file.of_dag_run(home, dag_run)
    if found is not None:
        return tell(home, found.run_id)
    return tell_not_begun(home, run_id or new_run_id(), f"see the log of the task begin of {one_line(dag_run, 120)}")


def _tell(home: Home, run_id: str, run: RunFile | None, receivers: LookUp) -> dict[str, str]:
    known = run_file.read(home, run_id)
    told = known.notice if known else None
    notice = _written(home, run_id) if told else None
    made = Gathered(notice, known=told.known) if notice and told else gather(home, run_id, run)
    if notice is None:
        _write(home, run_id, made.notice)
        log.info("notice\n%s", made.notice.text.rstrip())
    channels = dict(told.channels) if told else {}
    done = {name for name, how in channels.items() if how in ("sent", "quiet")}
    channels |= deliver(home, made.notice, receivers=receivers, leave_out=done)
    noted = Told(at=datetime.now(UTC), subject=made.notice.subject, channels=channels, known=made.known)
    try:
        run_file.note(home, run_id, notice=noted.model_dump(mode="json"))
    except OSError as error:
        log.info("what was told cannot be noted in the home: %s", one_line(error))
    return channels


def deliver(
    home: Home, notice: Notice, *, receivers: LookUp = look_up, leave_out: set[str] | frozenset[str] = frozenset()
) -> dict[str, str]:
    """Send a notice to every channel at the same time, a bounded number of times. Returns what came of each."""
    found, wrong = receivers(home)
    outcomes = {name: why for name, why in wrong.items() if name not in leave_out}
    wanted = {name: receiver for name, receiver in found.items() if name not in leave_out}
    if not notice.is_eventful and os.environ.get(QUIET_VARIABLE, "always").strip().lower() == "eventful":
        return outcomes | dict.fromkeys(wanted, "quiet")
    outcomes |= _send_all(wanted, notice)
    for name, how in sorted(outcomes.items()):
        if how != "sent":
            log.error("the notice was not sent by %s: %s", name, how)
        else:
            log.info("the notice was sent by %s to %s", name, wanted[name].name)
    return outcomes


def _send_all(receivers: Mapping[str, Webhook | Mail], notice: Notice) -> dict[str, str]:
    outcomes: dict[str, str] = {}
    threads = [
        threading.Thread(target=_send, args=(name, receiver, notice, outcomes), daemon=True)
        for name, receiver in receivers.items()
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + LONGEST
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    late = {name: f"{receiver.name}: no end within {LONGEST:.0f} s" for name, receiver in receivers.items()}
    return late | dict(outcomes)


def _send(name: str, receiver: Webhook | Mail, notice: Notice, outcomes: dict[str, str]) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            send(receiver, notice)
            outcomes[name] = "sent"
            return
        except NotSent as error:
            outcomes[name] = f"{error} ({attempt} attempts)" if attempt > 1 else str(error)
        except Exception as error:  # our own mistake; its message may hold a secret
            outcomes[name] = f"{receiver.name}: {type(error).__name__}"
        if attempt < ATTEMPTS:
            time.sleep(PAUSE)


def trial_notice(home: Home) -> Notice:
    """A notice that only says that the channels work."""
    now = datetime.now(UTC)
    notice = Notice(
        notice_id=f"test-{now:%Y%m%dT%H%M%S%fZ}", outcome="test", level="green", home=home.root,
        host=socket.gethostname(), finished_at=now, message="A test; 这是一次测试。",
    )  # fmt: skip
    finish(notice)
    return notice


def _write(home: Home, run_id: str, notice: Notice) -> None:
    try:
        home.write(notice.model_dump_json(indent=1).encode(), RUNS, run_id, "notice.json")
        home.write(notice.text.encode(), RUNS, run_id, "notice.txt")
    except OSError as error:
        log.info("the notice cannot be written to the home: %s", one_line(error))


def _written(home: Home, run_id: str) -> Notice | None:
    try:
        return Notice.model_validate_json(home.read(RUNS, run_id, "notice.json"))
    except (OSError, ValueError):
        return None

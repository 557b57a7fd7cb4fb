"""One refresh at a time, and no lock that outlives its owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from scrapers.home import Home
from tests.warehouse import made
from warehouse import lock
from warehouse.lock import Locked, refresh_lock

HOLD = """
import sys, time
from scrapers.home import Home
from warehouse.lock import refresh_lock
with refresh_lock(Home.at(sys.argv[1]), purpose="refresh 42"):
    print("held", flush=True)
    time.sleep(60)
"""


def holder(home: Home, code: str = HOLD) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, home.root], cwd=made.REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline() == "held\n"
    return process


def test_a_second_refresh_is_told_who_holds_the_lock(home: Home) -> None:
    with holder(home) as other:
        with pytest.raises(Locked) as told, refresh_lock(home):
            pass
        assert "refresh 42" in str(told.value) and f"process {other.pid}" in str(told.value)
        assert told.value.exit_code == 75
        assert (owner := lock.owner(home)) and owner.pid == other.pid
        other.kill()
    with refresh_lock(home):
        pass


def test_the_lock_of_a_killed_owner_blocks_nobody(home: Home) -> None:
    other = holder(home)
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert lock.owner(home) is None
    with refresh_lock(home, purpose="rollback"):
        assert (owner := lock.owner(home)) and owner.purpose == "rollback"
    assert lock.owner(home) is None


def test_a_forked_child_does_not_keep_the_lock_of_its_killed_parent(home: Home) -> None:
    forking = HOLD.replace("import sys, time", "import os, sys, time").replace(
        'print("held", flush=True)',
        "if not os.fork(): time.sleep(20); os._exit(0)\n    print('held', flush=True)",
    )
    other = holder(home, forking)
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    with refresh_lock(home, wait_seconds=2):
        pass


def test_one_process_may_enter_again(home: Home) -> None:
    with refresh_lock(home), refresh_lock(home):
        pass
    with holder(home) as other:  # it was let go of altogether
        other.kill()


def test_waiting_ends_when_the_other_is_done(home: Home) -> None:
    with holder(home, HOLD.replace("60", "0.5")):
        started = time.monotonic()
        with refresh_lock(home, wait_seconds=20):
            assert time.monotonic() - started < 10

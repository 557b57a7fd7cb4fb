"""Starting, watching and killing a refresh from outside, as a person or an accident does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

REPOSITORY = Path(__file__).parent.parent.parent
LONGEST = 400
"""Seconds after which a refresh is taken for hung."""

WATCH = '''"""Writes down every address that this process asks for or connects to, unless it is this machine."""
import os, socket, sys

def _watch(event, arguments):
    if event not in ("socket.connect", "socket.getaddrinfo"):
        return
    host = arguments[1][0] if event == "socket.connect" and isinstance(arguments[1], tuple) else arguments[0]
    if isinstance(host, bytes):
        host = host.decode()
    here = ("", "0.0.0.0", socket.gethostname())  # Airflow asks for the name of its own machine
    if isinstance(host, str) and not host.startswith(("127.", "::1", "localhost", "/")) and host not in here:
        with open(os.environ["ZHIBIAO_TEST_CALLS"], "a") as file:
            file.write(f"{event} {host} {sys.argv[:3]}\\n")

sys.addaudithook(_watch)
'''


def environment(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a command that works on a home; what it asks of other machines is written to `calls`.

    The marts are built every time, also where nothing is new: these tests are about building them again.
    """
    watch = home.parent / "watch"
    watch.mkdir(exist_ok=True)
    (watch / "sitecustomize.py").write_text(WATCH)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZHIBIAO_", "AIRFLOW"))}
    return {
        **kept, "ZHIBIAO_FULL_BUILD": "1", "ZHIBIAO_HOME": str(home), "PYTHONPATH": str(watch),
        "ZHIBIAO_TEST_CALLS": str(calls(home)), **variables,
    }  # fmt: skip


def calls(home: Path) -> Path:
    """Where calls to other machines are written down."""
    return home.parent / "calls.txt"


def zhibiao(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "warehouse.cli", *arguments], cwd=REPOSITORY, capture_output=True, text=True,
        timeout=LONGEST, env=environment(home, **variables),
    )  # fmt: skip


class Refresh:
    """A refresh that runs in a process group of its own. Its lines go to a file that can be watched."""

    def __init__(self, home: Path, *arguments: str, **variables: str) -> None:
        self.log = home.parent / f"refresh-{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "warehouse.cli", "refresh", *arguments], cwd=REPOSITORY, stdout=log,
                stderr=log, env=environment(home, **variables), start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_for(self, words: str) -> None:
        """Until a line with these words is there. Fails where the refresh ends without it."""
        until = time.monotonic() + LONGEST
        while words not in self.said:
            assert self.process.poll() is None, f"ended with {self.process.returncode} before {words!r}:\n{self.said}"
            assert time.monotonic() < until, f"no {words!r} in {LONGEST} s:\n{self.said}"
            time.sleep(0.05)

    def end(self) -> int:
        """The exit code, once it has ended by itself."""
        return self.process.wait(LONGEST)

    def kill(self, *, group: bool = True) -> None:
        """`kill -9`, of the process alone or of all that it has started."""
        (os.killpg if group else os.kill)(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


def refreshed(home: Path, *arguments: str, **variables: str) -> str:
    """Refresh to the end; what it said. Fails where it does not publish."""
    run = Refresh(home, *arguments, **variables)
    assert run.end() == 0, run.said
    return run.said


def ask(database: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query on a released database."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{database}' AS zhibiao (READ_ONLY); USE zhibiao")
        return connection.execute(query).fetchall()

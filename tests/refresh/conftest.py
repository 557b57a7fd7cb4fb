"""Homes in which a night has passed, made once for all tests and all workers: refreshes are what is slow here."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.refresh.mirrored import as_text, play
from tests.refresh.moving import move
from tests.refresh.running import Refresh, refreshed, zhibiao
from tests.sharing import made_once, shared_folder


@dataclass
class Night:
    """A home after a refresh, and what was said. Nobody changes it; tests that spoil a home take a copy."""

    home: Path
    as_of: str
    told: dict[str, str] = field(default_factory=dict)
    """What the commands said, by name."""

    @property
    def marts(self) -> Path:
        return self.home / "current" / "marts.duckdb"

    @property
    def release(self) -> Path:
        return (self.home / "current").resolve()

    def copy(self, place: Path) -> Night:
        shutil.copytree(self.home, place / "home", symlinks=True)
        return Night(place / "home", self.as_of, dict(self.told))


def _once(root: Path, name: str, make: Callable[[Path], Night]) -> Night:
    """Make a home; whoever comes second gets the same one."""
    place = root / name

    def text() -> str:
        night = make(place / "home")
        return json.dumps({"as_of": night.as_of, "told": night.told})

    return Night(place / "home", **json.loads(made_once(place, text)))


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run share."""
    return shared_folder(tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def fresh(nights: Path) -> Night:
    """The first night of a new home, without network and without archive; its first refresh was killed half-way."""

    def make(home: Path) -> Night:
        # a day ahead, so that no page of this test run counts as published after it
        as_of = (datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)).isoformat()
        killed = Refresh(home, "--offline", "--as-of", as_of)
        killed.wait_for("sources:")
        killed.kill()
        started = time.monotonic()
        said = refreshed(home, "--offline", "--as-of", as_of)
        return Night(home, as_of, {"killed": killed.said, "refresh": said, "seconds": f"{time.monotonic() - started}"})

    return _once(nights, "fresh", make)


@pytest.fixture(scope="session")
def full(nights: Path, archive: Path, fresh: Night) -> Night:
    """The night after the whole archive was imported. A second refresh was tried while the first one worked."""

    def make(home: Path) -> Night:
        night = fresh.copy(home.parent)
        imported = zhibiao(home, "import", str(archive))
        assert imported.returncode == 0, imported.stderr
        first = Refresh(home, "--offline", "--as-of", night.as_of)
        first.wait_for("starting Airflow")
        second = zhibiao(home, "refresh", "--offline")
        assert first.end() == 0, first.said
        night.told = {
            "import": imported.stdout, "refresh": first.said, "second": second.stdout + second.stderr,
            "second_code": str(second.returncode),
        }  # fmt: skip
        return night

    return _once(nights, "full", make)


@pytest.fixture(scope="session")
def moved(nights: Path, fresh: Night) -> Night:
    """The first night as an older version left it, with a plan that people have entered, moved and refreshed."""

    def make(home: Path) -> Night:
        old = fresh.copy(home.parent / "old")
        return Night(home, fresh.as_of, move(old.home, home, fresh.as_of))

    return _once(nights, "moved", make)


@pytest.fixture(scope="session")
def mirrored(nights: Path) -> Night:
    """A home after two nights against the mirror: a good one, and one on which every fault is on."""

    def make(home: Path) -> Night:
        as_of = (datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)).isoformat()
        return Night(home, as_of, as_text(play(home, as_of)))

    return _once(nights, "mirrored", make)

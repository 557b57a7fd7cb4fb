"""What is slow to make is made once for all workers of a test run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def shared_folder(factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run share."""
    base = factory.getbasetemp()
    return base if worker_id == "master" else base.parent


def made_once(place: Path, make: Callable[[], str]) -> str:
    """What `make` returned to the first who asked; others wait for it. Where it failed, the others fail at once."""
    place.mkdir(parents=True, exist_ok=True)
    ready, begun = place / "ready", place / "begun"
    with FileLock(place / "lock"):
        if not ready.exists():
            if begun.exists():
                pytest.fail(f"{place.name} could not be made; see the first test that asked for it")
            begun.touch()
            ready.write_text(make(), encoding="utf-8")
    return ready.read_text(encoding="utf-8")

"""Moving things out of the way: nothing that was collected or entered is deleted, it goes to `damaged/` of the home."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from scrapers.home import Home

DAMAGED = "damaged"


def move_aside(home: Home, place: str) -> str:
    """Move a file or folder of the home to `damaged/`, under its own path; returns where it is now."""
    target = f"{DAMAGED}/{place}"
    if home.exists(target):
        target = f"{target}.{uuid.uuid4().hex[:8]}"
    if home.is_local:
        Path(home.path(target)).parent.mkdir(parents=True, exist_ok=True)
        Path(home.path(place)).rename(home.path(target))
    else:
        home.fs.mv(home.path(place), home.path(target), recursive=True)
    return target


def put_away(home: Home, place: str, content: bytes) -> str:
    """Keep part of a file under `damaged/`; the same content once, however often a killed mending comes again."""
    target = f"{DAMAGED}/{place}.{hashlib.sha256(content).hexdigest()[:8]}"
    if not home.exists(target):
        home.write(content, target)
    return target

"""Small whole homes for the tests of their care, and what such a test compares."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from datetime import date
from pathlib import Path

from scrapers.captures import Capture
from scrapers.home import Home
from tests.warehouse import made
from warehouse import load, release
from warehouse.care import layout
from warehouse.care.doctor import Examination, examine
from warehouse.care.findings import Severity

KILLS = """
import os, shutil, sys
from pathlib import Path
from scrapers.home import Home

def kill_at(point):
    left = point
    def counted(real):
        def call(*arguments, **named):
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), 9)
            return real(*arguments, **named)
        return call
    for name in ("replace", "rename", "unlink", "mkdir", "symlink"):
        setattr(os, name, counted(getattr(os, name)))

for point in range(1, 1000):
    place = prepare(point)
    child = os.fork()
    if not child:
        kill_at(point)
        work(place)
        os._exit(0)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(point, ended, flush=True)
    if ended != -9:
        break
"""
"""Does `work` on what `prepare` makes, again and again, killed at the first, second, … change of the file tree."""


def kills(home: Home, code: str, *arguments: str) -> int:
    """Run `code`, which defines `prepare(point)` and `work(place)`, through KILLS; at how many points it was killed."""
    done = made.python(code + KILLS, home, *arguments)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.split()
    assert lines[-1] == "0", done.stdout[-200:] + done.stderr[-2000:]
    return len(lines) // 2 - 1


_kept: dict[int, tuple[Path, list[Capture]]] = {}


def whole(home: Home, count: int = 4) -> list[Capture]:
    """A home with pages, records, a build and two releases, of today's layout and without a fault."""
    if count not in _kept:
        folder = Path(tempfile.mkdtemp(prefix="zhibiao-whole-")) / "home"
        atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
        _kept[count] = folder, _made(Home.at(folder), count)
    folder, pages = _kept[count]
    shutil.copytree(folder, home.root, symlinks=True, dirs_exist_ok=True)
    return pages


def _made(home: Home, count: int) -> list[Capture]:
    layout.migrate(home)
    pages = made.pages(home, count)
    load.load(home, made.CATALOG)
    for value in (5, 6):
        made.marts(home, {"r1": value})
        release.publish(home, run_id=f"run{value}", as_of=date(2024, 6, 30), audit=made.AUDIT)
    return pages


def body_path(home: Home, capture: Capture) -> Path:
    return Path(home.path("captures/bodies", capture.body_sha256[:2], capture.body_sha256))


def tree(folder: Path, *but: str) -> dict[str, str]:
    """Every file and link below a folder by its hash or target."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file() and not name.startswith(but):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def told(seen: Examination, *severities: Severity) -> list[str]:
    """Checks and words of the findings of these severities (default: those that are not ok)."""
    wanted = severities or (Severity.MENDED, Severity.MENDABLE, Severity.PERSON)
    return [f"{each.severity} {each}" for each in seen.findings if each.severity in wanted]


def is_sound(home: Home) -> bool:
    """True where the doctor finds nothing left to do."""
    return told(examine(home), Severity.MENDABLE, Severity.PERSON) == []

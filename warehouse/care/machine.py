"""What the machine has to do with it: the build, leftovers of killed processes, the lock, the disk, rights, runs."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from scrapers.archive import BODIES
from scrapers.home import Home
from warehouse import lock, past, raw, release, state, status
from warehouse.care.aside import DAMAGED
from warehouse.care.findings import MEND, Finding, mendable, ok, person
from warehouse.database import ASIDE, BuildBusy, BuildDamaged, build_path, connect_build, put_aside
from warehouse.files import remove, sha256_of
from warehouse.literals import identifier
from warehouse.outcomes import shortened
from warehouse.places import BUILD_STATE, CURRENT, PAST, RELEASES, local_path
from warehouse.room import lack_of_room

OLD_SECONDS = 60
"""A `.partial` file that is older belongs to nobody: files are written in a moment."""
SKIPPED = ("airflow", "build", PAST, DAMAGED)
"""Not looked through for leftovers of ours: Airflow's own, and what is looked at by itself."""


def check(home: Home, *, quick: bool, alone: bool) -> Iterator[Finding]:
    """Findings about the machine. `alone`: this process holds the lock, so that what is unfinished is left over."""
    yield from _build(home, quick=quick, alone=alone)
    yield from _state(home)
    if alone:
        yield from leftovers(home)
        yield from _past_builds(home)
    yield from _lock(home)
    yield from _disk(home)
    yield from _rights(home)
    yield from _runs(home)
    kept = local_path(home, DAMAGED)
    if kept.is_dir():
        files = [path for path in kept.rglob("*") if path.is_file()]
        yield ok(
            "damaged",
            DAMAGED,
            f"{len(files)} files that were put aside; nobody reads them: remove them when nobody "
            "wants to look at them any more",
        )


def _build(home: Home, *, quick: bool, alone: bool) -> Iterator[Finding]:
    import duckdb

    path = build_path(home)
    name = str(path.relative_to(local_path(home)))
    if not path.exists():
        yield ok("build", name, "it is not there; the next refresh makes it from the rest")
        return
    try:
        with closing(connect_build(home, read_only=True, wait_seconds=0)) as connection:
            version = raw.version(connection)
            if not quick:
                for table in _tables(connection):
                    connection.execute(f"SELECT bit_xor(hash(t)) FROM {table} AS t").fetchone()
    except BuildBusy:
        yield ok("build", name, "a process works on it; not looked at")
        return
    except (BuildDamaged, duckdb.Error, OSError) as error:
        yield mendable(
            "build",
            name,
            f"damaged ({str(error).splitlines()[0][:120]}); nothing is lost",
            partial(_build_aside, home),
            f"{MEND}, or let the next refresh make it anew",
        )
        return
    if version != raw.SCHEMA_VERSION:
        yield ok(
            "build",
            name,
            f"it holds version {version} of the raw schema, this zhibiao writes {raw.SCHEMA_VERSION}: "
            "the next refresh makes it anew",
        )
    else:
        yield ok("build", name, f"it opens; raw schema {version}")
    old = list(path.parent.glob(f"*{ASIDE}"))
    if old and alone:
        size = sum(each.stat().st_size for each in old)
        yield mendable(
            "leftover",
            f"build/{old[0].name}",
            f"an unusable build that was put aside ({size / 1e6:.0f} MB)",
            partial(_remove, old),
        )


def _tables(connection: object) -> list[str]:
    query = (
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()"
    )
    rows = connection.execute(query).fetchall()  # type: ignore[attr-defined]
    return [".".join(identifier(str(part)) for part in row) for row in rows]


def _build_aside(home: Home) -> str:
    put_aside(home)
    return "it was put aside; the next refresh makes it anew"


def _state(home: Home) -> Iterator[Finding]:
    if home.exists(BUILD_STATE) and state.read(home) is None:
        yield mendable(
            "state",
            BUILD_STATE,
            "it cannot be read: `zhibiao status` knows no sources; the next load writes it",
            partial(_remove, [local_path(home, BUILD_STATE)]),
        )


def leftovers(home: Home) -> Iterator[Finding]:
    """What killed processes had not written to the end. Only for the holder of the lock: it may be work in hand."""
    folder = local_path(home)
    old = time.time() - OLD_SECONDS
    releases = sorted(local_path(home, RELEASES).glob(".*.partial")) + sorted(folder.glob(f".{CURRENT}.*.partial"))
    if releases:
        yield mendable(
            "leftover",
            f"{RELEASES}/{releases[0].name}",
            f"{len(releases)} left by a publication that was killed",
            partial(_clean_releases, home),
            f"{MEND}, or let the next refresh do it",
        )
    tops = [path for path in folder.iterdir() if path.name not in SKIPPED] if folder.is_dir() else []
    files = [
        path for top in tops for path in ([top] if top.is_file() else top.rglob("*.partial")) if _is_left(path, old)
    ]
    files = [path for path in files if not any(each in (path, *path.parents) for each in releases)]
    if files:
        yield mendable(
            "leftover",
            str(files[0].relative_to(folder)),
            f"{len(files)} files that a killed process had not written to the end",
            partial(_clear_files, home, files),
            f"{MEND}, or let the next refresh do it",
        )


def _past_builds(home: Home) -> Iterator[Finding]:
    scratch = local_path(home, PAST)
    builds = [path for path in scratch.iterdir() if path.is_dir()] if scratch.is_dir() else []
    if builds:
        yield mendable(
            "leftover",
            f"{PAST}/{builds[0].name}",
            f"{len(builds)} scratch builds of past dates, left by commands that were killed or are at work",
            partial(_clear_past, home),
        )


def _is_left(path: Path, old: float) -> bool:
    try:
        return path.name.endswith(".partial") and path.is_file() and path.stat().st_mtime < old
    except OSError:
        return False


def _clear_files(home: Home, files: list[Path]) -> str:
    """Remove what was not written to the end; a body that was, and only lacked its name, gets it."""
    saved = 0
    for path in files:
        name = path.name.split(".", 1)[0]
        target = path.with_name(name)
        is_body = str(path.relative_to(local_path(home))).startswith(f"{BODIES}/") and len(name) == 64
        if is_body and not target.exists() and sha256_of(path) == name:
            os.replace(path, target)
            saved += 1
        else:
            path.unlink(missing_ok=True)
    return f"{len(files) - saved} removed" + (f", {saved} whole bodies kept" if saved else "")


def _clean_releases(home: Home) -> str:
    return f"removed {shortened(release.clean(home), 3)}"


def _clear_past(home: Home) -> str:
    past.clear(home)
    return "those of killed commands were removed"


def _remove(paths: list[Path]) -> str:
    for path in paths:
        remove(path)
    return "removed"


def _lock(home: Home) -> Iterator[Finding]:
    path = local_path(home, lock.LOCK_FILE)
    try:
        text = path.read_text(errors="replace") if path.exists() else ""
    except OSError as error:
        yield person("lock", lock.LOCK_FILE, f"it cannot be read: {error.strerror}", "see `rights`")
        return
    if lock.holds(home):
        yield ok("lock", lock.LOCK_FILE, "nobody else works on this home")
        return
    owner = lock.owner(home)
    if owner is not None:
        yield ok(
            "lock",
            lock.LOCK_FILE,
            f"held by {owner.purpose}, process {owner.pid} on {owner.host}, which is alive: the "
            f"system lets go of it when that process ends (since {owner.since:%Y-%m-%d %H:%M:%S} UTC)",
        )
    elif text.strip():
        yield ok("lock", lock.LOCK_FILE, f"free; its last owner was killed ({_purpose(text)}), which blocks nobody")
    else:
        yield ok("lock", lock.LOCK_FILE, "free")


def _purpose(text: str) -> str:
    try:
        return str(json.loads(text)["purpose"])
    except (ValueError, KeyError, TypeError):
        return "it left no name"


def _disk(home: Home) -> Iterator[Finding]:
    if lack := lack_of_room(home):
        action = "free space (old releases, `damaged/`, `logs/`), or move the home to a larger disk (`zhibiao backup`)"
        yield person("disk", home.root, lack, action)
    else:
        yield ok("disk", home.root, f"{shutil.disk_usage(local_path(home)).free / 1e6:.0f} MB free")


def _rights(home: Home) -> Iterator[Finding]:
    root = local_path(home)
    owner = root.stat().st_uid
    unreadable, closed, foreign = [], [], Counter[int]()
    first: dict[int, str] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            place = str(path.relative_to(root))
            try:
                told = path.lstat()
            except OSError:
                continue
            if told.st_uid != owner:
                foreign[told.st_uid] += 1
                first.setdefault(told.st_uid, place)
            if path.is_symlink():
                continue
            is_folder = name in folders
            if not os.access(path, os.R_OK | (os.X_OK if is_folder else 0)):
                unreadable.append(place)
            elif is_folder and not os.access(path, os.W_OK):
                closed.append(place)
    if not os.access(root, os.W_OK | os.X_OK):
        closed.insert(0, ".")
    if unreadable:
        yield person(
            "rights",
            unreadable[0],
            f"{len(unreadable)} files cannot be read by this user",
            f"as their owner: `chmod -R u+rX {root}`",
        )
    if closed:
        yield person(
            "rights",
            closed[0],
            f"{len(closed)} folders cannot be written to: no refresh can work (a disk that is "
            "mounted read-only, or rights that were taken away)",
            f"mount the disk for writing, or as their owner: `chmod -R u+w {root}`",
        )
    for uid, count in foreign.items():
        yield person(
            "rights",
            first[uid],
            f"{count} files belong to user {uid}, the home to user {owner} (was a command run as another user?)",
            f"as root: `chown -R --from={uid} {owner} {root}`",
        )
    if not unreadable and not closed and not foreign:
        yield ok("rights", home.root, "every file can be read, every folder written to")


def _runs(home: Home) -> Iterator[Finding]:
    try:
        runs = status.last_runs(home, lock.owner(home))
    except (OSError, ValueError) as error:
        yield ok("runs", "runs", f"cannot be read ({error}); nothing depends on them")
        return
    killed = [run.run_id for run in runs if run.state == "killed"]
    if killed:
        yield ok(
            "runs",
            f"runs/{killed[0]}",
            f"{len(killed)} of the last {len(runs)} refreshes were killed "
            f"({shortened(killed, 3)}); the next one goes on where they stopped",
        )
    elif runs:
        yield ok("runs", f"runs/{runs[0].run_id}", f"the last refresh: {runs[0].state}")

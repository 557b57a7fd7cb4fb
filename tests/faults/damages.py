"""Damage to the files of a home, as disks, crashes and people do it: each a function that spoils one thing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scrapers.archive import Archive
from scrapers.captures import Origin
from scrapers.home import Home


@dataclass(frozen=True)
class Damage:
    """One thing spoilt in one way."""

    kind: str
    """What is spoilt, as the table names it."""
    way: str
    do: Callable[[Path], None]
    spoils_release: bool = False
    """True where the release that is current is itself spoilt: its readers cannot be spared that."""


def flipped(file: Path) -> None:
    """One bit in the middle is another."""
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 0x10
    _write(file, bytes(body))


def cut(file: Path) -> None:
    """The second half is gone."""
    _write(file, file.read_bytes()[: file.stat().st_size // 2])


def emptied(file: Path) -> None:
    _write(file, b"")


def removed(file: Path) -> None:
    file.unlink()


def overwritten(file: Path) -> None:
    """Other bytes stand at its beginning, as after a disk error."""
    _write(file, b"\x00" * 4096 + file.read_bytes()[4096:])


WAYS: dict[str, Callable[[Path], None]] = {
    "one bit flipped": flipped, "cut in half": cut, "emptied": emptied, "removed": removed,
    "beginning overwritten": overwritten,
}  # fmt: skip


def _write(file: Path, body: bytes) -> None:
    """Write also where the file is read-only, in place, as a disk error does."""
    mode = file.stat().st_mode
    file.chmod(0o644)
    file.write_bytes(body)
    file.chmod(mode)


def newest_body(home: Path) -> Path:
    """The body of the capture that was fetched last."""
    fetched = [c for c in Archive(Home.at(home)).captures() if c.origin is Origin.FETCHED]
    sha256 = max(fetched, key=lambda capture: capture.fetched_at).body_sha256
    return next((home / "captures" / "bodies").rglob(sha256))


def shipped_body(home: Path) -> Path:
    """The body of a capture that the project ships."""
    shipped = [c for c in Archive(Home.at(home)).captures() if c.origin is Origin.STARTER]
    return next((home / "captures" / "bodies").rglob(shipped[-1].body_sha256))


def newest_log(home: Path) -> Path:
    return max((home / "captures" / "log").rglob("*.jsonl"), key=lambda file: file.stat().st_mtime)


def newest_records(home: Path) -> Path:
    return max((home / "records").rglob("*.parquet"), key=lambda file: file.stat().st_mtime)


def newest_outcome(home: Path) -> Path:
    return newest_records(home).with_suffix(".json")


def other_outcome(home: Path) -> Path:
    """An outcome with records that is not the newest."""
    files = sorted((home / "records").rglob("*.parquet"), key=lambda file: file.stat().st_mtime)
    return files[0].with_suffix(".json")


def _release(name: str) -> Callable[[Path], Path]:
    return lambda home: (home / "current").resolve() / name


def _at(name: str) -> Callable[[Path], Path]:
    return lambda home: home / name


def _spoil(find: Callable[[Path], Path], way: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda home: way(find(home))


def torn_line(home: Path) -> None:
    """The last line of a log file was not written to its end."""
    file = newest_log(home)
    file.write_bytes(file.read_bytes() + b'{"attempt_id":"' + b"a" * 20)


def garbage_line(home: Path) -> None:
    """A line of zeros stands among the lines of a log file, as some file systems leave it."""
    file = newest_log(home)
    file.write_bytes(b"\x00" * 300 + b"\n" + file.read_bytes())


def leftovers(home: Path) -> None:
    """What killed processes leave: partial files, a partial release, a journal of the build."""
    (home / "captures" / "bodies" / "00.abc.partial").write_bytes(b"half a body")
    partial = home / "releases" / ".20000101T000000Z-0000.partial"
    partial.mkdir()
    (partial / "marts.duckdb").write_bytes(b"half a database")
    (home / ".current.abcd.partial").symlink_to("releases/nothing")


def stray_journal(home: Path) -> None:
    (home / "build" / "warehouse.duckdb.wal").write_bytes(b"\x01\x02" * 5000)


def build_is_folder(home: Path) -> None:
    database = home / "build" / "warehouse.duckdb"
    database.unlink()
    database.mkdir()


def current_dangles(home: Path) -> None:
    (home / "current").unlink()
    (home / "current").symlink_to("releases/20000101T000000Z-0000")


def current_is_folder(home: Path) -> None:
    """The home was copied without its links."""
    release = (home / "current").resolve()
    (home / "current").unlink()
    shutil.copytree(release, home / "current")


def all_damages() -> Iterator[Damage]:
    """Every damage that is tried."""
    for kind, find in (("newest capture", newest_body), ("shipped capture", shipped_body)):
        for name, way in WAYS.items():
            yield Damage(kind, name, _spoil(find, way))
    for kind, find in (("record file", newest_records), ("parse outcome", other_outcome)):
        for name, way in WAYS.items():
            yield Damage(kind, name, _spoil(find, way))
    for name in ("removed", "emptied"):
        yield Damage("log file", name, _spoil(newest_log, WAYS[name]))
    yield Damage("log file", "last line torn", torn_line)
    yield Damage("log file", "line of zeros", garbage_line)
    for name, way in WAYS.items():
        yield Damage("build database", name, _spoil(_at("build/warehouse.duckdb"), way))
    yield Damage("build database", "stray journal", stray_journal)
    yield Damage("build database", "a folder in its place", build_is_folder)
    for name in ("build/state.json", "build/run", "build/dbt/partial_parse.msgpack", "build/dbt/manifest.json"):
        yield Damage("small files of the build", f"{name} cut", _spoil(_at(name), cut))
    for file in ("marts.duckdb", "manifest.json", "SHA256SUMS"):
        for name in ("one bit flipped", "cut in half", "removed"):
            yield Damage("release", f"{file} {name}", _spoil(_release(file), WAYS[name]), spoils_release=True)
    for name, do in {"removed": lambda home: (home / "current").unlink(), "dangling": current_dangles,
                     "a folder": current_is_folder}.items():  # fmt: skip
        yield Damage("link current", name, do, spoils_release=True)
    for name in ("airflow/airflow.db", "airflow/airflow.cfg", "airflow/migrated"):
        for way in ("emptied", "beginning overwritten", "removed"):
            yield Damage("files of Airflow", f"{name} {way}", _spoil(_at(name), WAYS[way]))
    yield Damage("left by killed processes", "partial files, partial release", leftovers)

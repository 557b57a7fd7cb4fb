"""Readers of `current`, of every kind that there is, each asking without a break until it is told to stop.

`python -m tests.faults.reading HOME STOP OUT KIND…` runs one reader a kind, in threads. What each of them met goes to
the file OUT. None knows what is published: whether a pair of tables belongs together, the one who publishes can say.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

TABLES = ("dim_source", "open_questions")
"""Tables of which a reader takes the fingerprints; a publication changes both."""

FINGERPRINT = "SELECT count(*), (coalesce(sum(hash(t)::HUGEINT), 0)::HUGEINT)::VARCHAR FROM {table} AS t"


@dataclass
class Met:
    """What one reader met."""

    kind: str
    reads: int = 0
    errors: list[str] = field(default_factory=list)
    """The first words of each error."""
    halves: list[str] = field(default_factory=list)
    """What did not belong together by the reader's own knowledge."""
    pairs: list[list[str]] = field(default_factory=list)
    """Distinct fingerprints of the two tables, as seen in one connection, in the order seen."""


class Half(Exception):  # noqa: N818
    """Two things of different releases in one reading."""


def fingerprints(ask: Callable[[str], Any], schema: str) -> list[str]:
    """The two tables as one connection shows them: rows and hash of each."""
    return [" ".join(map(str, ask(FINGERPRINT.format(table=f"{schema}.{table}")))) for table in TABLES]


def manifest_fingerprints(manifest: dict[str, Any]) -> list[str]:
    """The same as the manifest of a release promises it."""
    promised = [manifest["tables"][table] for table in TABLES]
    return [f"{each['rows']} {each['fingerprint']}" for each in promised]


def _told(pair: list[str]) -> list[str]:
    """In the form of a manifest: the sum of the hashes, modulo 2**128, in hex."""
    words = [each.split() for each in pair]
    return [f"{rows} {int(total) % 2**128:032x}" for rows, total in words]


# --- kinds ------------------------------------------------------------------------------------------------------------


def _connect(home: Path) -> list[str]:
    """A program that opens the file anew for each question, as documented."""
    options = {"enable_external_access": "false"}
    with duckdb.connect(str(home / "current" / "marts.duckdb"), read_only=True, config=options) as connection:
        return fingerprints(lambda query: connection.execute(query).fetchone(), "marts.marts")


def _attach(home: Path) -> list[str]:
    """A program with a database of its own that attaches the release."""
    with duckdb.connect() as connection:
        path = str(home / "current" / "marts.duckdb").replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS zhibiao (READ_ONLY)")
        found = fingerprints(lambda query: connection.execute(query).fetchone(), "zhibiao.marts")
        connection.execute("DETACH zhibiao")
        return found


def _parquet(home: Path) -> list[str]:
    """A program that reads Parquet: it follows the link once, and then stays in that release."""
    release = (home / "current").resolve()
    manifest = json.loads((release / "manifest.json").read_text())
    with duckdb.connect() as connection:
        for table in TABLES:
            path = str(release / "parquet" / f"{table}.parquet").replace("'", "''")
            connection.execute(f"CREATE TEMP VIEW {table} AS FROM read_parquet('{path}')")
        found = fingerprints(lambda query: connection.execute(query).fetchone(), "temp.main")
    if _told(found) != manifest_fingerprints(manifest) or manifest["release_id"] != release.name:
        raise Half(f"Parquet of {release.name} is not what its manifest says")
    return found


def _text(home: Path) -> None:
    """A person's tools: report, manifest and checksums of one release."""
    release = (home / "current").resolve()
    manifest = json.loads((release / "manifest.json").read_text())
    report = (release / "report.md").read_text(encoding="utf-8")
    sums = (release / "SHA256SUMS").read_text()
    first = report.splitlines()[0]
    if manifest["release_id"] != release.name or first != f"# Release {release.name}" or "manifest.json" not in sums:
        raise Half(f"{release.name}: manifest {manifest['release_id']}, report {first!r}")


def _ask(home: Path) -> list[str]:
    """What `zhibiao sql` does, without the start of a program."""
    from scrapers.home import Home
    from warehouse.past import marts_of
    from warehouse.sql import ask

    def one(query: str) -> Any:
        with ask(marts.database, query) as answer:
            return next(iter(answer.rows))

    with marts_of(Home.at(home), None) as marts:
        return fingerprints(one, "marts")


def _command(home: Path) -> list[str]:
    """`zhibiao sql` itself."""
    query = " UNION ALL ".join(
        f"SELECT {number} AS n, q.* FROM ({FINGERPRINT.format(table=f'marts.{table}')}) AS q"
        for number, table in enumerate(TABLES)
    )
    command = [sys.executable, "-m", "warehouse.cli", "--home", str(home), "sql", "--format", "csv", query]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-300:])
    rows = sorted(list(csv.reader(io.StringIO(done.stdout)))[1:])
    return [f"{count} {total}" for _, count, total in rows]


def _sqlalchemy(home: Path) -> list[str]:
    """A BI tool that goes through SQLAlchemy."""
    import sqlalchemy

    address = f"duckdb:///{home}/current/marts.duckdb?access_mode=read_only&enable_external_access=false"
    engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        return fingerprints(lambda query: connection.execute(sqlalchemy.text(query)).fetchone(), "marts.marts")


KINDS: dict[str, Callable[[Path], list[str] | None]] = {
    "connect": _connect, "attach": _attach, "parquet": _parquet, "text": _text, "ask": _ask, "command": _command,
    "sqlalchemy": _sqlalchemy,
}  # fmt: skip


def _kept(home: Path, stop: Path, met: Met) -> None:
    """A program that opens a release once and keeps it: whatever is published or pruned, its answers stay the same."""
    path = (home / "current").resolve() / "marts.duckdb"
    with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"}) as connection:
        first: list[str] | None = None
        for _ in _until(stop, met):
            found = fingerprints(lambda query: connection.execute(query).fetchone(), "marts.marts")
            first = first or found
            met.pairs = [_told(first)]
            if found != first:
                raise Half("an open connection changed its answer")


def read(home: Path, stop: Path, kind: str) -> Met:
    """Read until the file `stop` is there."""
    met = Met(kind)
    if kind == "kept":
        try:
            _kept(home, stop, met)
        except Half as half:
            met.halves.append(str(half))
        except Exception as error:
            met.errors.append(f"{type(error).__name__}: {error}"[:300])
        return met
    for _ in _until(stop, met):
        try:
            found = KINDS[kind](home)
        except Half as half:
            met.halves.append(str(half))
        except Exception as error:
            met.errors.append(f"{type(error).__name__}: {error}"[:300])
        else:
            if found is not None and _told(found) not in met.pairs:
                met.pairs.append(_told(found))
    return met


def _until(stop: Path, met: Met) -> Iterator[None]:
    while not stop.exists():
        met.reads += 1
        yield
        time.sleep(0)


def main(home: str, stop: str, out: str, *kinds: str) -> None:
    os.nice(10)  # who publishes is not to wait for twenty who do nothing but read
    found: list[Met] = []
    threads = [
        threading.Thread(target=lambda kind=kind: found.append(read(Path(home), Path(stop), kind))) for kind in kinds
    ]
    for thread in threads:
        thread.start()
    Path(f"{out}.begun").touch()
    for thread in threads:
        thread.join()
    partial = Path(f"{out}.partial")
    partial.write_text(json.dumps([asdict(met) for met in found]))
    os.replace(partial, out)


if __name__ == "__main__":
    main(*sys.argv[1:])

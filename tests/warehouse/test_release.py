"""Publishing: whole or not at all, one rename, and readers that never notice."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path

import duckdb
import pytest

from scrapers.home import Home
from tests.warehouse import made
from warehouse import release
from warehouse.errors import Trouble
from warehouse.marts import NoMarts
from warehouse.release import Release


def publish(home: Home, facts: dict[str, float] | None = None, **options: int) -> Release:
    if facts is not None:
        made.marts(home, facts)
    return release.publish(home, run_id="run1", as_of=date(2024, 6, 30), audit=made.AUDIT, **options)  # type: ignore[arg-type]


def facts(database: Path) -> dict[str, int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "SELECT region_id, value::INT FROM marts.marts.fct_region_indicator ORDER BY 1"
        ).fetchall()
    return dict(rows)


def link(home: Home) -> Path:
    return Path(home.path("current"))


def test_a_release_has_everything_and_current_points_at_it(home: Home, tmp_path: Path) -> None:
    made.marts(home, {"r1": 5, "r2": 7})
    docs = tmp_path / "docs"
    (docs / "static").mkdir(parents=True)
    (docs / "static" / "index.html").write_text("<p>")
    done = release.publish(home, run_id="run1", as_of=date(2024, 6, 30), audit=made.AUDIT, data_docs=docs)
    assert done.is_current and str(link(home).readlink()) == f"releases/{done.release_id}"
    present = {path.relative_to(done.folder).as_posix() for path in done.folder.rglob("*") if path.is_file()}
    assert {"marts.duckdb", "manifest.json", "report.md", "SHA256SUMS", "data_docs/static/index.html"} <= present
    assert facts(link(home) / "marts.duckdb") == {"r1": 5, "r2": 7}
    parquet = duckdb.sql(f"SELECT sum(value)::INT FROM '{done.folder}/parquet/fct_region_indicator.parquet'").fetchone()
    assert parquet == (12,)
    manifest = json.loads((done.folder / "manifest.json").read_text())
    assert manifest["tables"]["fct_region_indicator"]["rows"] == 2
    assert manifest["tables"]["dim_source"]["rows"] == 1  # a view of the build is a table of the release
    assert set(manifest["files"]) == present - {"manifest.json", "SHA256SUMS"}
    assert manifest["audit"] == made.AUDIT
    assert manifest["previous"] is None
    assert release.verify(done) == []
    assert not stat.S_IMODE((done.folder / "marts.duckdb").stat().st_mode) & 0o222


def test_comments_and_not_null_survive(home: Home) -> None:
    done = publish(home, {"r1": 5})
    with duckdb.connect(str(done.database), read_only=True) as connection:
        comments = connection.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE comment IS NOT NULL "
            "UNION ALL SELECT column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL AND NOT internal "
            "ORDER BY 1"
        ).fetchall()
        nullable = connection.execute(
            "SELECT column_name, is_nullable FROM duckdb_columns() WHERE table_name = 'fct_observation'"
        ).fetchall()
    assert comments == [
        ("dim_source", "One row per source"),
        ("fct_region_indicator", "One row per region's figure"),
        ("value", "The figure in base units"),
    ]
    assert dict(nullable)["value"] is False and dict(nullable)["url"] is True


def test_only_the_marts_are_published(home: Home) -> None:
    from warehouse.load import load

    made.pages(home, 1)
    load(home, made.CATALOG)
    done = publish(home, {"r1": 5})
    with duckdb.connect(str(done.database), read_only=True) as connection:
        schemas = connection.execute("SELECT DISTINCT schema_name FROM duckdb_tables()").fetchall()
    assert schemas == [("marts",)]


def test_the_difference_to_the_release_before_is_in_manifest_and_report(home: Home) -> None:
    first = publish(home, {"r1": 5, "r2": 7})
    made.marts(home, {"r1": 6, "r3": 1, "r4": 2}, {"plan-t01": "on_track"})
    second = publish(home)
    told = second.manifest.difference
    assert second.manifest.previous == first.release_id == told.compared_with
    assert (told.facts_added, told.facts_changed, told.facts_gone, told.targets_moved) == (2, 1, 1, 1)
    text = second.report.read_text()
    assert "2 facts added, 1 changed, 1 gone; 1 targets moved" in text
    assert "| plan | plan-t01 | ahead (pace) | on_track (pace) |" in text
    assert "| made_source | 2 | 3 | 2 | 3 |" in text
    assert "| warning | marts.x | gain | 2 facts more |" in text


def test_the_same_again_is_a_release_that_says_so(home: Home) -> None:
    first = publish(home, {"r1": 5})
    second = publish(home)
    assert second.release_id > first.release_id
    assert second.manifest.difference.is_empty
    assert "No difference to" in second.report.read_text()
    prints = [{name: info.fingerprint for name, info in each.manifest.tables.items()} for each in (first, second)]
    assert prints[0] == prints[1]


def test_a_failed_critical_expectation_publishes_nothing(home: Home) -> None:
    first = publish(home, {"r1": 5})
    bad = [*made.AUDIT, {"check_name": "bounds", "severity": "critical", "passed": False}]
    with pytest.raises(Trouble, match="bounds"):
        release.publish(home, run_id="run2", as_of=date(2024, 6, 30), audit=bad)
    assert [each.release_id for each in release.releases(home)] == [first.release_id]


def test_a_build_without_marts_publishes_nothing_and_leaves_nothing(home: Home) -> None:
    from warehouse.load import load

    load(home, made.CATALOG)
    with pytest.raises(NoMarts):
        publish(home)
    assert not any(Path(home.path("releases")).iterdir()) and not link(home).exists()


def test_rollback_and_back(home: Home) -> None:
    first, second = publish(home, {"r1": 5}), publish(home, {"r1": 6})
    assert release.rollback(home, first.release_id).is_current
    assert facts(link(home) / "marts.duckdb") == {"r1": 5}
    release.rollback(home, second.release_id)
    assert facts(link(home) / "marts.duckdb") == {"r1": 6}
    with pytest.raises(release.NoRelease, match=second.release_id):
        release.rollback(home, "20200101T000000Z-0000")
    with pytest.raises(release.NoRelease):
        release.rollback(home, "../../etc")


def test_pruning_keeps_the_newest_and_always_the_current(home: Home) -> None:
    made.marts(home, {"r1": 5})
    ids = [publish(home, keep=10).release_id for _ in range(4)]
    release.rollback(home, ids[0])
    assert release.prune(home, keep=2) == [ids[1]]
    assert [each.release_id for each in release.releases(home)] == [ids[3], ids[2], ids[0]]
    assert release.current(home).release_id == ids[0]
    fifth = publish(home, keep=1)
    # what was current until now goes only the next time: a reader may just have followed the link to it
    assert [each.release_id for each in release.releases(home)] == [fifth.release_id, ids[0]]
    sixth = publish(home, keep=1)
    assert [each.release_id for each in release.releases(home)] == [sixth.release_id, fifth.release_id]


@pytest.mark.parametrize("harm", ["byte", "missing", "extra", "manifest", "checksums"])
def test_a_damaged_release_is_detected_and_never_made_current(home: Home, harm: str) -> None:
    first, second = publish(home, {"r1": 5}), publish(home, {"r1": 6})
    target = first.folder / "parquet" / "fct_observation.parquet"
    if harm == "byte":
        target.chmod(0o644)
        content = bytearray(target.read_bytes())
        content[50] ^= 1
        target.write_bytes(content)
    elif harm == "missing":
        target.unlink()
    elif harm == "extra":
        (first.folder / "marts.duckdb.wal").write_text("someone opened it for writing")
    elif harm == "manifest":
        (first.folder / "manifest.json").chmod(0o644)
        (first.folder / "manifest.json").write_text("{")
    else:
        (first.folder / "SHA256SUMS").unlink()
    with pytest.raises(release.ReleaseDamaged):
        release.rollback(home, first.release_id)
    assert release.current(home).release_id == second.release_id
    assert release.verify(release.current(home)) == []


def test_a_damaged_current_release_does_not_stop_the_next_one(home: Home) -> None:
    first = publish(home, {"r1": 5})
    first.database.chmod(0o644)
    first.database.write_bytes(b"gone")
    second = publish(home, {"r1": 6})
    assert second.is_current
    assert "cannot be read" in str(second.manifest.difference)


def test_a_folder_in_the_place_of_current_is_not_overwritten(home: Home) -> None:
    link(home).mkdir(parents=True)
    with pytest.raises(Trouble, match="is a folder"):
        publish(home, {"r1": 5})


KILL = """
import os, sys
from datetime import date
from pathlib import Path
from scrapers.home import Home
from tests.warehouse import made
from warehouse import marts, release

where, when = sys.argv[2], sys.argv[3]
owner = {"copy": marts, "export": marts, "rename": Path}.get(where, release)
real = getattr(owner, where)

def deadly(*arguments, **named):
    if when == "after":
        real(*arguments, **named)
    os.kill(os.getpid(), 9)

setattr(owner, where, deadly)
home = Home.at(sys.argv[1])
release.publish(home, run_id="run2", as_of=date(2024, 6, 30), audit=made.AUDIT, keep=1)
"""


@pytest.mark.parametrize(
    ("where", "when"),
    [
        ("copy", "after"),
        ("export", "after"),
        ("_check_whole", "before"),
        ("rename", "before"),
        ("rename", "after"),
        ("point_current_at", "after"),
        ("prune", "after"),
    ],
)
def test_a_killed_publication_never_shows_and_the_next_one_cleans_up(home: Home, where: str, when: str) -> None:
    first = publish(home, {"r1": 5})
    made.marts(home, {"r1": 6})
    assert made.killed(made.python(KILL, home, where, when))
    serving = release.current(home)
    assert release.verify(serving) == []
    assert facts(link(home) / "marts.duckdb") == ({"r1": 6} if where in ("point_current_at", "prune") else {"r1": 5})
    for each in release.releases(home):
        assert release.verify(each) == []
    third = publish(home, {"r1": 7})
    assert third.is_current and not list(Path(home.path("releases")).glob(".*"))
    assert third.release_id > serving.release_id >= first.release_id

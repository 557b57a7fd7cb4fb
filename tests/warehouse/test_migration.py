"""A home of an older layout is brought to today's; a newer one is refused and not touched."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from scrapers.archive import Archive
from scrapers.home import Home
from tests.warehouse import homes, made
from tests.warehouse.homes import tree, whole
from warehouse import load, raw, release
from warehouse.care import first_aid, layout
from warehouse.care.backup import backup
from warehouse.care.layout import LAYOUT, HomeNewer, HomeUnreadable, Step
from warehouse.care.restore import restore
from warehouse.database import build_path, connect_build


def older(home: Home) -> None:
    """Take from a home what an earlier version did not write."""
    Path(home.path("home.json")).unlink()
    for place in home.list("captures/log"):
        lines = [json.loads(line) for line in home.read(place).splitlines()]
        for line in lines:
            del line["capture"]["knowledge"]
        home.write("".join(json.dumps(line) + "\n" for line in lines).encode(), place)
    for place in home.list("records", suffix=".json"):
        told = json.loads(home.read(place))
        for name in ("records_sha256", "checks", "findings", "leftovers", "layout", "document", "statements"):
            del told[name]
        home.write(json.dumps(told).encode(), place)
    for folder in Path(home.path("releases")).iterdir():
        older_release(folder)
    with duckdb.connect(str(build_path(home))) as connection:
        connection.execute("DROP TABLE raw.entered_evidence; DROP TABLE raw.page_checks")
        connection.execute("UPDATE raw.schema_version SET version = version - 2")


def older_release(folder: Path) -> None:
    """A release whose marts lack a column and whose manifest lacks what older ones did not say, whole for its time."""
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with duckdb.connect(str(folder / "marts.duckdb")) as connection:
        connection.execute("USE marts")  # the schema: the file is a catalog of the same name
        connection.execute("ALTER TABLE fct_target_progress DROP COLUMN reason_code")
        connection.execute(f"COPY fct_target_progress TO '{folder}/parquet/fct_target_progress.parquet'")
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in ("storage_version", "git_commit", "duckdb_version", "difference", "raw_schema_version"):
        del manifest[name]
    manifest["files"] = {name: info.model_dump() for name, info in release._files(folder).items()
                         if name not in ("manifest.json", "SHA256SUMS")}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "SHA256SUMS").unlink()
    lines = [f"{info.sha256}  {name}\n" for name, info in release._files(folder).items()]
    (folder / "SHA256SUMS").write_text("".join(lines))


def test_a_home_of_an_older_version_is_migrated_and_loses_nothing(home: Home) -> None:
    pages = whole(home)
    older(home)
    names = [each.release_id for each in release.releases(home)]
    assert len(names) == 2 and all(release.verify(each) == [] for each in release.releases(home))
    first_aid.first_aid(home)
    assert layout.stated(home).layout == LAYOUT and layout.stated(home).home_id
    assert [each.capture_id for each in Archive(home).captures()] == [each.capture_id for each in pages]
    assert load.load(home, made.CATALOG).records == 3 * len(pages)
    with closing(connect_build(home, read_only=True)) as connection:
        assert raw.version(connection) == raw.SCHEMA_VERSION
    made.marts(home, {"r1": 6, "r2": 1})
    new = release.publish(home, run_id="new", as_of=release.current(home).manifest.as_of, audit=made.AUDIT)
    assert (new.manifest.difference.facts_gone, new.manifest.difference.facts_added) == (0, 1)
    assert [each.release_id for each in release.releases(home)] == [new.release_id, *names]
    assert release.rollback(home, names[1]).is_current
    assert release.rollback(home, new.release_id).is_current
    assert homes.is_sound(home) or made.zhibiao(home, "doctor", "--mend").returncode == 0


def test_an_older_backup_is_brought_to_todays_layout(home: Home, tmp_path: Path) -> None:
    whole(home)
    older(home)
    backup(home, tmp_path / "copy")
    again = Home.at(tmp_path / "again")
    assert any("layout 2" in note for note in restore(tmp_path / "copy", again).notes)
    assert layout.stated(again).layout == LAYOUT and homes.is_sound(again)


@pytest.mark.parametrize("told", [{"layout": 99, "made_by": "9.9"}, {"layout": 99, "restoring": "/x", "new": [1]}])
def test_a_home_of_a_newer_layout_is_refused_and_not_touched(
    home: Home, tmp_path: Path, told: dict[str, object]
) -> None:
    whole(home)
    home.write(json.dumps(told).encode(), "home.json")
    before = tree(Path(home.root))
    page = tmp_path / "page.html"
    page.write_text("<p>x</p>")
    commands = [["refresh"], ["doctor", "--mend"], ["import", str(page)], ["status"], ["backup", f"{tmp_path}/copy"],
                ["restore", str(tmp_path / "copy")], ["rollback", release.releases(home)[1].release_id]]  # fmt: skip
    for command in commands:
        done = made.zhibiao(home, *command)
        assert done.returncode in (2, 3) and "Traceback" not in done.stderr, done.stderr
        if command[0] not in ("restore",):
            assert "layout 99" in done.stderr and "install that version" in done.stderr
    with pytest.raises(HomeNewer):
        first_aid.first_aid(home)
    assert tree(Path(home.root)) == before and not (tmp_path / "copy").exists()


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"layout": 0}', b'{"layout": "x"}', b"\xff\xfe", b"null"])
def test_a_home_json_that_cannot_be_read_is_told_and_mended(home: Home, text: bytes) -> None:
    whole(home)
    home.write(text, "home.json")
    with pytest.raises(HomeUnreadable, match="zhibiao doctor --mend"):
        layout.check(home)
    assert made.zhibiao(home, "doctor", "--mend").returncode == 0
    assert layout.check(home).layout == LAYOUT


def test_steps_run_once_in_order_and_go_on_where_they_were_killed(home: Home) -> None:
    done: list[str] = []

    def fails_once(_: Home) -> None:
        done.append("three")
        if done.count("three") == 1:
            raise KeyboardInterrupt

    steps = (
        Step(2, "two", lambda _: done.append("two")),
        Step(3, "three", fails_once),
        Step(4, "four", lambda _: done.append("four")),
    )
    with pytest.raises(KeyboardInterrupt):
        layout.migrate(home, steps=steps)
    assert layout.stated(home).layout == 2
    name = layout.stated(home).home_id
    assert layout.migrate(home, steps=steps) == ["layout 3: three", "layout 4: four"]
    assert done == ["two", "three", "three", "four"] and layout.migrate(home, steps=steps) == []
    assert layout.stated(home).home_id == name
    with pytest.raises(HomeNewer):  # and the version of before refuses it
        layout.check(home, steps=steps[:1])


def test_the_numbers_of_the_steps_have_no_gap() -> None:
    assert [step.to for step in layout.STEPS] == list(range(2, LAYOUT + 1))


MIGRATE = """
from warehouse.care import layout

def prepare(point):
    shutil.copytree(sys.argv[1], f"{sys.argv[2]}/home{point}", symlinks=True)
    return Home.at(f"{sys.argv[2]}/home{point}")

def work(home):
    layout.migrate(home)
"""


def test_a_migration_that_is_killed_anywhere_is_ended_by_the_next_refresh(home: Home, tmp_path: Path) -> None:
    pages = whole(home)
    older(home)
    for point in range(1, homes.kills(home, MIGRATE, str(tmp_path)) + 1):
        trial = Home.at(tmp_path / f"home{point}")
        first_aid.first_aid(trial)
        assert layout.stated(trial).layout == LAYOUT
        assert load.load(trial, made.CATALOG).records == 3 * len(pages)


def test_a_home_that_nobody_may_write_to_is_still_looked_at(home: Home) -> None:
    whole(home)
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    Path(home.root).chmod(0o555)
    try:
        done = made.zhibiao(home, "doctor")
        assert done.returncode == 1 and "rights" in done.stdout
    finally:
        Path(home.root).chmod(0o755)

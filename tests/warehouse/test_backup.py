"""A backup holds what was collected, entered and published; killed or damaged it never costs the one before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from datetime import date
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.home import Home
from scrapers.quarantine import decisions
from scrapers.quarantine.decisions import DecisionKind
from tests.warehouse import homes, made
from tests.warehouse.homes import body_path, tree, whole
from warehouse import load, release
from warehouse.care import layout, store
from warehouse.care.backup import backup, verify
from warehouse.care.copying import BackupFailed
from warehouse.care.restore import HomeNotEmpty, RestoreFailed, restore
from warehouse.care.store import BackupDamaged, BackupNewer, NoBackup
from warehouse.places import HomeNotLocal

MADE_ANEW = ("build", "refresh.lock", "plans.lock", "logs", "past", "politeness", "airflow", "decisions", "home.json")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def restored(copy: Path, folder: Path) -> Home:
    home = Home.at(folder)
    restore(copy, home)
    return home


def altered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(content))


def object_of(copy: Path, path: str) -> Path:
    return store.object_path(copy, store.read_manifest(copy).files[path].sha256)


def resealed(copy: Path, **changed: object) -> None:
    """A manifest that says something else, and is sealed as the command would."""
    told = json.loads((copy / "backup.json").read_text())
    del told["seal"]
    told |= changed
    (copy / "backup.json").write_text(json.dumps(told | {"seal": store._seal(told)}))


def test_what_comes_back_is_what_was_there(home: Home, copy: Path, tmp_path: Path) -> None:
    whole(home)
    home.write(b'{"day": "2026-01-01", "calls": 3}', "budgets/portal.json")
    home.write(b"x", "politeness/host.next")
    home.write(b"secret", "airflow/passwords.json")
    decisions.write(home, decisions.new_decision(DecisionKind.HOLD, "c", "made_source", "http://a.test", "Li", "old"))
    backup(home, copy)
    again = restored(copy, tmp_path / "again")
    assert tree(Path(again.root), *MADE_ANEW) == tree(Path(home.root), *MADE_ANEW)
    assert not again.exists("airflow") and not again.exists("politeness") and not again.exists("build")
    assert layout.stated(again) == layout.stated(home)
    assert release.verify(release.current(again)) == [] and homes.is_sound(again)
    assert load.load(again, made.CATALOG).records == load.load(home, made.CATALOG).records
    assert again.read("decisions/target_reviews.csv").startswith(b"target_id,")


def test_the_next_backup_copies_only_what_is_new(home: Home, copy: Path) -> None:
    whole(home)
    first = backup(home, copy)
    assert first.new > 20
    assert backup(home, copy).new == 0
    made.outcome(home, made.capture(home, "late"), made.records(2))
    second = backup(home, copy)
    assert second.new == 4 and second.dropped <= 1, second  # body, log, outcome, records
    assert verify(copy) == []


def test_what_the_home_has_lost_stays_in_the_backup_and_good_copies_are_never_replaced(
    home: Home, copy: Path, tmp_path: Path
) -> None:
    pages = whole(home)
    home.write(b'{"evidence_id": "e"}', "evidence/e.json")
    backup(home, copy)
    bodies = [body_path(home, page) for page in pages]
    contents = [path.read_bytes() for path in bodies]
    bodies[0].unlink()
    bodies[1].write_bytes(b"spoilt")
    home.write(b"{", "evidence/e.json")
    log = sorted(Path(home.path("captures/log")).rglob("*.jsonl"))[0]
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[2:]))
    altered(release.current(home).database)
    made.capture(home, "late")
    summary = backup(home, copy)
    assert summary.kept and len(summary.damaged) == 4, summary.damaged
    again = restored(copy, tmp_path / "again")
    assert [Archive(again).kept(page.body_sha256) for page in pages] == contents
    assert len(Archive(again).captures()) == len(pages) + 1 and Archive(again).damage() == []
    assert release.verify(release.current(again)) == []
    assert json.loads(again.read("evidence/e.json")) == {"evidence_id": "e"}


def test_damage_in_the_backup_is_named_and_the_next_backup_mends_it(home: Home, copy: Path) -> None:
    pages = whole(home)
    backup(home, copy)
    place = f"captures/bodies/{pages[0].body_sha256[:2]}/{pages[0].body_sha256}"
    altered(object_of(copy, place))
    assert verify(copy) == [place]
    assert made.zhibiao(home, "backup", str(copy), "--verify").returncode == 3
    assert backup(home, copy).new == 1
    assert verify(copy) == []
    assert made.zhibiao(home, "backup", str(copy), "--verify").returncode == 0


@pytest.mark.parametrize("how", ["altered", "cut off", "missing"])
def test_of_a_damaged_backup_nothing_is_restored_and_the_files_are_named(
    home: Home, copy: Path, tmp_path: Path, how: str
) -> None:
    whole(home)
    backup(home, copy)
    name = sorted(path for path in store.read_manifest(copy).files if path.endswith("manifest.json"))[-1]
    path = object_of(copy, name)
    path.chmod(0o644)
    {"altered": lambda: altered(path), "cut off": lambda: path.write_bytes(b""), "missing": path.unlink}[how]()
    with pytest.raises(BackupDamaged, match=name):
        restored(copy, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"format": 99}, BackupNewer),
        ({"layout": 99}, BackupNewer),
        ({"files": {"../out": {"sha256": "a" * 64, "size": 1}}}, BackupDamaged),
        ({"files": {"/etc/x": {"sha256": "a" * 64, "size": 1}}}, BackupDamaged),
        ({"files": {"x": {"sha256": "../../x", "size": 1}}}, BackupDamaged),
        ({"files": {"x": {"sha256": "a" * 64}}}, BackupDamaged),
        ({"current": "../../etc"}, BackupDamaged),
        ({"files": []}, BackupDamaged),
    ],
)
def test_a_manifest_that_is_newer_or_leads_elsewhere_is_refused(
    home: Home, copy: Path, tmp_path: Path, changed: dict[str, object], error: type[Exception]
) -> None:
    whole(home)
    backup(home, copy)
    resealed(copy, **changed)
    with pytest.raises(error):
        restored(copy, tmp_path / "again")
    assert not (tmp_path / "again").exists() and not (tmp_path / "out").exists()


@pytest.mark.parametrize("spoil", [
    lambda text: text[:200], lambda text: text.replace('"layout": 2', '"layout": 1'), lambda text: "[]",
    lambda text: text.replace("captures/log", "captures/lag"), lambda text: "",
])  # fmt: skip
def test_a_manifest_that_was_altered_is_refused(home: Home, copy: Path, tmp_path: Path, spoil: object) -> None:
    whole(home)
    backup(home, copy)
    manifest = copy / "backup.json"
    manifest.write_text(spoil(manifest.read_text()))  # type: ignore[operator]
    for work in (lambda: restored(copy, tmp_path / "again"), lambda: backup(home, copy), lambda: verify(copy)):
        with pytest.raises(BackupDamaged):
            work()


def test_a_backup_is_refused_where_it_cannot_be(home: Home, copy: Path, tmp_path: Path) -> None:
    whole(home)
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "other.txt").write_text("x")
    wrong = [Path(home.root), Path(home.path("copy")), Path(home.root).parent, tmp_path / "file", tmp_path / "full"]
    for folder in wrong:
        with pytest.raises(NoBackup):
            backup(home, folder)
    assert not Path(home.path("copy")).exists()
    with pytest.raises(NoBackup, match="nothing to copy"):
        backup(Home.at(tmp_path / "nowhere"), copy)
    with pytest.raises(NoBackup, match="is no backup"):
        verify(tmp_path / "full")
    backup(home, copy)
    other = Home.at(tmp_path / "other")
    made.pages(other, 1)
    layout.migrate(other)
    with pytest.raises(NoBackup, match="another home"):
        backup(other, copy)
    assert verify(copy) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A disk of its own with little room."""
    place = tmp_path / "disk"
    place.mkdir()
    size = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(size, capture_output=True).returncode:
        pytest.skip("this user may not mount a disk")
    yield place  # type: ignore[misc]
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_or_read_only_disk_is_told_and_the_backup_before_stays(home: Home, small_disk: Path) -> None:
    whole(home)
    shutil.rmtree(home.path("releases"))
    os.unlink(home.path("current"))
    copy = small_disk / "copy"
    backup(home, copy)
    (small_disk / "other").write_bytes(b"x" * 2_300_000)
    made.capture(home, "large", os.urandom(1_500_000))
    with pytest.raises(BackupFailed, match="nothing was written"):
        backup(home, copy)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(BackupFailed, match=r"disk is full.*whole as before"):
        patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 10**12))  # type: ignore[attr-defined]
        backup(home, copy)
    assert verify(copy) == []
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(BackupFailed, match="read-only"):
        backup(home, copy)
    assert verify(copy) == []
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with pytest.raises(RestoreFailed, match="run the same command again"):
        restore(copy_of(home, small_disk.parent), Home.at(small_disk / "home"))


def copy_of(home: Home, folder: Path) -> Path:
    backup(home, folder / "elsewhere")
    return folder / "elsewhere"


BACKUP = """
from warehouse.care.backup import backup

def prepare(point):
    shutil.copytree(sys.argv[2], f"{sys.argv[3]}/copy{point}")
    return Path(f"{sys.argv[3]}/copy{point}")

def work(copy):
    backup(Home.at(sys.argv[1]), copy)
"""


def test_a_backup_that_is_killed_anywhere_leaves_the_one_before_whole(home: Home, copy: Path, tmp_path: Path) -> None:
    whole(home)
    backup(home, copy)
    made.outcome(home, made.capture(home, "late"), made.records(2))
    made.marts(home, {"r1": 9})
    release.publish(home, run_id="late", as_of=date(2024, 6, 30), audit=made.AUDIT, keep=1)
    points = homes.kills(home, BACKUP, str(copy), str(tmp_path))
    assert points >= 15
    before, now = store.read_manifest(copy), store.read_manifest(tmp_path / f"copy{points + 1}")
    for point in range(1, points + 1, 2):
        trial = tmp_path / f"copy{point}"
        assert verify(trial) == []
        held = store.read_manifest(trial)
        assert held.files in (before.files, now.files)
        backup(home, trial)
        assert verify(trial) == [] and store.read_manifest(trial).files == now.files
        assert not list(trial.glob("*.partial"))


RESTORE = """
from warehouse.care.copying import BackupFailed
from warehouse.care.restore import restore

def prepare(point):
    return Home.at(f"{sys.argv[3]}/home{point}")

def work(home):
    restore(Path(sys.argv[2]), home)
"""


def test_a_restore_that_is_killed_anywhere_shows_nothing_and_goes_on(home: Home, copy: Path, tmp_path: Path) -> None:
    whole(home, 2)
    backup(home, copy)
    points = homes.kills(home, RESTORE, str(copy), str(tmp_path))
    assert points >= 20
    whole_tree = tree(tmp_path / f"home{points + 1}", "home.json", "refresh.lock")
    unfinished = 0
    for point in (*range(1, points, 5), points):
        trial = Home.at(tmp_path / f"home{point}")
        if trial.exists("home.json") and layout.stated(trial).restoring:
            unfinished += 1
            with pytest.raises(layout.HomeUnfinished, match="zhibiao restore"):
                layout.check(trial)
        else:
            assert not trial.exists("captures") or homes.is_sound(trial)
        try:
            restore(copy, trial)
        except HomeNotEmpty:
            assert homes.is_sound(trial)
        assert tree(Path(trial.root), "home.json", "refresh.lock") == whole_tree
        assert homes.is_sound(trial)
    assert unfinished >= 3


def test_a_home_that_a_restore_has_not_ended_in_is_used_by_nobody(home: Home, copy: Path, tmp_path: Path) -> None:
    whole(home)
    backup(home, copy)
    half = Home.at(tmp_path / "half")
    layout.write(half, layout.Stated(layout=2, restoring=str(copy.resolve())))
    for command in (["status"], ["refresh"], ["doctor"], ["import", str(copy)]):
        done = made.zhibiao(half, *command)
        assert done.returncode == 3 and "zhibiao restore" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert [path.name for path in Path(half.root).iterdir()] == ["home.json"]
    assert made.zhibiao(half, "restore", str(copy)).returncode == 0
    assert made.zhibiao(half, "releases").returncode == 0


def test_nothing_that_is_there_is_overwritten(home: Home, copy: Path) -> None:
    whole(home)
    backup(home, copy)
    made.capture(home, "late")
    before = tree(Path(home.root))
    done = made.zhibiao(home, "restore", str(copy))
    assert done.returncode == 3 and "not empty" in done.stderr and "doctor --mend --from" in done.stderr
    assert tree(Path(home.root)) == before
    made.zhibiao(home, "restore", str(copy.parent / "nowhere"))
    with pytest.raises(NoBackup):
        restore(copy.parent / "nowhere", Home.at(copy.parent / "x"))


def test_a_backup_beside_a_home_that_is_written_to_is_always_consistent(home: Home, copy: Path, tmp_path: Path) -> None:
    whole(home)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            made.outcome(home, made.capture(home, f"more{number}"), made.records(1))
            if number % 10 == 0:
                made.marts(home, {"r1": number})
                release.publish(home, run_id="more", as_of=date(2024, 6, 30), audit=made.AUDIT, keep=1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(6):
            backup(home, copy)
            again = restored(copy, tmp_path / f"again{number}")
            archive = Archive(again)
            assert archive.damage() == [] and len(archive.captures()) >= 4
            assert release.verify(release.current(again)) == []
            assert homes.is_sound(again)
    finally:
        stop.set()
        writer.join()


def test_decisions_that_lie_elsewhere_are_kept_and_come_back_beside_those_in_force(
    home: Home, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(home)
    reviews = tmp_path / "reviews.csv"
    header = "target_id,decision,decided_by,decided_on,reason,corrections\n"
    reviews.write_text(header + "a-t01,accepted,me,2026-01-01,,\n")
    monkeypatch.setenv("ZHIBIAO_REVIEWS", str(reviews))
    backup(home, copy)
    reviews.write_bytes(b"\xff\xfe damaged")
    summary = backup(home, copy)
    assert summary.damaged == [str(reviews)]
    again = Home.at(tmp_path / "again")
    notes = restore(copy, again).notes
    assert any("not those of the backup" in note for note in notes) and reviews.read_bytes() == b"\xff\xfe damaged"
    assert b"a-t01,accepted" in again.read("decisions/in_force.csv")
    monkeypatch.setenv("ZHIBIAO_REVIEWS", str(tmp_path / "new" / "reviews.csv"))
    restored(copy, tmp_path / "third")
    assert b"a-t01,accepted" in (tmp_path / "new" / "reviews.csv").read_bytes()


def test_a_home_in_memory_is_copied_and_brought_back_without_releases(copy: Path, home: Home, tmp_path: Path) -> None:
    away = Home.at("memory://care-home")
    pages = made.pages(away, 3)
    backup(away, copy)
    assert verify(copy) == [] and backup(away, copy).new == 0
    again = Home.at("memory://care-again")
    restore(copy, again)
    assert [Archive(again).body(page) for page in pages] == [Archive(away).body(page) for page in pages]
    whole(home)
    backup(home, tmp_path / "local")
    with pytest.raises(HomeNotLocal):
        restore(tmp_path / "local", Home.at("memory://care-third"))

"""What is wrong with a home is named, what can be mended is, and nothing that was collected is deleted."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.captures import Attempt, Origin, Outcome
from scrapers.home import Home
from scrapers.imports import STARTER
from scrapers.visits.due import last_visits
from tests.warehouse import homes, made
from tests.warehouse.homes import body_path, told, whole
from warehouse import load, release
from warehouse.care import first_aid, log_entries, published
from warehouse.care.backup import backup
from warehouse.care.doctor import examine
from warehouse.care.findings import Severity
from warehouse.database import build_path
from warehouse.errors import ExitCode
from warehouse.lock import Locked, refresh_lock
from warehouse.run import Run


def flip(path: Path) -> None:
    """One bit of another value, in the middle; size and time stay."""
    told, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.chmod(0o644)
    path.write_bytes(bytes(content))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def older(path: Path) -> None:
    """As if nobody had written to it for an hour."""
    os.utime(path, (time.time() - 3600,) * 2)


def only(folder: Path, pattern: str) -> Path:
    return sorted(folder.rglob(pattern))[0]


def log_file(home: Home) -> Path:
    return only(Path(home.path("captures/log")), "*.jsonl")


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))
    older(path)


def broken_release(home: Home, which: int) -> Path:
    """The folder of a release: 0 the current one, 1 the one before."""
    return Path(home.path("releases", release.release_ids(home)[which]))


def publish_only_once(home: Home) -> None:
    shutil.rmtree(broken_release(home, 1))


def unfinished(home: Home) -> None:
    path = Path(home.path("plans/p/plan.json.1f.partial"))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    older(path)


def as_a_folder(home: Home) -> None:
    link = Path(home.path("current"))
    target = link.resolve()
    link.unlink()
    shutil.copytree(target, link)


DAMAGE: dict[str, tuple[Callable[[Home], object], str]] = {
    "a torn last line": (lambda h: rewritten(log_file(h), lambda b: b + b[:200]), "log_torn"),
    "a line cut within a character": (
        lambda h: rewritten(log_file(h), lambda b: b + b'{"attempt_id":"x","url":"\xe5\x8c'), "log_torn",
    ),
    "a tail of zeros": (lambda h: rewritten(log_file(h), lambda b: b + b"\0" * 64), "log_torn"),
    "a damaged line": (lambda h: rewritten(log_file(h), lambda b: b.replace(b'"url":', b'"u\x00l":', 1)), "log_lost"),
    "the log is gone": (lambda h: log_file(h).unlink(), "log_lost"),
    "an outcome cut off": (
        lambda h: rewritten(only(Path(h.path("records")), "*.json"), lambda b: b[:100]), "records",
    ),
    "an outcome of another shape": (
        lambda h: rewritten(only(Path(h.path("records")), "*.json"), lambda b: b.replace(b'"accepted"', b'"maybe"')),
        "records",
    ),
    "records altered": (lambda h: flip(only(Path(h.path("records")), "*.parquet")), "records"),
    "records gone": (lambda h: only(Path(h.path("records")), "*.parquet").unlink(), "records"),
    "records of another page": (
        lambda h: shutil.copy(*sorted(Path(h.path("records")).rglob("*.parquet"))[:2]), "records",
    ),
    "the build is no database": (lambda h: build_path(h).write_bytes(b"x" * 5000), "build"),
    "the build is altered": (lambda h: rewritten(build_path(h), lambda b: b[:12288] + b"x" * len(b[12288:])), "build"),
    "the build is a folder": (lambda h: (build_path(h).unlink(), h.write(b"x", "build/warehouse.duckdb/x")), "build"),
    "an old unusable build was a folder": (lambda h: h.write(b"x", "build/warehouse.duckdb.damaged/x"), "leftover"),
    "the state is no JSON": (lambda h: h.write(b"{", "build/state.json"), "state"),
    "a file of the current release altered": (lambda h: flip(broken_release(h, 0) / "marts.duckdb"), "release"),
    "a file of an old release gone": (lambda h: (broken_release(h, 1) / "report.md").unlink(), "release"),
    "a manifest cut off": (
        lambda h: rewritten_read_only(broken_release(h, 0) / "manifest.json", lambda b: b[:50]), "release",
    ),
    "checksums gone": (lambda h: (broken_release(h, 0) / "SHA256SUMS").unlink(), "release"),
    "a stray file beside the marts": (
        lambda h: (broken_release(h, 0) / "marts.duckdb.wal").write_bytes(b"x"), "release",
    ),
    "no current": (lambda h: Path(h.path("current")).unlink(), "current"),
    "current points nowhere": (
        lambda h: (Path(h.path("current")).unlink(), Path(h.path("current")).symlink_to("releases/gone")), "current",
    ),
    "current is a folder": (as_a_folder, "current"),
    "current is a file": (
        lambda h: (Path(h.path("current")).unlink(), h.write(b"releases/x", "current")), "current",
    ),
    "a killed publication": (lambda h: Path(h.path("releases/.x.partial/parquet")).mkdir(parents=True), "leftover"),
    "a file not written to the end": (unfinished, "leftover"),
    "an old unusable build": (lambda h: h.write(b"x", "build/warehouse.duckdb.damaged"), "leftover"),
    "a scratch build of a past date": (lambda h: h.write(b"x", "past/build-x/build/warehouse.duckdb"), "leftover"),
    "home.json is no JSON": (lambda h: h.write(b"{", "home.json"), "layout"),
    "a budget is no JSON": (lambda h: h.write(b"\xff", "budgets/portal.json"), "budget"),
}  # fmt: skip


def rewritten_read_only(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.chmod(0o644)
    rewritten(path, change)


def test_a_whole_home_has_nothing_wrong(home: Home) -> None:
    whole(home)
    seen = examine(home)
    assert told(seen) == [] and seen.exit_code == ExitCode.OK
    assert {each.check for each in seen.findings} >= {"log", "bodies", "records", "releases", "build", "lock", "disk"}


@pytest.mark.parametrize("fault", DAMAGE)
def test_damage_is_named_then_mended_and_no_page_is_lost(home: Home, fault: str) -> None:
    pages = whole(home)
    damage, check = DAMAGE[fault]
    damage(home)
    seen = examine(home)
    assert seen.exit_code == ExitCode.FAILED
    assert check in {each.check for each in seen.findings if each.severity == Severity.MENDABLE}, told(seen)
    assert not any(each.severity == Severity.PERSON for each in seen.findings), told(seen)
    assert all(each.action for each in seen.findings if each.severity == Severity.MENDABLE)
    done = examine(home, mend=True)
    assert done.exit_code == ExitCode.OK, told(done)
    assert homes.is_sound(home), told(examine(home))
    archive = Archive(home)
    assert {each.capture_id for each in archive.captures()} == {each.capture_id for each in pages}
    assert archive.damage() == []
    assert release.verify(release.current(home)) == []


def test_the_only_release_is_put_aside_when_nothing_can_mend_it(home: Home) -> None:
    whole(home)
    publish_only_once(home)
    flip(broken_release(home, 0) / "marts.duckdb")
    lost = release.release_ids(home)[0]
    examine(home, mend=True)
    assert (
        Path(home.path("damaged/releases", lost, "marts.duckdb")).exists()
        and not Path(home.path("current")).is_symlink()
    )
    made.marts(home, {"r1": 7})
    assert release.publish(home, run_id="next", as_of=date(2024, 6, 30), audit=made.AUDIT).is_current


@pytest.mark.parametrize("how", ["altered", "cut off", "missing"])
def test_a_lost_body_is_taken_from_a_backup(home: Home, tmp_path: Path, how: str) -> None:
    pages = whole(home)
    backup(home, tmp_path / "copy")
    path = body_path(home, pages[-1])
    content = path.read_bytes()
    {"altered": lambda: flip(path), "cut off": lambda: path.write_bytes(content[:3]), "missing": path.unlink}[how]()
    quick = told(examine(home, quick=True))
    assert bool(quick) == (how != "altered"), quick
    done = examine(home, mend=True, donor=tmp_path / "copy")
    assert done.exit_code == ExitCode.OK and "the backup" in told(done)[0]
    assert path.read_bytes() == content and homes.is_sound(home)


def test_a_lost_body_without_another_copy_is_put_aside_and_its_page_due_at_once(home: Home) -> None:
    pages = whole(home)
    page, path = pages[-1], body_path(home, pages[-1])
    content = path.read_bytes()
    flip(path)
    spoilt = path.read_bytes()
    seen = examine(home, mend=True)
    assert seen.exit_code == ExitCode.FAILED and "zhibiao refresh --live --source made_source" in told(seen)[0]
    assert Path(home.path("damaged", "captures/bodies", path.parent.name, path.name)).read_bytes() == spoilt
    assert (page.source_id, page.url) not in last_visits(Archive(home))
    assert (pages[0].source_id, pages[0].url) in last_visits(Archive(home))
    entries = len(list(Archive(home).attempts()))
    again = examine(home, mend=True)  # it is asked for once, however often the doctor looks
    assert again.exit_code == ExitCode.FAILED and len(list(Archive(home).attempts())) == entries
    made.capture(home, "page3", content)
    assert homes.is_sound(home)


def test_an_imported_page_that_is_lost_says_what_to_import(home: Home) -> None:
    attempt = Archive(home).add(
        source_id="unlisted", url="imported:a b.html", body=b"<p>x</p>", origin=Origin.IMPORTED,
        knowledge=made.capture(home, "other").knowledge, run_id="r",
    )  # fmt: skip
    assert attempt.capture
    body_path(home, attempt.capture).unlink()
    lines = told(examine(home), Severity.PERSON)
    assert "import the file a b.html again" in lines[0] and "has not been read" in lines[0]


def test_a_shipped_page_is_brought_back_by_the_refresh_itself(home: Home) -> None:
    shipped = STARTER / "cnipa_2022_c3.html"
    page = made.capture(home, "shipped", shipped.read_bytes())
    flip(body_path(home, page))
    lines = [str(each) for each in first_aid.first_aid(home)]
    assert any("taken from the pages that the project ships" in line for line in lines), lines
    assert body_path(home, page).read_bytes() == shipped.read_bytes()


def test_a_damaged_line_that_nobody_else_has_needs_a_person_and_stays(home: Home) -> None:
    made.pages(home, 2)
    rewritten(log_file(home), lambda b: b.replace(b'"url":', b'"u\x00l":', 1))
    before = log_file(home).read_bytes()
    seen = examine(home, mend=True)
    assert any("log_damaged" in line and "--from BACKUP" in line for line in told(seen, Severity.PERSON))
    assert log_file(home).read_bytes() == before


def test_bodies_that_the_log_forgot_are_named_with_their_address(home: Home) -> None:
    pages = made.pages(home, 2)
    rewritten(log_file(home), lambda b: b.split(b"\n")[1] + b"\n")
    lines = told(examine(home), Severity.PERSON)
    assert len(lines) == 1 and pages[0].url in lines[0] and "--source made_source" in lines[0]
    assert body_path(home, pages[0]).exists()


def test_evidence_of_refusals_is_no_orphan(home: Home) -> None:
    archive = Archive(home)
    kept = archive.keep(b"blocked")
    archive.log(
        Attempt(
            attempt_id="a" * 32, run_id="r", source_id="s", url="https://x/", attempted_at=datetime.now(UTC),
            outcome=Outcome.BLOCKED, origin=Origin.FETCHED, reason=f"blocked (body kept as {kept})",
        )
    )  # fmt: skip
    assert not any(each.check == "orphans" for each in examine(home).findings)
    archive.keep(b"nobody speaks of it")
    assert any(each.check == "orphans" and each.severity == Severity.OK for each in examine(home).findings)


def test_times_in_the_future_need_a_person(home: Home) -> None:
    whole(home)
    newest = Path(home.path("releases", release.release_ids(home)[0]))
    later = f"{datetime.now(UTC) + timedelta(days=9):%Y%m%dT%H%M%SZ}-abcd"
    shutil.copytree(newest, newest.with_name(later))
    rewritten(log_file(home), lambda b: b.replace(f"{datetime.now(UTC):%Y-}".encode(), b"2999-", 1))
    lines = told(examine(home), Severity.PERSON)
    assert sum("clock" in line for line in lines) >= 1 and any("date -u" in line for line in lines)


def test_beside_a_refresh_it_looks_and_does_not_mend(home: Home) -> None:
    whole(home)
    flip(broken_release(home, 0) / "marts.duckdb")
    holder = made.python  # another process holds the lock
    code = (
        "import sys\nfrom scrapers.home import Home\nfrom warehouse.lock import refresh_lock\n"
        "from warehouse.care.doctor import examine\nimport subprocess\n"
        "with refresh_lock(Home.at(sys.argv[1]), purpose='refresh 42'):\n"
        "    for more in ([], ['--mend']):\n"
        "        done = subprocess.run([sys.executable, '-m', 'warehouse.cli', 'doctor', *more, '--home', sys.argv[1]],"
        " capture_output=True, text=True)\n"
        "        print(done.returncode, 'release' in done.stdout, 'refresh 42' in done.stderr)\n"
    )
    assert holder(code, home).stdout.splitlines() == ["75 True True", "75 False True"]
    with refresh_lock(home):  # its own lock is no hindrance
        assert examine(home, mend=True).exit_code == ExitCode.OK


def test_it_can_be_asked_by_a_monitor(home: Home) -> None:
    whole(home)
    made.capture(home, "late")
    log = log_file(home)
    log.write_bytes(log.read_bytes() + b'{"attempt_id":"')
    older(log)
    done = made.zhibiao(home, "doctor", "--json")
    findings = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    assert [each["check"] for each in findings if each["severity"] == "mendable"] == ["log_torn"]
    assert made.zhibiao(home, "doctor", "--mend").returncode == 0
    assert made.zhibiao(home, "doctor", "--quick").returncode == 0
    assert made.zhibiao(home, "doctor", "--home", home.path("nowhere")).returncode == 2
    assert made.zhibiao(home, "doctor", "--from", home.path("nowhere")).returncode == 2


MEND = """
from warehouse.care import published
from warehouse.care.doctor import examine

def prepare(point):
    shutil.copytree(sys.argv[1], f"{sys.argv[2]}/trial{point}", symlinks=True)
    return Home.at(f"{sys.argv[2]}/trial{point}")

def work(home):
    assert examine(home, mend=True, donor=Path(sys.argv[2], "copy")).exit_code == 0
"""


def test_a_doctor_that_is_killed_anywhere_loses_nothing_and_the_next_one_ends_it(home: Home, tmp_path: Path) -> None:
    pages = whole(home)
    backup(home, tmp_path / "copy")
    bodies = {each.body_sha256: body_path(home, each).read_bytes() for each in pages}
    flip(body_path(home, pages[0]))
    body_path(home, pages[1]).unlink()
    rewritten(log_file(home), lambda b: b"\n".join(b.split(b"\n")[1:]) + b[:90])
    flip(only(Path(home.path("records")), "*.parquet"))
    flip(broken_release(home, 0) / "marts.duckdb")
    (broken_release(home, 1) / "report.md").unlink()
    home.write(b"{", "home.json")
    points = homes.kills(home, MEND, str(tmp_path))
    assert points >= 15
    for point in range(1, points + 2, 3):
        trial = Home.at(tmp_path / f"trial{point}")
        assert release.current_id(trial) in release.release_ids(trial)
        done = examine(trial, mend=True, donor=tmp_path / "copy")
        assert done.exit_code == ExitCode.OK, told(done)
        for sha256, content in bodies.items():
            assert Archive(trial).kept(sha256) == content
        assert len(Archive(trial).captures()) == len(pages) and len(release.releases(trial)) == 2
        assert release.verify(release.current(trial)) == []


# --- what a refresh does by itself ------------------------------------------------------------------------------------


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run on the home with the catalog of the tests."""
    monkeypatch.setenv("ZHIBIAO_HOME", home.root)
    monkeypatch.setattr("scrapers.sources.load_catalog", lambda *_: made.CATALOG)
    return Run("r1", "2024-06-30", False)


@pytest.mark.parametrize("fault", ["a file of the current release altered", "no current", "current is a folder",
                                   "current points nowhere", "a manifest cut off", "the log is gone",
                                   "a killed publication", "a file not written to the end"])  # fmt: skip
def test_a_refresh_begins_by_showing_readers_a_whole_release_and_healing_the_log(home: Home, fault: str) -> None:
    pages = whole(home)
    DAMAGE[fault][0](home)
    lines = [str(each) for each in first_aid.first_aid(home)]
    assert lines and release.verify(release.current(home)) == []
    assert [each.capture_id for each in Archive(home).captures()] == [each.capture_id for each in pages]
    assert first_aid.first_aid(home) == []


def test_a_refresh_says_which_command_brings_a_lost_page_back_and_asks_for_it_again(home: Home, tmp_path: Path) -> None:
    pages = whole(home)
    backup(home, tmp_path / "copy")
    flip(body_path(home, pages[-1]))
    lines = [str(each) for each in first_aid.first_aid(home)]
    assert len(lines) == 1 and "zhibiao doctor --mend --from BACKUP" in lines[0] and pages[-1].url in lines[0]
    assert (pages[-1].source_id, pages[-1].url) not in last_visits(Archive(home))
    first_aid.first_aid(home)
    assert len([each for each in Archive(home).attempts() if each.run_id == "doctor"]) == 1


def test_the_next_release_is_held_against_the_parquet_files_of_a_damaged_one(home: Home) -> None:
    import duckdb

    whole(home)
    publish_only_once(home)
    flip(broken_release(home, 0) / "marts.duckdb")
    with published.last_marts(home) as last:
        assert last is not None and last.parent != broken_release(home, 0)
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{last}' AS last (READ_ONLY)")
            assert connection.execute("SELECT value FROM last.marts.fct_region_indicator").fetchall() == [(6,)]
    flip(only(broken_release(home, 0), "fct_observation.parquet"))
    with pytest.raises(published.LastReleaseLost, match=r"zhibiao doctor --mend"), published.last_marts(home):
        pass


@pytest.mark.parametrize("fault", ["an outcome cut off", "records altered", "records gone"])
def test_pages_whose_records_are_damaged_are_read_again_by_the_same_refresh(home: Home, run: Run, fault: str) -> None:
    body = (STARTER / "hunan_grants_202308.html").read_bytes()
    made.capture(home, "real", body)
    run.parse([page for batch in run.pending_batches(10) for page in batch])
    counted = load.load(home, made.CATALOG).records
    assert counted > 10
    shutil.rmtree(home.path("build"))
    DAMAGE[fault][0](home)
    run.load()
    assert load.load(home, made.CATALOG).records == counted and homes.is_sound(home)


def test_a_damaged_earlier_page_does_not_spoil_the_next_one_of_its_address(home: Home, run: Run) -> None:
    body = (STARTER / "hunan_grants_202308.html").read_bytes()
    made.capture(home, "real", body)
    run.parse([page for batch in run.pending_batches(10) for page in batch])
    flip(only(Path(home.path("records")), "*.parquet"))
    made.capture(home, "real", body.replace(b"</body>", b"<p>&nbsp;</p><!-- again --></body>"))
    assert run.parse([page for batch in run.pending_batches(10) for page in batch]) == {"accepted": 1}
    assert homes.is_sound(home)


def test_a_lock_that_another_holds_is_told_by_the_mending(home: Home) -> None:
    whole(home)
    with refresh_lock(home), pytest.raises(Locked):
        if os.fork() == 0:
            code = 1
            try:
                examine(home, mend=True)
            except Locked:
                code = 75
            os._exit(code)
        _, status = os.wait()
        assert os.waitstatus_to_exitcode(status) == 75
        raise Locked(Path("x"), None)


def test_healing_the_log_writes_an_entry_back_once(home: Home) -> None:
    whole(home)
    log_file(home).unlink()
    assert log_entries.heal_lost(home) == 4
    assert log_entries.heal_lost(home) == 0

"""The archive keeps what it saw: once, for ever, and in the order in which it came."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import Attempt, Knowledge, Origin, Outcome
from scrapers.home import Home

URL = "https://example.org/a.html"
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def add(archive: Archive, body: bytes, *, day: int = 0, **how: Any) -> Attempt:
    values: dict[str, Any] = {
        "source_id": "a_source",
        "url": URL,
        "origin": Origin.FETCHED,
        "knowledge": Knowledge(content_type="text/html"),
        "run_id": "run",
        "fetched_at": START + timedelta(days=day),
    }
    return archive.add(body=body, **{**values, **how})


def test_the_same_body_again_is_no_new_capture(home: Home) -> None:
    first = add(Archive(home), b"one")
    again = add(Archive(home), b"one", day=1)
    assert (first.outcome, again.outcome) == (Outcome.NEW, Outcome.UNCHANGED)
    assert again.capture == first.capture
    assert len(Archive(home).captures()) == 1
    assert [attempt.outcome for attempt in Archive(home).attempts()] == [Outcome.NEW, Outcome.UNCHANGED]


def test_a_page_whose_counter_moved_is_unchanged(home: Home) -> None:
    archive = Archive(home)
    add(archive, "<html><p>12</p>浏览次数：5</html>".encode())
    moved = add(archive, "<html><p>12</p>浏览次数：6</html>".encode(), day=1)
    assert moved.outcome is Outcome.UNCHANGED
    assert add(archive, "<html><p>13</p>浏览次数：6</html>".encode(), day=2).outcome is Outcome.NEW


def test_one_body_at_two_addresses_is_two_captures_and_one_file(home: Home) -> None:
    archive = Archive(home)
    add(archive, b"block")
    add(archive, b"block", url=URL + "?b")
    assert len(archive.captures()) == 2
    assert len(home.list("captures/bodies")) == 1


def test_replay_by_address_and_date(home: Home) -> None:
    archive = Archive(home)
    first, second = add(archive, b"one", day=0).capture, add(archive, b"two", day=10).capture
    for reader in (archive, Archive(home)):
        assert reader.latest(URL) == second
        assert reader.latest(URL, START + timedelta(days=9)) == first
        assert reader.latest(URL, START - timedelta(days=1)) is None
        assert reader.latest("https://example.org/never") is None


def test_an_address_that_goes_back_to_an_earlier_body(home: Home) -> None:
    archive = Archive(home)
    first = add(archive, b"one").capture
    add(archive, b"two", day=1)
    back = add(archive, b"one", day=2)
    assert back.outcome is Outcome.NEW
    assert back.capture == first
    for reader in (archive, Archive(home)):
        assert reader.latest(URL) == first
        assert [capture.body_sha256 for capture in reader.captures()][-1] == first.body_sha256  # type: ignore[union-attr]
        assert len(reader.captures()) == 2


def test_a_starter_capture_never_takes_an_address_over(home: Home) -> None:
    archive = Archive(home)
    real = add(archive, b"real", origin=Origin.IMPORTED).capture
    shipped = add(archive, b"shipped", day=1, origin=Origin.STARTER)
    assert shipped.outcome is Outcome.NEW
    assert add(archive, b"shipped", day=2, origin=Origin.STARTER).outcome is Outcome.UNCHANGED
    for reader in (archive, Archive(home)):
        assert reader.latest(URL) == real
        assert reader.captures() == [shipped.capture, real]


def test_a_real_page_takes_the_place_of_a_starter_capture_of_like_content(home: Home) -> None:
    archive = Archive(home)
    add(archive, b"<html>12</html>", origin=Origin.STARTER)
    fetched = add(archive, b"<html> 12 </html>", day=1)
    assert fetched.outcome is Outcome.NEW
    assert archive.latest(URL) == fetched.capture


def test_a_changed_or_lost_body_is_damage(home: Home) -> None:
    archive = Archive(home)
    capture = add(archive, b"one").capture
    assert capture is not None
    assert archive.body(capture) == b"one"
    assert archive.damage() == []
    place = Path(home.path("captures/bodies", capture.body_sha256[:2], capture.body_sha256))
    place.write_bytes(b"ONE")
    with pytest.raises(ArchiveDamaged, match="damaged"):
        archive.body(capture)
    place.unlink()
    with pytest.raises(ArchiveDamaged, match="missing"):
        archive.body(capture)
    assert len(archive.damage()) == 1


def test_the_same_page_repairs_a_lost_body(home: Home) -> None:
    archive = Archive(home)
    capture = add(archive, b"one").capture
    assert capture is not None
    Path(home.path("captures/bodies", capture.body_sha256[:2], capture.body_sha256)).unlink()
    assert add(archive, b"one", day=1).capture == capture
    assert archive.body(capture) == b"one"


def test_a_line_torn_by_a_crash_loses_nothing_else(home: Home) -> None:
    add(Archive(home), b"one")
    log = Path(home.path(home.list("captures/log")[0]))
    whole = log.read_bytes()
    log.write_bytes(whole + whole[: len(whole) // 2])
    assert len(list(Archive(home).attempts())) == 1
    add(Archive(home), b"two", day=1)
    reader = Archive(home)
    assert len(list(reader.attempts())) == 2
    assert reader.damage() == []


def test_a_line_that_is_whole_and_wrong_is_reported(home: Home) -> None:
    add(Archive(home), b"one")
    log = Path(home.path(home.list("captures/log")[0]))
    log.write_bytes(b'{"attempt_id":1}\n' + log.read_bytes())
    reader = Archive(home)
    assert len(list(reader.attempts())) == 1
    assert "line 1" in reader.damage()[0]


def test_a_body_without_its_log_line_is_no_capture(home: Home) -> None:
    Archive(home).keep(b"killed before the log line")
    assert Archive(home).captures() == []


def test_odd_run_names_make_usable_files(home: Home) -> None:
    add(Archive(home), b"one", run_id="scheduled__2026-01-01T00:00:00+00:00/../x")
    assert home.list("captures/log") == ["captures/log/2026-01/scheduled__2026-01-01T00_00_00_00_00_x.a_source.jsonl"]


def test_an_object_store_home_works_too() -> None:
    home = Home.at("memory://archive-test")
    archive = Archive(home)
    add(archive, b"one")
    add(archive, b"two", day=1)
    assert [attempt.outcome for attempt in Archive(home).attempts()] == [Outcome.NEW, Outcome.NEW]
    assert Archive(home).latest(URL) == archive.latest(URL)


def test_threads_share_an_archive_and_no_line_of_its_log_is_lost(home: Home) -> None:
    archive = Archive(home)
    list(archive.attempts())

    def work(thread: int) -> None:
        for number in range(25):
            add(archive, f"{thread} {number}".encode(), url=f"{URL}?{thread}-{number}")
            archive.last_good(URL)
            archive.captures()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    for reader in (archive, Archive(home)):
        assert len(reader.captures()) == len(list(reader.attempts())) == 200
        assert reader.damage() == []

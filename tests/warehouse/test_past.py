"""The marts as of a past date: built aside, never over the real build database, and cleared away whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from scrapers.home import Home
from tests.warehouse import made
from tests.warehouse.made import zhibiao
from warehouse import release
from warehouse.build import build
from warehouse.built import is_built, mark_of, remember
from warehouse.database import build_path
from warehouse.load import load
from warehouse.lock import Locked
from warehouse.past import NothingLoaded, NotYet, PastFailed, past_marts, today
from warehouse.places import PAST, local_path

AS_OF, PAST_DAY = date(2024, 6, 30), date(2021, 12, 31)


@pytest.fixture
def published(home: Home, project: Path) -> Home:
    """A home with a release as of 2024-06-30 whose build is marked as such."""
    made.pages(home, 2)
    load(home, made.CATALOG)
    build(home, AS_OF)
    release.publish(home, run_id="run", as_of=AS_OF, audit=made.AUDIT)
    remember(home, mark_of(home, AS_OF))
    return home


def _as_of(database: Path) -> date:
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute("select as_of from marts.marts.good").fetchone()
    assert row
    return date.fromisoformat(str(row[0]))


def _scratch_homes(home: Home) -> list[str]:
    place = local_path(home, PAST)
    return sorted(path.name for path in place.iterdir() if path.is_dir()) if place.is_dir() else []


def test_a_past_date_is_built_aside_and_the_real_database_stays_as_it_is(published: Home) -> None:
    before = build_path(published).read_bytes()
    with past_marts(published, PAST_DAY) as database:
        assert _as_of(database) == PAST_DAY
        assert _scratch_homes(published)
    assert build_path(published).read_bytes() == before
    assert is_built(published, mark_of(published, AS_OF))
    assert not _scratch_homes(published)
    assert _as_of(release.current(published).database) == AS_OF


def test_the_date_of_the_current_release_is_answered_by_the_release_itself(published: Home) -> None:
    with past_marts(published, AS_OF) as database:
        assert database == release.current(published).database


def test_a_trouble_of_the_reader_is_the_readers(published: Home) -> None:
    with pytest.raises(release.NoRelease, match="of the reader"), past_marts(published, AS_OF):
        raise release.NoRelease("of the reader")


def test_the_home_is_free_for_a_refresh_while_the_past_is_read(published: Home) -> None:
    with past_marts(published, PAST_DAY):
        command = [sys.executable, "-c", "import sys; from scrapers.home import Home; from warehouse.lock import *\n"
                   "with refresh_lock(Home.at(sys.argv[1])): print('free')", published.root]  # fmt: skip
        assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == "free\n"


def test_a_refresh_at_work_is_waited_for_and_then_named(published: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.past.WAIT_SECONDS", 0)
    code = (
        "import sys, time; from scrapers.home import Home; from warehouse.lock import *\n"
        "with refresh_lock(Home.at(sys.argv[1]), purpose='refresh of the test'): print('held', flush=True); "
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, published.root], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(Locked, match="refresh of the test"), past_marts(published, PAST_DAY):
            pass
        holder.kill()
    assert not _scratch_homes(published)


def test_what_a_killed_process_left_is_cleared_away_by_the_next(published: Home) -> None:
    code = (
        "import os, sys; from datetime import date; from scrapers.home import Home; from warehouse.past import *\n"
        "with past_marts(Home.at(sys.argv[1]), date(2021, 12, 31)): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, published.root], check=False, env={**os.environ})
    left = _scratch_homes(published)
    assert len(left) == 1
    with past_marts(published, PAST_DAY):
        assert left[0] not in _scratch_homes(published)
        with past_marts(published, PAST_DAY - timedelta(1)):  # one at work is left alone
            assert len(_scratch_homes(published)) == 2


def test_dates_and_homes_that_cannot_be_answered_are_refused_in_words(
    home: Home, published: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(NotYet, match="future"), past_marts(published, today() + timedelta(1)):
        pass
    with pytest.raises(NothingLoaded, match="zhibiao refresh"), past_marts(Home.at(tmp_path / "empty"), PAST_DAY):
        pass
    monkeypatch.setenv("MADE_COLUMN", "no_such_column")
    with pytest.raises(PastFailed, match=r"(?s)2021-12-31.*model bad"), past_marts(published, PAST_DAY):
        pass
    assert not _scratch_homes(published)


def test_sql_answers_as_of_a_date(published: Home) -> None:
    told = zhibiao(published, "sql", "select as_of from good", "--as-of", "2021-12-31", "--format", "csv")
    assert told.stdout == "as_of\n2021-12-31\n", told.stderr
    refused = zhibiao(published, "sql", "select 1", "--as-of", "2999-01-01")
    assert (refused.returncode, "future" in refused.stderr) == (2, True)

"""A refresh that would run into a full or read-only disk is not begun, and says what to do. The disks are real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.home import Home
from tests.faults.disks import may_mount, read_only_folder, small_disk
from tests.warehouse import made
from warehouse.lock import owner, refresh_lock
from warehouse.room import LEAST_FREE, NoRoom, check_room, needed

pytestmark = pytest.mark.skipif(not may_mount(), reason="needs the right to mount a disk")


def test_a_full_disk_is_told_before_anything_is_begun(tmp_path: Path) -> None:
    with small_disk(tmp_path, 4 * 2**20) as enlarge:
        home = Home.at(tmp_path / "home")
        done = made.zhibiao(home, "refresh", "--offline")
        assert done.returncode == 1 and "Traceback" not in done.stderr
        assert "4 MB left" in done.stderr and "make room" in done.stderr
        assert not (tmp_path / "home" / "captures").exists()
        enlarge()
        check_room(home)


@pytest.mark.parametrize("name", ["", "build", "releases"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    (home / name).mkdir(parents=True)
    with read_only_folder(home / name) as writable:
        with pytest.raises(NoRoom, match=f"cannot be written .*{name or home}"):
            check_room(Home.at(home))
        writable()
        check_room(Home.at(home))


def test_what_is_needed_grows_with_the_build(home: Home) -> None:
    assert needed(home) == LEAST_FREE
    build = Path(home.path("build", "warehouse.duckdb"))
    build.parent.mkdir()
    build.write_bytes(b"0" * 10**6)
    assert needed(home) == LEAST_FREE + 2 * 10**6


def test_a_full_disk_does_not_leave_the_lock_held(tmp_path: Path) -> None:
    with small_disk(tmp_path, 2**20):
        home = Home.at(tmp_path / "home")
        (tmp_path / "home").mkdir()
        with pytest.raises(OSError, match="No space left"):
            (tmp_path / "filler").write_bytes(b"0" * 2**21)
        with refresh_lock(home):
            pass
        assert owner(home) is None

"""A night repairs what is only derived: record files that a disk has damaged are made again from their captures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.captures import Knowledge, Origin
from scrapers.home import Home
from scrapers.parse import parse_captures, pending
from tests.faults import damages
from warehouse.database import build_path, connect_build
from warehouse.run import Run

STARTER = Path(__file__).parent.parent.parent / "scrapers" / "starter"
WAYS = [way for name, way in damages.WAYS.items() if name != "removed"]


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run over a home with one real page that is parsed and not loaded."""
    monkeypatch.setenv("ZHIBIAO_HOME", str(tmp_path / "home"))
    home = Home.at(tmp_path / "home")
    page = sorted(STARTER.glob("hunan_grants_*.html"))[0]
    Archive(home).add(
        source_id="hunan_patent_monthly", url="http://example.test/1.html", body=page.read_bytes(),
        origin=Origin.IMPORTED, knowledge=Knowledge(content_type="text/html"), run_id="test",
    )  # fmt: skip
    parse_captures(home, pending(home, {}), {})
    return Run("20260101T000000Z-0000", "2026-01-01", live=False)


def figures(home: Home) -> list[tuple[object, ...]]:
    with connect_build(home, read_only=True) as connection:
        query = "SELECT row_no, column_no, value_text, value FROM raw.records ORDER BY ALL"
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("find", [damages.newest_records, damages.newest_outcome])
@pytest.mark.parametrize("way", WAYS)
def test_a_damaged_record_file_costs_no_figure(
    night: Run, find: Callable[[Path], Path], way: Callable[[Path], None]
) -> None:
    night.load()
    whole = figures(night.home)
    assert len(whole) > 50
    build_path(night.home).unlink()
    way(find(Path(night.home.root)))
    night.load()
    assert figures(night.home) == whole


def test_a_bit_that_flips_in_a_record_file_never_becomes_another_figure(night: Run) -> None:
    night.load()
    whole = figures(night.home)
    file = damages.newest_records(Path(night.home.root))
    good = file.read_bytes()
    for place in range(4, len(good), max(1, len(good) // 12)):
        build_path(night.home).unlink()
        file = damages.newest_records(Path(night.home.root))
        file.write_bytes(good[:place] + bytes([good[place] ^ 0x01]) + good[place + 1 :])
        night.load()
        assert figures(night.home) == whole, place

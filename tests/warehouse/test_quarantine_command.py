"""`zhibiao quarantine` as a person runs it, and decisions about pages on their way into the build and the audit."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from expectations.comparison import prepare
from scrapers.archive import Archive
from scrapers.captures import Capture, Knowledge, Origin
from scrapers.home import Home
from scrapers.parse import parse_captures, pending
from scrapers.quarantine import deciding
from scrapers.quarantine.listing import find
from scrapers.sources import load_catalog
from tests.warehouse import made
from warehouse import state
from warehouse.database import build_path
from warehouse.errors import ExitCode
from warehouse.layout_drift import layout_drift
from warehouse.load import load

SOURCE = "jilin_ip_centre_tables"
CATALOG = {SOURCE: load_catalog()[SOURCE].model_copy(update={"minimum_records": 1})}
URL = "http://jlzscqxx.org.cn/zltj.asp?cid=22&id=377"
BLOCKED = "<html><body><p>您的访问过于频繁，请稍后再试</p></body></html>"


def page(unit: str = "件", cities: int = 4) -> str:
    rows = "".join(f"<tr><td>第{n}市</td><td>{n * 110}</td><td>{n * 310}</td></tr>" for n in range(1, cities + 1))
    return (
        f"<html><body><h1>2023年8月甲省专利授权状况表</h1><p>单位:{unit}</p><table><tr><td>地区</td><td>发明</td>"
        f"<td>实用新型</td></tr>{rows}</table></body></html>"
    )


def bring(home: Home, body: str, run: str) -> Capture:
    attempt = Archive(home).add(
        source_id=SOURCE,
        url=URL,
        body=body.encode(),
        origin=Origin.FETCHED,
        knowledge=Knowledge(content_type="text/html; charset=utf-8"),
        run_id=run,
    )
    assert attempt.capture is not None
    return attempt.capture


def night(home: Home) -> None:
    parse_captures(home, pending(home, CATALOG), CATALOG)
    load(home, CATALOG)


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(build_path(home)), read_only=True) as connection:
        return connection.execute(query).fetchall()


def decide(home: Home, way: str, capture: Capture) -> None:
    shelf, entry = find(home, CATALOG, capture.capture_id)
    getattr(deciding, way)(shelf, entry, "Wang", "called the office")


@pytest.fixture
def held(home: Home) -> Capture:
    """A home with a page and one that came after it in another unit."""
    bring(home, page(), "n1")
    second = bring(home, page("万件"), "n2")
    night(home)
    return second


def test_an_outcome_that_a_decision_changed_is_loaded_again_and_undone_again(home: Home, held: Capture) -> None:
    verdict = (
        "SELECT verdict, reason, record_count, released_by, release_reason FROM raw.parse_outcomes "
        f"WHERE capture_id = '{held.capture_id}'"
    )
    records = f"SELECT count(*) FROM raw.records WHERE capture_id = '{held.capture_id}'"
    assert rows(home, verdict) == [("quarantined", "changed_layout", 0, None, None)]
    decide(home, "release", held)
    night(home)
    assert rows(home, verdict) == [("accepted", None, 8, "Wang", "called the office")]
    assert rows(home, records) == [(8,)]
    assert load(home, CATALOG).judged_again == 0
    decide(home, "withdraw", held)
    parse_captures(home, pending(home, CATALOG), CATALOG)
    summary = load(home, CATALOG)
    assert summary.judged_again >= 1 and summary.vanished == []
    assert rows(home, verdict) == [("quarantined", "changed_layout", 0, None, None)]
    assert rows(home, records) == [(0,)]
    assert rows(home, "SELECT kind, decided_by, is_newest FROM raw.page_decisions ORDER BY decided_at") == [
        ("release", "Wang", False), ("withdraw", "Wang", True),
    ]  # fmt: skip


def test_a_lost_build_is_made_anew_with_the_decisions(home: Home, held: Capture) -> None:
    decide(home, "release", held)
    night(home)
    before = rows(home, "SELECT capture_id, verdict, released_by FROM raw.parse_outcomes ORDER BY ALL")
    build_path(home).unlink()
    load(home, CATALOG)
    assert rows(home, "SELECT capture_id, verdict, released_by FROM raw.parse_outcomes ORDER BY ALL") == before


def test_a_page_in_another_layout_is_told_with_the_difference_and_once_as_new(home: Home, held: Capture) -> None:
    known = state.read(home)
    assert known is not None and known.changed_layouts[0].judged_at is not None
    judged = known.changed_layouts[0].judged_at
    (drift,) = layout_drift(home, judged)
    assert (drift["capture_id"], drift["is_new"]) == (held.capture_id, True)
    assert drift["difference"] == "unit was 件, is now 万件"
    (later,) = layout_drift(home, judged.replace(year=judged.year + 1))
    assert later["is_new"] is False


def test_facts_that_a_decision_takes_away_have_their_reason_and_others_have_none(home: Home, tmp_path: Path) -> None:
    good = bring(home, page(), "n1")
    night(home)
    decide(home, "hold", good)
    night(home)
    made.marts(home, {})
    last = tmp_path / "last.duckdb"
    with duckdb.connect(str(last)) as connection:
        connection.execute(made.MARTS)
        for number, capture_id in enumerate([good.capture_id, "another"]):
            connection.execute(
                "INSERT INTO marts.fct_observation BY NAME SELECT ? AS observation_id, 'r' AS region_id, "
                "'grants' AS indicator_id, 's' || ? AS source_id, ? AS capture_id, 1 AS value",
                [f"o{number}", number, capture_id],
            )
            connection.execute(
                "INSERT INTO marts.fct_region_indicator BY NAME SELECT 'r' AS region_id, 'grants' AS indicator_id, "
                "'total' AS breakdown, 'year' AS period_kind, DATE '2023-01-01' AS period_start, "
                "DATE '2023-12-31' + CAST(? AS INTEGER) AS period_end, 1 AS value, '件' AS unit_base, "
                "? AS observation_id",
                [number, f"o{number}"],
            )
    for database in (build_path(home), last):
        with duckdb.connect(str(database)) as connection:
            connection.execute("ALTER TABLE marts.fct_region_indicator ADD COLUMN region_code VARCHAR")
            connection.execute("ALTER TABLE marts.fct_region_indicator ADD COLUMN period VARCHAR")
            connection.execute("ALTER TABLE marts.fct_observation ADD COLUMN parser_version VARCHAR")
            connection.execute("ALTER TABLE marts.fct_target_progress ADD COLUMN as_of DATE")
    assert prepare(build_path(home), last) is None
    assert rows(home, "SELECT capture_id FROM audit.unexplained_losses") == [("another",)]
    assert rows(home, "SELECT source_id FROM audit.lost_regions") == [("s1",)]


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_works_on_a_home_without_a_build(home: Home, tmp_path: Path) -> None:
    bring(home, page(), "n1")
    second = bring(home, page("万件"), "n2")
    third = bring(home, BLOCKED, "n3")
    parse_captures(home, pending(home, CATALOG), CATALOG)
    assert not build_path(home).exists()
    listed = made.zhibiao(home, "quarantine", "list", "--json")
    assert listed.returncode == ExitCode.OK, listed.stderr
    found = json.loads(listed.stdout)
    assert [entry["id"] for entry in found] == [third.capture_id, second.capture_id]
    only = made.zhibiao(home, "quarantine", "list", "--reason", "changed_layout", "--source", SOURCE)
    assert second.capture_id[:12] in only.stdout and third.capture_id[:12] not in only.stdout

    shown = made.zhibiao(home, "quarantine", "show", second.capture_id[:10])
    assert shown.returncode == ExitCode.OK, shown.stderr
    assert "unit was 件, is now 万件" in shown.stdout
    assert "第1市 | 发明 | 2023-08: 110 件 → 110 万件" in shown.stdout
    assert "quarantine release" in shown.stdout and "captures/bodies/" in shown.stdout
    out = tmp_path / "page.html"
    written = made.zhibiao(home, "quarantine", "show", second.capture_id, "--body", "-o", str(out))
    assert written.returncode == ExitCode.OK and out.read_text(encoding="utf-8") == page("万件")
    assert made.zhibiao(home, "quarantine", "show", second.capture_id, "--body").stdout == page("万件")


def test_the_command_refuses_with_its_exit_codes_and_says_what_would_help(home: Home) -> None:
    bring(home, page(), "n1")
    bad = bring(home, BLOCKED, "n2")
    parse_captures(home, pending(home, CATALOG), CATALOG)
    said = ["--by", "Wang", "--reason", "looked"]
    refused = made.zhibiao(home, "quarantine", "release", bad.capture_id, *said)
    assert refused.returncode == ExitCode.REFUSED and "zhibiao import" in refused.stderr
    assert made.zhibiao(home, "quarantine", "release", "0123456789", *said).returncode == ExitCode.USAGE
    assert made.zhibiao(home, "quarantine", "release", bad.capture_id).returncode == ExitCode.USAGE
    nobody = made.zhibiao(home, "quarantine", "hold", bad.capture_id, "--by", " ", "--reason", "x")
    assert nobody.returncode == ExitCode.USAGE and "--by" in nobody.stderr
    empty = made.zhibiao(Home.at(home.root + "-other"), "quarantine", "list")
    assert empty.returncode == ExitCode.OK and "nothing is in quarantine" in empty.stdout


def test_the_doctor_names_a_decision_that_cannot_be_read_and_brings_it_back_from_a_backup(
    home: Home, held: Capture, tmp_path: Path
) -> None:
    decide(home, "hold", held)
    (place,) = home.list("quarantine")
    whole = home.read(place)
    assert made.zhibiao(home, "backup", str(tmp_path / "backup")).returncode == ExitCode.OK
    Path(home.path(place)).write_bytes(whole[:50])
    told = made.zhibiao(home, "doctor")
    assert place in told.stdout and "decide anew" in told.stdout
    mended = made.zhibiao(home, "doctor", "--mend", "--from", str(tmp_path / "backup"))
    assert home.read(place) == whole, mended.stdout + mended.stderr

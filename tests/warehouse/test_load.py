"""Loading: once, whole, repeatable; and what it does with files that are damaged or gone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from scrapers.home import Home
from scrapers.records import CheckState, Finding, PageCheck
from tests.warehouse import made
from warehouse import raw, state
from warehouse.database import BuildBusy, build_path, connect_build
from warehouse.load import LoadSummary, load


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(build_path(home)), read_only=True) as connection:
        return connection.execute(query).fetchall()


def counts(home: Home) -> dict[str, object]:
    return {table: rows(home, f"SELECT count(*) FROM raw.{table}")[0][0] for table in raw.TABLES}


def loaded(home: Home) -> LoadSummary:
    return load(home, made.CATALOG)


def test_everything_of_a_page_arrives_with_its_place(home: Home) -> None:
    page = made.capture(home, "page")
    findings = [Finding("sum_over_regions", False, "sum is 7, printed is 8", table_no=1, row_no=3)]
    checks = [PageCheck("sum_over_regions", CheckState.FAILED, compared=2, tolerated=1, failed=1, message="sum is 7")]
    made.outcome(home, page, made.records(2), verdict="contradictory", reason="sums", findings=findings, checks=checks)
    summary = loaded(home)
    assert (summary.new_captures, summary.new_outcomes, summary.new_records) == (1, 1, 2)
    assert rows(home, "SELECT region_label, value, row_no, period_kind FROM raw.records ORDER BY row_no") == [
        ("区1", Decimal("1.000000"), 1, "year"),
        ("区2", Decimal("2.000000"), 2, "year"),
    ]
    assert rows(home, "SELECT verdict, reason, leftovers, layout->>'$.headers[0]' FROM raw.parse_outcomes") == [
        ("contradictory", "sums", ["备注"], "地区")
    ]
    assert rows(home, "SELECT finding_no, check_name, passed, row_no FROM raw.findings") == [
        (1, "sum_over_regions", False, 3)
    ]
    assert rows(
        home, "SELECT check_name, state, compared_count, tolerated_count, failed_count, message FROM raw.page_checks"
    ) == [("sum_over_regions", "failed", 2, 1, 1, "sum is 7")]
    assert rows(home, "SELECT capture_id, url, published_on, arrival_no, fetched_at IS NOT NULL FROM raw.captures") == [
        (page.capture_id, page.url, date(2023, 9, 1), 1, True)
    ]
    assert rows(home, "SELECT outcome, capture_id FROM raw.attempts") == [("new", page.capture_id)]
    assert rows(home, "SELECT source_id, cadence, publisher_rank, is_official FROM raw.sources") == [
        ("made_source", "monthly", 1, True)
    ]


def test_a_plan_brings_its_document_sections_statements_and_text(home: Home) -> None:
    page = made.capture(home, "plan", "<h1>某市规划</h1>".encode("gb18030"))
    document = {
        "title": "某市规划", "issuer": "某局", "doc_no": None, "issued_on": "2021-12-01", "published_on": None,
        "period_start": 2021, "period_end": 2025,
        "sections": [
            {"no": 1, "parent_no": None, "level": 1, "number_label": "一", "title": "目标", "start": 4, "end": 8}
        ],
    }  # fmt: skip
    statement = {
        "plan_id": None,
        "statement_no": 1,
        "quote": "某市",
        "start": 4,
        "end": 6,
        "value": "3.5",
        "form": "table",
    }
    made.outcome(home, page, document=document, statements=[statement])
    assert loaded(home).new_statements == 1
    assert rows(home, "SELECT title, issued_on, period_end FROM raw.plan_documents") == [
        ("某市规划", date(2021, 12, 1), 2025)
    ]
    assert rows(home, 'SELECT section_no, title, start, "end" FROM raw.plan_sections') == [(1, "目标", 4, 8)]
    assert rows(home, "SELECT statement_no, value, form FROM raw.statements") == [(1, Decimal("3.500000"), "table")]
    assert rows(home, "SELECT substr(text, 5, 2) FROM raw.plan_texts") == [("某市",)]


def test_loading_again_changes_nothing(home: Home) -> None:
    made.pages(home, 3)
    loaded(home)
    before = counts(home)
    again = loaded(home)
    assert (again.new_captures, again.new_attempts, again.new_outcomes, again.new_records) == (0, 0, 0, 0)
    assert again.records == 9
    assert counts(home) == before


def test_a_new_parser_version_is_loaded_beside_the_old_one(home: Home) -> None:
    (page,) = made.pages(home, 1)
    loaded(home)
    made.outcome(home, page, made.records(3, first=50), version="2")
    assert loaded(home).new_records == 3
    assert rows(home, "SELECT parser_version, min(value)::INT FROM raw.records GROUP BY ALL ORDER BY 1") == [
        ("1", 1),
        ("2", 50),
    ]


def test_a_page_without_an_outcome_is_not_loaded(home: Home) -> None:
    (page,) = made.pages(home, 1)
    os.unlink(home.path(f"records/{made.PARSER}/{made.VERSION}/{page.capture_id}.json"))
    assert loaded(home).new_records == 0


def test_what_vanished_from_the_home_is_reported_and_taken_out(home: Home) -> None:
    first, second = made.pages(home, 2)
    loaded(home)
    for suffix in ("json", "parquet"):
        os.unlink(home.path(f"records/{made.PARSER}/{made.VERSION}/{second.capture_id}.{suffix}"))
    summary = loaded(home)
    assert summary.vanished == [f"parse {second.capture_id} by {made.PARSER} {made.VERSION}"]
    assert summary.vanished_records == 3
    assert "gone from the home" in str(summary)
    assert rows(home, "SELECT DISTINCT capture_id FROM raw.records") == [(first.capture_id,)]


@pytest.mark.parametrize("harm", ["truncated", "missing", "other_rows", "torn_outcome"])
def test_a_damaged_record_file_stops_nothing_and_is_given_back(home: Home, harm: str) -> None:
    good, bad = made.pages(home, 2)
    stem = Path(home.path(f"records/{made.PARSER}/{made.VERSION}/{bad.capture_id}"))
    if harm == "truncated":
        os.truncate(stem.with_suffix(".parquet"), 300)
    elif harm == "missing":
        stem.with_suffix(".parquet").unlink()
    elif harm == "other_rows":
        stem.with_suffix(".parquet").write_bytes(stem.with_name(good.capture_id + ".parquet").read_bytes())
    else:
        stem.with_suffix(".json").write_text('{"capture_id": ')
    summary = loaded(home)
    assert len(summary.damaged) == 1 and bad.capture_id in summary.damaged[0]
    assert not stem.with_suffix(".json").exists()  # so that the parser reads the page again
    assert rows(home, "SELECT capture_id, count(*) FROM raw.records GROUP BY ALL") == [(good.capture_id, 3)]
    made.outcome(home, bad, made.records(3, first=101))
    assert loaded(home).new_records == 3


@pytest.mark.parametrize(
    "harm", ["truncated", "not_a_database", "empty", "flipped_byte", "torn_wal", "folder", "dangling_link"]
)
def test_a_damaged_build_database_is_made_anew_from_the_home(home: Home, harm: str) -> None:
    made.pages(home, 40, each=40)
    loaded(home)
    path = build_path(home)
    if harm == "truncated":
        os.truncate(path, path.stat().st_size // 2)
    elif harm == "not_a_database":
        path.write_text("hello")
    elif harm == "empty":
        os.truncate(path, 0)
    elif harm == "flipped_byte":
        with path.open("r+b") as file:
            file.seek(4096 + 100)
            file.write(b"\xff\xff\xff")
    elif harm == "folder":
        path.unlink()
        (path / "inside").mkdir(parents=True)
        path.with_name(path.name + ".damaged").mkdir()  # as an earlier night left one
    elif harm == "dangling_link":
        path.unlink()
        path.symlink_to("gone")
    else:
        made.python(
            "import duckdb, os, sys; c = duckdb.connect(sys.argv[2])\n"
            "for n in range(50): c.execute('CREATE TABLE t%d AS SELECT range FROM range(100)' % n)\n"
            "os.kill(os.getpid(), 9)",
            home,
            str(path),
        )
        wal = path.with_name(path.name + ".wal")
        content = bytearray(wal.read_bytes())
        content[len(content) // 2] ^= 0xFF
        wal.write_bytes(content)
    summary = loaded(home)
    assert summary.records == 1600
    if harm != "torn_wal":  # there the database may also drop what was torn, and go on
        assert summary.rebuilt and summary.new_captures == 40
        assert "made anew" in str(summary)
        assert os.path.lexists(path.with_name(path.name + ".damaged"))


def test_another_schema_version_is_made_anew(home: Home) -> None:
    made.pages(home, 1)
    loaded(home)
    with connect_build(home) as connection:
        connection.execute("UPDATE raw.schema_version SET version = 99")
    summary = loaded(home)
    assert summary.rebuilt and "version 99" in summary.rebuilt
    assert summary.records == 3


def test_what_dbt_made_survives_a_load(home: Home) -> None:
    made.pages(home, 1)
    loaded(home)
    made.marts(home, {"r1": 5})
    loaded(home)
    assert rows(home, "SELECT count(*) FROM marts.fct_region_indicator") == [(1,)]


def test_a_database_in_use_is_waited_for_and_then_named(home: Home) -> None:
    loaded(home)
    hold = (
        "import duckdb, sys, time\nc = duckdb.connect(sys.argv[1])\n"
        "print('held', flush=True)\ntime.sleep(float(sys.argv[2]))"
    )
    for seconds in ("60", "1"):
        command = [sys.executable, "-c", hold, str(build_path(home)), seconds]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
            assert other.stdout and other.stdout.readline()
            if seconds == "60":
                with pytest.raises(BuildBusy, match=str(other.pid)):
                    connect_build(home, wait_seconds=0.2)
                other.kill()
            else:
                connect_build(home, wait_seconds=20).close()


KILL = """
import os, sys
from scrapers.home import Home
from tests.warehouse import made
from warehouse import load, outcomes

load.BATCH = 4
module, name, nth = sys.argv[2], sys.argv[3], int(sys.argv[4])
target = {"load": load, "outcomes": outcomes, "state": load.state}[module]
real, calls = getattr(target, name), 0

def deadly(*arguments, **named):
    global calls
    calls += 1
    if calls == nth:
        os.kill(os.getpid(), 9)
    return real(*arguments, **named)

setattr(target, name, deadly)
load.load(Home.at(sys.argv[1]), made.CATALOG)
"""


@pytest.mark.parametrize(
    ("module", "name", "nth"),
    [
        ("outcomes", "stage", 1),  # in the transaction of the log
        ("load", "_load_batch", 2),  # between two batches
        ("outcomes", "stage_records", 2),
        ("outcomes", "stage", 6),  # in the transaction of the register
        ("outcomes", "stage", 13),  # in the transaction of a batch, its records already inserted
        ("outcomes", "stage", 18),
        ("state", "write", 1),  # all loaded, the state not yet written
    ],
)
def test_a_killed_load_leaves_whole_captures_and_the_next_one_completes(
    home: Home, module: str, name: str, nth: int
) -> None:
    made.pages(home, 12)
    run = made.python(KILL, home, module, name, str(nth))
    assert made.killed(run), run.stderr
    with connect_build(home, read_only=True) as connection:
        if raw.version(connection):
            whole = connection.execute(
                "SELECT capture_id, count(*) FROM raw.records GROUP BY ALL HAVING count(*) <> 3"
            ).fetchall()
            listed = connection.execute("SELECT count(*) FROM raw.loads").fetchone()
            held = connection.execute("SELECT count(DISTINCT capture_id) FROM raw.records").fetchone()
            assert whole == [] and listed == held
    summary = loaded(home)
    assert summary.rebuilt is None and summary.damaged == []
    assert rows(home, "SELECT count(*), count(DISTINCT capture_id) FROM raw.records") == [(36, 12)]
    known = state.read(home)
    assert known and known.records == 36


def test_the_state_names_quarantined_pages_and_what_serves_instead(home: Home) -> None:
    old = made.capture(home, "page", b"<p>first</p>")
    made.outcome(home, old, made.records(2))
    new = made.capture(home, "page", b"<p>blocked</p>")
    made.outcome(home, new, verdict="quarantined", reason="block_page")
    loaded(home)
    known = state.read(home)
    assert known
    (page,) = known.quarantined
    assert (page.capture_id, page.reason, page.serving_capture_id) == (new.capture_id, "block_page", old.capture_id)
    (source,) = known.sources
    assert (source.captures, source.quarantined, source.last_outcome) == (2, 1, "new")

"""The command as a script or a person meets it: exit codes, messages without tracebacks, output."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scrapers.home import Home
from tests.warehouse import made
from tests.warehouse.made import zhibiao
from warehouse import release
from warehouse.load import load


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with two releases, a quarantined page and three runs; nobody changes it."""
    home = Home.at(tmp_path_factory.mktemp("home"))
    made.pages(home, 2)
    bad = made.capture(home, "bad")
    made.outcome(home, bad, verdict="quarantined", reason="block_page")
    load(home, made.CATALOG)
    for value in (5, 6):
        made.marts(home, {"r1": value})
        release.publish(home, run_id="run", as_of=date(2024, 6, 30), audit=made.AUDIT)
    for number, ending in enumerate(
        [{"state": "published", "finished_at": "2026-11-22T02:00:00Z"}, {}, {"state": "failed"}]
    ):
        told = {
            "run_id": f"run{number}",
            "started_at": datetime(2026, 11, 20 + number, tzinfo=UTC).isoformat(),
            **ending,
        }
        if ending.get("state") == "failed":
            told["finished_at"] = told["started_at"]
        home.write(json.dumps(told).encode(), "runs", f"run{number}", "run.json")
    return home


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["sql", "select 1"], 4, "nothing is published yet"),
        (["releases"], 4, "nothing is published yet"),
        (["rollback", "20200101T000000Z-0000"], 4, "no release 20200101T000000Z-0000"),
        (["refresh", "--source", "nobody"], 2, "no such source: nobody; allowed:"),
        (["refresh", "--as-of", "2021-13-01"], 2, "'2021-13-01' is no date; allowed: YYYY-MM-DD"),
        (["import", "no/such/file"], 2, "there is no file or folder no/such/file"),
        (["import", "pyproject.toml", "--source", "nobody"], 2, "no such source: nobody"),
        (["import", "pyproject.toml", "--url", "nowhere"], 2, "is no web address"),
        (["parse", "no/such/file"], 2, "there is no file no/such/file"),
        (["parse", "pyproject.toml", "--parser", "nobody"], 2, "allowed: hand_entered, cnipa_yearbook"),
        (["parse", "tests"], 2, "there is no file tests"),
        (["sql", "select 1", "--format", "xml"], 2, "'table',"),
        (["nonsense"], 2, "No such command"),
        (["source", "check"], 2, "say --live"),
        (["source", "check", "nobody", "--live"], 2, "no such source: nobody; allowed:"),
        (["source", "new", "https://www.example.gov.cn/a.html"], 2, "only with --live"),
        (["source", "new", "a.html"], 2, "--file"),
        (["source", "new", "https://www.example.gov.cn/a.html", "--id", "A-b"], 2, "allowed: lower-case"),
        (["source", "new", "https://www.example.gov.cn/a.html", "--file", "pyproject.toml"], 3, "refused as"),
        (["status", "--home", "memory://home"], 2, "on this machine's own disk"),
    ],
)
def test_a_mistake_has_its_code_and_words(home: Home, arguments: list[str], code: int, message: str) -> None:
    done = zhibiao(home, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr and "Traceback" not in done.stderr


def test_a_page_that_is_not_believed_is_refused(home: Home, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><head><title>404</title></head><body>404 Not Found</body></html>")
    done = zhibiao(home, "parse", str(page))
    assert done.returncode == 3 and done.stdout == ""
    assert "refused as" in done.stderr and "Traceback" not in done.stderr


def test_parse_prints_the_columns_of_the_contract(home: Home, archive: Path, tmp_path: Path) -> None:
    from scrapers.records import RECORD_COLUMNS

    out = tmp_path / "records.csv"
    done = zhibiao(home, "parse", str(archive / "stats" / "hunan_inforce_202011.html"), "-o", str(out))
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert tuple(rows[0]) == RECORD_COLUMNS
    assert "1897" in {row["value_text"].replace(",", "") for row in rows if row["region_label"].startswith("衡阳")}
    assert not Path(home.path("captures")).exists()


def test_sql_prints_a_table_csv_or_json(published: Home) -> None:
    query = "SELECT region_id, value FROM marts.fct_region_indicator"
    assert "│ r1" in zhibiao(published, "sql", query).stdout
    assert "│ true" in zhibiao(published, "sql", "select true as yes").stdout
    answer = zhibiao(published, "sql", query, "--format", "csv").stdout
    assert list(csv.reader(io.StringIO(answer))) == [["region_id", "value"], ["r1", "6"]]
    assert json.loads(zhibiao(published, "sql", query, "--format", "json").stdout) == [{"region_id": "r1", "value": 6}]


def test_sql_that_is_wrong_or_writes_fails_in_words(published: Home, tmp_path: Path) -> None:
    for query in ("SELECT nothing FROM nowhere", f"COPY (SELECT 1) TO '{tmp_path}/x'", "DROP TABLE fct_observation"):
        done = zhibiao(published, "sql", query)
        assert done.returncode == 1 and done.stdout == "" and "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def test_releases_are_listed_and_checked(published: Home) -> None:
    ids = [each.release_id for each in release.releases(published)]
    listed = zhibiao(published, "releases", "--verify")
    assert listed.returncode == 0
    lines = [line for line in listed.stdout.splitlines() if "Z-" in line]
    assert ids[0] in lines[0] and "*" in lines[0] and "whole" in lines[0]
    assert ids[1] in lines[1] and "*" not in lines[1]


def test_rollback_says_what_is_current_and_refuses_damage(home: Home) -> None:
    for value in (5, 6):
        made.marts(home, {"r1": value})
        release.publish(home, run_id="run", as_of=date(2024, 6, 30), audit=[])
    newest, oldest = release.releases(home)
    done = zhibiao(home, "rollback", oldest.release_id)
    assert done.returncode == 0 and oldest.release_id in done.stdout
    newest.database.chmod(0o644)
    newest.database.write_bytes(b"")
    done = zhibiao(home, "rollback", newest.release_id)
    assert done.returncode == 3 and "is damaged" in done.stderr
    assert zhibiao(home, "releases", "--verify").returncode == 3
    assert release.current(home).release_id == oldest.release_id


def test_a_second_refresh_gets_one_clear_message(home: Home) -> None:
    hold = (
        "import sys, time\nfrom scrapers.home import Home\nfrom warehouse.lock import refresh_lock\n"
        "with refresh_lock(Home.at(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, home.root], cwd=made.REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout and other.stdout.readline()
        done = zhibiao(home, "refresh", "--offline")
        other.kill()
    assert done.returncode == 75
    assert done.stderr.count("in use by refresh") == 1 and "Traceback" not in done.stderr


def test_status_of_an_empty_home(home: Home) -> None:
    done = zhibiao(home, "status")
    assert done.returncode == 0 and "no release yet" in done.stdout
    assert json.loads(zhibiao(home, "status", "--json").stdout)["current"] is None


def test_status_tells_release_sources_runs_and_quarantine(published: Home) -> None:
    told = json.loads(zhibiao(published, "status", "--json").stdout)
    assert told["current"]["release_id"] == release.current(published).release_id
    assert (told["current"]["facts"], told["current"]["warnings"], told["releases"]) == (1, 1, 2)
    (source,) = told["sources"]
    assert (source["source_id"], source["freshness"], source["data_age_days"]) == ("made_source", "fresh", 100)
    assert (source["captures"], source["quarantined"], source["last_outcome"]) == (3, 1, "new")
    assert [page["reason"] for page in told["quarantined"]] == ["block_page"]
    assert [(run["run_id"], run["state"]) for run in told["runs"]] == [
        ("run2", "failed"), ("run1", "killed"), ("run0", "published"),
    ]  # fmt: skip
    shown = zhibiao(published, "status").stdout
    assert "made_source" in shown and "block_page" in shown and "killed" in shown


def test_status_speaks_of_a_damaged_current_release(home: Home) -> None:
    made.marts(home, {"r1": 5})
    done = release.publish(home, run_id="run", as_of=date(2024, 6, 30), audit=[])
    (done.folder / "manifest.json").chmod(0o644)
    (done.folder / "manifest.json").write_text("{")
    told = zhibiao(home, "status")
    assert told.returncode == 0 and "its manifest cannot be read" in told.stdout


def test_version_and_help_are_quick_and_import_nothing_heavy() -> None:
    code = (
        "import sys, warehouse.cli\n"
        "heavy = {'airflow', 'dbt', 'duckdb', 'pandas', 'pyarrow', 'great_expectations', 'lxml'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=made.REPOSITORY, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.cli", "--version"], cwd=made.REPOSITORY, capture_output=True
    )
    assert done.returncode == 0 and done.stdout.startswith(b"zhibiao ")

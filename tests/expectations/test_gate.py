"""The gate judges a build: what it lets pass, what stops it, and what a person is told."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import yaml

from expectations import comparison, gate
from expectations.suites import SUITES, SuiteError, load_suites

TABLES = """
create schema raw; create schema marts;
create table marts.audit_results (audit_id varchar, run_id varchar, stage varchar, suite varchar, check_name varchar,
    severity varchar, passed boolean, observed varchar, message varchar, capture_id varchar, table_name varchar);
create table marts.fct_region_indicator (region_id varchar, region_code varchar, indicator_id varchar,
    breakdown varchar, period_kind varchar, period_start date, period_end date, period varchar,
    value decimal(28, 6), observation_id varchar);
create table marts.fct_observation (observation_id varchar, source_id varchar, region_id varchar, capture_id varchar,
    url varchar, value decimal(28, 6), parser_version varchar);
create table marts.fct_target_progress (target_id varchar, as_of date);
insert into marts.audit_results (audit_id, stage, check_name, passed) values ('page-1', 'page', 'kept', false);
insert into marts.fct_target_progress values ('t', date '2024-06-30');
"""


def build(path: Path, *, facts: int, as_of: str = "2024-06-30", value: int = 100) -> Path:
    """A build with `facts` facts of one source, one a region."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES)
        connection.execute("update marts.fct_target_progress set as_of = ?", [as_of])
        for number in range(facts):
            connection.execute(
                "insert into marts.fct_region_indicator values (?, ?, 'grants', 'total', 'year', '2023-01-01',"
                " '2023-12-31', '2023', ?, ?)",
                [f"r{number}", f"{number:06}", value, f"o{number}"],
            )
            connection.execute(
                "insert into marts.fct_observation values (?, 'tables', ?, 'c', 'http://a', ?, '1')",
                [f"o{number}", f"r{number}", value],
            )
    return path


@pytest.fixture
def release_suite(tmp_path: Path) -> Path:
    """The suite of comparisons alone."""
    return folder_of(tmp_path, (SUITES / "30_release.yaml").read_text(encoding="utf-8"))


def folder_of(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "suites"
    folder.mkdir()
    (folder / "suite.yaml").write_text(text, encoding="utf-8")
    return folder


def rule(tmp_path: Path, **values: object) -> Path:
    """A folder with one suite of one rule about facts."""
    tables = [{"table": "marts.fct_region_indicator", "rules": [values]}]
    return folder_of(tmp_path, yaml.safe_dump({"layer": "marts", "tables": tables}))


def judge(database: Path, last: Path | None, suites: Path) -> gate.AuditReport:
    return gate.audit(database, last_release=last, run_id="run", data_docs=None, suites=suites)


def test_a_lost_fact_is_critical_and_names_source_and_page(tmp_path: Path, release_suite: Path) -> None:
    last, now = build(tmp_path / "last.duckdb", facts=3), build(tmp_path / "now.duckdb", facts=2)
    report = judge(now, last, release_suite)
    assert {failure.check_name for failure in report.critical_failures} == {"no_fact_lost", "no_region_lost"}
    lost = next(failure for failure in report.critical_failures if failure.check_name == "no_fact_lost")
    assert "tables" in lost.message and "http://a" in lost.message


def test_an_explained_loss_passes(tmp_path: Path, release_suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    explained = tmp_path / "accepted.csv"
    explained.write_text(
        comparison.ACCEPTED_LOSSES.read_text().splitlines()[0] + "\ntables,,,2024-01-01,somebody,page withdrawn\n"
    )
    monkeypatch.setattr(comparison, "ACCEPTED_LOSSES", explained)
    last, now = build(tmp_path / "last.duckdb", facts=3), build(tmp_path / "now.duckdb", facts=2)
    assert judge(now, last, release_suite).critical_failures == []


def test_gain_warns(tmp_path: Path, release_suite: Path) -> None:
    last, now = build(tmp_path / "last.duckdb", facts=1), build(tmp_path / "now.duckdb", facts=2)
    report = judge(now, last, release_suite)
    assert report.critical_failures == []
    assert [warning.check_name for warning in report.warnings] == ["facts_gained"]


def test_a_value_rewritten_without_a_new_page_or_parser_is_critical(tmp_path: Path, release_suite: Path) -> None:
    last, now = build(tmp_path / "last.duckdb", facts=1), build(tmp_path / "now.duckdb", facts=1, value=7)
    report = judge(now, last, release_suite)
    assert [failure.check_name for failure in report.critical_failures] == ["no_value_rewritten"]


@pytest.mark.parametrize("case", ["first release", "earlier as-of date"])
def test_no_comparison_where_there_is_none_to_make(case: str, tmp_path: Path, release_suite: Path) -> None:
    last = None if case == "first release" else build(tmp_path / "last.duckdb", facts=5)
    now = build(tmp_path / "now.duckdb", facts=1, as_of="2020-01-01")
    report = judge(now, last, release_suite)
    assert report.critical_failures == [] and report.warnings == []
    assert any("not compared" in result.message for result in report.results)


def test_an_expectation_that_crashes_is_our_error_and_critical(tmp_path: Path) -> None:
    crashing = rule(
        tmp_path,
        name="crashes",
        severity="warning",
        says="never",
        expect="expect_column_values_to_be_unique",
        **{"with": {"column": "no_such_column"}},
    )
    report = judge(build(tmp_path / "now.duckdb", facts=1), None, crashing)
    assert [failure.check_name for failure in report.critical_failures] == ["crashes"]
    assert "could not be tested" in report.critical_failures[0].message


def test_results_stand_in_the_build_beside_those_of_the_pages(tmp_path: Path) -> None:
    database = build(tmp_path / "now.duckdb", facts=2)
    bad = rule(
        tmp_path,
        name="none_over_50",
        says="no value is over 50",
        rows="select region_id, value from {batch} where value > 50",
    )
    judge(database, None, bad)
    judge(database, None, bad)  # a second audit replaces the first
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute("select check_name, passed from marts.audit_results order by 1").fetchall()
    assert rows == [("compared", True), ("kept", False), ("none_over_50", False)]


def test_data_docs_are_written_and_ask_no_other_machine(tmp_path: Path) -> None:
    some = rule(
        tmp_path,
        name="some",
        says="there are rows",
        expect="expect_table_row_count_to_be_between",
        **{"with": {"min_value": 1}},
    )
    gate.audit(build(tmp_path / "now.duckdb", facts=1), None, "run", tmp_path / "docs", some)
    index = (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    assert "there are rows" in index and 'href="validations/' in index
    pages = list((tmp_path / "docs").rglob("*.html"))
    assert len(pages) == 3  # the index, the suite, its validation
    asked = re.compile(r"<(?:script|link|img)[^>]*https?:", re.IGNORECASE)
    assert [page.name for page in pages if asked.search(page.read_text(encoding="utf-8"))] == []


def test_a_wrong_suite_file_names_itself(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("layer: marts\ntables:\n- table: marts.x\n  rules: [{name: a, says: b}]\n")
    with pytest.raises(SuiteError, match=r"(?s)bad\.yaml.*exactly one of"):
        load_suites(tmp_path)


def test_a_table_that_stands_twice_in_a_layer_is_refused(tmp_path: Path) -> None:
    rules = [{"name": "some", "says": "some rows", "rows": "select 1 from {batch}"}]
    tables = [{"table": "marts.open_questions", "rules": rules}] * 2
    with pytest.raises(SuiteError, match="stands twice"):
        load_suites(folder_of(tmp_path, yaml.safe_dump({"layer": "marts", "tables": tables})))


def test_a_page_parsed_by_two_versions_has_all_its_records_of_each() -> None:
    """A home that was filled before a parser rose to a new version keeps the records of both."""
    suite = yaml.safe_load((SUITES / "10_raw.yaml").read_text(encoding="utf-8"))
    rules = [rule for table in suite["tables"] for rule in table["rules"] if rule["name"] == "all_records_loaded"]
    sql = rules[0]["rows"].format(batch="raw.parse_outcomes")
    with duckdb.connect() as connection:
        connection.execute(
            "create schema raw;"
            "create table raw.parse_outcomes (capture_id text, parser text, parser_version text, record_count int);"
            "create table raw.records (capture_id text, parser text, parser_version text);"
            "insert into raw.parse_outcomes values ('c', 'p', '1', 2), ('c', 'p', '2', 2);"
            "insert into raw.records select 'c', 'p', version from (values ('1'), ('1'), ('2'), ('2')) as of(version);"
        )
        assert connection.execute(sql).fetchall() == []
        connection.execute("delete from raw.records where parser_version = '1'")
        assert connection.execute(sql).fetchall() == [("c", "p", "1", 2, 0)]

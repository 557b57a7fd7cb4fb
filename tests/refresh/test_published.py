"""What a refresh publishes: from the starter archive alone, and with real pages."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest

from tests.refresh.conftest import Night
from tests.refresh.running import ask, calls

MARTS = {
    "dim_region", "dim_indicator", "dim_plan", "dim_source", "dim_target", "fct_observation", "fct_region_indicator",
    "fct_target_progress", "source_freshness", "page_checks", "audit_results", "open_questions",
}  # fmt: skip
FAMILIES = {
    "plan_documents", "cnipa_yearbook", "cnipa_yearbook_en", "hunan_patent_monthly", "nbs_exports",
    "suining_development_reform",
}  # fmt: skip
FACT = """
    select observations.value, observations.url, observations.table_no, observations.row_no, observations.column_no,
        observations.value_text, observations.region_label
    from marts.fct_region_indicator as facts
    inner join marts.fct_observation as observations using (observation_id)
    inner join marts.dim_region as regions on facts.region_id = regions.region_id
    where regions.name_zh = '{region}' and facts.indicator_id = '{indicator}' and facts.breakdown = 'total'
        and facts.period_kind = '{kind}' and facts.period_end = date '{end}'
"""


# --- a new home, the starter archive alone ----------------------------------------------------------------------------


def test_the_first_refresh_publishes_every_mart_with_its_comments(fresh: Night) -> None:
    tables = ask(fresh.marts, "select table_name, comment from duckdb_tables() where schema_name = 'marts'")
    assert {name for name, _ in tables} >= MARTS
    assert [name for name, comment in tables if not comment] == []
    columns = ask(
        fresh.marts, "select table_name, column_name, comment from duckdb_columns() where schema_name='marts'"
    )
    assert [(table, column) for table, column, comment in columns if not comment and table in MARTS] == []
    rows = {name: ask(fresh.marts, f"select count(*) from marts.{name}")[0][0] for name in MARTS}
    assert [name for name, count in rows.items() if count == 0 and name != "open_questions"] == []
    assert ask(fresh.marts, "select distinct origin from marts.fct_observation") == [("starter",)]


def test_a_release_is_whole_and_says_how_it_came_about(fresh: Night) -> None:
    manifest = json.loads((fresh.release / "manifest.json").read_text())
    assert manifest["release_id"] == fresh.release.name and manifest["as_of"] == fresh.as_of
    listed = [line.split("  ", 1) for line in (fresh.release / "SHA256SUMS").read_text().splitlines()]
    files = {path.relative_to(fresh.release).as_posix() for path in fresh.release.rglob("*") if path.is_file()}
    assert {name.lstrip("*") for _, name in listed} == files - {"SHA256SUMS"}
    for digest, name in listed:
        assert hashlib.sha256((fresh.release / name.lstrip("*")).read_bytes()).hexdigest() == digest, name
    assert {path.stem for path in (fresh.release / "parquet").iterdir()} >= MARTS
    report = (fresh.release / "report.md").read_text()
    assert manifest["release_id"] in report and fresh.as_of in report
    assert (fresh.release / "data_docs" / "index.html").is_file()


def test_a_killed_first_refresh_is_taken_up_without_a_word(fresh: Night) -> None:
    assert "published release" not in fresh.told["killed"]
    assert "published release" in fresh.told["refresh"] and "Traceback" not in fresh.told["refresh"]
    assert ask(
        fresh.marts, "select count(*) from (from marts.fct_region_indicator group by all having count(*) > 1)"
    ) == [(0,)]


def test_nothing_of_a_refresh_offline_leaves_this_machine(fresh: Night) -> None:
    assert not calls(fresh.home).exists(), calls(fresh.home).read_text()


# --- with the archive -------------------------------------------------------------------------------------------------


def fact(night: Night, region: str, indicator: str, kind: str, end: str) -> tuple[object, ...]:
    found = ask(night.marts, FACT.format(region=region, indicator=indicator, kind=kind, end=end))
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("region", "indicator", "kind", "end", "value", "file"),
    [
        ("衡阳市", "invention_patents_in_force", "point_in_time", "2020-11-30", 1897, "hunan_inforce_202011"),
        ("衡阳市", "patent_grants", "year_to_date", "2023-08-31", 3018, "hunan_grants_202308"),
        ("衡阳市", "patent_grants", "month", "2023-08-31", 362, "hunan_grants_202308"),
        ("遂宁市", "trademarks_in_force", "point_in_time", "2021-12-31", 22826, "suining_2021_prose"),
    ],
)
def test_a_figure_is_there_and_leads_to_its_page_row_and_column(
    full: Night, archive: Path, region: str, indicator: str, kind: str, end: str, value: int, file: str
) -> None:
    found, url, _, row, column, text, label = fact(full, region, indicator, kind, end)
    assert found == value and str(value) in str(text).replace(",", "")
    with (archive / "stats" / "index.csv").open(encoding="utf-8-sig") as index:
        page = next(line for line in csv.DictReader(index) if line["slug"] == file)
    assert url in (page["url"], f"imported:{page['file']}")
    assert row and column and (label is None or region[:2] in str(label))


def test_the_population_of_a_patent_table_is_a_record_dated_on_its_own_year(full: Night) -> None:
    found = ask(
        full.marts,
        "select value, value_text, unit_label, period from marts.fct_observation inner join marts.dim_region"
        " using (region_id) where name_zh = '衡阳市' and indicator_id = 'resident_population'"
        " and url like '%t20201221%'",
    )
    assert [row[:3] for row in found] == [(7_300_600, "730.06", "万人")]
    assert found[0][3] == "2019-12-31"


def test_sunings_trademarks_are_ahead(full: Night) -> None:
    query = """
        select actual_value, progress.target_value, progress.baseline_value, progress.progress, elapsed, pace, status
        from marts.fct_target_progress as progress
        where progress.plan_id = 'suining-145' and progress.indicator_id = 'trademarks_in_force'
            and evaluation_date = date '2021-12-31'
    """
    actual, target, baseline, progress, elapsed, pace, status = ask(full.marts, query)[0]
    assert (actual, target, baseline, status) == (22826, 30000, 19150, "ahead")
    assert (round(progress, 3), round(elapsed, 3), round(pace, 2)) == (0.339, 0.2, 1.69)


def test_all_five_plans_and_all_families_are_in_the_release(full: Night) -> None:
    plans = ask(full.marts, "select plan_id, count(*) from marts.fct_target_progress group by all")
    assert len(plans) == 5 and all(count > 0 for _, count in plans)
    evidence = ask(full.marts, "select evidence_state, count(*) from marts.dim_target group by all")
    assert dict(evidence).keys() <= {"found", "evidenced", "present"}, evidence
    sources = {name for (name,) in ask(full.marts, "select distinct source_id from marts.fct_observation")}
    assert sources >= FAMILIES - {"plan_documents"}
    assert ask(full.marts, "select distinct origin from marts.fct_observation where is_chosen") == [("imported",)]


def test_a_second_refresh_is_sent_away_and_disturbs_nothing(full: Night) -> None:
    assert full.told["second_code"] == "75"
    lines = full.told["second"].strip().splitlines()
    assert len(lines) == 1 and "this home is in use by refresh" in lines[0]
    releases = [path.name for path in (full.home / "releases").iterdir()]
    assert len(releases) == 2, releases


def test_no_page_of_the_archive_is_held_for_its_layout_and_none_had_to_be_released(full: Night) -> None:
    query = (
        "select sum(changed_layout_count), sum(released_count), sum(blocked_answer_count) from marts.source_freshness"
    )
    assert ask(full.marts, query) == [(0, 0, 0)]
    runs = sorted((full.home / "runs").glob("*/run.json"))
    told = [json.loads(run.read_text()) for run in runs]
    assert [run["layout_drift"] for run in told if run.get("state") == "published"][-1] == []

"""The rules of target progress, end to end: worked examples by hand, and random targets against a second reckoning."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from other_reckoning import random_other_cases, reckon_other
from target_reckoning import random_cases, reckon
from target_run import Results, Row, run_rules

FILES = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.glob("target_cases/*.yml")]
AS_OF: date = FILES[0]["as_of"]
CASES: list[dict[str, Any]] = [case for file in FILES for case in file["cases"]]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """All cases in one run."""
    cases = [*CASES, *random_cases(AS_OF), *random_other_cases(AS_OF)]
    return run_rules(cases, AS_OF, tmp_path_factory.mktemp("target_progress"))


def same(actual: Any, expected: Any) -> bool:
    """Equal, numbers to six digits."""
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return actual is not None and abs(float(actual) - expected) < 1e-6 * max(1, abs(expected))
    return bool(actual == expected)


def test_all_cases_are_of_one_as_of_date_and_have_names_of_their_own() -> None:
    assert {file["as_of"] for file in FILES} == {AS_OF}
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_example(case: Row, results: Results) -> None:
    rows = results.get(case["name"], {})
    if not case["expect"]:
        assert rows == {}
    for day, expected in case["expect"].items():
        wrong = {key: rows[day][key] for key, value in expected.items() if not same(rows[day][key], value)}
        assert not wrong, f"{case['name']} on {day}: {wrong} instead of {expected}"


def test_every_target_has_a_row_at_every_year_end_of_its_plan_and_at_the_as_of_date(results: Results) -> None:
    for case in CASES:
        first, last = case.get("plan", (2021, 2025))
        ends = {date(year, 12, 31) for year in range(first, last + 1)} | {AS_OF}
        expected = {day for day in ends if day <= AS_OF} if case.get("review") != "rejected" else set()
        assert set(results.get(case["name"], {})) == expected, case["name"]


@pytest.mark.parametrize("case", random_cases(AS_OF), ids=lambda case: case["name"])
def test_random_target_agrees_with_a_second_reckoning(case: Row, results: Results) -> None:
    for day, row in results[case["name"]].items():
        expected = reckon(case, day, AS_OF)
        wrong = {key: (row[key], value) for key, value in expected.items() if not same(row[key], value)}
        assert not wrong, f"{case} on {day}: (mart, reckoning) {wrong}"


@pytest.mark.parametrize("case", random_other_cases(AS_OF), ids=lambda case: case["name"])
def test_random_target_of_another_rule_agrees_with_a_second_reckoning(case: Row, results: Results) -> None:
    for day, row in results[case["name"]].items():
        expected = reckon_other(case, day, AS_OF)
        wrong = {key: (row[key], value) for key, value in expected.items() if not same(row[key], value)}
        assert not wrong, f"{case} on {day}: (mart, reckoning) {wrong}"


def test_a_later_evaluation_date_never_changes_what_an_earlier_one_saw(results: Results) -> None:
    for rows in results.values():
        for day, row in rows.items():
            assert row["actual_period_end"] is None or row["actual_period_end"] <= day
            assert row["baseline_date"] is None or row["actual_value"] is None or row["baseline_date"] <= day


def test_a_real_target_is_rated_from_the_printed_cell(marts: duckdb.DuckDBPyConnection, archive: Path) -> None:
    """The worked example of the project, from the seeds and a real page to the rating, and back to the page."""
    assert archive.is_dir()
    row = marts.execute(
        """
        select progress.status, progress.reason_code, progress.progress, progress.elapsed, progress.pace,
            facts.value_text, facts.url
        from marts.fct_target_progress as progress
        inner join marts.fct_observation as facts on facts.observation_id = progress.observation_ids[1]
        where progress.target_id = 'suining-145-t04' and progress.evaluation_date = date '2021-12-31'
        """
    ).fetchone()
    assert row is not None
    status, reason, progress, elapsed, pace, printed, url = row
    assert (status, reason, elapsed) == ("ahead", "pace", 0.2)
    assert (round(progress, 4), round(pace, 2)) == (0.3388, 1.69)
    assert (printed, bool(url)) == ("22826", True)


def test_the_build_rates_every_target_that_is_not_rejected(marts: duckdb.DuckDBPyConnection) -> None:
    unrated = marts.execute(
        """
        select target_id from marts.dim_target where review_state != 'rejected'
        except select target_id from marts.fct_target_progress where evaluation_date = as_of
        """
    ).fetchall()
    assert unrated == []

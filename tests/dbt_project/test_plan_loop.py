"""Plans of the home and decisions in the built marts: rated as proposed, corrected, asked about; nothing gets lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

PLAN = "jiashi-2031-2035"


def rows(marts: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return marts.execute(query).fetchall()


def test_plans_of_the_home_stand_beside_those_of_the_seeds(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select registered_in, count(*), count(url) from marts.dim_plan group by 1 order by 1"
    assert rows(marts, query) == [("home", 2, 2), ("seed", 5, 0)]


def test_a_proposal_is_rated_as_proposed_and_a_rejected_one_is_only_shown(marts: duckdb.DuckDBPyConnection) -> None:
    query = f"""
        select targets.target_id, targets.review_state, progress.review_state, progress.status, progress.reason_code
        from marts.dim_target as targets
        left join marts.fct_target_progress as progress
            on targets.target_id = progress.target_id and progress.evaluation_date = progress.as_of
        where targets.plan_id = '{PLAN}' order by 1
    """
    assert rows(marts, query) == [
        (f"{PLAN}-t01", "proposed", "proposed", "not_started", "before_start"),
        (f"{PLAN}-t02", "proposed", "proposed", "not_started", "before_start"),
        (f"{PLAN}-t03", "proposed", "proposed", "not_started", "before_start"),
        (f"{PLAN}-t04", "corrected", "corrected", "not_started", "before_start"),
        (f"{PLAN}-t05", "rejected", None, None, None),
    ]


def test_the_seeds_keep_their_reviews(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct review_state from marts.dim_target where registered_in = 'seed'"
    assert rows(marts, query) == [("accepted",)]


def test_a_correction_changes_the_base_value_too(marts: duckdb.DuckDBPyConnection) -> None:
    query = f"""
        select target_value_printed, unit_zh, target_value, unit_base from marts.dim_target
        where target_id = '{PLAN}-t04'
    """
    assert rows(marts, query) == [(Decimal(50000), "件", Decimal(50000), "件")]


def test_a_plan_without_a_period_is_judged_on_the_as_of_date_and_asked_about(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select target_id, evaluation_date = as_of, status, reason_code from marts.fct_target_progress
        where plan_id = 'undated' order by 1
    """
    assert rows(marts, query) == [
        ("undated-t01", True, "unrated", "rule_not_available"),
        ("undated-t02", True, "unrated", "rule_not_available"),
    ]


def test_a_new_concept_is_listed_and_asked_about_once(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select indicators.name_zh, indicators.is_proposed, questions.detail, questions.suggested_owner
        from marts.open_questions as questions
        inner join marts.dim_indicator as indicators on questions.question_key = indicators.indicator_id
        where questions.kind = 'new_indicator'
    """
    ((name, is_proposed, detail, owner),) = rows(marts, query)
    assert (name, is_proposed, owner) == ("某种无人知道的数量", True, "seeds/plan_indicator_labels.csv")
    assert detail.endswith(f"plans {PLAN}, undated; targets {PLAN}-t02, undated-t02")


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("target_changed", f"{PLAN}-t01"),
        ("target_missing_in_newest", f"{PLAN}-t02"),
        ("target_unit_mismatch", f"{PLAN}-t03"),
        ("target_not_reviewed", f"{PLAN}-t01"),
        ("target_without_region", "undated-t01"),
        ("plan_without_period", "undated"),
        ("promise_not_in_register", f"{PLAN} | 又一句"),
        ("plan_not_read", "plans/torn"),
        ("decision_not_applied", "reviews.csv line 4"),
    ],
)
def test_what_waits_for_a_person_is_asked(marts: duckdb.DuckDBPyConnection, kind: str, subject: str) -> None:
    found = rows(marts, f"select question_key from marts.open_questions where kind = '{kind}'")
    assert (subject,) in found


def test_what_was_rejected_is_not_asked_about(marts: duckdb.DuckDBPyConnection) -> None:
    assert rows(marts, f"select kind from marts.open_questions where question_key = '{PLAN}-t05'") == []
    query = f"select drift_state, drift_old_quote from marts.dim_target where target_id = '{PLAN}-t05'"
    assert rows(marts, query) == [("missing", "旧文五")]


def test_without_captures_nothing_drifts(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct drift_state from marts.dim_target where registered_in = 'seed'"
    assert rows(marts, query) == [("not_checked",)]

"""A night with a plan that somebody added: rated as proposed, decisions in force, drift told, nothing stopped."""

from __future__ import annotations

import json

from tests.refresh.conftest import Night
from tests.refresh.running import ask


def test_its_targets_are_rated_as_proposed_and_as_corrected(moved: Night) -> None:
    query = """
        select target_id, targets.review_state, targets.target_value, status is not null, evaluation_date = as_of
        from marts.dim_target as targets inner join marts.fct_target_progress as progress using (target_id)
        where targets.plan_id = 'added' order by 1
    """
    assert ask(moved.marts, query) == [
        ("added-t01", "proposed", 80_000, True, True),
        ("added-t02", "corrected", 1_500_000_000, True, True),
        ("added-t03", "proposed", 40, True, True),
    ]


def test_its_new_concept_waits_for_a_decision_and_falls_out_of_no_join(moved: Night) -> None:
    query = """
        select indicators.name_zh, questions.detail from marts.dim_target as targets
        inner join marts.dim_indicator as indicators using (indicator_id)
        inner join marts.open_questions as questions on indicators.indicator_id = questions.question_key
        where targets.target_id = 'added-t03' and questions.kind = 'new_indicator' and indicators.is_proposed
    """
    ((name, detail),) = ask(moved.marts, query)
    assert name in detail and detail.endswith("plans added; targets added-t03")


def test_its_drift_is_told_wherever_an_operator_looks(moved: Night) -> None:
    warnings = [line for line in moved.told["refresh"].splitlines() if " WARNING " in line]
    assert any("the newest page of a plan says something else: added: 1 changed" in line for line in warnings)
    assert any("the newest page of a plan still makes the promises of the register" in line for line in warnings)
    assert "## Plans whose newest page says something else" in (moved.release / "report.md").read_text()
    last = max((moved.home / "runs").glob("*/run.json"), key=lambda path: path.parent.name)
    assert [drift["plan_id"] for drift in json.loads(last.read_text())["drift"]] == ["added"]
    query = "select drift_old_quote, drift_new_quote from marts.dim_target where drift_state = 'changed'"
    ((old, new),) = ask(moved.marts, query)
    assert "8万件" in old and "7万件" in new


def test_what_people_mistyped_is_told_and_stops_nothing(moved: Night, fresh: Night) -> None:
    assert moved.release.name != fresh.release.name
    query = "select kind, question_key from marts.open_questions where kind like '%not_read' or kind like 'decision%'"
    line = 3 + ask(moved.marts, "select count(*) from marts.dim_target where registered_in = 'seed'")[0][0]
    assert sorted(ask(moved.marts, query)) == [
        ("decision_not_applied", f"reviews.csv line {line}"),
        ("plan_not_read", "plans/torn"),
    ]
    seeds = "select distinct review_state from marts.dim_target where registered_in = 'seed'"
    assert ask(moved.marts, seeds) == [("accepted",)]


def test_what_there_was_before_stays_as_it_was(moved: Night, fresh: Night) -> None:
    query = "select target_id, evaluation_date, status, reason_code from marts.fct_target_progress {where} order by all"
    assert ask(moved.marts, query.format(where="where plan_id <> 'added'")) == ask(fresh.marts, query.format(where=""))

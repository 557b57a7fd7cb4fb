"""A night with a plan that somebody added: rated as proposed, decisions in force, drift told, nothing stopped."""

from __future__ import annotations

import csv
import json

import pytest

from scrapers.seeds import SEEDS
from tests.refresh.conftest import Night
from tests.refresh.running import ask, refreshed, zhibiao

PLAN = """衡阳市“十五五”知识产权发展规划
衡阳市人民政府
2026年3月1日
一、主要目标
到2030年，有效注册商标总量达到8万件，知识产权质押融资登记金额达到12亿元，夜间知识产权服务驿站达到40个。
"""


@pytest.fixture(scope="module")
def night(fresh: Night, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A plan was added, its page changed, people decided, and one of them mistyped."""
    place = tmp_path_factory.mktemp("plan_night")
    made = fresh.copy(place)
    page = place / "plan.txt"
    page.write_text(PLAN, encoding="utf-8")
    added = zhibiao(made.home, "plan", "add", str(page), "--plan-id", "added")
    assert added.returncode == 0, added.stdout + added.stderr
    page.write_text(PLAN.replace("8万件", "7万件"), encoding="utf-8")
    assert zhibiao(made.home, "import", str(page), "--source", "plan_documents").returncode == 0
    (made.home / "plans" / "torn").mkdir()
    (made.home / "plans" / "torn" / "plan.json").write_text("{")
    reviews = place / "reviews.csv"
    with (SEEDS / "target_reviews.csv").open(encoding="utf-8", newline="") as file:
        decisions = list(csv.DictReader(file))
    given = {"decided_by": "a reader", "decided_on": "2026-11-01", "reason": "read"}
    decisions += [
        {**given, "target_id": "added-t02", "decision": "corrected", "corrections": "target_value=15"},
        {**given, "target_id": "added-t03", "decision": "perhaps"},
    ]
    with reviews.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*given, "target_id", "decision", "corrections"])
        writer.writeheader()
        writer.writerows(decisions)
    made.told["refresh"] = refreshed(made.home, "--offline", "--as-of", made.as_of, ZHIBIAO_REVIEWS=str(reviews))
    return made


def test_its_targets_are_rated_as_proposed_and_as_corrected(night: Night) -> None:
    query = """
        select target_id, targets.review_state, targets.target_value, status is not null, evaluation_date = as_of
        from marts.dim_target as targets inner join marts.fct_target_progress as progress using (target_id)
        where targets.plan_id = 'added' order by 1
    """
    assert ask(night.marts, query) == [
        ("added-t01", "proposed", 80_000, True, True),
        ("added-t02", "corrected", 1_500_000_000, True, True),
        ("added-t03", "proposed", 40, True, True),
    ]


def test_its_new_concept_waits_for_a_decision_and_falls_out_of_no_join(night: Night) -> None:
    query = """
        select indicators.name_zh, questions.detail from marts.dim_target as targets
        inner join marts.dim_indicator as indicators using (indicator_id)
        inner join marts.open_questions as questions on indicators.indicator_id = questions.question_key
        where targets.target_id = 'added-t03' and questions.kind = 'new_indicator' and indicators.is_proposed
    """
    ((name, detail),) = ask(night.marts, query)
    assert name in detail and detail.endswith("plans added; targets added-t03")


def test_its_drift_is_told_wherever_an_operator_looks(night: Night) -> None:
    warnings = [line for line in night.told["refresh"].splitlines() if " WARNING " in line]
    assert any("the newest page of a plan says something else: added: 1 changed" in line for line in warnings)
    assert any("the newest page of a plan still makes the promises of the register" in line for line in warnings)
    assert "## Plans whose newest page says something else" in (night.release / "report.md").read_text()
    last = max((night.home / "runs").glob("*/run.json"), key=lambda path: path.parent.name)
    assert [drift["plan_id"] for drift in json.loads(last.read_text())["drift"]] == ["added"]
    query = "select drift_old_quote, drift_new_quote from marts.dim_target where drift_state = 'changed'"
    ((old, new),) = ask(night.marts, query)
    assert "8万件" in old and "7万件" in new


def test_what_people_mistyped_is_told_and_stops_nothing(night: Night, fresh: Night) -> None:
    assert night.release.name != fresh.release.name
    query = "select kind, question_key from marts.open_questions where kind like '%not_read' or kind like 'decision%'"
    line = 3 + ask(night.marts, "select count(*) from marts.dim_target where registered_in = 'seed'")[0][0]
    assert sorted(ask(night.marts, query)) == [
        ("decision_not_applied", f"reviews.csv line {line}"),
        ("plan_not_read", "plans/torn"),
    ]
    seeds = "select distinct review_state from marts.dim_target where registered_in = 'seed'"
    assert ask(night.marts, seeds) == [("accepted",)]


def test_what_there_was_before_stays_as_it_was(night: Night, fresh: Night) -> None:
    query = "select target_id, evaluation_date, status, reason_code from marts.fct_target_progress {where} order by all"
    assert ask(night.marts, query.format(where="where plan_id <> 'added'")) == ask(fresh.marts, query.format(where=""))

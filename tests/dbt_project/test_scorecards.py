"""Scorecards on the shared build: every target is counted, and three joins lead from a count to the printed cell."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.warehouse.plans_made import PLAN_ID

Marts = duckdb.DuckDBPyConnection

TO_THE_PRINTED_CELL = """
select s.evaluation_date, p.target_id, p.status, p.actual_value as actual, o.value_text as printed, o.period,
       o.url, o.table_no as t, o.row_no as r, o.column_no as c
from marts.plan_scorecard as s
join marts.fct_target_progress as p using (plan_id, evaluation_date)
join marts.fct_observation as o on list_contains(p.observation_ids, o.observation_id)
"""
"""The joins of the README, for every plan and date."""


def rows(marts: Marts, query: str) -> list[tuple[Any, ...]]:
    return marts.execute(query).fetchall()


def test_three_joins_lead_from_every_covered_target_to_a_printed_cell(marts: Marts) -> None:
    led = f"select distinct target_id, evaluation_date from ({TO_THE_PRINTED_CELL}) where printed is not null"
    with_figures = """
        select target_id, evaluation_date from marts.fct_target_progress
        where actual_value is not null or known_sum is not null
    """
    assert set(rows(marts, led)) >= set(rows(marts, with_figures))
    assert rows(marts, f"select * from ({TO_THE_PRINTED_CELL}) where url is null or t is null or r is null") == []


def test_a_real_scorecard_leads_to_the_figures_of_its_page(marts: Marts, archive: Any) -> None:
    found = rows(
        marts,
        f"select target_id, printed, period from ({TO_THE_PRINTED_CELL} where s.plan_id = 'suining-145'"
        " and s.evaluation_date = date '2021-12-31' and p.status = 'ahead') order by all",
    )
    assert ("suining-145-t04", "22826", "2021-12-31") in found


def test_every_plan_counts_each_of_its_targets_at_each_of_its_dates(marts: Marts) -> None:
    counted = "select plan_id, evaluation_date, target_count from marts.plan_scorecard"
    targets = "select plan_id, evaluation_date, count(*) from marts.fct_target_progress group by all"
    assert sorted(rows(marts, counted)) == sorted(rows(marts, targets))


@pytest.mark.parametrize(
    "measure", ["target_count", "achieved_count", "covered_count", "completion_count", "task_count"]
)
def test_the_sections_of_a_plan_add_up_to_it(marts: Marts, measure: str) -> None:
    of_sections = f"""
        select plan_id, evaluation_date, sum({measure})::int from marts.plan_section_scorecard group by all
    """
    of_plans = f"select plan_id, evaluation_date, {measure} from marts.plan_scorecard"
    assert sorted(rows(marts, of_sections)) == sorted(rows(marts, of_plans))


def test_every_target_stands_under_a_unit_or_under_none(marts: Marts) -> None:
    query = """
        select count(distinct target_id) from (
            select unnest(target_ids) as target_id from marts.unit_scorecard where evaluation_date = as_of
        )
    """
    assert rows(marts, query) == rows(marts, "select count(distinct target_id) from marts.fct_target_progress")
    unassigned = f"select unit_zh, lead_count from marts.unit_scorecard where plan_id = '{PLAN_ID}' and is_unassigned"
    assert set(rows(marts, unassigned)) == {("未注明", 0)}


def test_weights_are_of_targets_and_plans_that_exist(marts: Marts) -> None:
    """A plan's own weight for a target that is no longer there would be used by nothing and missed by nobody."""
    query = """
        select weights.plan_id, weights.target_id from reference.target_weights as weights
        left join marts.dim_target as targets on weights.target_id = targets.target_id
        left join marts.dim_plan as plans on weights.plan_id = plans.plan_id
        where (weights.target_id is not null and targets.plan_id is distinct from weights.plan_id)
            or (weights.plan_id is not null and plans.plan_id is null)
    """
    assert rows(marts, query) == []

"""Entries by hand in the built marts: what was chosen is what comes out, below every published page, and traced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb


def rows(marts: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return marts.execute(query).fetchall()


def test_an_entered_figure_is_a_fact_of_the_chosen_region_and_indicator(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select value, unit_base, vintage_on, is_chosen, is_conflict, publisher_rank, origin
        from marts.fct_observation
        where source_id = 'hand_entered' and region_code = '131000' and indicator_id = 'ip_pledge_financing'
            and period_kind = 'year' and period = '2022'
        order by vintage_on
    """
    assert rows(marts, query) == [
        (Decimal(230000000), "元", date(2023, 2, 1), False, True, 300, "imported"),
        (Decimal(250000000), "元", date(2024, 6, 1), True, False, 300, "imported"),
    ]


def test_a_target_is_rated_by_an_entered_figure_and_one_join_leads_to_it(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select progress.evaluation_date, progress.actual_value, observations.value_text, observations.url
        from marts.fct_target_progress as progress
        inner join marts.fct_observation as observations
            on list_contains(progress.observation_ids, observations.observation_id)
        where progress.target_id = 'langfang-145-t07' and progress.evaluation_date = date '2023-12-31'
    """
    ((_, actual, text, url),) = rows(marts, query)
    assert (actual, text) == (Decimal(250000000), "2.5")
    assert url.startswith("imported:figure/131000/ip_pledge_financing/2022/")


def test_a_published_figure_goes_before_an_entered_one_that_stays_visible(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select source_id, value_text, publisher_rank, is_chosen, is_conflict from marts.fct_observation
        where region_code = '430100' and indicator_id = 'patent_grants' and period_kind = 'year' and period = '2021'
        order by source_id
    """
    assert rows(marts, query) == [
        ("hand_entered", "12", 300, False, True),
        ("unlisted", "11", 200, True, False),
    ]


def test_a_code_means_the_region_that_had_it_in_the_year_of_the_figure(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select region_id from marts.fct_observation where source_id = 'hand_entered' and period = '1986'"
    assert rows(marts, query) == [("r131000",)]


def test_entered_figures_are_asked_about_only_where_they_contradict(marts: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct kind from marts.open_questions where example_url like 'imported:figure/%'"
    assert set(rows(marts, query)) <= {("conflict",)}


def test_a_task_is_done_from_the_day_of_evidence_that_is_known(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select task_id, state, done_on, evidence_count, evidence_url from marts.fct_task
        where task_id in ('sichuan-2017-m56', 'langfang-145-m01', 'sichuan-2017-m01') order by task_id
    """
    assert rows(marts, query) == [
        ("langfang-145-m01", "due", None, 0, None),
        ("sichuan-2017-m01", "no_evidence", None, 0, None),
        ("sichuan-2017-m56", "done", date(2017, 1, 9), 1, "https://www.example.gov.cn/report.html"),
    ]


def test_every_milestone_that_nobody_rejected_is_a_task(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select count(*) from marts.dim_target as targets
        full join marts.fct_task as tasks on targets.target_id = tasks.task_id
        where (targets.target_type = 'milestone' and targets.review_state != 'rejected') != (tasks.task_id is not null)
    """
    assert rows(marts, query) == [(0,)]


def test_units_of_a_target_are_those_of_its_printed_list(marts: duckdb.DuckDBPyConnection) -> None:
    query = """
        select unit_no, unit_zh, is_lead from intermediate.int_task_units
        where target_id = 'langfang-145-t02' order by unit_no
    """
    assert rows(marts, query) == [
        (1, "市市场监管局", True),
        (2, "市发展改革委", False),
        (3, "市教育局", False),
        (4, "市科技局", False),
        (5, "市工业和信息化局(含军民融合职责)", False),
    ]

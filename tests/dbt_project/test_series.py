"""What the pages of one source say together: contradictions, revisions, single quarters, breaks, what nobody serves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

Marts = duckdb.DuckDBPyConnection


def rows(marts: Marts, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return marts.execute(query, list(values)).fetchall()


def page(name: str) -> str:
    return f"https://www.example.gov.cn/province_monthly/{name}.html"


def test_a_title_of_four_months_over_the_figures_of_one_gives_no_fact_and_is_asked_about(marts: Marts) -> None:
    facts = dict(
        rows(
            marts,
            "select period, value from marts.fct_region_indicator where region_code = '430100' "
            "and indicator_id = 'invention_patent_grants' and period_end between '2022-01-01' and '2022-04-30'",
        )
    )
    assert facts == {"2022-01..2022-02": 400, "2022-01..2022-03": 700, "2022-04": 250}
    kept = rows(marts, "select is_contradicted, is_chosen from marts.fct_observation where url = ?", page("to_april"))
    assert kept == [(True, False)] * 6
    ((detail,),) = rows(
        marts,
        "select detail from marts.open_questions where kind = 'contradictory_page' and question_key = ?",
        page("to_april"),
    )
    assert "6 of 6 figures contradict another page" in detail


def test_every_declared_check_of_a_page_says_what_it_compared_and_why_it_could_not(marts: Marts) -> None:
    told = {
        name: (state, compared, excluded, message)
        for name, state, compared, excluded, message in rows(
            marts,
            "select check_name, state, compared_count, is_excluded, message from marts.page_checks "
            "where url = ? and stage = 'series'",
            page("to_april"),
        )
    }
    assert told["total_falls"][:3] == ("failed", 18, True)
    assert told["same_figures"][:3] == ("failed", 18, True)
    assert told["year_on_year"] == (
        "not_tried", 0, False, "no other page of the source has figures to compare with",
    )  # fmt: skip
    ((state, excluded),) = rows(
        marts,
        "select state, is_excluded from marts.page_checks where url = ? and check_name = 'total_falls'",
        page("to_march"),
    )
    assert (state, excluded) == ("failed", False)


def test_growth_that_does_not_follow_from_last_years_page_keeps_the_later_arrival_out(marts: Marts) -> None:
    found = rows(
        marts,
        "select period, value from marts.fct_region_indicator where source_id = 'city_yearbook' "
        "and indicator_id = 'utility_model_grants' and region_code = '430100'",
    )
    assert found == [("2020", 100)]
    ((compared, failed),) = rows(
        marts,
        "select compared_count, failed_count from marts.page_checks "
        "where url like '%models_2021%' and check_name = 'year_on_year'",
    )
    assert (compared, failed) == (4, 3)


def test_last_months_table_under_this_months_title_and_another_unit_give_no_fact_though_never_seen_before(
    marts: Marts,
) -> None:
    query = (
        "select period, value from marts.fct_region_indicator where source_id = 'province_stocks' "
        "and region_code = '430100' order by period_end"
    )
    assert [value for _, value in rows(marts, query)] == [4000, 4100]
    told = rows(
        marts,
        "select check_name from marts.page_checks where is_excluded and (url like '%/end_of_june.html' "
        "or url like '%/end_of_july.html') order by 1",
    )
    assert ("repeated_issue",) in told and ("another_scale",) in told


def test_a_later_yearbook_revises_and_what_it_revised_stays_visible(marts: Marts) -> None:
    both = rows(
        marts,
        "select value, vintage_on::varchar, is_chosen from marts.fct_observation where region_code = '430100' "
        "and indicator_id = 'design_grants' and period = '2020' order by vintage_on",
    )
    assert both == [(100, "2021-06-01", False), (105, "2022-06-01", True)]


def test_single_quarters_are_differences_and_published_ones_go_before_them(marts: Marts) -> None:
    quarters = rows(
        marts,
        """
        select facts.region_code, facts.period, facts.value, facts.is_derived, len(observations.derived_from)
        from marts.fct_region_indicator as facts join marts.fct_observation as observations using (observation_id)
        where facts.indicator_id = 'trademark_applications' and facts.period_kind = 'quarter'
            and facts.region_code in ('430100', '430200', '430300') and facts.period_end > '2023-12-31'
        order by 1, 2
        """,
    )
    assert quarters == [
        ("430100", "2023-12-16..2024-03-15", Decimal(1000), True, 1),
        ("430100", "2024-03-16..2024-06-15", Decimal(1097), False, 0),
        ("430200", "2023-12-16..2024-03-15", Decimal(500), True, 1),
        ("430300", "2023-12-16..2024-03-15", Decimal(250), True, 1),
        ("430300", "2024-03-16..2024-06-15", Decimal(270), True, 2),
    ]


def test_both_figures_that_a_derived_quarter_comes_from_are_found(marts: Marts) -> None:
    parts = rows(
        marts,
        """
        select parts.value, parts.period
        from marts.fct_observation as derived
        cross join unnest(derived.derived_from) as of_it (id)
        join marts.fct_observation as parts on parts.observation_id = of_it.id
        where derived.is_derived and derived.region_code = '430300' and derived.value = 270
        order by parts.value desc
        """,
    )
    assert parts == [(520, "2023-12-16..2024-06-15"), (250, "2023-12-16..2024-03-15")]


def test_a_quarter_that_would_be_negative_is_a_question(marts: Marts) -> None:
    ((detail, text),) = rows(
        marts, "select detail, example_text from marts.open_questions where kind = 'negative_difference'"
    )
    assert detail == "the later total is smaller by 1"
    assert text == "499"


def test_every_numeric_target_of_the_five_plans_has_a_source_or_a_named_publisher(marts: Marts) -> None:
    silent = rows(
        marts,
        """
        select targets.target_id
        from marts.dim_target as targets
        left join marts.fct_target_progress as progress
            on targets.target_id = progress.target_id and progress.evaluation_date = progress.as_of
        left join marts.open_questions as questions
            on questions.kind = 'no_source' and contains(questions.detail, targets.target_id)
        where targets.registered_in = 'seed' and targets.target_value is not null
            and progress.expected_source_id is null
            and (questions.detail is null or contains(questions.detail, 'is not known'))
        """,
    )
    assert silent == []


@pytest.mark.usefixtures("archive")
def test_a_real_export_that_restates_a_province_is_a_new_vintage_on_another_side_of_the_break(marts: Marts) -> None:
    both = rows(
        marts,
        "select value_text, is_chosen, is_conflict, series_id from marts.fct_observation "
        "where region_code = '120000' and indicator_id = 'gdp' and period = '2017' order by value desc",
    )
    assert both == [
        ("18549.19", False, True, "gdp"),
        ("12450.6", True, False, "gdp+economic_census_2018_gdp"),
    ]


@pytest.mark.usefixtures("archive")
def test_the_census_breaks_the_series_of_a_printed_density_only_once_it_was_out(marts: Marts) -> None:
    found = rows(
        marts,
        "select distinct period, series_id, pace_break_on from marts.fct_region_indicator "
        "where indicator_id = 'invention_patents_per_10k' and region_code = '430100'",
    )
    assert ("2020-11-30", "invention_patents_per_10k", None) in found


@pytest.mark.usefixtures("archive")
def test_a_family_that_insists_on_its_sums_has_them_tried_on_its_real_pages(marts: Marts) -> None:
    told = rows(
        marts,
        "select check_name, state, compared_count > 0 from marts.page_checks "
        "where family = 'prefecture_table' and stage = 'page' and is_required order by 1",
    )
    assert set(told) == {
        ("region_rows", "held", True),
        ("rows_alike", "held", True),
        ("sum_over_columns", "held", True),
        ("sum_over_regions", "held", True),
    }

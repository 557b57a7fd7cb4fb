"""What becomes of printed figures: facts, conflicts, questions; and the way back to the page."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_build import build

Marts = duckdb.DuckDBPyConnection


def rows(marts: Marts, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return marts.execute(query, list(values)).fetchall()


FACT = """
    select value from marts.fct_region_indicator
    where region_code = ? and indicator_id = ? and period = ? and breakdown = 'total'
"""


def test_figures_that_agree_within_rounding_are_one_fact_and_the_more_precise_is_taken(marts: Marts) -> None:
    found = rows(
        marts,
        "select value_text, unit_label, is_chosen, is_conflict from marts.fct_observation "
        "where region_code = '430000' and indicator_id = 'patent_grants' and period = '2021' order by value_text",
    )
    assert found == [("0.06", "万件", False, False), ("600", "件", True, False), ("650", "件", False, True)]


def test_a_loser_is_a_conflict_that_a_person_is_asked_about(marts: Marts) -> None:
    ((detail, count),) = rows(
        marts,
        "select detail, record_count from marts.open_questions "
        "where kind = 'conflict' and question_key like '430000 | patent_grants |%'",
    )
    assert "600 件 (national_yearbook)" in detail
    assert "650 件 (unlisted)" in detail
    assert count == 1


PLAN = (
    "select value, source_id, is_conflict from marts.fct_observation where region_code = '420200' and indicator_id = ?"
)


def test_an_office_goes_before_a_plan_that_restates_its_figure_later(marts: Marts) -> None:
    told = rows(marts, f"{PLAN} order by is_chosen desc", "invention_patents_in_force")
    assert told == [(310, "unlisted", False), (300, "plans", True)]


def test_two_figures_of_one_plan_for_one_thing_stay_visible_as_a_conflict(marts: Marts) -> None:
    told = rows(marts, f"{PLAN} order by value", "trademarks_in_force")
    assert [value for value, *_ in told] == [900, 950]
    assert [conflict for *_, conflict in told].count(True) == 1
    ((asked,),) = rows(
        marts,
        "select count(*) from marts.open_questions where kind = 'conflict' and question_key like '420200 | trade%'",
    )
    assert asked == 1


def test_the_sum_over_the_years_of_a_plan_is_a_fact_of_those_years_and_never_a_stock(marts: Marts) -> None:
    ((kind, start, end, value),) = rows(
        marts,
        "select period_kind, period_start, period_end, value from marts.fct_region_indicator "
        "where region_code = '420200' and indicator_id = 'patent_grants'",
    )
    assert (kind, start, end, value) == ("cumulative", date(2016, 1, 1), date(2020, 12, 31), 5000)
    assert rows(marts, PLAN, "gi_trademarks") == []


def test_the_rows_of_a_plans_table_are_known_by_their_own_names(marts: Marts) -> None:
    assert rows(marts, PLAN, "copyright_registrations") == [(7000, "plans", False)]


def test_domestic_totals_are_the_country_with_hong_kong_macao_and_taiwan(marts: Marts) -> None:
    ((region,),) = rows(marts, "select region_id from marts.fct_observation where region_label = '全国总计'")
    assert region == "cn_domestic"


def test_a_city_listed_again_beside_its_province_is_marked(marts: Marts) -> None:
    ((code, again),) = rows(
        marts, "select region_code, is_repeated_region from marts.fct_observation where region_label = '(广州)'"
    )
    assert (code, again) == ("440100", True)


def test_what_cannot_be_used_is_asked_about_and_never_given_to_a_parent(marts: Marts) -> None:
    asked = rows(
        marts,
        "select kind, question_key, example_row_no from marts.open_questions "
        "where kind not in ('conflict', 'quarantined_page', 'contradictory_page') and example_url like '%yearbook%'",
    )
    assert {(kind, row) for kind, _, row in asked} >= {
        ("unmapped_measure", 7),
        ("unmapped_region", 8),
        ("below_county", 9),
        ("unmapped_unit", 10),
        ("no_period", 11),
    }


def test_what_is_left_out_on_purpose_is_counted(marts: Marts) -> None:
    counted = dict(
        rows(marts, "select check_name, observed from marts.audit_results where check_name like 'ignored_%'")
    )
    assert int(counted["ignored_percentage_row"]) >= 1
    assert int(counted["ignored_not_a_region"]) >= 1


def test_a_failed_page_check_is_in_the_audit_results(marts: Marts) -> None:
    found = rows(marts, "select stage, severity, passed from marts.audit_results where message like '%1,001%'")
    assert found == [("page", "warning", False)]


def test_a_quarantined_page_leaves_the_last_good_one_in_use(marts: Marts) -> None:
    assert rows(marts, FACT, "430100", "patent_grants", "2021") == [(Decimal("11"),)]
    asked = rows(marts, "select question_key, detail from marts.open_questions where kind = 'quarantined_page'")
    assert ("https://a.example.com/page", "lost_regions") in asked


def test_what_a_page_said_before_it_was_revised_stays_visible_and_is_never_chosen(marts: Marts) -> None:
    found = rows(
        marts,
        "select value, is_chosen, is_superseded, is_conflict from marts.fct_observation "
        "where url = 'https://a.example.com/revised' order by value",
    )
    assert found == [(Decimal(20), False, True, False), (Decimal(21), True, False, False)]


def test_a_page_that_contradicts_itself_gives_no_fact(marts: Marts) -> None:
    assert rows(marts, FACT, "430200", "patent_grants", "2021") == []
    asked = rows(marts, "select question_key from marts.open_questions where kind = 'contradictory_page'")
    assert ("https://a.example.com/other",) in asked


def test_only_the_newest_version_of_a_parser_counts_and_nothing_published_later(marts: Marts) -> None:
    assert rows(marts, FACT, "430300", "patent_grants", "2021") == [(Decimal("13"),)]


def test_every_fact_leads_to_its_page_row_and_column(marts: Marts) -> None:
    lost = rows(
        marts,
        """
        select facts.observation_id
        from marts.fct_region_indicator as facts
        left join marts.fct_observation as observations on facts.observation_id = observations.observation_id
        left join raw.records as records
            on observations.capture_id = records.capture_id and observations.parser_version = records.parser_version
            and observations.table_no = records.table_no and observations.row_no = records.row_no
            and observations.column_no = records.column_no
            and observations.measure_label = records.measure_label
        where records.value_text is distinct from observations.value_text or observations.url is null
        """,
    )
    assert lost == []


def test_freshness_is_judged_on_the_dates_of_the_data(marts: Marts) -> None:
    states = dict(rows(marts, "select source_id, state from marts.source_freshness"))
    assert states["never_seen"] == "never"
    assert states["national_yearbook"] == "stale"
    ((newest,),) = rows(
        marts, "select newest_period_end from marts.source_freshness where source_id = 'national_yearbook'"
    )
    assert newest == date(2021, 12, 31)


def test_every_column_of_every_mart_is_described_in_the_database(marts: Marts) -> None:
    bare = rows(
        marts, "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and comment is null"
    )
    assert bare == []


def test_the_same_raw_data_and_date_give_the_same_marts(built_database: tuple[Path, Path], tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    shutil.copy(built_database[0], database)

    def fingerprints() -> dict[str, Any]:
        with duckdb.connect(str(database), read_only=True) as connection:
            names = [
                row[0] for row in rows(connection, "select table_name from duckdb_tables() where schema_name = 'marts'")
            ]
            return {
                name: rows(connection, f"select count(*), bit_xor(hash(t)) from marts.{name} as t") for name in names
            }

    before = fingerprints()
    build(database, tmp_path, command="run")
    assert fingerprints() == before


@pytest.mark.usefixtures("archive")
class TestRealPages:
    """The examples of the assignment, from the pages of the archive."""

    FIGURE = """
        select value, period_kind, period, is_inferred_period, table_no, row_no, column_no, value_text, url
        from marts.fct_observation
        where region_code = ? and indicator_id = ? and breakdown = 'total' and table_no >= ? and capture_id in (
            select capture_id from raw.captures where url like ? or title like ?
        )
    """

    def test_invention_patents_in_force_of_a_prefecture(self, marts: Marts) -> None:
        ((value, kind, period, _, table, row, column, text, url),) = rows(
            marts, self.FIGURE, "430400", "invention_patents_in_force", 1, "%t20201221_14051418%", ""
        )
        assert (value, kind, period, text.replace(",", "")) == (1897, "point_in_time", "2020-11-30", "1897")
        assert (table, row) == (1, 6)
        assert column == 2
        assert "amr.hunan.gov.cn" in url

    def test_a_monthly_table_prints_the_population_of_the_year_before(self, marts: Marts) -> None:
        ((value, kind, period, inferred, *_),) = rows(
            marts, self.FIGURE, "430400", "resident_population", 1, "%t20201221_14051418%", ""
        )
        assert (value, kind, period, inferred) == (7300600, "point_in_time", "2019-12-31", True)

    def test_year_to_date_and_month_are_kept_apart(self, marts: Marts) -> None:
        found = rows(marts, self.FIGURE, "430400", "patent_grants", 1, "%t20230921_29497279%", "")
        assert {(row[0], row[1], row[2]) for row in found} == {
            (3018, "year_to_date", "2023-01..2023-08"),
            (362, "month", "2023-08"),
        }

    def test_trademarks_of_a_city_stated_in_prose(self, marts: Marts) -> None:
        found = rows(marts, self.FIGURE, "510900", "trademarks_in_force", 0, "%suining_2021_prose%", "")
        assert [(row[0], row[1], row[2]) for row in found] == [(22826, "point_in_time", "2021-12-31")]


def test_any_run_of_dbt_takes_away_the_mark_that_the_marts_are_built(tmp_path: Path) -> None:
    database = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema build; create table build.mark as select 'x' as mark")
    build(database, tmp_path, command="seed")
    with duckdb.connect(str(database), read_only=True) as connection:
        left = "select count(*) from information_schema.tables where table_schema = 'build'"
        assert connection.execute(left).fetchone() == (0,)

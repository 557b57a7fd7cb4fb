"""The rules about plans, tasks, ranks and scorecards: a sound build passes them, each finds the fault it speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations import gate
from expectations.suites import SUITES, Rule, load_suites

STATUSES = (
    "achieved", "missed", "ahead", "on_track", "behind", "far_behind", "moving_away", "due", "no_data", "unrated",
    "not_started", "not_measurable",
)  # fmt: skip
COUNTS = ", ".join(f"{status}_count int default 0" for status in STATUSES)
LEAD_COUNTS = ", ".join(f"lead_{status}_count int default 0" for status in STATUSES)
MEASURES = """measurable_count int default 1, covered_count int default 1, data_coverage double default 1,
    completion_count int default 1, completion_unweighted double default 1, completion_weighted double default 1,
    task_count int default 1, tasks_done int default 1"""
PERIOD = "period_kind text default 'year', period_start date, period_end date, period text, value decimal(28, 6)"

SOUND = f"""
create schema marts;
create table marts.dim_target (target_id text, plan_id text, target_type text, review_state text);
create table marts.dim_plan (plan_id text, period_start int, period_end int);
create table marts.fct_observation (observation_id text, vintage_on date);
create table marts.fct_target_progress (target_id text, plan_id text, evaluation_date date, status text,
    reason_code text, actual_value int, known_sum int, required_value int, pace double, elapsed double,
    missing_years text, broken_years text, missing_siblings text, fact_age_months int, observation_ids text[],
    fact_count int, evidence_ids text[], as_of date);
create table marts.fct_task (task_id text, state text, done_on date, evidence_count int, evidence_ids text[],
    as_of date);
create table marts.fct_region_indicator (region_id text, indicator_id text, breakdown text, {PERIOD});
create table marts.fct_derived_indicator (region_id text, region_code text, indicator_id text, measure text, {PERIOD},
    reason text, numerator_observation_id text, denominator_observation_id text, published_value decimal(28, 6),
    is_within_rounding boolean, published_note text, vintage_on date);
create table marts.region_ranking (region_id text, region_code text, indicator_id text, {PERIOD},
    parent_region_id text default 'above', region_level text default 'prefecture', rank int, worst_rank int,
    sibling_count int default 3, known_count int default 2, missing_count int default 1,
    missing_regions text default '丙市', official_rank int, observation_ids text[], vintage_on date);
create table marts.plan_scorecard (plan_id text, evaluation_date date, as_of date, target_count int default 2, {COUNTS},
    {MEASURES}, missing_targets text[] default [], missing_summary text default '');
create table marts.plan_section_scorecard (plan_id text, evaluation_date date, section text, target_count int default 2,
    {COUNTS}, {MEASURES});
create table marts.region_profile (region_id text, indicator_id text, as_of date, {PERIOD}, value_before int,
    growth double, rank int, worst_rank int, sibling_count int, observation_ids text[], observation_ids_before text[]);
create table marts.unit_scorecard (plan_id text, unit_zh text, evaluation_date date, is_unassigned boolean,
    target_count int, lead_count int, participant_count int, {COUNTS}, {LEAD_COUNTS}, target_ids text[]);

insert into marts.dim_plan values ('p', 2020, 2021);
insert into marts.dim_target values ('n', 'p', 'level_at_date', 'accepted'), ('m', 'p', 'milestone', 'accepted'),
    ('refused', 'p', 'milestone', 'rejected');
insert into marts.fct_observation values ('o', '2022-03-01'), ('before', '2021-03-01');
insert into marts.fct_target_progress select 'n', 'p', day, 'achieved', 'end_fact', 5, null, 5, 1, 1, null, null, null,
    6, ['o'], 1, [], '2022-06-30' from (values (date '2020-12-31'), ('2021-12-31'), ('2022-06-30')) as days (day);
insert into marts.fct_target_progress select 'm', 'p', evaluation_date, 'achieved', 'evidence', null, null, null, null,
    null, null, null, null, null, [], 0, ['e'], as_of from marts.fct_target_progress;
insert into marts.fct_task values ('m', 'done', '2020-05-01', 1, ['e'], '2022-06-30');
insert into marts.fct_region_indicator values ('a', 'i', 'total', 'year', '2021-01-01', '2021-12-31', '2021', 30);
insert into marts.fct_derived_indicator values ('a', '01', 'i', 'yearly_growth', 'year', '2021-01-01', '2021-12-31',
    '2021', 20, null, 'o', 'before', 20.01, true, null, '2022-03-01');
insert into marts.region_ranking (region_id, region_code, indicator_id, period_start, period_end, period, value, rank,
    worst_rank, official_rank, observation_ids, vintage_on) values
    ('a', '01', 'i', '2021-01-01', '2021-12-31', '2021', 30, 1, 2, 2, ['o'], '2022-03-01'),
    ('b', '02', 'i', '2021-01-01', '2021-12-31', '2021', 20, 2, 3, null, ['o'], '2022-03-01');
insert into marts.plan_scorecard (plan_id, evaluation_date, as_of, achieved_count)
    select distinct plan_id, evaluation_date, as_of, 2 from marts.fct_target_progress;
insert into marts.plan_section_scorecard (plan_id, evaluation_date, section, achieved_count)
    select plan_id, evaluation_date, '2.3', 2 from marts.plan_scorecard;
insert into marts.region_profile values ('a', 'i', '2022-06-30', 'year', '2021-01-01', '2021-12-31', '2021', 30, 25, 20,
    1, 2, 3, ['o'], ['before']);
insert into marts.unit_scorecard (plan_id, unit_zh, evaluation_date, is_unassigned, target_count, lead_count,
    participant_count, achieved_count, lead_achieved_count, target_ids)
    select plan_id, unit_zh, evaluation_date, unit_zh = '未注明', 1, leads, 0, 1, leads, target_ids
    from marts.plan_scorecard
    cross join (values ('甲局', 1, ['n']), ('未注明', 0, ['m'])) as units (unit_zh, leads, target_ids);
"""
"""Plan p with a number, which is reached, and a task, which is done; region a is first or second of three."""

FAULTS = {
    "fct_target_progress": {
        "every_year_end_judged": "delete from marts.fct_target_progress where evaluation_date = '2020-12-31'",
        "progress_traceable": "update marts.fct_observation set vintage_on = '2022-07-01' where observation_id = 'o'",
        "reason_has_its_number": "update marts.fct_target_progress set reason_code = 'pace', pace = null",
    },
    "fct_task": {
        "no_task_lost": "delete from marts.fct_task",
        "done_by_evidence_alone": "update marts.fct_task set state = 'overdue'",
        "task_and_target_agree": "update marts.fct_target_progress set evidence_ids = []",
    },
    "fct_derived_indicator": {
        "value_or_reason": "update marts.fct_derived_indicator set reason = 'zero_base'",
        "derived_traceable": "delete from marts.fct_observation where observation_id = 'before'",
        "derived_known_by_then": "update marts.fct_derived_indicator set vintage_on = '2022-07-01'",
        "computed_as_printed": "update marts.fct_derived_indicator set is_within_rounding = false",
    },
    "region_ranking": {
        "rank_among_siblings": "update marts.region_ranking set worst_rank = rank - 1",
        "rank_follows_the_figures": "update marts.region_ranking set rank = 3 - rank",
        "ranking_traceable": "update marts.region_ranking set observation_ids = ['gone'] where region_id = 'b'",
        "ranking_known_by_then": "update marts.region_ranking set vintage_on = '2022-07-01'",
        "ranked_as_printed": "update marts.region_ranking set official_rank = 3 where region_id = 'a'",
    },
    "plan_scorecard": {
        "statuses_sum_to_targets": "update marts.plan_scorecard set due_count = 1",
        "every_target_counted": "delete from marts.plan_scorecard where evaluation_date = '2020-12-31'",
        "statuses_as_rated": "update marts.plan_scorecard set achieved_count = 1, missed_count = 1",
        "shares_are_shares": "update marts.plan_scorecard set completion_weighted = 1.2",
        "what_is_missing_is_named": "update marts.plan_scorecard set covered_count = 0",
        "judged_by_then": "update marts.plan_scorecard set as_of = '2022-06-29'",
    },
    "plan_section_scorecard": {
        "sections_sum_to_the_plan": "delete from marts.plan_section_scorecard where evaluation_date = '2020-12-31'",
    },
    "region_profile": {
        "profile_complete": "delete from marts.region_profile",
        "profile_is_newest": "insert into marts.fct_region_indicator values "
        "('a', 'i', 'total', 'year', '2022-01-01', '2022-06-30', '2022-01..2022-06', 1)",
        "profile_traceable": "update marts.fct_observation set vintage_on = '2022-07-01'",
        "growth_follows": "update marts.region_profile set growth = 21",
        "profile_rank_as_ranked": "update marts.region_profile set rank = null",
    },
    "unit_scorecard": {
        "unit_statuses_sum": "update marts.unit_scorecard set lead_achieved_count = 0",
        "every_target_has_a_unit_or_none": "delete from marts.unit_scorecard where is_unassigned",
    },
}
"""By table and rule: what spoils the sound build so that the rule must find it."""


def rules(table: str) -> dict[str, Rule]:
    suites = [found for suite in load_suites() for found in suite.tables if found.table == f"marts.{table}"]
    return {rule.name: rule for found in suites for rule in found.rules if rule.rows is not None}


def offending(build: duckdb.DuckDBPyConnection, table: str, rule: Rule) -> int:
    query = str(rule.rows).replace("{batch}", f"(select * from marts.{table})")
    return len(build.execute(query).fetchall())


@pytest.fixture
def build() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(SOUND)
        yield connection


@pytest.mark.parametrize(("table", "name"), [(table, name) for table, faults in FAULTS.items() for name in faults])
def test_a_rule_finds_its_fault_and_nothing_in_a_sound_build(
    build: duckdb.DuckDBPyConnection, table: str, name: str
) -> None:
    rule = rules(table)[name]
    assert offending(build, table, rule) == 0
    build.execute(FAULTS[table][name])
    assert offending(build, table, rule) > 0


def test_every_rule_of_a_measured_table_has_a_fault_that_it_finds() -> None:
    measured = set(FAULTS) - {"fct_target_progress"}
    assert {table: set(rules(table)) for table in measured} == {table: set(FAULTS[table]) for table in measured}


@pytest.mark.parametrize(
    "fault",
    [
        "status = 'missed', reason_code = 'floor_broken'",
        "reason_code = 'missing_years', actual_value = null",
        "reason_code = 'siblings_missing'",
        "reason_code = 'stale_fact', fact_age_months = 18",
        "reason_code = 'sum_reached', actual_value = null",
        "reason_code = 'late_evidence'",
    ],
)
def test_a_reason_without_what_it_speaks_of_is_found(build: duckdb.DuckDBPyConnection, fault: str) -> None:
    build.execute(f"update marts.fct_target_progress set {fault} where target_id = 'n'")
    assert offending(build, "fct_target_progress", rules("fct_target_progress")["reason_has_its_number"]) == 3


def test_great_expectations_runs_every_rule_of_the_measured_tables(tmp_path: Path) -> None:
    (tmp_path / "suites").mkdir()
    text = (SUITES / "25_measurement.yaml").read_text(encoding="utf-8")
    (tmp_path / "suites" / "measurement.yaml").write_text(text, encoding="utf-8")
    database = tmp_path / "build.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(SOUND)
        connection.execute(
            "create table marts.audit_results (audit_id varchar, run_id varchar, stage varchar, suite varchar,"
            " check_name varchar, severity varchar, passed boolean, observed varchar, message varchar,"
            " capture_id varchar, table_name varchar);"
        )
        connection.execute("insert into marts.region_ranking select * from marts.region_ranking where region_id = 'b'")
    report = gate.audit(database, last_release=None, run_id="run", data_docs=None, suites=tmp_path / "suites")
    assert {failure.check_name for failure in report.critical_failures} == {"ranking_key_unique"}

"""Each rule about targets, scorecards and ranks is silent on sound tables and names the rows of a planted fault."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from expectations.suites import load_suites

STATUSES = (
    "achieved", "missed", "ahead", "on_track", "behind", "far_behind", "moving_away", "due", "no_data", "unrated",
    "not_started", "not_measurable",
)  # fmt: skip

SOUND = f"""
create schema marts;
create table marts.dim_plan as select 'p' as plan_id, 2021 as period_start, 2025 as period_end;
create table marts.dim_target as
    select unnest(['t1', 't2', 't3']) as target_id, 'p' as plan_id,
        unnest(['accepted', 'accepted', 'rejected']) as review_state,
        unnest(['level_at_date', 'milestone', 'milestone']) as target_type;
create table marts.fct_observation as select 'o' as observation_id, date '2022-02-01' as vintage_on;
create table marts.fct_target_progress as
    select target_id, dates.evaluation_date, 'p' as plan_id, date '2022-06-30' as as_of, rule, status,
        reason_code, pace::double as pace, ids as observation_ids, len(ids) as fact_count, evidence as evidence_ids,
        null::int as known_sum, if(pace is null, null, 40) as actual_value,
        if(pace is null, null, 50) as required_value,
        0.5 as elapsed, null::varchar as missing_years, null::varchar as broken_years,
        null::varchar as missing_siblings, 6 as fact_age_months
    from (values ('t1', 'level', 'behind', 'pace', 0.8, ['o'], []::varchar[]),
        ('t2', 'evidence', 'achieved', 'evidence', null, []::varchar[], ['e'])
    ) as targets (target_id, rule, status, reason_code, pace, ids, evidence)
    cross join (values (date '2021-12-31'), (date '2022-06-30')) as dates (evaluation_date);
create table marts.plan_scorecard as
    select 'p' as plan_id, evaluation_date, 2 as target_count,
        {", ".join(f"{int(status in ('achieved', 'behind'))} as {status}_count" for status in STATUSES)},
        2 as rated_count, 1 as measurable_count, 1 as covered_count, 1.0 as data_coverage, 1 as completion_count,
        0.5 as completion_unweighted, 0.5 as completion_weighted, 1 as task_count, 1 as tasks_done,
        []::varchar[] as missing_targets, '' as missing_summary
    from (values (date '2021-12-31'), (date '2022-06-30')) as dates (evaluation_date);
create table marts.plan_section_scorecard as
    select plan_id, evaluation_date, section, 1 as target_count, 1 as rated_count, covered as covered_count
    from marts.plan_scorecard cross join (values ('2.1', 1), ('2.2', 0)) as sections (section, covered);
create table marts.unit_scorecard as
    select 'p' as plan_id, evaluation_date, unit_zh, not is_lead as is_unassigned, 1 as target_count,
        is_lead::int as lead_count, 0 as participant_count, target_ids,
        {", ".join(f"(status = '{status}')::int as {status}_count" for status in STATUSES)},
        {", ".join(f"(is_lead and status = '{status}')::int as lead_{status}_count" for status in STATUSES)}
    from marts.plan_scorecard
    cross join (values ('甲局', true, ['t1'], 'behind'), ('未注明', false, ['t2'], 'achieved'))
        as units (unit_zh, is_lead, target_ids, status);
create table marts.fct_task as
    select 't2' as task_id, 'done' as state, 1 as evidence_count, ['e'] as evidence_ids, date '2021-12-31' as due_on,
        date '2022-06-30' as as_of;
create table marts.fct_derived_indicator as
    select 'r' as region_id, 'i' as indicator_id, 'ratio' as measure, '2021' as period, 3 as value,
        null::varchar as reason, 'o' as numerator_observation_id, 'o' as denominator_observation_id,
        '01' as region_code,
        3.1 as published_value, true as is_within_rounding, null::varchar as published_note
    union all select 'r', 'j', 'ratio', '2021', null, 'no_denominator', 'o', null, '01', null, null, null;
create table marts.region_ranking as
    select region_id, '01' as region_code, 'i' as indicator_id, 'year' as period_kind,
        date '2021-01-01' as period_start,
        date '2021-12-31' as period_end, '2021' as period, value, 'above' as parent_region_id,
        'prefecture' as region_level, rank, rank + 1 as worst_rank, 3 as sibling_count, 2 as known_count,
        1 as missing_count, '丙市' as missing_regions, ['o'] as observation_ids, 2 as official_rank,
        null::varchar as official_rank_observation_id, date '2022-03-01' as vintage_on
    from (values ('r', 120, 1), ('s', 60, 2)) as figures (region_id, value, rank);
create table marts.fct_region_indicator as
    select region_id, indicator_id, 'total' as breakdown, period_kind, period_start, period_end, period
    from marts.region_ranking where region_id = 'r';
create table marts.peer_ranking as
    select 'r' as region_id, 'i' as indicator_id, '2021' as period, 3 as rank_among_peers, 2 as peer_count;
create table marts.region_profile as
    select region_id, indicator_id, period_kind, period_start, period_end, period, value, 100 as value_before,
        20.0 as growth, observation_ids, ['o'] as observation_ids_before, rank, worst_rank, sibling_count,
        date '2022-06-30' as as_of
    from marts.region_ranking where region_id = 'r';
"""

FAULTS = [
    ("a_row_for_every_year_end", "delete from marts.fct_target_progress where evaluation_date = '2021-12-31'"),
    ("facts_exist", "delete from marts.fct_observation"),
    ("facts_exist", "update marts.fct_observation set vintage_on = '2022-07-01'"),
    ("rating_has_its_numbers", "update marts.fct_target_progress set fact_count = 0 where target_id = 't1'"),
    ("rating_has_its_numbers", "update marts.fct_target_progress set evidence_ids = [] where target_id = 't2'"),
    ("status_follows_pace", "update marts.fct_target_progress set pace = 0.95 where target_id = 't1'"),
    ("status_follows_pace", "update marts.fct_target_progress set pace = null where target_id = 't1'"),
    ("reason_has_its_number", "update marts.fct_target_progress set pace = null where target_id = 't1'"),
    ("reason_has_its_number", "update marts.fct_target_progress set reason_code = 'missing_years'"),
    ("reason_has_its_number", "update marts.fct_target_progress set reason_code = 'floor_broken'"),
    ("reason_has_its_number", "update marts.fct_target_progress set reason_code = 'siblings_missing'"),
    ("reason_has_its_number", "update marts.fct_target_progress set reason_code = 'stale_fact', fact_age_months = 18"),
    ("reason_has_its_number", "update marts.fct_target_progress set reason_code = 'end_fact', actual_value = null"),
    ("reason_has_its_number", "update marts.fct_target_progress set evidence_ids = [] where target_id = 't2'"),
    ("task_done_by_evidence", "update marts.fct_task set evidence_count = 0"),
    ("task_overdue_after_its_date", "update marts.fct_task set due_on = as_of, state = 'overdue'"),
    ("no_task_lost", "delete from marts.fct_task"),
    ("no_task_lost", "update marts.dim_target set review_state = 'rejected'"),
    ("task_and_target_agree", "update marts.fct_target_progress set evidence_ids = []"),
    ("derived_or_reason", "update marts.fct_derived_indicator set reason = null"),
    ("derived_from_observations", "update marts.fct_derived_indicator set denominator_observation_id = 'gone'"),
    ("computed_as_printed", "update marts.fct_derived_indicator set is_within_rounding = false"),
    ("rank_among_siblings", "update marts.region_ranking set rank = 3"),
    ("rank_follows_the_figures", "update marts.region_ranking set rank = 3 - rank"),
    ("ranked_as_printed", "update marts.region_ranking set official_rank = 3 where region_id = 'r'"),
    ("rank_among_siblings", "update marts.region_ranking set worst_rank = 4"),
    ("siblings_known_or_named", "update marts.region_ranking set missing_regions = null"),
    ("siblings_known_or_named", "update marts.region_ranking set known_count = 3"),
    ("rank_leads_to_observations", "update marts.region_ranking set observation_ids = ['gone']"),
    ("rank_leads_to_observations", "update marts.region_ranking set vintage_on = '2022-07-01'"),
    ("rank_among_peers", "update marts.peer_ranking set rank_among_peers = 4"),
    ("scorecard_counts_the_statuses", "update marts.plan_scorecard set behind_count = 0, due_count = 1"),
    ("scorecard_counts_the_statuses", "delete from marts.plan_scorecard where evaluation_date = '2021-12-31'"),
    ("scorecard_counts_every_target", "update marts.dim_target set review_state = 'accepted'"),
    ("scorecard_shares_are_shares", "update marts.plan_scorecard set completion_unweighted = 1.2"),
    ("scorecard_shares_are_shares", "update marts.plan_scorecard set completion_unweighted = null"),
    ("scorecard_shares_are_shares", "update marts.plan_scorecard set covered_count = 0"),
    ("missing_figures_have_a_name", "update marts.plan_scorecard set missing_targets = ['t1']"),
    ("sections_sum_to_their_plan", "delete from marts.plan_section_scorecard where section = '2.2'"),
    ("every_target_under_a_unit", "delete from marts.unit_scorecard where is_unassigned"),
    ("profile_leads_to_observations", "update marts.region_profile set observation_ids_before = ['gone']"),
    ("profile_leads_to_observations", "update marts.region_profile set as_of = '2022-01-31'"),
    ("growth_follows_from_its_values", "update marts.region_profile set growth = 21"),
    ("growth_follows_from_its_values", "update marts.region_profile set value_before = 0"),
    ("profile_rank_is_that_of_its_figure", "update marts.region_profile set rank = null"),
    ("profile_complete", "delete from marts.region_profile"),
    ("profile_is_newest", "update marts.fct_region_indicator set period_end = '2022-01-01'"),
    ("unit_counts_the_statuses", "update marts.unit_scorecard set lead_behind_count = 0"),
    ("unit_counts_the_statuses", "update marts.unit_scorecard set due_count = 1"),
    ("leads_and_participants_are_all", "update marts.unit_scorecard set lead_count = 0"),
]


def rules() -> dict[str, tuple[str, str]]:
    """Table and query of each rule about a mart that is given as rows."""
    return {
        rule.name: (table.table, rule.rows)
        for suite in load_suites()
        if suite.layer == "marts"
        for table in suite.tables
        for rule in table.rules
        if rule.rows is not None
    }


@pytest.fixture
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(SOUND)
        yield connection


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[f"{name}-{n}" for n, (name, _) in enumerate(FAULTS)])
def test_a_planted_fault_is_named_by_its_rule(marts: duckdb.DuckDBPyConnection, name: str, fault: str) -> None:
    table, rows = rules()[name]
    assert marts.execute(rows.format(batch=table)).fetchall() == []
    marts.execute(fault)
    assert marts.execute(rows.format(batch=table)).fetchall() != []


@pytest.mark.parametrize(
    ("status", "pace"), [("ahead", 0.42 / 0.4), ("on_track", 0.19 / 0.2), ("behind", 0.3 - 1e-12 + 0.3)]
)
def test_a_pace_a_hair_below_a_threshold_is_on_it(marts: duckdb.DuckDBPyConnection, status: str, pace: float) -> None:
    """As the band of a pace is rounded in the build."""
    table, rows = rules()["status_follows_pace"]
    marts.execute("update marts.fct_target_progress set status = ?, pace = ? where target_id = 't1'", [status, pace])
    assert marts.execute(rows.format(batch=table)).fetchall() == []


def test_every_rule_of_the_measurement_suite_is_tried() -> None:
    suite = next(
        suite for suite in load_suites() if any(table.table == "marts.plan_scorecard" for table in suite.tables)
    )
    written = {rule.name for table in suite.tables for rule in table.rules if rule.rows is not None}
    assert written - {name for name, _ in FAULTS} == set()


def test_a_pace_a_hair_below_its_band_is_no_fault(marts: duckdb.DuckDBPyConnection) -> None:
    table, rows = rules()["status_follows_pace"]
    marts.execute("update marts.fct_target_progress set status = 'ahead', pace = 1.0499999999999998 where pace < 1")
    assert marts.execute(rows.format(batch=table)).fetchall() == []

with

terms as (

    select * from {{ ref("int_target_terms") }}

),

sources as (

    select * from {{ ref("int_target_sources") }}

),

-- A rejected proposal is no target.
rated as (

    select
        *,
        {{ as_of_date() }} as as_of
    from terms
    where review_state != 'rejected'

),

year_ends as (

    select
        rated.target_id,
        make_date(cast(plan_years.plan_year as integer), 12, 31) as evaluation_date
    from rated
    cross join lateral unnest(generate_series(rated.plan_period_start, rated.plan_period_end)) as plan_years (plan_year)
    where make_date(cast(plan_years.plan_year as integer), 12, 31) <= rated.as_of

),

evaluation_dates as (

    select
        target_id,
        evaluation_date
    from year_ends
    union distinct
    select
        target_id,
        as_of as evaluation_date
    from rated

),

final as (

    select
        rated.target_id,
        evaluation_dates.evaluation_date,
        rated.as_of,
        rated.plan_id,
        rated.indicator_id,
        rated.indicator_kind,
        rated.region_id,
        rated.region_code,
        rated.unit_base,
        rated.value_unit,
        rated.right_kind,
        rated.target_type,
        rated.rule_family,
        rated.sense,
        rated.unmeasurable_reason,
        rated.target_value,
        rated.target_value_high,
        rated.is_capped,
        rated.is_kept,
        rated.required_growth,
        rated.printed_baseline,
        rated.printed_baseline_half_unit,
        rated.start_date,
        rated.is_start_inferred,
        rated.target_end,
        rated.is_end_inferred,
        rated.months_in_all,
        coalesce(evaluation_dates.evaluation_date <= rated.start_date, false) as is_before_start,
        coalesce(evaluation_dates.evaluation_date >= rated.target_end, false) as is_over,
        least(evaluation_dates.evaluation_date, rated.target_end) as last_usable_day,
        sources.source_id as expected_source_id,
        coalesce(
            if(rated.rule_family = 'evidence', null, sources.freshness_limit_days), {{ var("waiting_days") }}
        ) as freshness_limit_days,
        rated.is_approximate,
        rated.is_year_inferred,
        rated.has_target_conflict,
        rated.review_state
    from rated
    inner join evaluation_dates on rated.target_id = evaluation_dates.target_id
    left join sources on rated.target_id = sources.target_id

)

select * from final

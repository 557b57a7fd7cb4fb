with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family = 'cumulative'

),

facts as (

    select * from {{ ref("int_target_facts") }}
    where fact_role in ('flow', 'flow_to_date') and is_since_start

),

usable as (

    select
        dates.evaluation_date,
        dates.target_value,
        year(dates.start_date) + 1 as first_year,
        year(facts.counted_on) as fact_year,
        facts.*
    from dates
    inner join facts on dates.target_id = facts.target_id
    where facts.period_end <= dates.last_usable_day

),

newest_whole_years as (

    select
        target_id,
        evaluation_date,
        max(fact_year) as newest_whole_year
    from usable
    where fact_role = 'flow'
    group by all

),

-- The parts of the sum: every whole year, and after the last whole year the newest part of a year.
parts as (

    select usable.*
    from usable
    left join newest_whole_years
        on
            usable.target_id = newest_whole_years.target_id
            and usable.evaluation_date = newest_whole_years.evaluation_date
    where
        usable.fact_role = 'flow'
        or newest_whole_years.newest_whole_year is null
        or usable.fact_year > newest_whole_years.newest_whole_year
    qualify
        usable.fact_role = 'flow'
        or usable.counted_on = max(usable.counted_on) over (partition by usable.target_id, usable.evaluation_date)

),

running as (

    select
        *,
        sum(value) over (partition by target_id, evaluation_date order by counted_on asc) as sum_so_far
    from parts

),

summed as (

    select
        target_id,
        evaluation_date,
        cast(sum(value) as decimal(28, 6)) as flow_sum,
        cast(sum(value_precision) as decimal(28, 6)) as value_precision,
        max(counted_on) as counted_on,
        max(period_end) as period_end,
        min(period_end) filter (where sum_so_far >= target_value) as first_reached_on,
        bool_or(fact_role = 'flow_to_date') as is_to_date_added,
        bool_or(has_conflict) as has_conflict,
        count(distinct coalesce(pace_break_on, date '1900-01-01')) > 1 as has_series_break,
        bool_or(is_wider_scope) as is_wider_scope,
        flatten(list(observation_ids order by counted_on asc)) as observation_ids,
        list(counted_on order by counted_on asc) as part_dates,
        list(value order by counted_on asc) as part_values,
        bool_or(is_computed) as is_computed,
        list_filter(
            generate_series(any_value(first_year), max(fact_year)),
            expected_year -> not list_contains(list(fact_year), expected_year)
        ) as missing_years
    from running
    group by all

),

-- A sum goes on growing after the end. That it meets the target then is told and changes nothing.
running_beyond as (

    select
        dates.target_id,
        dates.evaluation_date,
        dates.target_end,
        dates.target_value,
        facts.period_end,
        sum(facts.value) over (partition by dates.target_id, dates.evaluation_date order by facts.counted_on asc)
            as sum_so_far
    from dates
    inner join facts on dates.target_id = facts.target_id
    where facts.fact_role = 'flow' and facts.period_end <= dates.evaluation_date

),

reached_later as (

    select
        target_id,
        evaluation_date,
        min(period_end) as reached_later_on
    from running_beyond
    where sum_so_far >= target_value
    group by all
    having min(period_end) > any_value(target_end)

),

final as (

    select
        summed.target_id,
        summed.evaluation_date,
        summed.flow_sum,
        summed.value_precision,
        summed.counted_on,
        summed.period_end,
        summed.first_reached_on,
        reached_later.reached_later_on,
        summed.is_to_date_added,
        summed.has_conflict,
        summed.has_series_break,
        summed.is_wider_scope,
        summed.is_computed,
        summed.observation_ids,
        summed.part_dates,
        summed.part_values,
        nullif(array_to_string(summed.missing_years, ','), '') as missing_years
    from summed
    left join reached_later
        on summed.target_id = reached_later.target_id and summed.evaluation_date = reached_later.evaluation_date

)

select * from final

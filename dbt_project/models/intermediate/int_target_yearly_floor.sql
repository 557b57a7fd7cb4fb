with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family = 'yearly_floor'

),

facts as (

    select * from {{ ref("int_target_facts") }}
    where fact_role in ('flow', 'stock')

),

-- Complete years only: the flow of a whole year, or the stock dated in its last month.
years as (

    select
        dates.evaluation_date,
        dates.printed_baseline,
        dates.sense,
        dates.last_usable_day,
        year(dates.start_date) + 1 as first_year,
        year(facts.counted_on) as fact_year,
        facts.*
    from dates
    inner join facts on dates.target_id = facts.target_id
    where
        facts.period_end <= dates.last_usable_day
        and (facts.is_since_start or facts.is_on_start)
        and month(facts.counted_on) = 12
    qualify
        row_number() over (
            partition by dates.target_id, dates.evaluation_date, year(facts.counted_on)
            order by facts.counted_on desc, facts.fact_role asc
        ) = 1

),

counted as (

    select
        target_id,
        evaluation_date,
        any_value(sense) as sense,
        coalesce(any_value(printed_baseline), max(value) filter (where is_on_start)) as baseline_value,
        if(any_value(printed_baseline) is null, 'series', 'printed') as baseline_kind,
        arg_max(value, counted_on) filter (where is_since_start) as actual_value,
        arg_max(value_precision, counted_on) filter (where is_since_start) as value_precision,
        max(period_end) filter (where is_since_start) as actual_period_end,
        max(counted_on) filter (where is_since_start) as counted_on,
        string_agg(fact_year, ',' order by fact_year) filter (where is_since_start and not is_met) as broken_years,
        min(period_end) filter (where is_since_start and is_met) as first_reached_on,
        bool_or(has_conflict) as has_conflict,
        bool_or(is_wider_scope) as is_wider_scope,
        bool_or(is_computed) as is_computed,
        flatten(list(observation_ids order by counted_on)) as observation_ids,
        generate_series(any_value(first_year), max(fact_year)) as years_due,
        list(fact_year) filter (where is_since_start) as years_known
    from years
    group by target_id, evaluation_date

),

final as (

    select
        dates.target_id,
        dates.evaluation_date,
        'yearly_floor' as rule,
        counted.baseline_value,
        if(counted.baseline_value is null, null, dates.start_date) as baseline_date,
        if(counted.baseline_value is null, null, counted.baseline_kind) as baseline_source,
        counted.actual_value,
        counted.value_precision,
        dates.target_value as threshold_value,
        counted.actual_period_end,
        counted.counted_on,
        if(counted.counted_on is null, null, dates.target_value) as required_value,
        dates.target_value as value_at_end,
        counted.actual_value / nullif(dates.target_value, 0) as attainment,
        {{ whole_months("dates.start_date", "counted.counted_on") }} / nullif(dates.months_in_all, 0) as elapsed,
        coalesce(counted.counted_on is not null and counted.broken_years is null, false) as is_met,
        coalesce(date_trunc('month', counted.counted_on) = date_trunc('month', dates.target_end), false) as has_end_fact,
        if(counted.broken_years is not null, 'floor_broken', null) as settled_by,
        true as is_by_requirement,
        false as can_be_achieved_early,
        coalesce(
            case
                when dates.sense = 'at_most' then counted.actual_value > counted.baseline_value
                else counted.actual_value < counted.baseline_value
            end,
            false
        ) as is_wrong_way,
        counted.broken_years,
        nullif(
            array_to_string(list_filter(counted.years_due, y -> not list_contains(counted.years_known, y)), ','), ''
        ) as missing_years,
        counted.first_reached_on,
        coalesce(counted.observation_ids, cast([] as varchar[])) as observation_ids,
        coalesce(counted.has_conflict, false) as has_conflict,
        coalesce(counted.is_wider_scope, false) as is_wider_scope,
        coalesce(counted.is_computed, false) as is_computed
    from dates
    left join counted
        on dates.target_id = counted.target_id and dates.evaluation_date = counted.evaluation_date

)

select * from final

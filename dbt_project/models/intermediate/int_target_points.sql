with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family in ('level', 'threshold', 'count', 'growth', 'direction')

),

-- Whole years and states on a day are compared, never a part of a year.
facts as (

    select * from {{ ref("int_target_facts") }}
    where fact_role in ('flow', 'stock')

),

series_baselines as (

    select * from facts
    where is_on_start

),

usable as (

    select
        dates.evaluation_date,
        facts.*
    from dates
    inner join facts on dates.target_id = facts.target_id
    where facts.is_since_start and facts.period_end <= dates.last_usable_day

),

newest as (

    select * from usable
    qualify row_number() over (partition by target_id, evaluation_date order by counted_on desc) = 1

),

oldest as (

    select * from usable
    qualify row_number() over (partition by target_id, evaluation_date order by counted_on asc) = 1

),

first_reached as (

    select
        target_id,
        evaluation_date,
        min(period_end) as first_reached_on
    from usable
    where is_met
    group by all

),

-- Facts after the end change no status; the first that meets the target is told.
reached_later as (

    select
        dates.target_id,
        dates.evaluation_date,
        min(facts.period_end) as reached_later_on
    from dates
    inner join facts on dates.target_id = facts.target_id
    where
        facts.is_met
        and facts.period_end > dates.target_end
        and facts.period_end <= dates.evaluation_date
    group by all

),

-- The baseline is the printed one, else the series on the start, else a first fact twelve months before the newest. A printed
-- one on the other side of a break gives way to a published one on the newest fact's own base.
based as (

    select
        dates.target_id,
        dates.evaluation_date,
        dates.rule_family,
        dates.sense,
        dates.target_value,
        dates.target_value_high,
        dates.is_capped,
        dates.is_kept,
        dates.required_growth,
        dates.target_end,
        newest.value as actual_value,
        newest.value_precision,
        newest.period_end as actual_period_end,
        newest.counted_on,
        newest.is_met,
        newest.is_wider_scope,
        newest.observation_ids as actual_observation_ids,
        newest.is_computed as is_actual_computed,
        newest.has_conflict or (
            case
                when dates.printed_baseline is not null then false
                when series_baselines.value is not null then series_baselines.has_conflict
                else oldest.has_conflict
            end
        ) as has_conflict,
        first_reached.first_reached_on,
        reached_later.reached_later_on,
        coalesce(newest.pace_break_on > dates.start_date, false) as is_break_since_start,
        case
            when
                dates.printed_baseline is not null
                and not (
                    is_break_since_start
                    and series_baselines.value is not null
                    and series_baselines.pace_break_on is not distinct from newest.pace_break_on
                )
                then 'printed'
            when series_baselines.value is not null then 'series'
            -- A threshold without a baseline is met or unmet: no fact stands in for one.
            when
                dates.rule_family not in ('threshold', 'count')
                and {{ whole_months("oldest.counted_on", "newest.counted_on") }} >= 12
                then 'first_fact'
        end as baseline_source,
        case baseline_source
            when 'printed' then dates.printed_baseline
            when 'series' then series_baselines.value
            when 'first_fact' then oldest.value
        end as baseline_value,
        case baseline_source
            when 'printed' then dates.start_date
            when 'series' then dates.start_date
            when 'first_fact' then oldest.counted_on
        end as baseline_date,
        coalesce(
            case baseline_source
                when 'printed' then is_break_since_start
                when 'series' then series_baselines.pace_break_on is distinct from newest.pace_break_on
                when 'first_fact' then oldest.pace_break_on is distinct from newest.pace_break_on
            end,
            false
        ) as has_series_break,
        case baseline_source
            when 'series' then series_baselines.observation_ids
            when 'first_fact' then oldest.observation_ids
        end as baseline_observation_ids,
        coalesce(
            case baseline_source
                when 'series' then series_baselines.is_computed
                when 'first_fact' then oldest.is_computed
            end,
            false
        ) as is_baseline_computed,
        case when dates.printed_baseline is not null then series_baselines.value end as baseline_in_series,
        coalesce(
            abs(series_baselines.value - dates.printed_baseline)
            > greatest(series_baselines.value_precision, coalesce(dates.printed_baseline_half_unit, 0)),
            false
        ) as is_baseline_revised,
        coalesce(baseline_date, dates.start_date) as counted_from
    from dates
    left join newest
        on dates.target_id = newest.target_id and dates.evaluation_date = newest.evaluation_date
    left join oldest
        on dates.target_id = oldest.target_id and dates.evaluation_date = oldest.evaluation_date
    left join series_baselines
        on dates.target_id = series_baselines.target_id and dates.evaluation_date >= series_baselines.period_end
    left join first_reached
        on dates.target_id = first_reached.target_id and dates.evaluation_date = first_reached.evaluation_date
    left join reached_later
        on dates.target_id = reached_later.target_id and dates.evaluation_date = reached_later.evaluation_date

),

-- Time is counted in whole months, from the baseline's own date to the newest fact's own date.
final as (

    select
        target_id,
        evaluation_date,
        rule_family,
        sense,
        target_value,
        target_value_high,
        is_capped,
        is_kept,
        required_growth,
        target_end,
        baseline_value,
        baseline_date,
        baseline_source,
        baseline_in_series,
        is_baseline_revised,
        actual_value,
        value_precision,
        actual_period_end,
        counted_on,
        {{ whole_months("counted_from", "counted_on") }} as months_gone,
        {{ whole_months("counted_on", "target_end") }} as months_left,
        {{ whole_months("counted_from", "target_end") }} as months_in_all,
        if(counted_on > target_end, 1, months_gone / nullif(months_in_all, 0)) as elapsed,
        coalesce(is_met, false) as is_met,
        coalesce(date_trunc('month', counted_on) = date_trunc('month', target_end), false) as has_end_fact,
        counted_on is not null and baseline_value is null as lacks_baseline,
        first_reached_on,
        reached_later_on,
        list_concat(
            coalesce(baseline_observation_ids, cast([] as varchar[])),
            coalesce(actual_observation_ids, cast([] as varchar[]))
        ) as observation_ids,
        coalesce(is_actual_computed, false) or is_baseline_computed as is_computed,
        coalesce(has_conflict, false) as has_conflict,
        coalesce(is_wider_scope, false) as is_wider_scope,
        has_series_break
    from based

)

select * from final

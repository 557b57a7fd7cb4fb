with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family = 'level'

),

-- A level is held against whole years and states on a day, never against a part of a year.
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
        dates.sense,
        dates.target_value,
        dates.target_end,
        newest.value as actual_value,
        newest.value_precision,
        newest.period_end as actual_period_end,
        newest.counted_on,
        newest.is_met,
        newest.is_wider_scope,
        newest.observation_id as actual_observation_id,
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
            when {{ whole_months("oldest.counted_on", "newest.counted_on") }} >= 12 then 'first_fact'
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
            when 'series' then series_baselines.observation_id
            when 'first_fact' then oldest.observation_id
        end as baseline_observation_id,
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
timed as (

    select
        *,
        {{ whole_months("counted_from", "counted_on") }} as months_gone,
        {{ whole_months("counted_on", "target_end") }} as months_left,
        {{ whole_months("counted_from", "target_end") }} as months_in_all,
        coalesce(
            case when sense = 'at_most' then target_value >= baseline_value else target_value <= baseline_value end,
            false
        ) as is_floor
    from based

),

measured as (

    select
        *,
        if(counted_on > target_end, 1, months_gone / nullif(months_in_all, 0)) as elapsed,
        case
            when counted_on is null then null
            when is_floor then target_value
            when has_series_break then null
            else baseline_value + (target_value - baseline_value) * elapsed
        end as required_exactly,
        case
            when not is_floor and not has_series_break
                then (actual_value - baseline_value) / (target_value - baseline_value)
        end as progress,
        case
            when not has_series_break then {{ yearly_growth("baseline_value", "actual_value", "months_gone") }}
        end as growth_actual,
        {{ yearly_growth("baseline_value", "target_value", "months_in_all") }} as growth_required,
        {{ yearly_growth("actual_value", "target_value", "months_left") }} as growth_still_required,
        case
            when months_gone > 0 and not has_series_break
                then baseline_value + (actual_value - baseline_value) / elapsed
        end as projected_exactly
    from timed

),

final as (

    select
        target_id,
        evaluation_date,
        case when not is_floor then 'level' when sense = 'at_most' then 'ceiling' else 'floor' end as rule,
        baseline_value,
        baseline_date,
        baseline_source,
        baseline_in_series,
        is_baseline_revised,
        actual_value,
        value_precision,
        actual_period_end,
        counted_on,
        cast(required_exactly as decimal(28, 6)) as required_value,
        progress,
        elapsed,
        case when not is_floor then growth_actual end as growth_actual,
        case when not is_floor then growth_required end as growth_required,
        case when not is_floor then growth_actual / nullif(growth_required, 0) end as growth_ratio,
        case when not is_floor then growth_still_required end as growth_still_required,
        cast(projected_exactly as decimal(28, 6)) as projected_value,
        coalesce(is_met, false) as is_met,
        coalesce(date_trunc('month', counted_on) = date_trunc('month', target_end), false) as has_end_fact,
        cast(null as varchar) as settled_by,
        is_floor,
        counted_on is not null and baseline_value is null as lacks_baseline,
        cast(null as varchar) as missing_years,
        cast(null as decimal(28, 6)) as known_sum,
        cast(null as decimal(28, 6)) as other_basis_value,
        false as is_to_date_added,
        first_reached_on,
        reached_later_on,
        list_filter([baseline_observation_id, actual_observation_id], id -> id is not null) as observation_ids,
        coalesce(has_conflict, false) as has_conflict,
        coalesce(is_wider_scope, false) as is_wider_scope,
        has_series_break
    from measured

)

select * from final

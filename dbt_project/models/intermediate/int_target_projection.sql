with

points as (

    select * from {{ ref("int_target_points") }}
    where not has_series_break and baseline_value is not null and months_gone > 0

),

facts as (

    select * from {{ ref("int_target_facts") }}
    where fact_role in ('flow', 'stock')

),

dates as (

    select * from {{ ref("int_target_dates") }}

),

sums as (

    select * from {{ ref("int_target_sums") }}
    where missing_years is null and not has_series_break

),

-- The way from the baseline to the newest fact, one row per figure on it; growth is a straight line in logarithms.
ways as (

    select
        points.target_id,
        points.evaluation_date,
        points.rule_family,
        points.months_left,
        points.months_gone,
        points.baseline_date as counted_on,
        cast(points.baseline_value as double) as value
    from points
    union all
    select
        points.target_id,
        points.evaluation_date,
        points.rule_family,
        points.months_left,
        points.months_gone,
        facts.counted_on,
        cast(facts.value as double) as value
    from points
    inner join facts
        on
            points.target_id = facts.target_id
            and points.baseline_date < facts.counted_on
            and points.counted_on >= facts.counted_on
    where facts.period_end <= points.evaluation_date

),

steps as (

    select
        target_id,
        evaluation_date,
        rule_family,
        months_left / 12.0 as years_left,
        months_gone / 12.0 as years_gone,
        if(rule_family = 'growth', if(value > 0, ln(value), null), value) as scaled,
        scaled - lag(scaled) over way as change,
        {{ whole_months("lag(counted_on) over way", "counted_on") }} / 12.0 as years
    from ways
    window way as (partition by target_id, evaluation_date order by counted_on)

),

parts as (

    select
        sums.target_id,
        sums.evaluation_date,
        dates.start_date,
        {{ whole_months("sums.counted_on", "dates.target_end") }} / 12.0 as years_left,
        {{ whole_months("dates.start_date", "sums.counted_on") }} / 12.0 as years_gone,
        unnest(sums.part_dates) as counted_on,
        unnest(sums.part_values) as value
    from sums
    inner join dates
        on sums.target_id = dates.target_id and sums.evaluation_date = dates.evaluation_date

),

changes as (

    select
        target_id,
        evaluation_date,
        rule_family,
        years_left,
        years_gone,
        change,
        years
    from steps
    where years > 0
    union all
    select
        target_id,
        evaluation_date,
        'cumulative' as rule_family,
        years_left,
        years_gone,
        cast(value as double) as change,
        {{ whole_months("coalesce(lag(counted_on) over way, start_date)", "counted_on") }} / 12.0 as years
    from parts
    window way as (partition by target_id, evaluation_date order by counted_on)

),

drifts as (

    select
        *,
        sum(change) over one_way / nullif(sum(years) over one_way, 0) as drift
    from changes
    window one_way as (partition by target_id, evaluation_date)

),

-- A random walk with drift (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.5): the line through the two
-- ends, with a variance that grows with the time left, estimated from how far each step lies off the line.
spreads as (

    select
        target_id,
        evaluation_date,
        any_value(rule_family) as rule_family,
        any_value(drift) as drift,
        any_value(years_left) as years_left,
        cast(count(change) - 1 as integer) as degrees_of_freedom,
        sqrt(
            sum(pow(change - drift * years, 2) / nullif(years, 0)) / nullif(count(change) - 1, 0)
            * (any_value(years_left) + pow(any_value(years_left), 2) / nullif(any_value(years_gone), 0))
        ) as standard_error
    from drifts
    group by target_id, evaluation_date
    having count(change) = count(*)

),

ends as (

    select
        target_id,
        evaluation_date,
        cast(actual_value as double) as newest_value
    from points
    union all
    select
        target_id,
        evaluation_date,
        cast(flow_sum as double) as newest_value
    from sums

),

bounded as (

    select
        spreads.*,
        ends.newest_value,
        {{ t_quantile_90("spreads.degrees_of_freedom") }} * spreads.standard_error as half_width,
        spreads.drift * spreads.years_left as change_to_come
    from spreads
    inner join ends
        on spreads.target_id = ends.target_id and spreads.evaluation_date = ends.evaluation_date
    where spreads.degrees_of_freedom > 0 and spreads.years_left >= 0

),

final as (

    select
        target_id,
        evaluation_date,
        cast(
            case rule_family
                when 'growth' then newest_value * exp(change_to_come - half_width)
                -- What is summed up already stays.
                when 'cumulative' then greatest(newest_value + change_to_come - half_width, newest_value)
                else newest_value + change_to_come - half_width
            end as decimal(28, 6)
        ) as projected_low,
        cast(
            case rule_family
                when 'growth' then newest_value * exp(change_to_come + half_width)
                else newest_value + change_to_come + half_width
            end as decimal(28, 6)
        ) as projected_high
    from bounded

)

select * from final

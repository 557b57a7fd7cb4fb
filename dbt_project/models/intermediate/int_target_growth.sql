with

points as (

    select * from {{ ref("int_target_points") }}
    where rule_family = 'growth'

),

facts as (

    select * from {{ ref("int_target_facts") }}
    where fact_role in ('flow', 'stock')

),

-- Growth to nothing is a fall by all; growth from nothing is not defined.
grown as (

    select
        *,
        coalesce(baseline_value <= 0, false) as is_from_zero,
        case
            when has_series_break or baseline_value <= 0 or months_gone <= 0 then null
            when actual_value = 0 then -1
            else {{ yearly_growth("baseline_value", "actual_value", "months_gone") }}
        end as growth_actual,
        case
            when baseline_value > 0 then baseline_value * pow(1 + required_growth, months_gone / 12.0)
        end as required_exactly,
        case
            when baseline_value > 0 then baseline_value * pow(1 + required_growth, months_in_all / 12.0)
        end as value_at_end_exactly
    from points

),

-- The growth of each year on its own, beside the compound rate: of two figures just twelve months apart.
yearly as (

    select
        grown.target_id,
        grown.evaluation_date,
        string_agg(
            year(later.counted_on) || ': ' || printf('%.4f', cast(later.value as double) / cast(earlier.value as double) - 1),
            ', ' order by later.counted_on asc
        ) as growth_by_year
    from grown
    inner join facts as later on grown.target_id = later.target_id
    inner join facts as earlier
        on
            later.target_id = earlier.target_id
            and later.fact_role = earlier.fact_role
            and {{ whole_months("earlier.counted_on", "later.counted_on") }} = 12
            and month(earlier.counted_on) = month(later.counted_on)
    where
        month(later.counted_on) = month(grown.target_end)
        and earlier.counted_on >= grown.baseline_date
        and later.counted_on <= grown.counted_on
        and later.period_end <= grown.evaluation_date
        and earlier.value > 0
        and later.pace_break_on is not distinct from earlier.pace_break_on
    group by grown.target_id, grown.evaluation_date

),

-- A promised fall is kept by falling faster; a ceiling on growth by staying below it; rounded, so that a hair decides nothing.
compared as (

    select
        grown.*,
        yearly.growth_by_year,
        grown.required_growth = 0 or (grown.sense = 'at_most' and grown.required_growth > 0) as is_by_requirement,
        case
            when grown.sense = 'at_most' then round(grown.growth_actual, 9) <= grown.required_growth
            else round(grown.growth_actual, 9) >= grown.required_growth
        end as is_rate_met
    from grown
    left join yearly
        on grown.target_id = yearly.target_id and grown.evaluation_date = yearly.evaluation_date

),

final as (

    select
        target_id,
        evaluation_date,
        'growth' as rule,
        baseline_value,
        baseline_date,
        baseline_source,
        baseline_in_series,
        is_baseline_revised,
        actual_value,
        value_precision,
        required_exactly as threshold_value,
        actual_period_end,
        counted_on,
        if(has_series_break, null, cast(required_exactly as decimal(28, 6))) as required_value,
        if(has_series_break, null, cast(value_at_end_exactly as decimal(28, 6))) as value_at_end,
        growth_actual / nullif(required_growth, 0) as attainment,
        elapsed,
        if(is_by_requirement, null, growth_actual / nullif(required_growth, 0)) as pace,
        growth_actual,
        cast(required_growth as double) as growth_required,
        growth_actual / nullif(required_growth, 0) as growth_ratio,
        {{ yearly_growth("actual_value", "value_at_end_exactly", "months_left") }} as growth_still_required,
        growth_by_year,
        case
            when growth_actual > -1 then cast(baseline_value * pow(1 + growth_actual, months_in_all / 12.0) as decimal(28, 6))
        end as projected_value,
        'compound' as projection_method,
        coalesce(is_rate_met, false) as is_met,
        has_end_fact,
        if(is_from_zero, 'zero_baseline', null) as settled_by,
        is_by_requirement and growth_actual is not null as is_by_requirement,
        false as can_be_achieved_early,
        lacks_baseline or (growth_actual is null and counted_on is not null and not has_series_break) as lacks_baseline,
        lacks_baseline or has_series_break or growth_actual is null as is_undecided,
        observation_ids,
        has_conflict,
        is_wider_scope,
        is_computed,
        has_series_break
    from compared

)

select * from final

with

points as (

    select * from {{ ref("int_target_points") }}
    where rule_family in ('level', 'threshold', 'count')

),

-- A share or a count is held against its threshold at every date; with a baseline its pace is that of a level.
described as (

    select
        *,
        rule_family != 'level' as is_threshold,
        coalesce(
            case when sense = 'at_most' then target_value >= baseline_value else target_value <= baseline_value end,
            false
        ) as is_floor,
        coalesce(actual_value > target_value_high, false) as is_over_the_top
    from points

),

measured as (

    select
        *,
        case
            when counted_on is null then null
            when is_floor or is_threshold then target_value
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
    from described

),

final as (

    select
        target_id,
        evaluation_date,
        case
            when is_floor and sense = 'at_most' then 'ceiling'
            when is_floor then 'floor'
            else rule_family
        end as rule,
        baseline_value,
        baseline_date,
        baseline_source,
        baseline_in_series,
        is_baseline_revised,
        actual_value,
        value_precision,
        target_value as threshold_value,
        actual_period_end,
        counted_on,
        cast(required_exactly as decimal(28, 6)) as required_value,
        target_value as value_at_end,
        actual_value / nullif(target_value, 0) as attainment,
        progress,
        elapsed,
        progress / nullif(elapsed, 0) as pace,
        case when not is_floor then growth_actual end as growth_actual,
        case when not is_floor then growth_required end as growth_required,
        case when not is_floor then growth_actual / nullif(growth_required, 0) end as growth_ratio,
        case when not is_floor then growth_still_required end as growth_still_required,
        cast(projected_exactly as decimal(28, 6)) as projected_value,
        'linear' as projection_method,
        is_met,
        has_end_fact,
        cast(null as varchar) as settled_by,
        is_floor,
        -- Where no pace can be taken, a threshold is met or unmet, and a level is not rated.
        is_threshold and not is_floor and (lacks_baseline or has_series_break) as is_by_requirement,
        rule_family != 'threshold' or is_floor as can_be_achieved_early,
        false as is_wrong_way,
        lacks_baseline and not is_threshold as lacks_baseline,
        is_over_the_top,
        first_reached_on,
        reached_later_on,
        observation_ids,
        has_conflict,
        is_wider_scope,
        is_computed,
        has_series_break
    from measured

)

select * from final

with

points as (

    select * from {{ ref("int_target_points") }}
    where rule_family = 'direction'

),

-- What is better than the baseline in the promised direction; no change meets a promise to keep.
changed as (

    select
        *,
        case when sense = 'at_most' then baseline_value - actual_value else actual_value - baseline_value end as change
    from points

),

final as (

    select
        target_id,
        evaluation_date,
        'direction' as rule,
        baseline_value,
        baseline_date,
        baseline_source,
        baseline_in_series,
        is_baseline_revised,
        actual_value,
        value_precision,
        baseline_value as threshold_value,
        actual_period_end,
        counted_on,
        if(has_series_break or counted_on is null, null, baseline_value) as required_value,
        elapsed,
        case
            when not has_series_break then {{ yearly_growth("baseline_value", "actual_value", "months_gone") }}
        end as growth_actual,
        coalesce(not has_series_break and (change > 0 or (is_kept and change = 0)), false) as is_met,
        has_end_fact,
        true as is_by_requirement,
        false as can_be_achieved_early,
        coalesce(not has_series_break and change < 0, false) as is_wrong_way,
        lacks_baseline,
        lacks_baseline or has_series_break as is_undecided,
        observation_ids,
        has_conflict,
        is_wider_scope,
        is_computed,
        has_series_break
    from changed

)

select * from final

with

dates as (

    select * from {{ ref("int_target_dates") }}

),

measures as (

    select * from {{ ref("int_target_measures") }}

),

joined as (

    select
        dates.*,
        measures.rule,
        measures.baseline_value,
        measures.baseline_date,
        measures.baseline_source,
        measures.baseline_in_series,
        measures.is_baseline_revised,
        measures.actual_value,
        measures.value_precision,
        measures.threshold_value,
        measures.actual_period_end,
        measures.counted_on,
        measures.required_value,
        measures.value_at_end,
        measures.attainment,
        measures.progress,
        measures.elapsed,
        measures.pace,
        measures.growth_actual,
        measures.growth_required,
        measures.growth_ratio,
        measures.growth_still_required,
        measures.growth_by_year,
        measures.projected_value,
        measures.projected_low,
        measures.projected_high,
        measures.projection_method,
        measures.is_met,
        measures.has_end_fact,
        measures.settled_by,
        measures.is_floor,
        measures.is_by_requirement,
        measures.can_be_achieved_early,
        measures.is_wrong_way,
        measures.is_undecided,
        measures.is_late,
        measures.lacks_baseline,
        measures.is_over_the_top,
        measures.missing_years,
        measures.broken_years,
        measures.known_sum,
        measures.other_basis_value,
        measures.is_to_date_added,
        measures.reference_value,
        measures.rank_value,
        measures.worst_rank,
        measures.sibling_count,
        measures.missing_siblings,
        measures.first_reached_on,
        measures.reached_later_on,
        measures.observation_ids,
        measures.evidence_ids,
        measures.has_conflict,
        measures.is_wider_scope,
        measures.is_computed,
        measures.has_series_break,
        greatest({{ whole_months("measures.counted_on", "dates.evaluation_date") }}, 0) as fact_age_months,
        dates.rule_family is null
        or (dates.rule_family != 'evidence' and (dates.start_date is null or dates.target_end is null)) as lacks_rule
    from dates
    left join measures
        on dates.target_id = measures.target_id and dates.evaluation_date = measures.evaluation_date

),

-- The order of DESIGN.md, first match (Measuring a target: Status); every verdict is `status:reason`.
judged as (

    select
        *,
        case
            when unmeasurable_reason is not null then 'not_measurable:' || unmeasurable_reason
            when is_before_start then 'not_started:before_start'
            when settled_by = 'zero_baseline' then 'unrated:zero_baseline'
            when lacks_rule then 'unrated:rule_not_available'
            -- a task, done or not
            when settled_by = 'evidence' then 'achieved:evidence'
            when rule_family = 'evidence' and not is_over then 'unrated:awaiting_evidence'
            -- over with its end fact
            when is_over and has_end_fact and missing_years is null and is_met then 'achieved:end_fact'
            when is_over and has_end_fact and is_capped and is_over_the_top then 'missed:over_the_top'
            when is_over and has_end_fact and missing_years is null and is_floor then 'missed:below_floor'
            when is_over and settled_by = 'floor_broken' then 'missed:floor_broken'
            when is_over and has_end_fact and settled_by = 'siblings_missing' then 'unrated:siblings_missing'
            when is_over and has_end_fact and is_undecided and has_series_break then 'unrated:series_break'
            when is_over and has_end_fact and is_undecided then 'unrated:one_fact_no_baseline'
            when is_over and has_end_fact and missing_years is null then 'missed:end_fact'
            -- what no later figure can change
            when settled_by = 'sum_reached' then 'achieved:sum_reached'
            when settled_by = 'over_the_top' and is_over then 'missed:over_the_top'
            when settled_by = 'over_the_top' then 'moving_away:over_the_top'
            -- a hole before the newest fact, also after the end
            when missing_years is not null and coalesce(settled_by, '') != 'floor_broken' then 'unrated:missing_years'
            -- over without its end fact
            when is_over and as_of - target_end > freshness_limit_days then 'no_data:never_published'
            when is_over and rule_family = 'evidence' then 'due:awaiting_evidence'
            when is_over then 'due:awaiting_end_fact'
            -- under way
            when counted_on is null then 'no_data:no_fact_since_start'
            when fact_age_months > 18 then 'unrated:stale_fact'
            when is_met and (can_be_achieved_early or is_floor) then 'achieved:newest_fact_meets'
            when is_capped and is_over_the_top then 'moving_away:over_the_top'
            when is_floor then 'moving_away:below_floor'
            when settled_by in ('siblings_missing', 'reference_missing') then 'unrated:' || settled_by
            when has_series_break and (is_undecided or not is_by_requirement) then 'unrated:series_break'
            when lacks_baseline then 'unrated:one_fact_no_baseline'
            when is_by_requirement and is_met then 'on_track:requirement_met'
            when is_by_requirement and is_wrong_way then 'moving_away:wrong_direction'
            when is_by_requirement then 'behind:requirement_unmet'
            when pace < 0 or (pace is null and progress < 0) then 'moving_away:negative_pace'
            when pace is null then 'on_track:pace'
            else {{ pace_band("pace") }} || ':pace'
        end as verdict
    from joined

),

final as (

    select
        * exclude (verdict),
        split_part(verdict, ':', 1) as status,
        split_part(verdict, ':', 2) as reason_code,
        -- A task can be done before its time; on its last day it is not overdue yet.
        case
            when coalesce(rule_family, '') != 'evidence' then null
            when settled_by = 'evidence' then 'done'
            when status = 'no_data' then 'no_evidence'
            when status = 'due' and evaluation_date > target_end then 'overdue'
            else 'due'
        end as task_state
    from judged

)

select * from final

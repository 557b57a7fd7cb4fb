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
        measures.actual_period_end,
        measures.counted_on,
        measures.required_value,
        measures.progress,
        measures.elapsed,
        measures.growth_actual,
        measures.growth_required,
        measures.growth_ratio,
        measures.growth_still_required,
        measures.projected_value,
        measures.is_met,
        measures.has_end_fact,
        measures.settled_by,
        measures.is_floor,
        measures.lacks_baseline,
        measures.missing_years,
        measures.known_sum,
        measures.other_basis_value,
        measures.is_to_date_added,
        measures.first_reached_on,
        measures.reached_later_on,
        measures.observation_ids,
        measures.has_conflict,
        measures.is_wider_scope,
        measures.has_series_break,
        -- A fact of the first weeks has no elapsed month to be held against: a pace is not defined yet.
        measures.progress / nullif(measures.elapsed, 0) as pace,
        greatest({{ whole_months("measures.counted_on", "dates.evaluation_date") }}, 0) as fact_age_months,
        dates.rule_family is null or dates.start_date is null or dates.target_end is null as lacks_rule
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
            when lacks_rule then 'unrated:rule_not_available'
            -- over with its end fact
            when is_over and has_end_fact and missing_years is null and is_met then 'achieved:end_fact'
            when is_over and has_end_fact and missing_years is null and is_floor then 'missed:below_floor'
            when is_over and has_end_fact and missing_years is null then 'missed:end_fact'
            -- what no later figure can change
            when settled_by = 'sum_reached' then 'achieved:sum_reached'
            when settled_by = 'over_the_top' and is_over then 'missed:over_the_top'
            when settled_by = 'over_the_top' then 'moving_away:over_the_top'
            -- a hole before the newest fact, also after the end
            when missing_years is not null then 'unrated:missing_years'
            -- over without its end fact
            when is_over and as_of - target_end > freshness_limit_days then 'no_data:never_published'
            when is_over then 'due:awaiting_end_fact'
            -- under way
            when counted_on is null then 'no_data:no_fact_since_start'
            when fact_age_months > 18 then 'unrated:stale_fact'
            when is_met then 'achieved:newest_fact_meets'
            when is_floor then 'moving_away:below_floor'
            when lacks_baseline then 'unrated:one_fact_no_baseline'
            when has_series_break then 'unrated:series_break'
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
        split_part(verdict, ':', 2) as reason_code
    from judged

)

select * from final

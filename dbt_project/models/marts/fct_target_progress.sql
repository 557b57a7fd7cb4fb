with

progress as (

    select * from {{ ref("int_target_status") }}

),

definitions as (

    select * from {{ ref("int_target_definitions") }}

),

flagged as (

    select
        progress.*,
        definitions.target_id is not null as is_of_two_definitions,
        progress.actual_value is not null
        and progress.value_precision > abs(progress.threshold_value - progress.actual_value)
        -- A count is a whole number: printed to the unit it is not rounded.
        and (progress.value_precision > 0.5 or progress.indicator_kind = 'ratio') as is_within_rounding,
        -- Growth goes by its own ratio: there is nothing beside it to disagree with.
        progress.rule != 'growth'
        and {{ pace_band("progress.pace") }} != {{ pace_band("progress.growth_ratio") }} as methods_disagree,
        progress.first_reached_on is not null
        and not progress.is_met
        and progress.rule not in ('yearly_floor', 'evidence') as is_lost_again
    from progress
    left join definitions
        on progress.target_id = definitions.target_id and progress.evaluation_date = definitions.evaluation_date

),

named as (

    select
        *,
        list_sort(list_filter(
            [
                if(is_approximate, 'approximate', null),
                if(is_floor, 'below_baseline', null),
                if(baseline_source = 'series', 'baseline_from_series', null),
                if(is_baseline_revised, 'baseline_in_series', null),
                if(is_end_inferred, 'end_inferred', null),
                if(has_conflict, 'fact_conflict', null),
                if(is_computed, 'derived_value', null),
                if(baseline_source = 'first_fact', 'first_fact_as_baseline', null),
                if(other_basis_value is not null, 'flows_and_stocks_differ', null),
                if(is_late, 'late', null),
                if(is_lost_again, 'lost_again', null),
                if(missing_years is not null, 'missing_years', null),
                if(is_over_the_top, 'over_the_top', null),
                if(review_state = 'proposed', 'proposed', null),
                if(has_series_break or is_of_two_definitions, 'series_break', null),
                if(missing_siblings is not null, 'siblings_missing', null),
                if(is_start_inferred, 'start_inferred', null),
                if(has_target_conflict, 'target_conflict', null),
                if(is_wider_scope, 'wider_scope', null),
                if(is_within_rounding, 'within_rounding', null),
                if(is_year_inferred, 'year_inferred', null),
                if(is_to_date_added, 'year_to_date_added', null)
            ],
            flag -> flag is not null
        )) as flag_names
    from flagged

),

final as (

    select
        target_id,
        evaluation_date,
        plan_id,
        indicator_id,
        region_id,
        region_code,
        target_type,
        sense as direction,
        review_state,
        coalesce(rule, 'none') as rule,
        status,
        reason_code,
        unit_base,
        value_unit,
        baseline_value,
        baseline_date,
        baseline_source,
        baseline_in_series,
        target_value,
        target_value_high,
        start_date,
        target_end,
        actual_value,
        if(actual_value is null, null, actual_period_end) as actual_period_end,
        required_value,
        attainment,
        progress,
        elapsed,
        pace,
        growth_actual,
        growth_required,
        growth_ratio,
        growth_still_required,
        growth_by_year,
        coalesce(methods_disagree, false) as methods_disagree,
        projected_value,
        projected_low,
        projected_high,
        if(projected_value is null, null, projection_method) as projection_method,
        cast(required_value - actual_value as decimal(28, 6)) as gap_to_path,
        cast(value_at_end - actual_value as decimal(28, 6)) as gap_to_target,
        known_sum,
        missing_years,
        broken_years,
        reference_value,
        rank_value,
        sibling_count,
        missing_siblings,
        other_basis_value,
        first_reached_on,
        reached_later_on,
        coalesce(observation_ids, cast([] as varchar[])) as observation_ids,
        cast(coalesce(len(observation_ids), 0) as integer) as fact_count,
        coalesce(evidence_ids, cast([] as varchar[])) as evidence_ids,
        task_state,
        cast(fact_age_months as integer) as fact_age_months,
        expected_source_id,
        as_of,
        array_to_string(flag_names, ',') as flags
    from named

)

select * from final

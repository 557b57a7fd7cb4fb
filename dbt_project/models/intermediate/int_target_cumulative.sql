with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family = 'cumulative'

),

sums as (

    select * from {{ ref("int_target_sums") }}

),

differences as (

    select * from {{ ref("int_target_stock_differences") }}

),

-- Flows first; stocks only where no flow is published.
chosen as (

    select
        dates.target_id,
        dates.evaluation_date,
        dates.sense,
        dates.target_value,
        dates.target_value_high,
        dates.is_capped,
        dates.start_date,
        dates.target_end,
        dates.is_over,
        dates.months_in_all,
        differences.target_id is not null and sums.target_id is null as is_by_stocks,
        if(is_by_stocks, differences.stock_difference, sums.flow_sum) as known_value,
        if(is_by_stocks, differences.value_precision, sums.value_precision) as value_precision,
        if(is_by_stocks, differences.counted_on, sums.counted_on) as counted_on,
        if(is_by_stocks, differences.period_end, sums.period_end) as actual_period_end,
        if(is_by_stocks, differences.first_reached_on, sums.first_reached_on) as first_reached_on,
        if(is_by_stocks, differences.reached_later_on, sums.reached_later_on) as reached_later_on,
        if(is_by_stocks, differences.has_conflict, sums.has_conflict) as has_conflict,
        coalesce(if(is_by_stocks, differences.has_series_break, sums.has_series_break), false) as has_series_break,
        if(is_by_stocks, differences.is_wider_scope, sums.is_wider_scope) as is_wider_scope,
        if(is_by_stocks, differences.is_computed, sums.is_computed) as is_computed,
        if(is_by_stocks, differences.observation_ids, sums.observation_ids) as observation_ids,
        if(is_by_stocks, differences.baseline_value, null) as baseline_value,
        if(is_by_stocks, differences.baseline_date, dates.start_date) as baseline_date,
        case
            when not is_by_stocks then null
            when differences.is_printed then 'printed'
            when differences.is_on_start then 'series'
            else 'first_fact'
        end as baseline_source,
        is_by_stocks and not differences.has_two_ends as lacks_baseline,
        sums.is_to_date_added,
        -- Once the target is over, what went before a stand-in for the first stock is as unknown as a missing year.
        case
            when not is_by_stocks then sums.missing_years
            when dates.is_over and not differences.is_on_start
                then array_to_string(generate_series(year(dates.start_date) + 1, year(differences.baseline_date)), ',')
        end as missing_years,
        case
            when
                differences.counted_on = sums.counted_on
                and differences.is_on_start
                and abs(differences.stock_difference - sums.flow_sum)
                > differences.value_precision + sums.value_precision
                then differences.stock_difference
        end as other_basis_value
    from dates
    left join sums
        on dates.target_id = sums.target_id and dates.evaluation_date = sums.evaluation_date
    left join differences
        on dates.target_id = differences.target_id and dates.evaluation_date = differences.evaluation_date

),

-- A sum with a hole in it is no figure, unless what is known settles the matter without the rest.
settled as (

    select
        *,
        coalesce(known_value > target_value_high, false) as is_over_the_top,
        case
            when is_capped and is_over_the_top and not (is_by_stocks and is_over) then 'over_the_top'
            when is_capped then null
            when sense = 'at_least' and not is_by_stocks and known_value >= target_value then 'sum_reached'
            when sense = 'at_most' and not (is_by_stocks and is_over) and known_value > target_value then 'over_the_top'
        end as settled_by,
        if(missing_years is null or settled_by is not null, known_value, null) as actual_value,
        if(
            counted_on > target_end,
            1,
            {{ whole_months("if(lacks_baseline, start_date, baseline_date)", "counted_on") }} / nullif(months_in_all, 0)
        ) as elapsed
    from chosen

),

final as (

    select
        target_id,
        evaluation_date,
        if(is_by_stocks, 'difference_of_stocks', 'sum_of_flows') as rule,
        if(lacks_baseline, null, baseline_value) as baseline_value,
        if(lacks_baseline, null, baseline_date) as baseline_date,
        if(lacks_baseline, null, baseline_source) as baseline_source,
        cast(actual_value as decimal(28, 6)) as actual_value,
        value_precision,
        target_value as threshold_value,
        actual_period_end,
        counted_on,
        if(actual_value is null, null, cast(target_value * elapsed as decimal(28, 6))) as required_value,
        target_value as value_at_end,
        actual_value / nullif(target_value, 0) as attainment,
        if(lacks_baseline or has_series_break, null, actual_value / nullif(target_value, 0)) as progress,
        elapsed,
        progress / nullif(elapsed, 0) as pace,
        case
            when missing_years is null and not lacks_baseline and not has_series_break
                then cast(actual_value / nullif(elapsed, 0) as decimal(28, 6))
        end as projected_value,
        'linear' as projection_method,
        coalesce(
            case
                when sense = 'at_most' then actual_value <= target_value
                else actual_value >= target_value and not (is_capped and is_over_the_top)
            end,
            false
        ) as is_met,
        coalesce(
            date_trunc('month', counted_on) = date_trunc('month', target_end)
            and (is_by_stocks or not is_to_date_added or counted_on = target_end),
            false
        ) as has_end_fact,
        settled_by,
        false as is_floor,
        false as is_by_requirement,
        true as can_be_achieved_early,
        false as is_wrong_way,
        is_over_the_top,
        coalesce(lacks_baseline, false) as lacks_baseline,
        missing_years,
        if(missing_years is null, null, cast(known_value as decimal(28, 6))) as known_sum,
        other_basis_value,
        coalesce(is_to_date_added, false) as is_to_date_added,
        first_reached_on,
        reached_later_on,
        coalesce(observation_ids, cast([] as varchar[])) as observation_ids,
        coalesce(has_conflict, false) as has_conflict,
        coalesce(is_wider_scope, false) as is_wider_scope,
        coalesce(is_computed, false) as is_computed,
        has_series_break
    from settled

)

select * from final

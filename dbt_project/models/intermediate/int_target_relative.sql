with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family = 'relative'

),

own_facts as (

    select * from {{ ref("int_target_facts") }}
    where fact_role in ('flow', 'stock')

),

facts as (

    select * from {{ ref("int_measured_facts") }}
    where breakdown = 'total'

),

regions as (

    select * from {{ ref("regions") }}

),

-- What the region above had in the same period: the average that a promise to be above the average speaks of.
reference_facts as (

    select
        dates.target_id,
        dates.evaluation_date,
        {{ counted_on("dates.right_kind", "facts.period_end") }} as counted_on,
        facts.value,
        facts.pace_break_on,
        facts.observation_ids,
        facts.is_computed
    from dates
    inner join regions on dates.region_id = regions.region_id
    inner join facts
        on
            regions.parent_region_id = facts.region_id
            and dates.indicator_id = facts.indicator_id
            and dates.value_unit = facts.unit_base
    where
        facts.vintage_on <= dates.as_of
        and facts.period_end <= dates.last_usable_day
        and {{ is_comparable("dates.indicator_kind", "facts.period_kind", "counted_on") }}
    qualify
        row_number() over (
            partition by dates.target_id, dates.evaluation_date, counted_on
            order by {{ period_kind_order("facts.period_kind") }} asc
        ) = 1

),

usable as (

    select
        dates.evaluation_date,
        own_facts.*
    from dates
    inner join own_facts on dates.target_id = own_facts.target_id
    where own_facts.period_end <= dates.last_usable_day and (own_facts.is_since_start or own_facts.is_on_start)

),

pairs as (

    select
        usable.*,
        reference_facts.value as reference_value,
        reference_facts.pace_break_on as reference_break_on,
        usable.is_computed or reference_facts.is_computed as is_pair_computed,
        list_concat(usable.observation_ids, reference_facts.observation_ids) as pair_observation_ids
    from usable
    inner join reference_facts
        on
            usable.target_id = reference_facts.target_id
            and usable.evaluation_date = reference_facts.evaluation_date
            and usable.counted_on = reference_facts.counted_on

),

newest as (

    select * from pairs
    where is_since_start
    qualify row_number() over (partition by target_id, evaluation_date order by counted_on desc, fact_role asc) = 1

),

oldest as (

    select * from pairs
    qualify row_number() over (partition by target_id, evaluation_date order by counted_on asc, fact_role asc) = 1

),

silent as (

    select
        target_id,
        evaluation_date,
        max(counted_on) as own_counted_on
    from usable
    where is_since_start
    group by all

),

compared as (

    select
        dates.target_id,
        dates.evaluation_date,
        dates.target_end,
        dates.start_date,
        dates.sense,
        dates.target_type = 'annual_growth_rate' as is_growth,
        newest.value as actual_value,
        newest.value_precision,
        newest.period_end as actual_period_end,
        newest.counted_on,
        newest.reference_value,
        newest.has_conflict,
        newest.is_wider_scope,
        newest.is_pair_computed,
        newest.pair_observation_ids,
        silent.own_counted_on,
        if(
            is_growth and (oldest.is_on_start or {{ whole_months("oldest.counted_on", "newest.counted_on") }} >= 12),
            oldest.counted_on,
            null
        ) as baseline_date,
        if(baseline_date is null, null, oldest.value) as baseline_value,
        if(baseline_date is null, null, oldest.reference_value) as reference_baseline,
        if(baseline_date is null, null, if(oldest.is_on_start, 'series', 'first_fact')) as baseline_source,
        if(baseline_date is null, null, oldest.pair_observation_ids) as baseline_observation_ids,
        -- Growth is not taken across a break; a level on another base than the region above is told.
        if(
            is_growth,
            baseline_date is not null
            and (
                oldest.pace_break_on is distinct from newest.pace_break_on
                or oldest.reference_break_on is distinct from newest.reference_break_on
            ),
            newest.pace_break_on is distinct from newest.reference_break_on
        ) as has_series_break,
        {{ whole_months("baseline_date", "newest.counted_on") }} as months_gone
    from dates
    left join newest
        on dates.target_id = newest.target_id and dates.evaluation_date = newest.evaluation_date
    left join oldest
        on dates.target_id = oldest.target_id and dates.evaluation_date = oldest.evaluation_date
    left join silent
        on dates.target_id = silent.target_id and dates.evaluation_date = silent.evaluation_date

),

grown as (

    select
        *,
        if(is_growth, baseline_value <= 0 or reference_baseline <= 0, false) as is_from_zero,
        case
            when is_growth and not has_series_break
                then {{ yearly_growth("baseline_value", "actual_value", "months_gone") }}
        end as growth_actual,
        case
            when is_growth and not has_series_break
                then {{ yearly_growth("reference_baseline", "reference_value", "months_gone") }}
        end as growth_of_reference,
        case
            when is_growth then baseline_value * pow(1 + growth_of_reference, months_gone / 12.0)
            else reference_value
        end as required_exactly
    from compared

),

final as (

    select
        target_id,
        evaluation_date,
        'above_parent' as rule,
        baseline_value,
        baseline_date,
        baseline_source,
        actual_value,
        value_precision,
        required_exactly as threshold_value,
        actual_period_end,
        coalesce(counted_on, own_counted_on) as counted_on,
        cast(required_exactly as decimal(28, 6)) as required_value,
        {{ whole_months("coalesce(baseline_date, start_date)", "counted_on") }}
        / nullif({{ whole_months("coalesce(baseline_date, start_date)", "target_end") }}, 0) as elapsed,
        growth_actual,
        growth_of_reference as growth_required,
        growth_actual / nullif(growth_of_reference, 0) as growth_ratio,
        -- Above is more than equal; where less is better, below.
        coalesce(
            case
                when is_growth and sense = 'at_most' then round(growth_actual - growth_of_reference, 9) < 0
                when is_growth then round(growth_actual - growth_of_reference, 9) > 0
                when sense = 'at_most' then actual_value < reference_value
                else actual_value > reference_value
            end,
            false
        ) as is_met,
        coalesce(date_trunc('month', counted_on) = date_trunc('month', target_end), false) as has_end_fact,
        case
            when coalesce(is_from_zero, false) then 'zero_baseline'
            when counted_on is null and own_counted_on is not null then 'reference_missing'
        end as settled_by,
        true as is_by_requirement,
        false as can_be_achieved_early,
        is_growth and counted_on is not null and baseline_date is null as lacks_baseline,
        (is_growth and (growth_actual is null or growth_of_reference is null)) or counted_on is null as is_undecided,
        cast(reference_value as decimal(28, 6)) as reference_value,
        list_concat(
            coalesce(baseline_observation_ids, cast([] as varchar[])),
            coalesce(pair_observation_ids, cast([] as varchar[]))
        ) as observation_ids,
        coalesce(has_conflict, false) as has_conflict,
        coalesce(is_wider_scope, false) as is_wider_scope,
        coalesce(is_pair_computed, false) as is_computed,
        has_series_break
    from grown

)

select * from final

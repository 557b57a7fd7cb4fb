with

targets as (

    select * from {{ ref("int_targets") }}

),

plans as (

    select * from {{ ref("stg_plans") }}

),

indicators as (

    select * from {{ ref("indicators") }}

),

region_codes as (

    select
        region_id,
        cast(code as varchar) as code,
        cast(valid_from as integer) as valid_from,
        cast(valid_to as integer) as valid_to
    from {{ ref("region_codes") }}

),

described as (

    select
        targets.*,
        plans.period_start as plan_period_start,
        plans.period_end as plan_period_end,
        indicators.kind as indicator_kind,
        indicators.unit_base as indicator_unit,
        indicators.right_kind,
        -- The first year of the promise, by which a code is read and from which an unstated baseline year follows.
        coalesce(targets.period_start_year, plans.period_start, year(plans.issued_on)) as first_year
    from targets
    left join plans on targets.plan_id = plans.plan_id
    left join indicators on targets.indicator_id = indicators.indicator_id

),

-- A code can have meant another region in other years: the one valid in the first year of the promise, else the latest.
located as (

    select
        described.*,
        region_codes.region_id
    from described
    left join region_codes on described.region_code = region_codes.code
    qualify
        row_number() over (
            partition by described.target_id
            order by
                coalesce(
                    described.first_year >= coalesce(region_codes.valid_from, 0)
                    and described.first_year <= coalesce(region_codes.valid_to, 9999),
                    false
                ) desc,
                region_codes.valid_from desc nulls last,
                region_codes.region_id asc
        ) = 1

),

-- A count over a range or over items is a sum where it counts what is done in a period, else a level. What is compared with
-- the region above has no value of its own.
ruled as (

    select
        *,
        case
            when target_type = 'rank' then 'rank'
            when target_type = 'milestone' then 'evidence'
            -- Growth of a rate could mean points or per cent; one that is no percentage means neither.
            when target_type = 'annual_growth_rate' and (indicator_unit = '%' or unit_base != '%') then null
            when condition = 'above_parent' and target_value is null then 'relative'
            when target_type = 'annual_growth_rate' then 'growth'
            when target_type = 'annual_floor' then 'yearly_floor'
            when target_type = 'directional' then 'direction'
            when target_type = 'share_threshold' then 'threshold'
            when target_type = 'cumulative_over_period' then 'cumulative'
            when target_type in ('range', 'compound') and indicator_kind = 'flow' then 'cumulative'
            when target_type = 'compound' then 'count'
            when target_type in ('level_at_date', 'ratio_level', 'range') then 'level'
        end as rule_family,
        case when direction in ('at_most', 'decrease') then 'at_most' else 'at_least' end as sense,
        case
            when part_of_target_id is not null then 'part_of_compound'
            when target_type = 'rank' and target_value is null then 'rank_without_k'
            when rule_family in ('direction', 'evidence', 'relative') then null
            when target_value is null then 'vague_quantity'
        end as unmeasurable_reason,
        -- Rates are promised, but figures in the indicator's own unit are compared.
        if(rule_family in ('growth', 'direction', 'relative'), indicator_unit, unit_base) as value_unit,
        case
            when rule_family = 'growth'
                then if(direction = 'decrease', -abs(target_value), target_value) / 100.0
        end as required_growth,
        target_value_high_printed * (target_value / nullif(target_value_printed, 0)) as target_value_high,
        coalesce(condition = 'capped', false) as is_capped,
        coalesce(condition = 'keep', false) as is_kept,
        make_date(coalesce(baseline_year, first_year - 1), 12, 31) as start_date,
        baseline_year is null as is_start_inferred,
        coalesce(target_date, make_date(target_year, 12, 31)) as stated_end
    from located

),

-- A promise without a year of its own is held against the end of its plan.
ended as (

    select
        *,
        coalesce(stated_end, make_date(plan_period_end, 12, 31)) as target_end
    from ruled

),

final as (

    select
        target_id,
        plan_id,
        plan_period_start,
        plan_period_end,
        indicator_id,
        indicator_kind,
        right_kind,
        region_id,
        region_code,
        unit_base,
        value_unit,
        target_type,
        rule_family,
        sense,
        unmeasurable_reason,
        target_value,
        cast(target_value_high as decimal(28, 6)) as target_value_high,
        is_capped,
        is_kept,
        required_growth,
        baseline_value as printed_baseline,
        {{ printed_half_unit(plain_number("baseline_value_printed"), "null") }}
        * (baseline_value / nullif(baseline_value_printed, 0)) as printed_baseline_half_unit,
        start_date,
        is_start_inferred,
        target_end,
        stated_end is null and target_end is not null as is_end_inferred,
        {{ whole_months("start_date", "target_end") }} as months_in_all,
        is_approximate,
        is_year_inferred,
        conflict_note is not null as has_target_conflict,
        review_state
    from ended

)

select * from final

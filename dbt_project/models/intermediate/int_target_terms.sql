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

ruled as (

    select
        *,
        case
            when target_type in ('level_at_date', 'ratio_level') then 'level'
            when target_type = 'cumulative_over_period' then 'cumulative'
        end as rule_family,
        case when direction in ('at_most', 'decrease') then 'at_most' else 'at_least' end as sense,
        case
            when part_of_target_id is not null then 'part_of_compound'
            when target_type = 'rank' and target_value is null then 'rank_without_k'
            when target_type in ('directional', 'milestone') then null
            when target_value is null then 'vague_quantity'
        end as unmeasurable_reason,
        make_date(coalesce(baseline_year, first_year - 1), 12, 31) as start_date,
        baseline_year is null as is_start_inferred,
        coalesce(target_date, make_date(target_year, 12, 31)) as stated_end
    from located

),

-- A promise without a year of its own, that a rule can measure, is held against the end of its plan.
ended as (

    select
        *,
        coalesce(
            stated_end,
            case when rule_family is not null then make_date(plan_period_end, 12, 31) end
        ) as target_end
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
        target_type,
        rule_family,
        sense,
        unmeasurable_reason,
        target_value,
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

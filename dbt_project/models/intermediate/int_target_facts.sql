with

terms as (

    select * from {{ ref("int_target_terms") }}

),

facts as (

    select * from {{ ref("int_measured_facts") }}

),

scopes as (

    select * from {{ ref("stg_target_scopes") }}

),

-- What may answer a promise: its own indicator, or one of wider scope; its own may be the wider one.
answers as (

    select
        terms.target_id,
        terms.indicator_id,
        scopes.target_id is not null as is_wider_scope
    from terms
    left join scopes
        on terms.target_id = scopes.target_id and terms.indicator_id = scopes.wider_indicator_id
    union all
    select
        terms.target_id,
        scopes.wider_indicator_id as indicator_id,
        true as is_wider_scope
    from terms
    inner join scopes
        on terms.target_id = scopes.target_id and terms.indicator_id != scopes.wider_indicator_id

),

-- Publication is bounded by the as-of date here; the evaluation date bounds the period where the fact is used.
candidates as (

    select
        terms.target_id,
        terms.rule_family,
        terms.indicator_kind,
        terms.sense,
        terms.target_value,
        if(terms.is_capped, terms.target_value_high, null) as value_cap,
        terms.start_date,
        answers.is_wider_scope,
        facts.observation_ids,
        facts.is_computed,
        coalesce(facts.publisher_rank = {{ var("rank_restated_in_plan") }}, false) as is_restated_in_plan,
        facts.period_kind,
        facts.period_end,
        -- The sum over some years is no running total: the difference of two would mean nothing.
        coalesce(facts.period_start = facts.period_end, true) as is_running_total,
        facts.value,
        coalesce(facts.precision, 0) as value_precision,
        facts.conflict_count > 0 as has_conflict,
        facts.pace_break_on,
        {{ counted_on("terms.right_kind", "facts.period_end") }} as counted_on
    from terms
    inner join answers on terms.target_id = answers.target_id
    inner join facts
        on
            answers.indicator_id = facts.indicator_id
            and terms.region_id = facts.region_id
            and terms.value_unit = facts.unit_base
    where
        terms.rule_family is not null
        and facts.breakdown = 'total'
        and facts.vintage_on <= {{ as_of_date() }}

),

described as (

    select
        *,
        counted_on > start_date as is_since_start,
        {{ is_comparable("indicator_kind", "period_kind", "counted_on") }} as is_comparable,
        case
            when sense = 'at_most' then value <= target_value
            else value >= target_value and coalesce(value <= value_cap, true)
        end as is_met
    from candidates

),

-- flow is a whole year, flow_to_date the part of a year so far, stock a state on a day.
with_roles as (

    select
        *,
        case
            when is_comparable then if(indicator_kind = 'flow', 'flow', 'stock')
            when indicator_kind = 'flow' and period_kind = 'year_to_date' then 'flow_to_date'
            when indicator_kind = 'flow' and rule_family = 'cumulative' and period_kind = 'cumulative' and is_running_total
                then 'stock'
        end as fact_role
    from described

),

-- A wider scope answers only where the own one is silent, and then alone: the two are never mixed.
scoped as (

    select *
    from with_roles
    where fact_role is not null
    qualify
        is_wider_scope = (
            bool_or(is_wider_scope and is_since_start) over (partition by target_id)
            and not bool_or(not is_wider_scope and is_since_start) over (partition by target_id)
        )

),

-- One fact per day: what an office published before what a plan restates, a state itself before a total that ends on that day,
-- then the more precise one.
final as (

    select
        target_id,
        fact_role,
        counted_on,
        observation_ids,
        is_computed,
        period_end,
        value,
        value_precision,
        is_since_start,
        counted_on = start_date as is_on_start,
        is_met,
        is_wider_scope,
        has_conflict,
        pace_break_on
    from scoped
    qualify
        row_number() over (
            partition by target_id, fact_role, counted_on
            order by
                is_restated_in_plan asc,
                {{ period_kind_order("period_kind") }} asc,
                period_end desc,
                value_precision asc,
                observation_ids[1] asc
        ) = 1

)

select * from final

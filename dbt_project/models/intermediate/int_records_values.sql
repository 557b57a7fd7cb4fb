with

records as (

    select * from {{ ref("stg_records") }}

),

measures as (

    select * from {{ ref("int_records_indicators") }}

),

indicators as (

    select * from {{ ref("indicators") }}

),

units as (

    select distinct
        {{ unit_key("unit_label") }} as unit_key,
        unit_base,
        factor
    from {{ ref("units") }}

),

joined as (

    select
        records.record_id,
        records.period_kind as printed_kind,
        records.period_start as printed_start,
        records.period_end as printed_end,
        records.period like '%..%' as has_printed_start,
        records.value,
        records.half_unit,
        nullif({{ unit_key("records.unit_label") }}, '') as unit_key,
        -- A page that prints the days of the trademark calendar itself needs no rule.
        case
            when
                measures.period_rule != 'trademark_calendar'
                or (day(records.period_start) = 1 and records.period_end = last_day(records.period_end))
                then measures.period_rule
        end as period_rule,
        indicators.kind as indicator_kind,
        indicators.unit_base,
        units.unit_base as printed_base,
        units.factor
    from records
    inner join measures on records.record_id = measures.record_id
    inner join indicators on measures.indicator_id = indicators.indicator_id
    left join units on nullif({{ unit_key("records.unit_label") }}, '') = units.unit_key

),

shifted as (

    select
        *,
        case
            when period_rule = 'trademark_calendar'
                then cast(date_trunc('month', printed_start) - interval 1 month + interval 15 day as date)
            when period_rule = 'last_communique' then {{ last_communique_date("printed_end") }}
            else printed_start
        end as rule_start,
        case
            when period_rule = 'trademark_calendar' then cast(date_trunc('month', printed_end) + interval 14 day as date)
            when period_rule = 'last_communique' then {{ last_communique_date("printed_end") }}
            else printed_end
        end as rule_end,
        case
            when indicator_kind = 'stock' or period_rule = 'last_communique' then 'point_in_time'
            when printed_kind is not null then printed_kind
            when {{ covers_year("printed_start", "printed_end") }} then 'year'
            when date_trunc('month', printed_start) = date_trunc('month', printed_end) and printed_start < printed_end
                then 'month'
            when printed_start = date_trunc('year', printed_end) then 'year_to_date'
        end as period_kind
    from joined

),

converted as (

    select
        *,
        case
            when unit_key is null and ({{ is_counter("unit_base") }} or indicator_kind = 'rank') then 1
            when unit_key is null or factor is null then null
            when printed_base = unit_base then factor
            -- 8.14件 of 每万人口…: the denominator stands in the name of the measure
            when indicator_kind = 'ratio' and printed_base = split_part(unit_base, '/', 1) and unit_base like '%/%' then factor
            when {{ is_counter("unit_base") }} and {{ is_counter("printed_base") }} then factor
        end as used_factor
    from shifted

),

final as (

    select
        record_id,
        case
            when used_factor is not null then 'resolved'
            when unit_key is null then 'missing_unit'
            when printed_base is null then 'unmapped_unit'
            else 'unit_mismatch'
        end as unit_status,
        unit_base,
        {{ times_factor("value", "used_factor") }} as value_base,
        {{ times_factor("half_unit", "used_factor") }} as half_unit_base,
        case
            when rule_end is null then 'no_period'
            when period_kind is null then 'period_does_not_fit'
            when indicator_kind = 'flow' and period_kind = 'point_in_time' then 'period_does_not_fit'
            -- What came about in several years is not how many there are.
            when indicator_kind = 'stock' and printed_kind = 'cumulative' and has_printed_start then 'period_does_not_fit'
            when not {{ kind_fits_span("printed_kind", "printed_start", "printed_end") }} then 'period_does_not_fit'
            else 'resolved'
        end as period_status,
        period_kind,
        case
            when period_kind = 'point_in_time' or (period_kind = 'cumulative' and not has_printed_start) then rule_end
            else rule_start
        end as period_start,
        rule_end as period_end,
        coalesce(period_rule = 'last_communique', false) as is_inferred_period,
        unit_key is null as is_unit_unprinted
    from converted

)

select * from final

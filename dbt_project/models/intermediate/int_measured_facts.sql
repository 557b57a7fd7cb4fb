with

facts as (

    select * from {{ ref("fct_region_indicator") }}

),

derived_indicators as (

    select * from {{ ref("int_derived_values") }}
    where value is not null

),

indicators as (

    select * from {{ ref("indicators") }}

),

-- A published figure of the same day goes before a computed one, also where it is printed for the year.
computed as (

    select derived_indicators.*
    from derived_indicators
    anti join facts
        on
            derived_indicators.region_id = facts.region_id
            and derived_indicators.indicator_id = facts.indicator_id
            and derived_indicators.period_end = facts.period_end
            and facts.breakdown = 'total'
            and facts.period_kind in (derived_indicators.period_kind, 'year', 'point_in_time')

),

final as (

    select
        region_id,
        region_code,
        indicator_id,
        breakdown,
        period_kind,
        period_start,
        period_end,
        period,
        value,
        unit_base,
        precision,
        [observation_id] as observation_ids,
        conflict_count,
        vintage_on,
        pace_break_on,
        series_id,
        source_id,
        publisher_rank,
        is_repeated_region,
        false as is_computed
    from facts

    union all by name

    select
        computed.region_id,
        computed.region_code,
        computed.indicator_id,
        'total' as breakdown,
        computed.period_kind,
        computed.period_start,
        computed.period_end,
        computed.period,
        computed.value,
        indicators.unit_base,
        computed.precision,
        [computed.numerator_observation_id, computed.denominator_observation_id] as observation_ids,
        computed.conflict_count,
        computed.vintage_on,
        computed.pace_break_on,
        computed.series_id,
        computed.source_id,
        computed.publisher_rank,
        computed.is_repeated_region,
        true as is_computed
    from computed
    inner join indicators on computed.indicator_id = indicators.indicator_id

)

select * from final

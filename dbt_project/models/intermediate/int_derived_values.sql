with

facts as (

    select * from {{ ref("fct_region_indicator") }}
    where breakdown = 'total'

),

derivations as (

    select * from {{ ref("derived_indicators") }}

),

numerators as (

    select
        derivations.indicator_id,
        derivations.factor,
        derivations.denominator_rule,
        derivations.denominator_indicator_id,
        facts.*
    from derivations
    inner join facts on derivations.numerator_indicator_id = facts.indicator_id

),

-- The denominator that the definition asks for; of several year-ends the newest.
paired as (

    select
        numerators.indicator_id,
        numerators.region_id,
        numerators.region_code,
        numerators.period_kind,
        numerators.period_start,
        numerators.period_end,
        numerators.period,
        numerators.factor,
        numerators.denominator_rule,
        numerators.denominator_indicator_id,
        numerators.value as numerator_value,
        numerators.precision as numerator_precision,
        numerators.observation_id as numerator_observation_id,
        numerators.pace_break_on as numerator_break_on,
        numerators.series_id as numerator_series_id,
        numerators.vintage_on as numerator_vintage_on,
        numerators.source_id,
        numerators.publisher_rank,
        numerators.is_repeated_region,
        numerators.conflict_count,
        denominators.value as denominator_value,
        denominators.precision as denominator_precision,
        denominators.observation_id as denominator_observation_id,
        denominators.period as denominator_period,
        denominators.period_end as denominator_period_end,
        denominators.pace_break_on as denominator_break_on,
        denominators.series_id as denominator_series_id,
        denominators.vintage_on as denominator_vintage_on,
        coalesce(denominators.conflict_count, 0) as denominator_conflict_count
    from numerators
    left join facts as denominators
        on
            numerators.denominator_indicator_id = denominators.indicator_id
            and numerators.region_id = denominators.region_id
            and (
                (
                    numerators.denominator_rule = 'same_period'
                    and numerators.period_kind = denominators.period_kind
                    and numerators.period_start = denominators.period_start
                    and numerators.period_end = denominators.period_end
                )
                or (
                    numerators.denominator_rule = 'newest_year_end'
                    and denominators.period_kind = 'point_in_time'
                    and month(denominators.period_end) = 12
                    and day(denominators.period_end) = 31
                    and numerators.period_end >= denominators.period_end
                    and numerators.period_end - interval 2 year <= denominators.period_end
                )
            )
    qualify
        row_number() over (
            partition by
                numerators.indicator_id, numerators.region_id, numerators.period_kind, numerators.period_start,
                numerators.period_end
            order by denominators.period_end desc nulls last
        ) = 1

),

-- Pages that are out before the residents of their own year-end divide by those of the year before.
with_earlier as (

    select
        paired.*,
        earlier_denominators.value as earlier_denominator_value
    from paired
    left join facts as earlier_denominators
        on
            paired.denominator_rule = 'newest_year_end'
            and paired.denominator_indicator_id = earlier_denominators.indicator_id
            and paired.region_id = earlier_denominators.region_id
            and earlier_denominators.period_kind = 'point_in_time'
            and {{ year_before("paired.denominator_period_end") }} = earlier_denominators.period_end

),

final as (

    select
        indicator_id,
        region_id,
        region_code,
        period_kind,
        period_start,
        period_end,
        period,
        numerator_value,
        numerator_observation_id,
        denominator_value,
        denominator_observation_id,
        denominator_period,
        if(denominator_value > 0, {{ quotient("numerator_value", "denominator_value", "factor") }}, null) as value,
        if(
            denominator_value > 0,
            {{ quotient_half_unit(
                "numerator_value", "numerator_precision", "denominator_value", "denominator_precision", "factor"
            ) }},
            null
        ) as precision,
        if(
            earlier_denominator_value > 0, {{ quotient("numerator_value", "earlier_denominator_value", "factor") }}, null
        ) as value_on_earlier_denominator,
        case
            when denominator_value is null then 'no_denominator'
            when denominator_value <= 0 then 'zero_base'
        end as reason,
        greatest(numerator_break_on, denominator_break_on) as pace_break_on,
        concat_ws('/', numerator_series_id, denominator_series_id) as series_id,
        greatest(numerator_vintage_on, denominator_vintage_on) as vintage_on,
        numerator_vintage_on,
        source_id,
        publisher_rank,
        is_repeated_region,
        conflict_count + denominator_conflict_count as conflict_count
    from with_earlier

)

select * from final

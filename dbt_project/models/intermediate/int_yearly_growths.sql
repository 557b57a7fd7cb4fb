with

amounts as (

    select * from {{ ref("int_amounts") }}

),

comparisons as (

    select * from {{ ref("int_published_comparisons") }}
    where comparison = 'yearly_growth'

),

final as (

    select
        later.region_id,
        later.region_code,
        later.indicator_id,
        'yearly_growth' as measure,
        later.period_kind,
        later.period_start,
        later.period_end,
        later.period,
        case
            when earlier.observation_id is null then 'no_earlier_figure'
            when earlier.value <= 0 then 'zero_base'
            when (later.pace_break_on is distinct from earlier.pace_break_on) then 'series_break'
        end as reason,
        -- From the difference, so that a growth of nothing is nothing.
        if(reason is null, {{ quotient("later.value - earlier.value", "earlier.value", 100) }}, null) as value,
        '%' as unit,
        if(
            reason is null,
            {{ quotient_half_unit("later.value", "later.precision", "earlier.value", "earlier.precision", 100) }},
            null
        ) as precision,
        later.value as numerator_value,
        later.observation_id as numerator_observation_id,
        earlier.value as denominator_value,
        earlier.observation_id as denominator_observation_id,
        earlier.period as denominator_period,
        comparisons.value as published_value,
        comparisons.precision as published_precision,
        comparisons.record_id as published_record_id,
        cast(null as varchar) as published_note,
        {{ parts_note("later", "earlier") }} as parts_note,
        greatest(later.vintage_on, earlier.vintage_on, comparisons.vintage_on) as vintage_on
    from amounts as later
    left join amounts as earlier
        on
            later.region_id = earlier.region_id
            and later.indicator_id = earlier.indicator_id
            and {{ is_a_year_before("earlier", "later") }}
    left join comparisons
        on
            later.region_id = comparisons.region_id
            and later.indicator_id = comparisons.indicator_id
            and later.period_kind = comparisons.period_kind
            and later.period_start = comparisons.period_start
            and later.period_end = comparisons.period_end
    where earlier.observation_id is not null or comparisons.record_id is not null

)

select * from final

with

facts as (

    select * from {{ ref("fct_region_indicator") }}
    where breakdown = 'total' and not is_repeated_region

),

comparisons as (

    select * from {{ ref("int_published_comparisons") }}
    where comparison = 'yearly_growth'

),

indicators as (

    select * from {{ ref("indicators") }}

),

-- Counts and sums have a growth; that of a rate could mean points.
amounts as (

    select facts.*
    from facts
    inner join indicators on facts.indicator_id = indicators.indicator_id
    where indicators.kind in ('flow', 'stock')

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
        if(
            reason is null,
            cast(
                (cast(later.value as double) / nullif(cast(earlier.value as double), 0) - 1) * 100 as decimal(28, 6)
            ),
            null
        ) as value,
        '%' as unit,
        if(
            reason is null,
            cast(
                100 * (later.precision / nullif(earlier.value, 0))
                + 100 * later.value * earlier.precision / pow(nullif(cast(earlier.value as double), 0), 2) as decimal(28, 6)
            ),
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
        -- Two series without a jump between them, or two publishers: a difference may be theirs.
        case
            when reason is not null then null
            when (later.series_id is distinct from earlier.series_id) then 'other_series'
            when (later.source_id is distinct from earlier.source_id) then 'other_source'
        end as parts_note,
        greatest(later.vintage_on, earlier.vintage_on, comparisons.vintage_on) as vintage_on
    from amounts as later
    left join amounts as earlier
        on
            later.region_id = earlier.region_id
            and later.indicator_id = earlier.indicator_id
            and later.period_kind = earlier.period_kind
            and {{ year_before("later.period_end") }} = earlier.period_end
            and (
                later.period_kind in ('point_in_time', 'cumulative')
                or cast(later.period_start - interval 1 year as date) = earlier.period_start
            )
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

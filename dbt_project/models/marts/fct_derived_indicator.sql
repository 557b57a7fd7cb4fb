with

facts as (

    select * from {{ ref("fct_region_indicator") }}
    where breakdown = 'total' and not is_repeated_region

),

amounts as (

    select * from {{ ref("int_amounts") }}

),

derived_values as (

    select * from {{ ref("int_derived_values") }}
    where not is_repeated_region

),

growths as (

    select * from {{ ref("int_yearly_growths") }}

),

comparisons as (

    select * from {{ ref("int_published_comparisons") }}

),

indicators as (

    select * from {{ ref("indicators") }}

),

regions as (

    select * from {{ ref("regions") }}

),

-- One indicator over another, beside the published value of the same day.
ratios as (

    select
        derived_values.region_id,
        derived_values.region_code,
        derived_values.indicator_id,
        'value' as measure,
        derived_values.period_kind,
        derived_values.period_start,
        derived_values.period_end,
        derived_values.period,
        derived_values.value,
        indicators.unit_base as unit,
        derived_values.precision,
        derived_values.reason,
        derived_values.numerator_value,
        derived_values.numerator_observation_id,
        derived_values.denominator_value,
        derived_values.denominator_observation_id,
        derived_values.denominator_period,
        facts.value as published_value,
        facts.precision as published_precision,
        facts.observation_id as published_record_id,
        -- Why the two differ by more than printed digits, where that can be told.
        case
            when abs(derived_values.value - facts.value) <= derived_values.precision + facts.precision then null
            when
                abs(derived_values.value_on_earlier_denominator - facts.value)
                <= derived_values.precision + facts.precision
                then 'earlier_denominator'
            when
                derived_values.value is not null
                and (facts.pace_break_on is distinct from derived_values.pace_break_on)
                then 'other_base'
        end as published_note,
        cast(null as varchar) as parts_note,
        if(derived_values.value is null, derived_values.numerator_vintage_on, derived_values.vintage_on) as vintage_on
    from derived_values
    inner join indicators on derived_values.indicator_id = indicators.indicator_id
    left join facts
        on
            derived_values.region_id = facts.region_id
            and derived_values.indicator_id = facts.indicator_id
            and derived_values.period_end = facts.period_end
            and facts.period_kind in (derived_values.period_kind, 'year', 'point_in_time')
    qualify
        row_number() over (
            partition by
                derived_values.region_id, derived_values.indicator_id, derived_values.period_kind,
                derived_values.period_start, derived_values.period_end
            order by (derived_values.period_kind = facts.period_kind) desc, facts.observation_id asc
        ) = 1

),

shares as (

    select
        parts.region_id,
        parts.region_code,
        parts.indicator_id,
        'share_of_parent' as measure,
        parts.period_kind,
        parts.period_start,
        parts.period_end,
        parts.period,
        case
            when wholes.value <= 0 then 'zero_base'
            when (parts.pace_break_on is distinct from wholes.pace_break_on) then 'series_break'
        end as reason,
        if(reason is null, {{ quotient("parts.value", "wholes.value", 100) }}, null) as value,
        '%' as unit,
        if(
            reason is null,
            {{ quotient_half_unit("parts.value", "parts.precision", "wholes.value", "wholes.precision", 100) }},
            null
        ) as precision,
        parts.value as numerator_value,
        parts.observation_id as numerator_observation_id,
        wholes.value as denominator_value,
        wholes.observation_id as denominator_observation_id,
        wholes.period as denominator_period,
        comparisons.value as published_value,
        comparisons.precision as published_precision,
        comparisons.record_id as published_record_id,
        -- A page seldom says of what whole its share is.
        if(comparisons.record_id is null, null, 'whole_not_stated') as published_note,
        {{ parts_note("parts", "wholes") }} as parts_note,
        greatest(parts.vintage_on, wholes.vintage_on, comparisons.vintage_on) as vintage_on
    from amounts as parts
    inner join regions on parts.region_id = regions.region_id
    inner join amounts as wholes
        on
            regions.parent_region_id = wholes.region_id
            and parts.indicator_id = wholes.indicator_id
            and parts.period_kind = wholes.period_kind
            and parts.period_start = wholes.period_start
            and parts.period_end = wholes.period_end
    left join comparisons
        on
            parts.region_id = comparisons.region_id
            and parts.indicator_id = comparisons.indicator_id
            and parts.period_kind = comparisons.period_kind
            and parts.period_start = comparisons.period_start
            and parts.period_end = comparisons.period_end
            and comparisons.comparison = 'share_of_parent'

),

-- The second half of a year is the year less its first half, both of one source; quarters are facts of their own.
halves as (

    select
        years.region_id,
        years.region_code,
        years.indicator_id,
        'half_year' as measure,
        'half_year' as period_kind,
        cast(halves_so_far.period_end + 1 as date) as period_start,
        years.period_end,
        {{ readable_period("cast(halves_so_far.period_end + 1 as date)", "years.period_end") }} as period,
        case
            when (years.pace_break_on is distinct from halves_so_far.pace_break_on) then 'series_break'
            when years.value < halves_so_far.value then 'negative'
        end as reason,
        if(reason is null, cast(years.value - halves_so_far.value as decimal(28, 6)), null) as value,
        years.unit_base as unit,
        if(reason is null, cast(years.precision + halves_so_far.precision as decimal(28, 6)), null) as precision,
        years.value as numerator_value,
        years.observation_id as numerator_observation_id,
        halves_so_far.value as denominator_value,
        halves_so_far.observation_id as denominator_observation_id,
        halves_so_far.period as denominator_period,
        cast(null as decimal(28, 6)) as published_value,
        cast(null as decimal(28, 6)) as published_precision,
        cast(null as varchar) as published_record_id,
        cast(null as varchar) as published_note,
        {{ parts_note("years", "halves_so_far") }} as parts_note,
        greatest(years.vintage_on, halves_so_far.vintage_on) as vintage_on
    from amounts as years
    inner join amounts as halves_so_far
        on
            years.region_id = halves_so_far.region_id
            and years.indicator_id = halves_so_far.indicator_id
            and years.source_id = halves_so_far.source_id
            and years.period_start = halves_so_far.period_start
            and halves_so_far.period_kind = 'year_to_date'
            and {{ month_count("halves_so_far.period_start", "halves_so_far.period_end") }} = 6
    where
        years.period_kind in ('year', 'year_to_date')
        and {{ month_count("years.period_start", "years.period_end") }} = 12

),

joined as (

    select * from ratios
    union all by name
    select * from growths
    union all by name
    select * from shares
    union all by name
    select * from halves

),

final as (

    select
        region_id,
        region_code,
        indicator_id,
        measure,
        period_kind,
        period_start,
        period_end,
        period,
        value,
        unit,
        precision,
        reason,
        numerator_value,
        numerator_observation_id,
        denominator_value,
        denominator_observation_id,
        denominator_period,
        parts_note,
        published_value,
        published_record_id,
        cast(value - published_value as decimal(28, 6)) as difference,
        abs(value - published_value) <= precision + published_precision as is_within_rounding,
        if(published_record_id is null, null, published_note) as published_note,
        vintage_on
    from joined
    qualify
        row_number() over (
            partition by region_id, indicator_id, measure, period_kind, period_start, period_end
            order by numerator_observation_id asc, denominator_observation_id asc
        ) = 1

)

select * from final

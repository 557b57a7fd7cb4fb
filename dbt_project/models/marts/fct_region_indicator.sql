with

observations as (

    select * from {{ ref("fct_observation") }}

),

counts as (

    select
        region_id,
        indicator_id,
        breakdown,
        period_kind,
        period_start,
        period_end,
        count(*) as observation_count,
        count(*) filter (where is_conflict) as conflict_count
    from observations
    group by all

),

final as (

    select
        chosen.region_id,
        chosen.indicator_id,
        chosen.breakdown,
        chosen.period_kind,
        chosen.period_start,
        chosen.period_end,
        chosen.region_code,
        chosen.period,
        chosen.value,
        chosen.unit_base,
        chosen.precision,
        chosen.observation_id,
        counts.observation_count,
        counts.conflict_count,
        chosen.vintage_on,
        chosen.publisher_rank,
        chosen.source_id,
        chosen.origin,
        chosen.is_repeated_region,
        chosen.is_approximate,
        chosen.is_inferred_period,
        chosen.is_derived,
        chosen.series_id,
        chosen.pace_break_on
    from observations as chosen
    inner join counts
        on
            chosen.region_id = counts.region_id
            and chosen.indicator_id = counts.indicator_id
            and chosen.breakdown = counts.breakdown
            and chosen.period_kind = counts.period_kind
            and chosen.period_start = counts.period_start
            and chosen.period_end = counts.period_end
    where chosen.is_chosen

)

select * from final

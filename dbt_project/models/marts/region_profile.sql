with

facts as (

    select * from {{ ref("int_measured_facts") }}
    where breakdown = 'total' and vintage_on <= {{ as_of_date() }}

),

indicators as (

    select * from {{ ref("dim_indicator") }}

),

regions as (

    select * from {{ ref("dim_region") }}

),

targets as (

    select * from {{ ref("dim_target") }}

),

growths as (

    select * from {{ ref("fct_derived_indicator") }}
    where measure = 'yearly_growth'

),

ranking as (

    select * from {{ ref("region_ranking") }}

),

described as (

    select
        facts.*,
        indicators.name_zh as indicator_zh,
        {{ counted_on("indicators.right_kind", "facts.period_end") }} as counted_on
    from facts
    left join indicators on facts.indicator_id = indicators.indicator_id

),

-- Of the figures that end on one day the one that says most: a whole year before a stock before a part of a year.
placed as (

    select
        *,
        row_number() over (
            partition by region_id, indicator_id
            order by
                counted_on desc,
                case period_kind
                    when 'year' then 1
                    when 'point_in_time' then 2
                    when 'year_to_date' then 3
                    when 'cumulative' then 4
                    when 'quarter' then 5
                    else 6
                end asc,
                period_start asc
        ) as place
    from described

),

newest as (

    select * from placed
    where place = 1

),

histories as (

    select
        region_id,
        indicator_id,
        cast(count(*) as integer) as fact_count,
        min_by(period, place) as last_period,
        max_by(period, place) as first_period
    from placed
    group by all

),

promised as (

    select
        region_id,
        indicator_id,
        list(target_id order by target_id) as target_ids
    from targets
    where review_state != 'rejected'
    group by all

),

-- Only the same kind of period, and none across a break at which figures jump.
compared as (

    select
        newest.*,
        before.value as value_before,
        before.period as period_before,
        before.observation_ids as observation_ids_before,
        before.period_end is not null and (before.series_id is distinct from newest.series_id) as has_series_break
    from newest
    left join facts as before
        on
            newest.region_id = before.region_id
            and newest.indicator_id = before.indicator_id
            and {{ is_a_year_before("before", "newest") }}
            and newest.pace_break_on is not distinct from before.pace_break_on
    -- Sums up to one day can have begun on several.
    qualify
        row_number() over (
            partition by newest.region_id, newest.indicator_id
            order by (before.period_start = newest.period_start) desc nulls last, before.period_start asc
        ) = 1

),

final as (

    select
        compared.region_id,
        compared.indicator_id,
        {{ as_of_date() }} as as_of,
        compared.region_code,
        regions.name_zh as region_zh,
        compared.indicator_zh,
        compared.value,
        compared.unit_base,
        compared.period_kind,
        compared.period_start,
        compared.period_end,
        compared.period,
        cast(greatest({{ whole_months("compared.counted_on", as_of_date()) }}, 0) as integer) as age_months,
        compared.source_id,
        compared.vintage_on,
        compared.observation_ids,
        compared.is_computed,
        compared.conflict_count > 0 as has_conflict,
        compared.value_before,
        compared.period_before,
        coalesce(compared.observation_ids_before, cast([] as varchar[])) as observation_ids_before,
        if(compared.value_before is null, null, growths.value) as growth,
        compared.has_series_break,
        histories.fact_count,
        histories.first_period,
        histories.last_period,
        coalesce(promised.target_ids, cast([] as varchar[])) as target_ids,
        ranking.rank,
        ranking.worst_rank,
        ranking.is_tied,
        ranking.sibling_count,
        ranking.missing_count,
        ranking.official_rank
    from compared
    inner join histories
        on compared.region_id = histories.region_id and compared.indicator_id = histories.indicator_id
    left join regions on compared.region_id = regions.region_id
    left join promised
        on compared.region_id = promised.region_id and compared.indicator_id = promised.indicator_id
    left join growths
        on
            compared.region_id = growths.region_id
            and compared.indicator_id = growths.indicator_id
            and compared.period_kind = growths.period_kind
            and compared.period_start = growths.period_start
            and compared.period_end = growths.period_end
    left join ranking
        on
            compared.region_id = ranking.region_id
            and compared.indicator_id = ranking.indicator_id
            and compared.period_kind = ranking.period_kind
            and compared.period_start = ranking.period_start
            and compared.period_end = ranking.period_end

)

select * from final

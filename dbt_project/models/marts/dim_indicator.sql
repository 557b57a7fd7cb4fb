with

indicators as (

    select * from {{ ref("indicators") }}

),

observations as (

    select * from {{ ref("fct_observation") }}

),

sources as (

    select * from {{ ref("stg_sources") }}

),

served as (

    select
        observations.indicator_id,
        observations.source_id,
        min(observations.publisher_rank) as publisher_rank,
        count(*) as observation_count,
        max(observations.period_end) as newest_period_end
    from observations
    group by observations.indicator_id, observations.source_id

),

first_sources as (

    select
        served.indicator_id,
        served.source_id,
        row_number() over (
            partition by served.indicator_id
            order by served.publisher_rank asc, served.source_id asc
        ) as source_no
    from served
    inner join sources on served.source_id = sources.source_id

),

totals as (

    select
        indicator_id,
        sum(observation_count) as observation_count,
        max(newest_period_end) as newest_period_end
    from served
    group by indicator_id

),

final as (

    select
        indicators.indicator_id,
        indicators.name_zh,
        indicators.name_en,
        indicators.unit_base,
        indicators.kind,
        indicators.right_kind,
        indicators.lower_bound,
        indicators.upper_bound,
        indicators.definition_zh,
        indicators.note,
        first_sources.source_id as first_source_id,
        sources.freshness_limit_days,
        cast(coalesce(totals.observation_count, 0) as bigint) as observation_count,
        totals.newest_period_end
    from indicators
    left join totals on indicators.indicator_id = totals.indicator_id
    left join first_sources on indicators.indicator_id = first_sources.indicator_id and first_sources.source_no = 1
    left join sources on first_sources.source_id = sources.source_id

)

select * from final

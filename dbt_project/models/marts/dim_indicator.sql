with

indicators as (

    select * from {{ ref("indicators") }}

),

targets as (

    select * from {{ ref("int_targets") }}

),

observations as (

    select * from {{ ref("fct_observation") }}
    where not coalesce(is_contradicted or is_derived, false)

),

sources as (

    select * from {{ ref("stg_sources") }}

),

publishers as (

    select * from {{ ref("indicator_publishers") }}

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

-- Concepts that promises name and nobody has decided on yet: in the list, so that no promise falls out of a join.
proposed as (

    select
        targets.indicator_id,
        min(targets.indicator_zh) as name_zh,
        coalesce(min(targets.unit_base), 'unknown') as unit_base
    from targets
    left join indicators on targets.indicator_id = indicators.indicator_id
    where targets.indicator_id is not null and indicators.indicator_id is null
    group by targets.indicator_id

),

listed as (

    select
        indicator_id,
        name_zh,
        name_en,
        unit_base,
        kind,
        right_kind,
        lower_bound,
        upper_bound,
        definition_zh,
        note,
        false as is_proposed
    from indicators

    union all by name

    select
        indicator_id,
        name_zh,
        unit_base,
        'unknown' as kind,
        true as is_proposed
    from proposed

),

final as (

    select
        listed.indicator_id,
        listed.name_zh,
        listed.name_en,
        listed.unit_base,
        listed.kind,
        listed.right_kind,
        listed.lower_bound,
        listed.upper_bound,
        listed.definition_zh,
        listed.note,
        first_sources.source_id as first_source_id,
        sources.freshness_limit_days,
        cast(coalesce(totals.observation_count, 0) as bigint) as observation_count,
        totals.newest_period_end,
        listed.is_proposed,
        publishers.publisher_zh,
        publishers.document_zh
    from listed
    left join publishers on listed.indicator_id = publishers.indicator_id
    left join totals on listed.indicator_id = totals.indicator_id
    left join first_sources on listed.indicator_id = first_sources.indicator_id and first_sources.source_no = 1
    left join sources on first_sources.source_id = sources.source_id

)

select * from final

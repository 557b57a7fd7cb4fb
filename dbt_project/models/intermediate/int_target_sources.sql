with

terms as (

    select * from {{ ref("int_target_terms") }}

),

observations as (

    select * from {{ ref("fct_observation") }}

),

sources as (

    select * from {{ ref("stg_sources") }}

),

regions as (

    select
        region_id,
        cast(level as varchar) as region_level
    from {{ ref("regions") }}

),

-- What each source has given so far, with its rank for that indicator.
offers as (

    select
        observations.indicator_id,
        observations.source_id,
        observations.region_id,
        regions.region_level,
        min(observations.publisher_rank) as publisher_rank
    from observations
    left join regions on observations.region_id = regions.region_id
    -- A plan restates what was; it will not bring the next figure.
    where
        observations.publisher_rank is distinct from {{ var("rank_restated_in_plan") }}
        and not coalesce(observations.is_contradicted or observations.is_derived, false)
    group by all

),

-- A source answers a region that it has answered before; an office also others of the same level inside its scope. News and
-- copies tell of one place today and of none tomorrow.
candidates as (

    select
        terms.target_id,
        offers.source_id,
        max(offers.region_id = terms.region_id) as has_answered,
        min(offers.publisher_rank) as publisher_rank
    from terms
    inner join regions on terms.region_id = regions.region_id
    inner join offers on terms.indicator_id = offers.indicator_id
    inner join sources on offers.source_id = sources.source_id
    where
        offers.region_id = terms.region_id
        or (
            offers.region_level = regions.region_level
            and sources.is_official
            and (
                sources.is_national
                or starts_with(terms.region_code, regexp_replace(sources.scope_code, '(00)+$', ''))
            )
        )
    group by all

),

final as (

    select
        candidates.target_id,
        candidates.source_id,
        sources.freshness_limit_days
    from candidates
    inner join sources on candidates.source_id = sources.source_id
    qualify
        row_number() over (
            partition by candidates.target_id
            order by
                candidates.has_answered desc,
                candidates.publisher_rank asc nulls last,
                candidates.source_id asc
        ) = 1

)

select * from final

with

sources as (

    select * from {{ ref("stg_sources") }}

),

captures as (

    select * from {{ ref("int_serving_captures") }}

),

-- Captures outside the catalog: pages that match no source, figures entered by hand.
outside as (

    select
        captures.source_id,
        min(captures.publisher_rank) as publisher_rank
    from captures
    left join sources on captures.source_id = sources.source_id
    where sources.source_id is null
    group by captures.source_id

),

final as (

    select
        source_id,
        publisher_zh,
        publisher_en,
        title_zh,
        title_en,
        parser,
        scope_code as region_code,
        publisher_rank,
        is_official,
        cadence,
        freshness_limit_days,
        minimum_records,
        licence_note,
        true as is_in_catalog
    from sources

    union all

    select
        source_id,
        null as publisher_zh,
        null as publisher_en,
        null as title_zh,
        null as title_en,
        null as parser,
        null as region_code,
        publisher_rank,
        false as is_official,
        null as cadence,
        null as freshness_limit_days,
        null as minimum_records,
        null as licence_note,
        false as is_in_catalog
    from outside

)

select * from final

with

sources as (

    select * from {{ source("raw", "sources") }}

),

final as (

    select
        source_id,
        publisher_zh,
        publisher_en,
        title_zh,
        title_en,
        parser,
        nullif(region_scope, 'country') as scope_code,
        coalesce(region_scope = 'country', false) as is_national,
        publisher_rank,
        coalesce(is_official, false) as is_official,
        cadence,
        freshness_limit_days,
        freshness_red_days,
        minimum_records,
        licence_note
    from sources

)

select * from final

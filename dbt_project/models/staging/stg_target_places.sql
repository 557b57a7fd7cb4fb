with

places as (

    select * from {{ ref("target_places") }}

),

final as (

    select
        cast(target_id as varchar) as target_id,
        lower(cast(body_sha256 as varchar)) as body_sha256,
        cast(start as bigint) as quote_start,
        cast("end" as bigint) as quote_end,
        lower(cast(quote_sha256 as varchar)) as quote_sha256,
        cast(form as varchar) as form
    from places

)

select * from final

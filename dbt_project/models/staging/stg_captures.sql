with

captures as (

    select * from {{ source("raw", "captures") }}

),

-- The day a page came in stands in where it bears no date of its own. It is the UTC day, the earlier of the two, so
-- that a page taken in this evening counts for an operator whose as-of date is today, wherever the operator sits.
dated as (

    select
        *,
        cast(timezone('UTC', fetched_at) as date) as fetched_on
    from captures

),

final as (

    select
        capture_id,
        source_id,
        url,
        url as document_key,
        origin,
        body_sha256,
        content_sha256,
        size,
        fetched_at,
        fetched_on,
        content_type,
        charset,
        title,
        publisher,
        published_on,
        period,
        truncated,
        arrival_no,
        {{ is_government_address("url") }} as has_official_address
    from dated

)

select * from final

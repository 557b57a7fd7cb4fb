with

texts as (

    select * from {{ source("raw", "plan_texts") }}

),

captures as (

    select * from {{ ref("stg_captures") }}

),

final as (

    select
        texts.capture_id,
        captures.body_sha256,
        captures.url,
        captures.origin,
        captures.fetched_at,
        captures.arrival_no,
        texts.text as full_text
    from texts
    inner join captures on texts.capture_id = captures.capture_id

)

select * from final

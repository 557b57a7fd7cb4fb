with

attempts as (

    select * from {{ source("raw", "attempts") }}

),

final as (

    select
        attempt_id,
        run_id,
        source_id,
        url,
        attempted_at,
        outcome,
        origin,
        reason,
        http_status,
        final_url,
        capture_id
    from attempts
    where cast(timezone('UTC', attempted_at) as date) <= {{ as_of_date() }}

)

select * from final

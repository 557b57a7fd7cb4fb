with

evidence as (

    select * from {{ source("raw", "plan_evidence") }}

),

final as (

    select
        plan_id,
        target_id,
        capture_id,
        lower(body_sha256) as body_sha256,
        state as evidence_state,
        start as quote_start,
        "end" as quote_end,
        old_quote,
        new_quote,
        detail
    from evidence

)

select * from final

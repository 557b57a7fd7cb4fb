with

decisions as (

    select * from {{ source("raw", "target_decisions") }}

),

-- The last decision stands; of two on one day the one further down in the file.
final as (

    select
        target_id,
        decision,
        decided_by,
        decided_on,
        reason,
        corrections
    from decisions
    qualify
        row_number() over (
            partition by target_id
            order by decided_on desc nulls last, decision_no desc
        ) = 1

)

select * from final

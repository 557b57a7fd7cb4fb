with

reviews as (

    select
        cast(target_id as varchar) as target_id,
        cast(decision as varchar) as decision,
        cast(decided_by as varchar) as decided_by,
        cast(cast(decided_on as varchar) as date) as decided_on,
        cast(reason as varchar) as reason
    from {{ ref("target_reviews") }}

),

-- The last decision stands; of two on one day the stricter one.
final as (

    select
        target_id,
        decision,
        decided_by,
        decided_on,
        reason
    from reviews
    qualify
        row_number() over (
            partition by target_id
            order by
                decided_on desc nulls last,
                case decision when 'rejected' then 1 when 'corrected' then 2 else 3 end asc,
                decided_by asc,
                reason asc
        ) = 1

)

select * from final

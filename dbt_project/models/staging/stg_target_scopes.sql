with

scopes as (

    select * from {{ ref("target_scopes") }}

),

final as (

    select
        cast(target_id as varchar) as target_id,
        cast(wider_indicator_id as varchar) as wider_indicator_id,
        cast(note as varchar) as note
    from scopes

)

select * from final

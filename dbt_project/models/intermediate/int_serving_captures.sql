with

captures as (

    select * from {{ ref("int_known_captures") }}

),

final as (

    select * exclude (is_superseded)
    from captures
    where not is_superseded

)

select * from final

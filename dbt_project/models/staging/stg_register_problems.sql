with

problems as (

    select * from {{ source("raw", "register_problems") }}

),

final as (

    select
        kind,
        subject,
        message
    from problems

)

select * from final

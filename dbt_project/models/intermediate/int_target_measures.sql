-- Every rule family gives the same columns; a new rule is one more model in this union.
with

levels as (

    select * from {{ ref("int_target_level") }}

),

cumulatives as (

    select * from {{ ref("int_target_cumulative") }}

),

final as (

    select * from levels
    union all by name
    select * from cumulatives

)

select * from final

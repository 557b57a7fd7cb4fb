with

facts as (

    select * from {{ ref("fct_region_indicator") }}
    where breakdown = 'total' and not is_repeated_region

),

indicators as (

    select * from {{ ref("indicators") }}

),

final as (

    select facts.*
    from facts
    inner join indicators on facts.indicator_id = indicators.indicator_id
    where indicators.kind in ('flow', 'stock')

)

select * from final

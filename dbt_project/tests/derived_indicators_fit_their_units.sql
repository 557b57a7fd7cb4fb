-- What is computed from two others comes out in its own unit, and nothing is computed from what is computed itself.

with

derivations as (

    select * from {{ ref("derived_indicators") }}

),

indicators as (

    select * from {{ ref("indicators") }}

),

computed as (

    select
        derivations.indicator_id,
        indicators.unit_base as expected_unit,
        case
            when numerators.unit_base = denominators.unit_base and derivations.factor = 100 then '%'
            when numerators.unit_base = denominators.unit_base and derivations.factor = 1000 then '‰'
            when derivations.factor = 10000 then numerators.unit_base || '/万' || denominators.unit_base
            when derivations.factor = 1 then numerators.unit_base || '/' || denominators.unit_base
        end as computed_unit,
        derivations.numerator_indicator_id in (select d.indicator_id from derivations as d)
        or derivations.denominator_indicator_id in (select d.indicator_id from derivations as d) as is_of_a_computed_one
    from derivations
    left join indicators on derivations.indicator_id = indicators.indicator_id
    left join indicators as numerators on derivations.numerator_indicator_id = numerators.indicator_id
    left join indicators as denominators on derivations.denominator_indicator_id = denominators.indicator_id

)

select * from computed
where is_of_a_computed_one or computed_unit is distinct from expected_unit

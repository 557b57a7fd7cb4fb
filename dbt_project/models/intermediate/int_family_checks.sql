with

declared as (

    select * from {{ ref("family_checks") }}

),

checks as (

    select * from {{ ref("checks") }}

),

families as (

    select distinct parser as family from {{ ref("stg_parse_outcomes") }}

),

-- A family without rows of its own goes by those of `*`.
final as (

    select
        families.family,
        declared.check_name,
        checks.stage,
        checks.effect,
        declared.insistence = 'required' as is_required
    from families
    inner join declared
        on
            declared.family = case
                when families.family in (select own.family from declared as own) then families.family
                else '*'
            end
    inner join checks on declared.check_name = checks.check_name

)

select * from final

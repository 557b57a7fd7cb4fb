with

targets as (

    select * from {{ ref("int_targets") }}

),

-- A remark in brackets belongs to its unit, and what would part units outside of it parts nothing inside.
listed as (

    select
        target_id,
        regexp_extract_all(responsible_units, '(?:[（(][^（()）]*[）)]|[^、，,；;\n])+') as parts
    from targets
    where responsible_units is not null

),

parted as (

    select
        listed.target_id,
        parts.position,
        trim(parts.part, ' \t　。.') as part
    from listed
    cross join lateral unnest(listed.parts) with ordinality as parts (part, position)

),

-- Only what is printed makes a lead: that the first unit leads is the rule of some plans and not of others.
marked as (

    select
        target_id,
        position,
        regexp_matches(part, '[（(]\s*牵头(?:单位|部门)?\s*[）)]|牵头$|^(?:牵头|主管)(?:单位|部门)\s*[:：]') as is_lead,
        trim(
            regexp_replace(
                regexp_replace(part, '[（(]\s*牵头(?:单位|部门)?\s*[）)]|牵头$', '', 'g'),
                '^(?:牵头|主管|责任|配合|协办|参加|主办)(?:单位|部门)\s*[:：]',
                ''
            )
        ) as unit_zh
    from parted

),

-- A unit that is named twice is one unit, the lead where it leads once.
named as (

    select
        target_id,
        unit_zh,
        min(position) as first_position,
        bool_or(is_lead) as is_lead
    from marked
    where unit_zh != ''
    group by all

),

final as (

    select
        target_id,
        cast(row_number() over (partition by target_id order by first_position asc) as integer) as unit_no,
        unit_zh,
        is_lead
    from named

)

select * from final

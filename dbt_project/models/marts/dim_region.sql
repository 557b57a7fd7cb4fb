with

regions as (

    select * from {{ ref("regions") }}

),

codes as (

    select
        region_id,
        arg_max(code, coalesce(valid_to, 9999)) as last_code
    from {{ ref("region_codes") }}
    group by region_id

),

ancestry as (

    select * from {{ ref("int_region_ancestry") }}

),

paths as (

    select
        ancestry.region_id,
        string_agg(above.name_zh, ' / ' order by ancestry.distance desc) as path_zh
    from ancestry
    inner join regions as above on ancestry.ancestor_region_id = above.region_id
    where above.level != 'country' or ancestry.distance = 0
    group by ancestry.region_id

),

mainland as (

    select region_id
    from ancestry
    where ancestor_region_id = '{{ var("national_region_id") }}'

),

coded as (

    select
        regions.*,
        coalesce(regions.current_code, codes.last_code) as region_code
    from regions
    left join codes on regions.region_id = codes.region_id

),

final as (

    select
        coded.region_id,
        coded.region_code,
        coded.name_zh,
        coded.name_en,
        coded.level,
        coded.parent_region_id,
        parents.region_code as parent_code,
        paths.path_zh,
        coded.valid_from,
        coded.valid_to,
        coded.valid_to is null as is_current,
        mainland.region_id is not null as in_mainland
    from coded
    left join coded as parents on coded.parent_region_id = parents.region_id
    left join mainland on coded.region_id = mainland.region_id
    left join paths on coded.region_id = paths.region_id

)

select * from final

with recursive

regions as (

    select * from {{ ref("regions") }}

),

ancestry as (

    select
        region_id,
        region_id as ancestor_region_id,
        0 as distance
    from regions

    union all

    select
        ancestry.region_id,
        regions.parent_region_id as ancestor_region_id,
        ancestry.distance + 1 as distance
    from ancestry
    inner join regions on ancestry.ancestor_region_id = regions.region_id
    where regions.parent_region_id is not null

),

final as (

    select
        region_id,
        ancestor_region_id,
        distance,
        max(distance) over (partition by region_id) as depth
    from ancestry

)

select * from final

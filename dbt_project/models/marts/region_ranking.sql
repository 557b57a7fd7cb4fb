with

facts as (

    select * from {{ ref("int_measured_facts") }}
    where breakdown = 'total' and not is_repeated_region

),

regions as (

    select * from {{ ref("regions") }}

),

comparisons as (

    select * from {{ ref("int_published_comparisons") }}
    where comparison = 'rank'

),

placed as (

    select
        facts.*,
        regions.name_zh,
        regions.level as region_level,
        regions.parent_region_id,
        year(facts.period_end) as ranked_year
    from facts
    inner join regions on facts.region_id = regions.region_id
    where regions.parent_region_id is not null

),

years as (

    select distinct
        parent_region_id,
        region_level,
        ranked_year
    from placed

),

-- The siblings are the regions of the same level under the same parent in that year.
siblings as (

    select
        years.parent_region_id,
        years.region_level,
        years.ranked_year,
        list(regions.name_zh order by regions.region_id) as sibling_names,
        list(regions.region_id order by regions.region_id) as sibling_ids
    from years
    inner join regions
        on
            years.parent_region_id = regions.parent_region_id
            and years.region_level = regions.level
            and years.ranked_year >= coalesce(regions.valid_from, 0)
            and years.ranked_year <= coalesce(regions.valid_to, 9999)
    group by years.parent_region_id, years.region_level, years.ranked_year

),

-- A region that was abolished since, or is not yet there, is no sibling of that year.
ranked as (

    select
        placed.*,
        siblings.sibling_names,
        siblings.sibling_ids,
        rank() over (one_group order by placed.value desc) as rank,
        count(*) over (one_group) as known_count,
        count(*) over (
            partition by
                placed.parent_region_id, placed.region_level, placed.indicator_id, placed.period_kind,
                placed.period_start, placed.period_end, placed.value
        ) > 1 as is_tied,
        list(placed.region_id) over (one_group) as known_ids,
        max(placed.vintage_on) over (one_group) as newest_vintage,
        bool_or(placed.is_computed) over (one_group) as is_any_computed,
        count(distinct coalesce(placed.pace_break_on, date '0001-01-01')) over (one_group) > 1 as is_mixed_base
    from placed
    inner join siblings
        on
            placed.parent_region_id = siblings.parent_region_id
            and placed.region_level = siblings.region_level
            and placed.ranked_year = siblings.ranked_year
            and list_contains(siblings.sibling_ids, placed.region_id)
    window one_group as (
        partition by
            placed.parent_region_id, placed.region_level, placed.indicator_id, placed.period_kind, placed.period_start,
            placed.period_end
    )

),

final as (

    select
        ranked.region_id,
        ranked.region_code,
        ranked.indicator_id,
        ranked.period_kind,
        ranked.period_start,
        ranked.period_end,
        ranked.period,
        ranked.value,
        ranked.unit_base,
        ranked.parent_region_id,
        ranked.region_level,
        cast(ranked.rank as integer) as rank,
        cast(ranked.rank + len(ranked.sibling_ids) - ranked.known_count as integer) as worst_rank,
        ranked.is_tied,
        cast(len(ranked.sibling_ids) as integer) as sibling_count,
        cast(ranked.known_count as integer) as known_count,
        cast(len(ranked.sibling_ids) - ranked.known_count as integer) as missing_count,
        nullif(
            array_to_string(
                list_transform(
                    list_filter(
                        list_zip(ranked.sibling_ids, ranked.sibling_names),
                        pair -> not list_contains(ranked.known_ids, pair[1])
                    ),
                    pair -> pair[2]
                ),
                '、'
            ),
            ''
        ) as missing_regions,
        ranked.known_count / len(ranked.sibling_ids) as coverage,
        cast(comparisons.value as integer) as official_rank,
        comparisons.base_observation_id as official_rank_observation_id,
        ranked.observation_ids,
        greatest(ranked.newest_vintage, comparisons.vintage_on) as vintage_on,
        ranked.is_any_computed as is_computed,
        ranked.is_mixed_base
    from ranked
    left join comparisons
        on
            ranked.region_id = comparisons.region_id
            and ranked.indicator_id = comparisons.indicator_id
            and ranked.period_kind = comparisons.period_kind
            and ranked.period_start = comparisons.period_start
            and ranked.period_end = comparisons.period_end
            and comparisons.value >= 1
            and comparisons.value <= len(ranked.sibling_ids)
            and comparisons.value = floor(comparisons.value)

)

select * from final

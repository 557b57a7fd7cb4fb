with

comparisons as (

    select * from {{ ref("int_record_comparisons") }}

),

observations as (

    select * from {{ ref("int_observations") }}
    where is_superseded is not true

),

contradicted as (

    select * from {{ ref("int_contradicted_observations") }}

),

regions as (

    select * from {{ ref("regions") }}

),

-- Of what is believed, and of the whole: the figure beside it says what, where and when.
based as (

    select
        comparisons.record_id,
        comparisons.capture_id,
        comparisons.comparison,
        comparisons.value,
        comparisons.half_unit as precision,
        comparisons.table_no,
        comparisons.quote,
        comparisons.base_record_id as base_observation_id,
        observations.region_id,
        observations.indicator_id,
        observations.period_kind,
        observations.period_start,
        observations.period_end,
        observations.publisher_rank,
        observations.vintage_on
    from comparisons
    inner join observations on comparisons.base_record_id = observations.observation_id
    left join contradicted on observations.observation_id = contradicted.observation_id
    where
        observations.breakdown = 'total'
        and contradicted.observation_id is null
        and not observations.is_repeated_region

),

-- A rank counts only among the siblings. A table ranks them where it ranks regions of one parent only, each of them: the
-- last rank is not beyond their number. Among the provinces with Hong Kong and the like, or all counties, it does not.
judged as (

    select
        based.*,
        parents.level as parent_level,
        parents.name_zh as parent_name,
        case
            when parents.level = 'country' then '全国'
            when parents.name_zh like '%省' then '全省|省内'
            when parents.name_zh like '%自治区' then '全区|区内'
            when parents.name_zh like '%市' then '全市|市内'
            when parents.name_zh like '%州' then '全州|州内'
            when parents.name_zh like '%盟' then '全盟|盟内'
            when parents.name_zh like '%地区' then '全地区|地区内'
        end as parent_words,
        count(distinct regions.level || regions.parent_region_id) over one_table as sibling_groups,
        count(distinct based.region_id) over one_table as ranked_regions,
        max(based.value) over one_table as last_rank
    from based
    inner join regions on based.region_id = regions.region_id
    left join regions as parents on regions.parent_region_id = parents.region_id
    window one_table as (
        partition by
            based.comparison, based.capture_id, based.table_no, based.indicator_id, based.period_kind, based.period_start,
            based.period_end
    )

),

-- A sentence says among whom a place is ranked: in a word for its parent, or by the parent's name before the rank.
scoped as (

    select * from judged
    where
        comparison != 'rank'
        or (table_no > 0 and sibling_groups = 1 and ranked_regions > 1 and last_rank <= ranked_regions)
        or (
            table_no = 0
            and (
                regexp_matches(quote, parent_words)
                or regexp_matches(quote, parent_name || '[内中]?(排名?|位?居|位?列)?第')
            )
            and (parent_level = 'country' or not regexp_matches(quote, '全国'))
            and (parent_level in ('country', 'province') or not regexp_matches(quote, '全省|全自治区'))
        )

),

final as (

    select
        record_id,
        comparison,
        region_id,
        indicator_id,
        period_kind,
        period_start,
        period_end,
        value,
        precision,
        base_observation_id,
        capture_id,
        vintage_on
    from scoped
    qualify
        row_number() over (
            partition by comparison, region_id, indicator_id, period_kind, period_start, period_end
            order by publisher_rank asc, vintage_on desc, table_no desc, record_id asc
        ) = 1

)

select * from final

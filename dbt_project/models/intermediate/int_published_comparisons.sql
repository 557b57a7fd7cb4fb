with

records as (

    select * from {{ ref("stg_records") }}

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

-- Growth, share and rank stand beside the figure that they speak of and are named after it.
compared as (

    select
        *,
        regexp_replace(measure_label, ' / [^/]+$', '') as base_label,
        case split_part(measure_label, ' / ', -1)
            when '同比增长' then 'yearly_growth'
            when '占比' then 'share_of_parent'
            when '排名' then 'rank'
        end as comparison
    from records
    where measure_label like '% / %' and not coalesce(is_percentage_row, false)

),

-- The figure beside it on the page says what, where and when; without it nothing is sure.
based as (

    select
        compared.record_id,
        compared.capture_id,
        compared.comparison,
        compared.value,
        {{ printed_half_unit("compared.value_text", "compared.note") }} as precision,
        compared.table_no,
        compared.quote,
        observations.observation_id as base_observation_id,
        observations.region_id,
        observations.indicator_id,
        observations.period_kind,
        observations.period_start,
        observations.period_end,
        observations.publisher_rank,
        observations.vintage_on
    from compared
    inner join records as bases
        on
            compared.capture_id = bases.capture_id
            and compared.table_no = bases.table_no
            and compared.base_label = bases.measure_label
            and coalesce(compared.region_label, '') = coalesce(bases.region_label, '')
            and coalesce(compared.period, '') = coalesce(bases.period, '')
    inner join observations on bases.record_id = observations.observation_id
    left join contradicted on observations.observation_id = contradicted.observation_id
    where
        compared.comparison is not null
        and observations.breakdown = 'total'
        and contradicted.observation_id is null
        and not observations.is_repeated_region
        and (
            (compared.comparison = 'rank' and coalesce(compared.unit_label, '位') in ('位', '名'))
            or (compared.comparison != 'rank' and compared.unit_label = '%')
        )
        and (compared.table_no = 0 or compared.row_no = bases.row_no)

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

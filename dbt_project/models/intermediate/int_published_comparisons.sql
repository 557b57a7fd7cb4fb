with

records as (

    select * from {{ ref("stg_records") }}

),

observations as (

    select * from {{ ref("int_observations") }}

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

-- A sentence says among whom a place is ranked; a rank among others than the siblings is not theirs.
scoped as (

    select based.*
    from based
    inner join regions on based.region_id = regions.region_id
    left join regions as parents on regions.parent_region_id = parents.region_id
    where
        based.comparison != 'rank'
        or based.table_no > 0
        or (
            parents.level = 'country'
            and regexp_matches(based.quote, '全国')
        )
        or (
            parents.level = 'province'
            and regexp_matches(based.quote, '全省|全区|全市|省内|区内|各市')
            and not regexp_matches(based.quote, '全国')
        )
        or (
            parents.level = 'prefecture'
            and regexp_matches(based.quote, '全市|全州|全盟|各县|各区')
            and not regexp_matches(based.quote, '全国|全省|全区')
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

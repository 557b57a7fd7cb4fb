with

records as (

    select * from {{ ref("stg_records") }}

),

-- Growth, share and rank are named after the figure that they speak of; growth has many names.
compared as (

    select
        *,
        regexp_extract(measure_label, '^(.+) / [^/]+$', 1) as base_label,
        regexp_extract(measure_label, ' / ([^/]*)$', 1) as last_part,
        case
            when last_part = '排名' then 'rank'
            when last_part = '占比' then 'share_of_parent'
            when
                regexp_matches(last_part, '同比|比上年|较上年|增长率|增幅|增速|YoY|year-on-year', 'i')
                and not regexp_matches(last_part, '环比|上季|上月|上半年|年均')
                then 'yearly_growth'
        end as comparison
    from records
    where measure_label like '% / %' and not coalesce(is_percentage_row, false)

),

-- The figure beside it on the page says what, where and when; without it nothing is sure.
final as (

    select
        compared.record_id,
        compared.capture_id,
        bases.record_id as base_record_id,
        compared.comparison,
        compared.value,
        compared.half_unit,
        compared.table_no,
        compared.column_no,
        compared.quote
    from compared
    inner join records as bases
        on
            compared.capture_id = bases.capture_id
            and compared.table_no = bases.table_no
            and compared.base_label = bases.measure_label
            and coalesce(compared.region_label, '') = coalesce(bases.region_label, '')
            and compared.period is not distinct from bases.period
            and compared.period_kind is not distinct from bases.period_kind
            and (compared.table_no = 0 or compared.row_no = bases.row_no)
    where
        (compared.comparison = 'rank' and coalesce(compared.unit_label, '位') in ('位', '名'))
        or (compared.comparison != 'rank' and compared.unit_label = '%')

)

select * from final

with

plans as (

    select * from {{ ref("plans") }}

),

final as (

    select
        cast(plan_id as varchar) as plan_id,
        cast(title_zh as varchar) as title_zh,
        cast(region_code as varchar) as region_code,
        cast(issuer_zh as varchar) as issuer_zh,
        cast(doc_no as varchar) as doc_no,
        cast(cast(issued_on as varchar) as date) as issued_on,
        cast(period_start as integer) as period_start,
        cast(period_end as integer) as period_end,
        cast(kind as varchar) as plan_kind,
        cast(note as varchar) as note
    from plans

)

select * from final

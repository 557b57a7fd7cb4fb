with

plans as (

    select * from {{ ref("plans") }}

),

registry as (

    select * from {{ source("raw", "plan_registry") }}

),

seeds as (

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
        cast(conflict_note as varchar) as conflict_note,
        cast(note as varchar) as note,
        'seed' as registered_in,
        cast(null as varchar) as registered_url,
        cast(null as date) as added_on
    from plans

),

-- Plans that people added to the home; one that has become reference data since is taken from there.
home_plans as (

    select
        registry.plan_id,
        registry.title_zh,
        registry.region_code,
        registry.issuer_zh,
        registry.doc_no,
        registry.issued_on,
        registry.period_start,
        registry.period_end,
        registry.kind as plan_kind,
        cast(null as varchar) as conflict_note,
        registry.note,
        'home' as registered_in,
        registry.url as registered_url,
        registry.added_on
    from registry
    left join seeds on registry.plan_id = seeds.plan_id
    where seeds.plan_id is null

),

final as (

    select * from seeds
    union all by name
    select * from home_plans

)

select * from final

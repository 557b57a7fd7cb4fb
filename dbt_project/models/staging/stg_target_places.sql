with

places as (

    select * from {{ ref("target_places") }}

),

proposal_places as (

    select * from {{ source("raw", "plan_proposal_places") }}

),

targets as (

    select * from {{ ref("stg_targets") }}

),

seeds as (

    select
        cast(target_id as varchar) as target_id,
        lower(cast(body_sha256 as varchar)) as body_sha256,
        cast(start as bigint) as quote_start,
        cast("end" as bigint) as quote_end,
        lower(cast(quote_sha256 as varchar)) as quote_sha256,
        cast(form as varchar) as form
    from places

),

home_places as (

    select
        proposal_places.target_id,
        lower(proposal_places.body_sha256) as body_sha256,
        proposal_places.start as quote_start,
        proposal_places."end" as quote_end,
        lower(proposal_places.quote_sha256) as quote_sha256,
        proposal_places.form
    from proposal_places
    inner join targets on proposal_places.target_id = targets.target_id
    where targets.registered_in = 'home'

),

final as (

    select * from seeds
    union all by name
    select * from home_places

)

select * from final

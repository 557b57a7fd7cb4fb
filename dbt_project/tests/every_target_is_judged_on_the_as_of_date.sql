-- Nothing is dropped: each target that is not rejected has its row on the as-of date.
with

targets as (

    select target_id from {{ ref("dim_target") }}
    where review_state != 'rejected'

),

judged as (

    select target_id from {{ ref("fct_target_progress") }}
    where evaluation_date = {{ as_of_date() }}

)

select targets.target_id
from targets
left join judged on targets.target_id = judged.target_id
where judged.target_id is null

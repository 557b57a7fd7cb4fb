-- Every numeric target has a source of the catalog, or a question that names the publisher;
-- of the reference data none is unknown.
with

coverage as (

    select * from {{ ref("int_target_coverage") }}

),

questions as (

    select * from {{ ref("open_questions") }}
    where kind = 'no_source'

),

targets as (

    select * from {{ ref("int_targets") }}
    where target_value is not null and review_state != 'rejected'

)

select targets.target_id
from targets
left join coverage on targets.target_id = coverage.target_id
left join questions
    on questions.question_key = coverage.indicator_id || ' | ' || coalesce(coverage.region_code, 'no region')
where
    coverage.source_id is null
    and (
        (questions.question_id is null and targets.indicator_id is not null)
        or (targets.registered_in = 'seed' and coverage.publisher_zh is null)
    )

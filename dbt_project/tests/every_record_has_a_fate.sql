-- Every record of a known capture is an observation, left out on purpose, or counted by an open question; exactly once.
with

records as (

    select count(*) as record_count
    from {{ ref("stg_records") }} as records
    inner join {{ ref("int_known_captures") }} as captures on records.capture_id = captures.capture_id

),

observations as (

    select count(*) as record_count from {{ ref("fct_observation") }}
    where not is_derived

),

ignored as (

    select count(*) as record_count
    from {{ ref("int_record_fates") }}
    where fate = 'ignored'

),

question_kinds as (

    select distinct reason as kind
    from {{ ref("int_record_fates") }}
    where fate = 'question'

),

questions as (

    select coalesce(sum(open_questions.record_count), 0) as record_count
    from {{ ref("open_questions") }} as open_questions
    inner join question_kinds on open_questions.kind = question_kinds.kind

)

select
    records.record_count,
    observations.record_count as observation_count,
    ignored.record_count as ignored_count,
    questions.record_count as question_count
from records
cross join observations
cross join ignored
cross join questions
where records.record_count != observations.record_count + ignored.record_count + questions.record_count

with

targets as (

    select * from {{ ref("dim_target") }}

),

progress as (

    select * from {{ ref("fct_target_progress") }}
    where evaluation_date = as_of

),

units as (

    select * from {{ ref("int_task_units") }}

),

evidence as (

    select * from {{ ref("stg_task_evidence") }}

),

-- A number in a row of a schedule is a promise of its own; what is done or not is a milestone.
tasks as (

    select
        targets.*,
        targets.target_end as due_on,
        targets.is_end_inferred or (targets.target_date is null and targets.is_year_inferred) as is_due_unprinted,
        progress.task_state as state,
        progress.as_of
    from targets
    inner join progress on targets.target_id = progress.target_id
    where targets.target_type = 'milestone'

),

leads as (

    select
        target_id,
        string_agg(unit_zh, '、' order by unit_no) as lead_unit
    from units
    where is_lead
    group by target_id

),

-- What was done or told later than the as-of date is not known yet.
seen as (

    select * from evidence
    where evidence_on <= {{ as_of_date() }} and known_on <= {{ as_of_date() }}

),

-- The earliest evidence says since when the task is done.
proofs as (

    select
        target_id,
        cast(count(*) as integer) as evidence_count,
        array_agg(evidence_id order by evidence_on asc, known_on asc, evidence_id asc) as evidence_ids,
        min(evidence_on) as done_on
    from seen
    group by target_id

),

first_proofs as (

    select * from seen
    qualify row_number() over (partition by target_id order by evidence_on asc, known_on asc, evidence_id asc) = 1

),

judged as (

    select
        tasks.*,
        proofs.done_on,
        coalesce(proofs.evidence_count, 0) as evidence_count,
        coalesce(proofs.evidence_ids, cast([] as varchar[])) as evidence_ids,
        greatest(coalesce(proofs.done_on, tasks.as_of) - tasks.due_on, 0) as days_late
    from tasks
    left join proofs on tasks.target_id = proofs.target_id

),

final as (

    select
        judged.target_id as task_id,
        judged.plan_id,
        judged.region_id,
        judged.region_code,
        judged.section,
        judged.indicator_zh as task_zh,
        judged.deliverable,
        judged.responsible_units,
        leads.lead_unit,
        judged.start_date,
        judged.due_on,
        judged.due_on is not null and judged.is_due_unprinted as is_due_inferred,
        judged.state,
        judged.done_on,
        cast(case when judged.due_on is not null then judged.days_late end as integer) as days_late,
        judged.evidence_count,
        judged.evidence_ids,
        first_proofs.url as evidence_url,
        first_proofs.capture_id as evidence_capture_id,
        first_proofs.note as evidence_note,
        judged.quote,
        judged.quote_capture_id,
        judged.quote_url,
        judged.quote_start,
        judged.quote_end,
        judged.review_state,
        judged.as_of
    from judged
    left join leads on judged.target_id = leads.target_id
    left join first_proofs on judged.target_id = first_proofs.target_id

)

select * from final

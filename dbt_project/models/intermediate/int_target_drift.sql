with

targets as (

    select * from {{ ref("int_targets") }}

),

capture_dates as (

    select * from {{ ref("int_capture_dates") }}

),

-- What a page says that only became known later is not compared with.
evidence as (

    select plan_evidence.*
    from {{ ref("stg_plan_evidence") }} as plan_evidence
    left join capture_dates on plan_evidence.capture_id = capture_dates.capture_id
    where coalesce(capture_dates.is_known, true)

),

-- A promise that still stands at one of its places has not drifted, whatever became of the others.
judged as (

    select * from evidence
    where target_id is not null
    qualify
        row_number() over (
            partition by target_id
            order by
                case evidence_state
                    when 'evidenced' then 1
                    when 'changed' then 2
                    when 'missing' then 3
                    else 4
                end asc,
                quote_start asc nulls last
        ) = 1

),

final as (

    select
        targets.target_id,
        coalesce(judged.evidence_state, 'not_checked') as drift_state,
        judged.capture_id,
        case when judged.evidence_state in ('changed', 'missing') then judged.old_quote end as old_quote,
        case when judged.evidence_state = 'changed' then judged.new_quote end as new_quote
    from targets
    left join judged on targets.target_id = judged.target_id and targets.plan_id = judged.plan_id

)

select * from final

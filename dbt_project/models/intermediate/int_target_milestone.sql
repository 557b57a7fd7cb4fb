with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family = 'evidence'

),

evidence as (

    select * from {{ ref("stg_task_evidence") }}

),

-- Dated evidence that was out by the as-of date, of what was done by the evaluation date.
seen as (

    select
        dates.target_id,
        dates.evaluation_date,
        min(evidence.evidence_on) filter (where evidence.evidence_on <= coalesce(dates.target_end, evidence.evidence_on))
            as done_on,
        min(evidence.evidence_on) filter (where evidence.evidence_on > dates.target_end) as done_late_on,
        list(evidence.evidence_id order by evidence.evidence_on, evidence.evidence_id) as evidence_ids
    from dates
    inner join evidence on dates.target_id = evidence.target_id
    where evidence.evidence_on <= dates.evaluation_date and evidence.known_on <= dates.as_of
    group by all

),

final as (

    select
        dates.target_id,
        dates.evaluation_date,
        'evidence' as rule,
        seen.target_id is not null as is_met,
        false as has_end_fact,
        if(seen.target_id is not null, 'evidence', null) as settled_by,
        -- Done is done; that it was too late is told.
        coalesce(seen.done_on is null and seen.done_late_on is not null, false) as is_late,
        seen.done_on as first_reached_on,
        if(seen.done_on is null, seen.done_late_on, null) as reached_later_on,
        coalesce(seen.evidence_ids, cast([] as varchar[])) as evidence_ids
    from dates
    left join seen
        on dates.target_id = seen.target_id and dates.evaluation_date = seen.evaluation_date

)

select * from final

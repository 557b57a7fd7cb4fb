with

targets as (

    select * from {{ ref("int_target_completion") }}

),

units as (

    select * from {{ ref("int_task_units") }}

),

-- Each target once under every unit that it names; those that name none together.
responsible as (

    select
        targets.*,
        coalesce(units.unit_zh, '未注明') as unit_zh,
        units.unit_zh is null as is_unassigned,
        coalesce(units.is_lead, false) as is_lead
    from targets
    left join units on targets.target_id = units.target_id

),

final as (

    select
        plan_id,
        unit_zh,
        evaluation_date,
        is_unassigned,
        as_of,
        cast(count(*) as integer) as target_count,
        cast(count(*) filter (where is_lead) as integer) as lead_count,
        cast(count(*) filter (where not is_lead and not is_unassigned) as integer) as participant_count,
        {{ status_counts() }},
        {{ status_counts("lead_", "is_lead") }},
        cast(count(*) filter (where is_rated) as integer) as rated_count,
        cast(count(completion) as integer) as completion_count,
        round(avg(completion), 6) as completion_unweighted,
        cast(count(*) filter (where is_task) as integer) as task_count,
        cast(count(*) filter (where is_done) as integer) as tasks_done,
        list(target_id order by target_id) as target_ids
    from responsible
    group by all

)

select * from final

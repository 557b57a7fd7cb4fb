with

targets as (

    select * from {{ ref("int_target_completion") }}

),

final as (

    select
        plan_id,
        evaluation_date,
        section,
        as_of,
        cast(count(*) as integer) as target_count,
        {{ status_counts() }},
        {{ scorecard_measures() }},
        coalesce(
            list(target_id order by target_id) filter (where is_measurable and not is_covered),
            cast([] as varchar[])
        ) as missing_targets,
        list(target_id order by target_id) as target_ids
    from targets
    group by all

)

select * from final

with

targets as (

    select * from {{ ref("int_target_completion") }}

),

plans as (

    select * from {{ ref("stg_plans") }}

),

-- The region of the plan, as its own promises read the code (a code can have meant another region in other years).
regions as (

    select
        targets.plan_id,
        min(targets.region_id) as region_id
    from targets
    inner join plans on targets.plan_id = plans.plan_id and targets.region_code = plans.region_code
    group by all

),

counted as (

    select
        plan_id,
        evaluation_date,
        as_of,
        cast(count(*) as integer) as target_count,
        {{ status_counts() }},
        {{ scorecard_measures() }},
        list(target_id order by target_id) filter (where is_measurable and not is_covered) as missing_targets
    from targets
    group by all

),

-- What lacks figures, by who would bring them: `indicators（bringer）`, the bringer of most first.
lacking as (

    select
        plan_id,
        evaluation_date,
        bringer,
        count(distinct indicator_zh) as indicator_count,
        string_agg(distinct indicator_zh, '、' order by indicator_zh) as indicators
    from targets
    where is_measurable and not is_covered
    group by all

),

lacks as (

    select
        plan_id,
        evaluation_date,
        string_agg(
            indicators || '（' || coalesce(bringer, '来源不明') || '）',
            '；'
            order by indicator_count desc, bringer asc nulls last
        ) as missing_summary
    from lacking
    group by all

),

final as (

    select
        counted.plan_id,
        counted.evaluation_date,
        counted.as_of,
        coalesce(counted.evaluation_date >= make_date(plans.period_end, 12, 31), false) as is_final,
        regions.region_id,
        plans.region_code,
        plans.title_zh,
        plans.period_start,
        plans.period_end,
        counted.target_count,
        {{ status_count_columns() }},
        counted.rated_count,
        counted.numeric_count,
        counted.binding_count,
        counted.expected_count,
        counted.measurable_count,
        counted.covered_count,
        counted.data_coverage,
        counted.completion_count,
        counted.completion_unweighted,
        counted.completion_weighted,
        counted.task_count,
        counted.tasks_done,
        coalesce(counted.missing_targets, cast([] as varchar[])) as missing_targets,
        coalesce(lacks.missing_summary, '') as missing_summary
    from counted
    inner join plans on counted.plan_id = plans.plan_id
    left join regions on counted.plan_id = regions.plan_id
    left join lacks
        on counted.plan_id = lacks.plan_id and counted.evaluation_date = lacks.evaluation_date

)

select * from final

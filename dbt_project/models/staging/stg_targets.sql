with

targets as (

    select * from {{ ref("targets") }}

),

proposals as (

    select * from {{ source("raw", "plan_proposals") }}

),

plans as (

    select * from {{ ref("stg_plans") }}

),

seeds as (

    select
        cast(target_id as varchar) as target_id,
        cast(plan_id as varchar) as plan_id,
        cast(target_no as varchar) as target_no,
        cast(indicator_id as varchar) as indicator_id,
        cast(indicator_zh as varchar) as indicator_zh,
        cast(region_code as varchar) as region_code,
        cast(target_type as varchar) as target_type,
        cast(direction as varchar) as direction,
        cast(condition as varchar) as condition,
        cast(target_value as decimal(28, 6)) as target_value_printed,
        cast(target_value_high as decimal(28, 6)) as target_value_high_printed,
        cast(unit_zh as varchar) as unit_zh,
        cast(target_value_si as decimal(28, 6)) as target_value,
        cast(unit_base as varchar) as unit_base,
        cast(baseline_value as decimal(28, 6)) as baseline_value_printed,
        cast(baseline_value_si as decimal(28, 6)) as baseline_value,
        cast(baseline_year as integer) as baseline_year,
        cast(period_start_year as integer) as period_start_year,
        cast(target_year as integer) as target_year,
        cast(cast(target_date as varchar) as date) as target_date,
        cast(deliverable as varchar) as deliverable,
        cast(responsible_units as varchar) as responsible_units,
        cast(section as varchar) as section,
        cast(form as varchar) as form,
        cast(nature as varchar) as nature,
        coalesce(cast(is_approximate as boolean), false) as is_approximate,
        coalesce(cast(year_inferred as boolean), false) as is_year_inferred,
        cast(part_of_target_id as varchar) as part_of_target_id,
        cast(conflict_note as varchar) as conflict_note,
        cast(note as varchar) as note,
        cast(null as double) as confidence,
        'seed' as registered_in
    from targets

),

-- Promises as the extractor proposes them, of plans that people added to the home.
home_targets as (

    select
        proposals.target_id,
        proposals.plan_id,
        proposals.target_no,
        proposals.indicator_id,
        proposals.indicator_zh,
        proposals.region_code,
        proposals.target_type,
        proposals.direction,
        proposals.condition,
        proposals.target_value as target_value_printed,
        proposals.target_value_high as target_value_high_printed,
        proposals.unit_zh,
        proposals.target_value_si as target_value,
        proposals.unit_base,
        proposals.baseline_value as baseline_value_printed,
        proposals.baseline_value_si as baseline_value,
        proposals.baseline_year,
        proposals.period_start_year,
        proposals.target_year,
        proposals.target_date,
        proposals.deliverable,
        proposals.responsible_units,
        proposals.section,
        proposals.form,
        proposals.nature,
        proposals.is_approximate,
        proposals.year_inferred as is_year_inferred,
        proposals.part_of_target_id,
        proposals.conflict_note,
        proposals.note,
        proposals.confidence,
        'home' as registered_in
    from proposals
    inner join plans on proposals.plan_id = plans.plan_id
    left join seeds on proposals.target_id = seeds.target_id
    where plans.registered_in = 'home' and seeds.target_id is null

),

final as (

    select * from seeds
    union all by name
    select * from home_targets

)

select * from final

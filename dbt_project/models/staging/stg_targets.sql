with

targets as (

    select * from {{ ref("targets") }}

),

final as (

    select
        cast(target_id as varchar) as target_id,
        cast(plan_id as varchar) as plan_id,
        cast(target_no as varchar) as target_no,
        cast(indicator_id as varchar) as indicator_id,
        cast(indicator_zh as varchar) as indicator_zh,
        cast(region_code as varchar) as region_code,
        cast(target_type as varchar) as target_type,
        cast(direction as varchar) as direction,
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
        cast(note as varchar) as note
    from targets

)

select * from final

with

targets as (

    select * from {{ ref("stg_targets") }}

),

reviews as (

    select * from {{ ref("stg_target_reviews") }}

),

final as (

    select
        targets.* replace (
            {{ corrected("indicator_id", "varchar") }} as indicator_id,
            {{ corrected("indicator_zh", "varchar") }} as indicator_zh,
            {{ corrected("region_code", "varchar") }} as region_code,
            {{ corrected("target_type", "varchar") }} as target_type,
            {{ corrected("direction", "varchar") }} as direction,
            {{ corrected("condition", "varchar") }} as condition,
            {{ corrected("unit_zh", "varchar") }} as unit_zh,
            {{ corrected("unit_base", "varchar") }} as unit_base,
            {{ corrected("responsible_units", "varchar") }} as responsible_units,
            {{ corrected("deliverable", "varchar") }} as deliverable,
            {{ corrected("target_value_printed", "decimal(28, 6)", "target_value") }} as target_value_printed,
            {{ corrected("target_value_high_printed", "decimal(28, 6)", "target_value_high") }} as target_value_high_printed,
            {{ corrected("target_value", "decimal(28, 6)", "target_value_si") }} as target_value,
            {{ corrected("baseline_value_printed", "decimal(28, 6)", "baseline_value") }} as baseline_value_printed,
            {{ corrected("baseline_value", "decimal(28, 6)", "baseline_value_si") }} as baseline_value,
            {{ corrected("baseline_year", "integer") }} as baseline_year,
            {{ corrected("target_year", "integer") }} as target_year,
            {{ corrected("target_date", "date") }} as target_date
        ),
        coalesce(reviews.decision, 'proposed') as review_state
    from targets
    left join reviews on targets.target_id = reviews.target_id

)

select * from final

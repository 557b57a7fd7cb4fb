-- Every rule gives these columns as far as it has them; a new rule is one more model in this union.
with

levels as (

    select * from {{ ref("int_target_level") }}

),

cumulatives as (

    select * from {{ ref("int_target_cumulative") }}

),

growths as (

    select * from {{ ref("int_target_growth") }}

),

directions as (

    select * from {{ ref("int_target_direction") }}

),

yearly_floors as (

    select * from {{ ref("int_target_yearly_floor") }}

),

ranks as (

    select * from {{ ref("int_target_rank") }}

),

relatives as (

    select * from {{ ref("int_target_relative") }}

),

milestones as (

    select * from {{ ref("int_target_milestone") }}

),

intervals as (

    select * from {{ ref("int_target_projection") }}

),

measured as (

    select * from levels
    union all by name
    select * from cumulatives
    union all by name
    select * from growths
    union all by name
    select * from directions
    union all by name
    select * from yearly_floors
    union all by name
    select * from ranks
    union all by name
    select * from relatives
    union all by name
    select * from milestones

),

final as (

    select
        measured.* replace (
            coalesce(measured.is_baseline_revised, false) as is_baseline_revised,
            coalesce(measured.is_floor, false) as is_floor,
            coalesce(measured.is_by_requirement, false) as is_by_requirement,
            coalesce(measured.can_be_achieved_early, false) as can_be_achieved_early,
            coalesce(measured.is_wrong_way, false) as is_wrong_way,
            coalesce(measured.is_over_the_top, false) as is_over_the_top,
            coalesce(measured.is_undecided, false) as is_undecided,
            coalesce(measured.is_late, false) as is_late,
            coalesce(measured.lacks_baseline, false) as lacks_baseline,
            coalesce(measured.is_to_date_added, false) as is_to_date_added,
            coalesce(measured.has_conflict, false) as has_conflict,
            coalesce(measured.is_wider_scope, false) as is_wider_scope,
            coalesce(measured.is_computed, false) as is_computed,
            coalesce(measured.has_series_break, false) as has_series_break
        ),
        if(measured.projected_value is null, null, intervals.projected_low) as projected_low,
        if(measured.projected_value is null, null, intervals.projected_high) as projected_high
    from measured
    left join intervals
        on measured.target_id = intervals.target_id and measured.evaluation_date = intervals.evaluation_date

)

select * from final

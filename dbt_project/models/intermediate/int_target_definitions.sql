with

progress as (

    select * from {{ ref("int_target_status") }}

),

observations as (

    select * from {{ ref("fct_observation") }}

),

breaks as (

    select * from {{ ref("series_breaks") }}

),

-- A rank is held against figures of its own day only.
used as (

    select
        target_id,
        evaluation_date,
        if(baseline_source = 'printed', baseline_date, null) as printed_on,
        unnest(observation_ids) as observation_id
    from progress
    where rule != 'rank'

),

figures as (

    select
        used.*,
        observations.region_id,
        observations.indicator_id,
        observations.series_id
    from used
    inner join observations on used.observation_id = observations.observation_id

),

of_several_series as (

    select
        target_id,
        evaluation_date
    from figures
    group by target_id, evaluation_date, region_id, indicator_id
    having count(distinct series_id) > 1

),

-- A printed baseline is no observation: the breaks of the figures after its day lie between.
after_the_baseline as (

    select
        figures.target_id,
        figures.evaluation_date
    from figures
    inner join breaks
        on
            figures.indicator_id = breaks.indicator_id
            and list_contains(string_split(figures.series_id, '+'), breaks.break_id)
            and figures.printed_on < breaks.effective_from

),

final as (

    select
        target_id,
        evaluation_date
    from of_several_series

    union

    select
        target_id,
        evaluation_date
    from after_the_baseline

)

select * from final

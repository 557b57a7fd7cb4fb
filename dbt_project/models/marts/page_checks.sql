with

tried_on_page as (

    select * from {{ ref("stg_page_checks") }}

),

page_pairs as (

    select * from {{ ref("int_series_page_pairs") }}

),

contradicted as (

    select * from {{ ref("int_contradicted_observations") }}

),

declared as (

    select * from {{ ref("int_family_checks") }}

),

captures as (

    select * from {{ ref("stg_captures") }}

),

capture_dates as (

    select * from {{ ref("int_capture_dates") }}
    where is_known

),

serving as (

    select * from {{ ref("int_serving_captures") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

sides as (

    {{ both_sides(
        "page_pairs", ["check_name", "compared_count", "failed_count", "is_contradiction"], excluded=true
    ) }}

),

tried_in_series as (

    select
        capture_id,
        check_name,
        sum(compared_count) as compared_count,
        sum(failed_count) as failed_count,
        bool_or(is_contradiction) as is_contradiction,
        bool_or(is_excluded) as is_excluded,
        arg_max(other_capture_id, (failed_count, other_capture_id)) as other_capture_id
    from sides
    group by capture_id, check_name

),

excluded_figures as (

    select
        capture_id,
        check_name,
        count(*) as figure_count
    from contradicted
    where not is_whole_page
    group by capture_id, check_name

),

-- A page that was refused has no figures to check; one that was parsed before results were kept says so.
page_stage as (

    select
        outcomes.capture_id,
        declared.stage,
        declared.check_name,
        declared.is_required,
        coalesce(tried_on_page.state, 'not_tried') as state,
        coalesce(tried_on_page.compared_count, 0) as compared_count,
        coalesce(tried_on_page.tolerated_count, 0) as tolerated_count,
        coalesce(tried_on_page.failed_count, 0) as failed_count,
        if(tried_on_page.capture_id is null, 'the result of this parse was not kept', tried_on_page.message) as message,
        cast(null as varchar) as other_capture_id,
        coalesce(tried_on_page.state = 'failed' and not outcomes.is_usable, false) as is_excluded
    from outcomes
    inner join capture_dates on outcomes.capture_id = capture_dates.capture_id
    inner join declared on outcomes.parser = declared.family and declared.stage = 'page'
    left join tried_on_page
        on outcomes.capture_id = tried_on_page.capture_id and declared.check_name = tried_on_page.check_name
    where outcomes.verdict != 'quarantined'

),

series_stage as (

    select
        serving.capture_id,
        declared.stage,
        declared.check_name,
        declared.is_required,
        case
            when tried_in_series.capture_id is null then 'not_tried'
            when tried_in_series.is_contradiction or excluded_figures.capture_id is not null then 'failed'
            else 'held'
        end as state,
        coalesce(tried_in_series.compared_count, 0) as compared_count,
        if(state = 'held', coalesce(tried_in_series.failed_count, 0), 0) as tolerated_count,
        if(state = 'failed', coalesce(tried_in_series.failed_count, 0), 0) as failed_count,
        case
            when tried_in_series.capture_id is null then 'no other page of the source has figures to compare with'
            when excluded_figures.capture_id is not null then excluded_figures.figure_count || ' figures are kept out of facts'
            when tried_in_series.failed_count > 0
                then tried_in_series.failed_count || ' of ' || tried_in_series.compared_count || ' comparisons failed'
        end as message,
        if(tried_in_series.failed_count > 0, tried_in_series.other_capture_id, null) as other_capture_id,
        coalesce(tried_in_series.is_excluded, false) as is_excluded
    from serving
    inner join declared on serving.parser = declared.family and declared.stage = 'series'
    left join tried_in_series
        on serving.capture_id = tried_in_series.capture_id and declared.check_name = tried_in_series.check_name
    left join excluded_figures
        on serving.capture_id = excluded_figures.capture_id and declared.check_name = excluded_figures.check_name

),

results as (

    select * from page_stage
    union all by name
    select * from series_stage

),

final as (

    select
        results.capture_id,
        results.check_name,
        results.stage,
        captures.source_id,
        outcomes.parser as family,
        captures.url,
        results.is_required,
        results.state,
        cast(results.compared_count as bigint) as compared_count,
        cast(results.tolerated_count as bigint) as tolerated_count,
        cast(results.failed_count as bigint) as failed_count,
        results.message,
        results.other_capture_id,
        results.is_excluded
    from results
    inner join captures on results.capture_id = captures.capture_id
    inner join outcomes on results.capture_id = outcomes.capture_id

)

select * from final

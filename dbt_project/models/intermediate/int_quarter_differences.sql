with

figures as (

    select * from {{ ref("int_observations") }}
    where period_kind in ('year', 'year_to_date', 'quarter') and not is_inferred_period and is_superseded is not true

),

captures as (

    select * from {{ ref("int_serving_captures") }}

),

indicators as (

    select
        indicator_id,
        kind as indicator_kind
    from {{ ref("indicators") }}

),

contradicted as (

    select * from {{ ref("int_contradicted_observations") }}

),

series as (

    select * from {{ ref("int_observation_series") }}

),

-- Of each source the newest figure for a period; the quarters of a year begin with the year, whatever day that is.
flows as (

    select
        figures.*,
        captures.source_id,
        series.series_id,
        {{ month_count("figures.period_start", "figures.period_end") }} as month_count
    from figures
    inner join captures on figures.capture_id = captures.capture_id
    inner join indicators on figures.indicator_id = indicators.indicator_id
    inner join series on figures.observation_id = series.observation_id
    left join contradicted on figures.observation_id = contradicted.observation_id
    where
        indicators.indicator_kind = 'flow'
        and contradicted.observation_id is null
        and not figures.is_approximate
        and cast(figures.period_start + to_months(cast(month_count as integer)) as date) - 1 = figures.period_end
    qualify
        row_number() over (
            partition by
                captures.source_id, figures.indicator_id, figures.breakdown, figures.region_id, figures.period_start,
                figures.period_end
            order by
                figures.is_starter asc,
                figures.vintage_on desc,
                figures.arrival_no desc,
                figures.table_no asc,
                figures.row_no asc,
                figures.column_no asc
        ) = 1

),

-- The first quarter is the year to date itself; the others are what was added since the quarter before.
final as (

    select
        {{ stable_id(["'quarter'", "whole.observation_id", "part.observation_id"]) }} as observation_id,
        whole.observation_id as whole_observation_id,
        part.observation_id as part_observation_id,
        whole.capture_id,
        whole.source_id,
        whole.region_id,
        whole.indicator_id,
        whole.breakdown,
        coalesce(cast(part.period_end + 1 as date), whole.period_start) as period_start,
        whole.period_end,
        cast(whole.value - coalesce(part.value, 0) as decimal(28, 6)) as value,
        cast(whole.precision + coalesce(part.precision, 0) as decimal(28, 6)) as precision,
        whole.value - coalesce(part.value, 0) < 0 as is_negative
    from flows as whole
    left join flows as part
        on
            whole.source_id = part.source_id
            and whole.indicator_id = part.indicator_id
            and whole.breakdown = part.breakdown
            and whole.region_id = part.region_id
            and whole.period_start = part.period_start
            and whole.month_count = part.month_count + 3
            and whole.series_id = part.series_id
    where
        (whole.month_count = 3 and whole.period_kind = 'year_to_date')
        or (whole.month_count in (6, 9, 12) and part.observation_id is not null)

)

select * from final

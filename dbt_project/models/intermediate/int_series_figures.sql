with

observations as (

    select * from {{ ref("int_observations") }}
    -- Prose rounds, restates and compares: only tables are held against each other, as they stand today.
    where table_no > 0 and not is_inferred_period and is_superseded is not true

),

captures as (

    select * from {{ ref("int_serving_captures") }}

),

sources as (

    select * from {{ ref("stg_sources") }}

),

indicators as (

    select
        indicator_id,
        kind as indicator_kind
    from {{ ref("indicators") }}

),

series as (

    select * from {{ ref("int_observation_series") }}

),

owned as (

    select
        observations.observation_id,
        observations.capture_id,
        series.series_id,
        captures.parser as family,
        -- Pages of no source are of one series where they bear the same publisher or lie on the same host.
        case
            when sources.source_id is not null then sources.source_id
            when captures.publisher is not null then 'publisher ' || captures.publisher
            when regexp_matches(captures.url, '^https?://') then 'host ' || split_part(captures.url, '/', 3)
            else 'capture ' || captures.capture_id
        end as series_owner,
        observations.indicator_id,
        observations.breakdown,
        observations.region_id,
        observations.period_kind,
        observations.period_start,
        observations.period_end,
        observations.value,
        observations.precision,
        indicators.indicator_kind,
        observations.period_kind = 'cumulative' and observations.period_start = observations.period_end
            as is_running_total,
        captures.fetched_on,
        captures.arrival_no
    from observations
    inner join captures on observations.capture_id = captures.capture_id
    inner join indicators on observations.indicator_id = indicators.indicator_id
    inner join series on observations.observation_id = series.observation_id
    left join sources on captures.source_id = sources.source_id
    qualify
        row_number() over (
            partition by
                observations.capture_id, observations.indicator_id, observations.breakdown, observations.region_id,
                observations.period_kind, observations.period_start, observations.period_end
            order by observations.table_no asc, observations.row_no asc, observations.column_no asc
        ) = 1

),

-- The issues of a running total in their order.
final as (

    select
        *,
        dense_rank() over (
            partition by series_owner, indicator_id, breakdown, region_id, is_running_total
            order by period_end asc
        ) as issue_no
    from owned

)

select * from final

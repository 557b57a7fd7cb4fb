with

observations as (

    select
        *,
        max(period_end) over (partition by capture_id) as newest_on_page
    from {{ ref("int_observations") }}

),

captures as (

    select * from {{ ref("int_known_captures") }}

),

breaks as (

    select * from {{ ref("series_breaks") }}

),

ancestry as (

    select * from {{ ref("int_region_ancestry") }}

),

-- A figure is on the new side by its period, or because its source restates the years before and its page reaches so far that
-- this was done (a year beyond the new side's publication: exports made sooner still mix the two); none that was published
-- before the new side was known.
passed as (

    select
        observations.observation_id,
        breaks.break_id,
        breaks.effect,
        breaks.effective_from
    from observations
    inner join captures on observations.capture_id = captures.capture_id
    inner join breaks on observations.indicator_id = breaks.indicator_id
    left join ancestry
        on observations.region_id = ancestry.region_id and breaks.region_id = ancestry.ancestor_region_id
    where
        (breaks.region_id is null or ancestry.region_id is not null)
        and (breaks.published_from is null or observations.vintage_on >= breaks.published_from)
        and (
            observations.period_end >= breaks.effective_from
            or (
                observations.newest_on_page >= breaks.published_from + 365
                and list_contains(string_split(breaks.restated_by, '|'), captures.source_id)
            )
        )

),

named as (

    select
        observation_id,
        string_agg(break_id, '+' order by effective_from asc, break_id asc) as break_ids,
        max(effective_from) filter (where effect = 'no_pace') as pace_break_on
    from passed
    group by observation_id

),

final as (

    select
        observations.observation_id,
        concat_ws('+', observations.indicator_id, named.break_ids) as series_id,
        named.pace_break_on
    from observations
    left join named on observations.observation_id = named.observation_id

)

select * from final

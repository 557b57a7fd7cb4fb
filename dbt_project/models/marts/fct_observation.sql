with

printed as (

    select * from {{ ref("int_observations") }}

),

quarters as (

    select * from {{ ref("int_quarter_differences") }}
    where not is_negative

),

contradicted as (

    select * from {{ ref("int_contradicted_observations") }}

),

series as (

    select * from {{ ref("int_observation_series") }}

),

records as (

    select * from {{ ref("stg_records") }}

),

captures as (

    select * from {{ ref("int_known_captures") }}

),

regions as (

    select * from {{ ref("dim_region") }}

),

-- A derived figure stands in the place of the later of the two that it comes from, with its page, rank and vintage.
derived as (

    select
        printed.* replace (
            quarters.observation_id as observation_id,
            'quarter' as period_kind,
            quarters.period_start as period_start,
            quarters.value as value,
            quarters.precision as precision
        ),
        printed.observation_id as record_id,
        true as is_derived,
        list_filter(
            [quarters.whole_observation_id, quarters.part_observation_id], id -> id is not null
        ) as derived_from
    from quarters
    inner join printed on quarters.whole_observation_id = printed.observation_id

),

observations as (

    select
        *,
        observation_id as record_id,
        false as is_derived,
        cast([] as varchar[]) as derived_from
    from printed

    union all by name

    select * from derived

),

judged as (

    select
        observations.*,
        series.series_id,
        series.pace_break_on,
        contradicted.observation_id is not null as is_contradicted,
        contradicted.message as contradiction
    from observations
    left join contradicted on observations.observation_id = contradicted.observation_id
    left join series on observations.record_id = series.observation_id

),

-- A page without a date was published after the last day it speaks of; the day it came in says nothing. So of two yearbooks
-- the one that reaches further is the later vintage, whichever was fetched first.
dated as (

    select
        *,
        max(period_end) over (partition by capture_id) as newest_on_page,
        if(is_vintage_stated, vintage_on, least(vintage_on, newest_on_page)) as ranked_vintage
    from judged

),

-- The one to believe where figures differ: not contradicted, printed before derived, dated by its page before dated by a
-- rule, publisher rank, vintage.
ranked as (

    select
        *,
        row_number() over key_by_trust as trust_no
    from dated
    window key_by_trust as (
        partition by region_id, indicator_id, breakdown, period_kind, period_start, period_end
        order by
            is_superseded asc,
            is_contradicted asc,
            is_derived asc,
            is_inferred_period asc,
            publisher_rank asc,
            ranked_vintage desc,
            newest_on_page desc,
            vintage_on desc,
            arrival_no desc,
            table_no asc,
            row_no asc,
            column_no asc,
            observation_id asc
    )

),

beside_leader as (

    select
        *,
        first_value(value) over key_by_trust as leader_value,
        first_value(precision) over key_by_trust as leader_precision
    from ranked
    window key_by_trust as (
        partition by region_id, indicator_id, breakdown, period_kind, period_start, period_end
        order by trust_no
    )

),

-- Of those that agree with it within printed rounding the most precise is taken, a starter copy and what somebody entered by
-- hand only where nothing published says it.
chosen as (

    select
        *,
        row_number() over (
            partition by region_id, indicator_id, breakdown, period_kind, period_start, period_end
            order by
                is_superseded asc,
                is_contradicted asc,
                abs(value - leader_value) <= greatest(precision, leader_precision) desc,
                is_derived asc,
                is_inferred_period asc,
                publisher_rank >= {{ var("rank_entered_by_hand") }} asc,
                is_approximate asc,
                precision asc,
                is_starter asc,
                trust_no asc
        ) as choice_no
    from beside_leader

),

beside_chosen as (

    select
        *,
        first_value(value) over key_by_choice as chosen_value,
        first_value(precision) over key_by_choice as chosen_precision
    from chosen
    window key_by_choice as (
        partition by region_id, indicator_id, breakdown, period_kind, period_start, period_end
        order by choice_no
    )

),

final as (

    select
        beside_chosen.observation_id,
        beside_chosen.region_id,
        regions.region_code,
        beside_chosen.indicator_id,
        beside_chosen.breakdown,
        beside_chosen.period_kind,
        beside_chosen.period_start,
        beside_chosen.period_end,
        {{ readable_period("beside_chosen.period_start", "beside_chosen.period_end") }} as period,
        beside_chosen.value,
        beside_chosen.unit_base,
        beside_chosen.precision,
        records.value as value_printed,
        records.unit_label,
        records.value_text,
        beside_chosen.vintage_on,
        captures.source_id,
        beside_chosen.publisher_rank,
        captures.origin,
        beside_chosen.capture_id,
        captures.url,
        captures.fetched_at,
        captures.published_on,
        records.parser,
        records.parser_version,
        beside_chosen.table_no,
        beside_chosen.row_no,
        beside_chosen.column_no,
        records.table_title,
        records.region_label,
        records.measure_label,
        records.period_label,
        records.quote,
        beside_chosen.is_repeated_region,
        beside_chosen.is_incomplete_page,
        beside_chosen.is_approximate,
        beside_chosen.is_inferred_period,
        beside_chosen.is_unit_unprinted,
        not beside_chosen.is_contradicted
        and beside_chosen.is_superseded is not true
        and abs(beside_chosen.value - beside_chosen.chosen_value)
        > greatest(beside_chosen.precision, beside_chosen.chosen_precision) as is_conflict,
        beside_chosen.choice_no = 1
        and not beside_chosen.is_contradicted
        and beside_chosen.is_superseded is not true as is_chosen,
        nullif(
            concat_ws(
                '; ',
                records.note,
                beside_chosen.alias_note,
                beside_chosen.contradiction,
                captures.release_note
            ),
            ''
        ) as note,
        beside_chosen.is_contradicted,
        beside_chosen.is_derived,
        beside_chosen.derived_from,
        beside_chosen.series_id,
        beside_chosen.pace_break_on,
        coalesce(beside_chosen.is_superseded, false) as is_superseded,
        captures.released_by
    from beside_chosen
    inner join records on beside_chosen.record_id = records.record_id
    inner join captures on beside_chosen.capture_id = captures.capture_id
    left join regions on beside_chosen.region_id = regions.region_id

)

select * from final

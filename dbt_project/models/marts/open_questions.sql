with

fates as (

    select * from {{ ref("int_record_fates") }}

),

records as (

    select * from {{ ref("stg_records") }}

),

captures as (

    select * from {{ ref("stg_captures") }}

),

unused as (

    select * from {{ ref("int_unused_captures") }}

),

observations as (

    select * from {{ ref("fct_observation") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

serving as (

    select * from {{ ref("int_serving_captures") }}

),

sources as (

    select * from {{ ref("stg_sources") }}

),

target_questions as (

    select * from {{ ref("int_target_questions") }}

),

plan_questions as (

    select * from {{ ref("int_plan_questions") }}

),

series_questions as (

    select * from {{ ref("int_series_questions") }}

),

-- Records that could not be used: one question per label, whatever number of figures waits for the answer.
record_questions as (

    select
        fates.reason as kind,
        case
            when fates.reason = 'unmapped_measure'
                then concat_ws(' | ', nullif(fates.subject_key, ''), fates.measure_key)
            when fates.reason in ('unmapped_unit', 'unit_mismatch', 'missing_unit')
                then concat_ws(' | ', coalesce(records.unit_label, '(none)'), fates.indicator_id)
            when fates.reason like '%region%' or fates.reason = 'below_county'
                then coalesce(nullif(fates.region_key, ''), captures.title, captures.url)
            else concat_ws(' | ', fates.indicator_id, captures.url)
        end as subject,
        captures.capture_id,
        captures.url,
        captures.arrival_no,
        records.table_no,
        records.row_no,
        records.column_no,
        records.value_text
    from fates
    inner join records on fates.record_id = records.record_id
    inner join captures on fates.capture_id = captures.capture_id
    where fates.fate = 'question'

),

labels as (

    select
        kind,
        subject,
        cast(null as varchar) as detail,
        count(*) as record_count,
        first(capture_id order by arrival_no, table_no, row_no, column_no) as example_capture_id,
        first(url order by arrival_no, table_no, row_no, column_no) as example_url,
        first(table_no order by arrival_no, table_no, row_no, column_no) as example_table_no,
        first(row_no order by arrival_no, table_no, row_no, column_no) as example_row_no,
        first(column_no order by arrival_no, table_no, row_no, column_no) as example_column_no,
        first(value_text order by arrival_no, table_no, row_no, column_no) as example_text,
        case
            when kind = 'unmapped_measure' then 'seeds/label_aliases.csv'
            when kind in ('unmapped_unit', 'unit_mismatch') then 'seeds/units.csv'
            when kind in ('unmapped_region', 'ambiguous_region') then 'seeds/region_aliases.csv'
            else 'scrapers/parsers'
        end as suggested_owner
    from record_questions
    group by kind, subject

),

conflicts as (

    select
        'conflict' as kind,
        concat_ws(' | ', region_code, indicator_id, breakdown, period_kind, period) as subject,
        string_agg(
            distinct {{ plain_number("value") }} || ' ' || unit_base || ' (' || source_id || ')', ', '
            order by {{ plain_number("value") }} || ' ' || unit_base || ' (' || source_id || ')'
        ) as detail,
        count(*) filter (where is_conflict) as record_count,
        arg_min(capture_id, (not is_conflict, publisher_rank, observation_id)) as example_capture_id,
        arg_min(url, (not is_conflict, publisher_rank, observation_id)) as example_url,
        arg_min(table_no, (not is_conflict, publisher_rank, observation_id)) as example_table_no,
        arg_min(row_no, (not is_conflict, publisher_rank, observation_id)) as example_row_no,
        arg_min(column_no, (not is_conflict, publisher_rank, observation_id)) as example_column_no,
        arg_min(value_text, (not is_conflict, publisher_rank, observation_id)) as example_text,
        'seeds/publisher_ranks.csv' as suggested_owner
    from observations
    group by region_id, region_code, indicator_id, breakdown, period_kind, period_start, period_end, period
    having bool_or(is_conflict)

),

pages as (

    select
        verdict || '_page' as kind,
        document_key as subject,
        concat_ws(': ', reason, message) as detail,
        0 as record_count,
        capture_id as example_capture_id,
        url as example_url,
        cast(null as integer) as example_table_no,
        cast(null as integer) as example_row_no,
        cast(null as integer) as example_column_no,
        title as example_text,
        case
            when verdict = 'contradictory' then 'the publisher'
            when reason in ('changed_layout', 'another_layout', 'held_by_hand') then 'zhibiao quarantine show'
            else 'scrapers/parsers'
        end as suggested_owner
    from unused

),

short_pages as (

    select
        'too_few_records' as kind,
        serving.document_key as subject,
        outcomes.record_count || ' records, at least ' || sources.minimum_records || ' expected' as detail,
        outcomes.record_count,
        serving.capture_id as example_capture_id,
        serving.url as example_url,
        cast(null as integer) as example_table_no,
        cast(null as integer) as example_row_no,
        cast(null as integer) as example_column_no,
        serving.title as example_text,
        'scrapers/catalog' as suggested_owner
    from serving
    inner join outcomes on serving.capture_id = outcomes.capture_id
    inner join sources on serving.source_id = sources.source_id
    where outcomes.record_count < sources.minimum_records

),

leftovers as (

    select
        'leftover_on_page' as kind,
        serving.document_key as subject,
        array_to_string(outcomes.leftovers, ' | ') as detail,
        0 as record_count,
        serving.capture_id as example_capture_id,
        serving.url as example_url,
        cast(null as integer) as example_table_no,
        cast(null as integer) as example_row_no,
        cast(null as integer) as example_column_no,
        serving.title as example_text,
        'scrapers/parsers' as suggested_owner
    from serving
    inner join outcomes on serving.capture_id = outcomes.capture_id
    where len(outcomes.leftovers) > 0

),

questions as (

    select * from labels

    union all

    select * from conflicts

    union all

    select * from pages

    union all

    select * from short_pages

    union all

    select * from leftovers

    union all

    select * from target_questions

    union all

    select * from plan_questions

    union all

    select * from series_questions

),

final as (

    select
        {{ stable_id(["kind", "subject"]) }} as question_id,
        kind,
        subject as question_key,
        detail,
        cast(record_count as bigint) as record_count,
        example_capture_id,
        example_url,
        example_table_no,
        example_row_no,
        example_column_no,
        example_text,
        suggested_owner
    from questions

)

select * from final

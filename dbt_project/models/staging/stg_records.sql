with

records as (

    select * from {{ source("raw", "records") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

final as (

    select
        records.capture_id,
        records.source_id,
        records.parser,
        records.parser_version,
        records.table_no,
        records.row_no,
        records.column_no,
        -- The label tells the two figures of a compound cell (`100/84.2`) apart.
        {{ stable_id([
            "records.capture_id", "records.table_no", "records.row_no", "records.column_no", "records.measure_label"
        ]) }} as record_id,
        records.table_title,
        records.region_label,
        records.measure_label,
        records.period_label,
        records.period,
        records.period_kind,
        {{ period_start("records.period") }} as period_start,
        {{ period_end("records.period") }} as period_end,
        records.unit_label,
        records.value_text,
        records.value,
        {{ printed_half_unit("records.value_text", "records.note") }} as half_unit,
        records.is_percentage_row,
        records.published_on,
        records.quote,
        records.start as quote_start,
        records."end" as quote_end,
        records.note
    from records
    inner join outcomes
        on
            records.capture_id = outcomes.capture_id
            and records.parser = outcomes.parser
            and records.parser_version = outcomes.parser_version

)

select * from final

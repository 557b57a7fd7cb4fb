with

statements as (

    select * from {{ source("raw", "statements") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

final as (

    select
        statements.capture_id,
        statements.parser,
        statements.parser_version,
        statements.plan_id,
        statements.statement_no,
        statements.section,
        statements.quote,
        statements.start as quote_start,
        statements."end" as quote_end,
        statements.indicator_label,
        statements.comparator,
        statements.value_text,
        statements.value,
        statements.value_high,
        statements.unit_label,
        statements.baseline_text,
        statements.baseline_year,
        statements.target_year,
        statements.responsible_units,
        statements.form,
        statements.confidence
    from statements
    inner join outcomes
        on
            statements.capture_id = outcomes.capture_id
            and statements.parser = outcomes.parser
            and statements.parser_version = outcomes.parser_version

)

select * from final

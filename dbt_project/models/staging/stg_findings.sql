with

findings as (

    select * from {{ source("raw", "findings") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

final as (

    select
        findings.capture_id,
        findings.parser,
        findings.parser_version,
        findings.finding_no,
        findings.check_name,
        findings.passed,
        findings.message,
        findings.table_no,
        findings.row_no,
        findings.column_no
    from findings
    inner join outcomes
        on
            findings.capture_id = outcomes.capture_id
            and findings.parser = outcomes.parser
            and findings.parser_version = outcomes.parser_version

)

select * from final

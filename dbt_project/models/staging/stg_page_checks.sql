with

page_checks as (

    select * from {{ source("raw", "page_checks") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

final as (

    select
        page_checks.capture_id,
        page_checks.parser,
        page_checks.parser_version,
        page_checks.check_name,
        page_checks.state,
        page_checks.compared_count,
        page_checks.tolerated_count,
        page_checks.failed_count,
        page_checks.message
    from page_checks
    inner join outcomes
        on
            page_checks.capture_id = outcomes.capture_id
            and page_checks.parser = outcomes.parser
            and page_checks.parser_version = outcomes.parser_version

)

select * from final

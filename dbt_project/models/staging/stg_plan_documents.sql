with

documents as (

    select * from {{ source("raw", "plan_documents") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

final as (

    select
        documents.capture_id,
        documents.parser,
        documents.parser_version,
        documents.title,
        documents.issuer,
        documents.doc_no,
        documents.issued_on,
        documents.published_on,
        documents.period_start,
        documents.period_end
    from documents
    inner join outcomes
        on
            documents.capture_id = outcomes.capture_id
            and documents.parser = outcomes.parser
            and documents.parser_version = outcomes.parser_version

)

select * from final

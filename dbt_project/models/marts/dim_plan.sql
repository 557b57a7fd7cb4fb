with

plans as (

    select * from {{ ref("stg_plans") }}

),

documents as (

    select * from {{ ref("int_plan_documents") }}

),

compared as (

    select
        plans.plan_id,
        plans.title_zh,
        plans.region_code,
        plans.issuer_zh,
        plans.doc_no,
        plans.issued_on,
        plans.period_start,
        plans.period_end,
        plans.plan_kind,
        plans.note,
        plans.conflict_note,
        plans.registered_in,
        plans.added_on,
        coalesce(plans.registered_url, documents.url) as url,
        documents.title as document_title,
        documents.issuer as document_issuer,
        documents.doc_no as document_doc_no,
        documents.issued_on as document_issued_on,
        documents.published_on as document_published_on,
        documents.period_start as document_period_start,
        documents.period_end as document_period_end,
        documents.capture_id as document_capture_id,
        documents.url as document_url,
        list_filter(
            [
                if({{ label_key("plans.title_zh") }} != {{ label_key("documents.title") }}, 'title', null),
                if({{ label_key("plans.issuer_zh") }} != {{ label_key("documents.issuer") }}, 'issuer', null),
                if({{ label_key("plans.doc_no") }} != {{ label_key("documents.doc_no") }}, 'doc_no', null),
                if(plans.issued_on != documents.issued_on, 'issued_on', null),
                if(plans.period_start != documents.period_start, 'period_start', null),
                if(plans.period_end != documents.period_end, 'period_end', null)
            ],
            difference -> difference is not null
        ) as difference_names
    from plans
    left join documents on plans.plan_id = documents.plan_id

),

final as (

    select
        * exclude (difference_names, conflict_note, registered_in, added_on, url),
        coalesce(array_to_string(difference_names, ','), '') as differences,
        conflict_note,
        registered_in,
        url,
        added_on
    from compared

)

select * from final

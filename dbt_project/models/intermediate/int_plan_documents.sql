with

plans as (

    select * from {{ ref("stg_plans") }}

),

targets as (

    select * from {{ ref("stg_targets") }}

),

places as (

    select * from {{ ref("stg_target_places") }}

),

captures as (

    select * from {{ ref("stg_captures") }}

),

-- Per address the newest capture that was published by the as-of date.
serving as (

    select * from {{ ref("int_serving_captures") }}

),

documents as (

    select * from {{ ref("stg_plan_documents") }}

),

-- A plan's address is the one by which it was added, and where a capture lies in which one of its promises has its place.
addresses as (

    select
        targets.plan_id,
        captures.document_key
    from targets
    inner join places on targets.target_id = places.target_id
    inner join captures on places.body_sha256 = captures.body_sha256
    union distinct
    select
        plan_id,
        registered_url as document_key
    from plans
    where registered_url is not null

),

-- Later captures of that address are the same plan, and so is a document that bears its title.
known_documents as (

    select
        addresses.plan_id,
        serving.capture_id
    from addresses
    inner join serving on addresses.document_key = serving.document_key
    union distinct
    select
        plans.plan_id,
        documents.capture_id
    from plans
    inner join documents on {{ label_key("plans.title_zh") }} = {{ label_key("documents.title") }}

),

final as (

    select
        known_documents.plan_id,
        documents.capture_id,
        serving.url,
        documents.title,
        documents.issuer,
        documents.doc_no,
        documents.issued_on,
        documents.published_on,
        documents.period_start,
        documents.period_end
    from known_documents
    inner join documents on known_documents.capture_id = documents.capture_id
    inner join serving on known_documents.capture_id = serving.capture_id
    qualify
        row_number() over (
            partition by known_documents.plan_id
            order by serving.arrival_no desc, documents.capture_id asc
        ) = 1

)

select * from final

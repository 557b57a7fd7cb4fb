with

targets as (

    select * from {{ ref("int_targets") }}
    where target_value is not null and review_state != 'rejected' and indicator_id is not null

),

terms as (

    select * from {{ ref("int_target_terms") }}

),

served as (

    select * from {{ ref("int_target_sources") }}

),

publishers as (

    select * from {{ ref("indicator_publishers") }}

),

final as (

    select
        targets.target_id,
        targets.indicator_id,
        targets.indicator_zh,
        terms.region_id,
        targets.region_code,
        served.source_id,
        publishers.publisher_zh,
        publishers.document_zh
    from targets
    left join terms on targets.target_id = terms.target_id
    left join served on targets.target_id = served.target_id
    left join publishers on targets.indicator_id = publishers.indicator_id

)

select * from final

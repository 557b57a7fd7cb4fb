with

captures as (

    select * from {{ ref("stg_captures") }}

),

records as (

    select * from {{ ref("stg_records") }}

),

documents as (

    select * from {{ ref("stg_plan_documents") }}

),

page_dates as (

    select
        capture_id,
        published_on
    from records

    union all

    select
        capture_id,
        published_on
    from documents

),

page_date_per_capture as (

    select
        capture_id,
        max(published_on) as published_on
    from page_dates
    group by capture_id

),

dated as (

    select
        captures.capture_id,
        coalesce(page_date_per_capture.published_on, captures.published_on) as stated_on,
        captures.fetched_on
    from captures
    left join page_date_per_capture on captures.capture_id = page_date_per_capture.capture_id

),

final as (

    select
        capture_id,
        stated_on,
        coalesce(stated_on, fetched_on) as known_on,
        coalesce(stated_on, fetched_on) <= {{ as_of_date() }} as is_known
    from dated

)

select * from final

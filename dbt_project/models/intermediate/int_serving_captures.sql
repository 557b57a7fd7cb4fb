with

captures as (

    select * from {{ ref("stg_captures") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

sources as (

    select * from {{ ref("stg_sources") }}

),

regions as (

    select * from {{ ref("regions") }}

),

page_dates as (

    select
        capture_id,
        max(published_on) as published_on
    from {{ ref("stg_records") }}
    group by capture_id

    union all

    select
        capture_id,
        published_on
    from {{ ref("stg_plan_documents") }}

),

page_date_per_capture as (

    select
        capture_id,
        max(published_on) as published_on
    from page_dates
    group by capture_id

),

scopes as (

    select
        sources.source_id,
        coalesce(regions.region_id, case when sources.is_national then '{{ var("national_region_id") }}' end) as region_id
    from sources
    left join regions on sources.scope_code = regions.current_code and regions.valid_to is null

),

dated as (

    select
        captures.*,
        coalesce(page_date_per_capture.published_on, captures.published_on) as stated_on,
        outcomes.parser,
        outcomes.parser_version,
        outcomes.is_incomplete_page
    from captures
    inner join outcomes on captures.capture_id = outcomes.capture_id
    left join page_date_per_capture on captures.capture_id = page_date_per_capture.capture_id
    where outcomes.is_usable

),

-- A starter capture serves only until somebody has brought the page itself.
known as (

    select
        *,
        row_number() over (
            partition by document_key
            order by origin = 'starter' asc, arrival_no desc, capture_id asc
        ) as newest_no
    from dated
    where coalesce(stated_on, fetched_on) <= {{ as_of_date() }}

),

final as (

    select
        known.capture_id,
        known.document_key,
        known.source_id,
        known.url,
        known.origin,
        known.body_sha256,
        known.fetched_at,
        known.fetched_on,
        known.stated_on as published_on,
        coalesce(known.stated_on, known.fetched_on) as vintage_on,
        known.title,
        known.publisher,
        known.parser,
        known.parser_version,
        known.is_incomplete_page,
        known.arrival_no,
        scopes.region_id as source_scope_region_id,
        coalesce(sources.is_official, known.has_official_address) as is_official,
        coalesce(
            sources.publisher_rank,
            case
                when known.source_id = '{{ var("hand_entered_source_id") }}' then {{ var("rank_entered_by_hand") }}
                when known.has_official_address then {{ var("rank_official_address") }}
                else {{ var("rank_unofficial") }}
            end
        ) as publisher_rank
    from known
    left join sources on known.source_id = sources.source_id
    left join scopes on known.source_id = scopes.source_id
    where known.newest_no = 1

)

select * from final

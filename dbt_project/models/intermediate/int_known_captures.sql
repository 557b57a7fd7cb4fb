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

capture_dates as (

    select * from {{ ref("int_capture_dates") }}

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
        capture_dates.stated_on,
        capture_dates.known_on,
        outcomes.parser,
        outcomes.parser_version,
        outcomes.is_incomplete_page,
        outcomes.released_by,
        'released by ' || outcomes.released_by || ' on ' || outcomes.released_on || ': ' || outcomes.release_reason
            as release_note
    from captures
    inner join outcomes on captures.capture_id = outcomes.capture_id
    inner join capture_dates on captures.capture_id = capture_dates.capture_id
    where outcomes.is_usable and capture_dates.is_known

),

-- A starter capture serves only until somebody has brought the page itself. As of a past day the page serves as it was seen by
-- then; one that was only brought later, but bears an earlier date, as it was brought.
known as (

    select
        *,
        row_number() over by_trust as newest_no,
        first_value(arrival_no) over by_trust as serving_arrival_no,
        first_value(content_sha256) over by_trust as serving_content
    from dated
    window by_trust as (
        partition by document_key
        order by origin = 'starter' asc, fetched_on <= {{ as_of_date() }} desc, arrival_no desc, capture_id asc
    )

),

-- What the page said before, once for each content: figures that were revised since.
revisions as (

    select
        *,
        newest_no > 1 as is_superseded
    from known
    where
        newest_no = 1
        or (origin != 'starter' and arrival_no < serving_arrival_no and content_sha256 != serving_content)
    qualify
        newest_no = 1
        or row_number() over (
            partition by document_key, content_sha256 order by newest_no = 1 desc, arrival_no desc, capture_id asc
        ) = 1

),

final as (

    select
        revisions.capture_id,
        revisions.document_key,
        revisions.source_id,
        revisions.url,
        revisions.origin,
        revisions.body_sha256,
        revisions.fetched_at,
        revisions.fetched_on,
        revisions.stated_on as published_on,
        revisions.known_on as vintage_on,
        revisions.title,
        revisions.publisher,
        revisions.parser,
        revisions.parser_version,
        revisions.is_incomplete_page,
        revisions.released_by,
        revisions.release_note,
        revisions.arrival_no,
        revisions.is_superseded,
        scopes.region_id as source_scope_region_id,
        coalesce(sources.is_official, revisions.has_official_address) as is_official,
        coalesce(
            sources.publisher_rank,
            case
                when revisions.source_id = '{{ var("hand_entered_source_id") }}' then {{ var("rank_entered_by_hand") }}
                when revisions.has_official_address then {{ var("rank_official_address") }}
                else {{ var("rank_unofficial") }}
            end
        ) as publisher_rank
    from revisions
    left join sources on revisions.source_id = sources.source_id
    left join scopes on revisions.source_id = scopes.source_id

)

select * from final

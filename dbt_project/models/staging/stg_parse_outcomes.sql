with

outcomes as (

    select * from {{ source("raw", "parse_outcomes") }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by capture_id, parser
            order by {{ version_key("parser_version") }} desc, parser_version desc
        ) as version_no
    from outcomes

),

-- A capture that another parser took over is read once, by the parser that read it last.
serving as (

    select
        *,
        row_number() over (partition by capture_id order by parsed_at desc, parser asc) as parser_no
    from numbered
    where version_no = 1

),

final as (

    select
        capture_id,
        parser,
        parser_version,
        verdict,
        reason,
        message,
        record_count,
        leftovers,
        layout,
        parsed_at,
        released_by,
        released_on,
        release_reason,
        verdict in ('accepted', 'incomplete') as is_usable,
        verdict = 'incomplete' as is_incomplete_page
    from serving
    where parser_no = 1

)

select * from final

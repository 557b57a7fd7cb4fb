with

captures as (

    select * from {{ ref("stg_captures") }}

),

outcomes as (

    select * from {{ ref("stg_parse_outcomes") }}

),

serving as (

    select * from {{ ref("int_serving_captures") }}

),

-- Only what came after the serving capture: an older refusal was repaired since.
newer as (

    select
        captures.capture_id,
        captures.document_key,
        captures.source_id,
        captures.url,
        captures.origin,
        captures.title,
        captures.arrival_no,
        coalesce(outcomes.verdict, 'unparsed') as verdict,
        outcomes.parser,
        outcomes.reason,
        outcomes.message,
        serving.capture_id as serving_capture_id
    from captures
    left join outcomes on captures.capture_id = outcomes.capture_id
    left join serving on captures.document_key = serving.document_key
    where
        not coalesce(outcomes.is_usable, false)
        and coalesce(captures.published_on, captures.fetched_on) <= {{ as_of_date() }}
        and (captures.origin != 'starter' or serving.capture_id is null)
        and captures.arrival_no > coalesce(serving.arrival_no, -1)

),

final as (

    select * exclude (arrival_no)
    from newer
    qualify row_number() over (partition by document_key order by arrival_no desc) = 1

)

select * from final

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

contradicted as (

    select
        capture_id,
        any_value(check_name) as check_name,
        any_value(message) as message
    from {{ ref("int_contradicted_observations") }}
    where is_whole_page
    group by capture_id

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
        -- Proof of what somebody entered is kept, not read.
        and captures.source_id != '{{ var("proof_source_id") }}'
        and coalesce(captures.published_on, captures.fetched_on) <= {{ as_of_date() }}
        and (captures.origin != 'starter' or serving.capture_id is null)
        and captures.arrival_no > coalesce(serving.arrival_no, -1)

),

refused as (

    select * exclude (arrival_no)
    from newer
    qualify row_number() over (partition by document_key order by arrival_no desc) = 1

),

-- A page that agrees with itself and contradicts the others of its source.
against_others as (

    select
        serving.capture_id,
        serving.document_key,
        serving.source_id,
        serving.url,
        serving.origin,
        serving.title,
        'contradictory' as verdict,
        serving.parser,
        contradicted.check_name as reason,
        contradicted.message,
        cast(null as varchar) as serving_capture_id
    from serving
    inner join contradicted on serving.capture_id = contradicted.capture_id
    left join refused on serving.document_key = refused.document_key and refused.verdict = 'contradictory'
    where refused.capture_id is null

),

final as (

    select * from refused
    union all by name
    select * from against_others

)

select * from final

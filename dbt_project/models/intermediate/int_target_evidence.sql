with

places as (

    select * from {{ ref("stg_target_places") }}

),

capture_dates as (

    select * from {{ ref("int_capture_dates") }}
    where is_known

),

plan_texts as (

    select plan_texts.*
    from {{ ref("stg_plan_texts") }} as plan_texts
    inner join capture_dates on plan_texts.capture_id = capture_dates.capture_id

),

-- The same bytes at two addresses are two captures and one text: the one that came last is shown.
bodies as (

    select
        body_sha256,
        capture_id,
        url,
        origin,
        fetched_at,
        full_text
    from plan_texts
    qualify row_number() over (partition by body_sha256 order by arrival_no desc, capture_id asc) = 1

),

read_places as (

    select
        places.target_id,
        places.body_sha256,
        places.quote_start,
        places.quote_end,
        places.quote_sha256,
        places.form,
        bodies.capture_id,
        bodies.url,
        bodies.origin,
        bodies.fetched_at,
        substr(bodies.full_text, places.quote_start + 1, places.quote_end - places.quote_start) as stretch
    from places
    left join bodies on places.body_sha256 = bodies.body_sha256

),

seen as (

    select
        * exclude (stretch),
        {{ visible_text("stretch") }} as visible
    from read_places

),

final as (

    select
        target_id,
        body_sha256,
        quote_start,
        quote_end,
        form,
        capture_id,
        url,
        origin,
        fetched_at,
        case
            when capture_id is null then 'not_checked'
            when sha256({{ without_white_space("visible") }}) = quote_sha256 then 'evidenced'
            else 'missing'
        end as evidence_state,
        trim(regexp_replace(visible, '{{ white_space_pattern() }}', ' ', 'g')) as quote
    from seen

)

select * from final

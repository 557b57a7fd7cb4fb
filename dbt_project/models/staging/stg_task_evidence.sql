with

seeds as (

    select * from {{ ref("task_evidence") }}

),

entered as (

    select * from {{ source("raw", "entered_evidence") }}

),

captures as (

    select * from {{ ref("stg_captures") }}

),

-- The page as it was when it first came: later captures of an address may speak of something else.
first_captures as (

    select
        url,
        capture_id
    from captures
    qualify row_number() over (partition by url order by arrival_no asc, capture_id asc) = 1

),

seed_rows as (

    select
        cast(evidence_id as varchar) as evidence_id,
        cast(target_id as varchar) as target_id,
        cast(cast(evidence_on as varchar) as date) as evidence_on,
        cast(cast(published_on as varchar) as date) as published_on,
        cast(url as varchar) as url,
        cast(null as varchar) as capture_id,
        cast(note as varchar) as note,
        cast(entered_by as varchar) as entered_by,
        cast(cast(entered_on as varchar) as date) as entered_on,
        'seed' as registered_in
    from seeds

),

-- Where the seeds and the home know one id, the seed stands.
home_rows as (

    select
        entered.evidence_id,
        entered.target_id,
        entered.evidence_on,
        entered.published_on,
        entered.url,
        entered.capture_id,
        entered.note,
        entered.entered_by,
        entered.entered_on,
        'home' as registered_in
    from entered
    left join seed_rows on entered.evidence_id = seed_rows.evidence_id
    where seed_rows.evidence_id is null

),

united as (

    select * from seed_rows
    union all by name
    select * from home_rows

),

final as (

    select
        united.evidence_id,
        united.target_id,
        united.evidence_on,
        coalesce(united.published_on, united.entered_on) as known_on,
        coalesce(united.capture_id, first_captures.capture_id) as capture_id,
        united.url,
        united.note,
        united.entered_by,
        united.entered_on,
        united.registered_in
    from united
    left join first_captures on united.url = first_captures.url

)

select * from final

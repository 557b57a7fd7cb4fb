with

plans as (

    select * from {{ ref("dim_plan") }}

),

targets as (

    select * from {{ ref("dim_target") }}
    where review_state != 'rejected'

),

indicators as (

    select * from {{ ref("dim_indicator") }}
    where is_proposed

),

capture_dates as (

    select * from {{ ref("int_capture_dates") }}

),

evidence as (

    select plan_evidence.*
    from {{ ref("stg_plan_evidence") }} as plan_evidence
    left join capture_dates on plan_evidence.capture_id = capture_dates.capture_id
    where plan_evidence.evidence_state = 'new' and coalesce(capture_dates.is_known, true)

),

captures as (

    select * from {{ ref("stg_captures") }}

),

problems as (

    select * from {{ ref("stg_register_problems") }}

),

plans_asked as (

    select
        *,
        unnest(list_filter(
            [
                if(period_start is null or period_end is null, 'plan_without_period', null),
                if(conflict_note is not null, 'plan_conflict', null),
                if(differences != '', 'plan_differs_from_page', null)
            ],
            question -> question is not null
        )) as kind
    from plans

),

plan_questions as (

    select
        kind,
        plan_id as subject,
        case kind
            when 'plan_without_period' then 'its targets are judged on the as-of date only'
            when 'plan_conflict' then conflict_note
            when 'plan_differs_from_page' then 'the page has another ' || replace(differences, ',', ', ')
        end as detail,
        document_capture_id as example_capture_id,
        coalesce(document_url, url) as example_url,
        coalesce(document_title, title_zh) as example_text,
        if(registered_in = 'home', 'plans/' || plan_id || '/plan.json', 'seeds/plans.csv') as suggested_owner
    from plans_asked

),

-- One question for a concept, whatever number of promises waits for the answer.
new_indicators as (

    select
        'new_indicator' as kind,
        indicators.indicator_id as subject,
        string_agg(distinct targets.indicator_zh, '、' order by targets.indicator_zh)
        || '; plans ' || string_agg(distinct targets.plan_id, ', ' order by targets.plan_id)
        || '; targets ' || string_agg(targets.target_id, ', ' order by targets.target_id) as detail,
        first(targets.quote_capture_id order by targets.target_id) as example_capture_id,
        first(targets.quote_url order by targets.target_id) as example_url,
        first(targets.quote order by targets.target_id) as example_text,
        'seeds/plan_indicator_labels.csv' as suggested_owner
    from indicators
    inner join targets on indicators.indicator_id = targets.indicator_id
    group by indicators.indicator_id

),

-- The words are the key: they are the same every night, their place on the page is not.
new_promises as (

    select
        'promise_not_in_register' as kind,
        evidence.plan_id || ' | ' || coalesce(evidence.new_quote, evidence.detail, '') as subject,
        min(evidence.detail) as detail,
        min(evidence.capture_id) as example_capture_id,
        min(captures.url) as example_url,
        min(evidence.new_quote) as example_text,
        if(min(plans.registered_in) = 'home', 'zhibiao plan add', 'seeds/targets.csv') as suggested_owner
    from evidence
    left join plans on evidence.plan_id = plans.plan_id
    left join captures on evidence.capture_id = captures.capture_id
    group by evidence.plan_id, coalesce(evidence.new_quote, evidence.detail, '')

),

unusable as (

    select
        kind,
        subject,
        string_agg(message, '; ' order by message) as detail,
        cast(null as varchar) as example_capture_id,
        cast(null as varchar) as example_url,
        cast(null as varchar) as example_text,
        if(kind = 'decision_not_applied', 'seeds/target_reviews.csv', 'plans/ of the home') as suggested_owner
    from problems
    group by kind, subject

),

questions as (

    select * from plan_questions

    union all

    select * from new_indicators

    union all

    select * from new_promises

    union all

    select * from unusable

),

final as (

    select
        kind,
        subject,
        detail,
        0 as record_count,
        example_capture_id,
        example_url,
        cast(null as integer) as example_table_no,
        cast(null as integer) as example_row_no,
        cast(null as integer) as example_column_no,
        example_text,
        suggested_owner
    from questions

)

select * from final

with

sources as (

    select * from {{ ref("stg_sources") }}

),

serving as (

    select * from {{ ref("int_serving_captures") }}

),

observations as (

    select * from {{ ref("fct_observation") }}
    where not coalesce(is_contradicted or is_derived, false)

),

attempts as (

    select * from {{ ref("stg_attempts") }}

),

unused as (

    select * from {{ ref("int_unused_captures") }}

),

newest_serving as (

    select
        source_id,
        arg_max(capture_id, (fetched_at, arrival_no)) as capture_id,
        max(fetched_at) as fetched_at,
        max(fetched_on) as fetched_on,
        arg_max(origin, (fetched_at, arrival_no)) as origin,
        count(*) as document_count,
        count(*) filter (where origin = 'starter') as starter_document_count
    from serving
    group by source_id

),

data_dates as (

    select
        source_id,
        max(period_end) as newest_period_end,
        count(*) as observation_count
    from observations
    group by source_id

),

last_visits as (

    select
        source_id,
        max(attempted_at) as attempted_at,
        arg_max(outcome, (attempted_at, attempt_id)) as outcome,
        arg_max(coalesce(reason, ''), (attempted_at, attempt_id)) as reason,
        -- where no visit ever brought a page, the first one counts
        coalesce(
            max(attempted_at) filter (where outcome in ('new', 'unchanged')), min(attempted_at)
        ) as good_visit_at
    from attempts
    where origin = 'fetched'
    group by source_id

),

refused as (

    select
        source_id,
        count(*) filter (where verdict = 'quarantined') as quarantined_count,
        count(*) filter (
            where verdict = 'quarantined' and reason in ('changed_layout', 'another_layout')
        ) as changed_layout_count,
        count(*) filter (where verdict = 'contradictory') as contradictory_count
    from unused
    group by source_id

),

-- Addresses that have given answers that were no pages, and none that was one since; the answers lie in the archive as
-- evidence (`zhibiao quarantine list`).
addresses as (

    select
        url,
        arg_max(source_id, (attempted_at, attempt_id)) as source_id,
        max(attempted_at) filter (where outcome in ('new', 'unchanged')) as last_good_at,
        max(attempted_at) filter (
            where regexp_matches(reason, ' \((page|body) kept as [0-9a-f]{64}\)$')
        ) as last_kept_at
    from attempts
    group by url

),

answers as (

    select
        source_id,
        count(*) as blocked_answer_count
    from addresses
    where last_kept_at is not null and last_kept_at > coalesce(last_good_at, timestamptz '1970-01-01 00:00:00+00')
    group by source_id

),

released as (

    select
        source_id,
        count(*) as released_count
    from serving
    where released_by is not null
    group by source_id

),

joined as (

    select
        sources.source_id,
        sources.publisher_zh,
        sources.title_zh,
        sources.cadence,
        sources.freshness_limit_days,
        coalesce(
            sources.freshness_red_days,
            sources.freshness_limit_days * {{ var("freshness_red_factor") }}
        ) as freshness_red_days,
        newest_serving.capture_id as newest_capture_id,
        newest_serving.fetched_at as newest_capture_at,
        {{ as_of_date() }} - newest_serving.fetched_on as capture_age_days,
        newest_serving.origin as newest_capture_origin,
        coalesce(newest_serving.document_count, 0) as document_count,
        coalesce(newest_serving.starter_document_count, 0) as starter_document_count,
        data_dates.newest_period_end,
        {{ as_of_date() }} - data_dates.newest_period_end as data_age_days,
        coalesce(data_dates.observation_count, 0) as observation_count,
        last_visits.attempted_at as last_visit_at,
        last_visits.outcome as last_visit_outcome,
        nullif(last_visits.reason, '') as last_visit_reason,
        {{ as_of_date() }} - cast(timezone('Asia/Shanghai', last_visits.good_visit_at) as date) as good_visit_age_days,
        coalesce(refused.quarantined_count, 0) as quarantined_count,
        coalesce(refused.contradictory_count, 0) as contradictory_count,
        coalesce(refused.changed_layout_count, 0) as changed_layout_count,
        coalesce(answers.blocked_answer_count, 0) as blocked_answer_count,
        coalesce(released.released_count, 0) as released_count
    from sources
    left join newest_serving on sources.source_id = newest_serving.source_id
    left join data_dates on sources.source_id = data_dates.source_id
    left join last_visits on sources.source_id = last_visits.source_id
    left join refused on sources.source_id = refused.source_id
    left join answers on sources.source_id = answers.source_id
    left join released on sources.source_id = released.source_id

),

judged as (

    select
        *,
        case
            when newest_capture_id is null then 'never'
            when last_visit_outcome in ('blocked', 'disallowed', 'failed') then 'blocked'
            when data_age_days > freshness_limit_days then 'stale'
            else 'fresh'
        end as state,
        -- the first that holds, the gravest first
        case
            when newest_capture_id is null and last_visit_at is null then 'never_asked'
            when newest_capture_id is null and good_visit_age_days > {{ var("blocked_red_days") }} then 'nothing_for_long'
            when newest_capture_id is null then 'nothing_yet'
            when data_age_days > freshness_red_days and starter_document_count = document_count and last_visit_at is null
                then 'only_starter'
            when data_age_days > freshness_red_days then 'far_past_limit'
            when
                last_visit_outcome in ('blocked', 'disallowed', 'failed')
                and good_visit_age_days > {{ var("blocked_red_days") }}
                then 'blocked_for_long'
            when data_age_days > freshness_limit_days then 'past_limit'
            when last_visit_outcome in ('blocked', 'disallowed', 'failed') then 'blocked'
            else 'fresh'
        end as severity_reason
    from joined

),

final as (

    select
        source_id,
        publisher_zh,
        title_zh,
        cadence,
        state,
        coalesce(data_age_days > freshness_limit_days, false) as is_stale,
        case
            when severity_reason in ('far_past_limit', 'blocked_for_long', 'nothing_for_long') then 'red'
            when severity_reason in ('fresh', 'never_asked') then 'green'
            else 'yellow'
        end as severity,
        severity_reason,
        newest_period_end,
        cast(data_age_days as integer) as data_age_days,
        freshness_limit_days,
        cast(freshness_red_days as integer) as freshness_red_days,
        cast(good_visit_age_days as integer) as good_visit_age_days,
        newest_capture_id,
        newest_capture_at,
        cast(capture_age_days as integer) as capture_age_days,
        newest_capture_origin,
        document_count,
        starter_document_count,
        observation_count,
        last_visit_at,
        last_visit_outcome,
        last_visit_reason,
        quarantined_count,
        contradictory_count,
        changed_layout_count,
        blocked_answer_count,
        released_count
    from judged

)

select * from final

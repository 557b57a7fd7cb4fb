with

targets as (

    select * from {{ ref("dim_target") }}
    where review_state != 'rejected'

),

asked as (

    select
        *,
        unnest(list_filter(
            [
                if(review_state = 'proposed', 'target_not_reviewed', null),
                if(conflict_note is not null, 'target_conflict', null),
                if(missing_place_count > 0, 'evidence_missing', null),
                -- A task that is done or not has no indicator to be found.
                if(
                    indicator_id is null and (target_type is distinct from 'milestone' or target_value is not null),
                    'target_without_indicator',
                    null
                ),
                if(region_id is null, 'target_without_region', null),
                if(
                    coalesce(
                        case
                            when direction in ('at_most', 'decrease') then target_value > baseline_value
                            else target_value < baseline_value
                        end,
                        false
                    ),
                    'target_below_baseline',
                    null
                )
            ],
            question -> question is not null
        )) as kind
    from targets

),

final as (

    select
        kind,
        target_id as subject,
        case kind
            when 'target_conflict' then conflict_note
            when 'evidence_missing' then missing_place_count || ' of ' || place_count || ' places hold other words'
            when 'target_without_indicator' then indicator_zh
            when 'target_without_region' then region_code
            when 'target_below_baseline'
                then
                    'target ' || {{ plain_number("target_value") }}
                    || ', baseline ' || {{ plain_number("baseline_value") }} || ' ' || coalesce(unit_base, '')
        end as detail,
        0 as record_count,
        quote_capture_id as example_capture_id,
        quote_url as example_url,
        cast(null as integer) as example_table_no,
        cast(null as integer) as example_row_no,
        cast(null as integer) as example_column_no,
        quote as example_text,
        case kind
            when 'target_not_reviewed' then 'seeds/target_reviews.csv'
            when 'evidence_missing' then 'seeds/target_places.csv'
            else 'seeds/targets.csv'
        end as suggested_owner
    from asked

)

select * from final

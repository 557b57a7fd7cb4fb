with

targets as (

    select * from {{ ref("dim_target") }}
    where review_state != 'rejected'

),

indicators as (

    select * from {{ ref("indicators") }}

),

captures as (

    select * from {{ ref("stg_captures") }}

),

described as (

    select
        targets.*,
        indicators.unit_base as indicator_unit,
        captures.url as drift_url,
        -- Where to look while no capture is at hand to quote from.
        coalesce('; section ' || targets.section, '') as where_it_stands
    from targets
    left join indicators on targets.indicator_id = indicators.indicator_id
    left join captures on targets.drift_capture_id = captures.capture_id

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
                ),
                -- A growth rate and a rank are not in the unit of what grows or is ranked.
                if(
                    unit_base != indicator_unit and target_type not in ('rank', 'annual_growth_rate'),
                    'target_unit_mismatch',
                    null
                ),
                case drift_state when 'changed' then 'target_changed' when 'missing' then 'target_missing_in_newest' end
            ],
            question -> question is not null
        )) as kind
    from described

),

placed as (

    select
        *,
        kind in ('target_changed', 'target_missing_in_newest') as is_drift
    from asked

),

final as (

    select
        kind,
        target_id as subject,
        case kind
            when 'target_not_reviewed' then 'confidence ' || confidence
            when 'target_conflict' then conflict_note || where_it_stands
            when 'evidence_missing' then missing_place_count || ' of ' || place_count || ' places hold other words'
            when 'target_without_indicator' then indicator_zh
            when 'target_without_region' then coalesce(region_code, 'none is known')
            when 'target_below_baseline'
                then
                    'target ' || {{ plain_number("target_value_printed") }}
                    || ', baseline ' || {{ plain_number("baseline_value_printed") }} || ' ' || coalesce(unit_zh, '')
                    || where_it_stands
            when 'target_unit_mismatch'
                then 'in ' || unit_base || ', its indicator ' || indicator_id || ' in ' || indicator_unit
            when 'target_changed' then 'it was: ' || coalesce(drift_old_quote, '')
            when 'target_missing_in_newest' then 'it was: ' || coalesce(drift_old_quote, '')
        end as detail,
        0 as record_count,
        if(is_drift, drift_capture_id, quote_capture_id) as example_capture_id,
        if(is_drift, drift_url, quote_url) as example_url,
        cast(null as integer) as example_table_no,
        cast(null as integer) as example_row_no,
        cast(null as integer) as example_column_no,
        if(is_drift, drift_new_quote, quote) as example_text,
        case
            when kind = 'target_not_reviewed' or registered_in = 'home' or is_drift then 'seeds/target_reviews.csv'
            when kind = 'evidence_missing' then 'seeds/target_places.csv'
            else 'seeds/targets.csv'
        end as suggested_owner
    from placed

)

select * from final

with

targets as (

    select * from {{ ref("int_targets") }}

),

terms as (

    select * from {{ ref("int_target_terms") }}

),

reviews as (

    select * from {{ ref("stg_target_reviews") }}

),

evidence as (

    select * from {{ ref("int_target_evidence") }}

),

evidence_counts as (

    select
        target_id,
        cast(count(*) as integer) as place_count,
        cast(count(*) filter (where evidence_state = 'evidenced') as integer) as evidenced_place_count,
        cast(count(*) filter (where evidence_state = 'missing') as integer) as missing_place_count
    from evidence
    group by all

),

-- Beside the places in the bodies from which it was coded: what the newest capture of the plan says.
drift as (

    select * from {{ ref("int_target_drift") }}

),

-- The quote that is shown: of the places found again, the running text before the table before the box.
quotes as (

    select * from evidence
    where evidence_state = 'evidenced'
    qualify
        row_number() over (
            partition by target_id
            order by
                case form when 'text' then 1 when 'table' then 2 else 3 end asc,
                body_sha256 asc,
                quote_start asc
        ) = 1

),

final as (

    select
        targets.target_id,
        targets.plan_id,
        targets.target_no,
        targets.indicator_id,
        targets.indicator_zh,
        terms.region_id,
        targets.region_code,
        targets.target_type,
        targets.direction,
        targets.condition,
        targets.target_value_printed,
        targets.target_value_high_printed,
        targets.unit_zh,
        targets.target_value,
        targets.unit_base,
        targets.baseline_value_printed,
        targets.baseline_value,
        targets.baseline_year,
        targets.period_start_year,
        targets.target_year,
        targets.target_date,
        terms.start_date,
        terms.is_start_inferred,
        terms.target_end,
        terms.is_end_inferred,
        targets.deliverable,
        targets.responsible_units,
        targets.section,
        targets.form,
        targets.nature,
        targets.is_approximate,
        targets.is_year_inferred,
        targets.part_of_target_id,
        targets.conflict_note,
        targets.note,
        terms.review_state,
        reviews.decided_by as reviewed_by,
        reviews.decided_on as reviewed_on,
        reviews.reason as review_reason,
        case
            when evidence_counts.evidenced_place_count > 0 then 'evidenced'
            when evidence_counts.missing_place_count > 0 then 'missing'
            else 'not_checked'
        end as evidence_state,
        coalesce(evidence_counts.place_count, 0) as place_count,
        coalesce(evidence_counts.evidenced_place_count, 0) as evidenced_place_count,
        coalesce(evidence_counts.missing_place_count, 0) as missing_place_count,
        quotes.quote,
        quotes.capture_id as quote_capture_id,
        quotes.url as quote_url,
        quotes.origin as quote_origin,
        quotes.fetched_at as quote_fetched_at,
        quotes.quote_start,
        quotes.quote_end,
        targets.registered_in,
        targets.confidence,
        coalesce(drift.drift_state, 'not_checked') as drift_state,
        drift.old_quote as drift_old_quote,
        drift.new_quote as drift_new_quote,
        drift.capture_id as drift_capture_id
    from targets
    inner join terms on targets.target_id = terms.target_id
    left join reviews on targets.target_id = reviews.target_id
    left join evidence_counts on targets.target_id = evidence_counts.target_id
    left join quotes on targets.target_id = quotes.target_id
    left join drift on targets.target_id = drift.target_id

)

select * from final

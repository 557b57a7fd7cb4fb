with

fates as (

    select * from {{ ref("int_record_fates") }}
    where fate = 'observation'

),

records as (

    select * from {{ ref("stg_records") }}

),

captures as (

    select * from {{ ref("int_known_captures") }}

),

ranks as (

    select * from {{ ref("publisher_ranks") }}

),

final as (

    select
        fates.record_id as observation_id,
        fates.region_id,
        fates.indicator_id,
        fates.breakdown,
        fates.period_kind,
        fates.period_start,
        fates.period_end,
        fates.value_base as value,
        fates.unit_base,
        fates.half_unit_base as precision,
        fates.vintage_on,
        coalesce(records.published_on, captures.published_on) is not null as is_vintage_stated,
        -- A plan makes its promises, but restates the figures of others.
        coalesce(
            ranks.rank,
            case
                when captures.parser = 'plan_document' then greatest(captures.publisher_rank, {{ var("rank_restated_in_plan") }})
                else captures.publisher_rank
            end
        ) as publisher_rank,
        fates.is_repeated_region,
        fates.is_inferred_period,
        fates.is_unit_unprinted,
        {{ is_approximate("records.note") }} as is_approximate,
        captures.is_incomplete_page,
        captures.origin = 'starter' as is_starter,
        captures.is_superseded,
        captures.arrival_no,
        fates.capture_id,
        records.table_no,
        records.row_no,
        records.column_no,
        fates.alias_note
    from fates
    inner join records on fates.record_id = records.record_id
    inner join captures on fates.capture_id = captures.capture_id
    left join ranks on fates.indicator_id = ranks.indicator_id and captures.source_id = ranks.source_id

)

select * from final

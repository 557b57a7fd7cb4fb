with

records as (

    select * from {{ ref("stg_records") }}

),

captures as (

    select * from {{ ref("int_known_captures") }}

),

record_regions as (

    select * from {{ ref("int_records_regions") }}

),

record_measures as (

    select * from {{ ref("int_records_indicators") }}

),

record_values as (

    select * from {{ ref("int_records_values") }}

),

regions as (

    select * from {{ ref("regions") }}

),

joined as (

    select
        records.record_id,
        records.capture_id,
        records.is_percentage_row,
        captures.is_superseded,
        coalesce(records.published_on, captures.vintage_on) as vintage_on,
        record_regions.region_key,
        record_regions.region_status,
        case
            when
                record_regions.region_id = '{{ var("national_region_id") }}' and record_measures.country_scope = 'domestic'
                then '{{ var("domestic_region_id") }}'
            else record_regions.region_id
        end as region_id,
        coalesce(
            record_regions.region_id = '{{ var("national_region_id") }}' and record_measures.country_scope = 'all_origins',
            false
        ) as counts_all_origins,
        record_regions.is_repeated_region,
        record_measures.subject_key,
        record_measures.measure_key,
        record_measures.measure_status,
        record_measures.indicator_id,
        record_measures.breakdown,
        record_measures.alias_note,
        record_values.unit_status,
        record_values.unit_base,
        record_values.value_base,
        record_values.half_unit_base,
        record_values.period_status,
        record_values.period_kind,
        record_values.period_start,
        record_values.period_end,
        record_values.is_inferred_period,
        record_values.is_unit_unprinted,
        regions.valid_to as region_valid_to
    from records
    inner join captures on records.capture_id = captures.capture_id
    inner join record_regions on records.record_id = record_regions.record_id
    inner join record_measures on records.record_id = record_measures.record_id
    left join record_values on records.record_id = record_values.record_id
    left join regions on record_regions.region_id = regions.region_id

),

-- First match. What is left out on purpose comes first, so that nobody is asked about it.
judged as (

    select
        *,
        case
            when vintage_on > {{ as_of_date() }} then 'published_later'
            when is_percentage_row then 'percentage_row'
            when measure_status = 'ignored' then 'ignored_measure'
            when region_status = 'not_a_region' then 'not_a_region'
            when counts_all_origins then 'all_origins'
            when measure_status != 'mapped' then measure_status
            when region_status != 'resolved' then region_status
            when unit_status != 'resolved' then unit_status
            when value_base is null then 'value_out_of_range'
            when period_status != 'resolved' then period_status
            when period_start > vintage_on or period_end > vintage_on + 31 then 'period_after_publication'
            when year(period_end) > region_valid_to + 1 then 'region_not_valid'
        end as reason
    from joined

),

-- Nobody is asked about what a page no longer says.
final as (

    select
        judged.* exclude (region_valid_to, counts_all_origins, is_superseded),
        case
            when reason is null then 'observation'
            when
                is_superseded
                or reason in ('published_later', 'percentage_row', 'ignored_measure', 'not_a_region', 'all_origins')
                then 'ignored'
            else 'question'
        end as fate
    from judged

)

select * from final

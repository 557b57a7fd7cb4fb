with

coverage as (

    select * from {{ ref("int_target_coverage") }}
    where source_id is null

),

quarters as (

    select * from {{ ref("int_quarter_differences") }}
    where is_negative

),

contradicted as (

    select * from {{ ref("int_contradicted_observations") }}
    where not is_whole_page

),

page_pairs as (

    select * from {{ ref("int_series_page_pairs") }}
    where effect = 'told' and is_contradiction

),

records as (

    select * from {{ ref("stg_records") }}

),

captures as (

    select * from {{ ref("int_serving_captures") }}

),

-- One question an indicator and region, whatever number of promises waits for it.
no_source as (

    select
        'no_source' as kind,
        concat_ws(' | ', indicator_id, coalesce(region_code, 'no region')) as subject,
        min(indicator_zh) || ': '
        || coalesce(
            min(publisher_zh) || ', ' || min(document_zh),
            'who has it is not known, a row of seeds/indicator_publishers.csv would say'
        )
        || ' (' || string_agg(target_id, ', ' order by target_id) || ')' as detail,
        cast(null as varchar) as observation_id,
        cast(null as varchar) as capture_id,
        if(min(publisher_zh) is null, 'seeds/indicator_publishers.csv', 'scrapers/catalog') as suggested_owner
    from coverage
    group by indicator_id, region_code

),

negative as (

    select
        'negative_difference' as kind,
        concat_ws(' | ', region_id, indicator_id, breakdown, period_start || '..' || period_end) as subject,
        'the later total is smaller by ' || {{ plain_number("-value") }} as detail,
        whole_observation_id as observation_id,
        capture_id,
        'the publisher' as suggested_owner
    from quarters
    qualify
        row_number() over (
            partition by region_id, indicator_id, breakdown, period_start, period_end order by source_id asc
        ) = 1

),

single_figures as (

    select
        'contradicted_figure' as kind,
        captures.document_key as subject,
        count(*) || ' figures contradict those of other pages (' || string_agg(distinct contradicted.check_name, ', ')
        || ')' as detail,
        min(contradicted.observation_id) as observation_id,
        captures.capture_id,
        'the publisher' as suggested_owner
    from contradicted
    inner join captures on contradicted.capture_id = captures.capture_id
    group by captures.document_key, captures.capture_id

),

unlike as (

    select
        page_pairs.check_name as kind,
        captures.document_key as subject,
        string_agg(
            page_pairs.failed_count || ' of ' || page_pairs.compared_count || ' figures, against ' || others.document_key,
            '; '
            order by others.document_key
        ) as detail,
        min(page_pairs.example_observation_id) as observation_id,
        captures.capture_id,
        'the publisher' as suggested_owner
    from page_pairs
    inner join records on page_pairs.example_observation_id = records.record_id
    inner join captures on records.capture_id = captures.capture_id
    inner join captures as others
        on others.capture_id = if(page_pairs.capture_a = captures.capture_id, page_pairs.capture_b, page_pairs.capture_a)
    group by page_pairs.check_name, captures.document_key, captures.capture_id

),

questions as (

    select * from no_source
    union all
    select * from negative
    union all
    select * from single_figures
    union all
    select * from unlike

),

final as (

    select
        questions.kind,
        questions.subject,
        questions.detail,
        0 as record_count,
        questions.capture_id as example_capture_id,
        captures.url as example_url,
        records.table_no as example_table_no,
        records.row_no as example_row_no,
        records.column_no as example_column_no,
        records.value_text as example_text,
        questions.suggested_owner
    from questions
    left join captures on questions.capture_id = captures.capture_id
    left join records on questions.observation_id = records.record_id

)

select * from final

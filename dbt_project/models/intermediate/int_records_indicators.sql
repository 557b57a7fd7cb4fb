with

records as (

    select * from {{ ref("stg_records") }}

),

captures as (

    select * from {{ ref("int_known_captures") }}

),

titles as (

    select * from {{ ref("int_titles") }}

),

aliases as (

    select
        coalesce({{ title_subject(label_key("subject_label")) }}, '') as subject_key,
        {{ measure_key("measure_label") }} as measure_key,
        indicator_id,
        coalesce(breakdown, 'total') as breakdown,
        action,
        period_rule,
        country_scope,
        note
    from {{ ref("label_aliases") }}

),

indicators as (

    select * from {{ ref("indicators") }}

),

general_subjects as (

    select {{ title_subject(label_key("subject_label")) }} as subject_key
    from {{ ref("table_subjects") }}
    where is_general

),

keyed as (

    select
        records.record_id,
        case
            -- The rows of a plan's indicator table are named in full, whatever its title says.
            when records.table_no = 0 or captures.parser = 'plan_document' or general_subjects.subject_key is not null
                then ''
            else coalesce(titles.subject_key, '')
        end as subject_key,
        {{ measure_key("records.measure_label") }} as measure_key,
        -- A figure entered by hand names its indicator by the id that a person chose.
        case when captures.parser = '{{ var("hand_entered_parser") }}' then records.measure_label end as named_id
    from records
    inner join captures on records.capture_id = captures.capture_id
    left join titles on records.table_title = titles.title
    left join general_subjects on titles.subject_key = general_subjects.subject_key

),

labels as (

    select distinct
        subject_key,
        measure_key,
        '/' || regexp_replace(split_part(measure_key, '/', -1), '(19|20)[0-9]{2}|"?十[一二三四五六]?五"?', '') as last_part_key
    from keyed

),

-- The label under its own title first; then without a title, for a title may narrow it down to industrial enterprises, say; then
-- the last part of its path (without the year in 较2018年末增减, or the plan in 较“十二五”末增减).
answers as (

    select
        labels.subject_key,
        labels.measure_key,
        coalesce(own.action, everywhere.action, last_part.action) as action,
        case
            when own.action is not null then own.indicator_id
            when everywhere.action is not null then everywhere.indicator_id
            else last_part.indicator_id
        end as indicator_id,
        coalesce(own.breakdown, everywhere.breakdown, last_part.breakdown) as breakdown,
        case
            when own.action is not null then own.period_rule
            when everywhere.action is not null then everywhere.period_rule
            else last_part.period_rule
        end as period_rule,
        case
            when own.action is not null then own.country_scope
            when everywhere.action is not null then everywhere.country_scope
        end as country_scope,
        case
            when own.action is not null then own.note
            when everywhere.action is not null then everywhere.note
            else last_part.note
        end as alias_note
    from labels
    left join aliases as own
        on
            labels.subject_key = own.subject_key
            and labels.measure_key = own.measure_key
            and own.subject_key != ''
    left join aliases as everywhere
        on
            labels.measure_key = everywhere.measure_key
            and everywhere.subject_key = ''
            and (everywhere.action = 'ignore' or labels.subject_key in ('', labels.measure_key))
    left join aliases as last_part on labels.last_part_key = last_part.measure_key and last_part.subject_key = ''

),

final as (

    select
        keyed.record_id,
        keyed.subject_key,
        keyed.measure_key,
        case
            when indicators.indicator_id is not null then 'mapped'
            when keyed.named_id is not null then 'unmapped_measure'
            when answers.action = 'ignore' then 'ignored'
            when answers.indicator_id is not null then 'mapped'
            else 'unmapped_measure'
        end as measure_status,
        case
            when keyed.named_id is not null then indicators.indicator_id
            when answers.action = 'map' then answers.indicator_id
        end as indicator_id,
        case
            when indicators.indicator_id is not null then 'total'
            when keyed.named_id is null and answers.action = 'map' then answers.breakdown
        end as breakdown,
        case when keyed.named_id is null then answers.period_rule end as period_rule,
        case when keyed.named_id is null then answers.country_scope end as country_scope,
        case when keyed.named_id is null then answers.alias_note end as alias_note
    from keyed
    left join answers on keyed.subject_key = answers.subject_key and keyed.measure_key = answers.measure_key
    left join indicators on keyed.named_id = indicators.indicator_id

)

select * from final

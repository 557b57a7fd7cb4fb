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

    select * from {{ ref("region_aliases") }}

),

regions as (

    select * from {{ ref("regions") }}

),

region_codes as (

    select
        region_id,
        cast(code as varchar) as code,
        cast(valid_from as integer) as valid_from,
        cast(valid_to as integer) as valid_to
    from {{ ref("region_codes") }}

),

ancestry as (

    select * from {{ ref("int_region_ancestry") }}

),

subjects as (

    select
        {{ title_subject(label_key("subject_label")) }} as subject_key,
        total_row,
        total_region_id
    from {{ ref("table_subjects") }}

),

-- What a page is about: the region of its titles where it lies inside that of its source, else that of its source.
scoped as (

    select
        records.record_id,
        records.table_no,
        coalesce({{ label_key("records.region_label") }}, '') as region_key,
        coalesce(table_titles.subject_key, '') as subject_key,
        captures.source_scope_region_id,
        coalesce(table_titles.region_id, page_titles.region_id) as title_region_id
    from records
    inner join captures on records.capture_id = captures.capture_id
    left join titles as table_titles on records.table_title = table_titles.title
    left join titles as page_titles on captures.title = page_titles.title

),

with_scope as (

    select
        scoped.*,
        case
            when scoped.source_scope_region_id is null or inside.region_id is not null
                then coalesce(scoped.title_region_id, scoped.source_scope_region_id)
            else scoped.source_scope_region_id
        end as scope_region_id,
        scoped.title_region_id is not null
        and scoped.source_scope_region_id is not null
        and inside.region_id is null
        and around.region_id is null as is_other_region
    from scoped
    left join ancestry as inside
        on
            scoped.title_region_id = inside.region_id
            and scoped.source_scope_region_id = inside.ancestor_region_id
    left join ancestry as around
        on
            scoped.source_scope_region_id = around.region_id
            and scoped.title_region_id = around.ancestor_region_id

),

questions as (

    select distinct
        region_key,
        scope_region_id
    from with_scope
    where region_key != ''

),

keyed_aliases as (

    select
        {{ label_key("aliases.alias") }} as alias_key,
        aliases.region_id,
        aliases.kind,
        scopes.region_id as parent_scope_region_id
    from aliases
    left join regions as scopes on aliases.parent_scope = scopes.current_code

),

-- An alias of the page's own scope goes before one that holds everywhere, and that before one of a smaller scope.
candidates as (

    select
        questions.region_key,
        questions.scope_region_id,
        keyed_aliases.region_id,
        keyed_aliases.kind,
        case
            when keyed_aliases.kind = 'historic' then 0
            when scope_above.region_id is not null then 3
            when keyed_aliases.parent_scope_region_id is null then 2
            when region_inside.region_id is not null or questions.scope_region_id is null then 1
        end as fit,
        coalesce(-scope_above.distance, 0) as nearness
    from questions
    inner join keyed_aliases on questions.region_key = keyed_aliases.alias_key
    left join ancestry as scope_above
        on
            questions.scope_region_id = scope_above.region_id
            and keyed_aliases.parent_scope_region_id = scope_above.ancestor_region_id
    left join ancestry as region_inside
        on
            keyed_aliases.region_id = region_inside.region_id
            and questions.scope_region_id = region_inside.ancestor_region_id

),

best as (

    select
        *,
        rank() over (partition by region_key, scope_region_id order by fit desc, nearness desc) as fit_no
    from candidates
    where fit is not null

),

answers as (

    select
        region_key,
        scope_region_id,
        min(region_id) as region_id,
        count(distinct coalesce(region_id, '')) as region_count,
        bool_or(kind = 'total_row') as is_total_row,
        bool_or(kind = 'not_a_region') as is_no_region
    from best
    where fit_no = 1
    group by region_key, scope_region_id

),

repeated as (

    select distinct {{ label_key("alias") }} as alias_key
    from aliases
    where kind in ('separately_listed', 'xpcc')

),

resolved as (

    select
        with_scope.record_id,
        with_scope.table_no,
        with_scope.region_key,
        with_scope.scope_region_id,
        with_scope.is_other_region,
        answers.region_count,
        coalesce(answers.is_no_region, false) or (
            coalesce(answers.is_total_row, false)
            and answers.region_id is null
            and coalesce(subjects.total_row, 'page') = 'no_region'
        ) as is_no_region,
        case
            when with_scope.region_key = '' then with_scope.scope_region_id
            when answers.is_total_row and answers.region_id is null and subjects.total_row = 'region'
                then subjects.total_region_id
            when answers.is_total_row then coalesce(answers.region_id, with_scope.scope_region_id)
            else answers.region_id
        end as region_id,
        repeated.alias_key is not null as has_repeated_name
    from with_scope
    left join answers
        on
            with_scope.region_key = answers.region_key
            and with_scope.scope_region_id is not distinct from answers.scope_region_id
    left join subjects on with_scope.subject_key = subjects.subject_key
    left join repeated on with_scope.region_key = repeated.alias_key

),

-- A figure entered by hand names its region by the code that it had in the year of the figure.
coded as (

    select
        records.record_id,
        region_codes.region_id
    from records
    inner join captures on records.capture_id = captures.capture_id
    left join region_codes
        on
            records.region_label = region_codes.code
            and year(records.period_end) >= region_codes.valid_from
            and year(records.period_end) <= coalesce(region_codes.valid_to, 9999)
    where captures.parser = '{{ var("hand_entered_parser") }}'

),

by_label as (

    select
        resolved.record_id,
        resolved.region_key,
        resolved.scope_region_id,
        case
            when resolved.is_other_region then 'other_region'
            when resolved.is_no_region then 'not_a_region'
            when resolved.region_count > 1 then 'ambiguous_region'
            when resolved.region_id is not null then 'resolved'
            when resolved.region_key = '' then 'no_region'
            when regexp_matches(resolved.region_key, '(镇|乡|街道|街|村|社区|园区|开发区|新区|管理区|高新区|经开区|示范区|保税区|功能区|小镇)$')
                then 'below_county'
            else 'unmapped_region'
        end as region_status,
        case
            when resolved.is_other_region or resolved.is_no_region or resolved.region_count > 1 then null
            else resolved.region_id
        end as region_id,
        resolved.table_no > 0
        and resolved.has_repeated_name
        and coalesce(scopes.level = 'country', false) as is_repeated_region
    from resolved
    left join regions as scopes on resolved.scope_region_id = scopes.region_id

),

final as (

    select
        by_label.record_id,
        by_label.region_key,
        by_label.scope_region_id,
        case
            when coded.region_id is not null then 'resolved'
            when coded.record_id is not null then 'unmapped_region'
            else by_label.region_status
        end as region_status,
        case when coded.record_id is not null then coded.region_id else by_label.region_id end as region_id,
        by_label.is_repeated_region and coded.record_id is null as is_repeated_region
    from by_label
    left join coded on by_label.record_id = coded.record_id

)

select * from final

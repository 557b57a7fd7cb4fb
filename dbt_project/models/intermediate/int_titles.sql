with

captures as (

    select * from {{ ref("int_known_captures") }}

),

records as (

    select * from {{ ref("stg_records") }}

),

aliases as (

    select * from {{ ref("region_aliases") }}

),

ancestry as (

    select * from {{ ref("int_region_ancestry") }}

),

titles as (

    select captures.title
    from captures
    where captures.title is not null

    union

    select records.table_title as title
    from records
    inner join captures on records.capture_id = captures.capture_id
    where records.table_title is not null

),

keyed as (

    select
        title,
        {{ label_key("title") }} as title_key
    from titles

),

-- Names that stand for one region wherever they are read.
names as (

    select distinct
        {{ label_key("alias") }} as name_key,
        region_id
    from aliases
    where region_id is not null and (kind = 'full' or (kind = 'short' and parent_scope is null))

),

places as (

    select
        title,
        title_key,
        unnest(generate_series(1, length(title_key))) as first_no
    from keyed

),

sizes as (

    select unnest(generate_series(2, 12)) as stretch_length

),

stretches as (

    select
        places.title,
        places.first_no,
        places.first_no + sizes.stretch_length - 1 as last_no,
        substr(places.title_key, places.first_no, sizes.stretch_length) as stretch
    from places
    inner join sizes on places.first_no + sizes.stretch_length - 1 <= length(places.title_key)

),

hits as (

    select
        stretches.title,
        stretches.first_no,
        stretches.last_no,
        stretches.stretch,
        names.region_id
    from stretches
    inner join names on stretches.stretch = names.name_key

),

-- A name inside a longer name is not a name of its own (海南 in 海南藏族自治州).
whole_hits as (

    select
        hits.title,
        hits.first_no,
        hits.stretch,
        hits.region_id
    from hits
    left join hits as longer
        on
            hits.title = longer.title
            and hits.first_no >= longer.first_no
            and hits.last_no <= longer.last_no
            and hits.last_no - hits.first_no < longer.last_no - longer.first_no
    where longer.title is null

),

named as (

    select distinct
        title,
        region_id
    from whole_hits

),

-- The region of a title lies inside all regions that the title names (某省某市); two rivals give none.
candidates as (

    select
        named.title,
        named.region_id,
        max(ancestry.depth) as depth,
        count(distinct whole_hits.first_no) as places_inside
    from named
    inner join ancestry on named.region_id = ancestry.region_id
    inner join whole_hits on named.title = whole_hits.title and ancestry.ancestor_region_id = whole_hits.region_id
    group by named.title, named.region_id

),

places_per_title as (

    select
        title,
        count(distinct first_no) as place_count
    from whole_hits
    group by title

),

deepest as (

    select
        candidates.title,
        candidates.region_id,
        rank() over (partition by candidates.title order by candidates.depth desc) as depth_no
    from candidates
    inner join places_per_title on candidates.title = places_per_title.title
    where candidates.places_inside = places_per_title.place_count

),

title_regions as (

    select
        title,
        min(region_id) as region_id
    from deepest
    where depth_no = 1
    group by title
    having count(*) = 1

),

region_words as (

    select
        whole_hits.title,
        string_agg(distinct regexp_escape(whole_hits.stretch), '|' order by regexp_escape(whole_hits.stretch)) as pattern
    from whole_hits
    inner join ancestry on whole_hits.region_id = ancestry.region_id and ancestry.distance = 0
    where ancestry.depth > 0
    group by whole_hits.title

),

final as (

    select
        keyed.title,
        title_regions.region_id,
        {{ title_subject("coalesce(regexp_replace(keyed.title_key, region_words.pattern, '', 'g'), keyed.title_key)") }}
            as subject_key
    from keyed
    left join title_regions on keyed.title = title_regions.title
    left join region_words on keyed.title = region_words.title

)

select * from final

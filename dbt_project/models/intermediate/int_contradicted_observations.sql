with

pairs as (

    select * from {{ ref("int_series_pairs") }}

),

page_pairs as (

    select * from {{ ref("int_series_page_pairs") }}

),

figures as (

    select * from {{ ref("int_series_figures") }}

),

observations as (

    select * from {{ ref("int_observations") }}
    where is_superseded is not true

),

sides_of_pages as (

    {{ both_sides("page_pairs", ["check_name", "compared_count", "failed_count"], excluded=true) }}

),

-- A page is kept out whole, for whatever reason was found most often.
pages as (

    select * from sides_of_pages
    where is_excluded
    qualify
        row_number() over (
            partition by capture_id order by failed_count desc, check_name asc, other_capture_id asc
        ) = 1

),

-- Single figures that fall where the page as a whole is believed.
falling as (

    select
        pairs.check_name,
        pairs.observation_id,
        pairs.other_observation_id
    from pairs
    left join pages as own on pairs.capture_id = own.capture_id
    left join pages as other on pairs.other_capture_id = other.capture_id
    where pairs.is_failed and pairs.check_name = 'total_falls' and own.capture_id is null and other.capture_id is null

),

sides as (

    select
        check_name,
        observation_id,
        other_observation_id
    from falling

    union all

    select
        check_name,
        other_observation_id as observation_id,
        observation_id as other_observation_id
    from falling

),

opponents as (

    select
        observation_id,
        count(distinct other_observation_id) as opponent_count
    from sides
    group by observation_id

),

single_figures as (

    select
        sides.observation_id,
        sides.check_name,
        other_figures.capture_id as other_capture_id
    from sides
    inner join figures on sides.observation_id = figures.observation_id
    inner join figures as other_figures on sides.other_observation_id = other_figures.observation_id
    inner join opponents as own on sides.observation_id = own.observation_id
    inner join opponents as other on sides.other_observation_id = other.observation_id
    where
        case
            when own.opponent_count != other.opponent_count then own.opponent_count > other.opponent_count
            when figures.fetched_on = other_figures.fetched_on then true
            else figures.arrival_no > other_figures.arrival_no
        end
    qualify row_number() over (partition by sides.observation_id order by other_figures.capture_id asc) = 1

),

final as (

    select
        observations.observation_id,
        observations.capture_id,
        pages.check_name,
        true as is_whole_page,
        pages.other_capture_id,
        pages.failed_count || ' of ' || pages.compared_count || ' figures contradict another page' as message
    from observations
    inner join pages on observations.capture_id = pages.capture_id

    union all

    select
        single_figures.observation_id,
        figures.capture_id,
        single_figures.check_name,
        false as is_whole_page,
        single_figures.other_capture_id,
        'the figure contradicts that of another page' as message
    from single_figures
    inner join figures on single_figures.observation_id = figures.observation_id

)

select * from final

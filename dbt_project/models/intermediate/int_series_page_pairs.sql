with

pairs as (

    select * from {{ ref("int_series_pairs") }}

),

captures as (

    select * from {{ ref("int_serving_captures") }}

),

columns_counted as (

    select
        check_name,
        effect,
        least(capture_id, other_capture_id) as capture_a,
        greatest(capture_id, other_capture_id) as capture_b,
        comparison,
        count(*) as compared_count,
        count(*) filter (where is_failed) as failed_count,
        arg_min(observation_id, observation_id) filter (where is_failed) as example_observation_id
    from pairs
    group by all

),

-- One figure may be restated; many of a column at once are another table, another period or other rows.
columns_judged as (

    select
        *,
        case check_name
            when 'total_falls' then failed_count >= 3 and failed_count * 20 >= compared_count
            when 'same_figures' then failed_count >= 3 and failed_count * 10 > compared_count * 8
            when 'repeated_issue' then failed_count >= 4 and failed_count * 10 > compared_count * 8
            when 'another_scale' then failed_count >= 3 and failed_count * 2 > compared_count
            when 'year_on_year' then failed_count >= 3 and failed_count * 2 > compared_count
            when 'unlike_last_year' then compared_count >= 5 and failed_count * 2 > compared_count
        end as is_contradiction
    from columns_counted

),

-- Where a page has but a few figures, all of them.
judged as (

    select
        check_name,
        effect,
        capture_a,
        capture_b,
        sum(compared_count) as compared_count,
        sum(failed_count) as failed_count,
        min(example_observation_id) as example_observation_id,
        bool_or(is_contradiction) or (check_name = 'total_falls' and sum(failed_count) = sum(compared_count))
            as is_contradiction
    from columns_judged
    group by check_name, effect, capture_a, capture_b

),

sides as (

    {{ both_sides("judged", ["is_contradiction", "effect"]) }}

),

opponents as (

    select
        capture_id,
        count(distinct other_capture_id) as opponent_count
    from sides
    where is_contradiction and effect = 'excludes'
    group by capture_id

),

-- Of two pages that contradict each other the one with more opponents is the wrong one. Where that does not tell, what has
-- served goes on serving and the later arrival is kept out; of two that came on one day neither is believed.
final as (

    select
        judged.check_name,
        judged.effect,
        judged.capture_a,
        judged.capture_b,
        judged.compared_count,
        judged.failed_count,
        judged.example_observation_id,
        judged.is_contradiction,
        judged.is_contradiction and judged.effect = 'excludes' and case
            when of_a.opponent_count != of_b.opponent_count then of_a.opponent_count > of_b.opponent_count
            when captures_a.fetched_on = captures_b.fetched_on then true
            else captures_a.arrival_no > captures_b.arrival_no
        end as is_a_excluded,
        judged.is_contradiction and judged.effect = 'excludes' and case
            when of_a.opponent_count != of_b.opponent_count then of_a.opponent_count < of_b.opponent_count
            when captures_a.fetched_on = captures_b.fetched_on then true
            else captures_a.arrival_no < captures_b.arrival_no
        end as is_b_excluded
    from judged
    inner join captures as captures_a on judged.capture_a = captures_a.capture_id
    inner join captures as captures_b on judged.capture_b = captures_b.capture_id
    left join opponents as of_a on judged.capture_a = of_a.capture_id
    left join opponents as of_b on judged.capture_b = of_b.capture_id

)

select * from final

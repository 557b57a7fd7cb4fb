with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family = 'rank'

),

rankings as (

    select * from {{ ref("region_ranking") }}

),

-- An officially published rank goes before a computed one; where siblings are missing the rank lies between two bounds.
ranked as (

    select
        dates.target_id,
        dates.evaluation_date,
        dates.start_date,
        dates.target_value,
        rankings.period_end,
        coalesce(rankings.official_rank, rankings.rank) as best_rank,
        coalesce(rankings.official_rank, rankings.worst_rank) as worst_rank,
        rankings.sibling_count,
        if(rankings.official_rank is null, rankings.missing_regions, null) as missing_siblings,
        if(
            rankings.official_rank is null,
            rankings.observation_ids,
            list_filter([rankings.official_rank_observation_id], id -> id is not null)
        ) as observation_ids,
        rankings.period_kind,
        rankings.official_rank is null and coalesce(rankings.is_computed, false) as is_computed,
        rankings.official_rank is null and coalesce(rankings.is_mixed_base, false) as is_mixed_base,
        {{ counted_on("dates.right_kind", "rankings.period_end") }} as counted_on
    from dates
    inner join rankings
        on dates.region_id = rankings.region_id and dates.indicator_id = rankings.indicator_id
    where
        rankings.vintage_on <= dates.as_of
        and rankings.period_end <= dates.last_usable_day
        and {{ is_comparable("dates.indicator_kind", "rankings.period_kind", "counted_on") }}
        and counted_on >= dates.start_date

),

newest as (

    select * from ranked
    where counted_on > start_date
    qualify
        row_number() over (
            partition by target_id, evaluation_date
            order by counted_on desc, {{ period_kind_order("period_kind") }} asc
        ) = 1

),

-- The rank at the start, or the first known: only one that is sure can be fallen from.
first_known as (

    select * from ranked
    where best_rank = worst_rank
    qualify
        row_number() over (
            partition by target_id, evaluation_date
            order by counted_on asc, {{ period_kind_order("period_kind") }} asc
        ) = 1

),

first_reached as (

    select
        target_id,
        evaluation_date,
        min(period_end) as first_reached_on
    from ranked
    where counted_on > start_date and worst_rank <= target_value
    group by all

),

final as (

    select
        dates.target_id,
        dates.evaluation_date,
        'rank' as rule,
        first_known.best_rank as baseline_value,
        first_known.counted_on as baseline_date,
        case
            when first_known.counted_on = dates.start_date then 'series'
            when first_known.counted_on is not null then 'first_fact'
        end as baseline_source,
        cast(newest.best_rank as decimal(28, 6)) as actual_value,
        cast(0 as decimal(28, 6)) as value_precision,
        newest.period_end as actual_period_end,
        newest.counted_on,
        if(newest.counted_on is null, null, dates.target_value) as required_value,
        dates.target_value as value_at_end,
        {{ whole_months("dates.start_date", "newest.counted_on") }} / nullif(dates.months_in_all, 0) as elapsed,
        coalesce(newest.worst_rank <= dates.target_value, false) as is_met,
        coalesce(date_trunc('month', newest.counted_on) = date_trunc('month', dates.target_end), false) as has_end_fact,
        case
            when newest.best_rank <= dates.target_value and newest.worst_rank > dates.target_value
                then 'siblings_missing'
        end as settled_by,
        true as is_by_requirement,
        false as can_be_achieved_early,
        coalesce(newest.best_rank > first_known.best_rank, false) as is_wrong_way,
        newest.best_rank as rank_value,
        newest.worst_rank,
        newest.sibling_count,
        nullif(newest.missing_siblings, '') as missing_siblings,
        first_reached.first_reached_on,
        coalesce(newest.is_computed, false) as is_computed,
        -- Siblings on either side of a break are ranked together only with a flag.
        coalesce(newest.is_mixed_base, false) as has_series_break,
        coalesce(newest.observation_ids, cast([] as varchar[])) as observation_ids
    from dates
    left join newest
        on dates.target_id = newest.target_id and dates.evaluation_date = newest.evaluation_date
    left join first_known
        on dates.target_id = first_known.target_id and dates.evaluation_date = first_known.evaluation_date
    left join first_reached
        on dates.target_id = first_reached.target_id and dates.evaluation_date = first_reached.evaluation_date

)

select * from final

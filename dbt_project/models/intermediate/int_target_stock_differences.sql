with

dates as (

    select * from {{ ref("int_target_dates") }}
    where rule_family = 'cumulative'

),

facts as (

    select * from {{ ref("int_target_facts") }}
    where fact_role = 'stock' and (is_on_start or is_since_start)

),

seen as (

    select
        dates.evaluation_date,
        dates.target_value,
        dates.target_end,
        dates.last_usable_day,
        false as is_printed,
        facts.*
    from dates
    inner join facts on dates.target_id = facts.target_id
    where facts.period_end <= dates.evaluation_date

),

usable as (

    select * from seen
    where period_end <= last_usable_day

),

-- A stock that the plan prints for the start. Of a flow it prints what one year brought, which is no stock.
printed as (

    select
        target_id,
        evaluation_date,
        true as is_printed,
        printed_baseline as value,
        coalesce(printed_baseline_half_unit, 0) as value_precision,
        start_date as counted_on,
        true as is_on_start,
        cast([] as varchar[]) as observation_ids,
        false as has_conflict,
        false as is_computed
    from dates
    where printed_baseline is not null and indicator_kind = 'stock'

),

-- The printed stock, else the one on the start, else the first one after it stands in.
bases as (

    select *
    from (
        select * from usable
        union all by name
        select * from printed
    ) as candidates
    qualify row_number() over (partition by target_id, evaluation_date order by is_printed desc, counted_on asc) = 1

),

newest as (

    select * from usable
    where is_since_start
    qualify row_number() over (partition by target_id, evaluation_date order by counted_on desc) = 1

),

reached as (

    select
        seen.target_id,
        seen.evaluation_date,
        min(seen.period_end) filter (where seen.period_end <= seen.last_usable_day) as first_reached_on,
        min(seen.period_end) filter (where seen.period_end > seen.target_end) as reached_later_on
    from seen
    inner join bases
        on seen.target_id = bases.target_id and seen.evaluation_date = bases.evaluation_date
    where seen.is_since_start and seen.value - bases.value >= seen.target_value
    group by all

),

final as (

    select
        newest.target_id,
        newest.evaluation_date,
        cast(newest.value - bases.value as decimal(28, 6)) as stock_difference,
        bases.value as baseline_value,
        bases.counted_on as baseline_date,
        bases.is_on_start,
        bases.is_printed,
        bases.is_on_start or {{ whole_months("bases.counted_on", "newest.counted_on") }} >= 12 as has_two_ends,
        cast(newest.value_precision + bases.value_precision as decimal(28, 6)) as value_precision,
        newest.counted_on,
        newest.period_end,
        reached.first_reached_on,
        reached.reached_later_on,
        newest.has_conflict or bases.has_conflict as has_conflict,
        if(
            bases.is_printed,
            coalesce(newest.pace_break_on > bases.counted_on, false),
            newest.pace_break_on is distinct from bases.pace_break_on
        ) as has_series_break,
        newest.is_wider_scope,
        newest.is_computed or bases.is_computed as is_computed,
        list_sort(list_distinct(list_concat(bases.observation_ids, newest.observation_ids))) as observation_ids
    from newest
    inner join bases
        on newest.target_id = bases.target_id and newest.evaluation_date = bases.evaluation_date
    left join reached
        on newest.target_id = reached.target_id and newest.evaluation_date = reached.evaluation_date

)

select * from final

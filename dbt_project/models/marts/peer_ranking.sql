with

facts as (

    select * from {{ ref("int_measured_facts") }}
    where breakdown = 'total' and not is_repeated_region

),

rankings as (

    select * from {{ ref("region_ranking") }}

),

regions as (

    select * from {{ ref("regions") }}

),

-- Figures of whole years and of days that no sibling has one beside: only these are set among peers.
alone as (

    select rankings.*
    from rankings
    where
        rankings.known_count = 1
        and rankings.sibling_count > 1
        and (
            rankings.period_kind = 'year'
            or (rankings.period_kind in ('point_in_time', 'cumulative') and month(rankings.period_end) = 12)
        )

),

-- How large a place is: its residents, else its product.
sizes as (

    select
        facts.region_id,
        facts.indicator_id,
        year(facts.period_end) as size_year,
        facts.value,
        facts.vintage_on
    from facts
    where
        (
            facts.indicator_id = 'resident_population'
            and facts.period_kind = 'point_in_time'
            and month(facts.period_end) = 12
        )
        or (facts.indicator_id = 'gdp' and facts.period_kind = 'year')
    qualify
        row_number() over (
            partition by facts.region_id, facts.indicator_id, year(facts.period_end) order by facts.period_end desc
        ) = 1

),

-- Others of the same level with a figure of the same period, of half to double the size in a year not far from it.
candidates as (

    select
        alone.region_id,
        alone.indicator_id,
        alone.period_kind,
        alone.period_start,
        alone.period_end,
        alone.value,
        others.observation_ids as peer_observation_ids,
        others.region_id as peer_region_id,
        other_regions.name_zh as peer_name_zh,
        others.value as peer_value,
        own_sizes.indicator_id as size_indicator_id,
        own_sizes.value as size_value,
        abs(ln(cast(peer_sizes.value as double) / cast(own_sizes.value as double))) as distance,
        own_sizes.size_year,
        peer_sizes.value as peer_size_value,
        greatest(others.vintage_on, own_sizes.vintage_on, peer_sizes.vintage_on) as vintage_on
    from alone
    inner join facts as others
        on
            alone.indicator_id = others.indicator_id
            and alone.period_kind = others.period_kind
            and alone.period_start = others.period_start
            and alone.period_end = others.period_end
            and alone.region_id != others.region_id
    inner join regions as other_regions
        on others.region_id = other_regions.region_id and alone.region_level = other_regions.level
    inner join sizes as own_sizes
        on
            alone.region_id = own_sizes.region_id
            and alone.indicator_id != own_sizes.indicator_id
            and own_sizes.size_year <= year(alone.period_end)
            and own_sizes.size_year >= year(alone.period_end) - 2
    inner join sizes as peer_sizes
        on
            others.region_id = peer_sizes.region_id
            and own_sizes.indicator_id = peer_sizes.indicator_id
            and own_sizes.size_year = peer_sizes.size_year
    where
        own_sizes.value > 0
        and peer_sizes.value / own_sizes.value >= 0.5
        and peer_sizes.value / own_sizes.value <= 2

),

-- By residents before by product, in the newest year that both have; the ten nearest.
nearest as (

    select * from candidates
    qualify
        row_number() over (
            partition by region_id, indicator_id, period_kind, period_start, period_end, peer_region_id
            order by (size_indicator_id = 'resident_population') desc, size_year desc
        ) = 1

),

peers as (

    select * from nearest
    qualify
        row_number() over (
            partition by region_id, indicator_id, period_kind, period_start, period_end
            order by distance asc, peer_region_id asc
        ) <= {{ var("most_peers") }}

),

final as (

    select
        alone.region_id,
        alone.region_code,
        alone.indicator_id,
        alone.period_kind,
        alone.period_start,
        alone.period_end,
        alone.period,
        alone.value,
        alone.unit_base,
        any_value(alone.observation_ids) as observation_ids,
        min(peers.size_indicator_id) as size_indicator_id,
        max(peers.size_value) as size_value,
        cast(count(*) as integer) as peer_count,
        string_agg(
            peers.peer_name_zh,
            '、'
            order by peers.distance, peers.peer_region_id
        ) as peer_regions,
        flatten(
            list(
                peers.peer_observation_ids
                order by peers.distance, peers.peer_region_id
            )
        ) as peer_observation_ids,
        cast(count(*) filter (where peers.peer_value > alone.value) + 1 as integer) as rank_among_peers,
        cast(median(peers.peer_value) as decimal(28, 6)) as peer_median,
        greatest(any_value(alone.vintage_on), max(peers.vintage_on)) as vintage_on
    from alone
    inner join peers
        on
            alone.region_id = peers.region_id
            and alone.indicator_id = peers.indicator_id
            and alone.period_kind = peers.period_kind
            and alone.period_start = peers.period_start
            and alone.period_end = peers.period_end
    group by all

)

select * from final

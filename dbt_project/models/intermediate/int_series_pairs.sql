with

figures as (

    select * from {{ ref("int_series_figures") }}

),

comparisons as (

    select * from {{ ref("int_record_comparisons") }}

),

checks as (

    select * from {{ ref("int_family_checks") }}
    where stage = 'series'

),

-- A longer period and a shorter one inside it, on two pages. Of running totals the two issues before; a running total and
-- a year that end on the same day; parts of a year and what they are parts of.
nested as (

    select
        longer.observation_id,
        longer.capture_id,
        longer.family,
        shorter.observation_id as other_observation_id,
        shorter.capture_id as other_capture_id,
        concat_ws(
            ' ', longer.indicator_id, longer.breakdown, longer.period_kind, shorter.period_kind
        ) as comparison,
        longer.value,
        shorter.value as other_value,
        longer.precision + shorter.precision as rounding,
        greatest(longer.precision, shorter.precision) as coarsest
    from figures as longer
    inner join figures as shorter
        on
            longer.series_owner = shorter.series_owner
            and longer.indicator_id = shorter.indicator_id
            and longer.breakdown = shorter.breakdown
            and longer.region_id = shorter.region_id
            and longer.series_id = shorter.series_id
            and longer.capture_id != shorter.capture_id
    where
        longer.indicator_kind = 'flow'
        and case
            when longer.is_running_total and shorter.is_running_total then longer.issue_no - shorter.issue_no in (1, 2)
            when longer.is_running_total
                then longer.period_end = shorter.period_end and shorter.period_kind in ('year', 'year_to_date', 'month')
            else
                longer.period_kind in ('year', 'year_to_date')
                and shorter.period_kind in ('year_to_date', 'quarter', 'month')
                and shorter.period_start between longer.period_start and longer.period_end
                and shorter.period_end <= longer.period_end
                and shorter.period_end - shorter.period_start < longer.period_end - longer.period_start
        end

),

-- Two issues of one table, on two pages, at most about a year apart.
issues as (

    select
        figures.observation_id,
        figures.capture_id,
        figures.family,
        earlier.observation_id as other_observation_id,
        earlier.capture_id as other_capture_id,
        concat_ws(' ', figures.indicator_id, figures.breakdown, figures.period_kind) as comparison,
        figures.value,
        earlier.value as other_value,
        greatest(figures.precision, earlier.precision) as coarsest,
        {{ year_before("figures.period_end") }} = earlier.period_end and not figures.is_running_total as is_a_year_later,
        figures.period_kind in ('year_to_date', 'quarter', 'month') and figures.indicator_kind = 'flow' as is_part_of_year
    from figures
    inner join figures as earlier
        on
            figures.series_owner = earlier.series_owner
            and figures.indicator_id = earlier.indicator_id
            and figures.breakdown = earlier.breakdown
            and figures.region_id = earlier.region_id
            and figures.series_id = earlier.series_id
            and figures.period_kind = earlier.period_kind
            and figures.capture_id != earlier.capture_id
            and figures.period_end - earlier.period_end between 1 and 400

),

-- What two pages of any source say of the same thing.
same_things as (

    select
        figures.observation_id,
        figures.capture_id,
        figures.family,
        other.observation_id as other_observation_id,
        other.capture_id as other_capture_id,
        concat_ws(' ', figures.indicator_id, figures.breakdown, figures.period_kind) as comparison,
        figures.value,
        other.value as other_value
    from figures
    inner join figures as other
        on
            figures.indicator_id = other.indicator_id
            and figures.breakdown = other.breakdown
            and figures.region_id = other.region_id
            and figures.period_kind = other.period_kind
            and figures.period_end = other.period_end
            and figures.capture_id > other.capture_id

),

-- What may be of another size, but not of another order of magnitude.
comparable as (

    select * exclude (coarsest, is_a_year_later, is_part_of_year) from issues

    union all

    select * from same_things

),

-- Growth that the page prints, with the figure beside it that grew.
printed_growth as (

    select
        base_record_id as observation_id,
        value as growth_printed,
        greatest(half_unit * 2, 1) as tolerance
    from comparisons
    where comparison = 'yearly_growth' and table_no > 0
    qualify row_number() over (partition by base_record_id order by column_no asc) = 1

),

pairs as (

    select
        'total_falls' as check_name,
        * exclude (rounding, coarsest),
        other_value - value > greatest(rounding, 0.001 * abs(other_value)) as is_failed
    from nested

    union all

    -- Small and rounded figures are alike by chance.
    select
        'same_figures' as check_name,
        * exclude (rounding, coarsest),
        value = other_value as is_failed
    from nested
    where value >= 10 and coarsest < 1

    union all

    select
        'repeated_issue' as check_name,
        * exclude (coarsest, is_a_year_later, is_part_of_year),
        value = other_value as is_failed
    from issues
    where value >= 100 and coarsest < 1

    union all

    select
        'another_scale' as check_name,
        *,
        value >= 1000 * other_value or other_value >= 1000 * value as is_failed
    from comparable
    where least(value, other_value) > 0 and greatest(value, other_value) >= 1000

    union all

    select
        'year_on_year' as check_name,
        issues.observation_id,
        issues.capture_id,
        issues.family,
        issues.other_observation_id,
        issues.other_capture_id,
        issues.comparison,
        issues.value,
        issues.other_value,
        abs((issues.value / issues.other_value - 1) * 100 - printed_growth.growth_printed)
        > printed_growth.tolerance as is_failed
    from issues
    inner join printed_growth on issues.observation_id = printed_growth.observation_id
    where issues.is_a_year_later and issues.other_value > 0

    union all

    select
        'unlike_last_year' as check_name,
        * exclude (coarsest, is_a_year_later, is_part_of_year),
        value < 0.4 * other_value or value > 2.5 * other_value as is_failed
    from issues
    where is_a_year_later and is_part_of_year and other_value >= 10

),

final as (

    select
        pairs.check_name,
        checks.effect,
        pairs.observation_id,
        pairs.capture_id,
        pairs.other_observation_id,
        pairs.other_capture_id,
        pairs.comparison,
        pairs.value,
        pairs.other_value,
        pairs.is_failed
    from pairs
    inner join checks on pairs.check_name = checks.check_name and pairs.family = checks.family

)

select * from final

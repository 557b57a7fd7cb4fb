with

progress as (

    select * from {{ ref("fct_target_progress") }}

),

targets as (

    select * from {{ ref("int_targets") }}

),

weights as (

    select * from {{ ref("int_target_weights") }}

),

publishers as (

    select * from {{ ref("indicator_publishers") }}

),

sources as (

    select * from {{ ref("stg_sources") }}

),

described as (

    select
        progress.*,
        targets.indicator_zh,
        -- Rows of one schedule or table belong together.
        coalesce(nullif(regexp_replace(targets.section, '\s+row\s+\d+$', ''), ''), '未注明') as section,
        weights.nature,
        weights.target_kind,
        weights.weight,
        progress.target_type = 'milestone' as is_task,
        progress.status in ('achieved', 'missed', 'ahead', 'on_track', 'behind', 'far_behind', 'moving_away') as is_rated,
        coalesce(
            sources.title_zh,
            progress.expected_source_id,
            concat_ws(' ', publishers.publisher_zh, publishers.document_zh)
        ) as bringer
    from progress
    inner join targets on progress.target_id = targets.target_id
    inner join weights on progress.target_id = weights.target_id
    left join publishers on progress.indicator_id = publishers.indicator_id
    left join sources on progress.expected_source_id = sources.source_id

),

judged as (

    select
        *,
        -- What a figure could be there for: a rule that compares figures, of what is counted at all, and time that has begun.
        not is_task
        and coalesce(unit_base, '') != '定性'
        and status not in ('not_measurable', 'not_started')
        and reason_code != 'rule_not_available' as is_measurable,
        actual_value is not null or known_sum is not null as has_fact,
        -- A figure that says where the target stands: of this time, not across a break, of all who are compared.
        actual_value is not null
        and coalesce(fact_age_months, 0) <= 18
        and reason_code not in ('stale_fact', 'series_break', 'siblings_missing', 'reference_missing', 'missing_years')
            as is_usable,
        -- Growth that may not pass a rate, too, is a limit and no way to go.
        rule in ('rank', 'above_parent', 'direction', 'yearly_floor')
        or (rule = 'growth' and direction = 'at_most' and growth_required >= 0) as is_kept_or_not,
        reason_code = 'over_the_top' as is_over_the_top,
        direction = 'at_most' and rule in ('sum_of_flows', 'difference_of_stocks') as is_sum_to_stay_below
    from described

),

based as (

    select
        *,
        case
            -- Tasks are counted as tasks: evidence can only say that one is done, so that a mean of them would be 1.
            when is_task or status in ('not_measurable', 'not_started') then null
            when status = 'achieved' then 'achieved'
            when is_kept_or_not and status in ('on_track', 'behind', 'moving_away', 'missed') then 'kept_or_not'
            when is_kept_or_not or not is_usable then null
            when is_over_the_top then 'over_the_top'
            when progress is not null and not is_sum_to_stay_below then 'progress'
            when attainment is not null then 'attainment'
        end as completion_basis
    from judged

),

reckoned as (

    select
        *,
        case completion_basis
            when 'achieved' then 1
            when 'kept_or_not' then if(status = 'on_track', 1, 0)
            when 'over_the_top' then coalesce(target_value_high, target_value) / nullif(actual_value, 0)
            when 'progress' then progress
            -- Less is better: the target over the actual value. A growth rate bears its sign in both.
            when 'attainment'
                then
                    case
                        when direction = 'at_least' or rule = 'growth' then attainment
                        when attainment > 0 then 1 / attainment
                        else 1
                    end
        end as raw_completion
    from based

),

final as (

    select
        target_id,
        evaluation_date,
        as_of,
        plan_id,
        region_id,
        region_code,
        section,
        indicator_zh,
        nature,
        target_kind,
        weight,
        status,
        target_value is not null as is_numeric,
        is_task,
        coalesce(is_task and len(evidence_ids) > 0, false) as is_done,
        is_rated,
        is_measurable,
        is_measurable and has_fact as is_covered,
        completion_basis,
        cast(if(raw_completion is null, null, round(least(greatest(raw_completion, 0), 1), 6)) as double) as completion,
        nullif(bringer, '') as bringer
    from reckoned

)

select * from final

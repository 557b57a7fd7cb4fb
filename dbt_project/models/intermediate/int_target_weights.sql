with

targets as (

    select * from {{ ref("int_targets") }}
    where review_state != 'rejected'

),

weights as (

    select * from {{ ref("target_weights") }}

),

described as (

    select
        target_id,
        plan_id,
        coalesce(nature, 'unknown') as nature,
        case
            when target_type = 'milestone' then 'task'
            when target_value is not null then 'numeric'
            else 'objective'
        end as target_kind
    from targets

),

-- An empty cell of a weight holds for all; the row that names most stands, a target before its plan.
final as (

    select
        described.target_id,
        described.nature,
        described.target_kind,
        coalesce(weights.weight, 1) as weight,
        coalesce(weights.reason, 'no row of target_weights speaks of it') as weight_reason
    from described
    left join weights
        on
            described.target_id = coalesce(weights.target_id, described.target_id)
            and described.plan_id = coalesce(weights.plan_id, described.plan_id)
            and described.nature = coalesce(weights.nature, described.nature)
            and described.target_kind = coalesce(weights.target_kind, described.target_kind)
    qualify
        row_number() over (
            partition by described.target_id
            order by
                weights.target_id is null asc,
                weights.plan_id is null asc,
                weights.nature is null asc,
                weights.target_kind is null asc
        ) = 1

)

select * from final

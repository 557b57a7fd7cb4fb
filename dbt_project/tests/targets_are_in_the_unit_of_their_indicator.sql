-- A target in another base unit than its indicator would find no fact and look like missing data. Of reference data it is
-- our own error; what the extractor proposes or a person corrects is asked about (target_unit_mismatch).
with

targets as (

    select * from {{ ref("stg_targets") }}

),

indicators as (

    select * from {{ ref("indicators") }}

)

select
    targets.target_id,
    targets.unit_base as target_unit,
    indicators.unit_base as indicator_unit
from targets
inner join indicators on targets.indicator_id = indicators.indicator_id
where
    targets.registered_in = 'seed'
    and targets.unit_base != indicators.unit_base
    and targets.target_type not in ('rank', 'annual_growth_rate')

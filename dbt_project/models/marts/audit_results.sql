with

findings as (

    select * from {{ ref("stg_findings") }}

),

capture_dates as (

    select * from {{ ref("int_capture_dates") }}
    where is_known

),

fates as (

    select * from {{ ref("int_record_fates") }}

),

page_checks as (

    select
        'page' as stage,
        findings.parser as suite,
        findings.check_name,
        'warning' as severity,
        false as passed,
        concat_ws(
            ', ', 'table ' || findings.table_no, 'row ' || findings.row_no, 'column ' || findings.column_no
        ) as observed,
        findings.message,
        findings.capture_id,
        'raw.records' as table_name,
        findings.finding_no
    from findings
    inner join capture_dates on findings.capture_id = capture_dates.capture_id
    where not findings.passed

),

-- What was left out on purpose is counted in the open.
ignored as (

    select
        'model' as stage,
        'record_fates' as suite,
        'ignored_' || reason as check_name,
        'info' as severity,
        true as passed,
        cast(count(*) as varchar) as observed,
        'records left out on purpose' as message,
        null as capture_id,
        'intermediate.int_record_fates' as table_name,
        0 as finding_no
    from fates
    where fate = 'ignored'
    group by reason

),

results as (

    select * from page_checks

    union all

    select * from ignored

),

final as (

    select
        {{ stable_id(["stage", "suite", "check_name", "capture_id", "finding_no"]) }} as audit_id,
        cast(null as varchar) as run_id,
        stage,
        suite,
        check_name,
        severity,
        passed,
        observed,
        message,
        capture_id,
        table_name
    from results

)

select * from final

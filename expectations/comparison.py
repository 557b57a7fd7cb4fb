"""The build against the last release, as tables of the schema `audit` that the suites then judge."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.literals import quoted

ACCEPTED_LOSSES = Path(__file__).parent / "accepted_losses.csv"
"""Losses that a person has explained: source_id, indicator_id, region_code (empty: any), accepted_on, by, reason."""

FACT_KEY = "region_id, indicator_id, breakdown, period_kind, period_start, period_end"

_TABLES = f"""
create or replace table audit.lost_facts as
with before as (
    select facts.*, observations.source_id, observations.capture_id, observations.url
    from last.marts.fct_region_indicator as facts
    left join last.marts.fct_observation as observations on facts.observation_id = observations.observation_id
)
select before.source_id, before.indicator_id, before.region_code, before.period, before.value, before.capture_id,
    before.url
from before
left join marts.fct_region_indicator as now using ({FACT_KEY})
where now.value is null;

create or replace table audit.unexplained_losses as
select lost.*
from audit.lost_facts as lost
where not exists (
    select 1 from audit.accepted_losses as accepted
    where accepted.source_id = lost.source_id
        and coalesce(accepted.indicator_id, lost.indicator_id) = lost.indicator_id
        and coalesce(accepted.region_code, lost.region_code) = lost.region_code
)
and lost.capture_id not in (select capture_id from audit.pages_taken_back);

create or replace table audit.lost_regions as
select distinct source_id, region_id
from last.marts.fct_observation
where (source_id, region_id) not in (select (source_id, region_id) from marts.fct_observation)
    and source_id not in (select source_id from audit.accepted_losses)
    and capture_id not in (select capture_id from audit.pages_taken_back);

create or replace table audit.rewritten_values as
select observation_id, last_seen.value as value_before, now.value as value_now, now.url
from last.marts.fct_observation as last_seen
inner join marts.fct_observation as now using (observation_id)
where last_seen.value is distinct from now.value
    and last_seen.parser_version = now.parser_version;

create or replace table audit.gained_facts as
with gained as (
    select now.observation_id
    from marts.fct_region_indicator as now
    left join last.marts.fct_region_indicator as before using ({FACT_KEY})
    where before.value is null
)
select observations.source_id, count(*) as facts
from gained
inner join marts.fct_observation as observations on gained.observation_id = observations.observation_id
group by observations.source_id;
"""

_TAKEN_BACK = """
create or replace table audit.pages_taken_back as
select decisions.capture_id
from raw.page_decisions as decisions
where decisions.is_newest and decisions.kind in ('hold', 'withdraw')
    and 'quarantined' = (
        select arg_max(verdict, parsed_at) from raw.parse_outcomes where capture_id = decisions.capture_id
    );
"""
"""Pages that served until a person held them or took their release back: the decision is the reason of the loss."""

_NOTHING_TAKEN_BACK = "create or replace table audit.pages_taken_back (capture_id varchar);"

_EMPTY = """
create or replace table audit.unexplained_losses (source_id varchar, indicator_id varchar, region_code varchar,
    period varchar, value decimal(28, 6), capture_id varchar, url varchar);
create or replace table audit.lost_regions (source_id varchar, region_id varchar);
create or replace table audit.rewritten_values (observation_id varchar, value_before decimal(28, 6),
    value_now decimal(28, 6), url varchar);
create or replace table audit.gained_facts (source_id varchar, facts bigint);
"""


def prepare(database: Path, last_release: Path | None) -> str | None:
    """Write the tables of the schema `audit` into the build. Returns why there is nothing to compare, or None.

    Three cases have no comparison: a first release; an as-of date before the one of the last release (fewer facts
    are right then); a last release without the tables that are compared.
    """
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema if not exists audit")
        connection.execute(
            "create or replace table audit.accepted_losses as select * from read_csv(?, header = true, "
            "all_varchar = true)",
            [str(ACCEPTED_LOSSES)],
        )
        why = _why_not(connection, last_release)
        connection.execute(_TAKEN_BACK if _has_decisions(connection) else _NOTHING_TAKEN_BACK)
        connection.execute(_EMPTY if why else _TABLES)
        return why


def _has_decisions(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(
        "select count(*) from duckdb_tables() where database_name = current_database() and schema_name = 'raw' "
        "and table_name in ('page_decisions', 'parse_outcomes')"
    ).fetchone()
    return found is not None and found[0] == 2


def _why_not(connection: duckdb.DuckDBPyConnection, last_release: Path | None) -> str | None:
    if last_release is None:
        return "this is the first release"
    connection.execute(f"attach {quoted(last_release)} as last (read_only)")
    query = "select max(as_of) from {}fct_target_progress"
    before = connection.execute(query.format("last.marts.")).fetchone()
    now = connection.execute(query.format("marts.")).fetchone()
    if before and now and before[0] and now[0] and now[0] < before[0]:
        return f"the last release is as of {before[0]}, this build as of {now[0]}"
    return None

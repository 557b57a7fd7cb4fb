"""Everything that a report says, read from the marts: one plan on one evaluation date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.errors import ExitCode, Trouble

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
"""One row of a query, by column."""

PLAN = """
select plans.*, regions.name_zh as region_zh, regions.name_en as region_en
from dim_plan as plans
left join dim_region as regions on plans.region_code = regions.region_code and regions.is_current
where plans.plan_id = ?
"""

TARGETS = """
select
    progress.*, targets.* exclude (
        target_id, plan_id, indicator_id, region_id, region_code, target_type, direction, review_state, unit_base,
        baseline_value, target_value, start_date, target_end
    ),
    indicators.name_en, indicators.publisher_zh, indicators.document_zh,
    sources.title_zh as source_title_zh, sources.title_en as source_title_en
from fct_target_progress as progress
inner join dim_target as targets using (target_id)
left join dim_indicator as indicators on progress.indicator_id = indicators.indicator_id
left join dim_source as sources on progress.expected_source_id = sources.source_id
where progress.plan_id = ? and progress.evaluation_date = ?
"""

HISTORY = """
select target_id, actual_value, actual_period_end, observation_ids
from fct_target_progress
where plan_id = ? and evaluation_date <= ? and actual_value is not null and actual_period_end is not null
order by target_id, evaluation_date
"""

OBSERVATIONS = "select * from fct_observation where list_contains(?, observation_id)"

# Other facts of the series from which a value was taken as it stands, so that a chart shows more than the year-ends.
SERIES = """
select distinct progress.target_id, others.period_end, others.value, others.observation_id
from fct_target_progress as progress
inner join fct_observation as used
    on list_contains(progress.observation_ids, used.observation_id)
    and used.value = progress.actual_value and used.period_end = progress.actual_period_end
inner join fct_region_indicator as others
    on used.region_id = others.region_id and used.indicator_id = others.indicator_id
    and used.breakdown = others.breakdown and used.period_kind = others.period_kind
where progress.plan_id = ? and progress.evaluation_date = ?
    and progress.rule in ('level', 'floor', 'ceiling', 'threshold', 'direction', 'yearly_floor')
    and others.period_end between coalesce(progress.baseline_date, progress.start_date) and progress.evaluation_date
order by progress.target_id, others.period_end
"""

TASKS = "select * from fct_task where plan_id = ?"

SCORECARD = "select * from plan_scorecard where plan_id = ? and evaluation_date = ?"


class UnknownPlan(Trouble):
    """There is no plan of that id. The message lists those that there are."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True)
class Facts:
    """What is known of a plan on its evaluation date."""

    plan: Row
    as_of: date
    evaluation_date: date
    targets: list[Row]
    history: dict[str, list[Row]]
    """Rows with a value up to the evaluation date, by target."""
    series: dict[str, list[Row]]
    """Facts of the series behind a value, by target."""
    observations: dict[str, Row]
    tasks: dict[str, Row]
    scorecard: Row | None
    """Row of plan_scorecard; none for a plan without targets."""


def plan_row(connection: DuckDBPyConnection, plan_id: str) -> Row:
    """The plan. Raises UnknownPlan."""
    found = rows(connection, PLAN, [plan_id])
    if not found:
        known = [str(row["plan_id"]) for row in rows(connection, "select plan_id from dim_plan order by plan_id", [])]
        raise UnknownPlan(f"there is no plan {plan_id}; known: {', '.join(known) or 'none'}")
    return found[0]


def gather(connection: DuckDBPyConnection, plan: Row, as_of: date, evaluation_date: date) -> Facts:
    """Read the marts of a release or of a past date (tables of `marts` without prefix)."""
    key = [plan["plan_id"], evaluation_date]
    targets = sorted(rows(connection, TARGETS, key), key=_order)
    history = _by_target(rows(connection, HISTORY, key))
    series = _by_target(rows(connection, SERIES, key))
    wanted = {name for row in [*targets, *(each for past in history.values() for each in past)]
              for name in row["observation_ids"]}  # fmt: skip
    wanted |= {row["observation_id"] for each in series.values() for row in each}
    observations = _observations(connection, wanted)
    # What a derived figure comes from is printed elsewhere.
    observations |= _observations(connection, {name for row in observations.values() for name in row["derived_from"]})
    return Facts(
        plan=plan,
        as_of=as_of,
        evaluation_date=evaluation_date,
        targets=targets,
        history=history,
        series=series,
        observations=observations,
        tasks={row["task_id"]: row for row in rows(connection, TASKS, key[:1])},
        scorecard=next(iter(rows(connection, SCORECARD, key)), None),
    )


def rows(connection: DuckDBPyConnection, query: str, values: list[Any]) -> list[Row]:
    """The rows of a query as mappings."""
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _observations(connection: DuckDBPyConnection, ids: set[str]) -> dict[str, Row]:
    return {row["observation_id"]: row for row in rows(connection, OBSERVATIONS, [sorted(ids)])}


def _by_target(found: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in found:
        grouped.setdefault(row["target_id"], []).append(row)
    return grouped


def _order(row: Row) -> tuple[bool, int, str]:
    """Numbered promises first, in their order; then the others."""
    number = str(row["target_no"] or "")
    digits = "".join(sign for sign in number if sign.isdigit())
    return not number.isdigit(), int(digits or 0), row["target_id"]

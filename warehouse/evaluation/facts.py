"""Reads from the marts what a report needs: the plan, its targets on every evaluation date, tasks, figures, names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.errors import ExitCode, Trouble
from warehouse.evaluation.dates import Chosen, Kind, choose
from warehouse.plain_text import visible
from warehouse.sql import open_read_only

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]

PROGRESS = """
select
    progress.*, target.target_no, target.indicator_zh, target.section, target.unit_zh, target.quote,
    target.quote_capture_id, target.quote_origin, target.quote_fetched_at, target.quote_url,
    target.quote_start, target.quote_end,
    target.target_value_printed, target.target_value as target_value_base, target.baseline_value_printed,
    indicator.name_en, indicator.publisher_zh, indicator.document_zh
from fct_target_progress as progress
inner join dim_target as target on progress.target_id = target.target_id
left join dim_indicator as indicator on progress.indicator_id = indicator.indicator_id
where progress.plan_id = $plan and progress.evaluation_date <= $day
order by progress.target_id, progress.evaluation_date
"""

SERIES = """
select distinct progress.target_id, others.period_end, others.value, others.observation_id
from fct_target_progress as progress
inner join fct_observation as used
    on list_contains(progress.observation_ids, used.observation_id)
    and used.value = progress.actual_value and used.period_end = progress.actual_period_end
inner join fct_region_indicator as others
    on used.region_id = others.region_id and used.indicator_id = others.indicator_id
    and used.breakdown = others.breakdown and used.period_kind = others.period_kind
where
    progress.plan_id = $plan and progress.evaluation_date = $day
    and progress.rule in ('level', 'floor', 'ceiling', 'threshold', 'count', 'growth', 'direction', 'yearly_floor')
    and others.period_end > coalesce(progress.baseline_date, progress.start_date)
    and others.period_end <= progress.actual_period_end
order by progress.target_id, others.period_end
"""

FIGURES = """
select * from fct_observation
where
    observation_id in $ids
    or observation_id in (select unnest(derived_from) from fct_observation where observation_id in $ids)
"""


class UnknownPlan(Trouble):
    """There is no such plan; the message lists those that there are."""

    exit_code = ExitCode.USAGE


class OtherVersion(Trouble):
    """The marts were made by another version of the program and lack what a report needs."""


@dataclass(frozen=True)
class Facts:
    """Rows of the marts, untouched."""

    plan: Row
    region: Row | None
    kind: Kind
    chosen: Chosen
    as_of: date
    scorecard: Row | None
    """None for a plan without targets."""
    history: list[Row]
    """Targets up to the evaluation date, by target and date."""
    series: list[Row]
    """The facts of each target's series up to the one that is compared, also those between evaluation dates."""
    tasks: list[Row]
    observations: dict[str, Row]
    sources: dict[str, Row]

    @property
    def current(self) -> list[Row]:
        """The targets on the evaluation date."""
        return [row for row in self.history if row["evaluation_date"] == self.chosen.day]


def gather(database: Path, plan_id: str, kind: Kind, as_of: date) -> Facts:
    """Everything about a plan as of the date of the marts. Raises UnknownPlan, KindRefused, OtherVersion."""
    import duckdb

    try:
        return _gather(database, plan_id, kind, as_of)
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        lacking = str(error).splitlines()[0]
        raise OtherVersion(
            f"the release was made by another version of zhibiao; run `zhibiao refresh` first ({lacking})"
        ) from error


def _gather(database: Path, plan_id: str, kind: Kind, as_of: date) -> Facts:
    with open_read_only(database) as connection:
        plan = _plan(connection, plan_id)
        chosen = choose(kind, plan["period_start"], plan["period_end"], as_of)
        history = _rows(connection, PROGRESS, plan=plan_id, day=chosen.day)
        series = _rows(connection, SERIES, plan=plan_id, day=chosen.day)
        ids = sorted(
            {each for row in history for each in row["observation_ids"]} | {row["observation_id"] for row in series}
        )
        observations = _rows(connection, FIGURES, ids=ids) if ids else []
        regions = _rows(
            connection, "select * from dim_region where region_code = $code order by is_current desc, region_id",
            code=plan["region_code"],
        )  # fmt: skip
        scorecards = _rows(
            connection, "select * from plan_scorecard where plan_id = $plan and evaluation_date = $day",
            plan=plan_id, day=chosen.day,
        )  # fmt: skip
        tasks = _rows(
            connection, "select * from fct_task where plan_id = $plan order by due_on nulls last, task_id", plan=plan_id
        )
        sources = _rows(connection, "select * from dim_source")
    return Facts(
        plan=plan,
        region=regions[0] if regions else None,
        kind=kind,
        chosen=chosen,
        as_of=as_of,
        scorecard=scorecards[0] if scorecards else None,
        history=history,
        series=series,
        tasks=tasks,
        observations={row["observation_id"]: row for row in observations},
        sources={row["source_id"]: row for row in sources},
    )


def _plan(connection: DuckDBPyConnection, plan_id: str) -> Row:
    plans = {row["plan_id"]: row for row in _rows(connection, "select * from dim_plan order by plan_id")}
    if plan_id not in plans:
        listed = "\n".join(f"  {each}  {row['title_zh']}" for each, row in plans.items()) or "  none"
        raise UnknownPlan(f"there is no plan {plan_id!r}; the plans are:\n{listed}")
    return plans[plan_id]


def _rows(connection: DuckDBPyConnection, query: str, **values: object) -> list[Row]:
    cursor = connection.execute(query, values) if values else connection.execute(query)
    names = [column[0] for column in cursor.description or []]
    return [
        {name: visible(value) if isinstance(value, str) else value for name, value in zip(names, row, strict=True)}
        for row in cursor.fetchall()
    ]

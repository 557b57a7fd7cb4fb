"""`zhibiao plan …`: what plans promise, and the loop for people. Thin like the rest: the rooms do the work.

Mounted by `warehouse.cli` as a sub-application; `review` stands in `warehouse.cli_plan_review`. Exit codes are those of
`warehouse.errors.ExitCode`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli_common import (
    HomeOption,
    Misunderstood,
    PlanRefused,
    RawOption,
    home_of,
    may_visit,
    say,
    told,
    wide_console,
)
from warehouse.cli_plan_review import review
from warehouse.errors import ExitCode

plan_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Register plans, review their promises, and see whether their pages still say so.",
)


LiveOption = Annotated[
    bool | None,
    typer.Option("--live/--offline", help="Whether an address may be visited ($ZHIBIAO_LIVE=1)."),
]
WhereArgument = Annotated[str, typer.Argument(metavar="FILE_OR_URL", help="A saved page or text, or its address.")]


@plan_app.command()
def extract(
    context: typer.Context,
    where: WhereArgument,
    plan_id: Annotated[str | None, typer.Option("--plan-id", metavar="ID", help="Written into every row.")] = None,
    region: Annotated[
        str | None, typer.Option(metavar="CODE", help="Six digits; default: the region that the page names.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="CSV", help="Write here, not to the screen.")
    ] = None,
    raw: RawOption = False,
    live: LiveOption = None,
    home: HomeOption = None,
) -> None:
    """Print one row per promise of a plan as CSV. Keeps nothing. No promises: an empty table, exit 0."""
    from scrapers.plans.extract import extract as read_plan
    from scrapers.plans.targets import TARGET_COLUMNS, target_row
    from scrapers.records import Refusal
    from scrapers.register.pages import look_at
    from scrapers.register.regions import find_region
    from scrapers.sources import load_catalog
    from warehouse.tables_out import write_csv

    if region is not None and not (len(region) == 6 and region.isascii() and region.isdigit()):
        raise Misunderstood(f"--region: {region!r} is no region code; allowed: six digits")
    with told():
        page = look_at(home_of(context, home), load_catalog(), where, live=may_visit(live))
    try:
        found = read_plan(page, plan_id=plan_id, region=region)
    except Refusal as refusal:
        raise PlanRefused(f"{where}: refused as {refusal.code}: {refusal}") from refusal
    document = found.document
    if region is None and document is not None:
        region = find_region(document.title, document.issuer, document.period_start).code
    rows = [target_row(replace(target, region_code=region)) for target in found.targets]
    if out is None:
        write_csv(TARGET_COLUMNS, rows, sys.stdout, raw=raw)
    else:
        with out.open("w", encoding="utf-8", newline="") as target:
            write_csv(TARGET_COLUMNS, rows, target, raw=raw)
    for left in found.leftovers:
        print(f"not used: {left}", file=sys.stderr)
    print(f"{len(found.targets)} promises in {len(found.statements)} places", file=sys.stderr)


@plan_app.command()
def add(
    context: typer.Context,
    where: WhereArgument,
    plan_id: Annotated[
        str | None, typer.Option("--plan-id", metavar="ID", help="Its id (default: by region and period).")
    ] = None,
    region: Annotated[str | None, typer.Option(metavar="CODE", help="Its region, where the page does not say.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="The address of a file.")] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Its title, where the page does not say.")] = None,
    period: Annotated[str | None, typer.Option(metavar="YEARS", help="Its period: 2026-2030, or one year.")] = None,
    live: LiveOption = None,
    home: HomeOption = None,
) -> None:
    """Register a plan: its promises become proposals that the next refresh rates. The same page changes nothing."""
    from scrapers.register.add import Wanted, add_plan
    from scrapers.sources import load_catalog
    from warehouse.plan_told import added_lines
    from warehouse.run import new_run_id, today

    wanted = Wanted(where, plan_id, region, url, title, period, may_visit(live))
    with told():
        added = add_plan(home_of(context, home), load_catalog(), wanted, run_id=new_run_id(), today=today(), log=say)
    for line in added_lines(added):
        print(line)


@plan_app.command("list")
def list_(context: typer.Context, home: HomeOption = None) -> None:
    """List the registered plans: region, period, targets by review state, address."""
    from scrapers.sources import load_catalog
    from warehouse.plan_told import plan_rows
    from warehouse.tables_out import print_table

    with told():
        columns, rows, problems = plan_rows(home_of(context, home), load_catalog())
    print_table(columns, rows, wide_console())
    for problem in problems:
        say(f"not applied: {problem}")


plan_app.command()(review)


@plan_app.command()
def diff(
    context: typer.Context,
    plan_id: Annotated[str | None, typer.Argument(metavar="ID", help="A registered plan.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every plan; only what is not evidenced is listed.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Compare the register with the newest capture of a plan. Exit 0: nothing drifted; 1: something did."""
    from scrapers.register.check import check_plans
    from scrapers.sources import load_catalog
    from warehouse.plan_told import drift_lines

    if (plan_id is None) == (not everything):
        raise Misunderstood("name one plan (`zhibiao plan list` shows them), or --all")
    with told():
        found = check_plans(home_of(context, home), load_catalog(), [plan_id] if plan_id else None)
    for drift in found:
        for line in drift_lines(drift, evidenced_too=not everything):
            print(line)
    if any(drift.has_drifted for drift in found):
        raise typer.Exit(ExitCode.FAILED)

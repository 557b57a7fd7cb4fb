"""`zhibiao figure …`: figures that stand only in a work report, entered by hand. Thin, like the rest of the command."""

from __future__ import annotations

from typing import Annotated

import typer

from warehouse.cli_common import HomeOption, day_of, home_of, refusals_told, say, wide_console
from warehouse.cli_evidence import ByOption, FileOption, NoteOption, PublishedOption, UrlOption

figure_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Enter and list figures that stand only in a work report; they rank below every published page.",
)


@figure_app.command()
def add(
    context: typer.Context,
    region: Annotated[str, typer.Option("--region", metavar="CODE", help="Six digits, as they were in the period.")],
    indicator: Annotated[str, typer.Option("--indicator", metavar="ID", help="An id of `dim_indicator`.")],
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="YYYY, YYYY-MM, YYYY-MM-DD, or A..B of months or days.")
    ],
    value: Annotated[str, typer.Option("--value", metavar="NUMBER", help="As printed; words like 余 and 多 count.")],
    unit: Annotated[str, typer.Option("--unit", metavar="UNIT", help="As printed: 件, 万件, 亿元, %, …")],
    by: ByOption,
    url: UrlOption = None,
    file: FileOption = None,
    published: PublishedOption = None,
    note: NoteOption = None,
    home: HomeOption = None,
) -> None:
    """Enter a figure; the next refresh counts it. The same again changes nothing, another value is a later vintage."""
    from scrapers.entry.figures import Wanted, add_figure
    from scrapers.entry.proof import source_of
    from warehouse.run import new_run_id, today

    known = day_of("--published", published) if published is not None else None
    with refusals_told():
        wanted = Wanted(region, indicator, period, value, unit, source_of(url, file), by, known, note)
        added = add_figure(home_of(context, home), wanted, today=today(), run_id=new_run_id())
    figure = added.figure
    if not added.is_new:
        print(f"known before: entered by {figure.entered_by} on {figure.entered_on}, capture {added.capture_id}")
        return
    print(f"entered: {figure.region_zh} {figure.indicator_zh} {figure.period} ({figure.period_kind})")
    print(f"  {figure.value} {figure.unit}, known from {figure.vintage_on}, source {figure.source_url}")
    print(f"  capture {added.capture_id}")
    for other in added.beside:
        told = f"{other.value} {other.unit}, known from {other.vintage_on}, entered by {other.entered_by}"
        print(f"beside the earlier entry of the same: {told}")
        if other.vintage_on > figure.vintage_on:
            say("that one counts as published later and stays the fact")


@figure_app.command("list")
def list_(context: typer.Context, home: HomeOption = None) -> None:
    """List the figures that were entered by hand, in the order of entry."""
    from warehouse.entry_told import figure_rows
    from warehouse.tables_out import print_table

    columns, rows, problems = figure_rows(home_of(context, home))
    print_table(columns, rows, wide_console())
    for problem in problems:
        say(f"cannot be read: {problem}")

"""`zhibiao status` and `zhibiao notify`: where things stand, and telling people."""

from __future__ import annotations

from typing import Annotated

import typer

from warehouse.cli_common import HomeOption, home_of, wide_console
from warehouse.errors import ExitCode


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for a monitor.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only the health, in a line; exit code 1 where it is red.")
    ] = False,
    max_age_hours: Annotated[
        float | None,
        typer.Option(
            metavar="HOURS",
            min=0.01,
            help="Age from which the newest release is red ($ZHIBIAO_RELEASE_HOURS, else 30).",
        ),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Show the health, the current release, the sources and their ages, the last runs, and what is quarantined."""
    from warehouse.status import status as gather
    from warehouse.status_told import check_line, show

    told = gather(home_of(context, home), max_age_hours)
    if as_json:
        print(told.model_dump_json(indent=1))
    elif check:
        print(check_line(told))
    else:
        show(told, wide_console())
    if check and told.health == "red":
        raise typer.Exit(ExitCode.FAILED)


def notify(
    context: typer.Context,
    test: Annotated[bool, typer.Option("--test", help="Try every channel with a message that says so.")] = False,
    run: Annotated[
        str | None, typer.Option(metavar="ID", help="The run to tell of; default: the last that ended.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Tell of the last run where its notice did not arrive yet, or try the channels. Sends nothing twice."""
    from warehouse.telling.by_hand import tell_again, try_channels

    place = home_of(context, home)
    outcomes = try_channels(place) if test else tell_again(place, run)
    for channel, outcome in sorted(outcomes.items()):
        print(f"{channel}: {outcome}")
    if any(outcome not in ("sent", "quiet") for outcome in outcomes.values()):
        raise typer.Exit(ExitCode.FAILED)

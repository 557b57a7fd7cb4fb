"""What the subcommands of `zhibiao` share: the option --home, a console, and a command line that is not understood."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse.errors import ExitCode, Trouble

if TYPE_CHECKING:
    from rich.console import Console

    from scrapers.home import Home

HomeOption = Annotated[
    str | None,
    typer.Option("--home", metavar="DIR", help="The data home (default: $ZHIBIAO_HOME, else .zhibiao)."),
]


class Misunderstood(Trouble):
    """The command line asks for something that does not exist."""

    exit_code = ExitCode.USAGE


def home_of(context: typer.Context, chosen: str | None) -> Home:
    """The home of --home, given after the subcommand or before it. Raises `Misunderstood`."""
    from scrapers.home import Home

    try:
        return Home.at(chosen if chosen is not None else context.obj)
    except (ImportError, ValueError) as error:
        raise Misunderstood(f"--home: {error}") from error  # an address that no file system here understands


def say(line: str) -> None:
    """A line on standard error."""
    print(line, file=sys.stderr)


def wide_console() -> Console:
    """As wide as the terminal; without one as wide as the table, so that no script sees a line broken."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=100_000)

"""What the subcommands of `zhibiao` share: options, a console, and refusals with their exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse.errors import ExitCode, Trouble
from warehouse.plain_text import console

if TYPE_CHECKING:
    from rich.console import Console

    from scrapers.home import Home

HomeOption = Annotated[
    str | None,
    typer.Option("--home", metavar="DIR", help="The data home (default: $ZHIBIAO_HOME, else .zhibiao)."),
]

AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="As it was known on this day (YYYY-MM-DD); default: the current release."
    ),
]

RawOption = Annotated[
    bool, typer.Option("--raw", help="CSV for a program: text as it is, also what a spreadsheet would run.")
]


class Misunderstood(Trouble):
    """The command line asks for something that does not exist."""

    exit_code = ExitCode.USAGE


class PlanRefused(Trouble):
    """The page did not come or is no plan that can be read, or the decisions file cannot be used."""

    exit_code = ExitCode.REFUSED


@contextmanager
def told() -> Iterator[None]:
    """The refusals of the rooms of plans as troubles with their exit codes."""
    from scrapers.register.check import UnknownPlan
    from scrapers.register.decisions import DecisionsUnreadable
    from scrapers.register.pages import NoSuchPage, PageRefused
    from scrapers.register.review import UnknownTarget
    from scrapers.sources import CatalogError

    try:
        yield
    except (NoSuchPage, UnknownPlan, UnknownTarget, CatalogError) as error:
        raise Misunderstood(str(error)) from error
    except (PageRefused, DecisionsUnreadable) as error:
        raise PlanRefused(str(error)) from error


@contextmanager
def refusals_told() -> Iterator[None]:
    """Entries by hand that are refused as troubles: exit 2, and 3 where the decisions file cannot be used."""
    from scrapers.entry.proof import EntryRefused
    from scrapers.register.decisions import DecisionsUnreadable

    try:
        yield
    except EntryRefused as error:
        raise Misunderstood(str(error)) from error
    except DecisionsUnreadable as error:
        raise PlanRefused(str(error)) from error


def day_of(option: str, text: str) -> date:
    """A day as it was typed after an option. Raises `Misunderstood`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misunderstood(f"{option}: {text!r} is no date; allowed: YYYY-MM-DD") from None


def may_visit(live: bool | None) -> bool:
    """What --live or --offline says, else `ZHIBIAO_LIVE`."""
    return os.environ.get("ZHIBIAO_LIVE") == "1" if live is None else live


def home_of(context: typer.Context, chosen: str | None, *, check: bool = True) -> Home:
    """The home of --home, given after the subcommand or before it. Raises `Misunderstood`.

    `check`: raise as well where the home is of a newer layout, or a restore into it did not end.
    """
    from scrapers.home import Home
    from warehouse.care import layout

    try:
        home = Home.at(chosen if chosen is not None else context.obj)
    except (ImportError, ValueError) as error:
        raise Misunderstood(f"--home: {error}") from error  # an address that no file system here understands
    if check:
        with suppress(PermissionError):  # of a home that cannot be read the command itself tells, as far as it can
            layout.check(home)
    return home


def say(line: str) -> None:
    """A line on standard error."""
    print(line, file=sys.stderr)


def wide_console() -> Console:
    """As wide as the terminal; without one as wide as the table, so that no script sees a line broken."""
    made = console()
    return made if made.is_terminal else console(width=100_000)

"""`zhibiao plan …`: what plans promise. Thin like the rest of the command: the rooms do the work.

Mounted by `warehouse.cli` as a sub-application. Exit codes are those of `warehouse.errors.ExitCode`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse.errors import ExitCode, Trouble

if TYPE_CHECKING:
    from scrapers.records import Page

plan_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Read the promises of a plan.",
)


class PlanRefused(Trouble):
    """The page cannot be read as text; the message gives the reason code and what is wrong."""

    exit_code = ExitCode.REFUSED


class NotThere(Trouble):
    """No such file, or an address that may not be visited."""

    exit_code = ExitCode.USAGE


@plan_app.callback()
def options() -> None:
    """Keep `extract` a subcommand while it is the only one."""


@plan_app.command()
def extract(
    context: typer.Context,
    where: Annotated[str, typer.Argument(metavar="FILE_OR_URL", help="A saved page or text, or its address.")],
    plan_id: Annotated[str | None, typer.Option("--plan-id", metavar="ID", help="Written into every row.")] = None,
    region: Annotated[str | None, typer.Option(metavar="CODE", help="Six digits; written into every row.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="CSV", help="Write here, not to the screen.")
    ] = None,
    live: Annotated[
        bool | None,
        typer.Option("--live/--offline", help="Whether an address may be visited ($ZHIBIAO_LIVE=1)."),
    ] = None,
    home: Annotated[
        str | None, typer.Option("--home", metavar="DIR", help="The data home (default: $ZHIBIAO_HOME, else .zhibiao).")
    ] = None,
) -> None:
    """Print one row per promise of a plan as CSV. Keeps nothing. No promises: an empty table, exit 0."""
    from scrapers.plans.extract import extract as read_plan
    from scrapers.plans.targets import TARGET_COLUMNS, target_row
    from scrapers.records import Refusal
    from warehouse.tables_out import write_csv

    if region is not None and not (len(region) == 6 and region.isascii() and region.isdigit()):
        raise NotThere(f"--region: {region!r} is no region code; allowed: six digits")
    page = _page(where, live=_may_visit(live), home=home if home is not None else context.obj)
    try:
        found = read_plan(page, plan_id=plan_id, region=region)
    except Refusal as refusal:
        raise PlanRefused(f"{where}: refused as {refusal.code}: {refusal}") from refusal
    rows = [target_row(target) for target in found.targets]
    if out is None:
        write_csv(TARGET_COLUMNS, rows, sys.stdout)
    else:
        with out.open("w", encoding="utf-8", newline="") as target:
            write_csv(TARGET_COLUMNS, rows, target)
    for left in found.leftovers:
        print(f"not used: {left}", file=sys.stderr)
    print(f"{len(found.targets)} promises in {len(found.statements)} places", file=sys.stderr)


def _may_visit(live: bool | None) -> bool:
    return os.environ.get("ZHIBIAO_LIVE") == "1" if live is None else live


def _page(where: str, *, live: bool, home: str | None) -> Page:
    """The page of a file; of an address the newest capture of the home, or a fresh one where that is allowed."""
    if where.startswith(("http://", "https://")):
        return _fetched(where, home) if live else _captured(where, home)
    return _saved(Path(where))


def _saved(file: Path) -> Page:
    from scrapers.captures import Knowledge
    from scrapers.imports import MOST_BYTES
    from scrapers.index_rows import content_type_of
    from scrapers.records import Page

    if not file.is_file():
        raise NotThere(f"{file}: there is no such file")
    if file.stat().st_size > MOST_BYTES:
        raise PlanRefused(f"{file}: larger than {MOST_BYTES} bytes")
    return Page(file.read_bytes(), f"imported:{file.name}", Knowledge(content_type=content_type_of(file.name)))


def _captured(url: str, home: str | None) -> Page:
    from scrapers.archive import Archive
    from scrapers.home import Home
    from scrapers.records import Page

    archive = Archive(Home.at(home))
    capture = archive.latest(url)
    if capture is None:
        raise NotThere(f"{url}: the home has no capture of it; --live visits the address")
    return Page(archive.body(capture), url, capture.knowledge, capture.source_id, capture.capture_id)


def _fetched(url: str, home: str | None) -> Page:
    from scrapers.captures import Knowledge, Outcome
    from scrapers.fetch import Fetcher
    from scrapers.home import Home
    from scrapers.records import Page
    from scrapers.source_model import Politeness

    got = Fetcher(Home.at(home), Politeness()).fetch(url)
    if got.outcome is not Outcome.NEW or got.body is None:
        raise PlanRefused(f"{url}: {got.outcome}: {got.reason}")
    known = Knowledge(content_type=got.content_type, charset=got.charset)
    return Page(got.body, got.final_url or url, known)

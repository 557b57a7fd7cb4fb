"""`zhibiao quarantine …`: what is not believed, why, and what people decide about it. Thin like the rest.

Mounted by `warehouse.cli` as a sub-application. Exit codes are those of `warehouse.errors.ExitCode`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from warehouse.cli_common import HomeOption, Misunderstood, home_of, say, wide_console
from warehouse.errors import ExitCode, Trouble

if TYPE_CHECKING:
    from scrapers.quarantine.decisions import Decision
    from scrapers.quarantine.listing import Entry, Shelf
    from scrapers.sources import Source

quarantine_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Pages that are not believed: list them, look at one, believe it all the same, or hold one by hand.",
)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="An id as `list` prints it, or how it begins.")]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Everything, for a program.")]


class PageRefused(Trouble):
    """The decision cannot be made about this page; the message says what would help."""

    exit_code = ExitCode.REFUSED


@quarantine_app.command("list")
def list_(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Option("--source", metavar="ID", help="Only this source.")] = None,
    reason: Annotated[list[str] | None, typer.Option("--reason", metavar="CODE", help="Only this reason.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is settled since, contradictory and released pages.")
    ] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List the pages that are not believed and the answers that were no pages, the newest first."""
    from scrapers.quarantine.listing import chosen, entries
    from warehouse.quarantine_told import as_json_lines, as_rows
    from warehouse.tables_out import print_table

    found = chosen(entries(home_of(context, home), _catalog(), everything=everything), source or [], reason or [])
    if as_json:
        print(as_json_lines(found))
        return
    if not found:
        print("nothing is in quarantine" + (" that fits" if source or reason else ""))
        return
    print_table(*as_rows(found), wide_console())
    say("one of them in full: zhibiao quarantine show ID")


@quarantine_app.command()
def show(
    context: typer.Context,
    capture_id: IdArgument,
    body: Annotated[bool, typer.Option("--body", help="Write the page itself to standard output.")] = False,
    out: Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="With --body: write here.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Tell the whole story of one page: what is wrong with it, where, what serves instead, what can be done."""
    from scrapers.archive import ArchiveDamaged
    from scrapers.quarantine.story import story
    from warehouse.quarantine_told import lines

    if out is not None and not body:
        raise Misunderstood("-o: says where the page goes with --body")
    shelf, entry = _found(context, home, capture_id)
    if body:
        try:
            content = shelf.archive.kept(entry.body_sha256 or "")
        except ArchiveDamaged as error:
            raise PageRefused(str(error)) from error
        if out is None:
            sys.stdout.buffer.write(content)
        else:
            out.write_bytes(content)
            say(f"{len(content)} bytes written to {out}")
        return
    told = story(shelf, entry)
    print(told.model_dump_json(indent=1) if as_json else "\n".join(lines(told)))


@quarantine_app.command()
def release(
    context: typer.Context,
    capture_id: IdArgument,
    by: ByOption,
    reason: ReasonOption,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take the decision about this page back instead.")
    ] = False,
    home: HomeOption = None,
) -> None:
    """Believe a page that its comparison with earlier pages holds back; the next refresh lets it serve.

    Only that comparison can be overruled. A block page, a page that cannot be read or that no parser explains cannot.
    """
    from scrapers.quarantine import deciding

    way = deciding.withdraw if withdraw else deciding.release
    _decide(context, home, capture_id, way, by, reason)


@quarantine_app.command()
def hold(
    context: typer.Context, capture_id: IdArgument, by: ByOption, reason: ReasonOption, home: HomeOption = None
) -> None:
    """Put a page into quarantine by hand; with the next refresh the last good one of its address serves again.

    To take it back: release ID --withdraw.
    """
    from scrapers.quarantine import deciding

    _decide(context, home, capture_id, deciding.hold, by, reason)


def _decide(
    context: typer.Context,
    home: str | None,
    capture_id: str,
    way: Callable[[Shelf, Entry, str, str], tuple[Decision, bool]],
    by: str,
    reason: str,
) -> None:
    from scrapers.quarantine.deciding import DecisionRefused, NotSaid
    from scrapers.quarantine.story import contradictions
    from warehouse.quarantine_told import decided

    shelf, entry = _found(context, home, capture_id)
    try:
        decision, is_new = way(shelf, entry, by, reason)
    except NotSaid as error:
        raise Misunderstood(str(error)) from error
    except DecisionRefused as error:
        raise PageRefused(str(error)) from error
    print("\n".join(decided(decision, entry, contradictions(shelf, entry), is_new=is_new)))


def _found(context: typer.Context, home: str | None, capture_id: str) -> tuple[Shelf, Entry]:
    from scrapers.quarantine.listing import NoSuchEntry, find

    try:
        return find(home_of(context, home), _catalog(), capture_id)
    except NoSuchEntry as error:
        raise Misunderstood(str(error)) from error


def _catalog() -> Mapping[str, Source]:
    from scrapers.sources import CatalogError, load_catalog

    try:
        return load_catalog()
    except CatalogError as error:
        raise Misunderstood(str(error)) from error

"""`zhibiao source …`: are the sources still there, and a catalog file for a new one. Thin like the rest.

Mounted by `warehouse.cli` as a sub-application. Exit codes are those of `warehouse.errors.ExitCode`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from warehouse.cli_common import HomeOption, Misunderstood, home_of, may_visit, say, wide_console
from warehouse.errors import ExitCode, Trouble

if TYPE_CHECKING:
    from scrapers.records import Page, Record
    from scrapers.sources import Source
    from scrapers.visits.checking import SourceCheck

source_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="List the sources, see whether they are still there, and write a catalog file for a new one.",
)
LiveOption = Annotated[
    bool | None, typer.Option("--live/--offline", help="Whether a site may be visited ($ZHIBIAO_LIVE=1).")
]


class SourceRefused(Trouble):
    """The page is no source, or its file cannot be written."""

    exit_code = ExitCode.REFUSED


@source_app.command("list")
def list_() -> None:
    """List the sources of the catalog and how their pages come."""
    from warehouse.tables_out import print_table

    rows = [
        (each.source_id, each.publisher_zh, str(each.cadence), each.parser or "by content", _way(each))
        for each in _catalog().values()
    ]
    print_table(("source", "publisher", "cadence", "parser", "pages come"), rows, wide_console())


@source_app.command()
def check(
    context: typer.Context,
    source_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only this source; else all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, for a monitor.")] = False,
    live: LiveOption = None,
    home: HomeOption = None,
) -> None:
    """Fetch one page of each source and say how it is. Keeps nothing: no capture, no figure, no visit counted.

    fine: read as before. reachable: it came, but states no figures or contradicts itself. changed_layout: its parser
    cannot explain it, or it differs from the last good one. blocked, unreachable: it did not come. Exit 1 where a
    source is changed_layout, blocked or unreachable.
    """
    from scrapers.sources import CatalogError, select
    from scrapers.visits.checking import SourceState, check_source

    if not may_visit(live):
        raise Misunderstood("a check visits the sites: say --live, or set ZHIBIAO_LIVE=1")
    place = home_of(context, home)
    try:
        chosen = select(_catalog(), [source_id] if source_id else [])
    except CatalogError as error:
        raise Misunderstood(str(error)) from error
    found = []
    for source in chosen:
        result = check_source(place, source)
        found.append(result)
        if not as_json:
            _print_check(result)
    if as_json:
        print(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=1))
    bad = {SourceState.CHANGED_LAYOUT, SourceState.BLOCKED, SourceState.UNREACHABLE}
    if any(each.state in bad for each in found):
        raise typer.Exit(ExitCode.FAILED)


@source_app.command()
def new(
    context: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The address of a page, or of a list of pages.")],
    source_id: Annotated[str | None, typer.Option("--id", metavar="ID", help="The name of the new source.")] = None,
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page as saved by hand: nobody is visited.")
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="The title, where the page has none.")] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the file instead of writing it.")] = False,
    live: LiveOption = None,
    home: HomeOption = None,
) -> None:
    """Write a catalog file for the source of a page, by asking the page what it is.

    The file goes into the folder of $ZHIBIAO_CATALOG, else into the project's catalog. What the page does not say is
    marked there as supposed.
    """
    import re

    from scrapers.new_source.catalog_file import CannotWrite, as_yaml, write
    from scrapers.new_source.proposal import NotASource, propose
    from scrapers.sources import CATALOG, CATALOG_VARIABLE, source_for

    if source_id is not None and not re.fullmatch(r"[a-z][a-z0-9_]{1,60}", source_id):
        raise Misunderstood(f"--id: {source_id!r}; allowed: lower-case letters, digits and _, a letter first")
    catalog = _catalog()
    known = source_for(catalog, address)
    if known is not None and not show:
        raise SourceRefused(f"the address belongs to the source {known.source_id} already (--show prints all the same)")
    page = _page(context, home, address, file, title, live=may_visit(live))
    folder = Path(os.environ.get(CATALOG_VARIABLE) or CATALOG)
    try:
        made = propose(page, catalog, source_id=source_id)
        if show:
            print(as_yaml(made), end="")
        else:
            print(f"written: {write(made, folder)}")
    except (NotASource, CannotWrite) as error:
        raise SourceRefused(f"{address}: {error}") from error
    for line in made.believed:
        say(f"believed: {line}")
    for name, why in made.supposed.items():
        say(f"supposed: {name}: {why}")
    for record in list(made.records)[:3]:
        say(f"  {_in_words(record)}")
    if not show:
        say(f"next: check the lines marked as supposed, then zhibiao source check {made.fields['source_id']} --live")


def _page(
    context: typer.Context, home: str | None, address: str, file: Path | None, title: str | None, *, live: bool
) -> Page:
    """The page of the address: the saved file, else fetched. Raises troubles."""
    from dataclasses import replace

    from scrapers.register.pages import NoSuchPage, PageRefused, look_at, page_of_file
    from scrapers.register.visits import is_address

    if file is None and not is_address(address):
        raise Misunderstood(f"{address!r} is no address; a page that was saved is given with --file")
    if file is None and not live:
        raise Misunderstood(
            "the page is visited only with --live (or ZHIBIAO_LIVE=1); a saved one is given with --file"
        )
    try:
        if file is not None:
            page = replace(page_of_file(file), url=address if is_address(address) else f"imported:{file.name}")
        else:
            page = look_at(home_of(context, home), _catalog(), address, live=True)
    except NoSuchPage as error:
        raise Misunderstood(str(error)) from error
    except PageRefused as error:
        raise SourceRefused(str(error)) from error
    if title is not None:
        page = replace(page, knowledge=page.knowledge.model_copy(update={"title": title}))
    return page


def _catalog() -> Mapping[str, Source]:
    from scrapers.sources import CatalogError, load_catalog

    try:
        return load_catalog()
    except CatalogError as error:
        raise Misunderstood(str(error)) from error


def _way(source: Source) -> str:
    if source.is_imported_only:
        return "imported by hand"
    if source.nbs_data:
        return "from an interface"
    return "from a list" if source.discovery else "by address"


def _print_check(found: SourceCheck) -> None:
    """A few lines a source, for a terminal of 80 columns."""
    status = f", status {found.http_status}" if found.http_status else ""
    seconds = f", {found.seconds:.1f} s" if found.url else ""
    print(f"{found.source_id}: {found.state}{status}{seconds}")
    if found.url:
        print(f"  {found.url}")
    if found.reason:
        print(f"  {found.reason}")
    if found.parser:
        against = "like the last good one" if found.compared_with else "no earlier page to hold it against"
        print(f"  {found.record_count} figures by {found.parser}" + (f"; {against}" if found.state == "fine" else ""))
    for record in found.records:
        print(f"    {_in_words(record)}")


def _in_words(record: Record) -> str:
    unit = record.unit_label or ""
    figure = record.value_text if record.value_text.endswith(unit) else f"{record.value_text} {unit}"
    return " | ".join([record.region_label or "(no region)", record.measure_label, record.period or "undated", figure])


def _as_json(found: SourceCheck) -> dict[str, Any]:
    told = asdict(found)
    told["seconds"] = round(found.seconds, 2)
    told["records"] = [
        {key: None if value is None else str(value) for key, value in asdict(record).items()}
        for record in found.records
    ]
    return told

"""The `zhibiao` command. Thin: every subcommand calls the room that does the work, and imports it only then.

Exit codes: 0 done; 1 tried and failed; 2 not understood; 3 the input is refused; 4 no release; 75 another refresh works
on this home; 130 stopped by hand (`warehouse.errors.ExitCode`). Errors go to standard error, in words.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli_common import (
    AsOfOption,
    HomeOption,
    Misunderstood,
    RawOption,
    day_of,
    home_of,
    may_visit,
    say,
    wide_console,
)
from warehouse.cli_evidence import evidence_app
from warehouse.cli_figure import figure_app
from warehouse.cli_home import backup, doctor, restore
from warehouse.cli_plan import plan_app
from warehouse.cli_quarantine import quarantine_app
from warehouse.cli_report import report
from warehouse.cli_source import source_app
from warehouse.cli_telling import notify, status
from warehouse.errors import ExitCode, Trouble
from warehouse.plain_text import console, guarded

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Shows whether China's cities and provinces keep the numeric promises of their intellectual-property plans.",
    epilog="Exit codes: 0 done, 1 failed, 2 not understood, 3 input refused, 4 no release, 75 another refresh at work.",
)


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"zhibiao {version('zhibiao')}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", help="Print the version and exit.", callback=_version, is_eager=True)
]


@app.callback()
def options(context: typer.Context, home: HomeOption = None, version: VersionOption = False) -> None:
    """Options that stand before the subcommand."""
    context.obj = home


@app.command()
def refresh(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this source; may be repeated.")] = None,
    live: Annotated[
        bool | None,
        typer.Option(
            "--live/--offline", help="Visit the sources that are due, or use what is at hand ($ZHIBIAO_LIVE=1)."
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Count only what was published by this day (YYYY-MM-DD).")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Run the nightly refresh once: scrape, parse, load, build, audit, publish."""
    from scrapers.sources import CatalogError, load_catalog, select
    from warehouse.refresh import run_refresh, tell_catalog_trouble

    wanted = source or []
    place = home_of(context, home)
    try:
        catalog = load_catalog()
    except CatalogError as error:
        tell_catalog_trouble(place, str(error))
        raise Misunderstood(str(error)) from error
    try:
        select(catalog, wanted)
    except CatalogError as error:
        raise Misunderstood(str(error)) from error
    day = None if as_of is None else day_of("--as-of", as_of)
    code = run_refresh(place, sources=wanted, live=may_visit(live), as_of=day)
    raise typer.Exit(code)


@app.command("import")
def import_(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="DIR_OR_FILE", help="A saved page, an index.csv, or a folder.")],
    source: Annotated[str | None, typer.Option(metavar="ID", help="The source of all these files.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="The address of a single file.")] = None,
    home: HomeOption = None,
) -> None:
    """Take in pages that were saved by hand; folders are searched for index.csv files."""
    from scrapers.imports import ImportRefused, import_path
    from scrapers.sources import CatalogError, load_catalog
    from warehouse.run import new_run_id

    with _progress("taking in") as tell:
        try:
            summary = import_path(
                home_of(context, home),
                path,
                source_id=source,
                url=url,
                run_id=new_run_id(),
                catalog=load_catalog(),
                log=tell,
            )
        except (ImportRefused, CatalogError) as error:
            raise Misunderstood(str(error)) from error
    for note in summary.notes:
        say(note)
    for file, reason in summary.failed:
        say(f"not taken in: {file}: {reason}")
    print(f"{summary.new} new, {summary.unchanged} known before, {len(summary.failed)} not taken in")
    for source_id, count in sorted(summary.by_source.items()):
        print(f"  {source_id}: {count}")
    if summary.failed and not summary.capture_ids:
        raise typer.Exit(ExitCode.REFUSED)


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A saved page.")],
    parser: Annotated[str | None, typer.Option(metavar="NAME", help="The parser, if it is not to be chosen.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="The address of the page.")] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="The title, where the page has none.")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="CSV", help="Write here, not to the screen.")
    ] = None,
    raw: RawOption = False,
) -> None:
    """Print the records of one saved page as CSV, and how sure they are. Needs no home, keeps nothing."""
    from scrapers.records import RECORD_COLUMNS
    from warehouse.saved_page import parse_saved
    from warehouse.tables_out import write_csv

    page = parse_saved(file, parser=parser, url=url, title=title)
    if out is None:
        count = write_csv(RECORD_COLUMNS, page.rows(), sys.stdout, raw=raw)
    else:
        with out.open("w", encoding="utf-8", newline="") as target:
            count = write_csv(RECORD_COLUMNS, page.rows(), target, raw=raw)
    for remark in page.remarks():
        say(remark)
    for table in page.tables():
        say(table)
    say(f"{count} records by {page.parser} {page.parser_version}, {page.chosen_as}")


@app.command()
def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="SQL", help="One statement that reads; - is standard input.")],
    form: Annotated[Format, typer.Option("--format", help="How the answer is printed.")] = Format.TABLE,
    as_of: AsOfOption = None,
    raw: RawOption = False,
    home: HomeOption = None,
) -> None:
    """Ask the current release in SQL (DuckDB). Read-only; tables of `marts` need no prefix."""
    from warehouse import tables_out
    from warehouse.past import marts_of
    from warehouse.sql import ask

    text = sys.stdin.read() if query == "-" else query
    day = None if as_of is None else day_of("--as-of", as_of)
    with marts_of(home_of(context, home), day) as marts, ask(marts.database, text) as answer:
        if form is Format.CSV:
            tables_out.write_csv(answer.columns, answer.rows, sys.stdout, raw=raw)
        elif form is Format.JSON:
            tables_out.write_json(answer.columns, answer.rows, sys.stdout)
        else:
            tables_out.print_table(answer.columns, answer.rows, wide_console())


@app.command()
def releases(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--verify", help="Check every file against its checksum.")] = False,
    home: HomeOption = None,
) -> None:
    """List the releases, newest first."""
    from warehouse import release
    from warehouse.tables_out import print_table

    place = home_of(context, home)
    found = release.releases(place)
    if not found:
        release.current(place)  # says what is missing
    problems = {each.release_id: release.verify(each) for each in found} if check else {}
    rows = []
    for each in found:
        facts = each.manifest.tables.get("fct_region_indicator")
        whole = "" if not check else "damaged" if problems[each.release_id] else "whole"
        made = f"{each.manifest.created_at:%Y-%m-%d %H:%M}"
        rows.append(
            ("*" if each.is_current else "", each.release_id, each.manifest.as_of, made, facts.rows if facts else None,
             str(each.manifest.difference), whole)
        )  # fmt: skip
    header = ("current", "release", "as of", "made (UTC)", "facts", "difference", "files")
    shown = len(header) if check else len(header) - 1
    print_table(header[:shown], [row[:shown] for row in rows], wide_console())
    for release_id, wrong in problems.items():
        for problem in wrong:
            say(f"{release_id}: {problem}")
    if any(problems.values()):
        raise typer.Exit(ExitCode.REFUSED)


@app.command()
def rollback(
    context: typer.Context,
    release_id: Annotated[str, typer.Argument(metavar="ID", help="A release, as `zhibiao releases` lists it.")],
    home: HomeOption = None,
) -> None:
    """Make another release current, after checking its files. The next refresh publishes a new one as ever."""
    from warehouse import release
    from warehouse.lock import refresh_lock

    place = home_of(context, home)
    release.get(place, release_id)
    with refresh_lock(place, purpose="rollback"):
        made = release.rollback(place, release_id)
    print(f"current is now {made.release_id}, as of {made.manifest.as_of}")


# In the order of a day's work, as `zhibiao --help` lists them: the commands above come first.
for command in (status, notify, report, doctor, backup, restore):
    app.command()(command)
for name, group in {
    "plan": plan_app, "source": source_app, "quarantine": quarantine_app, "evidence": evidence_app,
    "figure": figure_app,
}.items():  # fmt: skip
    app.add_typer(group, name=name)


def main() -> None:
    """Entry point: run the command, tell troubles in words, exit with a code of ExitCode."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure") and (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8")
    os.environ.setdefault("_TYPER_FORCE_DISABLE_TERMINAL", "1")  # help without colours, which would be shown as codes
    sys.stdout, sys.stderr = guarded(sys.stdout), guarded(sys.stderr)
    try:
        app()
    except Trouble as trouble:
        say(f"zhibiao: {trouble}")
        sys.exit(trouble.exit_code)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who read us has seen enough
        sys.exit(ExitCode.FAILED)
    except OSError as error:
        say(f"zhibiao: {error}")
        sys.exit(ExitCode.FAILED)


@contextmanager
def _progress(doing: str) -> Iterator[Callable[[str], None]]:
    """A counter on a terminal, plain lines otherwise; both on standard error. Yields what takes a line per file."""
    told = console(stderr=True)
    if not told.is_terminal:
        yield say
        return
    count = 0
    with told.status(f"{doing} …") as shown:

        def tell(line: str) -> None:
            nonlocal count
            count += 1
            shown.update(f"{doing} … {count} files")

        yield tell


if __name__ == "__main__":
    main()

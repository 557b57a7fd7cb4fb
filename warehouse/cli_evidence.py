"""`zhibiao evidence …`: what shows that a milestone or task of a plan is done. Thin: `scrapers.entry` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli_common import HomeOption, day_of, home_of, refusals_told, say, wide_console

evidence_app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Enter and list dated evidence that milestones and tasks of plans are done.",
)

UrlOption = Annotated[str | None, typer.Option("--url", metavar="URL", help="Address of the page that shows it.")]
FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="A scan or saved page instead; it is kept in the archive.")
]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who enters it.")]
PublishedOption = Annotated[
    str | None,
    typer.Option(
        "--published", metavar="DATE", help="The page's own date (default: it counts as known from today on)."
    ),
]
NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Anything worth knowing.")]


@evidence_app.command()
def add(
    context: typer.Context,
    target_id: Annotated[str, typer.Argument(metavar="TARGET_ID", help="A milestone, as `fct_task` names it.")],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day on which the task was done.")],
    by: ByOption,
    url: UrlOption = None,
    file: FileOption = None,
    published: PublishedOption = None,
    note: NoteOption = None,
    home: HomeOption = None,
) -> None:
    """Enter evidence that a task is done; the next refresh counts it. The same evidence twice changes nothing."""
    from scrapers.entry.evidence import Wanted, add_evidence
    from scrapers.entry.proof import source_of
    from warehouse.run import new_run_id, today

    done, known = day_of("--on", on), day_of("--published", published) if published is not None else None
    with refusals_told():
        wanted = Wanted(target_id, done, source_of(url, file), by, known, note)
        entry, is_new = add_evidence(home_of(context, home), wanted, today=today(), run_id=new_run_id())
    if not is_new:
        print(f"known before: {entry.evidence_id}, entered by {entry.entered_by} on {entry.entered_on}")
        return
    print(f"entered {entry.evidence_id}: {entry.target_id} done on {entry.evidence_on}")
    print(f"  known from {entry.published_on or entry.entered_on}, source {entry.url}")
    if entry.capture_id:
        print(f"  capture {entry.capture_id}")


@evidence_app.command("list")
def list_(
    context: typer.Context,
    plan_id: Annotated[str | None, typer.Argument(metavar="PLAN", help="Only this plan.")] = None,
    home: HomeOption = None,
) -> None:
    """List the evidence, that of version control included; with PLAN also the tasks of it that have none."""
    from warehouse.entry_told import evidence_rows
    from warehouse.tables_out import print_table

    with refusals_told():
        columns, rows, problems = evidence_rows(home_of(context, home), plan_id)
    print_table(columns, rows, wide_console())
    for problem in problems:
        say(f"not used: {problem}")

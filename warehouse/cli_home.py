"""`zhibiao doctor`, `backup` and `restore`: thin, as every subcommand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli_common import HomeOption, home_of, say
from warehouse.errors import ExitCode


def doctor(
    context: typer.Context,
    mend: Annotated[bool, typer.Option("--mend", help="Set right what can be; nothing collected is deleted.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Do not read and hash everything.")] = False,
    donor: Annotated[
        Path | None, typer.Option("--from", metavar="DIR", help="A backup, or a home, that may have what is lost.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a monitor.")] = False,
    home: HomeOption = None,
) -> None:
    """Check the home, one line a finding: what is wrong, what it means, what to do.

    Exit codes: 0 nothing is left to do, 1 something is, 75 another process works on the home.
    """
    from warehouse.care.doctor import examine

    seen = examine(home_of(context, home, check=False), mend=mend, quick=quick, donor=donor)
    if as_json:
        told = {"home": seen.home, "working": seen.working, "findings": [each.told() for each in seen.findings]}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for finding in seen.findings:
            print(f"{finding.severity:<15} {finding}")
    if seen.working:
        say(f"{seen.working} works on this home: what is in motion may look wrong; nothing was mended")
    raise typer.Exit(seen.exit_code)


def backup(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The backup: an empty folder, or the one of last time.")
    ],
    verify: Annotated[bool, typer.Option("--verify", help="Only read DIR back against its checksums.")] = False,
    home: HomeOption = None,
) -> None:
    """Copy what was collected, entered and published into DIR; only what is new. Works beside a refresh."""
    from warehouse.care import backup as work
    from warehouse.care import store

    if verify:
        damaged = work.verify(folder)
        for path in damaged:
            say(f"damaged: {path}")
        if damaged:
            say(
                f"{len(damaged)} files are damaged; `zhibiao backup {folder}` brings them again where the home has them"
            )
            raise typer.Exit(ExitCode.REFUSED)
        found = store.read_manifest(folder)
        print(
            f"whole: {len(found.files) + len(found.outside)} files of {found.home}, made "
            f"{found.made_at:%Y-%m-%d %H:%M} UTC"
        )
        return
    summary = work.backup(home_of(context, home), folder)
    for path in summary.damaged:
        say(
            f"damaged in the home, an earlier copy is kept where there is one: {path} (`zhibiao "
            f"doctor --mend --from {folder}`)"
        )
    if summary.kept:
        say(f"{len(summary.kept)} files that the home no longer has are kept, the first is {summary.kept[0]}")
    print(summary)
    if summary.damaged:
        raise typer.Exit(ExitCode.FAILED)


def restore(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A backup.")],
    home: HomeOption = None,
) -> None:
    """Bring a backup back into an empty home, checked as a whole before anything is written."""
    from warehouse.care import restore as work

    summary = work.restore(folder, home_of(context, home, check=False))
    for note in summary.notes:
        say(note)
    print(summary)

"""`zhibiao report`: an evaluation report on a plan, as HTML and DOCX."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from warehouse.cli_common import AsOfOption, HomeOption, day_of, home_of
from warehouse.evaluation.dates import Kind
from warehouse.evaluation.words import Language


class ReportFormat(StrEnum):
    """Files that are written."""

    HTML = "html"
    DOCX = "docx"
    ALL = "all"


def report(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="The plan, by its id (table dim_plan).")],
    kind: Annotated[
        Kind, typer.Option(help="At the as-of date, the newest year-end of the plan, half of its years, or its end.")
    ] = Kind.AS_OF,
    language: Annotated[Language, typer.Option("--lang", help="Quotes stay Chinese.")] = Language.ZH,
    form: Annotated[ReportFormat, typer.Option("--format", help="What is written.")] = ReportFormat.ALL,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="FOLDER", help="Where the files go.")] = Path(),
    as_of: AsOfOption = None,
    home: HomeOption = None,
) -> None:
    """Write an evaluation report on a plan: every target with status, reason and sources, charts, tasks, gaps."""
    from warehouse.evaluation.files import write
    from warehouse.past import marts_of

    day = None if as_of is None else day_of("--as-of", as_of)
    forms = ("html", "docx") if form is ReportFormat.ALL else (form.value,)
    with marts_of(home_of(context, home), day) as marts:
        for path in write(
            marts.database, plan, kind=kind, as_of=marts.as_of, language=language, forms=forms, folder=out
        ):
            print(path)

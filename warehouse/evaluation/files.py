"""From the marts of one date to the files of a report in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from warehouse.evaluation.assemble import assemble
from warehouse.evaluation.dates import Kind
from warehouse.evaluation.facts import gather
from warehouse.evaluation.model import Report
from warehouse.evaluation.words import Language


def write(
    database: Path, plan_id: str, *, kind: Kind, as_of: date, language: Language, forms: Sequence[str], folder: Path
) -> Iterator[Path]:
    """Write the report on a plan and yield the path of each file; one of the same name is replaced.

    `as_of`: the as-of date of the marts. `forms`: html, docx. Raises UnknownPlan, KindRefused.
    """
    report = assemble(gather(database, plan_id, kind, as_of), language)
    folder.mkdir(parents=True, exist_ok=True)
    for form in forms:
        path = folder / f"{plan_id}-{kind}-{report.evaluation_date}-as-of-{as_of}-{language}.{form}"
        partial = path.with_name(f".{path.name}.partial")
        partial.write_bytes(_written(report, form))
        os.replace(partial, path)
        yield path


def _written(report: Report, form: str) -> bytes:
    if form == "docx":
        from warehouse.evaluation.docx import write_docx

        return write_docx(report)
    from warehouse.evaluation.html import write_html

    return write_html(report)

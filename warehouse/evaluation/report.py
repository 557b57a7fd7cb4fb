"""From the marts to the files: gather the facts of a plan, make the report, write it as HTML and DOCX."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from warehouse.evaluation.blocks import Block, Heading, Paragraph, Report
from warehouse.evaluation.charts import chart_blocks
from warehouse.evaluation.citations import Citations
from warehouse.evaluation.facts import Facts, gather, plan_row
from warehouse.evaluation.options import FileFormat, Kind, Language
from warehouse.evaluation.other_tables import gap_blocks, relative_blocks, task_blocks
from warehouse.evaluation.summary import summary_blocks
from warehouse.evaluation.target_table import target_blocks
from warehouse.evaluation.when import evaluation_date
from warehouse.evaluation.words import Words
from warehouse.sql import open_read_only


def write_report(
    database: Path,
    plan_id: str,
    *,
    as_of: date,
    kind: Kind | None = None,
    language: Language = Language.ZH,
    file_format: FileFormat = FileFormat.ALL,
    folder: Path,
) -> list[Path]:
    """Write the report of a plan into a folder; the same marts give the same bytes. Returns the files.

    `database`: the marts, as of `as_of`. Raises facts.UnknownPlan, when.NoSuchEvaluation.
    """
    report, facts = make_report(database, plan_id, as_of=as_of, kind=kind, language=language)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{plan_id}-{facts.evaluation_date}-{kind or 'as-of'}-{language}"
    written = []
    if file_format is not FileFormat.DOCX:
        from warehouse.evaluation.html import html

        written.append(folder / f"{stem}.html")
        written[-1].write_text(html(report), encoding="utf-8")
    if file_format is not FileFormat.HTML:
        from warehouse.evaluation.word import word

        written.append(folder / f"{stem}.docx")
        written[-1].write_bytes(word(report))
    return written


def make_report(
    database: Path, plan_id: str, *, as_of: date, kind: Kind | None = None, language: Language = Language.ZH
) -> tuple[Report, Facts]:
    """The report and the facts it was made from. Raises as `write_report` does."""
    with open_read_only(database) as connection:
        plan = plan_row(connection, plan_id)
        day = evaluation_date(kind, plan["period_start"], plan["period_end"], as_of)
        facts = gather(connection, plan, as_of, day)
    words = Words(language)
    cite = Citations(facts, words)
    body = [
        *target_blocks(facts, cite, words),
        *chart_blocks(facts, cite, words),
        *task_blocks(facts, cite, words),
        *relative_blocks(facts, cite, words),
        *gap_blocks(facts, words),
    ]
    blocks = [*summary_blocks(facts, cite, words), *body, *_sources(cite, words)]
    title = words.say(
        "title", plan=_titled(plan["title_zh"] or plan_id, language), kind=words.code("kind", _kind(kind))
    )
    return Report(title, str(language), _head(facts, kind, words), tuple(blocks)), facts


def _kind(kind: Kind | None) -> str:
    return str(kind) if kind else "as_of"


def _titled(title: str, language: Language) -> str:
    """A title in the marks of its language, unless it brings its own."""
    return f"《{title}》" if language is Language.ZH and "《" not in title else title


def _head(facts: Facts, kind: Kind | None, words: Words) -> tuple[tuple[str, str], ...]:
    plan, say = facts.plan, words.say
    region = plan["region_en"] if words.language is Language.EN else plan["region_zh"]
    start, end = plan["period_start"], plan["period_end"]
    period = None if start is None else say("year" if start == end else "years", start=start, end=end)
    told = {
        "plan": plan["title_zh"],
        "region": region or plan["region_zh"] or plan["region_code"],
        "issuer": plan["issuer_zh"],
        "doc_no": plan["doc_no"],
        "issued_on": plan["issued_on"],
        "period": period,
        "address": plan["url"],
        "report_kind": words.code("kind", _kind(kind)),
        "evaluation_date": facts.evaluation_date,
        "as_of": facts.as_of,
    }
    return tuple((say(label), str(text or say("unknown"))) for label, text in told.items())


def _sources(cite: Citations, words: Words) -> list[Block]:
    table = cite.table()
    heading = Heading(words.say("sources"))
    if not table.rows:
        return [heading, Paragraph(words.say("no_sources"))]
    return [heading, Paragraph(words.say("sources_note"), is_note=True), table]

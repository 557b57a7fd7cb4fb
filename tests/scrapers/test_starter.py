"""The starter archive: every shipped file parses, says what the archive's page says, and is nothing but figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.captures import Origin
from scrapers.checks.against_last import compare
from scrapers.home import Home
from scrapers.imports import STARTER, register_starter, starter_pending
from scrapers.index_rows import INDEX, IndexRow, read_index
from scrapers.page_reading import parse_page
from scrapers.records import Page, Parsed, Record, Verdict
from scrapers.sources import load_catalog

ROWS = read_index(STARTER / INDEX)
CATALOG = load_catalog()
each_file = pytest.mark.parametrize("row", ROWS, ids=[row.file for row in ROWS])

Figure = tuple[str | None, str, str | None, str | None]


def parsed(folder: Path, row: IndexRow, source_id: str) -> Parsed:
    page = Page(body=(folder / row.file).read_bytes(), url=row.url, knowledge=row.knowledge, source_id=source_id)
    return parse_page(page, CATALOG[source_id].parser)[1]


def figures(records: Iterable[Record]) -> dict[Figure, Decimal]:
    """Figures by region, measure, unit and the end of the period (prose says `2017`, a table `2017年末`)."""
    return {
        (r.region_label, r.measure_label, r.unit_label, re.sub(r"-12(-31)?$", "", r.period or "")): r.value
        for r in records
        if not r.is_percentage_row
    }


def test_the_index_names_every_file_once_and_each_belongs_to_a_source() -> None:
    files = [row.file for row in ROWS]
    assert len(files) == len(set(files))
    shipped = {file.name for file in STARTER.iterdir() if file.suffix in {".html", ".csv"}} - {INDEX}
    assert set(files) == shipped
    assert {row.source_id for row in ROWS} <= set(CATALOG)
    assert not any(row.notes for row in ROWS)
    assert sum(file.stat().st_size for file in STARTER.iterdir() if file.is_file()) < 300_000


@each_file
def test_a_shipped_file_is_believed_and_gives_what_its_source_promises(row: IndexRow) -> None:
    result = parsed(STARTER, row, row.source_id)
    assert result.verdict in {Verdict.ACCEPTED, Verdict.INCOMPLETE}
    assert (result.verdict is Verdict.INCOMPLETE) == bool(row.knowledge.truncated)
    assert len(result.records) >= CATALOG[row.source_id].minimum_records
    assert not result.leftovers
    assert [finding.message for finding in result.findings if not finding.passed] == []
    assert all(record.period for record in result.records)
    assert all(record.region_label for record in result.records)


@each_file
def test_the_archive_page_says_the_same_and_may_take_its_place(row: IndexRow, archive: Path) -> None:
    pages = {page.file: page for page in read_index(archive / "stats" / INDEX)}
    page = pages[row.file]
    assert row.url == page.url
    assert row.knowledge.publisher == page.knowledge.publisher
    here = parsed(STARTER, row, row.source_id)
    there = parsed(archive / "stats", page, row.source_id)
    shipped, printed = figures(here.records), figures(there.records)
    assert shipped
    assert shipped == {key: printed.get(key) for key in shipped}
    dates = {record.published_on for record in here.records}
    assert dates == {record.published_on for record in there.records}
    assert compare(there.records, here.records, same_layout=False).verdict is None


@each_file
def test_a_shipped_file_holds_no_sentence(row: IndexRow) -> None:
    text = (STARTER / row.file).read_text(encoding="utf-8")
    assert "。" not in text
    assert not re.search(r"<(script|style|a|img|nav|div)\b", text)
    words = re.split(r"<[^>]*>|[,\n]", text)
    assert max(len(word.strip()) for word in words) < 90


def test_the_tables_the_project_is_judged_by_are_shipped() -> None:
    wanted = {
        ("衡阳市", "2020-11", Decimal(1897)),
        ("衡阳市", "2020-11", Decimal("730.06")),
        ("衡阳市", "2023-01..2023-08", Decimal(3018)),
        ("衡阳市", "2023-08", Decimal(362)),
        ("遂宁市", "2021-12-31", Decimal(22826)),
    }
    found = set()
    for row in ROWS:
        records = parsed(STARTER, row, row.source_id).records
        found |= {(record.region_label, record.period, record.value) for record in records}
    assert wanted <= found


def test_a_first_run_finds_them_labelled_starter(tmp_path: Path) -> None:
    archive = Archive(Home.at(tmp_path))
    attempts = [a for source in CATALOG.values() for a in register_starter(archive, source, "run-1")]
    assert len(attempts) == len(ROWS)
    assert {attempt.origin for attempt in attempts} == {Origin.STARTER}
    assert [s for s in CATALOG.values() if starter_pending(archive, s)] == []

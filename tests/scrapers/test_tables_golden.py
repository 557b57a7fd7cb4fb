"""Every figure of every table in the archive, against what a person read on the pages and a second, plain reading."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import python_calamine
from bs4 import BeautifulSoup, Tag
from table_pages import archive_page, golden

from scrapers.checks import check_page
from scrapers.decoding import decode
from scrapers.parsers import PARSERS
from scrapers.records import Page, Parsed, Record

PAGES = {row["slug"]: row for row in golden("pages")}
COLUMNS = {(row["slug"], int(row["column_no"])): row for row in golden("columns")}
FIGURE = re.compile(r"^-?\d+(?:\.\d+)?%?$")
COMPOUND = re.compile(r"^(\d+)/(\d+\.\d+)$")


def plain_reading(page: Page) -> list[list[str]]:
    """The page's figures as rows of cells, read without the code under test."""
    if page.body.startswith(b"\xd0\xcf"):
        rows = python_calamine.load_workbook(io.BytesIO(page.body)).get_sheet_by_index(0).to_python()
        return [[_number_text(v) for v in row] for row in rows]
    text = decode(page.body).text
    if not text.lstrip().startswith("<"):
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text)) if row]
    if "<table" not in text.lower():
        values = [re.sub(r"<br>|&nbsp;", " ", p).strip() for p in re.findall(r'<p class="MsoNormal">(.*?)</p>', text)]
        return [values[i : i + 10] for i in range(0, len(values), 10)]
    tables = [t for t in BeautifulSoup(text, "html.parser").find_all("table") if t.find("table") is None]
    return _expanded(max(tables, key=lambda t: len(t.find_all("td"))))


def _expanded(table: Tag) -> list[list[str]]:
    """Cells by place: a dictionary is filled, each cell into the next free place of its row and where it spans."""
    places: dict[tuple[int, int], str] = {}
    for r, row in enumerate(table.find_all("tr")):
        c = 0
        for cell in row.find_all("td"):
            while (r, c) in places:
                c += 1
            for down in range(int(str(cell.get("rowspan", 1)))):
                for right in range(int(str(cell.get("colspan", 1)))):
                    places[r + down, c + right] = cell.get_text() if down == right == 0 else ""
    width = max(c for _, c in places) + 1
    return [[places.get((r, c), "") for c in range(width)] for r in range(max(r for r, _ in places) + 1)]


def _number_text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module", params=sorted(PAGES))
def read(request: pytest.FixtureRequest, archive: Path) -> tuple[str, Page, Parsed]:
    slug = str(request.param)
    page = archive_page(archive, slug)
    return slug, page, check_page(PARSERS[PAGES[slug]["parser"]].parse(page))


def test_page_gives_the_expected_records_and_verdict(read: tuple[str, Page, Parsed]) -> None:
    slug, _page, parsed = read
    expected = PAGES[slug]
    assert (parsed.verdict.value, parsed.reason or "") == (expected["verdict"], expected["reason"])
    assert len(parsed.records) == int(expected["records"])
    assert {r.table_title for r in parsed.records} == {expected["table_title"]}
    published = {r.published_on.isoformat() if r.published_on else "" for r in parsed.records}
    assert published == {expected["published_on"]}
    labels = [r.region_label for r in sorted(parsed.records, key=lambda r: (r.row_no, r.column_no))]
    assert labels[0] == expected["first_region"]
    assert expected["last_region"] in labels[-8:]
    assert not parsed.leftovers


def test_every_column_is_named_counted_and_dated_as_read_by_hand(read: tuple[str, Page, Parsed]) -> None:
    slug, page, parsed = read
    further = [label for label in PAGES[slug]["further_labels"].split("|") if label]
    first_row = min(r.row_no for r in parsed.records)
    rows = plain_reading(page)
    for record in parsed.records:
        expected = COLUMNS[slug, record.column_no]
        label = rows[record.row_no - 1][0]
        measure = expected["measure_label"]
        if further:
            measure += f" / {further[(record.row_no - first_row) % len(further)]}"
        if slug.endswith("patent_intensive"):
            measure += f" / {label}"
        measure += " / 占合计" if record.measure_label.endswith("占合计") else ""
        unit = "%" if record.is_percentage_row else expected["unit_label"] or None
        period = expected["period"] or label
        found = (record.measure_label, record.unit_label, record.period, str(record.period_kind))
        assert found == (measure, unit, period, expected["period_kind"]), record


def test_every_figure_stands_where_and_as_it_is_printed(read: tuple[str, Page, Parsed]) -> None:
    _slug, page, parsed = read
    rows = plain_reading(page)
    for record in parsed.records:
        printed = rows[record.row_no - 1][record.column_no - 1]
        assert bare(record.value_text) == bare(printed)
        compound = COMPOUND.match(bare(printed))
        figure = bare(printed).rstrip("%")
        if compound:
            figure = compound[2 if record.measure_label.endswith("占合计") else 1]
        assert record.value == Decimal(figure)


def test_no_figure_of_the_page_is_passed_over(read: tuple[str, Page, Parsed]) -> None:
    slug, page, parsed = read
    columns = {column for name, column in COLUMNS if name == slug}
    first_row = min(r.row_no for r in parsed.records)
    printed: Counter[tuple[int, int]] = Counter()
    for r, row in enumerate(plain_reading(page), start=1):
        for c, text in enumerate(row, start=1):
            if r >= first_row and c in columns:
                printed[r, c] += bool(FIGURE.match(bare(text))) + 2 * bool(COMPOUND.match(bare(text)))
    assert Counter((r.row_no, r.column_no) for r in parsed.records) == +printed


def test_rows_carry_the_label_that_stands_beside_them(read: tuple[str, Page, Parsed]) -> None:
    slug, page, parsed = read
    stubs = [int(c) for c in PAGES[slug]["stub_columns"].split("|") if c]
    if not stubs:
        pytest.skip("a table without regions: its heading names the one")
    rows = plain_reading(page)
    above: dict[int, str | None] = {}
    for record in parsed.records:
        stub = max(c for c in stubs if c < record.column_no)
        label = bare(rows[record.row_no - 1][stub - 1]) or above.get(record.row_no - 1)
        if record.is_percentage_row:
            assert label is not None and label.isascii()
            assert record.region_label == above[record.row_no - 1]
        else:
            assert record.region_label == label
        above[record.row_no] = record.region_label


def test_named_figures_of_the_archive(archive: Path) -> None:
    def one(slug: str, region: str, measure: str, period: str) -> Record:
        parsed = PARSERS[PAGES[slug]["parser"]].parse(archive_page(archive, slug))
        found = [r for r in parsed.records if (r.region_label, r.measure_label, r.period) == (region, measure, period)]
        return next(r for r in found if not r.is_percentage_row)

    assert one("hunan_inforce_202011", "衡阳市", "有效发明专利", "2020-11").value == 1897
    assert one("hunan_inforce_202011", "衡阳市", "常住人口", "2020-11").value == Decimal("730.06")
    assert one("hunan_grants_202308", "衡阳市", "当年授权量", "2023-01..2023-08").value == 3018
    assert one("hunan_grants_202308", "衡阳市", "当月授权量", "2023-08").value == 362
    assert one("cnipa_2015_b4", "全国总计", "总累计 / 合计", "2015-12").value == 9466351
    assert one("cnipa_2022_c3", "Hebei", PAGES["cnipa_2022_c3"]["table_title"][4:], "2022").value == 307760
    assert one("nbs_population_2015_2024", "四川省", "年末常住人口", "2022").value == 8374

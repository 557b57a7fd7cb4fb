"""How sure the reader says it is: what lowers it, when a table is refused, and what `zhibiao parse` tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from table_pages import html_page, table
from typer.testing import CliRunner

from scrapers.checks import check_page
from scrapers.parsers.region_table import RegionTableParser
from scrapers.records import Page, Parsed, Refusal
from scrapers.tables.confidence import LEAST
from warehouse.cli import app
from warehouse.saved_page import parse_saved

ROWS: list[list[object]] = [["全国", 30], ["北京", 10], ["上海", 20], ["天津", 0]]
TITLE, UNIT = "<p>2020年专利授权量</p>", "<p>单位：件</p>"


def shape(page: Page) -> tuple[float, str]:
    """Confidence and reasons of the first table, sums included."""
    tables = check_page(RegionTableParser().parse(page)).layout["tables"]
    assert isinstance(tables, list)
    return tables[0]["confidence"], "; ".join(tables[0]["reasons"])


def test_table_that_states_everything_and_adds_up_is_sure() -> None:
    assert shape(html_page(TITLE + UNIT + table(["地区", "授权量"], *ROWS))) == (1.0, "")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (html_page(TITLE + table(["地区", "授权量"], *ROWS)), "not every figure has a unit"),
        (html_page("<p>专利授权量</p>" + UNIT + table(["地区", "授权量"], *ROWS)), "not every figure is dated"),
        (html_page(UNIT + table(["地区", "2020年授权量"], *ROWS)), "only its headers say what it counts"),
        (html_page(UNIT + "<p>2020年</p>" + table(["地区", "职务"], *ROWS)), "no title says what it counts"),
        (html_page(TITLE + UNIT + table(["地区", "授权量"], *ROWS[:3], ["天津", 5])), "its figures do not add up"),
        (html_page(TITLE + UNIT + table(["地区", "授权量"], *ROWS[1:])), "it has no sums to test"),
        (html_page(TITLE + UNIT + table(["地区", "授权量"], *ROWS, ["某厂", 0])), "1 of 5 row labels are not known"),
        (html_page(TITLE + UNIT + table(["地区", "授权量"], *ROWS, ["", 7])), "1 of 5 rows are refused"),
        (html_page(TITLE + "<p>单位:件</p><p>2019年</p>" + table(["地区", "授权量"], *ROWS)), "its heading 2020年"),
    ],
)
def test_what_is_missing_or_inferred_lowers_it_and_is_named(page: Page, reason: str) -> None:
    value, reasons = shape(page)
    assert value < 1
    assert reason in reasons


def test_table_with_neither_title_nor_period_is_refused() -> None:
    page = html_page(table(["地区", "职务", "非职务"], *[[label, n, n] for label, n in ROWS]))
    with pytest.raises(Refusal) as refusal:
        RegionTableParser().parse(page)
    assert refusal.value.code in ("not_sure_enough", "subject_unknown")
    assert str(LEAST) in str(refusal.value) or refusal.value.code == "subject_unknown"


def test_second_table_that_is_not_sure_enough_is_left_over_beside_the_first() -> None:
    unclear = table(["地区", "甲类", "乙类"], *[[f"第{n}处", n, n] for n in range(11, 15)])
    parsed: Parsed = RegionTableParser().parse(html_page(TITLE + UNIT + table(["地区", "授权量"], *ROWS) + unclear))
    assert {r.table_no for r in parsed.records} == {1}
    assert any("not_sure_enough" in leftover for leftover in parsed.leftovers)


def test_parse_tells_which_parser_was_chosen_and_how_sure_each_table_is(tmp_path: Path) -> None:
    file = tmp_path / "saved.html"
    file.write_bytes(html_page(TITLE + table(["地区", "授权量"], *ROWS, ["河北", 0], ["山西", 0], ["", 5])).body)
    result = CliRunner().invoke(app, ["parse", str(file)])
    assert result.exit_code == 0
    told = result.stderr
    assert "region_table" in told and "suits best" in told
    assert "sure to 0." in told and "not every figure has a unit" in told
    assert "not used: table 1 row 8: 5" in told


def test_page_that_suits_no_parser_is_tried_as_one_of_tables(tmp_path: Path) -> None:
    file = tmp_path / "small.html"
    file.write_bytes(
        html_page(
            "<p>2020年专利授权量(件)</p>" + table(["地区", "授权量"], ["北京", 12], ["上海", 13], ["天津", 14])
        ).body
    )
    page = parse_saved(file)
    assert (page.parser, len(list(page.rows()))) == ("region_table", 3)
    assert "unknown family" in page.chosen_as

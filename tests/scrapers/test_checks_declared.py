"""Which checks a family of pages declares, and what each of them leaves behind on a page."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.captures import Knowledge
from scrapers.checks import check_page
from scrapers.checks.columns import COLUMN_CHECKS
from scrapers.checks.trials import declared_checks
from scrapers.page_reading import parse_page
from scrapers.parsers import PARSERS
from scrapers.records import CheckState, Page, PageCheck, Parsed, Record, Verdict
from scrapers.seeds import seed_rows

HELD, FAILED, NOT_TRIED = CheckState.HELD, CheckState.FAILED, CheckState.NOT_TRIED
ELSEWHERE = {"region_rows", "sum_over_regions", "city_over_province", "rows_alike"}


def records(figures: dict[str, dict[str, int]]) -> list[Record]:
    return [
        Record(1, row, column, measure, str(value), Decimal(value), "专利授权量", region, None, "2020")
        for row, (region, cells) in enumerate(figures.items(), 2)
        for column, (measure, value) in enumerate(cells.items(), 2)
    ]


def results(parsed: Parsed) -> dict[str, PageCheck]:
    return {check.check: check for check in parsed.checks}


CITIES = {
    "全省": {"授权量": 61, "发明": 30, "实用新型": 20, "外观设计": 11},
    "长沙市": {"授权量": 40, "发明": 20, "实用新型": 14, "外观设计": 6},
    "株洲市": {"授权量": 20, "发明": 10, "实用新型": 6, "外观设计": 4},
}


def test_every_declared_page_check_exists_and_every_check_is_declared_for_unknown_families() -> None:
    stages = {row["check_name"]: row["stage"] for row in seed_rows("checks")}
    page_checks = {check for check, stage in stages.items() if stage == "page"}
    assert page_checks == ELSEWHERE | set(COLUMN_CHECKS) == set(declared_checks("a_family_nobody_declared"))
    families = {row["family"] for row in seed_rows("family_checks")} - {"*"}
    assert families <= set(PARSERS)


def test_a_check_says_how_often_it_compared_and_what_it_let_pass() -> None:
    told = results(check_page(Parsed(records(CITIES)), "prefecture_table"))
    assert told["sum_over_regions"] == PageCheck("sum_over_regions", HELD, compared=4, tolerated=2)
    assert told["sum_over_columns"] == PageCheck("sum_over_columns", HELD, compared=3)
    assert told["printed_density"].state is NOT_TRIED
    assert "one density" in (told["printed_density"].message or "")


def test_a_failed_check_names_its_first_failure_and_the_page_contradicts_itself() -> None:
    wrong = [replace(r, value=r.value + 30) if (r.row_no, r.column_no) == (3, 3) else r for r in records(CITIES)]
    parsed = check_page(Parsed(wrong), "prefecture_table")
    told = results(parsed)
    assert parsed.verdict is Verdict.CONTRADICTORY
    assert (told["sum_over_columns"].state, told["sum_over_columns"].failed) == (FAILED, 1)
    assert "长沙市" in (told["sum_over_columns"].message or "")


def test_a_table_that_is_cut_off_says_that_its_totals_were_not_tried() -> None:
    cut = check_page(Parsed(records(CITIES)[:-4], verdict=Verdict.INCOMPLETE), "prefecture_table")
    assert results(cut)["sum_over_regions"] == PageCheck(
        "sum_over_regions", NOT_TRIED, message="rows are missing, so that totals are not tested"
    )


def test_what_a_family_does_not_declare_is_not_tried() -> None:
    wrong = [replace(r, value=r.value + 30) if (r.row_no, r.column_no) == (3, 3) else r for r in records(CITIES)]
    assert "sum_over_columns" in results(check_page(Parsed(wrong), "nbs_export"))
    parsed = check_page(Parsed(wrong), "plan_document")
    assert [check.check for check in parsed.checks] == ["rows_alike"]
    assert parsed.verdict is Verdict.ACCEPTED


def test_the_real_table_with_labels_on_wrong_rows_is_found_by_its_cities(archive: Path) -> None:
    body = (archive / "stats" / "cnipa_en_m_201501_t2.html").read_bytes()
    _, parsed = parse_page(Page(body, knowledge=Knowledge(truncated=True)))
    told = results(parsed)
    assert parsed.verdict is Verdict.CONTRADICTORY
    assert (told["city_over_province"].state, told["city_over_province"].failed) == (FAILED, 2)


@pytest.mark.parametrize("slug", ["hunan_inforce_202011"])
def test_densities_and_ranks_of_a_real_table_are_compared_row_by_row(archive: Path, slug: str) -> None:
    _, parsed = parse_page(Page((archive / "stats" / f"{slug}.html").read_bytes()))
    told = results(parsed)
    assert told["printed_density"] == PageCheck("printed_density", HELD, compared=15)
    assert told["rank_order"] == PageCheck("rank_order", HELD, compared=14)

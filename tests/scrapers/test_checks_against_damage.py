"""Checks that were added because a damage went through: moved and eaten figures, repeated rows, uneven files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.captures import Knowledge, Origin
from scrapers.checks import check_page
from scrapers.checks.against_last import compare
from scrapers.home import Home
from scrapers.imports import STARTER
from scrapers.parse import parse_captures
from scrapers.records import SERVING, Page, Parsed, PeriodKind, Record, Refusal, Verdict
from scrapers.tables.sources import content_of

YEARS = {"2019": "1,210", "2020": "1,350", "2021": "1,498", "2022": "1,623", "2023": "1,777"}


def series(figures: dict[str, str], *, region: str = "某省", measure: str = "授权量", row: int = 2) -> list[Record]:
    """A row of a table: period → printed figure."""
    return [
        Record(
            1, row, column, measure, text, Decimal(text.replace(",", "")), "授权量", region, period, period,
            PeriodKind.YEAR, "件",
        )
        for column, (period, text) in enumerate(figures.items(), start=2)
    ]  # fmt: skip


def reasons(new: list[Record], last: list[Record]) -> set[str]:
    return {finding.check for finding in compare(new, last).findings if not finding.passed}


def test_a_row_whose_figures_moved_to_the_next_year_is_not_believed() -> None:
    moved = dict(zip(YEARS, [*list(YEARS.values())[1:], "1,801"], strict=True))
    assert "figures_moved" in reasons(series(moved), series(YEARS))


@pytest.mark.parametrize(
    ("text", "is_eaten"), [("498", True), ("198", True), ("149", True), ("1,501", False), ("1,489", False)]
)
def test_a_figure_that_lost_digits_is_not_a_revision(text: str, is_eaten: bool) -> None:
    assert ("digits_lost" in reasons(series(YEARS | {"2021": text}), series(YEARS))) is is_eaten


def test_a_figure_that_became_zero_is_not_a_revision() -> None:
    assert "implausible_change" in reasons(series(YEARS | {"2021": "0"}), series(YEARS))


def test_three_old_figures_under_another_year_are_the_old_page() -> None:
    few = {"2023": "1,777"}
    last = [record for n, name in enumerate("甲乙丙") for record in series(few, measure=name, row=n)]
    new = [record for n, name in enumerate("甲乙丙") for record in series({"2024": "1,777"}, measure=name, row=n)]
    assert reasons(new, last) == {"only_period_changed"}
    assert reasons(new[:2] + series({"2024": "1,801"}, measure="丙", row=2), last) == set()


def test_two_rows_with_the_same_figures_contradict_a_page() -> None:
    good = Parsed([*series(YEARS, region="甲"), *series(YEARS | {"2019": "999"}, region="乙", row=3)])
    assert check_page(good).verdict is Verdict.ACCEPTED
    bad = check_page(Parsed([*series(YEARS, region="甲"), *series(YEARS, region="乙", row=3)]))
    assert (bad.verdict, bad.reason) == (Verdict.CONTRADICTORY, "rows_alike")
    total = check_page(Parsed([*series(YEARS, region="合计"), *series(YEARS, region="乙", row=3)]))
    assert total.verdict is Verdict.ACCEPTED


def test_applicants_must_make_up_the_total_of_service_inventions() -> None:
    figures = {"大专院校": "463", "科研单位": "100", "工矿企业": "44", "机关团体": "77", "职务总计": "14,684"}
    records = [r for name, text in figures.items() for r in series({"2023": text}, measure=f"职务 / {name}")]
    assert check_page(Parsed(records)).reason == "sum_over_columns"


EXPORT = "指标：人口(万人)\n地区,2023年,2022年,2021年,\n甲省,11,12,13,\n乙省,21,22,23,\n丙省,31,32,33,\n"


def test_a_row_with_a_lost_cell_refuses_the_file() -> None:
    with pytest.raises(Refusal, match=r"乙省.* has 4 cells, most have 5") as refused:
        content_of(Page(EXPORT.replace("21,22,23", "22,23").encode()))
    assert refused.value.code == "uneven_rows"


def test_a_file_that_is_cut_off_in_a_row_loses_that_row_only() -> None:
    content = content_of(Page(EXPORT[:-5].encode()))
    assert content.is_cut and [row[0].text for row in content.grids[0].cells][-1] == "乙省"
    assert not content_of(Page(EXPORT.encode())).is_cut


def test_a_page_that_another_parser_claims_is_another_layout(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    for file in (STARTER / "cnipa_2022_c3.html", STARTER / "hunan_inforce_202011.html"):
        Archive(home).add(
            source_id="unlisted", url="https://example.org/a.html", body=file.read_bytes(), origin=Origin.IMPORTED,
            knowledge=Knowledge(), run_id="r",
        )  # fmt: skip
    first, second = parse_captures(home, [capture.capture_id for capture in Archive(home).captures()], {})
    assert first.parser == "region_table" and first.verdict in SERVING and first.record_count > 0
    assert second.parser == "prefecture_table" and second.verdict is Verdict.QUARANTINED
    assert second.reason == "another_layout" and second.record_count == 0

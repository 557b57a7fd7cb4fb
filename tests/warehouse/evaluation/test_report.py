"""The report says what the marts say, in both files and languages, and every number in it leads to its source."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import html as markup
from PIL import Image

from tests.warehouse.evaluation.conftest import AS_OF, Made
from warehouse.evaluation.facts import UnknownPlan
from warehouse.evaluation.html import html
from warehouse.evaluation.options import FileFormat, Kind, Language
from warehouse.evaluation.report import make_report, write_report
from warehouse.evaluation.word import word

RATED = {
    "indicator_id": "trademarks", "region_id": "r1", "indicator_zh": "有效注册商标", "section": "2.3",
    "unit_base": "件", "value_unit": "件", "target_no": "1",
    "baseline_value": 1000, "baseline_date": date(2020, 12, 31), "baseline_source": "printed", "target_value": 3000,
    "start_date": date(2020, 12, 31), "target_end": date(2025, 12, 31), "actual_value": 1800.5,
    "actual_period_end": date(2022, 12, 31), "required_value": 1800, "progress": 0.4003, "elapsed": 0.4,
    "pace": 1.00075,
    "projected_value": 3001.25, "projected_low": 2500, "projected_high": 3500, "projection_method": "linear",
    "gap_to_target": 1199.5, "status": "on_track", "reason_code": "pace", "observation_ids": ["newest"],
    "fact_count": 1, "flags": "fact_conflict,start_inferred", "quote": "有效注册商标达到3000件",
    "quote_capture_id": "plan capture",
    "quote_url": "https://made.example/p", "quote_start": 10, "quote_end": 21,
    "dates": [date(2022, 12, 31), date(2023, 12, 31), AS_OF],
}  # fmt: skip


@pytest.fixture
def rated(made: Made) -> Made:
    """A plan with a rated target, a proposed one without data, a rank and a task that is done."""
    made.figure("newest", 1800.5, date(2022, 12, 31), origin="starter")
    made.figure("before", 1400, date(2021, 12, 31))
    made.figure("later", 9999, date(2024, 12, 31))
    made.target("plan-t01", **RATED)
    made.target("plan-t02", target_no="2", indicator_zh="质押融资额", section="box 1", target_value=300000000,
                unit_base="元", value_unit="元", review_state="proposed", flags="proposed", rule="sum_of_flows",
                publisher_zh="某局")  # fmt: skip
    made.target("plan-o01", indicator_zh="专利授权量位次", target_type="rank", rule="rank", target_value=3,
                rank_value=2, actual_value=2, sibling_count=14, missing_siblings="甲市、乙市", status="on_track",
                reason_code="requirement_met", observation_ids=["before"], fact_count=1,
                actual_period_end=date(2021, 12, 31))  # fmt: skip
    made.target("plan-m01", indicator_zh="出台办法", target_type="milestone", rule="evidence", status="achieved",
                reason_code="evidence", responsible_units="某局(牵头)、某厅",
                target_end=date(2023, 12, 31))  # fmt: skip
    made.add("fct_task", task_id="plan-m01", plan_id="plan", state="done", done_on=date(2023, 6, 1), days_late=0,
             lead_unit="某局", evidence_note="公布办法", evidence_url="https://made.example/e",
             as_of=AS_OF)  # fmt: skip
    made.add("plan_scorecard", plan_id="plan", evaluation_date=AS_OF, as_of=AS_OF, numeric_count=3, task_count=1,
             tasks_done=1, measurable_count=3, covered_count=2, data_coverage=2 / 3, completion_count=1,
             completion_unweighted=0.4003)  # fmt: skip
    return made


def _page(made: Made, language: Language = Language.ZH, kind: Kind | None = None) -> Any:
    report, _ = make_report(made.path, "plan", as_of=AS_OF, kind=kind, language=language)
    return markup.document_fromstring(html(report))


def _row(page: Any, table: str, number: str) -> list[Any]:
    (row,) = page.xpath(f"//table[@class='{table}']//tr[td[1]/div/text()='{number}']")
    return list(row.xpath("./td"))


def _text(node: Any) -> str:
    return " ".join(" ".join(node.itertext()).split())


def test_the_table_of_targets_has_the_numbers_of_the_mart(rated: Made) -> None:
    cells = _row(_page(rated), "targets", "t01")
    values = [[Decimal(data.get("value")) for data in cell.xpath(".//data")] for cell in cells]
    assert values[2:9] == [
        [Decimal(1000)], [Decimal(3000)], [Decimal("1800.5")], [Decimal(1800)], [Decimal("0.4003"), Decimal("0.4")],
        [Decimal("1.00075")], [Decimal("3001.25")],
    ]  # fmt: skip
    assert "1,800.5件" in _text(cells[4]) and "2022-12-31" in _text(cells[4])
    assert _text(cells[8]) == "3,001.25件 80%区间 2,500～3,500 线性外推"
    assert _text(cells[9]) == "正常 按序时进度比"
    assert _text(cells[10]) == "不同来源数据不一致 起始日为推定"


@pytest.mark.parametrize("language", list(Language))
def test_every_reference_leads_to_a_source_and_every_source_is_referred_to(rated: Made, language: Language) -> None:
    page = _page(rated, language)
    cited = {link.get("href") for link in page.xpath("//a[@class='ref']")}
    sources = {f"#{row.get('id')}" for row in page.xpath("//table[@class='sources']//tr[@id]")}
    assert cited == sources
    assert len(sources) >= 5


def test_a_source_names_page_cell_printed_text_and_capture(rated: Made) -> None:
    page = _page(rated)
    (link,) = _row(page, "targets", "t01")[4].xpath(".//a[@class='ref']")
    told = _text(page.get_element_by_id(link.get("href")[1:]))
    for part in ("表题", "https://made.example/newest.html", "2024-01-01采集", "表1，第2行，第3列", "1800.5 件",
                 "capture newest", "入门资料"):  # fmt: skip
        assert part in told
    quote = _row(page, "targets", "t01")[3].xpath(".//a[@class='ref']/@href")[0]
    assert "有效注册商标达到3000件" in _text(page.get_element_by_id(quote[1:]))


def test_starter_figures_and_proposed_targets_are_labelled(rated: Made) -> None:
    page = _page(rated)
    assert "未审核" in _text(_row(page, "targets", "t02")[1])
    assert "未审核" not in _text(_row(page, "targets", "t01")[1])
    summary = _text(page)
    assert "有1项目标由程序识别" in summary and "有1个引用数据来自随软件附带的入门资料" in summary


def test_the_summary_counts_what_the_scorecard_counts(rated: Made) -> None:
    told = _text(_page(rated))
    assert "规划共登记4项目标，其中3项给出了数值，1项是任务" in told
    assert "已达成1项、正常2项、无数据1项" in told
    assert "数据覆盖率66.7%" in told and "平均完成40.0%" in told
    counts = _page(rated).xpath("//table[@class='statuses']//td[2]//data/@value")
    assert sum(int(count) for count in counts) == 4


def test_tasks_stand_under_their_lead_with_state_and_evidence(rated: Made) -> None:
    page = _page(rated)
    cells = _row(page, "tasks", "m01")
    assert _text(cells[3]) == "已完成"
    assert _text(cells[4]).startswith("2023-06-01完成")
    assert "某局" in _text(page.xpath("//table[@class='tasks']//td[@class='group']")[0])
    source = cells[4].xpath(".//a/@href")[0]
    assert "https://made.example/e" in _text(page.get_element_by_id(source[1:]))


def test_ranks_name_the_regions_that_are_missing(rated: Made) -> None:
    cells = _row(_page(rated), "relative", "o01")
    assert _text(cells[3]).startswith("第2位（共14个地区）")
    assert "缺：甲市、乙市" in _text(cells[5])


def test_gaps_say_why_and_who_would_bring_the_figure(made: Made) -> None:
    made.add("dim_indicator", indicator_id="office", name_zh="甲", unit_base="件", kind="stock", publisher_zh="某局",
             document_zh="某年报")  # fmt: skip
    made.add("dim_source", source_id="listed", title_zh="某表", is_in_catalog=True)
    made.target("plan-t01", indicator_id="office", target_no="1", target_value=1)
    made.target("plan-t02", indicator_id="trademarks", target_no="2", expected_source_id="listed", target_value=1)
    made.target("plan-t03", target_no="3", status="not_measurable", reason_code="vague_quantity", rule="none")
    page = _page(made)
    assert [_text(_row(page, "gaps", number)[3]) for number in ("t01", "t02", "t03")] == [
        "某局：某年报", "已编目来源：某表", "需要规划给出明确的数值",
    ]  # fmt: skip
    assert "起始日以来没有数据" in _text(_row(page, "gaps", "t01")[2])


def test_charts_draw_what_is_known_by_the_evaluation_date_and_hold_no_words(rated: Made) -> None:
    (figure,) = _page(rated).xpath("//figure[@id='chart-plan-t01']")
    actual = figure.xpath("./svg//circle[@class='actual']")
    assert len(actual) == 2  # 2021 and 2022, not the figure of 2024-12
    assert len(figure.xpath("./svg//circle[@class='target' or @class='projection']")) == 2
    assert all(re.fullmatch(r"[\d,.\-]+", text) for text in figure.xpath("./svg//text/text()"))
    assert "目标 3,000件" in _text(figure)


def test_an_annual_report_uses_the_rows_of_that_day(rated: Made) -> None:
    page = _page(rated, kind=Kind.ANNUAL)
    assert "2023-12-31" in _text(page.xpath("//dl")[0])
    assert page.xpath("//h1/text()") == ["《某市规划》实施情况年度评估报告"]
    assert not page.xpath("//table[@class='tasks']")  # it has no row of that day


def test_the_page_asks_nothing_of_the_network(rated: Made) -> None:
    report, _ = make_report(rated.path, "plan", as_of=AS_OF)
    page = html(report)
    assert not re.search(r"<(script|link|img|iframe)\b|@import|url\(", page)


def test_words_of_a_plan_cannot_become_markup(made: Made) -> None:
    made.target("plan-t01", indicator_zh="<script>alert(1)</script>", quote="<b>", target_value=1)
    report, _ = make_report(made.path, "plan", as_of=AS_OF)
    assert "<script>" not in html(report) and "<b>" not in html(report)


@pytest.mark.parametrize("language", list(Language))
def test_the_word_file_has_the_same_tables_and_a_picture_for_each_chart(rated: Made, language: Language) -> None:
    report, _ = make_report(rated.path, "plan", as_of=AS_OF, language=language)
    document = docx.Document(BytesIO(word(report)))
    assert document.paragraphs[0].text == report.title
    page = markup.document_fromstring(html(report))
    assert [len(table.rows) for table in document.tables] == [
        len(table.xpath(".//tr")) for table in page.xpath("//table")
    ]
    assert "1,800.5" in document.tables[1].rows[2].cells[4].text
    pictures = [part.blob for name, part in _images(document)]
    assert any(Image.open(BytesIO(picture)).size == (1920, 750) for picture in pictures)


@pytest.mark.parametrize("language", list(Language))
def test_odd_plans_have_reports_too(made: Made, language: Language, tmp_path: Path) -> None:
    made.add("dim_plan", plan_id="bare", registered_in="home", title_zh="无期限规划")
    made.add("dim_plan", plan_id="silent", registered_in="home")
    made.target("bare-t01", "bare", review_state="proposed", rule="none", status="unrated", target_type="directional",
                reason_code="rule_not_available")  # fmt: skip
    made.target("bare-m01", "bare", target_type="milestone", rule="evidence", status="unrated",
                reason_code="awaiting_evidence")  # fmt: skip
    for plan in ("plan", "bare", "silent"):
        for file in write_report(made.path, plan, as_of=AS_OF, language=language, folder=tmp_path / "out"):
            assert file.stat().st_size > 3000


def test_the_same_marts_give_the_same_bytes(rated: Made, tmp_path: Path) -> None:
    once, again = (write_report(rated.path, "plan", as_of=AS_OF, folder=tmp_path / name) for name in ("a", "b"))
    assert [file.name for file in once] == ["plan-2024-06-30-as-of-zh.html", "plan-2024-06-30-as-of-zh.docx"]
    assert [file.read_bytes() for file in once] == [file.read_bytes() for file in again]


def test_only_the_format_asked_for_is_written(rated: Made, tmp_path: Path) -> None:
    (file,) = write_report(rated.path, "plan", as_of=AS_OF, folder=tmp_path / "new", file_format=FileFormat.DOCX)
    assert file.suffix == ".docx"


def test_an_unknown_plan_is_refused_with_the_plans_there_are(made: Made) -> None:
    with pytest.raises(UnknownPlan, match=r"no plan nobody; known: plan$"):
        make_report(made.path, "nobody", as_of=AS_OF)


def _images(document: Any) -> list[tuple[str, Any]]:
    return [(name, part.target_part) for name, part in document.part.rels.items() if "image" in part.reltype]

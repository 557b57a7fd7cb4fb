"""Plan documents: what the parser says of the five real plans, of made-up ones, and of pages that are no plan."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.captures import Knowledge
from scrapers.decoding import decode
from scrapers.parsers.plan_document import PlanDocumentParser
from scrapers.plans.dates import read_date
from scrapers.plans.document import PlanDocument
from scrapers.plans.responsible import responsible_units
from scrapers.records import Page, Refusal, Verdict

PLANS = ("suining-145", "hengyang-2010", "dongli-2019-2022", "sichuan-2017", "langfang-145")
PARSER = PlanDocumentParser()


def parsed(body: bytes | str, knowledge: Knowledge | None = None) -> PlanDocument:
    data = body.encode() if isinstance(body, str) else body
    document = PARSER.parse(Page(data, knowledge=knowledge or Knowledge())).document
    assert isinstance(document, PlanDocument)
    return document


def tree(document: PlanDocument) -> list[tuple[object, ...]]:
    return [(s.no, s.parent_no, s.level, s.number_label, s.title) for s in document.sections]


@pytest.fixture(scope="module")
def documents(archive: Path) -> dict[str, tuple[PlanDocument, PlanDocument]]:
    def read(name: str) -> PlanDocument:
        return parsed((archive / "plans" / name).read_bytes())

    return {plan: (read(f"{plan}.txt"), read(f"{plan}.html")) for plan in PLANS}


@pytest.mark.parametrize("plan", PLANS)
def test_text_and_html_of_a_plan_say_the_same(
    plan: str, documents: dict[str, tuple[PlanDocument, PlanDocument]]
) -> None:
    text, page = documents[plan]
    for field in ("title", "issuer", "doc_no", "issued_on", "published_on", "period_start", "period_end"):
        assert getattr(text, field) == getattr(page, field), field
    assert tree(text) == tree(page)
    assert not text.numbering_gaps
    assert not page.numbering_gaps


@pytest.mark.parametrize("plan", PLANS)
def test_what_the_plan_says_of_itself_is_what_the_index_says(
    plan: str, documents: dict[str, tuple[PlanDocument, PlanDocument]], archive: Path
) -> None:
    with (archive / "plans" / "index.csv").open(encoding="utf-8") as file:
        row = next(r for r in csv.DictReader(file) if r["plan_id"] == plan)
    for document in documents[plan]:
        assert document.title == row["title_zh"]
        assert (document.issuer or "") == row["issuer"]
        assert (document.doc_no or "") == row["doc_no"]
        assert (document.issued_on.isoformat() if document.issued_on else "") == row["issue_date"]
        assert (str(document.period_start), str(document.period_end)) == (row["period_start"], row["period_end"])


def test_the_section_tree_holds_every_heading(documents: dict[str, tuple[PlanDocument, PlanDocument]]) -> None:
    def count(plan: str, level: int) -> int:
        return sum(1 for s in documents[plan][0].sections if s.level == level)

    assert (count("suining-145", 1), count("suining-145", 2)) == (6, 20)
    assert (count("hengyang-2010", 1), count("hengyang-2010", 2)) == (6, 19)
    assert (count("sichuan-2017", 1), count("sichuan-2017", 2)) == (27, 101)
    boxes = [s for s in documents["langfang-145"][0].sections if s.number_label.startswith("专栏")]
    assert [s.number_label for s in boxes] == ["专栏1", "专栏2", "专栏3", "专栏4", "专栏5"]


@pytest.mark.parametrize("plan", PLANS)
def test_section_offsets_point_at_the_heading_in_the_capture(plan: str, archive: Path) -> None:
    for name in (f"{plan}.txt", f"{plan}.html"):
        body = (archive / "plans" / name).read_bytes()
        source = decode(body).text
        for section in parsed(body).sections:
            assert source[section.start : section.start + 12].replace(" ", "").startswith(section.number_label[:2])
            assert section.start < section.end <= len(source)


def test_the_indicator_table_becomes_statements(documents: dict[str, tuple[PlanDocument, PlanDocument]]) -> None:
    text, page = documents["langfang-145"]
    assert [s.statement_no for s in page.statements] == list(range(1, 13))
    numeric = [s for s in page.statements if s.value is not None]
    assert len(numeric) == 10
    royalties = next(s for s in page.statements if s.unit_label == "亿元" and s.value == 1)
    assert (royalties.baseline_text, royalties.baseline_year, royalties.target_year) == ("2.4", 2020, 2025)
    below = next(s for s in page.statements if s.value == 70)
    assert (below.value_text, below.unit_label, below.baseline_text) == ("70%", "%", "89.2%")
    led = page.statements[0].responsible_units
    assert led is not None
    assert led.startswith("市市场监管局(牵头)、")
    assert not text.statements, "the text copy has lost the borders of its table"
    assert any("lost its borders" in left for left in text.leftovers)


def test_statement_quotes_stand_where_they_say(archive: Path) -> None:
    body = (archive / "plans" / "langfang-145.html").read_bytes()
    source = decode(body).text
    for statement in parsed(body).statements:
        stretch = source[statement.start : statement.end]
        visible = "".join(piece.split(">", 1)[-1] for piece in stretch.split("<"))
        assert "".join(visible.split()) == "".join(statement.quote.split())


def test_a_table_title_without_rows_is_reported_in_both_forms(
    documents: dict[str, tuple[PlanDocument, PlanDocument]],
) -> None:
    for document in documents["suining-145"]:
        assert [left for left in document.leftovers if left.startswith("indicator table without rows")]


def test_a_task_schedule_is_no_indicator_table(documents: dict[str, tuple[PlanDocument, PlanDocument]]) -> None:
    for document in documents["sichuan-2017"]:
        assert not document.indicator_tables
        assert len([left for left in document.leftovers if "责任单位" in left]) == 1


def test_documents_go_through_json(documents: dict[str, tuple[PlanDocument, PlanDocument]]) -> None:
    page = documents["langfang-145"][1]
    again = json.loads(json.dumps(page.as_json(capture_id="c1", plan_id="p1"), ensure_ascii=False))
    assert again["issued_on"] == "2022-08-24"
    assert again["statements"][0]["value"] == "3.7"
    assert again["sections"][0]["number_label"] == page.sections[0].number_label


def test_plans_fit_and_statistics_do_not(archive: Path) -> None:
    plans = [PARSER.fits(Page(p.read_bytes())) for p in sorted((archive / "plans").glob("*.[th]*"))]
    assert len(plans) == 10
    assert min(plans) > 0.8
    with (archive / "stats" / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        body = (archive / "stats" / row["file"]).read_bytes()
        known = Knowledge(title=row["title"], content_type=row["content_type"])
        assert PARSER.fits(Page(body)) < 0.5, row["slug"]
        assert PARSER.fits(Page(body, url=row["url"], knowledge=known)) < 0.5, row["slug"]


MADE_UP = """甲省乙市人民政府办公室关于印发乙市“十五五”知识产权规划的通知
乙政办发〔2026〕7号
各区人民政府:
现将规划印发给你们。
甲省乙市人民政府办公室
二〇二六年三月八日
一、总体要求 到2030年建成强市。 (一)基本原则。统筹推进各项工作。 (二)发展目标。到2030年有效专利达到5000件。
二、主要任务
1.加强保护。完善机制。2.促进运用。建立平台。
(一)强化服务。培育机构,其中1.5亿元用于资助,见第(三)项。
三、保障措施
加强组织领导,落实资金。
"""


def test_a_notice_without_book_marks_gives_title_issuer_number_and_date() -> None:
    document = parsed(MADE_UP)
    assert document.title == "乙市“十五五”知识产权规划"
    assert document.issuer == "甲省乙市人民政府办公室"
    assert document.doc_no == "乙政办发〔2026〕7号"
    assert document.issued_on == date(2026, 3, 8)
    assert (document.period_start, document.period_end) == (2026, 2030)


def test_headings_inside_a_line_are_found_and_numbers_in_sentences_are_not() -> None:
    labels = [(s.level, s.number_label, s.title) for s in parsed(MADE_UP).sections]
    assert labels == [
        (1, "一、", "总体要求"),
        (2, "(一)", "基本原则"),
        (2, "(二)", "发展目标"),
        (1, "二、", "主要任务"),
        (2, "1.", "加强保护"),
        (2, "2.", "促进运用"),
        (2, "(一)", "强化服务"),
        (1, "三、", "保障措施"),
    ]


def test_a_skipped_heading_number_is_a_finding() -> None:
    outcome = PARSER.parse(Page(MADE_UP.replace("三、保障措施", "四、保障措施").encode()))
    assert [f for f in outcome.findings if f.check == "section_numbering" and not f.passed]
    assert outcome.verdict is Verdict.ACCEPTED


def test_a_table_of_contents_is_not_the_tree() -> None:
    contents = "目录\n第一章 背景\n第二章 目标\n"
    body = "第一章 背景\n过去的工作打下基础,但仍有不足,需要继续努力推进。\n第二章 目标\n到2030年形成新格局。\n"
    document = parsed("乙市知识产权发展规划(2026-2030年)\n" + contents + body)
    assert [s.title for s in document.sections] == ["背景", "目标"]
    assert (document.period_start, document.period_end) == (2026, 2030)


TABLE = """<html><body><h1>丙市知识产权“十五五”规划</h1>
<p>一、发展目标</p><p>丙市的目标见下表,各单位按照职责分工抓好落实,确保各项任务按期完成,取得实效。</p>
<p>专栏1 主要指标</p>
<table border=1>
<tr><td rowspan=2>类别</td><td rowspan=2>指标名称</td><td rowspan=2>单位</td><td colspan=2>数值</td>
<td rowspan=2>属性</td></tr>
<tr><td>2025年</td><td>2030年</td></tr>
<tr><td rowspan=2>创造</td><td>发明专利拥有量</td><td>万件</td><td>1.2</td><td>≥2</td><td>预期性</td></tr>
<tr><td>培训场次</td><td>场</td><td></td><td>5—8</td><td>预期性</td></tr>
<tr><td>保护</td><td>结案率</td><td>%</td><td>91</td><td>95以上</td><td>约束性</td></tr>
<tr><td>保护</td><td>满意度</td><td>分</td><td>80</td><td>稳步提高</td><td>预期性</td></tr>
</table><p>二、保障措施</p></body></html>"""


def test_spanned_headers_units_ranges_and_words_in_a_table() -> None:
    document = parsed(TABLE)
    rows = [
        (s.indicator_label, s.comparator, s.value, s.value_high, s.unit_label, s.baseline_text, s.target_year)
        for s in document.statements
    ]
    assert rows == [
        ("发明专利拥有量", "≥", Decimal(2), None, "万件", "1.2", 2030),
        ("培训场次", None, Decimal(5), Decimal(8), "场", None, 2030),
        ("结案率", "以上", Decimal(95), None, "%", "91", 2030),
        ("满意度", None, None, None, "分", "80", 2030),
    ]
    assert {s.section for s in document.statements} == {"一、 / 专栏1"}
    assert document.indicator_tables[0].title == "专栏1主要指标"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "too_short"),
        ("通知".encode(), "too_short"),
        (b"\xff\xfe\xff\x00\x81", "undecodable"),
        ("今天天气很好。" * 40, "no_title"),
        ("乙市知识产权发展规划\n" + "内容没有编号。" * 40, "no_sections"),
    ],
)
def test_what_is_no_plan_is_refused(body: bytes | str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parsed(body)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("二O一O年九月二十九日", date(2010, 9, 29)),
        ("二〇二一年十二月三十一日", date(2021, 12, 31)),
        ("2022年5月23日", date(2022, 5, 23)),
        ("04.02.2017", date(2017, 2, 4)),
        ("2022-13-01", None),
        ("2022年", None),
    ],
)
def test_dates_as_printed(printed: str, day: date | None) -> None:
    assert read_date(printed) == day


@pytest.mark.parametrize(
    ("printed", "units"),
    [
        ("市甲局牵头,市乙局(含丙、丁职责)、市戊局等按职责分工负责", "市甲局(牵头)、市乙局(含丙、丁职责)、市戊局"),
        ("(牵头单位:甲局;责任单位:乙局、丙委)", "甲局(牵头)、乙局、丙委"),
        ("甲厅、乙厅负责。", "甲厅、乙厅"),
        ("", None),
    ],
)
def test_units_in_charge_in_one_form(printed: str, units: str | None) -> None:
    assert responsible_units(printed) == units


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["一、", "(二)", "1.", "第三章", " ", "\n", "。", "规划", "乙市", "<p>", "</td>", "2025年", "目标", "表1 "]
        ),
        max_size=120,
    )
)
def test_no_input_crashes_the_parser(pieces: list[str]) -> None:
    try:
        document = parsed("".join(pieces))
    except Refusal:
        return
    source = decode("".join(pieces).encode()).text
    assert all(0 <= s.start < s.end <= len(source) for s in document.sections)

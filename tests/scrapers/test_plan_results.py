"""Past results that plans state: against figures noted by hand from the five plans, and on plans that are made up."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.captures import Knowledge
from scrapers.decoding import decode
from scrapers.parsers.plan_document import PlanDocumentParser
from scrapers.records import Page, Parsed, PeriodKind, Record, Refusal

GOLDEN = Path(__file__).with_name("golden_plans")
PLANS = sorted(file.stem for file in GOLDEN.glob("*.csv"))
FORMS = ("html", "txt")
SILENT = ("dongli-2019-2022", "hengyang-2010", "sichuan-2017")
"""Plans that tell of no result."""

Row = tuple[str, str | None, str, str | None, str | None, Decimal, str | None]


def golden(plan: str) -> list[Row]:
    with (GOLDEN / f"{plan}.csv").open(encoding="utf-8", newline="") as file:
        return [
            (
                row["place"], row["region_label"] or None, row["measure_label"], row["period"] or None,
                row["period_kind"] or None, Decimal(row["value"]), row["unit_label"] or None,
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def row(record: Record) -> Row:
    place = "table" if record.table_no else "history"
    kind = str(record.period_kind) if record.period_kind else None
    return (place, record.region_label, record.measure_label, record.period, kind, record.value, record.unit_label)


@cache
def records(archive: Path, plan: str, form: str) -> tuple[Record, ...]:
    return tuple(PlanDocumentParser().parse(Page((archive / "plans" / f"{plan}.{form}").read_bytes())).records)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("plan", PLANS)
def test_no_past_result_is_wrong_and_nearly_all_are_found(archive: Path, plan: str, form: str) -> None:
    expected, found = golden(plan), [row(record) for record in records(archive, plan, form)]
    assert [one for one in found if one not in expected] == []
    assert max(Counter(found).values(), default=1) == 1
    assert len(found) >= 0.85 * len(expected)


def test_over_all_plans_nine_of_ten_past_results_are_found(archive: Path) -> None:
    stated = sum(len(golden(plan)) for plan in PLANS)
    assert stated >= 80
    for form in FORMS:
        assert sum(len(records(archive, plan, form)) for plan in PLANS) >= 0.9 * stated


@pytest.mark.parametrize("plan", PLANS)
def test_text_and_html_of_a_plan_state_the_same_results(archive: Path, plan: str) -> None:
    text, page = ([row(record) for record in records(archive, plan, form)] for form in FORMS)
    assert Counter(text) == Counter(page)


@pytest.mark.parametrize("plan", SILENT)
def test_a_plan_without_history_states_no_result(archive: Path, plan: str) -> None:
    assert records(archive, plan, "html") == records(archive, plan, "txt") == ()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("plan", PLANS)
def test_every_result_has_a_place_of_its_own_and_its_quote_stands_there(archive: Path, plan: str, form: str) -> None:
    source = decode((archive / "plans" / f"{plan}.{form}").read_bytes()).text
    found = records(archive, plan, form)
    assert len({(r.table_no, r.row_no, r.column_no) for r in found}) == len(found)
    for record in found:
        assert record.quote
        printed = html.unescape(re.sub(r"<[^>]*>", "", source[record.start : record.end]))
        assert "".join(printed.split()) == "".join(record.quote.split())
        assert record.value_text.lstrip("-") in record.quote
        assert record.row_no > 0


DAMAGES = {
    "other signs": lambda text: text.translate({0xFF0C: ",", 0xFF1B: ";", 0xFF08: "(", 0xFF09: ")"}),
    "wide digits": lambda text: re.sub(r"(?<=[一-鿿])\d+(?=[一-鿿])", lambda m: m[0].translate(WIDE), text),
    "glosses": lambda text: re.sub("([产权总经国农专])", r"\1(chǎn)", text),
    "blanks": lambda text: re.sub(r"(?<=[一-鿿])(?=\d)", "\u3000 ", text),
}
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("plan", [plan for plan in PLANS if plan not in SILENT])
def test_damaged_copies_state_the_same_results(archive: Path, plan: str, damage: str) -> None:
    for form in FORMS:
        text = decode((archive / "plans" / f"{plan}.{form}").read_bytes()).text
        copy = DAMAGES[damage](text).replace("charset=gb", "charset=utf-8; was=gb")
        found = PlanDocumentParser().parse(Page(copy.encode())).records
        assert Counter(map(row, found)) == Counter(map(row, records(archive, plan, form)))


# --- plans that are made up -------------------------------------------------------------------------------------------

HEAD = "甲市“十六五”知识产权发展规划\n甲市人民政府\n2031年6月20日\n为做好全市知识产权工作,制定本规划。\n"
GOALS = (
    "二、发展目标\n到2035年,有效注册商标量达到5万件,每万人口发明专利拥有量达到15件。\n三、保障措施\n"
    "加强组织领导,落实工作责任,完善协调机制,形成工作合力。\n加大经费投入,保障各项任务按期完成。\n"
)
FIVE, LAST = "2026-01..2030-12", "2030-12-31"


def read(history: str, *, head: str = HEAD, rest: str = GOALS, knowledge: Knowledge | None = None) -> Parsed:
    text = f"{head}一、发展基础\n{history}\n{rest}"
    return PlanDocumentParser().parse(Page(text.encode(), knowledge=knowledge or Knowledge()))


def told(parsed: Parsed) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (r.measure_label, r.period, str(r.period_kind) if r.period_kind else None, f"{r.value} {r.unit_label or ''}")
        for r in parsed.records
    ]


def test_results_carry_the_period_that_the_text_says() -> None:
    parsed = read(
        "“十五五”期间,全市专利授权量12345件,比“十四五”期间增长30.5%。截至2030年底,有效发明专利4321件,比2025年增长88%。"
        "“十五五”末,全市有效注册商标量2.4万件。2030年,全市专利申请量3000件。"
    )
    assert told(parsed) == [
        ("专利授权量", FIVE, "cumulative", "12345 件"),
        ("专利授权量 / 较“十四五”期间增长", FIVE, "cumulative", "30.5 %"),
        ("有效发明专利", LAST, "point_in_time", "4321 件"),
        ("有效发明专利 / 较2025年增长", LAST, "point_in_time", "88 %"),
        ("有效注册商标量", LAST, "point_in_time", "2.4 万件"),
        ("专利申请量", "2030", "year", "3000 件"),
    ]


def test_what_is_undated_belongs_to_the_years_that_its_part_reports_on() -> None:
    parsed = read(
        "“十五五”时期,全市知识产权事业快速发展。\n(一)保护不断加强。查处商标侵权案件210件,累计培训2.3万人次。\n"
        "(二)创造能力提升。有效发明专利达584件。每万人口发明专利拥有量从2025年的5.1件提高到9.2件。"
    )
    assert told(parsed) == [
        ("查处商标侵权案件", FIVE, "cumulative", "210 件"),
        ("培训", FIVE, "cumulative", "2.3 万人次"),
        ("有效发明专利", LAST, "point_in_time", "584 件"),
        ("每万人口发明专利拥有量", "2025", "point_in_time", "5.1 件"),
        ("每万人口发明专利拥有量", LAST, "point_in_time", "9.2 件"),
    ]


def test_five_years_up_to_now_are_those_before_the_plan() -> None:
    assert told(read("五年来,累计查处商标侵权案件210件。")) == [("查处商标侵权案件", FIVE, "cumulative", "210 件")]


@pytest.mark.parametrize(
    "sentence",
    [
        "目前,全市专利代理机构达到12家。",
        "近年来,查处商标侵权案件210件。",
        "近五年,查处商标侵权案件210件。",
        "截至10月底,有效发明专利4321件。",
        "有效发明专利达584件。",
        "“十五五”以来,专利授权量5000件。",
    ],
)
def test_a_date_that_cannot_be_told_is_not_guessed(sentence: str) -> None:
    parsed = read(sentence)
    assert not parsed.records
    assert any("no date" in left for left in parsed.leftovers)


def test_a_vague_date_is_not_that_of_the_years_before_it() -> None:
    parsed = read("“十五五”期间,专利授权量5000件。目前,全市拥有商标代理机构12家。近年来,查处商标侵权案件210件。")
    assert told(parsed) == [("专利授权量", FIVE, "cumulative", "5000 件")]


@pytest.mark.parametrize("compared", ["比2025年增长50%", "比2025年底增长50%", "同比增长50%", "年均增长20%"])
def test_a_figure_that_may_be_a_sum_over_years_or_that_of_one_is_refused(compared: str) -> None:
    parsed = read(f"“十五五”时期,全市知识产权事业快速发展。商标注册量达1500件,{compared}。")
    assert not parsed.records
    assert any("a sum over years, or the figure of one" in left for left in parsed.leftovers)


def test_a_running_total_is_known_by_the_day_it_is_set_against() -> None:
    parsed = read("“十五五”期间,植物新品种稳步发展。林业植物新品种授权68个,比“十四五”末新增13个。")
    assert told(parsed) == [
        ("林业植物新品种授权", LAST, "point_in_time", "68 个"),
        ("林业植物新品种授权 / 较“十四五”末增减", LAST, "point_in_time", "13 个"),
    ]


def test_a_share_of_unknown_year_keeps_its_period_open() -> None:
    record = read("“十五五”期间,产业稳步发展。专利密集型产业增加值占GDP比重达到4.9%。").records[0]
    assert (record.measure_label, record.period, record.period_kind) == ("专利密集型产业增加值 / 占比", None, None)
    assert record.note
    assert "of which year is not said" in record.note


def test_what_a_city_has_is_a_state_and_what_it_made_is_a_sum() -> None:
    parsed = read("“十五五”期间,拥有国家示范企业31家、省优势培育企业29家。新增示范园区3个。")
    assert told(parsed) == [
        ("国家示范企业", LAST, "point_in_time", "31 家"),
        ("省优势培育企业", LAST, "point_in_time", "29 家"),
        ("新增示范园区", FIVE, "cumulative", "3 个"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "到2035年,有效发明专利将达到9000件。",
        "到2035年,有效发明专利达到9000件。",
        "力争建成保护中心2个。",
        "“十六五”期间,培育示范企业20家。",
        "2031年,专利授权量达到2000件。",
        "“十六五”时期,要大力发展。培育示范企业20家,专利授权量达到2万件。",
    ],
)
def test_a_promise_in_the_history_is_no_statistic(sentence: str) -> None:
    parsed = read(f"“十五五”期间,专利授权量5000件。\n{sentence}")
    assert told(parsed) == [("专利授权量", FIVE, "cumulative", "5000 件")]


def test_a_figure_of_the_plans_own_years_is_a_result_only_where_the_text_counts_up_to_then() -> None:
    copied = HEAD.replace("2031年6月20日", "2036年6月20日")
    parsed = read(
        "2033年,专利授权量达到2000件。到2032年底,有效发明专利达到900件。截至2031年底,有效发明专利800件。", head=copied
    )
    assert told(parsed) == [("有效发明专利", "2031-12-31", "point_in_time", "800 件")]


def test_where_the_years_of_a_plan_are_not_known_a_year_to_reach_is_a_goal() -> None:
    head = "甲市知识产权发展规划\n甲市人民政府\n2036年6月20日\n为做好全市知识产权工作,制定本规划。\n"
    rest = "二、保障措施\n加强组织领导,落实工作责任。\n"
    parsed = read("到2035年,有效发明专利达到900件。2030年,专利授权量2000件。", head=head, rest=rest)
    assert told(parsed) == [("专利授权量", "2030", "year", "2000 件")]


@pytest.mark.parametrize("who", ["“十五五”规划提出", "根据全省统一部署,", "上级要求"])
def test_what_was_set_for_an_earlier_year_is_no_result(who: str) -> None:
    assert not read(f"{who}到2030年底,有效发明专利达到5000件。").records


def test_a_total_beside_what_was_added_is_a_state() -> None:
    assert told(read("“十五五”期间,新增示范企业20家,总数达到50家。")) == [
        ("新增示范企业", FIVE, "cumulative", "20 家"),
        ("示范企业", LAST, "point_in_time", "50 家"),
    ]


def test_goals_tasks_and_principles_state_no_result() -> None:
    tasks = "二、主要任务\n“十五五”期间,专利授权量5000件。\n三、发展目标\n截至2030年底,有效发明专利4321件。\n"
    assert not read("工作扎实推进。", rest=tasks).records


def test_what_stands_below_a_heading_of_history_is_history_until_tasks_begin() -> None:
    parsed = read(
        "“十五五”期间,全市工作扎实推进。\n(一)保护不断加强。查处商标侵权案件210件。\n(二)下一步任务。查处专利案件400件。"
    )
    assert told(parsed) == [("查处商标侵权案件", FIVE, "cumulative", "210 件")]


def test_the_years_of_the_results_do_not_reach_into_the_outlook() -> None:
    parsed = read("(一)主要成效。“十五五”期间,专利授权量5000件。\n(二)面临形势。全球竞争日趋激烈,专利申请量30000件。")
    assert told(parsed) == [("专利授权量", FIVE, "cumulative", "5000 件")]


def test_a_part_after_a_named_year_is_not_dated_by_the_years_before() -> None:
    parsed = read("“十五五”期间,专利授权量5000件。2028年,商标注册量800件。作品登记300件。")
    assert [label for label, *_ in told(parsed)] == ["专利授权量", "商标注册量"]


def test_a_copy_that_has_lost_its_line_ends_states_the_same() -> None:
    parts = ("“十五五”时期,工作扎实推进。", "截至2030年底,有效发明专利4321件。", "查处商标侵权案件210件。")
    assert told(read("\n".join(parts))) == told(read(" ".join(parts))) != []


def test_nothing_is_read_of_a_plan_that_says_neither_its_issue_nor_its_years() -> None:
    head = "甲市知识产权发展规划\n甲市人民政府\n为做好全市知识产权工作,制定本规划。\n"
    assert not read("截至2030年底,有效发明专利4321件。", head=head, rest="二、保障措施\n加强组织领导。\n").records


def test_the_eve_of_its_period_bounds_a_plan_without_a_date_of_issue() -> None:
    head = "甲市知识产权发展规划(2031-2035年)\n甲市人民政府\n为做好全市知识产权工作,制定本规划。\n"
    parsed = read("截至2030年底,有效发明专利4321件。2031年3月底,有效发明专利4400件。", head=head)
    assert told(parsed) == [("有效发明专利", LAST, "point_in_time", "4321 件")]


def test_a_number_that_a_line_end_cuts_is_not_read_in_part() -> None:
    assert not read("“十五五”期间,有效发明专利584件,比2025年增长24\n4.2%。").records[1:]


# --- baselines of tables ----------------------------------------------------------------------------------------------

LOST = """指标名称2030年基期值2035年目标值责任单位
每万人口发明专利拥有量(件)9.215市市场监管局
专利质押融资金额(亿元)1.512市金融局
满意度稳步提高市市场监管局
"""


def test_a_glued_baseline_is_read_where_it_is_proved_and_only_there() -> None:
    parsed = read("工作扎实推进。", rest=GOALS.replace("三、", f"{LOST}三、"))
    assert told(parsed) == [("每万人口发明专利拥有量", "2030", "point_in_time", "9.2 件")]
    assert parsed.records[0].note == "split: the same target in prose"


def table(*cells: str, header: str = "2030年") -> bytes:
    rows = "".join(f"<tr>{row}</tr>" for row in cells)
    columns = f"<td>指标名称</td><td>单位</td><td>{header}</td><td>2035年目标</td>"
    body = "".join(f"<p>{line}</p>" for line in (HEAD + "一、发展目标\n到2035年,建成强市。").split("\n"))
    return f"<html><body>{body}<table>{columns}{rows}</table><p>二、保障措施</p></body></html>".encode()


def tr(*cells: str) -> str:
    return "".join(f"<td>{cell}</td>" for cell in cells)


def test_the_baseline_column_of_a_table_is_read_and_the_target_column_is_not() -> None:
    body = table(
        tr("专利质押融资金额", "亿元", "1.8", "5"),
        tr("示范企业(累计)", "家", "20", "≥30"),
        tr("满意度", "分", "", "85"),
        tr("专利密集型产业增加值占GDP比重", "%", "11.6[1]", "13"),
    )
    parsed = PlanDocumentParser().parse(Page(body))
    assert told(parsed) == [
        ("专利质押融资金额", "2030", "year", "1.8 亿元"),
        ("示范企业", LAST, "cumulative", "20 家"),
        ("专利密集型产业增加值占GDP比重", "2030", "year", "11.6 %"),
    ]
    assert [(r.table_no, r.row_no, r.column_no, r.quote) for r in parsed.records] == [
        (1, 2, 3, "1.8"),
        (1, 3, 3, "20"),
        (1, 5, 3, "11.6[1]"),
    ]


def test_glosses_in_a_cell_are_no_part_of_the_name() -> None:
    body = table(tr("知识产(chǎn)权质押融资金额", "亿元", "1.8", "5"))
    assert told(PlanDocumentParser().parse(Page(body))) == [("知识产权质押融资金额", "2030", "year", "1.8 亿元")]


def test_a_baseline_without_a_year_keeps_its_period_open_and_an_interim_target_is_none() -> None:
    row_ = tr("有效发明专利", "件", "1800", "5000")
    record = PlanDocumentParser().parse(Page(table(row_, header="现状值"))).records[0]
    assert (record.period, record.period_kind, record.note) == (None, None, "the table does not say of which year")
    assert not PlanDocumentParser().parse(Page(table(row_, header="2033年"))).records
    copied = table(row_, header="2033年").replace("2031年6月20日".encode(), "2036年6月20日".encode())
    assert not PlanDocumentParser().parse(Page(copied)).records


PARTS = st.sampled_from(
    ["“十五五”期间,", "截至2030年底,", "目前,", "全市", "专利授权量", "有效发明专利", "达", "12件", "3.4万件", "、",
     ",", "。", "比2025年增长5%", "是“十四五”末的2倍", "拥有乙县、丙县2个示范县", "各1家", "(一)", "\n",
     " ", "?", "到2035年"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, max_size=30))
def test_no_history_breaks_the_parser_and_no_quote_is_invented(parts: list[str]) -> None:
    text = f"{HEAD}一、发展基础\n{''.join(parts)}\n{GOALS}"
    try:
        parsed = PlanDocumentParser().parse(Page(text.encode()))
    except Refusal:
        return
    for record in parsed.records:
        assert text[record.start : record.end].replace("\n", "") == record.quote
        assert record.period is None or record.period[:4] <= "2031"
        assert record.period_kind in (None, *PeriodKind)

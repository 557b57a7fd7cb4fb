"""Layouts that PAGE_FORMATS describes and the archive does not hold, laid out with made-up figures."""

from __future__ import annotations

import pytest
from table_pages import cells, html_page, table

from scrapers.captures import Knowledge
from scrapers.checks import check_page
from scrapers.page_reading import parse_page
from scrapers.parsers.cnipa_yearbook import CnipaYearbookParser
from scrapers.parsers.nbs_export import NbsExportParser
from scrapers.parsers.region_table import RegionTableParser
from scrapers.records import Page, PeriodKind, Refusal, Verdict
from scrapers.tables.names import provinces
from scrapers.tables.sources import content_of
from scrapers.tables.text_rows import text_grids

CUMULATIVE, YEAR, MONTH, STOCK = (
    PeriodKind.CUMULATIVE,
    PeriodKind.YEAR,
    PeriodKind.MONTH,
    PeriodKind.POINT_IN_TIME,
)


def test_yearbook_of_2003_with_one_cell_labels_and_cities_in_brackets() -> None:
    page = html_page(
        table(["2003专利统计年报"])
        + table(
            "<tr><td rowspan=2>地　区</td><td colspan=2>总累计</td><td colspan=2>2003年</td></tr>",
            "<tr><td>职务</td><td>非职务</td><td>职务</td><td>非职务</td></tr>",
            ["全国总计", 90, 60, 9, 6],
            ["内蒙", 50, 30, 5, 3],
            ["(广州)", 40, 30, 4, 3],
        ),
        title="2003专利统计年报",
        url="https://english.cnipa.gov.cn/jianbao/year2003/c/c1.html",
    )
    found = cells(CnipaYearbookParser().parse(page))
    assert found["内蒙", "总累计 / 职务", "2003-12-31"].period_kind is CUMULATIVE
    assert found["内蒙", "非职务", "2003"].value == 3
    assert found["(广州)", "职务", "2003"].value == 4


def test_lower_case_percentage_rows_and_code_row() -> None:
    page = html_page(
        "<p>国内发明专利授权<br>domestic grants for inventions</p><p>表号:专授表5</p><p>1985.12- 2010.12</p>"
        + table(
            "<tr><td rowspan=2>地区 regions</td><td colspan=2>2010</td></tr>",
            "<tr><td>合计<br>total</td><td>大专<br>院校<br>A*</td></tr>",
            ["全国总计", 200, 50],
            ["total", "100.0%", "25.0%"],
            ["北京", 200, 50],
            ["beijing", "100%", "25%"],
        ),
        title="2010专利统计年报",
    )
    parsed = CnipaYearbookParser().parse(page)
    assert parsed.records[0].table_title == "国内发明专利授权"
    assert {r.measure_label for r in parsed.records} == {"合计", "大专院校"}
    percentages = [(r.region_label, r.value_text, r.unit_label) for r in parsed.records if r.is_percentage_row]
    assert percentages[-1] == ("北京", "25%", "%")


def test_rows_of_flows_and_stocks_in_one_table() -> None:
    page = html_page(
        "<p>国内外三种专利申请受理、授权、有效状况</p><p>1985.4-2013.12</p>"
        + table(
            "<tr><td colspan=2 rowspan=2>按国内外分组</td><td colspan=2>发明</td></tr>",
            "<tr><td>数量</td><td>构成 %</td></tr>",
            "<tr><td rowspan=3>合计</td><td>受理</td><td>300</td><td>100.0%</td></tr>",
            ["授权", 200, "100.0%"],
            ["有效", 100, "100.0%"],
            "<tr><td rowspan=3>国内</td><td>受理</td><td>250</td><td>100/83.3</td></tr>",
            ["授权", 150, "100/75.0"],
            ["有效", 90, "100/90.0"],
        ),
        title="2013专利统计年报",
    )
    found = cells(CnipaYearbookParser().parse(page))
    assert found["合计", "发明 / 数量 / 受理", "2013-12"].period_kind is CUMULATIVE
    assert found["国内", "发明 / 数量 / 有效", "2013-12"].period_kind is STOCK
    assert found["国内", "发明 / 构成 / 授权", "2013-12"].value == 100
    second = found["国内", "发明 / 构成 / 授权 / 占合计", "2013-12"]
    assert (second.value, second.unit_label, second.value_text) == (75, "%", "100/75.0")


def test_header_of_digits_only_is_a_header() -> None:
    page = html_page(
        "<p>7-4 Distribution of Agencies</p><p>(Unit: piece)</p>"
        + table(["Regions", 2021, 2022], ["Total", 4003, 4010], ["Beijing", 2001, 2005], ["其他", 2002, 2005]),
        title="China Intellectual Property Statistical Yearbook 2022",
    )
    found = cells(CnipaYearbookParser().parse(page))
    assert found["Beijing", "Distribution of Agencies", "2021"].value == 2001
    assert found["其他", "Distribution of Agencies", "2022"].unit_label == "piece"
    assert len(found) == 6


def test_bilingual_cell_is_one_label_and_blank_cells_stay_blank() -> None:
    page = html_page(
        "<p>3-7 国内有效发明专利(2023年)</p><p>单位:件 (piece)</p>"
        + table(
            ["地区<br>Regions", "合计<br>Total", "企业<br>Enterprises", "个人<br>Individuals"],
            ["全国总计 Total", 12, 7, 5],
            ["北京  Beijing", 7, 7, ""],
            ["香港 Hong Kong", 5, "", 5],
        ),
        title="2023知识产权统计年报",
    )
    found = cells(CnipaYearbookParser().parse(page))
    assert found["北京Beijing", "企业", "2023"].value == 7
    assert ("北京Beijing", "个人", "2023") not in found
    assert found["香港HongKong", "个人", "2023"].value == 5
    assert found["香港HongKong", "个人", "2023"].unit_label == "件"


def test_years_that_are_not_consecutive_are_columns() -> None:
    page = html_page(
        "<p>6-4 PCT国际专利申请受理量</p><p>单位:件 | (Unit: piece)</p>"
        + table(
            "<tr><td colspan=2>地区 Regions</td><td>2018年</td><td>2022年</td><td>2023年</td></tr>",
            ["合计", "Total", 30, 40, 50],
            ["北京", "Beijing", 10, 20, 30],
            ["上海", "Shanghai", 20, 20, 20],
        ),
        title="2023知识产权统计年报",
    )
    found = cells(CnipaYearbookParser().parse(page))
    assert [found["北京", "PCT国际专利申请受理量", y].value for y in ("2018", "2022", "2023")] == [10, 20, 30]


def test_month_year_and_total_blocks_of_unequal_width() -> None:
    page = html_page(
        "<p>国内外发明专利申请受理状况表</p><p>2014年8月</p><p>单位：件</p>"
        + table(
            "<tr><td rowspan=2 colspan=2>按国内外分组</td><td colspan=2>当月</td><td colspan=3>当年累计</td>"
            "<td>总累计</td></tr>",
            "<tr><td>受理量</td><td>构成</td><td>受理量</td><td>构成</td><td>同比增长</td><td>受理量</td></tr>",
            "<tr><td rowspan=2>合计</td><td>小计</td><td>10</td><td>100%</td><td>80</td><td>100%</td><td>5%</td>"
            "<td>900</td></tr>",
            ["职务", 6, "60%", 50, "62.5%", "4%", 500],
        ),
    )
    found = cells(RegionTableParser().parse(page))
    assert found["合计", "当月 / 受理量 / 小计", "2014-08"].period_kind is MONTH
    assert found["合计", "当年累计 / 同比增长 / 职务", "2014-01..2014-08"].value == 4
    assert found["合计", "总累计 / 受理量 / 小计", "2014-08"].period_kind is CUMULATIVE


def test_group_label_in_the_middle_row_of_its_group() -> None:
    body = []
    for group in ("Total", "Domestic", "Foreign"):
        for i, kind in enumerate(("Sub-total", "Service", "Non-service")):
            body.append([group if i == 1 else "", kind, 10 + i, 20 + i])
    page = html_page(
        "<p>Table 1 Applications for Inventions</p><p>April 2017</p>"
        + table(["", "", "Monthly Total", "Yearly Total"], *body)
    )
    found = cells(RegionTableParser().parse(page))
    assert found["Domestic", "Monthly Total / Sub-total", "2017-04"].value == 10
    assert found["Foreign", "Yearly Total / Non-service", "2017-01..2017-04"].value == 22


def test_words_broken_over_two_header_rows_are_joined() -> None:
    page = html_page(
        "<p>2007年1月专利申请状况</p>"
        + table(
            ["地区", "实用", "外观", "大专"],
            ["", "新型", "设计", "院校"],
            ["全国", 3, 3, 3],
            ["北京", 1, 1, 1],
            ["上海", 2, 2, 2],
        )
    )
    assert {m for _, m, _ in cells(RegionTableParser().parse(page))} == {"实用新型", "外观设计", "大专院校"}


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (html_page(table(["北京", 11], ["上海", 12], ["天津", 13])), "no_header"),
        (html_page("<p>2020年专利授权量</p>" + table(["地区", "职务"], [11, 12], [13, 14], [15, 16])), "no_table"),
        (
            html_page(
                "<p>2020年专利授权量</p>"
                + table(["地区", "职务"], ["北京", 1, 11], ["上海", 2, 12], ["天津", 3, 13], ["河北", 4, 14])
            ),
            "header_data_mismatch",
        ),
        (
            html_page(
                "<p>单位：件</p><p>单位：万件</p>" + table(["地区", "2020年"], ["北京", 11], ["上海", 12], ["天津", 13])
            ),
            "unit_conflict",
        ),
        (html_page(table(["地区", "2020年"], ["北京", 11], ["上海", 12], ["天津", 13])), "subject_unknown"),
        (html_page("<p>专利授权量</p>" + table(["类别", "2020年"], ["甲", 11], ["乙", 12], ["丙", 13])), "no_region"),
        (html_page("<p>nothing here</p>" + table(["a", "b"])), "no_table"),
    ],
)
def test_tables_that_cannot_be_explained_are_refused_with_a_code(page: Page, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        RegionTableParser().parse(page)
    assert refusal.value.code == code


def test_header_that_lost_a_cell_is_refused_not_shifted() -> None:
    page = html_page(
        "<p>2020年专利授权量</p>"
        + table(
            "<tr><td rowspan=2>地区</td><td colspan=3>2020</td></tr>",
            ["合计", "职务"],
            ["全国", 9, 6, 3],
            ["北京", 9, 6, 3],
            ["上海", 0, 0, 0],
        )
    )
    with pytest.raises(Refusal, match="ends before column"):
        RegionTableParser().parse(page)


def test_rows_that_lost_their_label_or_a_cell_are_refused_and_reported() -> None:
    page = html_page(
        "<p>2021年2月湖南省有效发明专利统计表</p>"
        + table(
            ["地 区", "职务", "非职务"],
            ["长沙市", 11, 12],
            ["株洲市", 13],
            ["湘潭市", 15, 16],
            ["衡阳市", 17, 18],
            ["邵阳市", 19, 20],
            *[[f"第{n}市", n, n] for n in range(11, 15)],
            ["", 21, 22],
            [100, 88],
        )
    )
    parser, parsed = parse_page(page)
    assert parser.name == "prefecture_table"
    found = {r.region_label for r in parsed.records}
    assert found == {"长沙市", "湘潭市", "衡阳市", "邵阳市", *(f"第{n}市" for n in range(11, 15))}
    assert [f.check for f in parsed.findings if not f.passed][:3] == [
        "row_width",
        "row_without_label",
        "row_without_label",
    ]
    assert len(parsed.leftovers) == 3
    assert parsed.verdict is Verdict.INCOMPLETE


def test_damaged_cell_takes_its_whole_row_out() -> None:
    page = html_page(
        "<p>2020年专利授权量</p>"
        + table(["地区", "职务", "非职务"], *[[f"第{n}县", n, n] for n in range(1, 9)], ["第九县", "?9", 9])
    )
    parsed = RegionTableParser().parse(page)
    assert "第九县" not in {r.region_label for r in parsed.records}
    assert "第九县" in parsed.leftovers[0]


def test_period_line_that_contradicts_the_title_is_noted_and_flagged() -> None:
    page = html_page(
        "<h1>2022年1-5月专利授权情况</h1><p>2022年1-4月</p>"
        + table(["地区", "授权量"], ["全国", 30], ["北京", 10], ["上海", 20])
    )
    parsed = check_page(RegionTableParser().parse(page))
    assert (parsed.verdict, parsed.reason) == (Verdict.CONTRADICTORY, "period_conflict")
    assert {r.period for r in parsed.records} == {"2022-01..2022-04"}
    assert all(r.note and "1-5月" in r.note for r in parsed.records)


def test_title_dated_other_than_the_header_is_flagged() -> None:
    page = html_page(
        "<h1>2020年12月湖南省有效发明专利统计表</h1>"
        + table(["地 区", "2020年11月", "职务"], ["全省", 30, 30], ["长沙市", 10, 10], ["株洲市", 20, 20])
    )
    _, parsed = parse_page(page)
    assert (parsed.verdict, parsed.reason) == (Verdict.CONTRADICTORY, "period_conflict")


def test_chinese_and_english_name_of_two_regions_in_one_row() -> None:
    names = [(p.name, "Shanghai" if p.name == "北京" else "") for p in provinces()[:8]]
    page = html_page(
        "<p>2009年专利授权量</p>"
        + table(
            "<tr><td colspan=2>地区 Regions</td><td>发明</td></tr>",
            *[[name, english or "x", n] for n, (name, english) in enumerate(names, start=10)],
        )
    )
    _, parsed = parse_page(page)
    assert "北京" not in {r.region_label for r in parsed.records}
    assert parsed.reason == "row_labels_disagree"


HUNAN = [
    ["长沙市", "30", "20", "10", "800.5"],
    ["株洲市", "12", "8", "4", "-"],
    ["其 他", "3", "2", "1", "-"],
    ["全 省", "45", "30", "15", "6900.5"],
]
HUNAN_TITLE = "<h1>2023年8月湖南省有效发明专利统计表</h1>"


@pytest.mark.parametrize(
    "body",
    [
        "".join(
            f"<p>{w}</p>" for w in ["地 区", "2023年", "职 务", "非职务", "常住人口", "8月", "企业", "个人", "（万人）"]
        )
        + "".join(f"<p>{cell}</p>" for row in HUNAN for cell in row),
        "<p>地 区 2023年 职 务 非职务 常住人口</p><p>8月 企业 个人 （万人）</p>"
        + "".join(f"<p>{' '.join(row)}</p>" for row in HUNAN),
        "<p>地 区 | 2023年 | 职 务 | 非职务 | 常住人口</p><p> | 8月 | 企业 | 个人 | （万人）</p>"
        + "".join(f"<p>{' | '.join(row)}</p>" for row in HUNAN),
    ],
    ids=["one value a line", "one row a line", "cells between bars"],
)
def test_table_without_markup(body: str) -> None:
    found = cells(parse_page(html_page(HUNAN_TITLE + body))[1])
    assert found["全省", "有效发明专利", "2023-08"].value == 45
    assert found["长沙市", "职务 / 企业", "2023-08"].value == 20
    assert found["长沙市", "非职务 / 个人", "2023-08"].value == 10
    assert found["全省", "常住人口", "2023-08"].unit_label == "万人"
    assert len(found) == 14


def test_short_row_of_a_text_table_is_refused() -> None:
    rows = [*HUNAN[:2], ["其 他", "3", "2"], HUNAN[3], ["湘潭市", "1", "1", "0", "9"]]
    body = "<p>地 区 合计 职务 非职务 常住人口</p>" + "".join(f"<p>{' '.join(row)}</p>" for row in rows)
    _, parsed = parse_page(html_page(HUNAN_TITLE + body))
    assert "其他" not in {r.region_label for r in parsed.records}
    assert parsed.verdict is Verdict.INCOMPLETE


def test_text_table_with_an_unexplained_header_is_refused() -> None:
    body = "<p>地 区</p><p>甲</p><p>乙</p><p>丙</p><p>丁</p>" + "".join(f"<p>{c}</p>" for row in HUNAN for c in row[:4])
    with pytest.raises(Refusal) as refusal:
        text_grids(content_of(html_page(body)))
    assert refusal.value.code == "header_not_explained"


NBS = (
    "数据库：分省年度数据\n{indicator}时间：最近3年\n地区,2024年,2023年,\n北京市,2183,2186,\n天津市,1364,,\n河北省,7378,7393,\n"
    "数据来源：国家统计局"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_export_in_any_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    text = NBS.format(indicator="指标：年末常住人口(万人)\n").replace(",", delimiter)
    found = cells(NbsExportParser().parse(Page(text.encode(encoding))))
    assert found["北京市", "年末常住人口", "2024"].unit_label == "万人"
    assert found["河北省", "年末常住人口", "2023"].period_kind is STOCK
    assert len(found) == 5


def test_export_without_indicator_needs_a_title_that_names_it_with_its_unit() -> None:
    body = NBS.format(indicator="").encode()
    for title, code in ((None, "indicator_unknown"), ("分省年度数据 专利授权量", "unit_unknown")):
        with pytest.raises(Refusal) as refusal:
            NbsExportParser().parse(
                Page(body, knowledge=html_page("", title="").knowledge.model_copy(update={"title": title}))
            )
        assert refusal.value.code == code
    named = Page(
        body, knowledge=html_page("").knowledge.model_copy(update={"title": "分省年度数据 专利授权量(件)(缺说明行)"})
    )
    found = cells(NbsExportParser().parse(named))
    assert found["北京市", "专利授权量", "2024"].unit_label == "件"
    assert found["北京市", "专利授权量", "2024"].table_title == "分省年度数据 专利授权量(件)"


def test_export_of_another_indicator_than_asked_for_is_refused() -> None:
    body = NBS.format(indicator="指标：年末常住人口(万人)\n").encode()
    with pytest.raises(Refusal) as refusal:
        NbsExportParser().parse(Page(body, knowledge=Knowledge(title="分省年度数据 专利授权量(件)")))
    assert refusal.value.code == "not_what_was_asked"


def test_export_of_one_region_has_indicators_as_rows() -> None:
    text = (
        "数据库：分省年度数据\n地区：四川省\n时间：最近2年\n指标,2023年,2022年\n年末常住人口(万人),8368,8374\n"
        "专利授权量(件),113073,135507\n数据来源：国家统计局"
    )
    found = cells(NbsExportParser().parse(Page(text.encode())))
    assert found["四川省", "年末常住人口", "2022"].period_kind is STOCK
    assert found["四川省", "专利授权量", "2022"].period_kind is YEAR
    assert found["四川省", "专利授权量", "2022"].unit_label == "件"


def test_spreadsheet_name_does_not_decide_what_the_bytes_are() -> None:
    text = NBS.format(indicator="指标：年末常住人口(万人)\n")
    page = Page(text.encode(), url="https://example.test/export.xls")
    assert parse_page(page)[0].name == "nbs_export"
    markup = "<h1>2020年专利授权量</h1>" + table(
        ["地区", "授权量"], ["全国", 30], ["北京", 10], ["上海", 20], ["天津", 0]
    )
    inside = html_page(markup, url="https://example.test/table.xls", content_type="application/vnd.ms-excel")
    assert len(RegionTableParser().parse(inside).records) == 4


def test_yearbook_page_of_another_year_than_its_address_is_refused() -> None:
    page = html_page(
        "<p>国内专利有效量</p><p>2014.12</p>" + table(["地区", "发明"], ["全国总计", 30], ["北京", 10], ["上海", 20]),
        url="https://www.cnipa.gov.cn/tjxx/jianbao/year2013/c/c3.html",
    )
    with pytest.raises(Refusal) as refusal:
        CnipaYearbookParser().parse(page)
    assert refusal.value.code == "not_what_was_asked"

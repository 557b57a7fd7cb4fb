"""Tables of provinces, cities and counties as real pages print them, of pages that the archive does not hold."""

from __future__ import annotations

import pytest
from table_markup import MONTH, STOCK, TO_DATE, YEAR, failed, read, row, span
from table_pages import cells, html_page, table

from scrapers.page_reading import parse_page
from scrapers.parsers.region_table import RegionTableParser
from scrapers.records import Page, PeriodKind, Refusal, Verdict


def test_cells_between_bars_with_a_header_that_breaks_its_lines() -> None:
    lines = [
        "2025年7月湖南省有效发明专利统计表 | ||||||||||",
        "地 区 | 有效发明 专利量 |",
        "职 务 | 非职务 | 常住人口 (万人) |",
        "专利密度 (件/万人) |",
        "排名 | ||||",
        "大专院校 | 科研单位 | 工矿企业 | 机关团体 | 职务总计 | 个人 | |||||",
        "长沙市 | 81989 | 30783 | 1713 | 46995 | 1270 | 80761 | 1228 | 1061.65 | 77.23 | 1 |",
        "株洲市 | 13694 | 603 | 881 | 12066 | 16 | 13566 | 128 | 383.78 | 35.68 | 2 |",
        "湘潭市 | 8572 | 4402 | 10 | 4048 | 15 | 8475 | 97 | 269.18 | 31.84 | 3 |",
        "其 他 | 9 | 0 | 0 | 8 | 0 | 8 | 1 | - | - | |",
        "全 省 | 104264 | 35788 | 2604 | 63117 | 1301 | 102810 | 1454 | 1714.6 | 60.81 | |",
    ]
    title = "2025年7月湖南省有效发明专利统计表"
    parser, parsed = parse_page(html_page("".join(f"<p>{line}</p>" for line in lines), title=title))
    found = cells(parsed)
    assert (parser.name, parsed.verdict) == ("prefecture_table", Verdict.ACCEPTED)
    assert found["全省", "有效发明专利量", "2025-07"].value == 104264
    assert found["长沙市", "职务 / 职务总计", "2025-07"].value == 80761
    assert found["长沙市", "专利密度", "2025-07"].unit_label == "件/万人"
    assert found["湘潭市", "专利密度 / 排名", "2025-07"].value == 3
    assert ("其他", "专利密度", "2025-07") not in found


def test_individuals_under_service_inventions_are_a_swapped_header() -> None:
    page = html_page(
        "<h1>2023年8月湖南省有效发明专利统计表</h1>"
        + table(
            row(span("地 区", 1, 2), span("职 务", 2), "非职务"),
            row("工矿企业", "个人", "职务总计"),
            ["长沙市", 2384, 3163, 144],
            ["株洲市", 477, 521, 49],
            ["湘潭市", 218, 337, 31],
        )
    )
    with pytest.raises(Refusal, match="cannot be"):
        RegionTableParser().parse(page)


COUNTY_HEAD = (
    row(span("县(区)", 1, 2), span("专利类型", 5), span("同比<br>增长100%", 1, 2), span("申请人类型", 2)),
    row("当年累计", "月累计", "发明", "实用<br>新型", "外观<br>设计", "工矿<br>企业", "个人"),
)


def counties(rows: list[list[object]]) -> Page:
    return html_page(
        "<p>表七</p><p>2013年6月份吉林省各县(区)专利授权状况统计表           单位:件</p>" + table(*COUNTY_HEAD, *rows)
    )


COUNTIES: list[list[object]] = [
    ["南关区", 114, 16, 3, 10, 3, 46.2, 1, 15],
    ["朝阳区", 1014, 151, 60, 85, 6, 32.2, 36, 115],
    ["二道区", 376, 85, 44, 41, 0, 23.3, 24, 61],
    ["绿园区", 324, 45, 6, 30, 9, -20.6, 37, 8],
    ["伊通满族<br>自治县", 2, 0, 0, 0, 0, -33.3, 0, 0],
    ["船营区", 54, 11, 1, 8, 2, -8.5, 0, 11],
]


def test_county_table_tells_month_and_year_apart_and_leaves_out_growth_of_nothing_named() -> None:
    parsed = read(counties(COUNTIES))
    found = cells(parsed)
    assert found["伊通满族自治县", "专利类型 / 当年累计", "2013-01..2013-06"].period_kind is TO_DATE
    assert found["朝阳区", "专利类型 / 月累计", "2013-06"].period_kind is MONTH
    assert found["朝阳区", "申请人类型 / 个人", "2013-06"].value == 115
    assert not any("增长" in measure for _, measure, _ in found)
    assert any("同比增长" in text for text in parsed.leftovers)
    assert parsed.verdict is Verdict.ACCEPTED


def test_figure_that_breaks_a_sum_which_all_other_rows_show_is_found() -> None:
    rows = [list(r) for r in COUNTIES]
    rows[1][4] = 5  # 85 lost its first digit
    assert "sum_over_columns" in failed(read(counties(rows)))


def test_notice_with_its_table_inline_is_dated_by_the_title_of_the_table() -> None:
    groups = (span("专利类型", 3), span("职务/非职务", 2), span("合计授权量", 1, 2))
    page = html_page(
        "<h1>关于印发2023年全省专利授权量等统计数据的通知</h1><p>浙江省市场监督管理局</p><p>2024年2月27日</p>"
        "<p>附件1</p><p>2023年全省各地区专利授权量</p><p>单位:件</p>"
        + table(
            row(span("地区", 1, 2), span("市县<br>名称", 1, 2), *groups),
            row("发明", "实用<br>新型", "外观<br>设计", "职务", "非职务"),
            row(span("杭州", 1, 4), "市本级", "31459", "55645", "15976", "99516", "3564", "103080"),
            ["桐庐县", 221, 1784, 453, 2282, 176, 2458],
            ["淳安县", 116, 431, 68, 532, 83, 615],
            ["合计", 31796, 57860, 16497, 102330, 3823, 106153],
            row(span("宁波", 1, 4), "市本级", "1478", "3524", "1401", "5832", "571", "6403"),
            ["余姚市", 185, 1052, 285, 1441, 81, 1522],
            ["宁海县", 894, 3627, 399, 4784, 136, 4920],
            ["合计", 2557, 8203, 2085, 12057, 788, 12845],
        )
    )
    parsed = read(page)
    found = cells(parsed)
    assert parsed.verdict is Verdict.ACCEPTED
    assert found["杭州市本级", "专利类型 / 发明", "2023"].period_kind is YEAR
    assert found["宁波", "合计授权量", "2023"].value == 12845
    assert found["淳安县", "职务/非职务 / 非职务", "2023"].value == 83


@pytest.mark.parametrize(("place", "figure"), [(1, 5212), (3, 58913)])
def test_city_must_be_the_sum_of_its_own_districts_and_counties(place: int, figure: int) -> None:
    """Hangzhou 2023 with its first districts taken together; one digit of a district, then of the city, is changed."""
    rows = [
        ["上城区", 1478, 3524, 1401],
        ["其余各区", 29981, 52121, 14575],
        ["桐庐县", 522, 3267, 806],
        ["合计", 31981, 58912, 16782],
    ]

    def page() -> Page:
        body = [row(span("杭州", 1, 5), "市本级", "31459", "55645", "15976"), *rows]
        head = ["地区", "市县名称", "发明", "实用新型", "外观设计"]
        return html_page("<p>2023年全省各地区专利授权量</p><p>单位:件</p>" + table(head, *body))

    assert "city_over_province" not in failed(read(page()))
    rows[place][2] = figure
    assert "city_over_province" in failed(read(page()))


def test_towns_under_no_header_are_regions_where_the_title_says_so() -> None:
    head = ["发明", "去年发明", "发明增长率%", "总计", "2015年1-11月", "同比增长%"]
    page = html_page(
        "<h1>关于发布2016年11月我市各镇区专利申请受理量的通报</h1>"
        + table(
            row(span("2016年1-11月中山市各镇区专利申请受理统计表", 7)),
            row(span("", 1, 2), span("申请受理", 6)),
            row(*head),
            ["火炬", 2181, 1817, 20.03, 4343, 3951, 9.92],
            ["石岐", 287, 108, 165.74, 701, 823, -14.82],
            ["小榄", 531, 412, 28.88, 3159, 2467, 28.05],
        )
    )
    found = cells(read(page))
    now, before = "2016-01..2016-11", "2015-01..2015-11"
    assert found["小榄", "申请受理 / 总计", now].value == 3159
    assert found["小榄", "申请受理 / 去年发明", before].value == 412
    assert found["小榄", "申请受理", before].value == 2467
    assert str(found["石岐", "申请受理 / 发明增长率", now].value) == "165.74"
    assert {kind.period_kind for kind in found.values()} == {TO_DATE}


def test_rank_in_front_is_of_the_column_that_it_orders() -> None:
    rows = [[1, "徐汇", 6510, 2264, 2.88], [2, "长宁", 5281, 2002, 2.64], [3, "杨浦", 8243, 3718, 2.22]]
    page = html_page(
        "<p>2019年上半年各区商标活跃情况排名表</p>"
        + table(
            ["排名", "区域", "新增注册商标(件)", "新增市场主体(户)", "每新增1户同时新增注册商标(件)"],
            *rows,
            row(span("全市", 2), "20034", "7984", "2.51"),
        )
    )
    parsed = read(page)
    found = cells(parsed)
    assert parsed.verdict is Verdict.ACCEPTED
    assert found["杨浦", "每新增1户同时新增注册商标 / 排名", "2019-01..2019-06"].value == 3
    assert found["全市", "新增市场主体", "2019-01..2019-06"].unit_label == "户"


def test_growth_after_several_years_is_that_of_the_newest() -> None:
    rows = [[1, "深圳", 31135, 25712, "21%"], [2, "广州", 15095, 12132, "24%"], [3, "东莞", 8714, 7930, "10%"]]
    page = html_page("<p>附表1 各地区获得的发明专利数量</p>" + table(["", "地区", "2020", "2019", "增长率"], *rows))
    found = cells(read(page))
    assert found["广州", "各地区获得的发明专利数量 / 增长率", "2020"].value == 24
    assert found["广州", "各地区获得的发明专利数量", "2019"].value == 12132


def test_years_as_rows_stay_years_beside_a_damaged_label() -> None:
    page = html_page(
        "<p>14-8 各类型专利申请情况(1985-2004年)</p><p>福建省 单位:项</p>"
        + table(["年份", "申请数", "发明"], [1985, 137, 74], ["?986", 195, 67], [1987, 305, 84], [1988, 420, 90])
    )
    parsed = read(page)
    assert {r.period for r in parsed.records} == {"1985", "1987", "1988"}
    assert "row_without_period" in failed(parsed)


def test_column_that_no_row_fills_with_a_cell_has_lost_one_in_every_row() -> None:
    page = html_page(
        "<p>2020年专利授权量</p>"
        + table(["地区", "发明", "实用新型", "外观设计"], ["长沙市", 1, 2], ["株洲市", 3, 4], ["湘潭市", 5, 6])
    )
    with pytest.raises(Refusal, match="no row has a cell"):
        RegionTableParser().parse(page)


@pytest.mark.parametrize(
    ("unit", "figures", "check"),
    [
        ("万件", ["3109", "598", "238", "0"], "unit_implausible"),
        ("件", ["20.03", "5", "4", "3"], "count_with_decimals"),
    ],
)
def test_figures_that_cannot_be_in_their_unit(unit: str, figures: list[str], check: str) -> None:
    rows = [[f"第{n}市", figure, figure, figure] for n, figure in enumerate(figures)]
    page = html_page(f"<p>2020年专利授权情况 单位：{unit}</p>" + table(["地区", "发明", "实用新型", "外观设计"], *rows))
    assert check in failed(read(page))


def periods_of(
    title: str, head: list[str], figures: list[str]
) -> dict[str, list[tuple[str | None, PeriodKind | None]]]:
    """Period and kind of every column by measure, of a table by city with these heads."""
    rows = [[city, *figures] for city in ("郑州市", "开封市", "洛阳市")]
    parsed = RegionTableParser().parse(html_page(f"<h1>{title}</h1><p>单位：件</p>" + table(["地区", *head], *rows)))
    found: dict[str, list[tuple[str | None, PeriodKind | None]]] = {}
    for record in parsed.records:
        if record.region_label == "郑州市":
            found.setdefault(record.measure_label, []).append((record.period, record.period_kind))
    return found


def test_growth_belongs_to_the_column_whose_earlier_period_is_printed() -> None:
    head = ["2020年9月", "2020年1-9月", "2019年1-9月", "同比增长%"]
    found = periods_of("河南省2020年专利申请情况", head, ["100", "1200", "1100", "9.1"])
    assert found["专利申请 / 同比增长"] == [("2020-01..2020-09", TO_DATE)]
    assert found["专利申请"] == [
        ("2020-09", MONTH),
        ("2020-01..2020-09", TO_DATE),
        ("2019-01..2019-09", TO_DATE),
    ]


def test_accumulated_beside_that_of_last_year_is_the_year_to_date() -> None:
    found = periods_of("2020年1-9月各市专利授权量", ["当月", "累计", "去年同期累计"], ["100", "1200", "1100"])
    assert found["累计"] == [("2020-01..2020-09", TO_DATE)]
    assert found["去年同期累计"] == [("2019-01..2019-09", TO_DATE)]


def test_part_of_a_dated_column_has_its_period_and_a_range_of_months_is_no_month() -> None:
    head = ["截至2023年12月底有效发明专利", "2023年1-9月授权量", "其中:发明"]
    found = periods_of("2023年各市知识产权主要指标", head, ["1200", "200", "100"])
    assert found["截至2023年12月底有效发明专利"] == [("2023-12-31", STOCK)]
    assert found["2023年1-9月授权量"] == found["其中:发明"] == [("2023-01..2023-09", TO_DATE)]


def test_years_under_a_title_of_some_months_are_these_months() -> None:
    found = periods_of("2023年1-6月各市专利授权量", ["2023年", "2022年", "增长率(%)"], ["1200", "1100", "9.1"])
    assert found["各市专利授权量"] == [("2023-01..2023-06", TO_DATE), ("2022-01..2022-06", TO_DATE)]
    assert found["各市专利授权量 / 增长率"] == [("2023-01..2023-06", TO_DATE)]


def test_months_without_a_year_in_heads_and_titles_are_of_the_year_named() -> None:
    head = ["8月授权", "1-8月授权", "2022年1-8月授权", "增幅(%)"]
    found = periods_of("2023年8月份各市专利数据统计表", head, ["100", "1200", "1100", "9.1"])
    assert found["1-8月授权"] == found["1-8月授权 / 增幅"] == [("2023-01..2023-08", TO_DATE)]
    assert found["8月授权"] == [("2023-08", MONTH)]
    assert found["2022年1-8月授权"] == [("2022-01..2022-08", TO_DATE)]
    assert periods_of("各市1-8月专利授权统计(2023年)", ["授权数"], ["7"])["授权数"] == [("2023-01..2023-08", TO_DATE)]
    assert periods_of("2023年各市专利授权(截止12月31日)", ["授权数"], ["7"])["授权数"] == [("2023", YEAR)]


def test_against_the_period_of_last_year_is_growth_and_no_figure_of_that_period() -> None:
    found = periods_of(
        "2023年1—10月专利授权量", ["10月当月", "比上月", "1—10月", "比上年同期"], ["9", "1%", "90", "2%"]
    )
    assert found["10月当月 / 比上月"] == [("2023-10", MONTH)]
    assert found["专利授权量 / 比上年同期"] == [("2023-01..2023-10", TO_DATE)]
    found = periods_of(
        "2023年6月底有效发明专利", ["拥有量", "较上月增加", "同比增长(%)", "万人拥有量"], ["9", "1", "2", "3.2"]
    )
    assert set(found) == {"拥有量", "拥有量 / 较上月增加", "拥有量 / 同比增长", "万人拥有量"}


def test_a_month_in_one_head_does_not_date_the_others() -> None:
    head = ["12月授权量", "全年授权量", "2022年全年授权量", "同比"]
    found = periods_of("各市2023年专利授权统计", head, ["100", "1200", "1100", "9.1%"])
    assert found["12月授权量"] == [("2023-12", MONTH)]
    assert found["全年授权量"] == found["全年授权量 / 同比"] == [("2023", YEAR)]
    assert found["2022年全年授权量"] == [("2022", YEAR)]


def test_grants_under_the_date_of_a_stock_are_not_dated() -> None:
    head = ["有效发明专利", "授权量"]
    found = periods_of("各市2023年10月末有效发明专利及授权量", head, ["1200", "100"])
    assert found["有效发明专利"] == [("2023-10-31", STOCK)]
    assert found["授权量"] == [(None, None)]


def test_january_beside_later_months_is_not_held_against_the_year_to_date() -> None:
    rows = [[city, 100, 90, 190] for city in ("郑州市", "开封市", "洛阳市", "安阳市", "新乡市")]
    page = html_page("<h1>2023年1-2月各市专利授权量</h1>" + table(["地区", "1月", "2月", "1-2月"], *rows))
    assert "month_and_year" not in failed(read(page))

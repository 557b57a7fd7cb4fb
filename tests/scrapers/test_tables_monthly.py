"""Monthly, quarterly and county tables as real pages print them: layouts of pages that the archive does not hold."""

from __future__ import annotations

import pytest
from table_pages import cells, html_page, table

from scrapers.checks import check_page
from scrapers.parse import parse_page
from scrapers.parsers.region_table import RegionTableParser
from scrapers.records import Page, Parsed, PeriodKind, Refusal, Verdict
from scrapers.tables.names import provinces

MONTH, TO_DATE, YEAR, STOCK, CUMULATIVE = (
    PeriodKind.MONTH,
    PeriodKind.YEAR_TO_DATE,
    PeriodKind.YEAR,
    PeriodKind.POINT_IN_TIME,
    PeriodKind.CUMULATIVE,
)
ENGLISH = "https://english.cnipa.gov.cn/transfer/statistics/"


def span(text: str, columns: int = 1, rows: int = 1) -> str:
    return f'<td colspan="{columns}" rowspan="{rows}">{text}</td>'


def row(*cells_: str) -> str:
    return "<tr>" + "".join(c if c.startswith("<td") else f"<td>{c}</td>" for c in cells_) + "</tr>"


def read(page: Page) -> Parsed:
    return check_page(RegionTableParser().parse(page))


def failed(parsed: Parsed) -> set[str]:
    return {finding.check for finding in parsed.findings if not finding.passed}


# --- the patent office, by month --------------------------------------------------------------------------------------


def middle_labels(month: str, url: str) -> Page:
    """Table 1 of April 2017: the label of a group stands in the middle row of its three."""
    rows = [
        ["", "Sub-total", "79476", "100.0%", "365975", "100.0%"],
        ["Total", "Service", "69414", "87.3%", "323629", "88.4%"],
        ["", "Non-service", "10062", "12.7%", "42346", "11.6%"],
        ["", "Sub-total", "69059", "100/86.9", "319955", "100/87.4"],
        ["Domestic", "Service", "59234", "85.8%", "278644", "87.1%"],
        ["", "Non-service", "9825", "14.2%", "41311", "12.9%"],
        ["", "Sub-total", "10417", "100/13.1", "46020", "100/12.6"],
        ["Foreign", "Service", "10180", "97.7%", "44985", "97.8%"],
        ["", "Non-service", "237", "2.3%", "1035", "2.2%"],
    ]
    return html_page(
        f"<p>Table 1 Statistics on Applications for Inventions from Home and Abroad</p><p>{month}</p>"
        + table(
            row("", "", span("Monthly Total", 2), span("Yearly Total", 2)),
            row("", "", *["Number of Applications", "Percentage %"] * 2),
            *rows,
        ),
        url=url,
    )


def test_label_in_the_middle_of_its_group_and_two_figures_in_one_cell() -> None:
    parser, parsed = parse_page(middle_labels("April 2017", f"{ENGLISH}2017s/4/1072231.htm"))
    assert (parser.name, parsed.verdict) == ("cnipa_monthly", Verdict.ACCEPTED)
    found = cells(parsed)
    to_date = "2017-01..2017-04"
    assert found["Domestic", "Yearly Total / Number of Applications / Sub-total", to_date].value == 319955
    assert found["Domestic", "Yearly Total / Percentage / Sub-total", to_date].value == 100
    assert str(found["Domestic", "Yearly Total / Percentage / Sub-total / 占合计", to_date].value) == "87.4"
    assert found["Foreign", "Monthly Total / Number of Applications / Non-service", "2017-04"].value == 237


def test_table_of_another_month_than_its_address_is_not_believed() -> None:
    _, parsed = parse_page(middle_labels("April 2017", f"{ENGLISH}2017s/5/1072231.htm"))
    assert (parsed.verdict, parsed.reason) == (Verdict.CONTRADICTORY, "period_conflict")


def test_month_that_equals_the_year_to_date_everywhere_is_a_january() -> None:
    regions = [["Beijing", 6643], ["Tianjin", 1935], ["Hebei", 778], ["Shanxi", 474], ["Liaoning", 1185]]

    def page(month: str) -> Page:
        rows = [[name, count, count, 356082] for name, count in regions]
        return html_page(
            f"<p>Table 2 Distribution of Applications for Inventions Received from Home</p><p>{month}</p>"
            + table(["Region", "Monthly Total", "Yearly Total", "Total"], *rows)
        )

    assert "month_and_year" in failed(read(page("April 2014")))
    assert "month_and_year" not in failed(read(page("January 2014")))


def test_total_over_several_columns_beside_month_and_year_counts_since_the_start() -> None:
    page = html_page(
        "<p>Table 1 Distribution of Applications for Inventions Received from Home and Abroad</p>"
        + table(
            row(span("October 2015", 5)),
            row(span("", 2, 2), "Monthly Total", "Yearly Total", "Total"),
            row(*["Number of Inventions Received"] * 3),
            ["Total", "Sub-total", 94601, 804027, 6060023],
            ["", "Service", 76965, 666523, 4927939],
            ["Domestic", "Sub-total", 84303, 694830, 4580173],
            ["", "Service", 66922, 559588, 3491663],
        )
    )
    found = cells(read(page))["Total", "Total / Number of Inventions Received / Sub-total", "2015-10"]
    assert (found.value, found.period_kind) == (6060023, CUMULATIVE)


def test_range_of_months_with_a_year_each_and_columns_of_kinds() -> None:
    page = html_page(
        "<p>Table 1 Statistics on Applications for Inventions from Home and Abroad</p>"
        "<p>January 2019 – August 2019</p>"
        + table(
            row(span("", 2, 2), span("Invention", 2), span("Design", 2)),
            row(*["Application Number", "Percentage %"] * 2),
            row(span("Total", 1, 2), "Sub-total", "879305", "100.0%", "466208", "100.0%"),
            row("Service", "809865", "92.1%", "268185", "57.5%"),
            row(span("Domestic", 1, 2), "Sub-total", "775505", "100/88.2", "453357", "100/97.2"),
            row("Service", "708013", "91.3%", "256089", "56.5%"),
        )
    )
    found = cells(read(page))["Domestic", "Design / Application Number / Service", "2019-01..2019-08"]
    assert (found.value, found.period_kind) == (256089, TO_DATE)


@pytest.mark.parametrize(
    "dated",
    [
        "<p>2003年9月1日-2003年9月30日</p><p>单位:件</p>",
        table(row("", "", span("2003年09月", 2), "", span("单位:件", 2)), row("", "", "", "", "", "", "表号:专月表3")),
    ],
    ids=["all days of the month", "period and unit in cells of one row, a code at the end of another"],
)
def test_month_and_unit_above_the_header(dated: str) -> None:
    head = table(
        row(span("按国内外分组", 2, 2), span("合计", 2), span("发明", 2)),
        row(*["授权量", "构成"] * 2),
        row(span("合计", 1, 2), "小计", "16052", "100.0%", "3153", "100.0%"),
        row("职务", "8123", "50.6%", "2746", "87.1%"),
        row(span("国内", 1, 2), "小计", "13259", "100/82.6", "1026", "100/32.5"),
        row("职务", "5406", "40.8%", "679", "66.2%"),
    )
    body = dated.removesuffix("</table>") + head.removeprefix("<table>") if "<table>" in dated else dated + head
    found = cells(read(html_page("<h3>国内外三种专利授权状况月表</h3>" + body)))
    record = found["国内", "发明 / 授权量 / 职务", "2003-09"]
    assert (record.value, record.period_kind, record.unit_label) == (679, MONTH, "件")


def test_header_broken_over_two_lines_tells_month_year_and_start_apart() -> None:
    page = html_page(
        "<h3>国内专利申请受理状况表</h3>"
        + table(
            row(span("2007年6月 单位:件", 8)),
            row("", "", "当年", "", "", "实用", "外观", "在三种专利申请中"),
            ["", "累计", "累计", "合计", "发明", "新型", "设计", "个人"],
            ["北京", 208627, 13030, 1780, 927, 562, 291, 765],
            ["天津", 75264, 4332, 620, 245, 231, 144, 205],
            ["河北", 72917, 3592, 780, 228, 349, 203, 590],
            ["内蒙", 18260, 978, 197, 39, 93, 65, 131],
        )
    )
    parsed = read(page)
    found = cells(parsed)
    assert parsed.verdict is Verdict.ACCEPTED
    assert found["内蒙", "累计", "2007-06"].period_kind is CUMULATIVE
    assert found["内蒙", "当年累计", "2007-01..2007-06"].period_kind is TO_DATE
    assert found["内蒙", "实用新型", "2007-06"].value == 93
    assert found["北京", "在三种专利申请中 / 个人", "2007-06"].period_kind is MONTH


def test_labels_on_wrong_rows_show_in_running_totals_and_ranks() -> None:
    page = html_page(
        "<p>2009年8月全国专利申请受理状况表 单位:件</p>"
        + table(
            ["地区", "排序", "当年累计", "月累计"],
            ["北京", 1, 30928, 3082],
            ["重庆", 2, 91828, 986],
            ["江苏", 18, 5659, 13921],
            ["广东", 28, 653, 9906],
            ["福建", 30, 356, 1400],
        )
    )
    assert failed(read(page)) >= {"running_total_falls", "rank_order"}


def test_tables_by_applicant_have_rows_of_shares_under_their_counts() -> None:
    page = html_page(
        "<p>Table 6 Statistics on Grants for Three Kinds of Patents from Home Classified According to Applicants</p>"
        + table(
            row(span("September 2018", 5)),
            row(span("", 2, 2), span("Service", 2), "Non-service"),
            row("Colleges and Universities", "Enterprises", "Individuals"),
            row(span("Total", 1, 2), "Yearly Total", "143157", "1243081", "315798"),
            row("Percentage %", "8.2%", "71.0%", "18.0%"),
            row(span("Invention", 1, 2), "Yearly Total", "56537", "168554", "17776"),
            row("Percentage %", "21.5%", "64.2%", "6.8%"),
        )
    )
    found = cells(read(page))
    period = "2018-01..2018-09"
    count = found["Home", "Service / Enterprises / Invention / Yearly Total", period]
    share = found["Home", "Service / Enterprises / Invention / Yearly Total / Percentage", period]
    assert (count.value, count.unit_label, count.period_kind) == (168554, None, TO_DATE)
    assert (str(share.value), share.unit_label, share.is_percentage_row) == ("64.2", "%", False)


def test_table_of_percentages_only_has_no_count_rows_to_miss() -> None:
    body = [["Guangxi", "70.4%", "20.6%"], ["Anhui", "55.4%", "39.3%"], ["Beijing", "53.4%", "35.3%"]]
    page = html_page(
        "<p>Table 11 Structure of Patents Received of Regions in China</p><p>September 2016</p>"
        + table(["Region", "Invention", "Utility Model"], *body)
    )
    found = cells(read(page))["Anhui", "Invention", "2016-09"]
    assert (str(found.value), found.unit_label, found.is_percentage_row) == ("55.4", "%", False)


def test_total_of_domestic_applications_is_the_total_of_the_regions() -> None:
    """Table 14 of December 2016, two groups of rows side by side; Shenzhen and the foreign ones are not added."""
    rows = [
        ["Guangdong", 2717, 23574, "Gansu", 2, 8],
        ["Beijing", 868, 6651, "Qinghai", 0, 3],
        ["Jiangsu", 546, 3213, "Shenzhen", 1806, 19647],
        ["Shanghai", 224, 1560, "Total of Domestic Applications", 4357, 35009],
        ["Tibet", 0, 0, "Total of Foreign Applications", 360, 2819],
    ]
    page = html_page(
        "<p>Table 14 Distribution of PCT International Patents Received in 2016</p><p>December 2016</p>"
        + table(["Region", "Monthly", "Yearly"] * 2, ["", "Total", "Total"] * 2, *rows),
        url="http://english.sipo.gov.cn/statistics/2016s/201612/1067778.htm",
    )
    _, parsed = parse_page(page)
    found = cells(parsed)
    assert found["Gansu", "Yearly / Total", "2016"].period_kind is YEAR
    assert found["TotalofForeignApplications", "Monthly / Total", "2016-12"].value == 360
    assert sum(f.check == "sum_over_regions" and f.passed for f in parsed.findings) == 2


# --- the Trademark Office, by quarter ---------------------------------------------------------------------------------

NAMES = [*(province.name for province in provinces()), "香港特别行政区", "澳门特别行政区", "台湾省"]
ROWS = [[name, 1000 + 37 * n, 700 + 29 * n, 50000 + 411 * n] for n, name in enumerate(NAMES)]
TITLE = "各省、自治区、直辖市商标注册统计"


def total(rows: list[list[object]]) -> list[object]:
    return ["合计", *(sum(int(str(r[c])) for r in rows) for c in (1, 2, 3))]


def trademarks(title: str, rows: list[list[object]], before: str = "") -> Page:
    head = ["地区", "申请件数", "注册件数", "有效注册量(件)"]
    return html_page(f"<h1>{title}</h1>{before}" + table(head, *rows))


@pytest.mark.parametrize(
    ("title", "before", "period", "kind"),
    [
        (f"2024年前三季度{TITLE}", "", "2023-12-16..2024-09-15", TO_DATE),
        (f"2024年上半年{TITLE}", "", "2023-12-16..2024-06-15", TO_DATE),
        (f"2024年第一季度{TITLE}", "", "2023-12-16..2024-03-15", TO_DATE),
        (f"2024年度{TITLE}", "", "2023-12-16..2024-12-15", YEAR),
        (TITLE, "<p>2024年前三季度</p><p>(2023年12月16日至2024年9月15日)</p>", "2023-12-16..2024-09-15", TO_DATE),
    ],
)
def test_office_tables_count_from_the_16th_to_the_15th(title: str, before: str, period: str, kind: PeriodKind) -> None:
    parsed = read(trademarks(title, [total(ROWS), *ROWS], before))
    found = cells(parsed)
    assert parsed.verdict is Verdict.ACCEPTED
    assert found["广西", "注册件数", period].period_kind is kind
    assert found["合计", "有效注册量", period[-10:]].period_kind is STOCK
    assert found["台湾省", "申请件数", period].unit_label == "件"


def test_a_later_single_quarter_of_a_table_that_adds_up_is_not_dated_by_guess() -> None:
    parsed = read(trademarks(f"2019年第三季度{TITLE}", [total(ROWS), *ROWS]))
    assert (parsed.verdict, parsed.reason) == (Verdict.CONTRADICTORY, "period_conflict")


def with_cities(change: int = 0) -> list[list[object]]:
    """Every province with two cities and the rest below it; `change` is added to one city."""
    rows: list[list[object]] = []
    for n, (name, *counts) in enumerate(ROWS):
        rows.append([name, *counts])
        if n < 31:
            half, third = [int(str(c)) // 2 for c in counts], [int(str(c)) // 3 for c in counts]
            rest = [int(str(c)) - h - t for c, h, t in zip(counts, half, third, strict=True)]
            half[0] += change if n == 5 else 0
            rows += [[f"甲{n}市", *half], [f"乙{n}市", *third], ["其他", *rest]]
    return rows


def test_cities_below_their_provinces_are_recorded_and_not_added() -> None:
    parsed = read(trademarks(f"2024年前三季度{TITLE}", [total(ROWS), *with_cities()]))
    found = cells(parsed)
    assert parsed.verdict is Verdict.ACCEPTED
    assert found["乙0市", "申请件数", "2023-12-16..2024-09-15"].value == 333
    assert found["北京其他", "申请件数", "2023-12-16..2024-09-15"].value == 167
    assert any(f.check == "sum_over_regions" and f.passed for f in parsed.findings)


@pytest.mark.parametrize("change", [5, -5])
def test_city_that_does_not_fit_into_its_province_contradicts_the_table(change: int) -> None:
    parsed = read(trademarks(f"2024年前三季度{TITLE}", [total(ROWS), *with_cities(change)]))
    assert parsed.reason == "city_over_province"


def test_marks_in_force_cannot_be_fewer_than_those_registered() -> None:
    swapped = [[name, a, c, b] for name, a, b, c in [total(ROWS), *ROWS]]
    assert "stock_below_flow" in failed(read(trademarks(f"2024年前三季度{TITLE}", swapped)))


# --- provinces, cities and counties -----------------------------------------------------------------------------------


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

"""Monthly tables of the patent office as real pages print them: layouts of pages that the archive does not hold."""

from __future__ import annotations

import pytest
from table_markup import CUMULATIVE, MONTH, TO_DATE, YEAR, failed, read, row, span
from table_pages import cells, html_page, table

from scrapers.page_reading import parse_page
from scrapers.records import Page, Verdict

ENGLISH = "https://english.cnipa.gov.cn/transfer/statistics/"


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

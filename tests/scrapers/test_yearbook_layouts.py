"""Layouts of the patent office's yearbook that the archive does not hold, with figures of the real pages."""

from __future__ import annotations

import pytest
from table_pages import cells, html_page, table

from scrapers.checks import check_page
from scrapers.page_reading import parse_page
from scrapers.parsers.cnipa_yearbook import CnipaYearbookParser
from scrapers.records import Page, Parsed, PeriodKind, Refusal, Verdict

CUMULATIVE, YEAR, STOCK = PeriodKind.CUMULATIVE, PeriodKind.YEAR, PeriodKind.POINT_IN_TIME
WWW, ENGLISH = "https://www.cnipa.gov.cn/tjxx/jianbao", "https://english.cnipa.gov.cn/jianbao"
BOOK_2022 = "China Intellectual Property Statistical Yearbook 2022"


def read(page: Page) -> Parsed:
    parser, parsed = parse_page(page)
    assert parser.name == "cnipa_yearbook"
    return parsed


def failed(parsed: Parsed) -> set[str]:
    return {finding.check for finding in parsed.findings if not finding.passed}


def _group(label: str, *row: object) -> str:
    """The first of three rows, with the label that spans them."""
    return f"<tr><td rowspan=3>{label}</td>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"


def page_of_2003(title: str = "") -> Page:
    return html_page(
        f"<h2>2003专利统计年报</h2>{title}<p>2003</p>"
        + table(
            "<tr><td rowspan=2>地区</td><td colspan=3>总累计</td><td colspan=3>2003年</td></tr>",
            ["合计", "非职务", "职务"] * 2,
            ["北　京", 66089, 37456, 28633, 10044, 6819, 3225],
            ["内蒙", 6994, 1974, 5020, 785, 311, 474],
            ["海南", 2045, 1026, 1019, 283, 97, 186],
            ["香港", 11220, 7809, 3411, 1811, 1220, 591],
            ["(广州)", 30787, 15635, 15152, 5622, 2193, 3429],
        ),
        title="2003专利统计年报",
        url=f"{ENGLISH}/year2003/c/c1.html",
    )


def test_table_without_a_title_is_read_as_printed_and_kept_out_of_the_facts() -> None:
    parsed = read(page_of_2003())
    found = cells(parsed)
    assert found["北京", "总累计 / 非职务", "2003-12-31"].period_kind is CUMULATIVE
    assert found["(广州)", "职务", "2003"].value == 3429
    assert (parsed.verdict, parsed.reason) == (Verdict.CONTRADICTORY, "subject_not_stated")
    titled = read(page_of_2003("<p>国内专利申请代理状况</p>"))
    assert "subject_not_stated" not in failed(titled)
    assert {r.table_title for r in titled.records} == {"国内专利申请代理状况"}


def test_meaning_is_that_of_the_title_and_never_of_the_chapter_letter() -> None:
    for title, kind in (("国内外观设计职务申请授权量", YEAR), ("国内职务外观设计专利有效量", STOCK)):
        body = f"<p>{title}</p>" + table(["地区", "2013"], ["全国总计", 233534], ["北京", 3991], ["天津", 1915])
        page = html_page(body, title="2013专利统计年报", url=f"{WWW}/year2013/b/b8.html")
        assert {(r.measure_label, r.period_kind) for r in read(page).records} == {(title, kind)}


def test_bilingual_header_broken_over_lines_with_letters_as_footnotes() -> None:
    page = html_page(
        "<p>国内外观设计职务申请授权量<br>Domestic Grants for Designs  according to Service</p><p>  表 号:专授表8<br>"
        "制定机关:国家知识产权局<br>有效期至:2015年12月</p><p>1985.12- 2013.12</p>"
        + table(
            "<tr><td rowspan=2> 地区<br>Regions</td><td colspan=3>总累计 Accumulated Number</td>"
            "<td colspan=3>2013</td></tr>",
            ["合计<br>Total", "大专<br>院校<br>A*", "<br>企业<br>C", "合计<br>Total", "大专<br>院校<br>A", "企业<br>C"],
            ["全国总计", 1267681, 44446, 1187142, 233534, 8644, 221575],
            ["Total", "100.0%", "3.5%", "93.6%", "100.0%", "3.7%", "94.9%"],
            ["内蒙古", 3050, 15, 2991, 207, 4, 203],
            ["Inner Mongolia", "100.0%", "0.5%", "98.1%", "100.0%", "1.9%", "98.1%"],
        ),
        title="2013专利统计年报",
        url=f"{ENGLISH}/year2013/b/b8.html",
    )
    parsed = read(page)
    assert cells(parsed)["内蒙古", "总累计 / 企业", "2013-12"].value == 2991
    assert cells(parsed)["内蒙古", "大专院校", "2013"].period_kind is YEAR
    assert [r.value_text for r in parsed.records if r.is_percentage_row and r.region_label == "内蒙古"][-1] == "98.1%"


PCT = [
    ["北京", "Beijing", 6527, 11463, 11438],
    ["天津", "Tianjin", 284, 577, 597],
    ["内蒙古", "Inner Mongolia", 23, 88, 140],
    ["台湾", "Taiwan", 611, 393, 606],
]


@pytest.mark.parametrize("group_spans", [True, False], ids=["group spans its provinces", "group stands in its own row"])
def test_years_as_columns_and_a_group_over_the_provinces(group_spans: bool) -> None:
    wide = 3 if group_spans else 2
    first = (
        "<td rowspan=5>国内Domestic</td><td colspan=2>国内小计Sub-total</td>"
        if group_spans
        else "<td>国内Domestic</td><td>国内小计Sub-total</td>"
    )
    last = f"<tr><td>国外Foreign</td><td colspan={wide - 1}>国外小计Sub-total</td>"
    page = html_page(
        "<p>2023知识产权统计年报</p>"
        + table(
            f"<tr><td colspan={wide + 3}>6-4 PCT国际专利申请受理量</td></tr>",
            f"<tr><td colspan={wide + 3}>Received PCT International Applications</td></tr>",
            f"<tr><td colspan={wide}>单位:件</td><td colspan=3>(Unit: piece)</td></tr>",
            f"<tr><td colspan={wide}>地区Regions</td><td>2018年</td><td>2022年</td><td>2023年</td></tr>",
            f"<tr><td colspan={wide}>合计Total</td><td>10794</td><td>17858</td><td>17813</td></tr>",
            f"<tr>{first}<td>7445</td><td>12521</td><td>12781</td></tr>",
            *PCT,
            f"{last}<td>3349</td><td>5337</td><td>5032</td></tr>",
        ),
        url=f"{WWW}/year2023/f/f4.html",
    )
    parsed = read(page)
    found = cells(parsed)
    measure = "PCT国际专利申请受理量"
    assert [found["北京", measure, year].value for year in ("2018", "2022", "2023")] == [6527, 11463, 11438]
    assert found["台湾", measure, "2022"].unit_label == "件"
    assert sorted(r.value for r in parsed.records if r.period == "2018") == [23, 284, 611, 3349, 6527, 7445, 10794]
    assert not failed(parsed)


@pytest.mark.parametrize("labels_span", [True, False], ids=["spanning labels", "labels in the first row only"])
def test_years_as_rows_beside_the_labels_and_the_sum_of_the_years_before(labels_span: bool) -> None:
    figures = {
        "Total": [("1985-2016", 7696363), ("2017", 1381594), ("2018", 1542002)],
        "Domestic": [("1985-2016", 6058575), ("2017", 1245709), ("2018", 1393815)],
        "Foreign": [("1985-2016", 1637788), ("2017", 135885), ("2018", 148187)],
    }
    rows = []
    for label, years in figures.items():
        for i, (year, value) in enumerate(years):
            head = (
                f"<td rowspan=3>{label}</td>"
                if labels_span and not i
                else ""
                if labels_span
                else f"<td>{'' if i else label}</td>"
            )
            rows.append(f"<tr>{head}<td>{year}</td><td>{value}</td></tr>")
    page = html_page(
        "<p>1-2 Annual Patent Applications of Three Kinds Originated from Home and Abroad</p><p>(Unit: piece)</p>"
        + table("<tr><td colspan=2></td><td>Invention</td></tr>", *rows),
        title=BOOK_2022.replace("2022", "2018"),
        url=f"{ENGLISH}/year2018/a/a2.html",
    )
    found = cells(read(page))
    assert found["Domestic", "Invention", "2018"].value == 1393815
    assert found["Domestic", "Invention", "2018"].period_kind is YEAR
    assert found["Foreign", "Invention", "2016-12-31"].period_kind is CUMULATIVE
    assert len(found) == 9


def test_applications_grants_and_patents_in_force_as_rows_with_shares_in_their_own_columns() -> None:
    page = html_page(
        "<p>1-1 Patent Grants, and Patents in Force of Three Kinds Originated from Home and Abroad (2022)</p>"
        "<p>(Unit: piece)</p>"
        + table(
            "<tr><td colspan=2 rowspan=2></td><td colspan=2>Invention</td><td colspan=2>Utility Model</td></tr>",
            ["Number", "%", "Number", "%"],
            _group("Total", "Application", 1619268, "30.2%", 2950653, "55.0%"),
            ["Grant", 798347, "18.5%", 2804155, "64.9%"],
            ["In Force", 4212188, "23.6%", 10835261, "60.6%"],
            _group("Domestic", "Application", 1464605, "28.2%", 2944139, "56.8%"),
            ["Grant", 695591, "16.6%", 2796049, "66.6%"],
            ["In Force", 3351453, "19.9%", 10781169, "64.0%"],
            _group("Foreign", "Application", 154663, "86.8%", 6514, "3.7%"),
            ["Grant", 102756, "84.1%", 8106, "6.6%"],
            ["In Force", 860735, "82.9%", 54092, "5.2%"],
        ),
        title=BOOK_2022,
        url=f"{ENGLISH}/year2022/a/a1.html",
    )
    parsed = read(page)
    found = cells(parsed)
    assert found["Domestic", "Invention / Number / Grant", "2022"].period_kind is YEAR
    assert found["Domestic", "Invention / Number / In Force", "2022"].period_kind is STOCK
    assert found["Total", "Utility Model / % / Application", "2022"].value == 55
    assert found["Total", "Utility Model / % / Application", "2022"].unit_label == "%"
    assert found["Total", "Utility Model / Number / Application", "2022"].unit_label == "piece"
    assert not failed(parsed)


def test_digits_as_header_a_chinese_label_among_english_ones_and_a_curly_apostrophe() -> None:
    page = html_page(
        table(
            "<tr><td colspan=3>7-4 Trademark Applications via the Madrid System by Origin</td></tr>",
            "<tr><td colspan=3>(Unit: piece)</td></tr>",
            ["Regions", 2021, 2022],
            ["Taiwan", 20, 13],
            ["其他", 2, 4],
            ["Xi’an", 23, 17],
            "<tr><td colspan=3>Note: Statistics in the table refer to the number of trademark applications.</td></tr>",
        ),
        title=BOOK_2022,
        url=f"{ENGLISH}/year2022/h/h4.html",
    )
    found = cells(read(page))
    assert found["其他", "Trademark Applications via the Madrid System by Origin", "2022"].value == 4
    assert found["Xi’an", "Trademark Applications via the Madrid System by Origin", "2021"].value == 23


def test_blank_cell_is_no_figure_and_moves_none() -> None:
    page = html_page(
        "<p>3-7 分地区分专利权人类型国内外观设计专利有效量(2023年)</p><p>单位:件 (Unit: piece)</p>"
        + table(
            [
                "地区Regions",
                "合计<br>Total",
                "高等院校<br>Universities and Colleges",
                "科研机构",
                "企业",
                "事业单位",
                "个人",
            ],
            ["香港  Hong Kong", 6683, 10, "", 5758, 5, 910],
            ["台湾   Taiwan", 6581, 1, 6, 4919, 4, 1651],
            ["北京  Beijing", 127062, 1796, 1497, 113621, 1002, 9146],
        ),
        title="2023知识产权统计年报",
        url=f"{WWW}/year2023/c/c7.html",
    )
    found = cells(read(page))
    assert found["香港HongKong", "企业", "2023"].value == 5758
    assert found["香港HongKong", "个人", "2023"].value == 910
    assert ("香港HongKong", "科研机构", "2023") not in found


def foreign_offices(title: str, address: str) -> Page:
    return html_page(
        f"<p>{BOOK_2022}</p>"
        + table(
            f"<tr><td colspan=3>{title}</td></tr>",
            "<tr><td colspan=3>(Unit: piece)</td></tr>",
            ["National or Regional Office", "Total", "Direct Applications"],
            ["Germany DE", 256, 120],
            ["Hong Kong, China HK", 3446, 3446],
            ["Iran (Islamic Republic of) IR", 19, 19],
        ),
        title=BOOK_2022,
        url=address,
    )


def test_figures_of_other_offices_may_be_a_year_older_where_the_title_says_so() -> None:
    title = (
        "6-2 Patent Grants for Invention Overseas Originated from the Mainland of China (Count by Filing Office) (2021)"
    )
    parsed = read(foreign_offices(title, f"{ENGLISH}/year2022/f/f2.html"))
    assert cells(parsed)["Iran(IslamicRepublicof)IR", "Total", "2021"].value == 19
    assert "yearbook_year" not in failed(parsed)
    with pytest.raises(Refusal) as refusal:
        CnipaYearbookParser().parse(foreign_offices(title, f"{ENGLISH}/year2021/f/f2.html"))
    assert refusal.value.code == "not_what_was_asked"


def test_second_row_of_a_region_without_percent_signs_is_not_read_as_counts() -> None:
    page = html_page(
        "<p>国内专利有效量</p><p>2014.12</p>"
        + table(
            ["地区<br>Regions", "合计", "职务"],
            ["全国总计", 358295, 317865],
            ["Total", "100", "88.7"],
            ["北京", 274667, 244042],
            ["Beijing", "100", "88.9"],
            ["天津", 83628, 73823],
            ["Tianjin", "100", "88.3"],
        ),
        title="2014专利统计年报",
    )
    parsed = check_page(CnipaYearbookParser().parse(page))
    assert {r.region_label for r in parsed.records} == {"全国总计", "北京", "天津"}
    assert "second_rows_not_read" in failed(parsed)


@pytest.mark.parametrize(
    "words",
    [
        ("國內職務外觀設計專利有效量", "全國總計", "內蒙古", "臺灣"),
        ("国内职务外观设计专(zhuān)利(lì)有效量", "全国(guó)总计(jì)", "内蒙古", "台湾"),
    ],
    ids=["traditional characters", "pinyin glosses"],
)
def test_copies_in_other_characters_give_the_records_of_the_page(words: tuple[str, str, str, str]) -> None:
    title, total, mongolia, taiwan = words
    heading = "國家知識產權局 專利統計年報 數據與統計信息 發佈時間" if "國" in title else "专(zhuān)利(lì)统计(jì)年报"
    page = html_page(
        f"<p>{heading}</p><p>{title}</p><p>2014.12</p>"
        + table(["地区", "2014"], [total, 20315], [mongolia, 13734], [taiwan, 6581]),
        title="2014专利统计年报",
    )
    found = {(r.region_label, r.measure_label, r.period_kind) for r in read(page).records}
    assert found == {(name, "国内职务外观设计专利有效量", STOCK) for name in ("全国总计", "内蒙古", "台湾")}


def test_figure_in_which_the_page_is_cut_takes_its_row_with_it() -> None:
    whole = html_page(
        "<p>国内专利有效量</p><p>2014.12</p>"
        + table(
            ["地区", "合计", "职务"], ["全国总计", 4032362, 3092813], ["北京", 274667, 244042], ["天津", 83628, 73823]
        ),
        title="2014专利统计年报",
    ).body.decode()
    cut = read(Page(whole[: whole.index("3823<")].encode()))
    assert {r.region_label for r in cut.records} == {"全国总计", "北京"}
    assert cut.verdict is Verdict.INCOMPLETE


def test_years_as_rows_stay_years_where_one_row_has_lost_its_label() -> None:
    rows = [[1986, 195, 67, 125], [1987, 305, 84, 206], [1988, 420, 90, 320], [445, 90, 318], [1990, 540, 95, 374]]
    page = html_page(
        "<h1>福建统计年鉴</h1><p>16-5 各类型专利申请情况</p><p>单位:项 (unit)</p>"
        + table(["年份", "专利申请数", "发明", "实用新型"], *rows)
    )
    parsed = parse_page(page)[1]
    assert {r.period for r in parsed.records} == {"1986", "1987", "1988", "1990"}
    assert {(r.region_label, r.unit_label) for r in parsed.records} == {("福建", "项")}
    assert failed(parsed) >= {"row_width"}


def test_part_marked_with_a_hash_belongs_to_the_row_above_and_to_none_where_that_is_lost() -> None:
    rows: list[list[object]] = [
        ["研究与试验发展人员(人)", 1180, 1848],
        ["#女性", 239, 444],
        ["专利申请数(件)", 151, 225],
        ["#发明专利", 62, 94],
    ]
    heading = "<h1>宁德市统计年鉴</h1><p>14-3 科技活动基本情况</p>"

    def measures(body: list[list[object]]) -> set[tuple[str, str | None]]:
        parsed = parse_page(html_page(heading + table(["", "2009年", "2010年"], *body)), "region_table")[1]
        return {(r.measure_label, r.unit_label) for r in parsed.records}

    whole = {
        ("研究与试验发展人员", "人"),
        ("研究与试验发展人员 / 女性", "人"),
        ("专利申请数", "件"),
        ("专利申请数 / 发明专利", "件"),
    }
    assert measures(rows) == whole
    lost = [*rows[:2], ["", 151, 225], rows[3], ["有效发明专利数(件)", 83, 158]]
    assert measures(lost) == {("有效发明专利数", "件"), *(m for m in whole if m[1] == "人")}


def test_labels_repeated_without_a_heading_are_told_apart_by_the_total_to_their_left() -> None:
    page = html_page(
        "<h1>福建统计年鉴</h1><p>14-8 各类型专利申请 授权情况</p><p>单位:项 (unit)</p>"
        + table(
            "<tr><td rowspan=2>年份</td><td rowspan=2>申请数</td><td colspan=2></td><td rowspan=2>授权数</td>"
            "<td colspan=2></td></tr>",
            ["发明", "实用新型", "发明", "实用新型"],
            [2002, 6521, 562, 2233, 4001, 63, 1306],
            [2003, 7236, 797, 2554, 5377, 137, 1658],
            [2004, 7498, 850, 2524, 4758, 160, 1776],
        )
    )
    parsed = parse_page(page)[1]
    assert cells(parsed)["福建", "授权数 / 发明", "2003"].value == 137
    assert cells(parsed)["福建", "申请数 / 发明", "2003"].value == 797
    tables = parsed.layout["tables"]
    assert isinstance(tables, list)
    assert any("told apart" in reason for reason in tables[0]["reasons"])


def test_cumulative_table_of_applications_grants_and_patents_in_force_with_a_footnote_on_one_of_them() -> None:
    page = html_page(
        "<p>国内外三种专利受理/授权/有效累计状况<br>Total Applications/Grants/In Force for Three Kinds of Patents "
        "Received from Home and Abroad</p><p>表号:专受表1</p><p>1985.4-2013.12</p>"
        + table(
            "<tr><td colspan=2 rowspan=2></td><td colspan=2>发明<br>Invention</td>"
            "<td colspan=2>合计<br>Total</td></tr>",
            ["数量<br>Number", "构成<br>%", "数量<br>Number", "构成<br>%"],
            _group("合计<br>Total", "受理量<br>Application", 4327819, "33.1%", 13093538, "100.0%"),
            ["授权量<br>Grant", 1318659, "17.8%", 7426010, "100.0%"],
            ["有效量*<br>In Force", 1033908, "24.6%", 4195137, "100.0%"],
            _group("国内<br>Domestic", "受理量<br>Application", 3084208, "26.5%", 11646748, "89.0%"),
            ["授权量<br>Grant", 735863, "11.0%", 6659972, "89.7%"],
            ["有效量<br>In Force", 585767, "16.1%", 3635589, "86.7%"],
            _group("国外<br>Foreign", "受理量<br>Application", 1243611, "86.0%", 1446790, "11.0%"),
            ["授权量<br>Grant", 582796, "76.1%", 766038, "10.3%"],
            ["有效量<br>In Force", 448141, "80.1%", 559548, "13.3%"],
            "<tr><td colspan=6>*有效量:报告期末处于专利权维持状态的案卷数量。</td></tr>",
        ),
        title="2013专利统计年报",
        url=f"{ENGLISH}/year2013/a/a1.html",
    )
    parsed = read(page)
    found = cells(parsed)
    assert found["合计Total", "发明 / 数量 / 受理量", "2013-12"].period_kind is CUMULATIVE
    assert found["合计Total", "发明 / 数量 / 有效量", "2013-12"].period_kind is STOCK
    assert found["国内Domestic", "合计 / 构成 / 授权量", "2013-12"].value_text == "89.7%"
    assert len(found) == 36
    assert not failed(parsed)


def test_rows_between_bars_without_a_header_above_them_are_refused() -> None:
    rows = ["北京 | Beijing | 6527 | 11463", "天津 | Tianjin | 284 | 577", "河北 | Hebei | 306 | 464"]
    with pytest.raises(Refusal) as refusal:
        parse_page(html_page("".join(f"<p>{row}</p>" for row in ["6-4 PCT国际专利申请受理量", *rows])), "region_table")
    assert refusal.value.code == "header_not_explained"

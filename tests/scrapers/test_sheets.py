"""The yearbook's spreadsheets: the same tables as beside them in HTML, and what a stored value cannot say."""

from __future__ import annotations

import pytest
from sheet_files import xls, xlsx
from table_pages import cells, html_page, table

from scrapers.captures import Knowledge
from scrapers.page_reading import parse_page
from scrapers.parsers.cnipa_yearbook import CnipaYearbookParser
from scrapers.parsers.region_table import RegionTableParser
from scrapers.records import Page, PeriodKind, Refusal
from scrapers.tables.sources import content_of

ADDRESS = "https://english.cnipa.gov.cn/jianbao/year2011/b/b5"
GRANTS: list[list[object]] = [
    ["2011专利统计年报", None, None, None, None],
    ["国内职务发明创造专利申请授权量\nDomestic Grants for Patents according to Service", None, None, None, None],
    ["表号:专授表5", None, None, None, None],
    ["1985.12- 2011.12", None, None, None, None],
    ["地区\nRegions", "总累计 Accumulated Number", None, "2011", None],
    [None, "合计\nTotal", "大专\n院校\nA*", "合计\nTotal", "大专\n院校\nA"],
    ["全国总计", 2120328, 206513, 559372, 56484],
    ["Total", "100.0%", "9.7%", "100.0%", "10.1%"],
    ["北京", 143361, 24569, 33493, 5698],
    ["Beijing", "100.0%", "17.1%", "100.0%", "17.0%"],
    ["天津", 48960, 7004, 12083, 1564],
    ["Tianjin", "100.0%", "14.3%", "100.0%", "12.9%"],
]
MERGED = [(0, 0, 0, 4), (1, 1, 0, 4), (4, 5, 0, 0), (4, 4, 1, 2), (4, 4, 3, 4)]


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_the_spreadsheet_beside_a_table_gives_the_records_of_the_page(ending: str) -> None:
    body = xls(GRANTS, merged=MERGED) if ending == "xls" else xlsx({"b5": GRANTS}, merged=MERGED)
    parser, parsed = parse_page(Page(body, f"{ADDRESS}.{ending}", Knowledge(truncated=True)))
    found = cells(parsed)
    assert parser.name == "cnipa_yearbook"
    assert found["北京", "总累计 / 大专院校", "2011-12"].value == 24569
    assert found["北京", "总累计 / 大专院校", "2011-12"].period_kind is PeriodKind.CUMULATIVE
    assert found["全国总计", "合计", "2011"].value == 559372
    assert [r.value_text for r in parsed.records if r.is_percentage_row and r.region_label == "天津"][1] == "14.3%"
    assert len(parsed.records) == 24


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_spreadsheet_of_another_yearbook_than_its_address_is_refused(ending: str) -> None:
    body = xls(GRANTS, merged=MERGED) if ending == "xls" else xlsx({"b5": GRANTS}, merged=MERGED)
    with pytest.raises(Refusal) as refusal:
        CnipaYearbookParser().parse(Page(body, f"https://www.cnipa.gov.cn/tjxx/jianbao/year2012/b/b5.{ending}"))
    assert refusal.value.code == "not_what_was_asked"


def test_percentages_stored_as_fractions_are_left_out_and_told() -> None:
    rows = [*GRANTS[:7], ["Total", 1, 0.0974, 1, 0.101], GRANTS[8], ["Beijing", 1, 0.1714, 1, 0.1701], GRANTS[10]]
    body = xlsx({"b5": rows}, merged=MERGED, formats={"C8": "0.0%", "C10": "0.0%"})
    parsed = CnipaYearbookParser().parse(Page(body, f"{ADDRESS}.xlsx"))
    assert {r.region_label for r in parsed.records} == {"全国总计", "北京", "天津"}
    assert not [r for r in parsed.records if r.value < 2]
    assert [f.check for f in parsed.findings if not f.passed] == ["second_rows_not_read"]
    assert "2 rows repeat the region above" in parsed.leftovers[-1]


def test_share_stored_as_fraction_is_left_out_and_the_count_beside_it_stays() -> None:
    rows: list[list[object]] = [
        ["2020年专利授权量", None, None, None],
        ["地区", "授权量(件)", "构成", "同比增长"],
        ["全国", 300, 1, 0.253],
        ["北京", 100, 0.3333, -0.02],
        ["上海", 200, 0.6667, 1.4],
    ]
    parsed = RegionTableParser().parse(Page(xlsx({"a": rows}, formats={"C4": "0.0%"})))
    assert {r.measure_label for r in parsed.records} == {"授权量"}
    assert [f.check for f in parsed.findings if not f.passed] == ["scale_not_known", "scale_not_known"]
    whole = [row[:2] + [f"{value:.1%}" for value in row[2:]] if i > 1 else row for i, row in enumerate(rows)]  # type: ignore[str-format]
    assert len(RegionTableParser().parse(Page(xlsx({"a": whole}))).records) == 9


def test_numbers_stored_as_text_and_empty_edges_make_no_difference() -> None:
    rows: list[list[object]] = [
        ["2023年专利授权量", *[None] * 300],
        ["地区", "授权量(件)", "发明"],
        ["全国", "1,300", "300"],
        ["北京", "1,100", 100.0],
        ["上海", 200, " 200 "],
        *[[""] * 400] * 50,
    ]
    content = content_of(Page(xlsx({"a": rows})))
    assert (content.grids[0].height, content.grids[0].width) == (5, 3)
    found = cells(RegionTableParser().parse(Page(xlsx({"a": rows}))))
    assert found["北京", "授权量", "2023"].value == 1100
    assert found["上海", "发明", "2023"].value == 200


def test_hidden_sheets_are_not_read_and_several_sheets_are_several_tables() -> None:
    def sheet(year: int, figure: int) -> list[list[object]]:
        return [
            [f"{year}年专利授权量(件)", None],
            ["地区", "发明"],
            ["全国", 2 * figure],
            ["北京", figure],
            ["上海", figure],
        ]

    body = xlsx({"2021": sheet(2021, 10), "draft": sheet(2022, 99), "2022": sheet(2022, 20)}, hidden=["draft"])
    parsed = RegionTableParser().parse(Page(body))
    assert {(r.table_no, r.period) for r in parsed.records} == {(1, "2021"), (2, "2022")}
    assert max(r.value for r in parsed.records) == 40


def test_merged_header_over_empty_columns_is_kept() -> None:
    rows: list[list[object]] = [
        ["地区", "2020年专利授权量", None],
        [None, "发明", "外观设计"],
        ["全国", 30, 20],
        ["北京", 10, 20],
    ]
    rows += [["上海", 20, 0]]
    found = cells(RegionTableParser().parse(Page(xls(rows, merged=[(0, 1, 0, 0), (0, 0, 1, 9)]))))
    assert found["北京", "2020年专利授权量 / 外观设计", "2020"].value == 20


@pytest.mark.parametrize(
    "body",
    [
        html_page(
            "<h1>2020年专利授权量</h1>"
            + table(["地区", "授权量"], ["全国", 30], ["北京", 10], ["上海", 20], ["天津", 0])
        ).body,
        "2020年专利授权量,\n地区,授权量\n全国,30\n北京,10\n上海,20\n天津,0\n".encode("gb18030"),
    ],
    ids=["HTML", "CSV"],
)
def test_xls_that_is_something_else_inside_is_read_as_what_it_is(body: bytes) -> None:
    page = Page(body, "https://example.test/b5.xls", Knowledge(content_type="application/vnd.ms-excel"))
    assert len(RegionTableParser().parse(page).records) == 4


def test_formats_that_nobody_reads_are_named() -> None:
    for text in (
        "MIME-Version: 1.0\nContent-Type: multipart/related",
        '<?xml version="1.0"?><Workbook xmlns="urn:x"/>',
    ):
        with pytest.raises(Refusal) as refusal:
            content_of(Page(text.encode()))
        assert refusal.value.code == "unsupported_format"
    with pytest.raises(Refusal) as refusal:
        content_of(Page(b"PK\x03\x04" + b"\0" * 60))
    assert refusal.value.code == "damaged_spreadsheet"


def test_tables_one_below_the_other_in_one_sheet_are_read_each_under_its_own_header() -> None:
    def part(title: str, *headers: str, step: int) -> list[list[object]]:
        labels = ("全国", "北京", "上海", "天津")
        figures = [
            [label, *(n * step * (c + 1) for c, _ in enumerate(headers))]
            for n, label in zip((6, 1, 2, 3), labels, strict=True)
        ]
        return [[title], ["单位:件"], ["地区", *headers], *figures]

    rows = [
        *part("2022年专利授权量", "发明", "外观设计", step=10),
        [None],
        *part("2022年专利有效量", "合计", "发明", step=100),
    ]
    parsed = RegionTableParser().parse(Page(xlsx({"a": rows})))
    found = {(r.table_no, r.region_label, r.measure_label, str(r.period_kind)): r for r in parsed.records}
    assert found[1, "上海", "外观设计", "year"].value == 40
    assert found[2, "上海", "合计", "point_in_time"].value == 200
    assert found[2, "上海", "合计", "point_in_time"].row_no == 14
    assert {r.table_title for r in parsed.records} == {"2022年专利授权量", "2022年专利有效量"}
    assert len(found) == 16


def test_header_repeated_on_a_new_page_of_the_table_begins_no_new_table() -> None:
    header = ["地区", "发明", "外观设计"]
    rows: list[list[object]] = [
        ["2022年专利授权量(件)"],
        header,
        ["北京", 11, 12],
        ["上海", 13, 14],
        header,
        ["天津", 15, 16],
    ]
    parsed = RegionTableParser().parse(Page(xlsx({"a": rows})))
    assert {(r.table_no, r.region_label) for r in parsed.records} == {(1, "北京"), (1, "上海"), (1, "天津")}
    assert not parsed.findings


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_cut_or_damaged_spreadsheet_is_refused_and_stops_nothing_else(ending: str) -> None:
    body = xls(GRANTS, merged=MERGED) if ending == "xls" else xlsx({"b5": GRANTS}, merged=MERGED)
    for end in range(600, len(body), 97):
        try:
            content_of(Page(body[:end]))
        except Refusal as refusal:
            assert refusal.code == "damaged_spreadsheet"

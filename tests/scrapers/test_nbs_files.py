"""Files exported from the national statistics database, and pages of its yearbook: every shape in which they come."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

import openpyxl
import pytest
import xlwt
from table_pages import cells

from scrapers.captures import Knowledge
from scrapers.page_reading import parse_page
from scrapers.parsers import choose
from scrapers.parsers.nbs_export import NbsExportParser
from scrapers.records import Page, PeriodKind, Record, Refusal, Verdict

TITLE = "分省年度数据 年末常住人口(万人)"
YEARS = ["2024年", "2023年", "2022年"]
ROWS = [
    ["北京市", "2183", "2186", "2184"], ["天津市", "1364", "1363", ""], ["河北省", "7378", "7393", "7420"],
    ["四川省", "8364", "8368", "8374"],
]  # fmt: skip
NOTE = "注：常住人口包括居住在本乡镇街道的人。2020年为普查数据，2021年以后为推算数。"


def lines(
    periods: Sequence[str] = YEARS,
    rows: Sequence[Sequence[str]] = ROWS,
    head: Sequence[str] = ("数据库：分省年度数据", "指标：年末常住人口(万人)", "时间：最近3年"),
    first: str = "地区",
) -> list[list[str]]:
    """An export as rows of cells."""
    return [*([line] for line in head), [first, *periods], *map(list, rows), [NOTE], ["数据来源：国家统计局"]]


def text(rows: list[list[str]], separator: str = ",", end: str = "") -> str:
    return "".join(separator.join(row) + (end if len(row) > 1 else "") + "\n" for row in rows)


def read(body: bytes | str, title: str | None = None, **known: str) -> dict[tuple[str | None, str, str | None], Record]:
    page = Page(body.encode() if isinstance(body, str) else body, "", Knowledge(title=title, **known))  # type: ignore[arg-type]
    parsed = parse_page(page)[1]
    assert parsed.verdict is Verdict.ACCEPTED, parsed
    assert not parsed.leftovers
    return cells(parsed)


def assert_population(found: dict[tuple[str | None, str, str | None], Record]) -> None:
    expected = {
        (row[0], "年末常住人口", year[:4]): Decimal(figure)
        for row in ROWS
        for year, figure in zip(YEARS, row[1:], strict=True)
        if figure
    }
    assert {key: record.value for key, record in found.items()} == expected
    assert {(r.unit_label, r.period_kind, r.table_title) for r in found.values()} == {
        ("万人", PeriodKind.POINT_IN_TIME, TITLE)
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_export_is_the_same_in_every_encoding(encoding: str, separator: str, newline: str) -> None:
    assert_population(read(text(lines(), separator).replace("\n", newline).encode(encoding)))


@pytest.mark.parametrize(
    "body",
    [
        text(lines(), end=","),
        text([[f"{cell}\t" for cell in row] if len(row) > 1 else row for row in lines()], end=","),
        text([[f'"{cell}"' for cell in row] if len(row) > 1 else row for row in lines()]),
        text([row if len(row) > 1 else [*row, "", "", ""] for row in lines()]),
        text([[f" {row[0]}　", *row[1:]] for row in lines()]),
        text(lines()).replace("\n", "\n\n"),
        text(lines(["2024", "2023", "2022"])),
        text([[f'"{c[0]},{c[1:]}"' if c.isdecimal() else c for c in row] for row in lines()]),
    ],
    ids=["trailing commas", "tabs", "quoted", "padded head", "spaces", "blank lines", "bare years", "thousands"],
)  # fmt: skip
def test_an_export_is_the_same_however_its_cells_are_written(body: str) -> None:
    assert_population(read(body))


def test_a_file_named_xls_may_hold_a_page_or_a_text() -> None:
    markup = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in lines())
    page = f"<html><head><meta charset='gb2312'></head><body><table>{markup}</table></body></html>"
    for body in (page.encode("gbk"), f"<table>{markup}</table>".encode(), text(lines()).encode("gbk")):
        assert_population(read(body, content_type="application/vnd.ms-excel"))
        assert choose(Page(body)).name == "nbs_export"
        assert_population(cells(NbsExportParser().parse(Page(body))))


@pytest.mark.parametrize("as_numbers", [True, False])
@pytest.mark.parametrize("head", [True, False])
def test_workbooks_old_and_new(as_numbers: bool, head: bool) -> None:
    rows = lines() if head else lines(head=())
    typed = [[float(c) if as_numbers and c.isdecimal() else c for c in row] for row in rows]
    new, old = openpyxl.Workbook(), xlwt.Workbook()
    sheet, old_sheet = new.active, old.add_sheet("分省年度数据")
    assert sheet is not None
    for r, row in enumerate(typed):
        sheet.append(row)
        for c, cell in enumerate(row):
            old_sheet.write(r, c, cell)
    for book in (new, old):
        buffer = io.BytesIO()
        book.save(buffer)
        assert_population(read(buffer.getvalue(), title=TITLE))


@pytest.mark.parametrize(
    ("periods", "indicator", "expected"),
    [
        (
            ["2024年第四季度", "2024年第三季度"], "地区生产总值_累计值(亿元)",
            [("2024", "year"), ("2024-01..2024-09", "year_to_date")],
        ),
        (
            ["2024年四季度", "2024年三季度"], "地区生产总值_当季值(亿元)",
            [("2024-10..2024-12", "quarter"), ("2024-07..2024-09", "quarter")],
        ),
        (["2024年12月", "2024年11月"], "零售总额_当期值(亿元)", [("2024-12", "month"), ("2024-11", "month")]),
        (
            ["2024年12月", "2024年11月"], "存款余额_期末值(亿元)",
            [("2024-12", "point_in_time"), ("2024-11", "point_in_time")],
        ),
    ],
)  # fmt: skip
def test_quarters_and_months_stand_as_columns_newest_first(
    periods: list[str], indicator: str, expected: list[tuple[str, str]]
) -> None:
    rows = [["北京市", "49843.1", "36000.5"], ["天津市", "18024.3", "12900"], ["河北省", "47526.9", "33000"]]
    database = "分省季度数据" if "季度" in periods[0] else "分省月度数据"
    found = read(text(lines(periods, rows, (f"数据库：{database}", f"指标：{indicator}", "时间：最近2期"))))
    of_beijing = [record for record in found.values() if record.region_label == "北京市"]
    assert [(r.period, str(r.period_kind)) for r in of_beijing] == expected
    assert [r.value for r in of_beijing] == [Decimal("49843.1"), Decimal("36000.5")]
    assert {r.unit_label for r in of_beijing} == {"亿元"}


def test_indicators_as_rows_are_those_of_the_region_named_above_or_of_the_country() -> None:
    rows = [["年末常住人口(万人)", "8364", "8368", "8374"], ["地区生产总值(亿元)", "64697.0", "60132.9", "56610.2"]]
    head = ["数据库：分省年度数据", "地区：四川省", "时间：最近3年"]
    found = read(text(lines(rows=rows, head=head, first="指标")))
    assert found["四川省", "地区生产总值", "2022"].unit_label == "亿元"
    assert found["四川省", "年末常住人口", "2024"].period_kind is PeriodKind.POINT_IN_TIME
    money = [
        ["货币和准货币(M2)供应量_期末值(亿元)", "3135322", "3119600"],
        ["货币和准货币(M2)供应量_同比增长(%)", "7.3", "7.1"],
    ]
    head = ["数据库：月度数据", "时间：最近2个月"]
    found = read(text(lines(["2024年12月", "2024年11月"], money, head, "指标")))
    assert found["全国", "货币和准货币(M2)供应量_期末值", "2024-12"].period_kind is PeriodKind.POINT_IN_TIME
    assert found["全国", "货币和准货币(M2)供应量_同比增长", "2024-11"].unit_label == "%"


def test_cities_are_rows_like_provinces() -> None:
    rows = [["北京", "40269.6", "36102.6"], ["石家庄", "6490.3", "5935.1"], ["大连", "7825.9", "7030.4"]]
    head = ["数据库：主要城市年度数据", "指标：地区生产总值(当年价格)(亿元)", "时间：最近2年"]
    found = read(text(lines(["2021年", "2020年"], rows, head)))
    assert found["石家庄", "地区生产总值(当年价格)", "2020"].value == Decimal("5935.1")


@pytest.mark.parametrize(
    ("body", "title", "code"),
    [
        (text(lines(head=())), None, "indicator_unknown"),
        (text(lines()), "分省年度数据 专利授权量(件)", "not_what_was_asked"),
        (text(lines()).replace("(万人)", ""), None, "unit_unknown"),
        (text(lines()).replace("1364,1363,", "1364,1363"), None, "uneven_rows"),
        (text(lines()).replace("1364", "1,364"), None, "uneven_rows"),
        (text(lines()).encode("utf-16-le"), None, "undecodable"),
    ],
)  # fmt: skip
def test_an_export_that_cannot_be_explained_is_refused(body: str | bytes, title: str | None, code: str) -> None:
    page = Page(body.encode() if isinstance(body, str) else body, "", Knowledge(title=title))
    with pytest.raises(Refusal) as refusal:
        NbsExportParser().parse(page)
    assert refusal.value.code == code


def test_a_damaged_figure_costs_its_row_and_a_cut_file_its_last() -> None:
    damaged = parse_page(Page(text(lines()).replace("7393", "73?3").encode()))[1]
    assert (damaged.verdict, damaged.reason) == (Verdict.INCOMPLETE, "damaged_number")
    assert "河北省" not in {record.region_label for record in damaged.records}
    whole = text(lines())
    cut = parse_page(Page(whole[: whole.index("8368")].encode()))[1]
    assert cut.verdict is Verdict.INCOMPLETE
    assert {record.region_label for record in cut.records} == {"北京市", "天津市", "河北省"}


# --- the yearbook ---------------------------------------------------------------------------------------------------

PADDING = 380
"""Empty cells behind every row, as Excel leaves them."""


def yearbook(rows: Sequence[Sequence[str]], name: str = "C0206.htm") -> Page:
    markup = "".join(
        "<tr>"
        + "".join(f"<td class=xl25 x:num>{cell}</td>" for cell in row)
        + "<td class=xl24></td>" * PADDING
        + "</tr>\n"
        for row in rows
    )
    head = '<head><meta http-equiv=Content-Type content="text/html; charset=gb2312"></head>'
    whole = f'<html xmlns:x="urn:x">{head}<body><table x:str border=0>{markup}</table></body></html>'
    return Page(whole.encode("gb18030"), f"https://www.stats.gov.cn/sj/ndsj/2020/html/{name}")


REGIONS = [
    ["全　国", "6000", "5850"], ["北　京", "2190", "2190"], ["天　津", "1385", "1383"], ["上　海", "2425", "2277"],
]  # fmt: skip


@pytest.mark.parametrize("gaps", [False, True])
def test_a_yearbook_page_with_hundreds_of_empty_cells_a_row_is_read(gaps: bool) -> None:
    body = [row for pair in ((r, ["", "", ""]) for r in REGIONS) for row in pair] if gaps else REGIONS
    parsed = parse_page(yearbook([["2-6 分地区年末人口数"], ["单位：万人"], ["地　区", "2019", "2018"], *body]))[1]
    assert not [finding for finding in parsed.findings if not finding.passed and finding.check != "missing_region"]
    found = {(r.region_label, r.period): (r.value, r.unit_label, str(r.period_kind)) for r in parsed.records}
    assert found["上海", "2018"] == (2277, "万人", "point_in_time")
    assert len(found) == 8


def test_an_empty_cell_of_the_yearbook_is_no_figure_whatever_it_stands_for() -> None:
    rows = [
        ["地区", "发明", "外观设计"],
        ["全国", "300", "30"],
        ["北京", "200", "空格"],
        ["西藏", "100", ""],
        ["上海", "0", "30"],
    ]
    parsed = parse_page(yearbook([["20-10 分地区国内专利申请数(2019年)"], ["单位：件"], *rows]))[1]
    assert {(r.region_label, r.measure_label) for r in parsed.records if r.region_label in ("北京", "西藏")} == {
        ("北京", "发明"), ("西藏", "发明"),
    }  # fmt: skip


LOST = [
    ["合　计", "976686", "1222286"], ["发　明", "314573", "391177"], ["国　内", "229096", "293066"],
    ["职　务", "172181", "223754"], ["国　外", "85477", "98111"], ["职　务", "84000", "97000"],
    ["实用新型", "310771", "409836"], ["国　内", "308861", "407238"],
]  # fmt: skip


@pytest.mark.parametrize("title", ["20-57 三种专利申请受理数", "20-57 全国三种专利申请受理数"])
def test_rows_whose_level_was_told_by_a_lost_indentation_make_no_facts(title: str) -> None:
    page = yearbook([[title], ["单位：件"], ["项　目", "2009", "2010"], *LOST], "U2057c.htm")
    try:
        parsed = parse_page(page)[1]
    except Refusal as refusal:
        assert refusal.code == "no_region"
    else:
        assert parsed.verdict is Verdict.CONTRADICTORY

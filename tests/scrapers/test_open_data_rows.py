"""Files of open-data portals: rows that name region, period and measure become figures, or are refused."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from scrapers.captures import Knowledge
from scrapers.page_reading import parse_page
from scrapers.records import Page, Parsed, Refusal

ROWS = [
    {"区县": "和平区", "年份": "2022", "专利授权量(件)": 120, "有效发明专利(件)": "30"},
    {"区县": "河东区", "年份": "2022", "专利授权量(件)": 140, "有效发明专利(件)": "44"},
    {"区县": "河西区", "年份": "2022", "专利授权量(件)": 1411, "有效发明专利(件)": "45"},
    {"区县": "和平区", "年份": "2023", "专利授权量(件)": 125, "有效发明专利(件)": "36"},
    {"区县": "河东区", "年份": "2023", "专利授权量(件)": 146, "有效发明专利(件)": None},
]
EXPECTED = {
    (row["区县"], name, str(row["年份"])): Decimal(str(row[f"{name}(件)"]))
    for row in ROWS for name in ("专利授权量", "有效发明专利") if row[f"{name}(件)"] is not None
}  # fmt: skip


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def read(body: bytes, parser: str | None = None, **known: object) -> tuple[str, Parsed]:
    chosen, parsed = parse_page(Page(body, "https://open.example.org/f", Knowledge(**known)), parser)  # type: ignore[arg-type]
    return chosen.name, parsed


def refusal(body: bytes, parser: str | None = None) -> str:
    with pytest.raises(Refusal) as caught:
        read(body, parser)
    return caught.value.code


def values(parsed: Parsed) -> dict[tuple[str | None, str, str | None], Decimal]:
    got = {(r.region_label, r.measure_label, (r.period or "")[:4]): r.value for r in parsed.records}
    assert len(got) == len(parsed.records)
    return got  # type: ignore[return-value]


@pytest.mark.parametrize(
    "answer",
    [
        ROWS,
        {"code": 200, "msg": "ok", "data": ROWS},
        {"code": "200", "success": True, "data": {"total": 5, "list": ROWS}},
        {"code": 200, "columnNames": list(ROWS[0]), "list": [list(row.values()) for row in ROWS], "totalCount": 5},
    ],
)
def test_rows_of_json_are_dealt_out_by_period(answer: object) -> None:
    name, parsed = read(as_json(answer))
    assert (name, values(parsed)) == ("open_data", EXPECTED)
    kinds = {(r.measure_label, str(r.period_kind), r.unit_label) for r in parsed.records}
    assert kinds == {("专利授权量", "year", "件"), ("有效发明专利", "point_in_time", "件")}


def test_a_csv_of_the_same_rows_gives_the_same_figures() -> None:
    lines = [list(ROWS[0]), *([("" if v is None else str(v)) for v in row.values()] for row in ROWS)]
    name, parsed = read("\n".join(",".join(line) for line in lines).encode("gbk") + b"\n")
    assert (name, values(parsed)) == ("open_data", EXPECTED)


def test_numbers_of_rows_codes_and_dates_of_maintenance_are_no_figures() -> None:
    rows = [{"ID": n, "行政区划代码": 120101 + n, "更新时间": "2024-03-01", **row} for n, row in enumerate(ROWS)]
    assert values(read(as_json(rows))[1]) == EXPECTED


def test_measures_that_are_named_in_the_rows_become_columns() -> None:
    rows = [
        {
            "地区": row["区县"],
            "时间": f"{row['年份']}年",
            "指标名称": name,
            "数值": row[f"{name}(件)"],
            "计量单位": "件",
        }
        for row in ROWS
        for name in ("专利授权量", "有效发明专利")
    ]
    assert values(read(as_json({"data": rows}))[1]) == EXPECTED


def test_year_and_month_in_two_columns_are_one_period() -> None:
    rows = [{"地区": r, "年份": 2023, "月份": m, "专利授权量(件)": 10 + m} for m in (1, 2)
            for r in ("和平区", "河东区", "河西区", "南开区")]  # fmt: skip
    parsed = read(as_json(rows))[1]
    assert {(r.period, str(r.period_kind), str(r.value)) for r in parsed.records} == {
        ("2023-01", "month", "11"), ("2023-02", "month", "12"),
    }  # fmt: skip


def test_a_period_with_too_few_figures_is_told() -> None:
    parsed = read(as_json([*ROWS, {"区县": "南开区", "年份": "2021", "专利授权量(件)": 7}]))[1]
    assert values(parsed) == EXPECTED
    assert [f.message for f in parsed.findings if f.check == "table_not_read"] == [
        "too_few_figures: 2021年 of 1 rows was not read"
    ]


def test_words_that_tell_rows_apart_join_the_measure() -> None:
    rows = [
        {"地区": r, "年份": 2023, "授权量(件)": 100 + 10 * n + k, "专利类型": kind, "邮政编码": "300001"}
        for n, r in enumerate(("和平区", "河东区", "河西区"))
        for k, kind in enumerate(("发明", "实用新型"))
    ]
    assert values(read(as_json(rows))[1]) == {
        (row["地区"], f"授权量 / {row['专利类型']}", "2023"): Decimal(str(row["授权量(件)"])) for row in rows
    }


def test_a_period_in_words_is_understood() -> None:
    rows = [
        {"地区": r, "时间": "2023年1-6月", "专利授权量(件)": 30 + n}
        for n, r in enumerate(("和平区", "河东区", "河西区"))
    ]
    parsed = read(as_json(rows))[1]
    assert {(r.period, str(r.period_kind)) for r in parsed.records} == {("2023-01..2023-06", "year_to_date")}
    assert len(parsed.records) == 3


def test_years_across_are_read_as_they_stand() -> None:
    rows = [{"地区": r, "2022年": a, "2023年": b} for r, a, b in (("和平区", 1201, 1250), ("河东区", 1400, 1460))]
    parsed = read(as_json(rows), title="天津市各区专利授权量(件)")[1]
    assert {(r.region_label, r.period, str(r.value)) for r in parsed.records} == {
        ("和平区", "2022", "1201"), ("和平区", "2023", "1250"), ("河东区", "2022", "1400"), ("河东区", "2023", "1460"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "rows"),
    [
        ("repeated_row", [{"地区": "和平区", "年份": "2023", "专利授权量": n} for n in (1, 2)]),
        ("period_unknown", [{"地区": r, "年份": "去年", "专利授权量": 5} for r in ("和平区", "河东区")]),
        ("period_unknown", [{"地区": r, "年份": "", "专利授权量": 5} for r in ("和平区", "河东区")]),
        ("period_unknown", [{"地区": r, "月份": "3", "专利授权量": 5} for r in ("和平区", "河东区")]),
        (
            "two_columns",
            [{"地区": r, "年份": "2023", "统计时间": "2023", "专利授权量": 5} for r in ("和平区", "河东区")],
        ),
        ("unsupported_format", [{"地区": "和平区", "专利": {"授权": 5}}]),
        ("unsupported_format", [[1, 2], [3, 4]]),
        ("empty_list", []),
    ],
)
def test_rows_that_are_not_certain_are_refused(code: str, rows: object) -> None:
    assert refusal(as_json(rows), "open_data") == code


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("preview_only", {"code": 200, "columnNames": ["地区"], "list": [["和平区"]], "previewCount": 10}),
        ("unsupported_format", {"code": 200, "data": {"a": 1}}),
        ("unsupported_format", {"rows": ROWS, "list": ROWS}),
        ("uneven_rows", {"columnNames": ["地区", "值"], "list": [["和平区", "1"], ["河东区"]]}),
        ("error_answer", {"code": 500, "msg": "令牌不合法"}),
    ],
)
def test_answers_that_are_no_whole_table_are_refused(code: str, answer: object) -> None:
    assert refusal(as_json(answer), "open_data") == code


@pytest.mark.parametrize("body", [b'[{"a":1,', b'{"data":[NaN]}', b'[{"a":1,"a":2}]', b"[" * 100_000])
def test_json_that_is_damaged_or_without_end_is_refused(body: bytes) -> None:
    assert refusal(body, "open_data") in {"damaged_json", "error_answer"}


# --- XML spreadsheets -------------------------------------------------------------------------------------------------

SHEET = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="表1"><Table>
<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">天津市2023年专利统计表</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">地区</Data></Cell><Cell ss:MergeAcross="1"><Data ss:Type="String">专利授权量(件)</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="String">合计</Data></Cell><Cell><Data ss:Type="String">发明{entity}</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">和平区</Data></Cell><Cell><Data ss:Type="Number">120</Data></Cell><Cell><Data ss:Type="Number">30.0</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">河东区</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">44</Data></Cell></Row>
</Table></Worksheet></Workbook>"""  # noqa: E501


def sheet(doctype: str = "", entity: str = "", head: str = "") -> bytes:
    return SHEET.replace("{doctype}", doctype).replace("{entity}", entity).replace("<Table>", f"<Table>{head}").encode()


def test_an_xml_spreadsheet_is_read_with_its_merged_and_left_out_cells() -> None:
    parsed = read(sheet())[1]
    assert {(r.region_label, r.measure_label, r.value_text, r.unit_label, r.period) for r in parsed.records} == {
        ("和平区", "专利授权量 / 合计", "120", "件", "2023"),
        ("和平区", "专利授权量 / 发明", "30", "件", "2023"),
        ("河东区", "专利授权量 / 发明", "44", "件", "2023"),
    }


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("xml_entities", sheet('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;")),
        ("xml_entities", sheet('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>', "&b;")),
        ("xml_entities", sheet('<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">')),
        ("damaged_spreadsheet", sheet()[:-40]),
        ("damaged_spreadsheet", sheet(head='<Row ss:Index="9999999"/>')),
        ("damaged_spreadsheet", sheet(head='<Row><Cell ss:MergeAcross="99999"/></Row>')),
        ("unsupported_format", b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="urn:rdf"><a>1</a></rdf:RDF>'),
        ("table_too_large", sheet(head='<Row><Cell ss:MergeAcross="900" ss:MergeDown="900"/></Row>')),
    ],
)
def test_hostile_or_damaged_xml_is_refused(code: str, body: bytes) -> None:
    assert refusal(body, "region_table") == code

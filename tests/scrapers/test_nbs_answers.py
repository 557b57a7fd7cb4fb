"""Answers of the two JSON interfaces of the national statistics site: the real ones, their traps, and damaged ones."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from table_pages import archive_page, cells, golden

from scrapers.captures import Knowledge
from scrapers.page_reading import parse_page
from scrapers.parsers.nbs_data import NbsDataParser
from scrapers.parsers.nbs_easyquery import NbsEasyqueryParser
from scrapers.records import Page, Parsed, PeriodKind, Refusal, Verdict

ENDPOINT = "https://data.stats.gov.cn/dg/website/publicrelease/web/external/stream/esData"
ASKED = f"{ENDPOINT}#path=分省年度数据/国民经济核算/地区生产总值&indicator=地区生产总值&regions=全部地区&years=2021-"
OLD = "https://data.stats.gov.cn/easyquery.htm"
EASYQUERY = [
    "nbs_easyquery_industry_2024", "nbs_easyquery_m2_two_months", "nbs_easyquery_money_supply_202201",
    "nbs_easyquery_province_nodata",
]  # fmt: skip


def value(
    region: str, figure: object, name: str = "地区生产总值 (亿元) ", unit: str = "亿元", **more: object
) -> dict[str, Any]:
    codes = {"北京市": "110000000000", "天津市": "120000000000", "全国": "000000000000"}
    return {
        "_id": "aff5",
        "i_showname": name,
        "value": figure,
        "du_name": unit,
        "da": codes.get(region, "5"),
        "da_name": region,
    } | more


def answered(*periods: tuple[str, str, list[Any]], **changes: object) -> dict[str, Any]:
    data = [{"code": code, "name": name, "values": values} for code, name, values in periods]
    return {"success": True, "state": 20000, "message": "成功", "data": data, **changes}


def gdp() -> dict[str, Any]:
    """Two regions over three years, the newest not published: the figures of Beijing are printed ones."""
    return answered(
        ("2023YY", "2023年", [value("北京市", ""), value("天津市", "无")]),
        ("2022YY", "2022年", [value("北京市", "45222.4"), value("天津市", "16132.2")]),
        ("2021YY", "2021年", [value("北京市", "44350.70"), value("天津市", "")]),
    )


def page(answer: object, url: str = ASKED, **knowledge: Any) -> Page:
    return Page(json.dumps(answer, ensure_ascii=False).encode(), url, Knowledge(**knowledge))


def parsed(answer: object, url: str = ASKED, **knowledge: Any) -> Parsed:
    return parse_page(page(answer, url, **knowledge))[1]


def refused(answer: object, url: str = ASKED, **knowledge: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        parse_page(page(answer, url, **knowledge))
    return refusal.value.code


# --- the new interface ----------------------------------------------------------------------------------------------


def test_figures_are_read_with_region_unit_and_period_and_missing_ones_are_none() -> None:
    parser, read = parse_page(page(gdp()))
    assert parser.name == "nbs_data"
    assert read.verdict is Verdict.ACCEPTED
    found = cells(read)
    assert set(found) == {
        (r, "地区生产总值", p) for r, p in [("北京市", "2022"), ("天津市", "2022"), ("北京市", "2021")]
    }
    record = found["北京市", "地区生产总值", "2021"]
    assert (record.value_text, record.value, record.unit_label) == ("44350.70", Decimal("44350.7"), "亿元")
    assert (record.period_label, record.period_kind) == ("2021年", PeriodKind.YEAR)
    assert (record.table_no, record.row_no, record.column_no) == (1, 1, 3)
    assert found["天津市", "地区生产总值", "2022"].row_no == 2
    assert record.table_title == "分省年度数据 地区生产总值(亿元)"  # as the title of an export of the same


def test_a_stock_and_the_two_ways_of_naming_a_region() -> None:
    named = {
        "i_showname": "年末常住人口 (万人) ",
        "du_name": "万人",
        "value": 8364,
        "area": "四川省",
        "areaCode": "510000000000",
    }
    found = cells(parsed(answered(("2024YY", "2024年", [named])), ENDPOINT))
    record = found["四川省", "年末常住人口", "2024"]
    assert (record.value, record.period_kind) == (8364, PeriodKind.POINT_IN_TIME)


@pytest.mark.parametrize(
    ("code", "name", "label", "period", "kind"),
    [
        ("2025YY", "2025年", "地区生产总值 (亿元)", "2025", "year"),
        ("202404SS", "2024年第四季度", "地区生产总值_当季值 (亿元)", "2024-10..2024-12", "quarter"),
        ("202404SS", "2024年第四季度", "地区生产总值_累计值 (亿元)", "2024", "year"),
        ("202403SS", "2024年第三季度", "地区生产总值_累计值 (亿元)", "2024-01..2024-09", "year_to_date"),
        ("202404MM", "2024年4月", "货币和准货币 (M2) 供应量_期末值 (亿元)", "2024-04", "point_in_time"),
        ("202404MM", "2024年4月", "社会消费品零售总额_当期值 (亿元)", "2024-04", "month"),
    ],
)
def test_codes_of_periods(code: str, name: str, label: str, period: str, kind: str) -> None:
    (record,) = parsed(answered((code, name, [value("全国", "1.5", label)])), ENDPOINT).records
    assert (record.period, str(record.period_kind), record.unit_label) == (period, kind, "亿元")
    assert record.region_label == "全国"


@pytest.mark.parametrize("code", ["202405SS", "202413MM", "2024", "20240", "2024AA", "LAST10", "", None, 2024])
def test_a_code_that_is_no_period_is_told_and_the_other_periods_are_read(code: object) -> None:
    answer = gdp()
    answer["data"][1]["code"] = code
    if code == "2024":
        answer["data"][1]["name"] = "2024年"
        assert parsed(answer).verdict is Verdict.ACCEPTED
        return
    read = parsed(answer)
    assert (read.verdict, read.reason) == (Verdict.INCOMPLETE, "row_without_period")
    assert {record.period for record in read.records} == {"2021"}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda a: a.update(success=False, message="系统异常"), "error_answer"),
        (lambda a: a.update(success="true"), "error_answer"),
        (lambda a: a.update(state=50000), "error_answer"),
        (lambda a: a.update(state=1), "error_answer"),
        (lambda a: a.update(data=[]), "empty_answer"),
        (lambda a: a.update(data=None), "empty_answer"),
        (lambda a: a.update(data={"list": []}), "empty_answer"),
        (lambda a: a.update(data=[{"code": "2021YY", "values": []}]), "empty_answer"),
        (lambda a: [v.update(da_name="北京市") for p in a["data"] for v in p["values"]], "not_what_was_asked"),
        (lambda a: [v.update(i_showname="指数") for p in a["data"] for v in p["values"]], "not_what_was_asked"),
        (lambda a: a["data"][1].update(code="2019YY", name="2019年"), "not_what_was_asked"),
        (lambda a: [v.update(du_name="万元") for p in a["data"] for v in p["values"]], "unit_conflict"),
    ],
)  # fmt: skip
def test_what_is_no_answer_to_the_question_is_refused(spoil: Callable[[Any], Any], code: str) -> None:
    answer = gdp()
    spoil(answer)
    assert refused(answer) == code


def test_tianjin_answered_with_beijing_is_refused() -> None:
    answer = answered(("2022YY", "2022年", [value("北京市", "45222.4")]))
    asked = f"{ENDPOINT}#path=分省年度数据/国民经济核算/地区生产总值&indicator=地区生产总值&only=天津市&years=2021-2023"
    assert refused(answer, asked) == "not_what_was_asked"
    assert refused(answer, ENDPOINT, title="分省年度数据 天津市地区生产总值(亿元)") == "not_what_was_asked"
    assert parsed(answer, asked.replace("天津市", "北京市")).records
    assert parsed(answer, ENDPOINT, title="分省年度数据 北京市地区生产总值(亿元)").records


def test_a_figure_given_twice_counts_once_and_two_different_ones_not_at_all() -> None:
    answer = gdp()
    answer["data"][1]["values"].append(value("北京市", "45222.4"))
    assert len(parsed(answer).records) == 3
    answer["data"][1]["values"].append(value("北京市", "47353.7"))
    read = parsed(answer)
    assert (read.verdict, read.reason) == (Verdict.CONTRADICTORY, "duplicate_region")
    assert ("北京市", "地区生产总值", "2022") not in cells(read)


def test_a_region_whose_code_is_that_of_another_is_a_contradiction() -> None:
    answer = gdp()
    answer["data"][1]["values"][1]["da"] = "110000000000"
    assert (parsed(answer).verdict, parsed(answer).reason) == (Verdict.CONTRADICTORY, "row_labels_disagree")


def test_a_period_whose_name_is_another_than_its_code_is_a_contradiction() -> None:
    answer = gdp()
    answer["data"][1]["name"] = "2023年"
    assert parsed(answer).reason == "period_conflict"


def test_parts_of_an_indicator_belong_to_its_name() -> None:
    both = [
        value("北京市", "1.5", kj1="u1", kj1_name="城镇"),
        value("北京市", "2.5", kj1="u2", kj1_name="农村"),
        value("天津市", "3.5"),
    ]
    found = cells(parsed(answered(("2022YY", "2022年", both))))
    assert {(region, measure) for region, measure, _ in found} == {
        ("北京市", "地区生产总值 / 城镇"), ("北京市", "地区生产总值 / 农村"), ("天津市", "地区生产总值"),
    }  # fmt: skip
    read = parsed(
        answered(("2022YY", "2022年", [value("北京市", "1.5", kj1="u1"), value("天津市", "3.5"), value("北京市", "")]))
    )
    assert (read.reason, len(read.records)) == ("row_without_label", 1)


def test_a_figure_without_unit_is_none_unless_it_is_an_index() -> None:
    bare = value("北京市", "2183", "年末常住人口", "")
    assert refused(answered(("2024YY", "2024年", [bare])), ENDPOINT) == "unit_unknown"
    read = parsed(
        answered(("2024YY", "2024年", [bare, value("北京市", "105.2", "地区生产总值指数 (上年=100) ", "")])), ENDPOINT
    )
    assert (read.reason, [record.measure_label for record in read.records]) == (
        "table_not_read",
        ["地区生产总值指数(上年=100)"],
    )
    old = old_answer()
    old["returndata"]["wdnodes"][0]["nodes"][0]["unit"] = ""
    assert refused(old, OLD) == "unit_unknown"


@pytest.mark.parametrize("junk", ["4522?.4", "45222.4亿", "十几", True, [1], {"a": 1}, "1e5", "4 5222.4", "45222.4.5"])
def test_a_figure_that_is_none_is_left_out_and_told(junk: object) -> None:
    answer = gdp()
    answer["data"][1]["values"][0]["value"] = junk
    read = parsed(answer)
    assert (read.verdict, read.reason) == (Verdict.INCOMPLETE, "damaged_number")
    assert ("北京市", "地区生产总值", "2022") not in cells(read)
    assert len(read.records) == 2


def test_an_answer_whose_figures_are_all_lost_is_refused() -> None:
    assert (
        refused(answered(("2022YY", "2022年", [value("北京市", "4522?.4"), value("天津市", "")]))) == "damaged_number"
    )
    old = old_answer()
    for node in old["returndata"]["datanodes"]:
        node["data"]["hasdata"] = 1
    assert refused(old, OLD) == "row_labels_disagree"


@pytest.mark.parametrize("printed", ["45,222.4", " 45222.4 ", 45222.4, Decimal("45222.4")])
def test_a_figure_is_the_same_however_it_is_written(printed: object) -> None:
    answer = gdp()
    answer["data"][1]["values"][0]["value"] = float(printed) if isinstance(printed, Decimal) else printed
    assert cells(parsed(answer))["北京市", "地区生产总值", "2022"].value == Decimal("45222.4")


@pytest.mark.parametrize(
    "data",
    [
        [{"_id": "c4d8", "name": "分省年度数据", "isLeaf": False}],
        {"list": [{"_id": "aff5", "i_showname": "地区生产总值 (亿元) ", "du_name": "亿元"}], "total": 1},
        [{"show_name": "北京市", "name_value": "110000000000"}],
    ],
)
def test_answers_about_the_catalogue_hold_no_figures(data: object) -> None:
    url = ENDPOINT.replace("stream/esData", "new/queryIndexTreeAsync?pid=&code=6")
    read = NbsDataParser().parse(page({"success": True, "state": 20000, "data": data}, url))
    assert (read.verdict, list(read.records)) == (Verdict.ACCEPTED, [])


# --- the former interface -------------------------------------------------------------------------------------------


def test_every_figure_of_the_saved_answers(archive: Path) -> None:
    found = []
    for slug in EASYQUERY:
        parser, read = parse_page(archive_page(archive, slug))
        assert (parser.name, read.verdict, list(read.leftovers)) == ("nbs_easyquery", Verdict.ACCEPTED, [])
        found += [
            {
                "slug": slug, "region_label": r.region_label, "measure_label": r.measure_label, "period": r.period,
                "period_kind": str(r.period_kind), "unit_label": r.unit_label, "value_text": r.value_text,
            }
            for r in read.records
        ]  # fmt: skip
        assert all(Decimal(r.value_text) == r.value for r in read.records)
    assert found == golden("nbs_easyquery")


def old_answer(**changes: Any) -> dict[str, Any]:
    """Two provinces over two years; one point is missing, which comes as 0."""
    points = [
        ("110000", "2020", "2189", True),
        ("110000", "2019", "", False),
        ("510000", "2020", "8,371", True),
        ("510000", "2019", "8351", True),
    ]
    nodes = [
        {
            "code": f"zb.A030101_reg.{region}_sj.{year}",
            "data": {"data": float(text.replace(",", "") or 0), "dotcount": 0, "hasdata": has, "strdata": text},
            "wds": [{"wdcode": w, "valuecode": v} for w, v in (("zb", "A030101"), ("reg", region), ("sj", year))],
        }
        for region, year, text, has in points
    ]
    named = {
        "zb": [{"code": "A030101", "cname": "年末常住人口", "unit": "万人"}],
        "reg": [{"code": "110000", "cname": "北京市"}, {"code": "510000", "cname": "四川省"}],
        "sj": [{"code": year, "cname": f"{year}年"} for year in ("2020", "2019")],
    }
    data = {
        "datanodes": nodes,
        "hasdatacount": 3,
        "wdnodes": [{"wdcode": code, "nodes": n} for code, n in named.items()],
    }
    return {"returncode": 200, "returndata": data, **changes}


def test_regions_and_missing_points_of_the_former_interface() -> None:
    found = cells(parsed(old_answer(), OLD))
    assert {key: record.value for key, record in found.items()} == {
        ("北京市", "年末常住人口", "2020"): 2189, ("四川省", "年末常住人口", "2020"): 8371,
        ("四川省", "年末常住人口", "2019"): 8351,
    }  # fmt: skip
    record = found["四川省", "年末常住人口", "2019"]
    assert (record.unit_label, str(record.period_kind), record.row_no, record.column_no) == (
        "万人",
        "point_in_time",
        2,
        2,
    )


@pytest.mark.parametrize(
    ("code", "name", "period", "kind"),
    [
        ("2020", "2020年", "2020", "year"),
        ("2020A", "2020年第一季度", "2020-01..2020-03", "quarter"),
        ("2020D", "2020年第四季度", "2020-10..2020-12", "quarter"),
        ("202001", "2020年1月", "2020-01", "month"),
    ],
)
def test_periods_of_the_former_interface(code: str, name: str, period: str, kind: str) -> None:
    text = json.dumps(old_answer(), ensure_ascii=False).replace("年末常住人口", "地区生产总值").replace("2020年", name)
    answer = json.loads(text.replace('"2020"', f'"{code}"').replace("sj.2020", f"sj.{code}"))
    record = cells(parsed(answer, OLD))["四川省", "地区生产总值", period]
    assert str(record.period_kind) == kind


def test_regions_that_the_address_did_not_ask_for_are_refused() -> None:
    asked = OLD + '?m=QueryData&wds=[{"wdcode":"reg","valuecode":"120000"}]&dfwds=[{"wdcode":"zb","valuecode":"A0301"}]'
    assert refused(old_answer(), asked) == "not_what_was_asked"
    both = asked.replace("120000", "110000").replace('"A0301"}', '"A0301"},{"wdcode":"reg","valuecode":"510000"}')
    assert parsed(old_answer(), both).records


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda d: d["datanodes"][0]["data"].update(strdata="2198"), "damaged_number"),
        (lambda d: d["datanodes"][0]["data"].update(strdata=""), "damaged_number"),
        (lambda d: d["datanodes"][0]["data"].update(hasdata="true"), "row_labels_disagree"),
        (lambda d: d["datanodes"][0].update(code="zb.A030101_reg.510000_sj.2020"), "row_labels_disagree"),
        (lambda d: d["datanodes"][0].update(wds=None), "row_labels_disagree"),
        (lambda d: d["datanodes"].pop(0), "cut_off"),
        (lambda d: d["wdnodes"][1]["nodes"].pop(0), "row_without_label"),
        (lambda d: d["wdnodes"][2]["nodes"][0].update(cname="2021年"), "period_conflict"),
    ],
)
def test_a_point_that_contradicts_itself_is_left_out_and_told(spoil: Callable[[Any], Any], reason: str) -> None:
    answer = old_answer()
    spoil(answer["returndata"])
    read = parsed(answer, OLD)
    assert read.verdict in (Verdict.INCOMPLETE, Verdict.CONTRADICTORY)
    assert read.reason == reason
    assert reason == "period_conflict" or ("北京市", "年末常住人口", "2020") not in cells(read)


@pytest.mark.parametrize("code", [501, 0, "500", None, True, "", [200]])
def test_another_return_code_is_a_refusal(code: object) -> None:
    assert refused(old_answer(returncode=code, returndata="对不起"), OLD) == "error_answer"


def test_answers_about_the_tree_hold_no_figures() -> None:
    tree = [{"dbcode": "fsnd", "id": "A03", "isParent": True, "name": "人口", "pid": "zb", "wdcode": "zb"}]
    assert not parsed(tree, OLD).records
    assert not parsed({"returncode": 200, "returndata": [{"nodes": [], "wdcode": "reg"}]}, OLD).records


# --- damaged JSON ---------------------------------------------------------------------------------------------------

JUNK: list[Any] = [
    None,
    True,
    -1,
    3.5,
    "",
    "x",
    "2020",
    [],
    {},
    [[]],
    {"a": {"b": []}},
    "?",
    "\u0000",
    10**30,
    [None, {}],
]


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, child in children for place in places(child, (*path, key)))]


def with_junk(answer: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    spoilt = copy.deepcopy(answer)
    holder = spoilt
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    return spoilt


@pytest.mark.parametrize(
    ("answer", "url", "parser"), [(gdp(), ASKED, NbsDataParser()), (old_answer(), OLD, NbsEasyqueryParser())]
)
def test_junk_in_any_place_gives_right_figures_or_none(answer: Any, url: str, parser: Any) -> None:
    right = {
        (r.region_label, r.measure_label, r.period, r.unit_label): r.value
        for r in parser.parse(page(answer, url)).records
    }
    chance = random.Random(4)
    for path in places(answer):
        for junk in chance.sample(JUNK, 5):
            try:
                read = parser.parse(page(with_junk(answer, path, junk), url))
            except Refusal:
                continue
            for record in read.records:
                key = (record.region_label, record.measure_label, record.period, record.unit_label)
                is_named_so = {"cname", "name", "i_showname", "da_name", "unit", "du_name"} & {*path} or junk in (
                    "x",
                    "?",
                )
                assert right.get(key) == record.value or is_named_so or path[-1:] == ("value",), (path, junk, record)


def test_half_a_character_is_no_name() -> None:
    text = json.dumps(gdp(), ensure_ascii=False)
    assert parse_page(Page(text.replace("天津市", r"\ud840\udc00市").encode(), ASKED))[1].records
    with pytest.raises(Refusal) as refusal:
        parse_page(Page(text.replace("天津市", r"\ud840市").encode(), ASKED))
    assert refusal.value.code == "damaged_json"


@pytest.mark.parametrize("url", [ASKED, OLD])
def test_what_is_no_whole_json_is_refused(url: str) -> None:
    whole = json.dumps(gdp() if url == ASKED else old_answer(), ensure_ascii=False).encode()
    deep = b'{"success":true,"returncode":200,"returndata":' + b"[" * 100_000
    twice = whole.replace(b'"success": true', b'"success": true, "success": true').replace(
        b'"returncode"', b'"returncode": 200, "returncode"'
    )
    for body in (
        whole[:-20],
        whole[: len(whole) // 2],
        deep,
        twice,
        whole.replace(b"200", b"NaN").replace(b"true", b"Infinity"),
        b"{",
        b"[[[",
    ):
        with pytest.raises(Refusal):
            parse_page(Page(body, url))


def test_ten_megabytes_of_figures_are_read() -> None:
    periods = [
        (f"{year}YY", f"{year}年", [value(f"第{n}地区", f"{n}.5") for n in range(1500)]) for year in range(2021, 2066)
    ]
    body = page(answered(*periods))
    assert len(body.body) > 9_000_000
    assert len(NbsDataParser().parse(body).records) == 1500 * 45


@pytest.mark.parametrize("name", ["value", "i_showname", "da_name", "du_name"])
def test_ten_megabytes_in_one_place_stay_out_of_what_is_told(name: str) -> None:
    answer = gdp()
    answer["data"][1]["values"][0][name] = "9" * 10_000_000
    try:
        read = parsed(answer, ENDPOINT)
    except Refusal as refusal:
        assert len(str(refusal)) < 1000
    else:
        assert len(repr((read.findings, read.leftovers, read.layout, read.records))) < 10_000

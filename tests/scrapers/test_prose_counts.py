"""What the prose reader makes of counted things: of each, in named regions, held or made, times another year's."""

from __future__ import annotations

from scrapers.parsers.prose import ProseParser
from scrapers.records import Page, Record

TITLE = "长沙市2021年知识产权工作情况"


def read(sentence: str) -> list[Record]:
    head = f'<html><body><h1>{TITLE}</h1><div class="info">发布时间：2022-02-18</div>'
    page = Page(f'{head}<div id="content"><p>2021年，全市工作扎实推进。{sentence}</p></div></body></html>'.encode())
    return list(ProseParser().parse(page).records)


def told(sentence: str) -> list[tuple[str | None, str, str]]:
    return [(r.region_label, r.measure_label, f"{r.value} {r.unit_label or ''}") for r in read(sentence)]


def test_one_figure_for_each_of_several_is_the_figure_of_each() -> None:
    assert told("培育品牌服务机构、教育试点学校各2家。") == [
        ("长沙市", "培育品牌服务机构", "2 家"),
        ("长沙市", "教育试点学校", "2 家"),
    ]


def test_regions_that_are_counted_are_not_where_they_are_counted() -> None:
    assert told("拥有浏阳市、宁乡市2个知识产权示范县(市)，芙蓉区、天心区、岳麓区3个知识产权试点区。") == [
        ("长沙市", "知识产权示范县(市)", "2 个"),
        ("长沙市", "知识产权试点区", "3 个"),
    ]


def test_more_things_than_named_regions_are_things_in_those_regions() -> None:
    assert told("浏阳市、宁乡市新增示范企业5家。") == [("浏阳市、宁乡市", "新增示范企业", "5 家")]


def test_a_multiple_of_another_year_is_a_figure_of_its_own_and_no_growth() -> None:
    assert told("有效发明专利6300件，是2015年的2.07倍。") == [
        ("长沙市", "有效发明专利", "6300 件"),
        ("长沙市", "有效发明专利 / 较2015年倍数", "2.07 倍"),
    ]


def test_several_verbs_share_their_noun() -> None:
    assert told("引进和培育4家中介服务机构。") == [("长沙市", "引进和培育中介服务机构", "4 家")]

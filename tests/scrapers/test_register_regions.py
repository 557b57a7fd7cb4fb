"""The region of a plan: named by title or issuer, chained, settled between the two, and never guessed."""

from __future__ import annotations

import csv

import pytest

from scrapers.register.regions import find_region
from scrapers.seeds import SEEDS


@pytest.mark.parametrize(
    ("title", "issuer", "year", "code"),
    [
        ("衡阳市知识产权强市建设纲要(2036-2050年)", None, 2036, "430400"),
        ("关于印发《四川省知识产权规划》的通知", None, 2036, "510000"),
        ("天津市东丽区知识产权方案", None, 2036, "120110"),
        ("四川遂宁船山区知识产权方案", None, 2036, "510903"),
        ("2036年遂宁市知识产权工作要点", None, 2036, "510900"),
        ("“十四五”知识产权保护和运用规划", "成都市人民政府办公厅", 2021, "510100"),
        ("遂寧市知識產權規劃", None, 2036, "510900"),
        ("国务院关于知识产权工作的意见", "国务院", 2036, "100000"),
        ("新疆生产建设兵团知识产权规划", None, 2036, "660000"),
        ("重庆市荣昌县知识产权规划", None, 2013, "500226"),
        ("重庆市荣昌区知识产权规划", None, 2021, "500153"),
    ],
)
def test_a_region_is_found_by_its_names(title: str, issuer: str | None, year: int, code: str) -> None:
    assert find_region(title, issuer, year).code == code


def test_the_registered_plans_are_of_their_regions() -> None:
    with (SEEDS / "plans.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = find_region(row["title_zh"], row["issuer_zh"], int(row["period_start"]))
            assert found.code == row["region_code"]


@pytest.mark.parametrize(
    ("title", "issuer", "code"),
    [
        ("朝阳区知识产权规划", None, None),
        ("朝阳区知识产权规划", "北京市朝阳区人民政府", "110105"),
        ("朝阳区知识产权规划", "北京市人民政府", "110105"),
        ("朝阳区知识产权规划", "长春市人民政府", "220104"),
        ("吉林知识产权规划", None, None),
        ("市中区知识产权规划", None, None),
        ("乐山市市中区知识产权规划", None, "511102"),
    ],
)
def test_a_name_of_several_regions_is_settled_by_the_issuer_or_left_open(
    title: str, issuer: str | None, code: str | None
) -> None:
    found = find_region(title, issuer, 2021)
    assert found.code == code
    assert code or "fits" in found.why


@pytest.mark.parametrize(
    "title",
    [
        "甲市知识产权规划",  # nobody knows it
        "平安建设实施方案",  # an everyday word that is also the short name of a county
        "成都高新区知识产权规划",  # below a region, not the region
        "成都市高新技术产业开发区知识产权规划",
        "苏州工业园区知识产权规划",
        "遂宁市安居区某某镇知识产权方案",
        "中国(四川)自由贸易试验区知识产权方案",
        "四川省支持成都市建设知识产权强市的意见",  # whose plan is it?
    ],
)
def test_what_is_not_known_is_left_open_and_never_the_parent(title: str) -> None:
    found = find_region(title, None, 2036)
    assert found.code is None and found.why


@pytest.mark.parametrize(
    "title",
    [
        "遂宁市知识产权强市建设方案",
        "遂宁市国家知识产权示范城市建设方案",
        "遂宁市山区县域知识产权方案",
        "遂宁市全市知识产权方案",
    ],
)
def test_words_after_the_name_are_not_taken_for_a_unit_below(title: str) -> None:
    assert find_region(title, None, 2036).code == "510900"

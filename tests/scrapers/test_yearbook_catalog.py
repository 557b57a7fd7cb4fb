"""The yearbook's catalog: every chapter of every year, and the links of a chapter page that lead to tables."""

from __future__ import annotations

from datetime import date

import pytest

from scrapers.links import links_that_fit
from scrapers.sources import load_catalog, source_for

HOSTS = {
    "cnipa_yearbook": "https://www.cnipa.gov.cn/tjxx/jianbao",
    "cnipa_yearbook_en": "https://english.cnipa.gov.cn/jianbao",
}


@pytest.mark.parametrize("name", HOSTS)
def test_chapter_pages_of_every_year_since_2003_are_listed(name: str) -> None:
    pages = load_catalog()[name].list_pages(date(2026, 11, 28))
    assert {f"{HOSTS[name]}/year{year}/{chapter}.html" for year in (2003, 2007, 2025) for chapter in "abcdefgh"} <= set(
        pages
    )
    assert len(pages) == len(set(pages)) == (2025 - 2003 + 1) * 8


@pytest.mark.parametrize("name", HOSTS)
def test_tables_are_taken_from_a_chapter_page_once_each_and_its_dummy_page_is_not(name: str) -> None:
    source = load_catalog()[name]
    assert source.discovery is not None
    page = f"{HOSTS[name]}/year2011/b.html"
    html = (
        '<table class="style2"><tr><td><a href="b/b1.html">1</a> <a href="b/b5.html">5</a></td></tr>'
        '<tr><td><a href="./b/b5.html">国内职务发明创造专利申请授权量</a>'
        ' <a href="b/indexy.html">&nbsp;</a></td></tr></table>'
        '<a href="/tjxx/">数据</a> <a href="index.html">目录</a> <a href="b/b5.xls">下 载</a>'
    )
    links = links_that_fit(html, page, source.discovery)
    assert [link.address for link in links] == [f"{HOSTS[name]}/year2011/b/b{n}.html" for n in (1, 5)]


@pytest.mark.parametrize("ending", ["html", "xls", "xlsx"])
def test_saved_tables_and_the_spreadsheets_beside_them_belong_to_the_yearbook(ending: str) -> None:
    for name, host in HOSTS.items():
        found = source_for(load_catalog(), f"{host}/year2020/c/c3.{ending}")
        assert found is not None
        assert (found.source_id, found.parser) == (name, "cnipa_yearbook")

"""`source check`: one page of a source, judged without leaving a trace in the home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scrapers.archive import Archive
from scrapers.discovery_model import Discovery
from scrapers.home import Home
from scrapers.parse import parse_captures
from scrapers.scrape import scrape
from scrapers.source_model import Source
from scrapers.visits.checking import SourceCheck, SourceState, check_source
from tests.mirror import Answer, Mirror, visiting
from tests.mirror.columns import answer, column, columns_of, serve
from tests.mirror.pages import list_page
from tests.mirror.server import BLOCK_PAGE

GRANTS = {"长沙市": 3307, "株洲市": 528, "湘潭市": 410, "衡阳市": 402, "全省": 4647}


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def source(**changes: Any) -> Source:
    return visiting.source(**{"region_scope": "430000", "publisher_rank": 2, "minimum_records": 3, **changes})


def grants(measure: str = "专利授权量", figures: dict[str, int] | None = None, title: str = "专利授权量统计表") -> str:
    rows = "".join(f"<tr><td>{region}</td><td>{n}</td></tr>" for region, n in (figures or GRANTS).items())
    head = f"<title>2023年8月湖南省{title}</title>"
    return (
        f"<html><head><meta charset='utf-8'>{head}</head><body><h1>2023年8月湖南省{title}</h1><p>单位:件</p>"
        f"<table><tr><td>地区</td><td>{measure}</td></tr>{rows}</table></body></html>"
    )


def check(home: Home, wanted: Source) -> SourceCheck:
    return check_source(home, wanted, sleep=lambda seconds: None)


def test_a_page_that_is_read_is_fine_and_shows_its_first_records(home: Home, site: Mirror) -> None:
    found = check(home, source(addresses=[site.page("/t.html", grants())]))
    assert (found.state, found.http_status, found.record_count, found.parser) == (
        SourceState.FINE, 200, 5, "prefecture_table",
    )  # fmt: skip
    assert [(r.region_label, r.value) for r in found.records] == [("长沙市", 3307), ("株洲市", 528), ("湘潭市", 410)]
    assert found.compared_with is None


def test_a_check_leaves_no_capture_no_attempt_and_no_visit(home: Home, site: Mirror) -> None:
    wanted = source(addresses=[site.page("/t.html", grants())])
    check(home, wanted)
    assert Archive(home).captures() == [] and list(Archive(home).attempts()) == []
    assert scrape(home, wanted, run_id="run", live=True, starter=Path("/nowhere")).counts["new"] == 1


def test_only_one_page_is_asked_the_newest(home: Home, site: Mirror) -> None:
    pages = [site.page(f"/{n}.html", grants()) for n in range(4)]
    found = check(home, source(addresses=pages))
    assert found.url == pages[-1]
    assert [asked.path for asked in site.asked if asked.path != "/robots.txt"] == ["/3.html"]


def test_the_page_is_held_against_the_last_good_one(home: Home, site: Mirror) -> None:
    wanted = source(addresses=[site.page("/t.html", grants())])
    run = scrape(home, wanted, run_id="run", live=True, starter=Path("/nowhere"))
    parse_captures(home, run.capture_ids, {"a_source": wanted})
    assert check(home, wanted).compared_with == run.capture_ids[0]
    site.page("/t.html", grants(figures={**GRANTS, "长沙市": 528, "株洲市": 410, "湘潭市": 402, "衡阳市": 3307}))
    found = check(home, wanted)
    assert found.state is SourceState.CHANGED_LAYOUT and found.reason


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (Answer(BLOCK_PAGE), SourceState.BLOCKED, "block_page"),
        (Answer(BLOCK_PAGE, 403), SourceState.BLOCKED, "block_page"),
        (Answer(b"no", 404), SourceState.UNREACHABLE, "not_found"),
        (Answer(b"no", 503), SourceState.UNREACHABLE, "http_error"),
        (Answer(reset=True), SourceState.UNREACHABLE, "cut_off"),
        (Answer("<html><body><p>今天没有内容,请稍后再来访问本网站。</p></body></html>".encode()),
         SourceState.CHANGED_LAYOUT, "no_table"),
    ],
)  # fmt: skip
def test_what_comes_instead_is_told_apart(
    home: Home, site: Mirror, answer: Answer, state: SourceState, reason: str
) -> None:
    wanted = source(addresses=[site.set("/t.html", answer)], parser="region_table")
    found = check(home, wanted)
    assert found.state is state, found
    assert found.reason is not None and reason in found.reason


def test_fewer_figures_than_the_catalog_promises_are_a_changed_layout(home: Home, site: Mirror) -> None:
    found = check(home, source(addresses=[site.page("/t.html", grants())], minimum_records=20))
    assert found.state is SourceState.CHANGED_LAYOUT and "too_few_records" in str(found.reason)


def test_robots_that_forbid_are_blocked(home: Home, site: Mirror) -> None:
    site.robots("User-agent: *\nDisallow: /")
    found = check(home, source(addresses=[site.page("/t.html", grants())]))
    assert found.state is SourceState.BLOCKED and "robots" in str(found.reason)


def test_of_a_list_one_page_is_read(home: Home, site: Mirror) -> None:
    for number in range(3):
        site.page(f"/a/{number}.html", grants())
    lists = site.page("/list.html", list_page(*((f"/a/{number}.html", "统计表") for number in range(3))))
    found = check(home, source(discovery=Discovery(list_page=lists, link_pattern=r"/a/\d+\.html$")))
    assert (found.state, found.record_count) == (SourceState.FINE, 5)
    assert sum(asked.path.startswith("/a/") for asked in site.asked) == 1


def test_a_list_without_links_is_a_changed_layout(home: Home, site: Mirror) -> None:
    lists = site.page("/list.html", list_page(("/b/1.html", "统计表")))
    found = check(home, source(discovery=Discovery(list_page=lists, link_pattern=r"/a/\d+\.html$")))
    assert found.state is SourceState.CHANGED_LAYOUT and "no_links" in str(found.reason)


def test_a_source_without_a_live_address_visits_nobody(home: Home, site: Mirror) -> None:
    found = check(home, source(url_patterns=["^http://127"], note="No address is known."))
    assert (found.state, found.url, found.reason) == (SourceState.IMPORTED_ONLY, None, "No address is known.")
    assert site.asked == []


def test_an_article_without_figures_is_reachable_only(home: Home, site: Mirror) -> None:
    text = "<html><body><p>市知识产权局一行到我区调研,双方就知识产权保护工作进行了交流。</p></body></html>"
    wanted = source(addresses=[site.page("/n.html", text)], parser="prose", may_be_empty=True)
    found = check(home, wanted)
    assert found.state is SourceState.REACHABLE and "no_figures" in str(found.reason)


def of_columns(site: Mirror, *columns: int) -> Source:
    return source(
        discovery=Discovery(jpage=columns_of(site, *columns), link_pattern=r"/art/", title_pattern="专利授权")
    )


def test_a_source_of_columns_is_checked_by_the_newest_page_of_one_column(home: Home, site: Mirror) -> None:
    addresses = [f"/art/2026/3/{n}/art_57_{n}.html" for n in (9, 8)]
    for address in addresses:
        site.page(address, grants())
    column(site, 57, [[(address, "专利授权量统计表", "2026-03-09")] for address in addresses])
    found = check(home, of_columns(site, 53, 57))
    assert (found.state, found.record_count) == (SourceState.FINE, len(GRANTS))
    assert not site.asked_for(addresses[1])
    assert [asked.path for asked in site.asked if "columnid=53" in asked.path or "page=2" in asked.path] == []


@pytest.mark.parametrize("text", ["<html><body>" + "通知 " * 40 + "</body></html>", answer([])])
def test_a_column_whose_list_is_no_list_any_more_has_changed(home: Home, site: Mirror, text: str) -> None:
    serve(site, 57, 1, text)
    found = check(home, of_columns(site, 57))
    assert found.state is SourceState.CHANGED_LAYOUT
    assert "kept as" not in (found.reason or "")

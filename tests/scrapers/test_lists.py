"""Lists of addresses: the list endpoint of a publishing system, and lists of several pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from scrapers.archive import Archive
from scrapers.captures import Outcome
from scrapers.column_lists import read_column_list
from scrapers.discovery_model import Discovery
from scrapers.home import Home
from scrapers.page_reading import parse_page
from scrapers.parse import parse_captures, read_records
from scrapers.records import Page, Refusal
from scrapers.scrape import scrape
from scrapers.source_model import Source
from scrapers.sources import CatalogError, load_catalog
from tests.mirror import Answer, Mirror
from tests.mirror.columns import answer, column, columns_of, record, serve
from tests.mirror.pages import list_page, table_page
from tests.mirror.visiting import TODAY, due, source, visit

PAGE = "https://www.cnipa.gov.cn/module/web/jpage/dataproxy.jsp?page=1"
ARTICLES = Discovery(list_page="https://www.cnipa.gov.cn/", link_pattern=r"^https://www\.cnipa\.gov\.cn/art/")


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def of_columns(site: Mirror, *columns: int, rules: dict[str, Any] | None = None, **how: Any) -> Source:
    found = Discovery(jpage=columns_of(site, *columns), **{"link_pattern": r"/art/", **how})
    return source(rules, discovery=found)


def article(site: Mirror, number: int, *, column_number: int = 91) -> tuple[str, str, str]:
    """Serve an article and return its entry in a list; no zero padding, as on the site."""
    path = f"/art/2026/3/{number}/art_{column_number}_{1000 + number}.html"
    site.page(path, table_page(f"2026年{number}月统计月报"))
    return path, f"2026年{number}月统计月报", f"2026-03-{number:02d}"


def fetched(home: Home) -> list[str]:
    return [capture.url.rsplit("/", 1)[1] for capture in Archive(home).captures()]


def list_reasons(home: Home) -> list[str]:
    return [a.reason or "" for a in Archive(home).attempts() if "dataproxy" in a.url or "list" in a.url]


# --- the answer of the endpoint ---------------------------------------------------------------------------------------


def test_addresses_of_a_record_are_made_absolute_with_the_scheme_of_the_site() -> None:
    text = answer(
        [
            record(("/art/2026/3/9/art_91_1.html", "甲", "2026-03-09")),
            record(("http://www.cnipa.gov.cn/art/2026/3/8/art_91_2.html", "乙", "2026/3/8")),
            record(("https://elsewhere.org/art/3.html", "丙", "2026-03-07")),
            record(("javascript:void(0)", "丁", "2026-03-07")),
        ]
    )
    found = read_column_list(text, PAGE, ARTICLES)
    assert [(link.address.rsplit("_", 1)[1], link.published_on) for link in found.links] == [
        ("1.html", date(2026, 3, 9)),
        ("2.html", date(2026, 3, 8)),
    ]
    assert all(link.address.startswith("https://") for link in found.links) and found.records == 4


@pytest.mark.parametrize(
    "markup",
    [
        "<![CDATA[ {} ]]>",
        "<![CDATA[<li>]]><![CDATA[{}</li>]]>",
        '<![CDATA[<table><tr><td width="90%">{}</td></tr></table>]]>',
        "{}",
    ],
)
def test_records_are_read_in_whatever_wrapping(markup: str) -> None:
    link = (
        "<a class='t' href='/art/2026/3/9/art_91_1.html' title='专利&amp;商标&nbsp;月报'>专利…</a><b>[2026年3月9日]</b>"
    )
    (found,) = read_column_list(answer([f'<record id="1">{markup.format(link)}</record>']), PAGE, ARTICLES).links
    assert (found.title, found.published_on) == ("专利&商标 月报", date(2026, 3, 9))


def test_escaped_records_are_read_too() -> None:
    text = answer(['<record>&lt;li&gt;&lt;a href="/art/2026/3/9/art_91_1.html"&gt;月报&lt;/a&gt;2026-03-09</record>'])
    (found,) = read_column_list(text, PAGE, ARTICLES).links
    assert (found.words, found.published_on) == ("月报", date(2026, 3, 9))


def test_a_date_inside_a_title_is_not_the_day_of_publication() -> None:
    text = answer([record(("/art/2026/3/9/art_91_1.html", "2025年1月1日起施行", ""))])
    assert read_column_list(text, PAGE, ARTICLES).links[0].published_on is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<html><body>系统维护</body></html>", "no_list"),
        ("", "no_list"),
        (answer([record(("/art/1.html", "甲", ""))])[:-30], "list_cut_off"),
        (answer([], total_records=12, total_pages=2), "list_contradicts"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + answer([]), "no_list"),
    ],
)
def test_another_answer_than_a_list_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_column_list(text, PAGE, ARTICLES)
    assert refusal.value.code == code


# --- visits -----------------------------------------------------------------------------------------------------------


def test_articles_of_a_column_are_archived_with_title_and_day(home: Home, site: Mirror) -> None:
    entries = [article(site, n) for n in (5, 4, 3, 2)]
    news = ("/art/2026/3/1/art_91_1.html", "要闻", "2026-03-01")
    column(site, 91, [[*entries[:2], news], entries[2:]])
    wanted = of_columns(site, 91, title_pattern="统计月报")
    visit(home, wanted)
    found = {capture.url.rsplit("_", 1)[1]: capture.knowledge for capture in Archive(home).captures()}
    assert sorted(found) == ["1002.html", "1003.html", "1004.html", "1005.html"]
    assert (found["1005.html"].title, found["1005.html"].published_on) == ("2026年5月统计月报", date(2026, 3, 5))
    assert list_reasons(home)[-1] == "list_page: 4 links on 2 pages"
    assert due(home, wanted) == []


def asked_pages(site: Mirror) -> list[str]:
    return [asked.path.split("page=")[1].split("&")[0] for asked in site.asked if "dataproxy" in asked.path]


def test_the_next_walk_ends_where_nothing_is_due(home: Home, site: Mirror) -> None:
    wanted = of_columns(site, 91)
    entries = [article(site, n) for n in (8, 7, 6, 5, 4, 3)]
    column(site, 91, [entries[0:2], entries[2:4], entries[4:6]])
    visit(home, wanted)
    site.asked.clear()
    column(site, 91, [[article(site, 9), entries[0]], entries[1:3], entries[3:5], entries[5:]])
    visit(home, wanted, as_of=TODAY + timedelta(days=40))
    assert asked_pages(site) == ["1", "2"]
    assert len(fetched(home)) == 7 and not site.asked_for(entries[2][0])


def test_an_article_that_did_not_come_is_looked_for_on_all_pages(home: Home, site: Mirror) -> None:
    wanted = of_columns(site, 91)
    entries = [article(site, n) for n in (8, 7, 6)]
    site.set(entries[2][0], Answer(status=503))
    column(site, 91, [[entry] for entry in entries])
    visit(home, wanted)
    assert list_reasons(home)[-1].endswith("1 of them did not come")
    article(site, 6)
    visit(home, wanted, as_of=TODAY + timedelta(days=40))
    assert len(fetched(home)) == 3


def test_a_walk_that_was_cut_short_goes_on_behind_what_is_known(home: Home, site: Mirror) -> None:
    entries = [article(site, n) for n in range(8, 0, -1)]
    column(site, 91, [entries[0:3], entries[3:6], entries[6:8]])
    for _ in range(4):
        visit(home, of_columns(site, 91, rules={"max_addresses": 5}))
    assert len(fetched(home)) == 8
    assert due(home, of_columns(site, 91)) == []


def test_the_same_article_in_two_columns_is_visited_once(home: Home, site: Mirror) -> None:
    first = article(site, 5, column_number=53)
    second = article(site, 5, column_number=57)
    column(site, 53, [[first]])
    column(site, 57, [[second, article(site, 4, column_number=57)]])
    visit(home, of_columns(site, 53, 57))
    assert fetched(home) == ["art_53_1005.html", "art_57_1004.html"]
    visit(home, of_columns(site, 53, 57), as_of=TODAY + timedelta(days=40))
    assert not site.asked_for(second[0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (answer([]), "no_links: the list is empty"),
        (answer([record(("/news/1.html", "甲", ""))]), "no_links: none of its links fits"),
        ("<html><body>" + "列表 " * 40 + "</body></html>", "no_list"),
    ],
)
def test_a_list_that_gives_nothing_is_told_and_kept(home: Home, site: Mirror, text: str, reason: str) -> None:
    serve(site, 91, 1, text)
    visit(home, of_columns(site, 91))
    (attempt,) = Archive(home).attempts()
    assert attempt.outcome in (Outcome.FAILED, Outcome.BLOCKED) and (attempt.reason or "").startswith(reason)
    assert Archive(home).kept((attempt.reason or "").split()[-1].rstrip(")")) == text.encode()
    assert due(home, of_columns(site, 91)) == ["a_source"]


def test_a_further_page_that_fails_leaves_the_list_due(home: Home, site: Mirror) -> None:
    column(site, 91, [[article(site, 5)], [article(site, 4)], [article(site, 3)]])
    path = columns_of(site, 91).page(91, 2).removeprefix(site.url(""))
    site.set(path, Answer(status=500))
    visit(home, of_columns(site, 91))
    assert list_reasons(home)[-1].startswith("list_page_failed: ")
    assert due(home, of_columns(site, 91)) == ["a_source"]


# --- from the catalog file to the records ----------------------------------------------------------------------------


def write_catalog(folder: Path, site: Mirror, **discovery: Any) -> Path:
    entry = {
        "source_id": "monthly_reports", "publisher_zh": "国家知识产权局", "publisher_en": "CNIPA",
        "title_zh": "统计月报", "title_en": "Monthly report", "cadence": "monthly", "region_scope": "country",
        "publisher_rank": 1, "is_official": True, "licence_note": "none", "freshness_limit_days": 100,
        "minimum_records": 1, "politeness": {"allow_private_addresses": True, "requests_per_second": 50.0},
        "discovery": {
            "jpage": {"site": site.url("/"), "columns": [57], "unit": 669, "web_name": "国家知识产权局"},
            "link_pattern": r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html$", **discovery,
        },
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "monthly_reports.yaml").write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")
    return folder


def test_a_page_of_a_known_family_is_found_in_a_column_and_read(
    archive: Path, tmp_path: Path, home: Home, site: Mirror
) -> None:
    body = (archive / "stats" / "cnipa_2014_c3.html").read_bytes()
    address = "/art/2026/3/9/art_57_1001.html"
    site.page(address, body)
    column(site, 57, [[(address, "统计…", "2026-03-09")]])
    catalog = load_catalog(write_catalog(tmp_path / "catalog", site))
    run = scrape(home, catalog["monthly_reports"], run_id="run", live=True, starter=Path("/nowhere"))
    [outcome] = parse_captures(home, run.capture_ids, catalog)
    expected = parse_page(Page(body, "https://www.cnipa.gov.cn/tjxx/jianbao/year2014/c/c3.html"))[1].records
    found = read_records(home, outcome)
    assert [(r.region_label, r.measure_label, r.value, r.period) for r in found] == [
        (r.region_label, r.measure_label, r.value, r.period) for r in expected
    ]
    assert {r.published_on for r in found} == {date(2026, 3, 9)}


def test_a_text_without_a_date_of_its_own_is_dated_by_the_list(tmp_path: Path, home: Home, site: Mirror) -> None:
    text = "去年，全省专利授权量为43210件。截至去年底，全省有效发明专利为98765件。"
    site.page("/art/2026/2/9/art_57_7.html", f"<html><body><h1>工作情况</h1><p>{text}</p></body></html>")
    column(site, 57, [[("/art/2026/2/9/art_57_7.html", "全省知识产权工作情况", "2026-02-09")]])
    catalog = load_catalog(write_catalog(tmp_path / "catalog", site))
    run = scrape(home, catalog["monthly_reports"], run_id="run", live=True, starter=Path("/nowhere"))
    [outcome] = parse_captures(home, run.capture_ids, catalog)
    found = {r.measure_label: (str(r.value), r.period) for r in read_records(home, outcome)}
    assert found == {"专利授权量": ("43210.000000", "2025"), "有效发明专利": ("98765.000000", "2025-12-31")}


@pytest.mark.parametrize(
    ("jpage", "words"),
    [
        ({"columns": ["57"]}, "discovery.jpage.columns.0"),
        ({"column": 57}, "discovery.jpage.column: there is no such field; allowed: site, columns, unit, web, web_name"),
        ({"columns": []}, "discovery.jpage.columns"),
        ({"columns": [0]}, "0 is no number of a column"),
        ({"site": "https://www.example.gov.cn/col/"}, "the address of a whole site"),
    ],
)
def test_a_wrong_column_is_explained(tmp_path: Path, site: Mirror, jpage: dict[str, Any], words: str) -> None:
    good = {"site": site.url("/"), "columns": [57], "unit": 669, "web_name": "局"}
    with pytest.raises(CatalogError) as error:
        load_catalog(write_catalog(tmp_path, site, jpage={**good, **jpage}))
    assert "monthly_reports.yaml: " in str(error.value) and words in str(error.value)


# --- plain lists of several pages -------------------------------------------------------------------------------------


def of_pages(site: Mirror, **how: Any) -> Source:
    values = {"list_page": site.url("/list/index.html"), "more_pages": site.url("/list/index_{page}.html")}
    return source(discovery=Discovery(**{**values, "link_pattern": r"/t\d+\.html$", **how}))


def numbered(site: Mirror, *numbers: int) -> str:
    for number in numbers:
        site.page(f"/t{number}.html", table_page(str(number)))
    return list_page(*((f"/t{number}.html", "统计表") for number in numbers))


def test_further_pages_are_walked_up_to_the_last(home: Home, site: Mirror) -> None:
    site.page("/list/index.html", numbered(site, 5, 4))
    site.page("/list/index_1.html", numbered(site, 3, 2))
    site.page("/list/index_2.html", numbered(site, 1))
    visit(home, of_pages(site, first_more=1))
    assert fetched(home) == ["t5.html", "t4.html", "t3.html", "t2.html", "t1.html"]
    assert due(home, of_pages(site, first_more=1)) == []


def test_no_more_pages_are_walked_than_the_catalog_allows(home: Home, site: Mirror) -> None:
    site.page("/list/index.html", numbered(site, 5))
    site.page("/list/index_2.html", numbered(site, 4))
    site.page("/list/index_3.html", numbered(site, 3))
    visit(home, of_pages(site, pages=2))
    assert fetched(home) == ["t5.html", "t4.html"]


def test_a_site_that_repeats_its_last_page_ends_the_walk(home: Home, site: Mirror) -> None:
    for path in ("/list/index.html", "/list/index_2.html", "/list/index_3.html"):
        site.page(path, numbered(site, 5, 4))
    visit(home, of_pages(site))
    assert not site.asked_for("/list/index_3.html")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"list_page": None, "more_pages": None}, "one of list_page and jpage is needed"),
        ({"more_pages": "https://x.org/list"}, "{page}"),
        ({"more_pages": "https://x.org/{year}/{page}"}, "which list_page has not"),
    ],
)
def test_a_wrong_list_is_explained(site: Mirror, how: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("{", r"\{")):
        of_pages(site, **how)

"""`source new`: a page is asked what it is, and the catalog file that follows serves its source without any code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml
from table_pages import archive_page, html_page, table

from scrapers.archive import Archive
from scrapers.home import Home
from scrapers.imports import import_path
from scrapers.new_source.addresses import is_official_host, pattern_of, source_id_of
from scrapers.new_source.catalog_file import CannotWrite, write
from scrapers.new_source.proposal import NotASource, propose
from scrapers.page_reading import parse_page
from scrapers.parse import parse_captures, read_records
from scrapers.records import Page
from scrapers.scrape import scrape
from scrapers.sources import load_catalog, source_for
from tests.mirror import Mirror

FAMILIES = {
    "cnipa_2015_b4": "cnipa_yearbook",
    "cnipa_2022_c3": "cnipa_yearbook",
    "cnipa_en_m_201304_t2": None,
    "cnipa_zh_m_2006": None,
    "fujian_yearbook2022_1605": "region_table",
    "hunan_grants_202308": "prefecture_table",
    "hunan_inforce_202011": "prefecture_table",
    "jlzscqxx_201210_invgrant": None,
    "nbs_applications_2011_2025": "nbs_export",
    "suining_2021_plan_execution": "prose",
    "tianjin_2024_work_summary": "prose",
    "tm_apps_2024q3": None,
}
"""Pages of known families, with the parser that must be found where only one is right."""
UNTITLED = frozenset({"cnipa_zh_m_2006", "nbs_applications_2011_2025"})
"""Pages that do not say themselves what they count: what lists or people know of them must come with them."""


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


@pytest.mark.parametrize("slug", FAMILIES)
def test_a_page_of_a_known_family_gives_a_file_that_serves_it(archive: Path, tmp_path: Path, slug: str) -> None:
    page = archive_page(archive, slug)
    made = propose(page, {})
    file = write(made, tmp_path / "catalog")
    catalog = load_catalog(tmp_path / "catalog")
    source = catalog[file.stem]
    if page.url:
        assert source_for(catalog, page.url) is source
    if FAMILIES[slug]:
        assert source.parser == FAMILIES[slug]
    home = Home.at(tmp_path / "home")
    shown = tmp_path / "one"
    shown.mkdir()
    (shown / "index.csv").write_text(_index_row(archive, slug), encoding="utf-8")
    (shown / _file(archive, slug).name).write_bytes(page.body)
    taken = import_path(home, shown, run_id="run", catalog=catalog, source_id=file.stem)
    [outcome] = parse_captures(home, taken.capture_ids, catalog)
    expected = parse_page(page)[1].records
    assert [(r.region_label, r.measure_label, r.period, r.value) for r in read_records(home, outcome)] == [
        (r.region_label, r.measure_label, r.period, r.value) for r in expected
    ]


def _file(archive: Path, slug: str) -> Path:
    return next(path for path in (archive / "stats").iterdir() if path.stem == slug)


def _index_row(archive: Path, slug: str) -> str:
    head, *rows = (archive / "stats" / "index.csv").read_text(encoding="utf-8-sig").splitlines()
    return "\n".join([head, *(row for row in rows if row.startswith(f"{slug},"))]) + "\n"


def test_region_and_cadence_follow_from_the_figures(archive: Path) -> None:
    fields = {slug: propose(archive_page(archive, slug), {}).fields for slug in FAMILIES}
    assert fields["hunan_grants_202308"]["region_scope"] == "430000"
    assert fields["cnipa_2015_b4"]["region_scope"] == "country"
    assert fields["nbs_applications_2011_2025"]["region_scope"] == "country"
    assert fields["suining_2021_plan_execution"]["region_scope"] == "510900"
    assert fields["hunan_grants_202308"]["cadence"] == "monthly"
    assert fields["cnipa_2015_b4"]["cadence"] == "yearly"
    assert not fields["jlzscqxx_201210_invgrant"]["is_official"]
    assert fields["hunan_grants_202308"]["is_official"]


def test_what_the_page_does_not_say_is_marked(archive: Path, tmp_path: Path) -> None:
    made = propose(archive_page(archive, "hunan_grants_202308"), {})
    text = write(made, tmp_path).read_text(encoding="utf-8")
    lines = text.splitlines()
    for name in ("licence_note", "publisher_rank", "minimum_records", "cadence", "url_patterns"):
        above = lines[next(i for i, line in enumerate(lines) if line.startswith(f"{name}:")) - 1]
        assert above.startswith("# supposed: ")
    assert not lines[next(i for i, line in enumerate(lines) if line.startswith("parser:")) - 1].startswith("# supposed")


@pytest.mark.parametrize("slug", ["nbs_population_2015_2024", *(s for s in FAMILIES if s not in UNTITLED)])
def test_a_new_page_of_a_known_family_needs_only_a_catalog_entry(
    archive: Path, tmp_path: Path, site: Mirror, slug: str
) -> None:
    page = archive_page(archive, slug)
    content_type = page.knowledge.content_type or "text/html"
    address = site.page(f"/tjxx/2031/t20310501_77{_file(archive, slug).suffix}", page.body, content_type=content_type)
    entry = {
        "source_id": "new_pages", "publisher_zh": "局", "publisher_en": "Office", "title_zh": "表", "title_en": "Table",
        "addresses": [address], "cadence": "monthly", "region_scope": "country", "publisher_rank": 2,
        "is_official": True, "licence_note": "none", "freshness_limit_days": 400, "minimum_records": 1,
        "politeness": {"allow_private_addresses": True, "requests_per_second": 50.0},
    }  # fmt: skip
    (tmp_path / "new_pages.yaml").write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")
    catalog = load_catalog(tmp_path)
    home = Home.at(tmp_path / "home")
    run = scrape(home, catalog["new_pages"], run_id="run", live=True, starter=Path("/nowhere"))
    [outcome] = parse_captures(home, run.capture_ids, catalog)
    [capture] = Archive(home).captures()
    expected = parse_page(Page(page.body, address, capture.knowledge))[1]
    assert (outcome.verdict, outcome.record_count) == (expected.verdict, len(expected.records))
    assert outcome.record_count > 0


def test_a_list_gives_a_discovery(tmp_path: Path) -> None:
    links = "".join(f'<li><a href="/art/2026/3/{n}/art_75_20{n}.html">专利统计月报</a></li>' for n in range(1, 9))
    other = '<a href="/about/1.html">关于我们</a>'
    page = html_page(
        f"<ul>{links}</ul>{other}", title="统计数据", url="https://www.example.gov.cn/col/col75/index.html"
    )
    made = propose(page, {})
    source = load_catalog(write(made, tmp_path).parent)[str(made.fields["source_id"])]
    assert source.discovery is not None and source.discovery.list_page == page.url
    assert source.has_pattern_for("https://www.example.gov.cn/art/2027/11/30/art_75_4711.html")
    assert not source.has_pattern_for("https://www.example.gov.cn/about/1.html")


def test_a_list_that_links_to_its_further_pages_is_walked(tmp_path: Path) -> None:
    links = "".join(f'<li><a href="./t2026{n}.html">专利统计月报</a></li>' for n in range(11, 19))
    pages = "".join(f'<a href="index_{n}.html">{n + 1}</a>' for n in (1, 2, 3))
    page = html_page(f"<ul>{links}</ul>{pages}", title="统计数据", url="https://www.example.gov.cn/tjsj/index.html")
    made = propose(page, {})
    source = load_catalog(write(made, tmp_path).parent)[str(made.fields["source_id"])]
    (places,) = source.walks(date(2026, 4, 1)).values()
    assert [place.rsplit("/", 1)[1] for place in places[:3]] == ["index.html", "index_1.html", "index_2.html"]


def test_a_column_filled_by_a_script_is_asked_of_its_endpoint(tmp_path: Path) -> None:
    script = "var param={unitid:'669',webname:'%E6%9F%90%E5%B1%80',permissiontype:0};"
    page = html_page(
        f"<script>{script}</script><p>首页</p>", title="统计月报", url="https://www.example.gov.cn/col/col89/"
    )
    made = propose(page, {})
    source = load_catalog(write(made, tmp_path).parent)[str(made.fields["source_id"])]
    assert source.discovery is not None and source.discovery.jpage is not None
    assert "columnid=89&unitid=669&webname=%E6%9F%90%E5%B1%80" in source.discovery.jpage.page(89, 1)
    assert source.has_pattern_for("https://www.example.gov.cn/art/2026/3/9/art_89_12.html")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<p>您的访问行为异常，请求已被拦截。reason:UrlACL</p>", "block_page"),
        ("<p>欢迎光临本站,今天没有新的内容,请过几天再来看看,谢谢大家的支持与关注。</p>", "no figure"),
        ("", "empty"),
    ],
)
def test_a_page_that_is_no_source_is_refused(body: str, why: str) -> None:
    with pytest.raises(NotASource, match=why):
        propose(html_page(body, url="https://www.example.gov.cn/a.html"), {})


def test_no_file_is_overwritten_and_no_broken_one_is_kept(archive: Path, tmp_path: Path) -> None:
    made = propose(archive_page(archive, "hunan_grants_202308"), {})
    file = write(made, tmp_path)
    before = file.read_bytes()
    with pytest.raises(CannotWrite, match="--id"):
        write(made, tmp_path)
    made.fields |= {"source_id": "other", "cadence": "now and then"}
    with pytest.raises(CannotWrite, match="cadence"):
        write(made, tmp_path)
    assert file.read_bytes() == before and [path.name for path in tmp_path.iterdir()] == [file.name]


def test_addresses_are_generalised_in_their_numbers_only() -> None:
    pattern = pattern_of("http://amr.example.gov.cn/sjx/202309/t20230921_29497279.html")
    assert pattern == r"^https?://amr\.example\.gov\.cn/sjx/\d+/t\d+_\d+\.html$"
    hashed = pattern_of("https://x.gov.cn/show/e97e4ab08ef24679a1fcbfdb043258cd.html?id=7")
    assert hashed == r"^https?://x\.gov\.cn/show/[0-9a-f]{32}\.html\?id=\d+$"


def test_names_are_snake_case_and_begin_with_a_letter() -> None:
    assert source_id_of("http://tjj.example.gov.cn/sj/ndsj/2022/1.html", "") == "tjj_example_sj_ndsj"
    assert source_id_of("imported:表.html", "统计表") == "saved_pages"
    assert source_id_of("http://127.0.0.1:80/1.html", "").isidentifier()


def test_only_hosts_of_the_government_are_official() -> None:
    assert is_official_host("tjj.example.gov.cn") and not is_official_host("gov.cn.example.com")


def test_a_table_of_nothing_known_is_read_and_its_region_left_open() -> None:
    rows = [[f"第{n}街道", n * 11, n * 7] for n in range(1, 12)]
    page = html_page(
        "<h1>2024年专利授权量统计表</h1><p>单位:件</p>" + table(["地区", "专利授权量", "发明"], *rows),
        title="2024年专利授权量统计表",
        url="https://www.example.com/a/1.html",
    )
    made = propose(page, {})
    assert made.fields["region_scope"] == "country" and "region_scope" in made.supposed

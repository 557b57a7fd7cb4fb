"""Files beside pages, live against a local server: they come after their page, once, and are known by what it says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scrapers.archive import Archive
from scrapers.captures import Capture, Outcome
from scrapers.home import Home
from scrapers.parse import parse_captures
from scrapers.source_model import Attachments, Discovery, Source
from tests.mirror import Answer, Mirror
from tests.mirror.pages import list_page, table_page
from tests.mirror.visiting import TODAY, due, outcomes, source, visit
from tests.scrapers.pdf_files import REGIONS, heading, paragraph, pdf, ruled
from tests.scrapers.test_zip_members import CSV, encrypted, packed

HEX = "0123456789abcdef0123456789abcdef"
DOWNLOAD = f"/module/download/downfile.jsp?classid=0&filename={HEX}.pdf&showname=%E6%9C%88%E6%8A%A5.pdf"
XLS_TYPE = "application/vnd.ms-excel"


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def with_files(rules: dict[str, Any] | None = None, **changes: Any) -> Source:
    return source(rules, **{"attachments": Attachments(), **changes})


def page(*links: tuple[str, str], extra: str = "") -> str:
    items = "".join(f'<p><a href="{address}">{text}</a></p>' for address, text in links)
    head = '<meta name="pubdate" content="2024-03-05 10:00">'
    words = "各区知识产权局要认真做好专利统计数据的报送和核对工作，确保数据真实、准确、完整。" * 3
    return (f"<html><head><title>2023年专利统计表</title>{head}</head><body><h1>2023年专利统计表</h1>"
            f"<div class='content'><p>{words}</p>{items}{extra}</div></body></html>")  # fmt: skip


def xlsx(rows: list[list[object]]) -> bytes:
    from openpyxl import Workbook

    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(buffer)
    return buffer.getvalue()


def table_file() -> bytes:
    return xlsx(
        [["2023年各省专利授权量(件)"], ["地区", "合计", "发明"], *([r, 100 + n, 30 + n] for n, r in enumerate(REGIONS))]
    )


def captures(home: Home) -> dict[str, Capture]:
    return {
        capture.url.partition("/")[2].partition("/")[2].partition("/")[2]: capture
        for capture in Archive(home).captures()
    }


def test_files_come_after_their_page_and_are_known_by_it(home: Home, site: Mirror) -> None:
    site.page("/f/t1.xlsx", table_file(), content_type=None)
    site.page(DOWNLOAD, pdf(paragraph("x")), content_type="application/octet-stream")
    start = site.page("/art/1.html", page(
        ("/f/t1.xlsx", "附件1：2023年各区专利授权情况.xlsx"), (DOWNLOAD, "下 载"), ("/other.html", "上一篇"),
    ))  # fmt: skip
    visit(home, with_files(addresses=[start]))
    assert [asked.path for asked in site.asked] == [
        "/robots.txt",
        "/art/1.html",
        "/f/t1.xlsx",
        DOWNLOAD,
    ]
    found = captures(home)
    sheet, report = found["f/t1.xlsx"].knowledge, found[DOWNLOAD[1:]].knowledge
    assert (sheet.title, sheet.published_on, sheet.linked_from) == ("2023年各区专利授权情况", date(2024, 3, 5), start)
    assert (report.title, report.publisher) == ("月报", "局")


def test_a_link_that_says_nothing_takes_the_title_of_the_page(home: Home, site: Mirror) -> None:
    site.page("/c7.xls", table_file(), content_type=XLS_TYPE)
    visit(home, with_files(addresses=[site.page("/c7.html", table_page("表一", extra="<a href='c7.xls'>下 载</a>"))]))
    assert captures(home)["c7.xls"].knowledge.title == "表一"


def test_without_being_wanted_no_file_is_asked_for(home: Home, site: Mirror) -> None:
    visit(home, source(addresses=[site.page("/a.html", page(("/t.xlsx", "表")))]))
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/a.html"]


def test_files_of_other_hosts_and_other_kinds_are_left(home: Home, site: Mirror) -> None:
    links = [
        ("http://127.0.0.2:1/t.xlsx", "表"),
        ("/t.exe", "程序"),
        ("javascript:void(0)", "t.xlsx"),
        ("/a.doc", "文"),
    ]
    visit(home, with_files(addresses=[site.page("/a.html", page(*links))]))
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/a.html"]
    assert outcomes(home) == [("a.html", "new")]


def test_a_file_is_asked_for_again_only_when_its_page_has_changed(home: Home, site: Mirror) -> None:
    site.page("/t.xlsx", table_file(), content_type=None)
    wanted = with_files(addresses=[site.page("/a.html", page(("/t.xlsx", "表")))])
    visit(home, wanted)
    visit(home, wanted, as_of=TODAY + timedelta(days=28))
    assert len(site.asked_for("/t.xlsx")) == 1
    site.page("/a.html", page(("/t.xlsx", "表"), extra="<p>数据已于4月更正，请以本表为准。</p>"))
    visit(home, wanted, as_of=TODAY + timedelta(days=56))
    assert len(site.asked_for("/t.xlsx")) == 2


def test_what_did_not_come_makes_the_page_due_and_what_came_is_left_alone(home: Home, site: Mirror) -> None:
    site.page("/1.xlsx", table_file(), content_type=None)
    site.set("/2.xlsx", Answer(b"", 500))
    wanted = with_files(addresses=[site.page("/a.html", page(("/1.xlsx", "表一"), ("/2.xlsx", "表二")))])
    summary = visit(home, wanted)
    assert (summary.left, due(home, wanted)) == (1, ["a_source"])
    assert any("files_left: 1 of 2" in reason for reason in summary.reasons)
    site.page("/2.xlsx", table_file(), content_type=None)
    visit(home, wanted)
    assert (len(site.asked_for("/1.xlsx")), due(home, wanted)) == (1, [])
    assert captures(home)["2.xlsx"].size


def test_a_limit_of_the_run_leaves_files_for_the_next(home: Home, site: Mirror) -> None:
    for n in range(4):
        site.page(f"/{n}.csv", CSV.replace("120", f"12{n}"), content_type="text/csv")
    start = site.page("/a.html", page(*((f"/{n}.csv", f"表{n}") for n in range(4))))
    wanted = with_files({"max_addresses": 3}, addresses=[start])
    visit(home, wanted)
    assert (len(captures(home)), due(home, wanted)) == (3, ["a_source"])
    visit(home, wanted)
    assert (len(captures(home)), due(home, wanted)) == (5, [])


def test_files_of_discovered_pages_come_too_and_a_missing_one_takes_the_list_up_again(home: Home, site: Mirror) -> None:
    site.page("/b/1.html", page(("/b/1.xlsx", "表")))
    discovery = Discovery(list_page=site.page("/b.html", list_page(("/b/1.html", "表"))), link_pattern=r"/b/\d\.html$")
    wanted = with_files(discovery=discovery)
    site.set("/b/1.xlsx", Answer(b"", 500))
    visit(home, wanted)
    assert due(home, wanted) == ["a_source"]
    site.page("/b/1.xlsx", table_file(), content_type=None)
    visit(home, wanted)
    assert due(home, wanted) == []
    assert "b/1.xlsx" in captures(home)


def test_a_web_page_in_place_of_a_file_is_refused(home: Home, site: Mirror) -> None:
    words = "<p>" + "欢迎访问本网站，本站提供政务公开、办事服务、互动交流等栏目。" * 30 + "</p>"
    site.page("/t.xlsx", f"<html><head><title>首页</title></head><body>{words}</body></html>")
    visit(home, with_files(addresses=[site.page("/a.html", page(("/t.xlsx", "表")))]))
    blocked = [a for a in Archive(home).attempts() if a.outcome is Outcome.BLOCKED]
    assert [a.reason.partition(":")[0] for a in blocked if a.reason] == ["not_the_file"]


# --- from the dataset page to the records -----------------------------------------------------------------------------


def test_a_dataset_page_leads_to_its_files_and_their_figures(home: Home, site: Mirror) -> None:
    """XLSX, CSV, a PDF and a ZIP beside each other, as a portal or an article offers them."""
    rows = [["地区", "合计", "发明"], *([r, str(100 + n), str(30 + n)] for n, r in enumerate(REGIONS))]
    site.page("/d/t.xlsx", table_file(), content_type=None)
    site.page("/d/t.csv", CSV.encode("gbk"), content_type="application/octet-stream")
    report = pdf(heading("2023年各省专利授权量统计表"), paragraph("单位：件", 0), ruled(rows))
    site.page("/d/t.pdf", report, content_type="application/pdf")
    site.page("/d/t.zip", packed({"天津市2023年专利.csv": CSV.encode("gbk")}, gbk=True), content_type="application/zip")
    links = [(f"/d/t.{kind}", f"2023年专利授权量.{kind}") for kind in ("xlsx", "csv", "pdf", "zip")]
    dataset = site.page("/sjj/0123456789abcdef0123456789abcdef.htm", page(*links))
    wanted = source(discovery=Discovery(list_page=dataset, link_pattern=r"\.(?:xlsx|csv|pdf|zip)$"), minimum_records=4)
    summary = visit(home, wanted)
    found = {
        outcome.url.rsplit(".", 1)[1] if "#" not in outcome.url else "member": outcome
        for outcome in parse_captures(home, [c.capture_id for c in Archive(home).captures()], {"a_source": wanted})
    }
    assert {kind: outcome.record_count for kind, outcome in found.items()} == {
        "xlsx": 62, "csv": 8, "pdf": 62, "zip": 0, "member": 8,
    }  # fmt: skip
    assert found["zip"].reason == "zip_archive"
    assert all(o.reason is None or k == "zip" for k, o in found.items()), {k: o.message for k, o in found.items()}
    assert len(summary.capture_ids) == 5


def test_a_dataset_page_without_a_link_to_a_file_is_a_visible_failure(home: Home, site: Mirror) -> None:
    start = site.page("/sjj/x.htm", page(("javascript:download('1')", "下载XLS")))
    wanted = source(discovery=Discovery(list_page=start, link_pattern=r"\.(?:xlsx?|csv)$"))
    summary = visit(home, wanted)
    assert any("no_links" in reason for reason in summary.reasons)
    assert due(home, wanted) == ["a_source"]


def test_an_archive_that_cannot_be_opened_is_kept_and_named(home: Home, site: Mirror) -> None:
    site.page("/t.zip", encrypted(packed({"a.csv": CSV.encode()})), content_type="application/zip")
    summary = visit(home, with_files(addresses=[site.page("/a.html", page(("/t.zip", "表")))]))
    assert any("encrypted_zip" in reason for reason in summary.reasons)
    assert "t.zip" in captures(home)

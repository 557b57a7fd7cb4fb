"""Files saved by hand come into the archive with what is known of them, once, and a bad one never stops the others."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scrapers.archive import Archive
from scrapers.captures import Origin
from scrapers.home import Home
from scrapers.imports import ImportRefused, ImportSummary, import_path, register_starter, starter_pending
from scrapers.source_model import Cadence, Source
from scrapers.sources import load_catalog
from tests.mirror.pages import table_page

COLUMNS = [
    "slug",
    "file",
    "url",
    "publisher",
    "title",
    "period",
    "content_type",
    "encoding",
    "truncated",
    "published_on",
]


def source(source_id: str, **changes: Any) -> Source:
    values: dict[str, Any] = {
        "publisher_zh": "局", "publisher_en": "Office", "title_zh": "表", "title_en": "Table",
        "cadence": Cadence.MONTHLY, "region_scope": "country", "publisher_rank": 1, "is_official": True,
        "licence_note": "none", "freshness_limit_days": 10, "minimum_records": 1,
    }  # fmt: skip
    return Source(source_id=source_id, **{**values, **changes})


CATALOG = {
    "exports": source("exports", shared_addresses=["https://data.example.org/query"]),
    "plans": source("plans", parser="plan_document"),
    "tables": source("tables", url_patterns=[r"^https://stats\.example\.org/"]),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def index(
    folder: Path, rows: Sequence[dict[str, str]], columns: Sequence[str] = COLUMNS, encoding: str = "utf-8"
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "index.csv", "w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def save(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(table_page(name), encoding="utf-8")
    return folder


def bring(home: Home, path: Path, **how: Any) -> ImportSummary:
    return import_path(home, path, **{"run_id": "run", "catalog": CATALOG, **how})


def addresses(home: Home) -> dict[str, str]:
    return {capture.url: capture.source_id for capture in Archive(home).captures()}


def test_an_index_tells_what_is_known_of_a_page(home: Home, tmp_path: Path) -> None:
    folder = save(tmp_path / "in", "a.html")
    row = {
        "file": "a.html", "url": "https://stats.example.org/a", "publisher": "统计局", "title": "表一",
        "period": "2023", "content_type": "text/html", "encoding": "gbk", "truncated": "yes",
        "published_on": "2024-03-05",
    }  # fmt: skip
    bring(home, index(folder, [row], encoding="gb18030"))
    capture = Archive(home).captures()[0]
    assert (capture.source_id, capture.url, capture.origin) == (
        "tables",
        "https://stats.example.org/a",
        Origin.IMPORTED,
    )
    assert capture.knowledge.model_dump(mode="json") == {
        "content_type": "text/html", "charset": None, "title": "表一", "publisher": "统计局",
        "published_on": "2024-03-05", "period": "2023", "truncated": True, "linked_from": None,
    }  # fmt: skip


def test_the_same_import_twice_archives_nothing_new(home: Home, tmp_path: Path) -> None:
    folder = index(save(tmp_path / "in", "a.html", "b.html"), [{"file": "a.html"}, {"file": "b.html"}])
    first, second = bring(home, folder), bring(home, folder)
    assert (first.new, first.unchanged) == (2, 0)
    assert (second.new, second.unchanged) == (0, 2)
    assert first.capture_ids == second.capture_ids
    assert len(Archive(home).captures()) == 2


def test_a_plan_row_brings_both_its_files_to_the_plan_source(home: Home, tmp_path: Path) -> None:
    folder = save(tmp_path / "in", "p.txt", "p.html", "q.txt", "q.html")
    columns = [
        "plan_id",
        "file_txt",
        "file_html",
        "title_zh",
        "issuer",
        "issue_date",
        "period_start",
        "period_end",
        "url",
    ]
    rows = [
        {"plan_id": "p", "file_txt": "p.txt", "file_html": "p.html", "title_zh": "规划", "issuer": "市政府",
         "issue_date": "2022-05-23", "period_start": "2021", "period_end": "2025"},
        {"plan_id": "q", "file_txt": "q.txt", "file_html": "q.html", "url": "https://gov.example.org/q"},
    ]  # fmt: skip
    bring(home, index(folder, rows, columns))
    assert addresses(home) == {
        "imported:p.html": "plans",
        "imported:p.txt": "plans",
        "https://gov.example.org/q": "plans",
        "https://gov.example.org/q#q.txt": "plans",
    }
    known = Archive(home).captures()[0].knowledge
    assert (known.title, known.publisher, str(known.published_on), known.period) == (
        "规划",
        "市政府",
        "2022-05-23",
        "2021..2025",
    )


def test_files_without_an_address_go_by_their_name(home: Home, tmp_path: Path) -> None:
    bring(home, index(save(tmp_path / "in", "a.html"), [{"file": "a.html", "url": ""}]))
    assert addresses(home) == {"imported:a.html": "unlisted"}


def test_answers_that_share_an_address_stay_apart(home: Home, tmp_path: Path) -> None:
    rows = [
        {"file": "a.html", "url": "https://data.example.org/query"},
        {"file": "b.html", "url": "https://other.example.org/"},
        {"file": "c.html", "url": "https://other.example.org/x"},
        {"file": "d.html", "url": "https://other.example.org/x"},
        {"file": "e.html", "url": "https://other.example.org/y"},
        {"file": "e.html", "url": "https://other.example.org/y"},
    ]
    bring(home, index(save(tmp_path / "in", *["a.html", "b.html", "c.html", "d.html", "e.html"]), rows))
    assert set(addresses(home)) == {
        "https://data.example.org/query#a.html",
        "https://other.example.org/#b.html",
        "https://other.example.org/x#c.html",
        "https://other.example.org/x#d.html",
        "https://other.example.org/y",
    }


def test_indexes_are_found_below_the_folder_and_other_files_are_named(home: Home, tmp_path: Path) -> None:
    index(save(tmp_path / "in" / "x", "a.html", "left.html"), [{"file": "a.html"}])
    index(save(tmp_path / "in" / "y" / "z", "b.html"), [{"file": "b.html"}])
    summary = bring(home, tmp_path / "in")
    assert set(addresses(home)) == {"imported:a.html", "imported:b.html"}
    assert "left.html" in " ".join(summary.notes)


def test_what_cannot_be_taken_in_is_told_and_the_rest_goes_on(home: Home, tmp_path: Path) -> None:
    folder = save(tmp_path / "in", "good.html", "../secret.html")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    (folder / "dir.html").mkdir()
    names = ["missing.html", "../secret.html", str(tmp_path / "secret.html"), "link.html", "dir.html", "", "good.html"]
    summary = bring(home, index(folder, [{"file": name, "title": "t"} for name in names]))
    assert set(addresses(home)) == {"imported:good.html"}
    assert [name for name, _ in summary.failed][:5] == names[:5]
    assert len(summary.failed) == 6
    reasons = dict(summary.failed)
    assert reasons["missing.html"] == "there is no such file"
    assert all("outside" in reasons[name] for name in names[1:4])


def test_of_a_folder_what_is_no_file_or_has_no_usable_name_is_told(home: Home, tmp_path: Path) -> None:
    folder = save(tmp_path / "in", "good.html", "new\nline.html")
    os.mkfifo(folder / "pipe.html")
    (folder / "gone.html").symlink_to(folder / "nowhere.html")
    (folder / "zero.html").symlink_to("/dev/zero")
    summary = bring(home, folder)
    assert addresses(home) == {"imported:good.html": "unlisted"}
    assert {name: reason.split(";")[0] for name, reason in summary.failed} == {
        "'new\\nline.html'": "the name of the file holds a control character",
        "pipe.html": "it is a pipe or a device, no file",
        "gone.html": "there is no such file",
        "zero.html": "it is a link that leads out of the folder",
    }
    assert bring(home, folder / "pipe.html").failed == [("pipe.html", "it is a pipe or a device, no file")]


def test_odd_cells_of_an_index_are_told(home: Home, tmp_path: Path) -> None:
    folder = save(tmp_path / "in", "a.html")
    summary = bring(home, index(folder, [{"file": "a.html", "url": "javascript:x", "published_on": "May 2020"}]))
    assert addresses(home) == {"imported:a.html": "unlisted"}
    assert len(summary.notes) == 2


def test_an_index_without_a_file_column_is_told(home: Home, tmp_path: Path) -> None:
    index(save(tmp_path / "in" / "bad", "a.html"), [{"name": "a.html"}], ["name"])
    index(save(tmp_path / "in" / "good", "b.html"), [{"file": "b.html"}])
    summary = bring(home, tmp_path / "in")
    assert set(addresses(home)) == {"imported:b.html"}
    assert "no column file" in summary.failed[0][1]


def test_a_folder_without_an_index_has_its_pages_taken_in(home: Home, tmp_path: Path) -> None:
    folder = save(
        tmp_path / "in", "a.html", "x/b.csv", "x/c.html", "y/c.html", ".hidden/d.html", "README.txt", "photo.jpg"
    )
    summary = bring(home, folder, source_id="tables")
    assert addresses(home) == dict.fromkeys(
        ["imported:a.html", "imported:b.csv", "imported:x/c.html", "imported:y/c.html"], "tables"
    )
    assert "left out" in summary.notes[0]


def test_a_single_file_takes_address_and_source_from_the_caller(home: Home, tmp_path: Path) -> None:
    folder = save(tmp_path / "in", "a.html")
    bring(home, folder / "a.html", url="https://stats.example.org/1")
    bring(home, folder / "a.html", url="https://stats.example.org/2", source_id="exports")
    bring(home, folder / "a.html")
    assert addresses(home) == {
        "https://stats.example.org/1": "tables",
        "https://stats.example.org/2": "exports",
        "imported:a.html": "unlisted",
    }


def test_a_single_file_is_known_by_the_index_beside_it(home: Home, tmp_path: Path) -> None:
    folder = index(
        save(tmp_path / "in", "a.html"), [{"file": "a.html", "url": "https://stats.example.org/a", "title": "表"}]
    )
    bring(home, folder)
    assert bring(home, folder / "a.html").unchanged == 1
    assert addresses(home) == {"https://stats.example.org/a": "tables"}


def test_a_page_saved_by_a_browser_says_where_it_is_from(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "saved.html"
    file.write_text("<!DOCTYPE html>\n<!-- saved from url=(0033)https://stats.example.org/t.html -->\n" + table_page())
    bring(home, file)
    assert addresses(home) == {"https://stats.example.org/t.html": "tables"}


def test_an_empty_file_is_archived_for_the_parser_to_judge(home: Home, tmp_path: Path) -> None:
    (tmp_path / "empty.html").touch()
    assert bring(home, tmp_path / "empty.html").new == 1


@pytest.mark.parametrize(
    ("name", "how", "hint"),
    [
        ("nowhere", {}, "no file or folder"),
        (".", {"url": "https://example.org/"}, "one page"),
        ("a.html", {"url": "example.org"}, "no web address"),
        ("a.html", {"source_id": "none"}, "no such source: none; allowed: exports, plans, tables"),
        ("void", {}, "no index.csv and no saved page"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(home: Home, tmp_path: Path, name: str, how: Any, hint: str) -> None:
    save(tmp_path / "in", "a.html", "void/x.jpg")
    with pytest.raises(ImportRefused, match=hint):
        bring(home, tmp_path / "in" / name, **how)
    assert Archive(home).captures() == []


def test_starter_captures_are_registered_once_and_only_for_their_source(home: Home, tmp_path: Path) -> None:
    rows = [
        {"file": "a.html", "url": "https://stats.example.org/a", "source_id": "tables", "published_on": "2024-01-02"},
        {"file": "b.html", "url": "", "source_id": "exports"},
        {"file": "lost.html", "url": "", "source_id": "tables"},
    ]
    folder = index(save(tmp_path / "starter", "a.html", "b.html"), rows, [*COLUMNS, "source_id"])
    archive = Archive(home)
    assert len(starter_pending(archive, CATALOG["tables"], folder)) == 1
    assert len(register_starter(archive, CATALOG["tables"], "run", folder)) == 1
    assert register_starter(Archive(home), CATALOG["tables"], "again", folder) == []
    capture = Archive(home).captures()[0]
    assert (capture.origin, capture.url, str(capture.knowledge.published_on)) == (
        Origin.STARTER,
        "https://stats.example.org/a",
        "2024-01-02",
    )
    register_starter(Archive(home), CATALOG["exports"], "run", folder)
    assert "starter:b.html" in addresses(home)
    assert starter_pending(archive, CATALOG["tables"], tmp_path / "none") == []


def test_the_shipped_starter_captures_belong_to_sources_and_are_all_there(home: Home) -> None:
    from scrapers.imports import STARTER
    from scrapers.index_rows import read_index

    if not (STARTER / "index.csv").is_file():
        pytest.skip("no starter captures are shipped")
    rows = read_index(STARTER / "index.csv")
    catalog = load_catalog(STARTER.parent / "catalog")
    assert [row.file for row in rows if not (STARTER / row.file).is_file() or row.source_id not in catalog] == []


def test_the_archive_of_real_pages_comes_in_whole(home: Home, archive: Path) -> None:
    catalog = load_catalog(Path(__file__).parents[2] / "scrapers" / "catalog")
    first = import_path(home, archive, run_id="one", catalog=catalog)
    assert first.failed == []
    assert first.notes == []
    with open(archive / "stats" / "index.csv", encoding="utf-8-sig", newline="") as file:
        pages = len(list(csv.DictReader(file)))
    with open(archive / "plans" / "index.csv", encoding="utf-8-sig", newline="") as file:
        plans = 2 * len(list(csv.DictReader(file)))
    assert first.new == pages + plans
    assert len({capture.url for capture in Archive(home).captures()}) == pages + plans
    assert first.by_source["plan_documents"] == plans
    second = import_path(home, archive, run_id="two", catalog=catalog)
    assert (second.new, second.unchanged) == (0, pages + plans)

"""Visiting a source: when it is due, what is archived, and that a run which is cut short goes on where it was."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from scrapers.archive import Archive
from scrapers.captures import Knowledge, Origin, Outcome
from scrapers.discovery_model import Discovery
from scrapers.home import Home
from scrapers.source_model import Cadence, Source, Years
from scrapers.sources import CatalogError
from tests.mirror import Answer, Mirror
from tests.mirror.pages import list_page, table_page
from tests.mirror.server import BLOCK_PAGE
from tests.mirror.visiting import TODAY, due, outcomes, source, visit


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


# --- offline --------------------------------------------------------------------------------------------------------


def test_offline_nobody_is_visited_and_the_starter_is_registered_once(home: Home, site: Mirror, tmp_path: Path) -> None:
    starter = tmp_path / "starter"
    starter.mkdir()
    (starter / "s.html").write_text(table_page("shipped"))
    with open(starter / "index.csv", "w", newline="") as file:
        csv.writer(file).writerows([["file", "url", "source_id"], ["s.html", site.url("/a"), "a_source"]])
    wanted = source(addresses=[site.page("/a", table_page())])
    assert due(home, wanted, live=False) == []
    assert due(home, wanted, live=False, starter=starter) == ["a_source"]
    summary = visit(home, wanted, live=False, starter=starter)
    assert (summary.starter, dict(summary.counts), len(summary.capture_ids)) == (1, {"new": 1}, 1)
    assert due(home, wanted, live=False, starter=starter) == []
    assert visit(home, wanted, live=False, starter=starter).starter == 0
    assert site.asked == []
    fetched = visit(home, wanted, starter=starter)
    assert fetched.counts["new"] == 1
    latest = Archive(home).latest(site.url("/a"))
    assert latest is not None and latest.origin is Origin.FETCHED


def test_a_source_without_addresses_is_never_visited(home: Home) -> None:
    wanted = source()
    assert due(home, wanted) == []
    assert due(home, wanted, selected=["a_source"]) == []
    assert not visit(home, wanted).counts


# --- when it is due --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cadence", "days"),
    [(Cadence.DAILY, 1), (Cadence.WEEKLY, 7), (Cadence.MONTHLY, 28), (Cadence.QUARTERLY, 90), (Cadence.YEARLY, 360)],
)
def test_a_source_is_due_again_when_its_cadence_is_over(home: Home, site: Mirror, cadence: Cadence, days: int) -> None:
    wanted = source(addresses=[site.page("/a", table_page())], cadence=cadence)
    assert due(home, wanted) == ["a_source"]
    visit(home, wanted)
    assert due(home, wanted) == []
    assert due(home, wanted, as_of=TODAY + timedelta(days=days - 1)) == []
    assert due(home, wanted, as_of=TODAY + timedelta(days=days)) == ["a_source"]


def test_a_source_that_is_visited_once_is_never_due_again(home: Home, site: Mirror) -> None:
    wanted = source(addresses=[site.page("/a", table_page())], cadence=Cadence.ONCE)
    visit(home, wanted)
    assert due(home, wanted, as_of=date(2100, 1, 1)) == []


def test_a_source_that_is_named_is_visited_whether_due_or_not(home: Home, site: Mirror) -> None:
    wanted, other = (
        source(addresses=[site.page("/a", table_page())]),
        source(source_id="other", addresses=[site.url("/b")]),
    )
    visit(home, wanted)
    assert due(home, wanted, other, selected=["a_source"]) == ["a_source"]
    site.page("/a", table_page(figures=20))
    assert visit(home, wanted).counts["new"] == 1
    with pytest.raises(CatalogError, match="no such source: none"):
        due(home, wanted, selected=["none"])


def test_only_due_addresses_are_visited_and_failed_ones_stay_due(home: Home, site: Mirror) -> None:
    good, bad, gone = site.page("/good", table_page()), site.set("/bad", Answer(BLOCK_PAGE)), site.url("/gone")
    wanted = source(addresses=[good, bad, gone])
    visit(home, wanted)
    assert outcomes(home) == [("good", "new"), ("bad", "blocked"), ("gone", "not_found")]
    assert due(home, wanted) == ["a_source"]
    site.page("/bad", table_page("again"))
    visit(home, wanted)
    assert outcomes(home)[3:] == [("bad", "new")]
    assert due(home, wanted) == []


# --- what is archived --------------------------------------------------------------------------------------


def test_a_second_visit_asks_only_whether_the_page_has_changed(home: Home, site: Mirror) -> None:
    wanted = source(addresses=[site.page("/a", table_page(), etag=True), site.page("/b", table_page())])
    first = visit(home, wanted)
    second = visit(home, wanted)
    assert (dict(first.counts), dict(second.counts)) == ({"new": 2}, {"unchanged": 2})
    assert "If-None-Match" in site.asked_for("/a")[1].headers
    assert [attempt.http_status for attempt in Archive(home).attempts()][2:] == [304, 200]
    third = visit(home, wanted)
    assert "If-None-Match" in site.asked_for("/a")[2].headers
    assert dict(third.counts) == {"unchanged": 2}
    assert len(Archive(home).captures()) == 2


def test_a_page_that_was_lost_or_replaced_by_hand_is_asked_for_whole(home: Home, site: Mirror) -> None:
    url = site.page("/a", table_page(), etag=True)
    wanted = source(addresses=[url])
    visit(home, wanted)
    capture = Archive(home).captures()[0]
    Path(home.path("captures/bodies", capture.body_sha256[:2], capture.body_sha256)).unlink()
    visit(home, wanted)
    assert Archive(home).body(capture) == table_page().encode()
    Archive(home).add(
        source_id="a_source",
        url=url,
        body=b"<html>by hand</html>",
        origin=Origin.IMPORTED,
        knowledge=Knowledge(),
        run_id="i",
    )
    visit(home, wanted)
    assert Archive(home).latest(url) == capture
    assert all("If-None-Match" not in asked.headers for asked in site.asked_for("/a"))


def test_a_block_page_is_evidence_and_the_last_good_page_stays(home: Home, site: Mirror) -> None:
    url = site.page("/a", table_page())
    wanted = source(addresses=[url])
    visit(home, wanted)
    good = Archive(home).latest(url)
    site.set("/a", Answer(BLOCK_PAGE))
    summary = visit(home, wanted)
    assert dict(summary.counts) == {"blocked": 1}
    assert "block_page" in summary.reasons[0]
    archive = Archive(home)
    assert archive.latest(url) == good and len(archive.captures()) == 1
    last = list(archive.attempts())[-1]
    assert last.reason is not None and archive.kept(last.reason.split()[-1].rstrip(")")) == BLOCK_PAGE


def test_no_network_ends_quickly_and_every_address_is_accounted_for(home: Home, site: Mirror) -> None:
    with Mirror() as gone:
        host = gone.host
    addresses = [f"http://{host}/{number}" for number in range(30)]
    started = time.monotonic()
    summary = visit(home, source(addresses=addresses))
    assert time.monotonic() - started < 3
    assert dict(summary.counts) == {"failed": 30}
    reasons = [attempt.reason or "" for attempt in Archive(home).attempts()]
    assert reasons[0].startswith("no_connection") and all(
        reason.startswith("host_unreachable") for reason in reasons[1:]
    )


# --- discovery --------------------------------------------------------------------------------------------------------


def monthly(site: Mirror, rules: dict[str, Any] | None = None, **changes: Any) -> Source:
    discovery = Discovery(
        list_page=site.url("/list/{year}.html"), link_pattern=r"/t\d+\.html$", title_pattern="统计表", max_links=5
    )
    return source(rules, discovery=discovery, years=Years(first=2024, last=2025), **changes)


def test_pages_are_found_through_list_pages(home: Home, site: Mirror) -> None:
    links = [
        ("../t1.html", "一月统计表"), ("/t2.html#top", "二月统计表"), ("/t1.html", "一月统计表"), ("/t3.html", "新闻"),
        ("/about.html", "统计表"), ("https://elsewhere.org/t4.html", "统计表"), ("javascript:x", "统计表"),
    ]  # fmt: skip
    site.page("/list/2024.html", list_page(*links))
    for name in ("/t1.html", "/t2.html", "/t3.html"):
        site.page(name, table_page(name))
    summary = visit(home, monthly(site))
    assert outcomes(home) == [
        ("t1.html", "new"), ("t2.html", "new"), ("2024.html", "unchanged"), ("2025.html", "not_found"),
    ]  # fmt: skip
    assert summary.counts["new"] == 2
    assert {capture.source_id for capture in Archive(home).captures()} == {"a_source"}
    assert due(home, monthly(site)) == []
    later = TODAY + timedelta(days=40)
    site.page("/list/2025.html", list_page(("/t9.html", "九月统计表")))
    site.page("/t9.html", table_page("9"))
    assert dict(visit(home, monthly(site), as_of=later).counts) == {"unchanged": 4, "new": 1}


def test_links_beyond_the_limit_are_not_followed(home: Home, site: Mirror) -> None:
    site.page("/list/2024.html", list_page(*[(f"/t{n}.html", "统计表") for n in range(40)]))
    visit(home, monthly(site))
    assert len(Archive(home).captures()) == 0
    assert len([1 for name, _ in outcomes(home) if name.startswith("t")]) == 5


def test_a_list_page_without_links_is_an_error_that_keeps_the_page(home: Home, site: Mirror) -> None:
    site.page("/list/2024.html", list_page(("/new-layout/1", "统计表")))
    visit(home, monthly(site))
    attempt = next(iter(Archive(home).attempts()))
    assert (attempt.outcome, (attempt.reason or "").split(":")[0]) == (Outcome.FAILED, "no_links")
    assert Archive(home).kept((attempt.reason or "").split()[-1].rstrip(")"))
    assert due(home, monthly(site)) == ["a_source"]


def test_a_run_at_its_limit_leaves_the_rest_due_and_the_next_goes_on(home: Home, site: Mirror) -> None:
    site.page("/list/2024.html", list_page(*[(f"/t{n}.html", "统计表") for n in range(5)]))
    for number in range(5):
        site.page(f"/t{number}.html", table_page(str(number)))
    wanted = monthly(site, {"max_addresses": 4})
    first = visit(home, wanted)
    assert first.counts["new"] == 3 and first.left == 3
    assert due(home, wanted) == ["a_source"]
    second = visit(home, wanted)
    assert dict(second.counts) == {"new": 2, "unchanged": 1, "not_found": 1}
    assert [len(site.asked_for(f"/t{number}.html")) for number in range(5)] == [1] * 5
    assert due(home, wanted) == []


def test_addresses_of_years_are_visited_and_the_missing_are_told(home: Home, site: Mirror) -> None:
    site.page("/2024/a.html", table_page())
    wanted = source(address_template=site.url("/{year}/a.html"), years=Years(first=2023, last=2024))
    assert dict(visit(home, wanted).counts) == {"not_found": 1, "new": 1}


# --- killed -----------------------------------------------------------------------------------------------------------

PROGRAM = """
import sys
from pathlib import Path
from scrapers.home import Home
from scrapers.scrape import scrape
from scrapers.sources import load_catalog
scrape(Home.at(sys.argv[1]), load_catalog(Path(sys.argv[2]))["a_source"], run_id="killed", live=True)
"""


def test_a_killed_run_goes_on_where_it_was(home: Home, site: Mirror, tmp_path: Path) -> None:
    pages = [site.page(f"/t{n}.html", table_page(str(n)), wait=0.05) for n in range(12)]
    wanted = source(addresses=pages)
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "a_source.yaml").write_text(
        yaml.safe_dump(wanted.model_dump(mode="json"), allow_unicode=True)
    )
    run = subprocess.Popen([sys.executable, "-c", PROGRAM, home.path(), str(tmp_path / "catalog")])
    end = time.monotonic() + 15
    while len(site.asked_for("/t5.html")) == 0 and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(run.pid, signal.SIGKILL)
    run.wait(10)
    before = Archive(home)
    assert 4 <= len(before.captures()) < 12
    assert before.damage() == []
    visit(home, wanted, "after")
    after = Archive(home)
    assert len(after.captures()) == 12 and after.damage() == []
    assert sum(len(site.asked_for(f"/t{n}.html")) for n in range(12)) <= 13

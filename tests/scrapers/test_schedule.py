"""The schedule of a run: hosts side by side, each at its pace; what hangs, fails or is killed spoils nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml

from scrapers.archive import Archive
from scrapers.discovery_model import Discovery
from scrapers.home import Home
from scrapers.schedule import lanes, scrape_all, stints
from scrapers.source_model import Source
from scrapers.visits.summary import ScrapeSummary
from tests.mirror import Answer, Mirror, visiting
from tests.mirror.pages import list_page, table_page
from tests.mirror.visiting import TODAY

APART = 0.1


@pytest.fixture
def sites() -> Iterator[list[Mirror]]:
    """Five hosts with eight pages each."""
    with ExitStack() as stack:
        mirrors = [stack.enter_context(Mirror()) for _ in range(5)]
        for mirror in mirrors:
            for number in range(8):
                mirror.page(f"/{number}", table_page(f"{mirror.host} {number}"))
        yield mirrors


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def source(source_id: str, addresses: list[str], rules: dict[str, Any] | None = None, **changes: Any) -> Source:
    pace = {"requests_per_second": 1 / APART, **(rules or {})}
    return visiting.source(pace, source_id=source_id, addresses=addresses, **changes)


def pages(site: Mirror, count: int = 8) -> list[str]:
    return [site.url(f"/{number}") for number in range(count)]


def visit(home: Home, sources: list[Source], run_id: str = "run", **how: Any) -> dict[str, ScrapeSummary]:
    found = list(scrape_all(home, sources, **{"run_id": run_id, "live": True, "starter": Path("/nowhere"), **how}))
    assert sorted(summary.source_id for summary in found) == sorted(source.source_id for source in sources)
    return {summary.source_id: summary for summary in found}


def gaps(site: Mirror) -> list[float]:
    return [later.at - earlier.at for earlier, later in pairwise(site.asked)]


def keeps_its_distance(site: Mirror, apart: float = APART) -> bool:
    """A server in the same busy process notes single moments late; what one distance lost by it, the next one has."""
    return median(gaps(site)) >= apart * 0.9 and sum(gaps(site)) >= (len(gaps(site)) - 1) * apart


# --- pace -------------------------------------------------------------------------------------------------------------


def test_hosts_are_visited_at_the_same_time_and_each_keeps_its_distance(home: Home, sites: list[Mirror]) -> None:
    summaries = visit(home, [source(f"s{number}", pages(site)) for number, site in enumerate(sites)])
    assert [dict(summary.counts) for summary in summaries.values()] == [{"new": 8}] * 5
    firsts, lasts = [site.asked[0].at for site in sites], [site.asked[-1].at for site in sites]
    assert max(firsts) < min(lasts), "a host was left before another was begun"
    least = 8 * APART  # the robots.txt of each host and eight pages: eight distances
    assert least <= max(lasts) - min(firsts) < 3 * least
    assert all(keeps_its_distance(site) for site in sites)
    assert [site.most_at_once for site in sites] == [1] * 5


def test_sources_at_one_host_share_its_pace_and_its_robots(home: Home, sites: list[Mirror]) -> None:
    site = sites[0]
    site.robots("User-agent: *\nDisallow: /7\n")
    summaries = visit(home, [source("source_a", pages(site)[:4]), source("source_b", pages(site)[4:])])
    assert (dict(summaries["source_a"].counts), dict(summaries["source_b"].counts)) == (
        {"new": 4},
        {"new": 3, "disallowed": 1},
    )
    assert len(site.asked_for("/robots.txt")) == 1 and not site.asked_for("/7")
    assert keeps_its_distance(site) and site.most_at_once == 1


def test_a_crawl_delay_holds_for_every_source_of_the_host(home: Home, sites: list[Mirror]) -> None:
    site = sites[0]
    site.robots("User-agent: *\nCrawl-delay: 0.3\n")
    visit(home, [source("source_a", pages(site)[:2]), source("source_b", pages(site)[2:4])])
    assert len(site.asked) == 5 and keeps_its_distance(site, 0.3)


def test_the_distance_counts_from_when_a_request_has_left(home: Home, sites: list[Mirror]) -> None:
    """An answer that takes its time does not add to the distance, as long as it is shorter."""
    site = sites[0]
    for number in range(4):
        site.page(f"/{number}", table_page(str(number)), wait=0.25)
    visit(home, [source("source_a", pages(site, 4), {"requests_per_second": 1 / 0.3})])
    assert keeps_its_distance(site, 0.3) and sum(gaps(site)) < 4 * 0.3 + 3 * 0.25


# --- what hangs or fails ----------------------------------------------------------------------------------------------


def test_a_host_that_hangs_holds_up_no_other(home: Home, sites: list[Mirror]) -> None:
    hanging = sites[0]
    for number in range(8):
        hanging.page(f"/{number}", table_page(), wait=0.8)
    rules = {"timeout_seconds": 0.6}
    ended: dict[str, float] = {}
    started = time.monotonic()
    for summary in scrape_all(
        home, [source(f"s{number}", pages(site), rules) for number, site in enumerate(sites)],
        run_id="run", live=True, starter=Path("/nowhere"),
    ):  # fmt: skip
        ended[summary.source_id] = time.monotonic() - started
        assert dict(summary.counts) == ({"failed": 8} if summary.source_id == "s0" else {"new": 8})
    assert list(ended)[-1] == "s0" and ended["s0"] > 2.4


def test_a_source_with_pages_on_a_dead_host_gets_its_others_meanwhile(home: Home, sites: list[Mirror]) -> None:
    """Plans lie each on the site of its own office: one source, many hosts."""
    hanging = sites[0]
    hanging.set("/robots.txt", Answer(wait=1.3))
    everywhere = [url for urls in zip(*(pages(site, 3) for site in sites), strict=True) for url in urls]
    summary = visit(home, [source("plans", everywhere, {"timeout_seconds": 0.9})])["plans"]
    assert dict(summary.counts) == {"new": 12, "disallowed": 3}
    last_good = max(asked.at for site in sites[1:] for asked in site.asked)
    assert last_good < hanging.asked[-1].at + 0.1, "the other hosts waited for the dead one"
    assert Archive(home).damage() == []


def test_trouble_of_this_machine_stops_one_source_and_is_told(
    home: Home, sites: list[Mirror], monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Archive.add

    def full(self: Archive, **how: Any) -> Any:
        if how["source_id"] == "s1":
            raise OSError(28, "No space left on device")
        return add(self, **how)

    monkeypatch.setattr(Archive, "add", full)
    summaries = visit(home, [source(f"s{number}", pages(site, 2)) for number, site in enumerate(sites)])
    assert "No space left" in (summaries["s1"].trouble or "") and "No space left" in summaries["s1"].line()
    assert [summaries[name].counts["new"] for name in ("s0", "s2", "s3", "s4")] == [2] * 4


def test_an_address_without_a_usable_host_spoils_no_other(home: Home, sites: list[Mirror]) -> None:
    good = source("source_a", pages(sites[0], 2))
    addresses = ["http://127.0.0.1:99999/", *good.addresses]  # no catalog file may have it; a page may link to it
    wanted = [good.model_copy(update={"addresses": addresses}), source("source_b", pages(sites[1], 2))]
    summaries = visit(home, wanted)
    assert [summary.counts["new"] for summary in summaries.values()] == [2, 2]
    assert summaries["source_a"].trouble and not summaries["source_b"].trouble


# --- limits and order -------------------------------------------------------------------------------------------------


def test_links_come_before_named_pages(home: Home, sites: list[Mirror]) -> None:
    site = sites[0]
    site.page("/list", list_page(("/5", "a"), ("/6", "b")))
    discovery = Discovery(list_page=site.url("/list"), link_pattern=r"/\d$")
    visit(home, [source("source_a", pages(site, 2), discovery=discovery)])
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/list", "/5", "/6", "/0", "/1"]


def test_the_limit_of_a_source_holds_for_all_its_hosts_together(home: Home, sites: list[Mirror]) -> None:
    everywhere = [url for site in sites[:3] for url in pages(site)] + pages(sites[3], 1)
    wanted = source("source_a", everywhere, {"max_addresses": 10})
    first = visit(home, [wanted])["source_a"]
    assert first.counts["new"] == 10 and first.left == 15
    assert visit(home, [wanted], "second")["source_a"].counts["new"] == 10
    third = visit(home, [wanted], "third")["source_a"]
    assert third.counts["new"] == 5 and third.left == 0
    assert len(Archive(home).captures()) == 25


def test_the_host_with_the_most_to_do_comes_first() -> None:
    addresses = [f"http://{host}.example/{number}" for host, count in (("a", 1), ("b", 5)) for number in range(count)]
    slow = source("slow", ["http://c.example/1"], {"requests_per_second": 0.1})
    wanted = [*stints(source("many", addresses), {}, TODAY), *stints(slow, {}, TODAY)]
    assert [[stint.host for stint in lane] for lane in lanes(wanted)] == [["c.example"], ["b.example"], ["a.example"]]


def test_only_hosts_with_something_due_are_visited(home: Home, sites: list[Mirror]) -> None:
    visit(home, [source("source_a", pages(sites[0], 2))])
    both = source("source_a", [*pages(sites[0], 2), *pages(sites[1], 2)])
    visit(home, [both], "second")
    assert (len(sites[0].asked), len(sites[1].asked)) == (3, 3)
    assert dict(visit(home, [both], "named")["source_a"].counts) == {"unchanged": 4}


# --- killed -----------------------------------------------------------------------------------------------------------

PROGRAM = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs in the background has it ignored
from pathlib import Path
from scrapers.home import Home
from scrapers.schedule import scrape_all
from scrapers.sources import load_catalog
list(scrape_all(Home.at(sys.argv[1]), load_catalog(Path(sys.argv[2])).values(), run_id="killed", live=True))
"""


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_goes_on_where_it_was(
    home: Home, sites: list[Mirror], tmp_path: Path, stop: signal.Signals
) -> None:
    sources = [source(f"s{number}", pages(site)) for number, site in enumerate(sites)]
    (tmp_path / "catalog").mkdir()
    for wanted in sources:
        content = yaml.safe_dump(wanted.model_dump(mode="json"), allow_unicode=True)
        (tmp_path / "catalog" / f"{wanted.source_id}.yaml").write_text(content)
    run = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, home.path(), str(tmp_path / "catalog")], stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 15
    while not all(site.asked_for("/2") for site in sites) and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(run.pid, stop)
    run.wait(5)
    before = Archive(home)
    assert before.damage() == [] and 10 <= len(before.captures()) < 40
    visit(home, sources, "killed")  # the same run again, as Airflow tries a task again
    after = Archive(home)
    assert after.damage() == [] and len(after.captures()) == 40
    assert sum(len(site.asked_for(f"/{number}")) for site in sites for number in range(8)) <= 45


def test_a_source_asked_for_by_name_is_not_begun_anew_by_the_same_run(home: Home, sites: list[Mirror]) -> None:
    wanted = [source("source_a", pages(sites[0], 2))]
    visit(home, wanted, "first")
    visit(home, wanted, "second")
    assert visit(home, wanted, "second")["source_a"].line() == "source_a: nothing due"
    assert len(sites[0].asked_for("/0")) == 2


def test_offline_nobody_is_visited(home: Home, sites: list[Mirror]) -> None:
    assert (
        visit(home, [source("source_a", pages(sites[0]))], live=False)["source_a"].line()
        == "source_a: nothing to register"
    )
    assert sites[0].asked == []

"""`--live` against a server on this machine: what comes, what is refused, what is not there; nobody else is asked."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scrapers.archive import Archive
from scrapers.captures import Outcome
from scrapers.home import Home
from tests.mirror import Mirror
from tests.mirror.pages import list_page
from tests.mirror.server import BLOCK_PAGE
from tests.refresh.running import Refresh, ask, calls

STARTER = Path(__file__).parent.parent.parent / "scrapers" / "starter"


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def declare(folder: Path, source_id: str, addresses: list[str], **more: object) -> None:
    """A catalog file of a trial source on this machine."""
    content = {
        "source_id": source_id, "publisher_zh": "试验", "publisher_en": "Trial", "title_zh": "试验",
        "title_en": "Trial", "cadence": "monthly", "region_scope": "430000", "publisher_rank": 1, "is_official": True,
        "licence_note": "none", "freshness_limit_days": 4000, "minimum_records": 1,
        "politeness": {
            "requests_per_second": 50.0, "timeout_seconds": 1.0, "deadline_seconds": 3.0, "backoff_seconds": 0.01,
            "max_attempts": 2, "allow_private_addresses": True,
        },
        **({"addresses": addresses} if addresses else {}), **more,
    }  # fmt: skip
    (folder / f"{source_id}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Mirror, Refresh, float]]:
    """A new home after one live refresh: the home, the server, what was said, how many seconds it took."""
    place = tmp_path_factory.mktemp("live")
    catalog = place / "catalog"
    catalog.mkdir()
    with Mirror() as site:
        pages = {name: (STARTER / f"hunan_{name}.html").read_bytes() for name in ("inforce_202011", "grants_202308")}
        site.robots("User-agent: *\nDisallow: /private/\n")
        site.page("/tables/t1.html", pages["inforce_202011"], etag=True)
        site.page("/list.html", list_page(("/tables/t2.html", "table"), ("/news/1.html", "news")))
        site.page("/tables/t2.html", pages["grants_202308"], etag=True)
        site.page("/blocked.html", BLOCK_PAGE)
        site.page("/private/t3.html", pages["inforce_202011"])
        closed = f"http://127.0.0.1:{closed_port()}"
        declare(catalog, "a_unreachable", [f"{closed}/{number}.html" for number in range(3)])
        declare(catalog, "b_blocked", [site.url("/blocked.html")])
        declare(catalog, "c_disallowed", [site.url("/private/t3.html")])
        declare(catalog, "d_gone", [site.url("/nothing.html")])
        declare(catalog, "e_tables", [site.url("/tables/t1.html")], parser="prefecture_table")
        discovery = {"list_page": site.url("/list.html"), "link_pattern": "/tables/"}
        declare(catalog, "f_listed", [], parser="prefecture_table", discovery=discovery)
        started = time.monotonic()
        run = Refresh(place / "home", "--live", ZHIBIAO_CATALOG=str(catalog))
        run.end()
        yield place / "home", site, run, time.monotonic() - started


def test_what_can_be_had_is_published_whatever_else_fails(visited: tuple[Path, Mirror, Refresh, float]) -> None:
    home, _, run, seconds = visited
    assert run.process.returncode == 0 and "published release" in run.said and "Traceback" not in run.said, run.said
    assert seconds < 240
    query = "select source_id, origin, count(*) > 0 from marts.fct_observation group by all order by all"
    found = ask(home / "current" / "marts.duckdb", query)
    assert found == [("e_tables", "fetched", True), ("f_listed", "fetched", True)]


def test_each_source_has_its_outcome(visited: tuple[Path, Mirror, Refresh, float]) -> None:
    home, _, _, _ = visited
    outcomes: dict[str, set[Outcome]] = {}
    for attempt in Archive(Home.at(home)).attempts():
        outcomes.setdefault(attempt.source_id, set()).add(attempt.outcome)
    assert outcomes == {
        "a_unreachable": {Outcome.FAILED}, "b_blocked": {Outcome.BLOCKED}, "c_disallowed": {Outcome.DISALLOWED},
        "d_gone": {Outcome.NOT_FOUND}, "e_tables": {Outcome.NEW}, "f_listed": {Outcome.NEW, Outcome.UNCHANGED},
    }  # fmt: skip
    states = dict(ask(home / "current" / "marts.duckdb", "select source_id, state from marts.source_freshness"))
    assert states.keys() == outcomes.keys() and states["e_tables"] == states["f_listed"] == "fresh"


def test_robots_is_obeyed_and_one_agent_asks(visited: tuple[Path, Mirror, Refresh, float]) -> None:
    _, site, _, _ = visited
    assert site.asked_for("/private/t3.html") == [] and site.asked_for("/news/1.html") == []
    assert len(site.asked_for("/robots.txt")) >= 1
    assert len({asked.headers["User-Agent"] for asked in site.asked}) == 1


def test_nobody_else_is_asked_for_anything(visited: tuple[Path, Mirror, Refresh, float]) -> None:
    home, _, _, _ = visited
    assert not calls(home).exists(), calls(home).read_text()

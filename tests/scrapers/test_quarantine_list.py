"""What lies in quarantine, as it is listed and told, and what is tried again by itself."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from issues import CATALOG, SOURCE, SWAPPED, add, address, decide, issue, judged, verdicts

from scrapers.archive import Archive
from scrapers.captures import Attempt, Origin, Outcome
from scrapers.home import Home
from scrapers.parse import parse_captures, pending, unread_version
from scrapers.parsers import PARSERS
from scrapers.quarantine import deciding
from scrapers.quarantine.deciding import DecisionRefused
from scrapers.quarantine.listing import NoSuchEntry, chosen, entries, find
from scrapers.quarantine.story import story
from scrapers.records import Verdict
from tests.mirror import Mirror
from tests.mirror.server import BLOCK_PAGE
from tests.mirror.visiting import source, visit


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def block(home: Home, url: str, body: bytes = b"<p>go away</p>") -> str:
    archive = Archive(home)
    kept = archive.keep(body)
    attempt = Attempt(
        attempt_id=hashlib.md5(url.encode() + os.urandom(4)).hexdigest(),
        run_id="r9",
        source_id=SOURCE,
        url=url,
        attempted_at=datetime.now(UTC),
        outcome=Outcome.BLOCKED,
        origin=Origin.FETCHED,
        reason=f"block_page: the site refuses programs (body kept as {kept})",
    )
    archive.log(attempt)
    return kept


def test_the_list_says_what_serves_instead_and_names_blocked_answers(home: Home) -> None:
    good = add(home, issue(7), address(7), run="r1")
    bad = add(home, "<p>您的访问过于频繁，请稍后再试</p>", address(7), run="r2")
    judged(home)
    kept = block(home, address(7))
    answer, page = entries(home, CATALOG)
    assert (page.id, page.reason, page.serving_id) == (bad.capture_id, "block_page", good.capture_id)
    assert page.serving_age_days == 0 and page.message and "import" in page.advice
    assert (answer.kind, answer.reason, answer.body_sha256) == ("answer", "block_page", kept)
    assert chosen([answer, page], [], ["empty_page"]) == [] and chosen([answer, page], [SOURCE], []) == [answer, page]
    add(home, issue(7).replace("</table>", "</table><p>更新</p>"), address(7), run="r3")
    judged(home)
    assert entries(home, CATALOG) == []
    assert {entry.id for entry in entries(home, CATALOG, everything=True)} == {bad.capture_id, answer.id}


def test_contradictory_and_released_pages_are_listed_on_request(home: Home) -> None:
    bad = add(home, issue(7).replace(">98<", ">199<"), address(7))
    assert verdicts(home)[0].startswith("contradictory")
    assert entries(home, CATALOG) == []
    (entry,) = entries(home, CATALOG, everything=True)
    assert (entry.id, entry.verdict) == (bad.capture_id, "contradictory")
    with pytest.raises(DecisionRefused, match="figures disagree"):
        decide(home, "release", bad)


def test_the_story_of_a_page_sets_its_figures_beside_the_last_good_ones(home: Home) -> None:
    good = add(home, issue(7), address(7), run="r1")
    bad = add(home, issue(7, cities=2), address(7), run="r2")
    judged(home)
    shelf, entry = find(home, CATALOG, bad.capture_id[:8])
    told = story(shelf, entry)
    assert told.compared_with == good.capture_id and told.counts["gone"] == 3
    assert {(c.region, c.measure, c.old, c.new) for c in told.changes} >= {
        ("第3市", "职务", "210", None),
        ("全省", "职务", "420", "210"),
    }
    assert told.layout == ["1 rows gone: 第3市"]
    assert {f.check for f in told.failed} >= {"changed_layout", "lost_regions"}
    assert home.exists(told.body) and told.body_problem is None


@pytest.mark.parametrize("beginning", ["", "zz", "../etc", "0" * 32, "abc"])
def test_an_id_that_nothing_has_is_refused(home: Home, beginning: str) -> None:
    add(home, issue(7), address(7))
    with pytest.raises(NoSuchEntry):
        find(home, CATALOG, beginning)


# --- retried when the parser or the page changes ----------------------------------------------------------------------


def test_a_held_page_is_read_again_by_a_new_version_of_its_parser(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    add(home, issue(7), address(7), run="r1")
    second = add(home, issue(8, SWAPPED), address(8), run="r2")
    assert verdicts(home)[1] == "quarantined changed_layout"
    monkeypatch.setattr(PARSERS["prefecture_table"], "version", "98")
    assert second.capture_id in pending(home, CATALOG)


def test_a_page_without_a_parser_is_tried_again_when_any_parser_is_new(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = add(home, b"\x00\x01\x02 nothing that anybody reads" * 9, "imported:odd.bin", source="unlisted")
    (outcome,) = judged(home)
    assert outcome.parser == "none" and outcome.verdict is Verdict.QUARANTINED
    assert pending(home, CATALOG) == []
    before = unread_version()
    monkeypatch.setattr(PARSERS["prose"], "version", str(int(PARSERS["prose"].version) + 1))
    assert unread_version() != before and pending(home, CATALOG) == [capture.capture_id]


def test_a_new_body_at_the_address_is_judged_by_itself_and_settles_the_old_one(home: Home) -> None:
    add(home, issue(7), address(7), run="r1")
    add(home, issue(7, SWAPPED), address(7), run="r2")
    add(home, issue(7).replace("</table>", "</table><p>更新</p>"), address(7), run="r3")
    assert [each.split()[0] for each in verdicts(home)] == ["accepted", "quarantined", "accepted"]
    assert entries(home, CATALOG) == []


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


def test_pages_that_were_really_fetched_are_held_by_night_and_blocked_answers_are_listed(
    home: Home, site: Mirror
) -> None:
    pages = [site.page("/202307/a.html", issue(7)), site.page("/202308/b.html", issue(8, SWAPPED))]
    wanted = source(addresses=pages[:1])
    visit(home, wanted, run_id="night-1")
    catalog = {wanted.source_id: wanted}
    parse_captures(home, pending(home, catalog), catalog)
    more = source(addresses=[*pages, site.page("/202309/c.html", BLOCK_PAGE)])
    visit(home, more, run_id="night-2")
    parse_captures(home, pending(home, catalog), catalog)
    found = {entry.url.rsplit("/", 1)[1]: entry for entry in entries(home, catalog)}
    assert {name: (entry.kind, entry.reason) for name, entry in found.items()} == {
        "b.html": ("page", "changed_layout"),
        "c.html": ("answer", "block_page"),
    }
    kept = found["c.html"].body_sha256
    assert kept is not None and Archive(home).kept(kept)
    shelf, entry = find(home, catalog, found["c.html"].id)
    with pytest.raises(DecisionRefused, match="zhibiao import"):
        deciding.release(shelf, entry, "Wang", "looked")
    site.page("/202309/c.html", issue(9))
    visit(home, more, run_id="night-3")
    parse_captures(home, pending(home, catalog), catalog)
    assert [entry.url for entry in entries(home, catalog)] == [pages[1]]


def test_a_page_that_is_no_page_is_judged_once_and_waits_for_its_declared_parser(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = add(home, BLOCK_PAGE, address(7))
    (outcome,) = judged(home)
    assert outcome.parser == "prefecture_table" and pending(home, CATALOG) == []
    monkeypatch.setattr(PARSERS["prefecture_table"], "version", "97")
    assert pending(home, CATALOG) == [bad.capture_id]

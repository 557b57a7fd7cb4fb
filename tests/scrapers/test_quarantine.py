"""Pages that are not believed: what holds them, what a person may decide, and that every decision can be taken back."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from table_pages import html_page, table

import scrapers.parse as parse
from scrapers.archive import Archive
from scrapers.captures import Attempt, Capture, Knowledge, Origin, Outcome
from scrapers.home import Home
from scrapers.parse import ParseOutcome, parse_captures, pending, read_records, unread_version
from scrapers.parsers import PARSERS
from scrapers.quarantine import deciding, decisions
from scrapers.quarantine.deciding import DecisionRefused, NotSaid
from scrapers.quarantine.listing import NoSuchEntry, chosen, entries, find
from scrapers.quarantine.story import story
from scrapers.records import Verdict
from scrapers.sources import load_catalog

SOURCE = "hunan_patent_monthly"
CATALOG = {SOURCE: load_catalog()[SOURCE].model_copy(update={"minimum_records": 5})}
FOLDER = "https://amr.hunan.gov.cn/amr/sjx/tjfxx"
HEADERS = ["地 区", "合计", "职务", "非职务"]
SWAPPED = ["地 区", "合计", "非职务", "职务"]
REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def issue(month: int, headers: list[str] | None = None, *, cities: int = 3, unit: str = "", factor: int = 1) -> str:
    """A monthly table of a province whose figures agree with themselves."""
    rows = [[f"第{n}市", 14 * month * n * factor, 10 * month * n * factor, 4 * month * n * factor]
            for n in range(1, cities + 1)]  # fmt: skip
    total = ["全省", *[sum(int(row[place]) for row in rows) for place in (1, 2, 3)]]
    said = f"<h1>2023年{month}月湖南省专利授权量统计表</h1>" + (f"<p>单位:{unit}</p>" if unit else "")
    return said + table(headers or HEADERS, total, *rows)


def add(
    home: Home, body: bytes | str, url: str, *, run: str = "r1", origin: Origin = Origin.FETCHED, source: str = SOURCE
) -> Capture:
    content = html_page(body).body if isinstance(body, str) else body
    attempt = Archive(home).add(
        source_id=source,
        url=url,
        body=content,
        origin=origin,
        knowledge=Knowledge(content_type="text/html"),
        run_id=run,
    )
    assert attempt.capture is not None
    return attempt.capture


def address(month: int) -> str:
    return f"{FOLDER}/2023{month:02}/t{month}.html"


def judged(home: Home) -> list[ParseOutcome]:
    """A night's parsing: what waits is judged; the outcome of every capture, in the order of arrival."""
    parse_captures(home, pending(home, CATALOG), CATALOG)
    ids = [capture.capture_id for capture in Archive(home).captures()]
    return parse_captures(home, ids, CATALOG)


def verdicts(home: Home) -> list[str]:
    return [f"{outcome.verdict} {outcome.reason or ''}".strip() for outcome in judged(home)]


def decide(home: Home, way: str, capture: Capture, by: str = "Wang", reason: str = "looked at it") -> None:
    shelf, entry = find(home, CATALOG, capture.capture_id)
    getattr(deciding, way)(shelf, entry, by, reason)


# --- layouts ----------------------------------------------------------------------------------------------------------


def test_the_next_issue_at_a_new_address_with_swapped_headers_is_held_with_the_difference(home: Home) -> None:
    add(home, issue(7), address(7), run="r1")
    add(home, issue(8, SWAPPED), address(8), run="r2")
    first, second = judged(home)
    assert first.verdict is Verdict.ACCEPTED
    assert (second.verdict, second.reason, second.record_count) == (Verdict.QUARANTINED, "changed_layout", 0)
    assert second.message is not None
    assert second.message.startswith("column 3 was 职务, is now 非职务; column 4 was 非职务, is now 职务")
    assert address(7) in second.message
    assert second.layout["shape"][0]["columns"][1]["label"] == "非职务"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (issue(8, unit="万件"), "unit was not printed, is now 万件"),
        (issue(8, ["地 区", "合计", "工矿企业", "非职务"]), "column 3 was 职务, is now 工矿企业"),
    ],
)
def test_another_unit_or_another_header_is_held(home: Home, body: str, sentence: str) -> None:
    add(home, issue(7), address(7), run="r1")
    add(home, body, address(8), run="r2")
    held = judged(home)[1]
    assert held.reason == "changed_layout" and held.message is not None and held.message.startswith(sentence)


def test_the_next_issue_with_more_rows_passes(home: Home) -> None:
    add(home, issue(7), address(7), run="r1")
    add(home, issue(8, cities=5), address(8), run="r2")
    assert verdicts(home) == ["accepted", "accepted"]


def test_what_a_first_visit_brings_is_history_but_the_same_headers_in_another_order_are_held(home: Home) -> None:
    other = ["地 区", "合计", "工矿企业", "非职务"]
    add(home, issue(6), address(6))
    add(home, issue(7, other), address(7))
    add(home, issue(8, SWAPPED), address(8))
    assert verdicts(home) == ["accepted", "accepted", "quarantined changed_layout"]
    told = next(f for f in judged(home)[1].findings if f.check == "other_layout")
    assert told.passed and told.message.startswith("column 3 was 职务, is now 工矿企业")


def test_a_page_that_a_person_brought_passes_and_makes_its_layout_known(home: Home) -> None:
    add(home, issue(7), address(7), run="r1")
    add(home, issue(8, SWAPPED), address(8), run="hand", origin=Origin.IMPORTED)
    add(home, issue(9, SWAPPED), address(9), run="r2")
    assert verdicts(home) == ["accepted"] * 3


def test_at_one_address_any_other_layout_is_held_before_its_figures_are_compared(home: Home) -> None:
    add(home, issue(7), address(7), run="r1")
    add(home, issue(8, SWAPPED), address(7), run="hand", origin=Origin.IMPORTED)
    held = judged(home)[1]
    assert (held.verdict, held.reason) == (Verdict.QUARANTINED, "changed_layout")
    assert held.message == "column 3 was 职务, is now 非职务; column 4 was 非职务, is now 职务"


def test_batches_in_any_order_give_the_same_outcomes(home: Home, tmp_path: Path) -> None:
    other = Home.at(tmp_path / "other")
    for each in (home, other):
        add(each, issue(7), address(7), run="r1")
        add(each, issue(8, SWAPPED), address(8), run="r2")
        add(each, issue(9, SWAPPED), address(9), run="r3")
    in_order = verdicts(home)
    for capture_id in reversed(pending(other, CATALOG)):
        parse_captures(other, [capture_id], CATALOG)
    assert verdicts(other) == in_order == ["accepted", "quarantined changed_layout", "quarantined changed_layout"]


def test_a_page_that_was_believed_before_series_were_looked_at_stays_believed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, issue(7), address(7), run="r1")
    second = add(home, issue(8, SWAPPED), address(8), run="r2")
    with monkeypatch.context() as before:
        before.setattr(parse._Run, "_series", lambda *arguments: None)
        assert verdicts(home) == ["accepted", "accepted"]
    decide(home, "hold", second)
    assert verdicts(home) == ["accepted", "quarantined held_by_hand"]
    decide(home, "withdraw", second)
    assert verdicts(home) == ["accepted", "accepted"]


# --- releasing, holding, taking back ----------------------------------------------------------------------------------


def test_releasing_one_page_accepts_its_layout_for_the_series_and_taking_that_back_undoes_it(home: Home) -> None:
    add(home, issue(7), address(7), run="r1")
    second = add(home, issue(8, SWAPPED), address(8), run="r2")
    third = add(home, issue(9, SWAPPED), address(9), run="r3")
    held = ["accepted", "quarantined changed_layout", "quarantined changed_layout"]
    assert verdicts(home) == held
    decide(home, "release", second, "Wang", "the office swapped them; see its note")
    assert set(pending(home, CATALOG)) >= {second.capture_id, third.capture_id}
    assert verdicts(home) == ["accepted"] * 3
    assert pending(home, CATALOG) == []
    released = judged(home)[1]
    assert released.decision is not None and released.decision.by == "Wang" and released.record_count == 12
    overridden = next(f for f in released.findings if f.check == "changed_layout")
    assert overridden.passed and "released by Wang" in overridden.message and "see its note" in overridden.message
    assert judged(home)[2].decision is None
    add(home, issue(10, SWAPPED), address(10), run="r4")
    assert verdicts(home)[3] == "accepted"
    decide(home, "withdraw", second)
    assert verdicts(home) == [*held, "quarantined changed_layout"]


def test_a_release_holds_no_page_that_was_believed_before_it(home: Home) -> None:
    copy = issue(7, ["地区", "合计", "职务", "非职务合计"])
    add(home, copy, address(7), run="s", origin=Origin.STARTER)
    add(home, issue(7), address(7), run="r1")
    second = add(home, issue(8, ["地 区", "合计", "工矿企业", "非职务"]), address(8), run="r2")
    assert verdicts(home) == ["accepted", "accepted", "quarantined changed_layout"]
    decide(home, "release", second)
    assert verdicts(home) == ["accepted"] * 3


def test_a_release_accepts_only_what_the_person_was_shown(home: Home) -> None:
    add(home, issue(7), address(7), run="r1")
    second = add(home, issue(7, cities=2), address(7), run="r2")
    assert verdicts(home)[1] == "quarantined changed_layout"
    decide(home, "release", second)
    assert verdicts(home)[1] == "accepted"
    shelf, _ = find(home, CATALOG, second.capture_id)
    accepted = {finding.check for finding in shelf.decisions[second.capture_id][0].accepted}
    assert accepted >= {"changed_layout", "lost_regions"}
    third = add(home, issue(7, cities=2, factor=3), address(7), run="r3")
    assert verdicts(home)[2].startswith("quarantined")
    assert find(home, CATALOG, third.capture_id)[1].serving_id == second.capture_id


@pytest.mark.parametrize(
    ("body", "reason", "helps"),
    [
        ("<p>您的访问过于频繁，请稍后再试</p>", "block_page", "zhibiao import"),
        (b"", "empty_body", "zhibiao import"),
        ("<h1>2023年8月湖南省专利授权量统计表</h1><p>地 区 没有表格，只有文字。</p>", None, "parser"),
    ],
)
def test_what_is_not_the_page_cannot_be_released_and_the_refusal_says_what_helps(
    home: Home, body: bytes | str, reason: str | None, helps: str
) -> None:
    add(home, issue(7), address(7), run="r1")
    bad = add(home, body, address(7), run="r2")
    outcome = judged(home)[1]
    assert outcome.verdict is Verdict.QUARANTINED and reason in (None, outcome.reason)
    with pytest.raises(DecisionRefused, match=helps):
        decide(home, "release", bad)
    assert home.list("quarantine") == []


def test_a_page_held_by_hand_serves_no_more_and_the_one_before_it_does(home: Home) -> None:
    first = add(home, issue(7), address(7), run="r1")
    second = add(home, issue(7).replace("</table>", "</table><p>更新</p>"), address(7), run="r2")
    assert verdicts(home) == ["accepted", "accepted"]
    decide(home, "hold", second, "Li", "the office called: wrong table")
    outcome = judged(home)[1]
    assert (outcome.verdict, outcome.reason, outcome.record_count) == (Verdict.QUARANTINED, "held_by_hand", 0)
    assert outcome.message is not None and "held by Li" in outcome.message and "wrong table" in outcome.message
    (entry,) = entries(home, CATALOG)
    assert (entry.id, entry.serving_id) == (second.capture_id, first.capture_id)
    with pytest.raises(DecisionRefused, match="--withdraw"):
        decide(home, "release", second)
    decide(home, "withdraw", second)
    assert verdicts(home) == ["accepted", "accepted"] and entries(home, CATALOG) == []
    assert len(read_records(home, judged(home)[1])) == 12


def test_the_same_decision_twice_is_made_once_and_history_is_only_added_to(home: Home) -> None:
    capture = add(home, issue(7), address(7))
    judged(home)
    decide(home, "hold", capture)
    before = {place: home.read(place) for place in home.list("quarantine")}
    decide(home, "hold", capture, "somebody else")
    assert home.list("quarantine") == list(before)
    decide(home, "withdraw", capture)
    assert all(home.read(place) == content for place, content in before.items())
    assert len(home.list("quarantine")) == 2
    untouched = add(home, issue(6), address(6))
    with pytest.raises(DecisionRefused, match="nobody has decided"):
        decide(home, "withdraw", untouched)


def _hold(root: str, capture_id: str, by: str) -> None:
    shelf, entry = find(Home.at(root), CATALOG, capture_id)
    deciding.hold(shelf, entry, by, "two at once")


def test_two_people_at_once_leave_two_whole_decisions_or_one(home: Home) -> None:
    capture = add(home, issue(7), address(7))
    judged(home)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_hold, [home.root] * 2, [capture.capture_id] * 2, ["one", "two"]))
    made = decisions.history(home)[capture.capture_id]
    assert 1 <= len(made) <= 2 and all(d.kind is decisions.DecisionKind.HOLD for d in made)
    assert verdicts(home) == ["quarantined held_by_hand"]


KILLED = """
import os, signal, sys
from scrapers.home import Home
from scrapers.quarantine import deciding
from scrapers.quarantine.listing import find
from scrapers.sources import load_catalog
def die(*arguments): os.kill(os.getpid(), signal.SIGKILL)
os.replace = die
shelf, entry = find(Home.at(sys.argv[1]), load_catalog(), sys.argv[2])
deciding.hold(shelf, entry, "Wang", "killed in between")
"""


def test_a_decision_that_was_killed_while_it_was_written_is_none(home: Home) -> None:
    capture = add(home, issue(7), address(7))
    judged(home)
    done = subprocess.run([sys.executable, "-c", KILLED, home.root, capture.capture_id], cwd=REPOSITORY, timeout=120)
    assert done.returncode == -signal.SIGKILL
    assert decisions.history(home) == {} and verdicts(home) == ["accepted"]
    decide(home, "hold", capture)
    assert verdicts(home) == ["quarantined held_by_hand"]


KILLED_PARSE = """
import os, signal, sys
from scrapers.home import Home
from scrapers.parse import parse_captures, pending
sys.path.insert(0, "tests/scrapers")
from test_quarantine import CATALOG
home, left, replace = Home.at(sys.argv[1]), int(sys.argv[2]), os.replace
def dying(*arguments):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(*arguments)
os.replace = dying
parse_captures(home, pending(home, CATALOG), CATALOG)
"""


@pytest.mark.parametrize("writes", [0, 1, 3])
def test_a_night_that_is_killed_while_it_judges_again_is_finished_by_the_next(home: Home, writes: int) -> None:
    add(home, issue(7), address(7), run="r1")
    second = add(home, issue(8, SWAPPED), address(8), run="r2")
    add(home, issue(9, SWAPPED), address(9), run="r3")
    judged(home)
    decide(home, "release", second)
    command = [sys.executable, "-c", KILLED_PARSE, home.root, str(writes)]
    done = subprocess.run(command, cwd=REPOSITORY, timeout=120)
    assert done.returncode == -signal.SIGKILL
    for each in Archive(home).captures():
        outcome = parse.newest_outcome(home, each.capture_id, "prefecture_table")
        assert outcome is not None and len(read_records(home, outcome)) == outcome.record_count
    assert verdicts(home) == ["accepted"] * 3 and pending(home, CATALOG) == []


@pytest.mark.parametrize("what", [".json", ".parquet"])
def test_a_damaged_file_of_an_earlier_page_is_mended_and_costs_no_other_page(home: Home, what: str) -> None:
    first = add(home, issue(7), address(7), run="r1")
    judged(home)
    (place,) = [path for path in home.list("records", suffix=what) if first.capture_id in path]
    whole = home.read(place)
    Path(home.path(place)).write_bytes(whole[: len(whole) // 2])
    add(home, issue(7).replace("</table>", "</table><p>更新</p>"), address(7), run="r2")
    add(home, issue(8), address(8), run="r2")
    assert verdicts(home) == ["accepted"] * 3
    assert len(read_records(home, judged(home)[0])) == 12


def test_a_decision_that_cannot_be_read_holds_its_page_until_somebody_decides_anew(home: Home) -> None:
    capture = add(home, issue(7), address(7))
    judged(home)
    decide(home, "hold", capture)
    (place,) = home.list("quarantine")
    Path(home.path(place)).write_bytes(home.read(place)[:40])
    (outcome,) = judged(home)
    assert outcome.reason == "held_by_hand" and outcome.message is not None and place in outcome.message
    decide(home, "withdraw", capture)
    assert verdicts(home) == ["accepted"]


@pytest.mark.parametrize(("by", "reason"), [("", "x"), ("Wang", "  "), ("W" * 200, "x"), ("Wang", "a\x1b[31m")])
def test_a_decision_says_who_and_why(home: Home, by: str, reason: str) -> None:
    capture = add(home, issue(7), address(7))
    judged(home)
    with pytest.raises(NotSaid):
        decide(home, "hold", capture, by, reason)
    assert home.list("quarantine") == []


# --- listing and telling ----------------------------------------------------------------------------------------------


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

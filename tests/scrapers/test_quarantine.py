"""What a person decides about pages that are not believed, and that every decision can be taken back."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from issues import CATALOG, SWAPPED, add, address, decide, issue, judged, verdicts

import scrapers.parse as parse
from scrapers.archive import Archive
from scrapers.captures import Origin
from scrapers.home import Home
from scrapers.parse import pending, read_records
from scrapers.quarantine import deciding, decisions
from scrapers.quarantine.deciding import DecisionRefused, NotSaid
from scrapers.quarantine.listing import entries, find
from scrapers.records import Verdict

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


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
from issues import CATALOG
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

"""The register against the newest capture: what is evidenced, changed, missing, new, and what cannot be known."""

from __future__ import annotations

import csv
import io
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.captures import Knowledge, Origin
from scrapers.home import Home
from scrapers.imports import import_path
from scrapers.register.add import Wanted, add_plan
from scrapers.register.check import PlanDrift, UnknownPlan, check_plans
from scrapers.register.decisions import REVIEWS_VARIABLE, Decision, Verb, append_decision
from scrapers.register.evidence import State
from scrapers.sources import load_catalog
from tests.scrapers.plan_pages import GOALS, plan_page, plan_text

CATALOG = load_catalog()
URL = "https://plans.example/p.html"
PLAN = "plan-2036-2040"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with one plan of five promises, and a decisions file of its own."""
    monkeypatch.setenv(REVIEWS_VARIABLE, str(tmp_path / "reviews.csv"))
    place = Home.at(tmp_path / "home")
    (tmp_path / "p.html").write_text(plan_page(), encoding="utf-8")
    wanted = Wanted(str(tmp_path / "p.html"), url=URL)
    added = add_plan(place, CATALOG, wanted, run_id="run", today=date(2036, 5, 1))
    assert added.plan.plan_id == PLAN and added.merged is not None and len(added.merged.rows) == 5
    return place


def bring(home: Home, page: str, url: str = URL) -> None:
    Archive(home).add(
        source_id="plan_documents", url=url, body=page.encode(), origin=Origin.FETCHED,
        knowledge=Knowledge(content_type="text/html"), run_id="later",
    )  # fmt: skip


def check(home: Home) -> PlanDrift:
    (drift,) = check_plans(home, CATALOG, [PLAN])
    return drift


def by_name(drift: PlanDrift) -> dict[str, tuple[State, str | None]]:
    """State and detail by the number of the target; of new promises by their words."""
    return {(row.target_id or "")[-3:] or str(row.new_quote): (row.state, row.detail) for row in drift.rows}


def test_what_has_just_been_added_is_evidenced(home: Home) -> None:
    drift = check(home)
    assert dict(drift.counts) == {"evidenced": 5} and not drift.has_drifted and drift.url == URL
    file = home.read("plans", PLAN, "evidence.csv").decode()
    rows = list(csv.DictReader(io.StringIO(file)))
    assert {row["state"] for row in rows} == {"evidenced"}
    first = next(row for row in rows if row["target_id"].endswith("t01"))
    assert plan_page()[int(first["start"]) : int(first["end"])] == first["new_quote"] == GOALS["trademarks"]


def test_a_page_that_only_moved_is_no_drift(home: Home) -> None:
    spread = plan_page().replace("达到", "<b>达 到</b>\n").replace("<p>一、", "<p>&nbsp;</p><p>一、")
    bring(home, spread.replace("</h1>", "</h1><p>浏览次数:17</p>"))
    assert dict(check(home).counts) == {"evidenced": 5}
    bring(home, plan_text())
    assert dict(check(home).counts) == {"evidenced": 5}


def test_a_raised_value_a_dropped_and_a_new_promise_are_told_apart(home: Home) -> None:
    goals = {
        **GOALS,
        "trademarks": GOALS["trademarks"].replace("9000", "9900"),
        "works": "著作权年登记量达到600件",
    }
    del goals["satisfaction"]
    bring(home, plan_page(goals))
    drift = check(home)
    told = by_name(drift)
    assert told["t01"] == (State.CHANGED, "target_value 9000 → 9900")
    assert told["t02"][0] is told["t03"][0] is told["t05"][0] is State.EVIDENCED
    assert told["t04"] == (State.MISSING, None)
    assert told["著作权年登记量达到600件"][0] is State.NEW
    assert drift.has_drifted
    changed = drift.rows[0]
    assert (changed.old_quote, changed.new_quote) == (GOALS["trademarks"], goals["trademarks"])
    assert plan_page(goals)[changed.start : changed.end] == changed.new_quote


def test_other_words_for_the_same_figure_are_a_change_of_wording(home: Home) -> None:
    bring(home, plan_page({**GOALS, "pledge": "知识产权质押融资登记金额力争突破12亿元"}))
    told = by_name(check(home))
    assert told.pop("t03") == (State.CHANGED, "wording")
    assert {state for state, _ in told.values()} == {State.EVIDENCED}


def test_a_cap_that_was_dropped_is_a_change_of_the_condition(home: Home, tmp_path: Path) -> None:
    capped = {**GOALS, "agents": "代理机构控制在6至9家"}
    (tmp_path / "p.html").write_text(plan_page(capped), encoding="utf-8")
    add_plan(home, CATALOG, Wanted(str(tmp_path / "p.html"), url=URL), run_id="run", today=date(2036, 5, 2))
    assert by_name(check(home))["t06"][0] is State.EVIDENCED
    bring(home, plan_page({**GOALS, "agents": "代理机构达到6至9家"}))
    assert by_name(check(home))["t06"] == (State.CHANGED, "condition capped → (none)")


def test_a_year_that_moved_is_a_change_although_the_quotes_still_stand(home: Home) -> None:
    bring(home, plan_page(year=2039))
    told = by_name(check(home))
    for number in ("t01", "t02", "t03", "t04"):
        assert told[number][0] is State.CHANGED and "target_year 2040 → 2039" in str(told[number][1])


def test_a_figure_that_stands_elsewhere_too_is_not_mistaken_for_the_changed_one(home: Home, tmp_path: Path) -> None:
    twice = plan_page(more="全市有效注册商标总量达到9000件以上。")
    bring(home, twice)
    (tmp_path / "again.html").write_text(twice, encoding="utf-8")
    add_plan(home, CATALOG, Wanted(str(tmp_path / "again.html"), url=URL), run_id="r", today=date(2036, 5, 2))
    assert by_name(check(home))["t01"][0] is State.EVIDENCED
    bring(home, twice.replace("9000件以上,", "9900件以上,"))
    state, detail = by_name(check(home))["t01"]
    assert state is State.CHANGED and "9900" in str(detail)


def test_a_rejected_target_is_not_looked_for_and_its_promise_is_not_new(home: Home) -> None:
    append_decision(Decision(f"{PLAN}-t01", Verb.REJECTED, "甲", date(2036, 5, 1), "not ours"))
    bring(home, plan_page({**GOALS, "trademarks": GOALS["trademarks"].replace("9000", "9900")}))
    told = by_name(check(home))
    assert "t01" not in told and dict(check(home).counts) == {"evidenced": 4}


def test_a_correction_that_says_what_the_page_says_now_is_still_in_other_words(home: Home) -> None:
    bring(home, plan_page({**GOALS, "trademarks": GOALS["trademarks"].replace("9000", "9900")}))
    append_decision(Decision(f"{PLAN}-t01", Verb.CORRECTED, "甲", date(2036, 5, 1), "raised", {"target_value": "9900"}))
    assert by_name(check(home))["t01"] == (State.CHANGED, "wording")


@pytest.mark.parametrize("page", [b"", b"\xff\xfe\x00\x01", "<html><body><h1>页面不存在</h1></body></html>".encode()])
def test_a_page_that_is_not_the_plan_stands_back_for_the_one_before(home: Home, page: bytes) -> None:
    Archive(home).add(
        source_id="plan_documents", url=URL, body=page, origin=Origin.FETCHED, knowledge=Knowledge(), run_id="later"
    )
    assert dict(check(home).counts) == {"evidenced": 5}


def test_a_quarantined_capture_does_not_serve(home: Home) -> None:
    from scrapers.parse import parse_captures, pending

    bring(home, "<html><body>" + "<p>全市工作总结。全市工作进展顺利。</p>" * 20 + "</body></html>")
    outcomes = parse_captures(home, pending(home, CATALOG), CATALOG)
    assert [str(outcome.verdict) for outcome in outcomes] == ["accepted", "quarantined"]
    assert dict(check(home).counts) == {"evidenced": 5}


def test_a_copy_that_the_parser_finds_no_head_in_is_still_held_against_the_register(home: Home) -> None:
    from scrapers.parse import parse_captures, pending

    raised = {**GOALS, "trademarks": GOALS["trademarks"].replace("9000", "9900")}
    copy = plan_page(raised).replace("的通知", "").replace("规划", "規劃")  # as in traditional characters
    bring(home, copy)
    outcomes = parse_captures(home, pending(home, CATALOG), CATALOG)
    assert [(str(o.verdict), o.reason) for o in outcomes] == [("accepted", None), ("quarantined", "no_title")]
    assert dict(check(home).counts) == {"evidenced": 4, "changed": 1}


def test_without_a_capture_nothing_is_known_and_that_is_no_drift(home: Home) -> None:
    shutil.rmtree(home.path("captures"))
    drift = check(home)
    assert dict(drift.counts) == {"not_checked": 5} and not drift.has_drifted and drift.capture_id is None


def test_a_damaged_old_body_leaves_what_the_hashes_prove(home: Home) -> None:
    (body,) = list(Path(home.path("captures", "bodies")).rglob("*"))[1:]
    bring(home, plan_page({**GOALS, "trademarks": "全市有效注册商标总量达到9900件以上"}))
    body.write_bytes(b"damaged")
    counts = check(home).counts
    assert counts["evidenced"] == 4 and counts["not_checked"] == 1


def test_nothing_new_is_not_compared_again_until_something_is(home: Home) -> None:
    assert not check(home).was_known
    assert check(home).was_known
    append_decision(Decision(f"{PLAN}-t02", Verb.ACCEPTED, "甲", date(2036, 5, 1), "as proposed"))
    assert not check(home).was_known
    bring(home, plan_page(year=2039))
    again = check(home)
    assert not again.was_known
    assert check(home).rows == again.rows and check(home).was_known


def test_an_answer_that_is_not_that_of_its_key_is_found_again(home: Home) -> None:
    """A `plan diff` beside the night can leave the key of one and the answer of the other."""
    before = check(home)
    told = home.read("plans", PLAN, "evidence.csv")
    home.write(told.replace(b"evidenced", b"missing"), "plans", PLAN, "evidence.csv")
    again = check(home)
    assert not again.was_known and again.rows == before.rows
    assert home.read("plans", PLAN, "evidence.csv") == told


def test_an_unknown_plan_is_named(home: Home) -> None:
    with pytest.raises(UnknownPlan, match=r"nobody.*suining-145"):
        check_plans(home, CATALOG, ["nobody"])


def test_the_reviewed_plans_are_evidenced_in_the_archive_and_known_at_once(archive: Path, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    import_path(home, archive / "plans", run_id="run", catalog=CATALOG)
    first = check_plans(home, CATALOG)
    assert {drift.plan_id for drift in first} >= {"suining-145", "langfang-145"}
    for drift in first:
        assert set(drift.counts) == {"evidenced"}, drift
    started = time.monotonic()
    assert all(drift.was_known for drift in check_plans(home, CATALOG))
    assert time.monotonic() - started < 3


def test_a_reviewed_plan_whose_page_changed_drifts_in_that_target_only(archive: Path, tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    import_path(home, archive / "plans", run_id="run", catalog=CATALOG)
    (row,) = [d for d in check_plans(home, CATALOG, ["suining-145"])[0].rows if d.target_id == "suining-145-t04"]
    text = (archive / "plans" / "suining-145.txt").read_text(encoding="utf-8")
    (tmp_path / "newer.txt").write_text(text.replace(str(row.new_quote), f"{row.new_quote}".replace("30000", "36000")))
    import_path(home, tmp_path / "newer.txt", source_id="plan_documents", run_id="later", catalog=CATALOG)
    (drift,) = check_plans(home, CATALOG, ["suining-145"])
    assert {r.target_id: r.detail for r in drift.rows if r.state is not State.EVIDENCED} == {
        "suining-145-t04": "target_value 30000 → 36000"
    }

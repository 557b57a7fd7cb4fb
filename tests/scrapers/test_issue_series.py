"""Issues of a series, and pages at one address: what counts as another layout, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from issues import CATALOG, SOURCE, SWAPPED, add, address, decide, issue, judged, verdicts

import scrapers.parse as parse
from scrapers.captures import Origin
from scrapers.home import Home
from scrapers.parse import parse_captures, pending
from scrapers.records import Verdict


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


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


def test_a_first_visit_that_takes_several_nights_is_one_history(home: Home) -> None:
    cut = CATALOG[SOURCE].model_copy(
        update={"politeness": CATALOG[SOURCE].politeness.model_copy(update={"max_addresses": 2})}
    )
    other = ["地 区", "合计", "工矿企业", "非职务"]
    add(home, issue(4), address(4), run="night-1")
    add(home, issue(5), address(5), run="night-1")  # as many as a night may ask for
    add(home, issue(6, other), address(6), run="night-2")
    add(home, issue(7, ["地 区", "合计", "大专院校", "非职务"]), address(7), run="night-3")
    catalog = {SOURCE: cut}
    found = parse_captures(home, pending(home, catalog), catalog)
    assert [each.reason for each in found] == [None, None, None, "changed_layout"]


def test_a_page_that_a_person_brought_passes_and_makes_its_layout_known(home: Home) -> None:
    add(home, issue(7), address(7), run="r1")
    add(home, issue(8, SWAPPED), address(8), run="hand", origin=Origin.IMPORTED)
    add(home, issue(9, SWAPPED), address(9), run="r2")
    assert verdicts(home) == ["accepted"] * 3


def test_on_a_first_visit_only_issues_newer_than_those_that_a_person_brought_can_have_changed(home: Home) -> None:
    other = ["地 区", "合计", "工矿企业", "非职务"]
    add(home, issue(7), address(7), run="hand", origin=Origin.IMPORTED)
    add(home, issue(6, other), address(6), run="r1")
    add(home, issue(8, ["地 区", "合计", "大专院校", "非职务"]), address(8), run="r1")
    assert verdicts(home) == ["accepted", "accepted", "quarantined changed_layout"]


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

"""Loading plans of the home and decisions: what the files say is in the tables, and what is wrong stops nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from scrapers.home import Home
from scrapers.plans.labels import PROPOSED, indicator_id
from scrapers.register.register import TARGET_COLUMNS, read_register
from tests.warehouse import made, plans_made
from warehouse.database import build_path
from warehouse.load import LoadSummary, load

TARGET = f"{plans_made.PLAN_ID}-t01"


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(build_path(home)), read_only=True) as connection:
        return connection.execute(query).fetchall()


def loaded(home: Home) -> LoadSummary:
    return load(home, made.CATALOG)


@pytest.fixture(autouse=True)
def reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of decisions of our own, empty at first."""
    path = plans_made.decisions(tmp_path / "reviews.csv", [])
    monkeypatch.setenv("ZHIBIAO_REVIEWS", str(path))
    return path


def test_a_plan_of_the_home_is_loaded_with_proposals_places_and_evidence(home: Home) -> None:
    body = "目标：有效注册商标总量达到4万件。".encode()
    place = plans_made.place(TARGET, body, "有效注册商标总量达到4万件")
    plans_made.plan(home, [plans_made.target(1)], places=[place], period_end=None)
    plans_made.evidence(home, [{"target_id": TARGET, "state": "changed", "old_quote": "旧文", "new_quote": "新文"}])
    assert loaded(home).problems == []
    assert rows(home, "SELECT plan_id, period_start, period_end, issued_on, url FROM raw.plan_registry") == [
        (plans_made.PLAN_ID, 2031, None, date(2031, 3, 1), "https://plans.example/jia.html")
    ]
    assert rows(
        home, "SELECT target_id, target_value, target_value_si, is_approximate, confidence FROM raw.plan_proposals"
    ) == [(TARGET, Decimal(4), Decimal(40000), False, 0.9)]
    assert rows(home, 'SELECT start, "end", quote_sha256 FROM raw.plan_proposal_places') == [
        (3, place["end"], place["quote_sha256"])
    ]
    assert rows(home, "SELECT target_id, state, old_quote, new_quote FROM raw.plan_evidence") == [
        (TARGET, "changed", "旧文", "新文")
    ]


def test_the_page_of_an_added_plan_is_a_text_whatever_the_parser_said_of_it(home: Home) -> None:
    body = "目标：有效注册商标总量达到4万件。".encode()
    page = made.capture(home, "plan", body)
    other = made.capture(home, "other", b"<p>other</p>")
    for each in (page, other):
        made.outcome(home, each, verdict="quarantined", reason="no_title")
    plans_made.plan(home, [plans_made.target(1)], places=[plans_made.place(TARGET, body, "有效注册商标总量达到4万件")])
    for _ in range(2):
        loaded(home)
        assert rows(home, "SELECT capture_id, substr(text, 4, 4) FROM raw.plan_texts") == [
            (page.capture_id, "有效注册")
        ]


def test_a_later_load_holds_what_the_files_say_then(home: Home, reviews: Path) -> None:
    plans_made.plan(home, [plans_made.target(1), plans_made.target(2)])
    loaded(home)
    plans_made.plan(home, [plans_made.target(1, target_value=5), plans_made.target(3)])
    plans_made.decisions(reviews, [{"target_id": TARGET, "decision": "accepted"}])
    loaded(home)
    assert rows(home, "SELECT target_id, target_value::INT FROM raw.plan_proposals ORDER BY 1") == [
        (TARGET, 5),
        (f"{plans_made.PLAN_ID}-t03", 4),
    ]
    plans_made.decisions(reviews, [{"target_id": TARGET, "decision": "rejected"}])
    loaded(home)
    assert rows(home, "SELECT target_id, decision FROM raw.target_decisions") == [(TARGET, "rejected")]


def test_the_file_of_decisions_is_the_one_of_the_seeds_where_no_other_is_named(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZHIBIAO_REVIEWS")
    assert loaded(home).problems == []
    assert rows(home, "SELECT count(*) > 200 FROM raw.target_decisions WHERE decision = 'accepted'") == [(True,)]


def test_corrections_are_loaded_by_name(home: Home, reviews: Path) -> None:
    plans_made.plan(home, [plans_made.target(1, target_date="2035-06-30")])
    corrections = "target_value=5; unit_zh=件; target_date="
    plans_made.decisions(reviews, [{"target_id": TARGET, "decision": "corrected", "corrections": corrections}])
    assert loaded(home).problems == []
    query = (
        "SELECT corrections->>'$.target_value', corrections->>'$.unit_zh', corrections->>'$.target_value_si',"
        " corrections->>'$.target_date', json_exists(corrections, '$.region_code') FROM raw.target_decisions"
    )
    assert rows(home, query) == [("5", "件", "5", "", False)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": "perhaps"},
        {"decision": "accepted", "decided_on": "yesterday"},
        {"decision": "corrected", "corrections": "colour=red"},
        {"decision": "corrected", "corrections": "target_value=many"},
        {"decision": "corrected", "corrections": "target_type=wish"},
        {"decision": "corrected", "corrections": "target_type="},
        {"decision": "corrected", "corrections": "indicator_id=no_such_indicator"},
        {"decision": "corrected", "corrections": "target_value_high=2"},
        {"decision": "corrected", "corrections": "target_value=100000000000000000000; unit_zh=亿件"},
        {"decision": "accepted", "target_id": f"{plans_made.PLAN_ID}-t99"},
    ],
    ids=lambda wrong: "-".join(wrong.values()),
)
def test_a_wrong_decision_is_left_out_and_told(home: Home, reviews: Path, wrong: plans_made.Row) -> None:
    other = f"{plans_made.PLAN_ID}-t02"
    plans_made.plan(home, [plans_made.target(1), plans_made.target(2)])
    plans_made.decisions(reviews, [{"target_id": TARGET, **wrong}, {"target_id": other, "decision": "accepted"}])
    summary = loaded(home)
    assert len(summary.problems) == 1 and "decision_not_applied" in summary.problems[0]
    assert rows(home, "SELECT target_id FROM raw.target_decisions") == [(other,)]
    assert rows(home, "SELECT kind FROM raw.register_problems") == [("decision_not_applied",)]


def test_a_decisions_file_that_is_not_there_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_REVIEWS", "/nowhere/reviews.csv")
    (problem,) = loaded(home).problems
    assert "reviews.csv" in problem and "/nowhere" not in problem


def test_a_decisions_file_that_is_no_such_table_ends_the_load(home: Home, reviews: Path) -> None:
    reviews.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="has no column"):
        loaded(home)


@pytest.mark.parametrize("text", ["{", "[]", '{"plan_id": "another"}', '{"plan_id": "x", "period_start": "soon"}'])
def test_a_broken_plan_is_told_and_leaves_the_others_alone(home: Home, text: str) -> None:
    plans_made.plan(home, [plans_made.target(1)])
    home.write(text.encode(), "plans/x/plan.json")
    home.write(plans_made.table(["target_id", "plan_id"], [{"target_id": "x-t01"}]), "plans/x/targets.csv")
    home.write(b"target_id,body_sha256,start,end,quote_sha256,form\n", "plans/x/places.csv")
    summary = loaded(home)
    assert len(summary.problems) == 1 and "plans/x" in summary.problems[0]
    assert rows(home, "SELECT target_id FROM raw.plan_proposals") == [(TARGET,)]


@pytest.mark.parametrize(
    "wrong",
    [{"target_type": "wish"}, {"target_value": "1e99"}, {"target_year": "soon"}, {"confidence": "inf"}],
    ids=str,
)
def test_a_broken_proposal_is_told_and_left_out(home: Home, wrong: plans_made.Row) -> None:
    plans_made.plan(home, [plans_made.target(1), plans_made.target(2) | wrong])
    summary = loaded(home)
    assert len(summary.problems) == 1 and f"{plans_made.PLAN_ID}-t02" in summary.problems[0]
    assert rows(home, "SELECT target_id FROM raw.plan_proposals") == [(TARGET,)]


def test_a_file_with_rows_of_another_plan_is_not_believed_at_all(home: Home) -> None:
    plans_made.plan(home, [plans_made.target(1), plans_made.target(2, plan_id="another")])
    (problem,) = loaded(home).problems
    assert problem.startswith(f"plan_not_read: plans/{plans_made.PLAN_ID}: ")
    assert rows(home, "SELECT count(*) FROM raw.plan_proposals") == [(0,)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"target_value": "NaN"}, {"target_value": "1e9999999"}, {"section": "一" * 200_000},
        {"target_id": "suining-145-t01"}, {"target_id": TARGET},
    ],
    ids=["no number", "a number beyond all", "a cell beyond all", "an id of another plan", "an id twice"],
)  # fmt: skip
def test_a_file_with_impossible_rows_is_told_and_stops_nothing(home: Home, wrong: plans_made.Row) -> None:
    plans_made.plan(home, [plans_made.target(1), plans_made.target(2) | wrong])
    (problem,) = loaded(home).problems
    assert problem.startswith(f"plan_not_read: plans/{plans_made.PLAN_ID}: ")
    assert rows(home, "SELECT count(*) FROM raw.plan_registry") == [(0,)]


def test_a_file_without_a_column_is_not_taken_for_one_with_empty_cells(home: Home) -> None:
    plans_made.plan(home, [plans_made.target(1)])
    columns = [name for name in TARGET_COLUMNS if name != "indicator_id"]
    row = {name: plans_made.target(1).get(name, "") for name in columns}
    home.write(plans_made.table(columns, [row]), "plans", plans_made.PLAN_ID, "targets.csv")
    assert "targets.csv has no column indicator_id" in loaded(home).problems[0]
    home.write(b"", "plans", plans_made.PLAN_ID, "targets.csv")
    assert "targets.csv has no column target_id" in loaded(home).problems[0]


def test_conditions_are_loaded_and_one_that_is_none_is_told(home: Home) -> None:
    worded = {"target_value": "", "target_value_si": "", "unit_zh": ""}
    plans_made.plan(
        home,
        [
            plans_made.target(1, condition="above_parent", **worded), plans_made.target(2),
            plans_made.target(3, condition="above_average", **worded),
        ],
    )  # fmt: skip
    (problem,) = loaded(home).problems
    assert problem.startswith("proposal_not_read") and "condition" in problem
    assert rows(home, "SELECT target_id[-3:], condition FROM raw.plan_proposals ORDER BY 1") == [
        ("t01", "above_parent"), ("t02", None),
    ]  # fmt: skip


def test_places_of_another_plan_are_nobodys(home: Home) -> None:
    body = "目标：有效注册商标总量达到4万件。".encode()
    place = plans_made.place("suining-145-t01", body, "有效注册商标总量达到4万件")
    plans_made.plan(home, [plans_made.target(1)], places=[place])
    assert loaded(home).problems == []
    assert not any(p.body_sha256 == place["body_sha256"] for p in read_register(home).places_of("suining-145"))


def test_offsets_beyond_all_are_told_and_stop_nothing(home: Home) -> None:
    place = plans_made.place(TARGET, b"abc", "b") | {"start": 10**30}
    plans_made.plan(home, [plans_made.target(1)], places=[place])
    plans_made.evidence(home, [{"target_id": TARGET, "state": "changed", "start": 10**30}])
    assert sorted(problem.partition(":")[0] for problem in loaded(home).problems) == [
        "evidence_not_read", "proposal_not_read",
    ]  # fmt: skip


def test_a_damaged_evidence_file_is_told(home: Home) -> None:
    home.write(b"\xff\xfe\x00", "plans/suining-145/evidence.csv")
    assert "plans/suining-145/evidence.csv" in loaded(home).problems[0]


def test_evidence_counts_only_for_the_plan_in_whose_folder_it_lies(home: Home) -> None:
    plans_made.plan(home, [plans_made.target(1)])
    missing = {"target_id": "suining-145-t01", "state": "missing"}
    plans_made.evidence(home, [missing | {"plan_id": "suining-145"}])
    plans_made.evidence(home, [missing | {"plan_id": "gone"}], plan_id="gone")
    assert loaded(home).problems == [
        f"evidence_not_read: plans/{plans_made.PLAN_ID}/evidence.csv: it speaks of suining-145"
    ]
    assert rows(home, "SELECT count(*) FROM raw.plan_evidence") == [(0,)]


def test_a_proposed_indicator_is_looked_up_again_by_its_label(home: Home) -> None:
    unknown = indicator_id("某种无人知道的数量")
    assert unknown.startswith(PROPOSED)
    plans_made.plan(
        home,
        [
            plans_made.target(1, indicator_id=PROPOSED + "old", indicator_zh="有效注册商标总量"),
            plans_made.target(2, indicator_id=unknown, indicator_zh="某种无人知道的数量"),
            plans_made.target(
                3, indicator_id=unknown, indicator_zh="某种无人知道的数量", target_type="milestone", target_value=None
            ),
        ],
    )
    loaded(home)
    assert rows(home, "SELECT indicator_id FROM raw.plan_proposals ORDER BY target_id") == [
        ("trademarks_in_force",),
        (unknown,),
        (None,),
    ]


def test_a_period_that_ends_before_it_starts_is_told(home: Home) -> None:
    plans_made.plan(home, [plans_made.target(1)], period_start=2035, period_end=2031)
    (problem,) = loaded(home).problems
    assert "the period ends in 2031, before it starts in 2035" in problem

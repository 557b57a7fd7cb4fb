"""The decisions file: appended to and edited by hand; wrong rows are told by name and line and are not applied."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scrapers.register.corrections import BadCorrection, contradiction, corrected, parse_corrections
from scrapers.register.decisions import (
    Decision,
    DecisionsUnreadable,
    Verb,
    append_decision,
    check_against,
    read_decisions,
    standing,
)

HEADER = "target_id,decision,decided_by,decided_on,reason,corrections\n"
ROW = {
    "target_id": "p-t01", "indicator_id": "", "target_type": "level_at_date", "direction": "at_least",
    "target_value": "5", "target_value_high": "", "unit_zh": "件", "target_value_si": "5", "unit_base": "件",
    "baseline_value": "2", "baseline_value_si": "2", "target_year": "2040", "target_date": "",
}  # fmt: skip


def decision(target_id: str = "p-t01", verb: Verb = Verb.ACCEPTED, day: int = 1, **how: object) -> Decision:
    return Decision(target_id, verb, "甲", date(2036, 1, day), **how)  # type: ignore[arg-type]


def test_a_decision_is_one_row_at_the_end_and_the_rest_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    append_decision(decision(reason="as proposed"), file)
    before = file.read_bytes() + b'p-t02,"accepted",someone,2036-01-01,"by, hand"\n'
    file.write_bytes(before)
    append_decision(decision("p-t03", Verb.CORRECTED, corrections={"target_value": "7", "unit_zh": ""}), file)
    assert file.read_bytes() == before + "p-t03,corrected,甲,2036-01-01,,target_value=7; unit_zh=\n".encode()
    found, problems = read_decisions(file)
    assert problems == []
    assert [(d.target_id, d.line) for d in found] == [("p-t01", 2), ("p-t02", 3), ("p-t03", 4)]
    assert found[1].reason == "by, hand" and dict(found[2].corrections) == {"target_value": "7", "unit_zh": ""}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_without_the_column_or_the_last_line_end_is_added_to_without_loss(tmp_path: Path, end: str) -> None:
    file = tmp_path / "reviews.csv"
    rows = ["target_id,decision,decided_by,decided_on,reason", 'p-t01,accepted,甲,2036-01-01,"a, b"']
    file.write_bytes(b"\xef\xbb\xbf" + end.join(rows).encode())
    append_decision(decision("p-t02", Verb.REJECTED, reason="a\nname"), file)
    found, problems = read_decisions(file)
    assert problems == []
    assert [(d.target_id, d.decision, d.reason) for d in found] == [
        ("p-t01", "accepted", "a, b"), ("p-t02", "rejected", "a name"),
    ]  # fmt: skip
    assert file.read_bytes().decode("utf-8-sig").count(end) == 3


def test_a_full_disk_leaves_no_half_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "reviews.csv"
    append_decision(decision(), file)
    before = file.read_bytes()

    class Full(io.FileIO):
        def write(self, row: Any, /) -> int:
            return super().write(bytes(row)[:9])

    monkeypatch.setattr(Path, "open", lambda path, mode, buffering=-1: Full(path, mode))
    with pytest.raises(OSError, match="No space left"):
        append_decision(decision("p-t02", Verb.REJECTED, reason='an "open quote'), file)
    assert file.read_bytes() == before


def test_words_that_are_no_utf8_are_kept_as_far_as_they_can_be(tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    append_decision(decision(verb=Verb.REJECTED, reason="a \udcff name"), file)
    found, problems = read_decisions(file)
    assert problems == [] and found[0].reason == "a ? name"


def test_the_last_decision_stands_by_date_then_by_position() -> None:
    decisions = [decision(day=5), decision(day=2, verb=Verb.REJECTED), decision(day=5, verb=Verb.CORRECTED)]
    assert standing(decisions)["p-t01"].decision is Verb.CORRECTED
    assert standing(decisions[:2])["p-t01"].decision is Verb.ACCEPTED


def test_wrong_rows_are_told_by_name_and_line_and_the_others_apply(tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text(
        HEADER
        + 'p-t01,accepted,甲,2036-01-01,"two\nlines",\n'
        + "p-t02,agreed,甲,2036-01-01,,\n"
        + "p-t03,accepted,,2036-01-01,,\n"
        + "p-t04,accepted,甲,yesterday,,\n"
        + "p-t05,corrected,甲,2036-01-01,,value=3\n"
        + "p-t06,corrected,甲,2036-01-01,,target_value=三\n"
        + "p-t07,accepted,甲,2036-01-01,,target_value=3\n"
        + ",accepted,甲,2036-01-01,,\n\n",
        encoding="utf-8",
    )
    found, problems = read_decisions(file)
    assert [d.target_id for d in found] == ["p-t01"]
    assert [problem.split(": ")[:2] for problem in problems] == [
        ["reviews.csv line 4", "p-t02"], ["reviews.csv line 5", "p-t03"], ["reviews.csv line 6", "p-t04"],
        ["reviews.csv line 7", "p-t05"], ["reviews.csv line 8", "p-t06"], ["reviews.csv line 9", "p-t07"],
        ["reviews.csv line 10", "(no target_id)"],
    ]  # fmt: skip
    assert "'value' cannot be corrected; allowed: indicator_id" in problems[3]


def test_a_decision_on_an_unknown_target_or_with_an_impossible_result_is_not_applied() -> None:
    ranged = decision(verb=Verb.CORRECTED, corrections={"target_value_high": "4"})
    good, problems = check_against(
        [decision(), decision("p-t99"), decision("other-t01"), ranged], {"p-t01": ROW}, lambda name: name[:2] == "p-"
    )
    assert good == [decision()]
    assert len(problems) == 2 and "p-t99: there is no such target" in problems[0] and "p-t01" in problems[1]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00bad", "名,值\n1,2\n".encode(), b'"never closed\nx,y'])
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "reviews.csv"
    file.write_bytes(body)
    with pytest.raises(DecisionsUnreadable, match=r"reviews\.csv"):
        read_decisions(file)


def test_corrections_recompute_what_is_kept_in_base_units() -> None:
    row = corrected(ROW, parse_corrections("target_value=3; unit_zh=万件"))
    assert (row["target_value_si"], row["unit_base"], row["baseline_value_si"]) == ("30000", "件", "20000")
    cleared = corrected(ROW, parse_corrections("baseline_value="))
    assert (cleared["baseline_value"], cleared["baseline_value_si"], cleared["target_value_si"]) == ("", "", "5")
    ranked = corrected(ROW, parse_corrections("target_type=rank; direction=at_most; unit_zh=名; target_value=3"))
    assert (ranked["target_value_si"], ranked["unit_base"]) == ("3", "名")


@pytest.mark.parametrize(
    "text",
    [
        "target_value", "target_value=1e9", "target_value=0.0000001", "target_year=40", "target_date=2040-02-30",
        "region_code=999999", "indicator_id=nobody_knows_it", "target_type=level", "direction=up", "target_type=",
        "condition=above_average",
        "target_value=1; target_value=2", "section=1",
    ],
)  # fmt: skip
def test_a_correction_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadCorrection):
        parse_corrections(text)


@pytest.mark.parametrize(
    ("corrections", "words"),
    [
        ("target_value_high=9", "type range only"),
        ("target_type=range", "needs"),
        ("target_type=range; target_value_high=5", "not above"),
        ("target_date=2039-12-31", "does not lie"),
        ("target_date=2040-06-30", None),
        ("target_type=range; direction=between; target_value_high=8", None),
        ("target_type=range; direction=between; target_value_high=8; condition=capped", None),
        ("condition=capped", "type range only"),
        ("condition=keep", "type directional only"),
        ("target_type=directional; direction=increase; target_value=; condition=keep", None),
        ("condition=above_parent", "without a target_value"),
        ("target_type=rank; target_value=; condition=above_parent", "belongs to the types"),
        ("target_value=; condition=above_parent", None),
        ("condition=", None),
    ],
)
def test_a_corrected_row_must_make_sense(corrections: str, words: str | None) -> None:
    wrong = contradiction(corrected(ROW, parse_corrections(corrections)))
    assert wrong is None if words is None else wrong is not None and words in wrong

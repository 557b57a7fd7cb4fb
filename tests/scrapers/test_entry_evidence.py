"""Evidence that a task is done: what is refused, what is kept, and that the same evidence is entered once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.captures import PROOF, Knowledge, Origin
from scrapers.entry.evidence import TaskEvidence, Wanted, add_evidence, entered_evidence
from scrapers.entry.proof import EntryRefused, source_of
from scrapers.home import Home
from tests.warehouse import plans_made

TODAY = date(2024, 6, 30)
TASK = "sichuan-2017-m56"
PAGE = "https://www.example.gov.cn/opened.html"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("ZHIBIAO_REVIEWS", str(plans_made.decisions(tmp_path / "reviews.csv", [])))
    return Home.at(tmp_path / "home")


def wanted(**changes: object) -> Wanted:
    return replace(Wanted(TASK, date(2017, 1, 9), source_of(PAGE, None), "Li", date(2017, 1, 10)), **changes)  # type: ignore[arg-type]


def add(home: Home, **changes: object) -> tuple[TaskEvidence, bool]:
    return add_evidence(home, wanted(**changes), today=TODAY, run_id="run")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target_id": "sichuan-2017-m99"}, "there is no target 'sichuan-2017-m99'"),
        ({"target_id": "sichuan-2017-t01"}, "is of type share_threshold and is measured by figures; .*milestone"),
        ({"on": date(2024, 7, 1), "published": None}, "--on 2024-07-01 has not come yet"),
        ({"published": date(2024, 7, 1)}, "--published 2024-07-01 has not come yet"),
        ({"published": date(2017, 1, 8)}, "cannot show what was done on 2017-01-09"),
        ({"by": " \n"}, "--by NAME"),
    ],
)
def test_evidence_that_cannot_be_is_refused_and_leaves_nothing(
    home: Home, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    with pytest.raises(EntryRefused, match=message):
        add(home, **{"source": source_of(None, scan), **changes})
    assert entered_evidence(home).entries == []
    assert Archive(home).captures() == []


def test_the_same_evidence_twice_changes_nothing(home: Home) -> None:
    first, is_new = add(home, note=" opened\n in Chengdu ")
    assert is_new
    assert (first.evidence_on, first.published_on, first.entered_on) == (date(2017, 1, 9), date(2017, 1, 10), TODAY)
    assert first.note == "opened in Chengdu"
    again, is_new = add(home, by="Wang", note="other words")
    assert (again, is_new) == (first, False)
    assert entered_evidence(home).entries == [first]


def test_other_days_and_sources_are_other_evidence(home: Home, tmp_path: Path) -> None:
    scan, copy = tmp_path / "scan.pdf", tmp_path / "copy.pdf"
    scan.write_bytes(b"%PDF")
    copy.write_bytes(b"%PDF")
    kept = [
        add(home)[1],
        add(home, on=date(2017, 1, 8))[1],
        add(home, source=source_of(PAGE + "?2", None))[1],
        add(home, source=source_of(None, scan))[1],
        add(home, source=source_of(None, copy))[1],
    ]
    assert kept == [True, True, True, True, False]


def test_a_file_is_kept_as_proof_and_an_address_is_linked_to_its_capture(home: Home, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    by_file, _ = add(home, source=source_of(None, scan))
    (capture,) = Archive(home).captures()
    assert (capture.source_id, capture.url, capture.origin) == (PROOF, "imported:proof/scan.pdf", Origin.IMPORTED)
    assert (by_file.url, by_file.capture_id, by_file.body_sha256) == (
        capture.url, capture.capture_id, capture.body_sha256,
    )  # fmt: skip
    assert add(home)[0].capture_id is None
    page = Archive(home).add(
        source_id="unlisted", url=PAGE, body=b"<p>opened</p>", origin=Origin.IMPORTED, knowledge=Knowledge(),
        run_id="run",
    )  # fmt: skip
    assert page.capture is not None
    assert add(home, on=date(2017, 1, 7))[0].capture_id == page.capture.capture_id


def test_decisions_say_what_takes_evidence(home: Home, tmp_path: Path) -> None:
    plans_made.plan(home, [plans_made.target(1), plans_made.target(2, target_type="milestone")])
    one, two = f"{plans_made.PLAN_ID}-t01", f"{plans_made.PLAN_ID}-t02"
    with pytest.raises(EntryRefused, match="level_at_date"):
        add(home, target_id=one)
    plans_made.decisions(
        tmp_path / "reviews.csv",
        [
            {"target_id": one, "decision": "corrected", "corrections": "target_type=milestone"},
            {"target_id": two, "decision": "rejected"},
        ],
    )
    assert add(home, target_id=one)[1]
    with pytest.raises(EntryRefused, match="rejected"):
        add(home, target_id=two)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "the file"),
        (b"\xff\xfe", "the file"),
        (b'{"evidence_id": "aa"}', "target_id"),
    ],
)
def test_a_damaged_entry_is_told_and_the_others_count(home: Home, body: bytes, message: str) -> None:
    good, _ = add(home)
    home.write(body, "evidence", "aa.json")
    home.write(home.read("evidence", f"{good.evidence_id}.json"), "evidence", "bb.json")
    found = entered_evidence(home)
    assert found.entries == [good]
    assert found.problems[0].startswith(f"evidence/aa.json: {message}")
    assert found.problems[1] == f"evidence/bb.json: it speaks of {good.evidence_id}"

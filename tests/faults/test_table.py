"""The table of the faults: sums, order, and words from outside that cannot break it."""

from __future__ import annotations

from tests.faults.table import Row, in_full, put, summary
from tests.faults.trial import Trial

ROWS = [
    Row(Trial("connection", "reset", "failed: cut_off (2); new", tried=3), "2026-01-01", "abc"),
    Row(Trial("connection", "silence", "failed: timed_out", tried=2), "2026-01-01", "abc"),
    Row(
        Trial("machine", "disk full", "stopped", tried=4, needed_person=1, told="make | room\nnow"), "2026-01-02", "def"
    ),
]


def test_the_readme_has_sums_of_sites_and_every_fault_of_the_machine() -> None:
    lines = summary(ROWS).splitlines()
    assert "(2 kinds) | 5 | 0 | 0 | 0 | 0 | failed: cut_off (1), new (1), failed: timed_out (1) |" in lines[2]
    assert lines[3] == "| disk full | 4 | 0 | 0 | 0 | 1 | stopped; told: “make \\| room now” |"
    assert lines[4].startswith("| **all** | **9** | **0** |")
    assert "2026-01-01 at abc, 2026-01-02 at def" in lines[-1]


def test_the_full_table_has_every_fault() -> None:
    text = in_full(ROWS)
    assert all(f"| {row.trial.fault} |" in text for row in ROWS)


def test_a_fault_tried_again_takes_the_place_of_the_last_time() -> None:
    again = put([Trial("machine", "disk full", "published", tried=1)], list(ROWS))
    assert len(again) == len(ROWS) and again[-1].trial.tried == 1

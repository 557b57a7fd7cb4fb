"""What a notice says: of a night that published, that failed, that could not begin, that was cut off; and what it
leaves out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scrapers.home import Home
from tests.warehouse import made
from tests.warehouse.telling.nights import cut_off, night, warning
from warehouse import release
from warehouse.telling.gather import gather
from warehouse.telling.night import tell, tell_not_begun
from warehouse.telling.notice import Notice


def nobody(home: Home) -> tuple[dict[str, object], dict[str, str]]:
    """No channel is set."""
    return {}, {}


def told(home: Home, run_id: str) -> Notice:
    """Tell of a run as its last task does, and read what was written."""
    tell(home, run_id, receivers=nobody)  # type: ignore[arg-type]
    return Notice.model_validate_json(home.read("runs", run_id, "notice.json"))


def test_a_night_names_what_changed_against_the_release_before(home: Home) -> None:
    told(home, night(home, 1, {"r1": 5, "r2": 7}, targets={"p-t01": "on_track"}))
    second = night(
        home, 2, {"r1": 6, "r3": 1}, targets={"p-t01": "behind"}, sources={"old_one": ("yellow", "past_limit")},
        questions=("新指标",), audit=[warning("gain")],
    )  # fmt: skip
    notice = told(home, second)
    assert notice.subject == (
        "zhibiao: published, 1 fact changed, 1 added, 1 gone, 1 target moved, 1 source got worse, 1 new warning, "
        "new questions"
    )
    assert notice.facts and (notice.facts.added, notice.facts.changed, notice.facts.gone) == (1, 1, 1)
    assert "  p-t01: on_track → behind (pace)" in notice.text
    assert "  old_one: green → yellow: its newest figure is 150 days old, the limit is 100" in notice.text
    assert "5 → 6" in notice.text and "新指标" in notice.text and "{'a'" not in notice.text
    assert notice.level == "yellow" and notice.text.startswith(notice.subject + "\n\n")
    assert home.read("runs", second, "notice.txt").decode() == notice.text


def test_what_stays_as_it_was_is_only_counted(home: Home) -> None:
    standing = {"audit": [warning("gain")], "sources": {"old_one": ("red", "far_past_limit")}, "questions": ("q2",)}
    told(home, night(home, 1, {"r1": 5}, **standing, drift=[{"plan_id": "p", "url": "u", "found": {"changed": 1}}]))  # type: ignore[arg-type]
    again = night(home, 2, {"r1": 5}, **standing, drift=[{"plan_id": "p", "url": "u", "found": {"changed": 1}}])  # type: ignore[arg-type]
    notice = told(home, again)
    assert notice.subject == "zhibiao: published, nothing new, 1 source red as before"
    assert notice.events == [] and not notice.is_eventful and notice.level == "green"
    assert "As before: 1 source red, 1 plan drifted, 1 audit warning, 2 open questions." in notice.text


def test_a_source_that_recovers_is_told_once(home: Home) -> None:
    told(home, night(home, 1, {"r1": 5}, sources={"old_one": ("red", "far_past_limit")}))
    better = told(home, night(home, 2, {"r1": 5}))
    assert better.subject == "zhibiao: published, nothing new"  # it is no source of the catalog any more
    told(home, night(home, 3, {"r1": 5}, sources={"old_one": ("red", "far_past_limit")}))
    better = told(home, night(home, 4, {"r1": 5}, sources={"old_one": ("green", "fresh")}))
    assert better.subject == "zhibiao: published, 1 source got better" and better.level == "green"


def test_visits_that_fail_are_told_once_until_they_bring_pages_again(home: Home) -> None:
    bad = {"slow_site": {"counts": {"failed": 2}, "first": "http://x/1.html: timed out", "trouble": None}}
    some = {"fine_site": {"counts": {"new": 3, "not_found": 1}, "first": "http://x/2.html: 404", "trouble": None}}
    first = told(home, night(home, 1, {"r1": 5}, visits=bad | some))
    assert "1 source failed" in first.subject
    assert "slow_site: 2 of 2 addresses: http://x/1.html: timed out" in first.text and "fine_site" not in first.text
    second = told(home, night(home, 2, {"r1": 5}, visits=bad))
    assert "failed" not in second.subject and "As before: 1 source failing" in second.text
    assert "failing" not in told(home, night(home, 3, {"r1": 5})).subject  # nobody asked it
    fine = {"slow_site": {"counts": {"new": 1}, "first": None, "trouble": None}}
    assert "1 source answers again" in told(home, night(home, 4, {"r1": 5}, visits=fine)).subject


def test_a_source_that_got_worse_because_it_failed_is_told_once(home: Home) -> None:
    told(home, night(home, 1, {"r1": 5}))
    bad = {"slow_site": {"counts": {"failed": 2}, "first": "http://x/1.html: timed out", "trouble": None}}
    notice = told(home, night(home, 2, {"r1": 5}, visits=bad, sources={"slow_site": ("yellow", "blocked")}))
    assert notice.subject == "zhibiao: published, 1 source got worse" and notice.text.count("slow_site") == 1


def test_a_failed_night_says_where_why_and_what_to_do(home: Home) -> None:
    told(home, night(home, 1, {"r1": 5}))
    message = "audit: the audit stopped publication: no_fact_lost"
    failed = night(home, 2, message=message, audit=[warning("no_fact_lost", "critical"), warning("gain")])
    notice = told(home, failed)
    assert notice.subject == "zhibiao: NOT published: audit: the audit stopped publication: no_fact_lost"
    assert (notice.outcome, notice.level, notice.stopped_at) == ("failed", "red", "audit")
    assert f"Readers still have release {release.current(home).release_id}" in notice.text
    assert "What to do: Read audit.json" in notice.text and "accepted_losses.csv" in notice.text
    assert "  no_fact_lost: marts.x: no_fact_lost does not hold (3 rows)" in notice.text


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("load: [Errno 28] No space left on device: 'x'", "Make room"),
        ("publish: [Errno 30] Read-only file system: 'x'", "Make the home writable"),
        ("begin: the home x cannot be written (x): mount it for writing", "Make the home writable"),
        ("begin: the disk of x has 0 MB left, a refresh may need 64 MB", "Make room"),
        ("build: dbt failed", "logs/dbt/dbt.log"),
        ("something without a stage", "refresh.log"),
    ],
)
def test_every_way_to_fail_has_its_remedy(home: Home, message: str, words: str) -> None:
    assert words in told(home, night(home, 1, message=message)).what_to_do[0]


def test_a_run_that_could_not_begin_is_told_also_where_the_home_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for home in (Home.at(tmp_path / "home"), Home.at(tmp_path / "file")):
        got: list[Notice] = []
        assert tell_not_begun(home, "20260101T023000Z-0001", "the catalog is wrong") == {}
        got.append(gather(home, "20260101T023000Z-0001").notice)
        assert got[0].outcome == "not_begun" and got[0].level == "red"
    assert "the catalog is wrong" in (tmp_path / "home/runs/20260101T023000Z-0001/notice.txt").read_text()


def test_a_run_that_was_cut_off_is_told_by_the_next_one_and_only_by_it(home: Home) -> None:
    told(home, night(home, 1, {"r1": 5}))
    dead = cut_off(home, 2)
    notice = told(home, night(home, 3, {"r1": 5}))
    assert "1 earlier run untold" in notice.subject and f"  {dead}: began" in notice.text
    assert "was cut off during build" in notice.text
    assert "untold" not in told(home, night(home, 4, {"r1": 5})).subject


def test_a_cut_off_run_can_be_told_of_itself(home: Home) -> None:
    notice = told(home, cut_off(home, 1, "publish"))
    assert notice.subject == "zhibiao: NOT published: cut off during publish" and "Nothing is lost" in notice.text


def test_a_home_from_before_there_were_notices_is_not_told_all_over(home: Home) -> None:
    for number in (1, 2, 3):
        night(home, number, {"r1": 5})
    assert told(home, night(home, 4, {"r1": 5})).subject == "zhibiao: published, nothing new"


def test_pages_in_quarantine_are_named_when_they_are_new(home: Home) -> None:
    from warehouse.load import load

    bad = made.capture(home, "bad")
    made.outcome(home, bad, verdict="quarantined", reason="block_page")
    load(home, made.CATALOG)
    first = told(home, night(home, 1, {"r1": 5}))
    assert "1 page quarantined" in first.subject and "no older page serves; https://made.example/bad.html" in first.text
    assert "As before: 1 page quarantined" in told(home, night(home, 2, {"r1": 5})).text


def test_layouts_that_changed_are_told(home: Home) -> None:
    drift = [{"source_id": "s", "url": "http://x/1.html", "difference": "column 3: 专利授权量 → 专利申请量"}]
    notice = told(home, night(home, 1, {"r1": 5}, layout_drift=drift))
    assert "1 layout changed" in notice.subject and "  s: column 3: 专利授权量 → 专利申请量" in notice.text


def test_a_disk_that_fills_up_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_LEAST_FREE_GB", "1e9")
    assert "disk low" in told(home, night(home, 1, {"r1": 5})).subject


def test_a_damaged_home_still_gives_a_notice_that_says_what_is_missing(home: Home) -> None:
    told(home, night(home, 1, {"r1": 5}))
    run = night(home, 2, {"r1": 6}, audit=[])
    serving = release.current(home).folder
    serving.chmod(0o755)
    (serving / "marts.duckdb").chmod(0o644)
    (serving / "marts.duckdb").write_bytes(b"no database")
    home.write(b"[{", "runs", run, "audit.json")
    notice = told(home, run)
    assert notice.subject.startswith("zhibiao: published, 1 fact changed") and len(notice.remarks) == 2
    assert "Could not be found out" in notice.text
    shutil.rmtree(home.path("releases"))
    assert "Readers have no release yet." in told(home, night(home, 3, message="load: no")).text


def test_words_from_outside_stay_on_their_line(home: Home) -> None:
    evil = "table\r\nBcc: everybody@example.org\u2028\x1b[31m\u202egnp.exe" + "长" * 5000
    visits = {evil: {"counts": {"blocked": 1}, "first": evil, "trouble": None}}
    notice = told(home, night(home, 1, message=f"load: {evil}", visits=visits))
    assert "\r" not in notice.text and "\x1b" not in notice.text and "\u202e" not in notice.text
    assert "\n" not in notice.subject and len(notice.subject) <= 150
    assert not any(line.startswith("Bcc") for line in notice.text.splitlines())
    assert max(map(len, notice.text.splitlines())) < 700


def test_long_lists_are_cut_with_a_count(home: Home) -> None:
    told(home, night(home, 1, {"r1": 5}, targets={f"p-t{n:03}": "ahead" for n in range(90)}))
    notice = told(home, night(home, 2, {"r1": 5}, targets={f"p-t{n:03}": "behind" for n in range(90)}))
    assert "90 targets moved" in notice.subject and "  … and 82 more" in notice.text
    assert len(notice.text.splitlines()) < 25

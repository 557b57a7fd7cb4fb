"""The whole nightly against the mirror: a good night, then one on which every fault is on, each at its own address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.mirror.faults import FAULTS
from tests.refresh.comparing import facts, figures, wrong
from tests.refresh.conftest import Night
from tests.refresh.mirrored import NOBODY, SECRET_PATH, came_of
from tests.refresh.running import ask, calls

Trials = list[dict[str, Any]]


def releases(night: Night) -> tuple[Path, Path]:
    """Folders of the good and of the bad night's release."""
    return Path(night.told["good_release"]), Path(night.told["bad_release"])


@pytest.fixture(scope="module")
def trials(mirrored: Night) -> Trials:
    found: Trials = json.loads(mirrored.told["trials"])
    return found


def test_both_nights_publish_in_bounded_time(mirrored: Night) -> None:
    good, bad = releases(mirrored)
    assert mirrored.told["good_code"] == mirrored.told["bad_code"] == "0", mirrored.told["bad"]
    assert good != bad and "published release" in mirrored.told["bad"] and "Traceback" not in mirrored.told["bad"]
    assert max(json.loads(mirrored.told["seconds"])) < 380


def test_every_fault_is_tried_at_an_address_that_had_figures(mirrored: Night, trials: Trials) -> None:
    known = figures(releases(mirrored)[0])
    tried = {trial["fault"] for trial in trials if known.get(trial["page"])}
    absent = FAULTS.keys() - tried
    assert all(FAULTS[name].group == "content" for name in absent) and len(absent) <= 3, absent


def test_no_fact_is_another_than_on_the_good_night(mirrored: Night) -> None:
    before, after = map(facts, releases(mirrored))
    assert len(before) > 1000 and before.keys() <= after.keys()
    assert {key: after[key] for key in before if after[key] != before[key]} == {}


def test_no_faulty_page_contributes_another_figure_than_before(mirrored: Night, trials: Trials) -> None:
    before, after = map(figures, releases(mirrored))
    found = {
        (trial["fault"], trial["file"]): wrong(before.get(trial["page"], {}), after.get(trial["page"], {}))
        for trial in trials
    }
    assert {name: list(values.items())[:3] for name, values in found.items() if values} == {}


def test_the_last_good_page_of_every_faulty_address_goes_on_serving(mirrored: Night, trials: Trials) -> None:
    before, after = map(figures, releases(mirrored))
    assert [t["fault"] for t in trials if before.get(t["page"], {}) != after.get(t["page"], {})] == []


def test_every_faulty_page_is_named_with_a_fitting_reason(mirrored: Night, trials: Trials) -> None:
    release = releases(mirrored)[1]
    counts = "select source_id, quarantined_count + contradictory_count from marts.source_freshness"
    counted = dict(ask(release / "marts.duckdb", counts))
    unfitting = []
    for trial in trials:
        fault = FAULTS[trial["fault"]]
        outcome, reason = came_of(trial, release, mirrored.told["bad"])
        if not fault.fits(reason) or "parser_error" in (reason or ""):
            unfitting.append((fault.name, f"{outcome}: {reason}"))
        if fault.is_harmless and outcome not in ("new", "unchanged"):
            unfitting.append((fault.name, f"is harmless, and came to {outcome}: {reason}"))
        if outcome in ("quarantined", "contradictory") and not counted[trial["source_id"]]:
            unfitting.append((fault.name, "is not counted in source_freshness"))
    assert unfitting == []


def test_the_sound_sites_go_on_bringing_figures(mirrored: Night) -> None:
    before, after = map(figures, releases(mirrored))
    late = mirrored.told["late"]
    assert late not in before and len(after[late]) > 50
    rows = ask(
        releases(mirrored)[1] / "marts.duckdb", "select source_id, last_visit_outcome from marts.source_freshness"
    )
    outcomes = {source_id: outcome for source_id, outcome in rows if not source_id.startswith("mirror_trial")}
    assert outcomes.pop(NOBODY) == "failed"
    assert {"new", "unchanged"} >= set(outcomes.values()) - {"not_found"}


def test_people_are_told_of_each_night_once_and_of_what_went_wrong_by_name(mirrored: Night) -> None:
    good, bad = json.loads(mirrored.told["notices"])
    assert good["outcome"] == bad["outcome"] == "published" and good["remarks"] == bad["remarks"] == []
    assert bad["previous_release_id"] == good["release_id"] and bad["level"] != "green"
    assert NOBODY in {event["subject"] for event in good["events"] if event["code"] == "source_failed"}
    assert bad["standing"]["sources_failing_as_before"] == 1 and NOBODY not in bad["text"]
    assert {"source_worse", "layout_drift", "page_quarantined", "question_new"} <= {e["code"] for e in bad["events"]}
    assert " got worse" in bad["subject"] and " quarantined" in bad["subject"] and len(bad["text"].splitlines()) < 60
    written = [path.read_text() for path in (mirrored.home / "runs").glob("*/*.*") if path.is_file()]
    assert not any(SECRET_PATH in text for text in [mirrored.told["bad"], *written])


def test_robots_is_obeyed_and_one_agent_asks(mirrored: Night) -> None:
    assert set(json.loads(mirrored.told["forbidden"])) == {1}  # the good night alone
    assert len(json.loads(mirrored.told["agents"])) == 1 and "zhibiao" in mirrored.told["agents"]


def test_nobody_but_this_machine_is_asked_for_anything(mirrored: Night) -> None:
    assert not calls(mirrored.home).exists(), calls(mirrored.home).read_text()

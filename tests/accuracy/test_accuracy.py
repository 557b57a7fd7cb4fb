"""The accuracy of the extractor on the archive's plans does not fall below what was reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accuracy import floors
from tests.accuracy.measure import Reading, Score, plans, promises_of_other_pages, read_plan


@pytest.fixture(scope="module")
def readings(archive: Path) -> list[Reading]:
    return [reading for plan in plans() for reading in read_plan(archive, plan)]


def test_no_figure_lies_below_its_floor(archive: Path, readings: list[Reading]) -> None:
    assert not floors.broken(readings, len(promises_of_other_pages(archive)))


def test_a_promise_lost_or_invented_is_seen(readings: list[Reading]) -> None:
    first = readings[0]
    lost = Reading(first.plan, first.form, {"level_at_date": Score(10, 9, 9)}, {"rank": Score(2, 2, 2)})
    invented = Reading(first.plan, first.form, {"level_at_date": Score(10, 11, 10)}, {"rank": Score(2, 3, 2)})
    assert floors.broken([lost], 0) == [f"{first.plan} text figures: recall 0.900"]
    assert len(floors.broken([invented], 0)) == 2
    assert floors.broken([], 1)


def test_every_form_of_every_plan_is_measured(readings: list[Reading]) -> None:
    assert {r.form for r in readings} == {"text", "html", "traditional", "glossed", "wrapped"}
    assert len(readings) == 5 * len(plans())
    assert all(sum(s.wanted for s in r.figures.values()) >= 10 for r in readings)

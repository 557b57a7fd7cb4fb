"""A home of an older version is backed up, restored elsewhere and refreshed: the same facts, the old releases."""

from __future__ import annotations

import json
from pathlib import Path

from tests.refresh.conftest import Night
from tests.refresh.running import ask, zhibiao
from warehouse.care.layout import LAYOUT

FACTS = """
    select region_id, indicator_id, breakdown, period_kind, period_start, period_end, value, observation_id
    from marts.fct_region_indicator
"""


def test_the_facts_are_the_same(moved: Night, fresh: Night) -> None:
    assert moved.release.name != fresh.release.name
    assert sorted(ask(moved.marts, FACTS)) == sorted(ask(fresh.marts, FACTS))
    difference = json.loads((moved.release / "manifest.json").read_text())["difference"]
    assert (difference["facts_gone"], difference["facts_changed"], difference["facts_added"]) == (0, 0, 0)
    assert difference["compared_with"] == fresh.release.name
    assert json.loads((moved.home / "home.json").read_text())["layout"] == LAYOUT


def test_the_old_release_is_listed_asked_and_rolled_back_to(moved: Night, fresh: Night, tmp_path: Path) -> None:
    moved = moved.copy(tmp_path)
    listed = zhibiao(moved.home, "releases", "--verify")
    assert listed.returncode == 0 and fresh.release.name in listed.stdout, listed.stderr
    back = zhibiao(moved.home, "rollback", fresh.release.name)
    assert back.returncode == 0, back.stderr
    asked = zhibiao(moved.home, "sql", "--format", "csv", "select count(*) from fct_region_indicator")
    assert asked.stdout.split()[-1] == str(len(ask(fresh.marts, FACTS)))
    assert zhibiao(moved.home, "status").returncode == 0
    doctor = json.loads(zhibiao(moved.home, "doctor", "--json").stdout)
    left = [(each["check"], each["subject"]) for each in doctor["findings"] if each["severity"] not in ("ok", "mended")]
    assert left == [("entered", "plans/torn")], left

"""What must hold of target progress whatever the figures: random targets, each beside a changed copy of itself."""

from __future__ import annotations

import copy
import random
from collections import Counter
from datetime import date, timedelta

import pytest
from other_reckoning import random_other_cases
from target_reckoning import random_cases
from target_run import Results, Row, run_rules

AS_OF = date(2026, 6, 30)
EARLIER = date(2024, 3, 31)
LADDER = ("moving_away", "far_behind", "behind", "on_track", "ahead", "achieved")
"""From worst to best; `missed` stands against `achieved`, the others say that nothing is rated."""
FACTOR = 10000


def late_publication(cases: list[Row]) -> list[Row]:
    """The cases with a day of publication of its own for each fact, up to two years after its period."""
    draw = random.Random(7)
    for case in cases:
        case["facts"] = [[*fact[:4], {"vintage": fact[2] + timedelta(draw.randint(0, 700))}] for fact in case["facts"]]
    return cases


def named(case: Row, suffix: str) -> Row:
    return copy.deepcopy(case) | {"name": f"{case['name']}_{suffix}"}


def is_less_better(case: Row) -> bool:
    return case["target"].get("direction") in ("at_most", "decrease")


def better(case: Row) -> Row:
    """The newest fact is better; a first fact may be a baseline and stays as it is."""
    changed = named(case, "better")
    if changed["facts"]:
        newest = max(changed["facts"], key=lambda fact: fact[2])
        newest[3] = newest[3] * 0.8 if is_less_better(case) else newest[3] * 1.25 + 1
    return changed


def scaled(case: Row) -> Row:
    """Everything in another unit: percentages of growth and shares stay, as they have none."""
    changed = named(case, "scaled")
    target = changed["target"]
    for key in ("baseline_value", "target_value"):
        if target.get(key) is not None and not (key == "target_value" and target.get("unit_base") == "%"):
            target[key] *= FACTOR
    changed["facts"] = [[*fact[:3], fact[3] * FACTOR, {"precision": 0.5 * FACTOR}] for fact in changed["facts"]]
    return changed


CASES = [*random_cases(AS_OF), *random_other_cases(AS_OF)]
SHARES = {case["name"] for case in CASES if case["target"]["target_type"] == "share_threshold"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    cases = [
        *CASES,
        *(better(case) for case in CASES),
        *(scaled(case) for case in CASES if case["name"] not in SHARES),
    ]
    return run_rules(cases, AS_OF, tmp_path_factory.mktemp("properties"))


def test_more_of_a_good_thing_never_worsens_a_status(results: Results) -> None:
    compared = 0
    for case in CASES:
        newest = max((fact[2] for fact in case["facts"]), default=AS_OF)
        for day, row in results[case["name"]].items():
            after = results[f"{case['name']}_better"][day]
            where = f"{case} on {day}: {row['status']} became {after['status']}"
            if day < newest:
                assert after["status"] == row["status"], where
            elif row["status"] in LADDER and after["status"] in LADDER:
                assert LADDER.index(after["status"]) >= LADDER.index(row["status"]), where
                compared += 1
            elif row["status"] == "achieved":
                assert after["status"] == "achieved", where
            else:  # what is not rated for want of figures stays so; what is missed may be achieved
                assert after["status"] == row["status"] or row["status"] in ("missed", "unrated", "due", "no_data"), (
                    where
                )
                assert after["status"] != "missed" or row["status"] == "missed", where
    assert compared > 150


def test_the_unit_of_the_figures_changes_nothing(results: Results) -> None:
    for case in CASES:
        if case["name"] in SHARES:
            continue
        for day, row in results[case["name"]].items():
            other = results[f"{case['name']}_scaled"][day]
            # Printed in a larger unit a count is rounded, which its flag says.
            assert set(other["flags"].split(",")) - {"within_rounding"} == set(row["flags"].split(",")) - {
                "within_rounding"
            }
            for column in ("status", "reason_code", "rule", "elapsed", "first_reached_on", "missing_years"):
                assert other[column] == row[column], f"{case} on {day}: {column}"
            for column in ("pace", "progress", "attainment", "growth_actual"):
                same = other[column] is None if row[column] is None else abs(other[column] - row[column]) < 1e-6
                assert same, f"{case} on {day}: {column} {row[column]} became {other[column]}"


def test_an_as_of_date_never_sees_the_future(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same rows come out whether the figures that were published later exist or not."""
    cases = late_publication([*random_cases(AS_OF), *random_other_cases(AS_OF)])
    cut = [named(case, "cut") for case in cases]
    left_out = 0
    for case in cut:
        left_out += sum(fact[4]["vintage"] > EARLIER for fact in case["facts"])
        case["facts"] = [fact for fact in case["facts"] if fact[4]["vintage"] <= EARLIER]
    assert left_out > 200
    found = run_rules([*cases, *cut], EARLIER, tmp_path_factory.mktemp("as_of"))
    for case in cases:
        whole, less = found[case["name"]], found[f"{case['name']}_cut"]
        assert whole.keys() == less.keys()
        assert max(whole) == EARLIER
        for day, row in whole.items():
            differing = {
                column: (value, less[day][column])
                for column, value in row.items()
                if value != less[day][column] and column not in ("target_id", "plan_id", "region_id", "region_code")
                and column != "observation_ids"
            }  # fmt: skip
            assert not differing, f"{case['name']} on {day}: {differing}"


def test_every_status_comes_up(results: Results) -> None:
    """Else the properties above would say little."""
    statuses = Counter(row["status"] for rows in results.values() for row in rows.values())
    rare = {status for status in (*LADDER, "missed", "due", "no_data", "unrated") if statuses[status] < 10}
    assert not rare, statuses

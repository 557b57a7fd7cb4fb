"""A second reckoning of the rules beside level and sum, in plain Python, and random targets to try it on."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from target_reckoning import Case, months_between, pace_status, waiting

NUMBER_OF_CASES = 160
KINDS = ("growth", "floor", "share", "direction")


def random_other_cases(as_of: date) -> list[Case]:
    """Targets of every kind with a figure for most of the years; always the same ones."""
    draw = random.Random(20261128)
    cases = []
    for number in range(NUMBER_OF_CASES):
        kind = KINDS[number % len(KINDS)]
        first, last = draw.choice([(2021, 2025), (2022, 2024), (2023, 2027), (2017, 2020)])
        target: Case = {"target_year": last, "target_value": None, "indicator": "flow"}
        if kind == "growth":
            target |= {"target_type": "annual_growth_rate", "unit_base": "%", "target_value": draw.choice([5, 10, 20])}
        elif kind == "floor":
            target |= {"target_type": "annual_floor", "target_value": draw.choice([60, 90, 120])}
        elif kind == "share":
            target |= {"target_type": "share_threshold", "indicator": "ratio", "unit_base": "%", "target_value": 60}
        else:
            target |= {"target_type": "directional", "direction": draw.choice(["increase", "decrease"])}
            target |= {"condition": "keep"} if draw.random() < 0.3 else {}
        if kind in ("growth", "share") and draw.random() < 0.5:
            target |= {"baseline_value": draw.choice([0, 50, 55]), "baseline_year": first - 1}
        facts = [
            ["year", date(year, 1, 1), date(year, 12, 31), draw.choice([0, 50, 60, 90, 100, 130])]
            for year in range(first - 2, last + 2)
            if date(year, 12, 31) <= as_of and draw.random() < 0.7
        ]
        cases.append({"name": f"other_{number:03}", "plan": [first, last], "target": target, "facts": facts})
    return cases


def reckon_other(case: Case, day: date, as_of: date) -> Case:
    """Status and reason by DESIGN.md (Measuring a target)."""
    target = case["target"]
    start = date(target.get("baseline_year", case["plan"][0] - 1), 12, 31)
    end = date(target["target_year"], 12, 31)
    if day <= start:
        return {"status": "not_started", "reason_code": "before_start"}
    known = [fact for fact in case["facts"] if start <= fact[2] <= min(day, end)]
    since = [fact for fact in known if fact[2] > start]
    has_end_fact = bool(since) and since[-1][2] == end
    baseline, baseline_date = target.get("baseline_value"), start
    if baseline is None and known and known[0][2] == start:
        baseline = known[0][3]
    elif baseline is None and target["target_type"] not in ("annual_floor", "share_threshold") and len(since) > 1:
        baseline, baseline_date = since[0][3], since[0][2]
    reckoner = {
        "annual_growth_rate": reckon_growth, "annual_floor": reckon_floor,
        "share_threshold": reckon_share, "directional": reckon_direction,
    }[target["target_type"]]  # fmt: skip
    verdict = reckoner(target, since, baseline, baseline_date, end)
    if verdict.pop("always", False):
        return verdict
    is_met = verdict.pop("is_met", None)
    if day >= end:
        if not has_end_fact:
            return verdict.get("over") or waiting(end, as_of)
        if verdict.get("end"):
            return dict(verdict["end"])
        if verdict.get("missing"):
            return {"status": "unrated", "reason_code": "missing_years"}
        if is_met is None:
            return {"status": verdict["status"], "reason_code": verdict["reason_code"]}
        return {"status": "achieved" if is_met else "missed", "reason_code": "end_fact"}
    if verdict.pop("missing", False):
        return {"status": "unrated", "reason_code": "missing_years"}
    if not since:
        return {"status": "no_data", "reason_code": "no_fact_since_start"}
    if months_between(since[-1][2], day) > 18:
        return {"status": "unrated", "reason_code": "stale_fact"}
    return {key: value for key, value in verdict.items() if key not in ("end", "over")}


def met_or_not(is_met: bool, *, is_wrong_way: bool = False) -> Case:
    if is_met:
        return {"status": "on_track", "reason_code": "requirement_met", "is_met": True}
    if is_wrong_way:
        return {"status": "moving_away", "reason_code": "wrong_direction", "is_met": False}
    return {"status": "behind", "reason_code": "requirement_unmet", "is_met": False}


def reckon_growth(target: Case, since: list[Any], baseline: float | None, baseline_date: date, _: date) -> Case:
    if baseline is not None and baseline <= 0:
        return {"status": "unrated", "reason_code": "zero_baseline", "always": True}
    if baseline is None or not since:
        return {"status": "unrated", "reason_code": "one_fact_no_baseline"}
    years = months_between(baseline_date, since[-1][2]) / 12
    rate = (since[-1][3] / baseline) ** (1 / years) - 1
    required = target["target_value"] / 100
    banded = pace_status(rate / required, 1)
    return {
        "status": banded["status"],
        "reason_code": banded["reason_code"],
        "growth_actual": rate,
        "is_met": round(rate, 9) >= required,
    }


def reckon_floor(target: Case, since: list[Any], baseline: float | None, _: date, end: date) -> Case:
    years = [fact[2].year for fact in since]
    broken = [fact for fact in since if fact[3] < target["target_value"]]
    if broken:
        missed = {"status": "missed", "reason_code": "floor_broken"}
        is_wrong_way = baseline is not None and since[-1][3] < baseline
        return met_or_not(False, is_wrong_way=is_wrong_way) | {"end": missed, "over": missed}
    if years and years != list(range(min_year(target, end), years[-1] + 1)):
        unknown = {"status": "unrated", "reason_code": "missing_years"}
        return met_or_not(True) | {"missing": True, "over": unknown}
    return met_or_not(True)


def min_year(target: Case, end: date) -> int:
    """First year of the promise: the cases have plans of known lengths by their last year."""
    return {2025: 2021, 2024: 2022, 2027: 2023, 2020: 2017}[end.year]


def reckon_share(target: Case, since: list[Any], baseline: float | None, _: date, end: date) -> Case:
    if not since:
        return {"status": "no_data", "reason_code": "no_fact_since_start"}
    value, limit = since[-1][3], target["target_value"]
    if baseline is not None and baseline >= limit:  # not beyond its baseline: a floor
        if value >= limit:
            return {"status": "achieved", "reason_code": "newest_fact_meets", "is_met": True}
        missed = {"status": "missed", "reason_code": "below_floor"}
        return {"status": "moving_away", "reason_code": "below_floor", "is_met": False, "end": missed}
    if baseline is None:
        return met_or_not(value >= limit)
    start = date(min_year(target, end) - 1, 12, 31)
    elapsed = months_between(start, since[-1][2]) / months_between(start, end)
    banded = pace_status((value - baseline) / (limit - baseline), elapsed)
    return {"status": banded["status"], "reason_code": banded["reason_code"], "is_met": value >= limit}


def reckon_direction(target: Case, since: list[Any], baseline: float | None, _: date, __: date) -> Case:
    if baseline is None or not since:
        return {"status": "unrated", "reason_code": "one_fact_no_baseline"}
    change = since[-1][3] - baseline
    change = -change if target["direction"] == "decrease" else change
    is_met = change > 0 or (change == 0 and target.get("condition") == "keep")
    return met_or_not(is_met, is_wrong_way=change < 0)

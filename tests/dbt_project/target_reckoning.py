"""A second, independent reckoning of target progress in plain Python, and random targets to try it on."""

from __future__ import annotations

import calendar
import random
from datetime import date
from typing import Any

Case = dict[str, Any]
NUMBER_OF_CASES = 150


def random_cases(as_of: date) -> list[Case]:
    """Targets of every measured kind with figures here and there; always the same ones."""
    draw = random.Random(20261122)
    cases = []
    for number in range(NUMBER_OF_CASES):
        first, last = draw.choice([(2021, 2025), (2022, 2024), (2023, 2027), (2016, 2020)])
        is_sum = draw.random() < 0.4
        direction = "at_least" if draw.random() < 0.8 else "at_most"
        target: Case = {
            "target_type": "cumulative_over_period" if is_sum else "level_at_date",
            "indicator": "flow" if is_sum or draw.random() < 0.3 else "stock",
            "direction": direction if not is_sum else "at_least",
            "target_value": draw.choice([60, 150, 400]),
            "target_year": last,
        }
        if not is_sum and draw.random() < 0.6:
            target.update(baseline_value=draw.choice([0, 50, 100, 150]), baseline_year=first - 1)
        facts = []
        for year in range(first - 2, last + 2):
            for month in (6, 9, 12):
                end = date(year, month, calendar.monthrange(year, month)[1])
                if end > as_of or draw.random() < 0.5:
                    continue
                if target["indicator"] == "stock":
                    facts.append(["point_in_time", end, end, draw.randint(20, 200)])
                else:
                    kind = "year" if month == 12 else "year_to_date"
                    facts.append([kind, date(year, 1, 1), end, draw.randint(20, 120)])
        cases.append({"name": f"random_{number:03}", "plan": [first, last], "target": target, "facts": facts})
    return cases


def months_between(first: date, last: date) -> int:
    """Whole months; the last day of a month completes it."""
    whole = (last.year - first.year) * 12 + last.month - first.month
    is_complete = last.day >= first.day or last.day == calendar.monthrange(last.year, last.month)[1]
    return whole if is_complete else whole - 1


def meets(target: Case, value: float) -> bool:
    limit = float(target["target_value"])
    return value <= limit if target["direction"] == "at_most" else value >= limit


def pace_status(progress: float, elapsed: float) -> Case:
    pace = progress / elapsed
    bands = [(1.05, "ahead"), (0.95, "on_track"), (0.60, "behind"), (0, "far_behind")]
    for least, status in bands:
        if round(pace, 9) >= least:
            return {"status": status, "reason_code": "pace", "progress": progress, "elapsed": elapsed, "pace": pace}
    return {"status": "moving_away", "reason_code": "negative_pace", "pace": pace}


def reckon(case: Case, day: date, as_of: date) -> Case:
    """What DESIGN.md (Measuring a target) makes of the case on that day: status, reason and, where rated, numbers."""
    target = case["target"]
    start = date(target.get("baseline_year", case["plan"][0] - 1), 12, 31)
    end = date(target["target_year"], 12, 31)
    if day <= start:
        return {"status": "not_started", "reason_code": "before_start"}
    known = sorted((fact for fact in case["facts"] if fact[2] <= min(day, end)), key=lambda fact: fact[2])
    if target["target_type"] == "cumulative_over_period":
        return reckon_sum(target, known, start, end, day, as_of)
    return reckon_level(target, known, start, end, day, as_of)


def waiting(end: date, as_of: date) -> Case:
    if (as_of - end).days > 400:
        return {"status": "no_data", "reason_code": "never_published"}
    return {"status": "due", "reason_code": "awaiting_end_fact"}


def reckon_level(target: Case, known: list[Any], start: date, end: date, day: date, as_of: date) -> Case:
    known = [fact for fact in known if fact[0] != "year_to_date"]
    since = [fact for fact in known if fact[2] > start]
    on_start = [fact[3] for fact in known if fact[2] == start]
    newest = since[-1] if since else None
    baseline, baseline_date = target.get("baseline_value"), start
    if baseline is None and on_start:
        baseline = on_start[0]
    elif baseline is None and newest and months_between(since[0][2], newest[2]) >= 12:
        baseline, baseline_date = since[0][3], since[0][2]
    is_floor = baseline is not None and meets(target, baseline)
    if day >= end:
        if newest is None or newest[2].strftime("%Y-%m") != end.strftime("%Y-%m"):
            return waiting(end, as_of)
        if meets(target, newest[3]):
            return {"status": "achieved", "reason_code": "end_fact", "actual_value": newest[3]}
        return {"status": "missed", "reason_code": "below_floor" if is_floor else "end_fact"}
    if newest is None:
        return {"status": "no_data", "reason_code": "no_fact_since_start", "actual_value": None}
    if months_between(newest[2], day) > 18:
        return {"status": "unrated", "reason_code": "stale_fact"}
    if meets(target, newest[3]):
        reached = next(fact[2] for fact in since if meets(target, fact[3]))
        return {"status": "achieved", "reason_code": "newest_fact_meets", "first_reached_on": reached}
    if is_floor:
        return {"status": "moving_away", "reason_code": "below_floor", "pace": None}
    if baseline is None:
        return {"status": "unrated", "reason_code": "one_fact_no_baseline", "progress": None}
    elapsed = months_between(baseline_date, newest[2]) / months_between(baseline_date, end)
    progress = (newest[3] - baseline) / (target["target_value"] - baseline)
    return pace_status(progress, elapsed)


def reckon_sum(target: Case, known: list[Any], start: date, end: date, day: date, as_of: date) -> Case:
    since = [fact for fact in known if fact[2] > start]
    years = {fact[2].year: fact for fact in since if fact[0] == "year"}
    to_date = {fact[2].year: fact for fact in since if fact[0] == "year_to_date"}  # the newest of a year comes last
    newest_year = max(years, default=0)
    running = max((year for year in to_date if year > newest_year), default=None)
    parts = dict(years) | ({running: to_date[running]} if running else {})
    if not parts:
        return waiting(end, as_of) if day >= end else {"status": "no_data", "reason_code": "no_fact_since_start"}
    total = sum(fact[3] for fact in parts.values())
    newest = parts[max(parts)]
    has_gap = any(year not in parts for year in range(start.year + 1, max(parts)))
    if day >= end and newest[2] == end and not has_gap:
        return {"status": "achieved" if meets(target, total) else "missed", "reason_code": "end_fact"}
    if meets(target, total):
        return {"status": "achieved", "reason_code": "sum_reached", "actual_value": total}
    if has_gap:
        return {"status": "unrated", "reason_code": "missing_years", "actual_value": None, "known_sum": total}
    if day >= end:
        return waiting(end, as_of)
    if months_between(newest[2], day) > 18:
        return {"status": "unrated", "reason_code": "stale_fact"}
    elapsed = months_between(start, newest[2]) / months_between(start, end)
    return pace_status(total / target["target_value"], elapsed)

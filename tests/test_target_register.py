"""The register of reviewed targets: coded by the rules, whole in itself, and evidenced in the real plans."""

from __future__ import annotations

import csv
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.decoding import decode
from scrapers.parsers.plan_document import PlanDocumentParser
from scrapers.plans.document import PlanDocument
from scrapers.records import Page
from scrapers.register.decisions import check_against, read_decisions, standing
from scrapers.seeds import SEEDS

TYPES = {
    "level_at_date", "ratio_level", "cumulative_over_period", "range", "share_threshold", "annual_growth_rate",
    "annual_floor", "rank", "directional", "compound", "milestone",
}  # fmt: skip
DIRECTIONS = {"at_least", "at_most", "between", "exactly", "unspecified", "increase", "decrease"}
CONDITIONS = {"", "capped", "keep", "above_parent"}
SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
OWN_UNIT = {"annual_growth_rate": "%", "rank": "名"}
"""Types whose figure is not in the unit of the indicator that it speaks of."""
WORDED_TYPES = {"directional", "rank", "cumulative_over_period", "annual_growth_rate", "milestone"}
"""Types of promises without a value: objectives, ranks without a number, vague quantities, tasks."""
COUNTS = {
    "suining-145": {"t": 16, "o": 21, "m": 3},
    "hengyang-2010": {"t": 10, "o": 22, "m": 1},
    "dongli-2019-2022": {"t": 21, "o": 1, "m": 5},
    "sichuan-2017": {"t": 18, "o": 2, "m": 56},
    "langfang-145": {"t": 15, "o": 44, "m": 4},
}
"""Promises of each plan: with a value (t), objectives and vague quantities (o), tasks (m)."""
SCHEDULE = "schedule row "


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TARGETS = seed("targets")
NUMERIC = [row for row in TARGETS if row["target_value"]]
WORDED = [row for row in TARGETS if not row["target_value"]]
INDICATORS = {row["indicator_id"]: row for row in seed("indicators")}
PLANS = {row["plan_id"]: row for row in seed("plans")}


def by_target(row: dict[str, str]) -> str:
    return row["target_id"]


def to_base(value: str, unit: str) -> tuple[Decimal, str]:
    """A value in the base unit, and that unit: only 万 and 亿 in front of a unit are scales."""
    factor = SCALES.get(unit[0], Decimal(1)) if len(unit) > 1 else Decimal(1)
    return Decimal(value) * factor, unit[1:] if factor != 1 else unit


def block(row: dict[str, str]) -> str:
    """Letter of the target id: t with a value, m a task without one, o any other promise without one."""
    if row["target_value"]:
        return "t"
    return "m" if row["target_type"] == "milestone" else "o"


def test_target_ids_are_unique_and_count_up_within_their_plan() -> None:
    counts = Counter(row["target_id"] for row in TARGETS)
    assert max(counts.values()) == 1
    last: dict[str, dict[str, int]] = {}
    for row in TARGETS:
        letter = block(row)
        numbers = last.setdefault(row["plan_id"], {})
        numbers[letter] = number = numbers.get(letter, 0) + 1
        assert row["target_id"] == f"{row['plan_id']}-{letter}{number:02d}"
        assert row["target_no"] == (str(number) if letter == "t" else f"{letter}{number:02d}")
    assert last == COUNTS
    assert set(last) == set(PLANS)


@pytest.mark.parametrize("row", TARGETS, ids=by_target)
def test_a_target_is_coded_in_the_words_of_the_contract(row: dict[str, str]) -> None:
    assert row["target_type"] in TYPES
    assert row["direction"] in DIRECTIONS
    assert row["condition"] in CONDITIONS
    assert row["form"] in {"text", "table", "box"}
    assert row["nature"] in {"expected", "binding", "unknown"}
    assert {row["is_approximate"], row["year_inferred"]} <= {"true", "false"}
    assert row["region_code"] == PLANS[row["plan_id"]]["region_code"]
    if row["target_year"]:
        plan = PLANS[row["plan_id"]]
        assert int(plan["period_start"]) <= int(row["target_year"]) <= int(plan["period_end"])
    assert (row["target_type"] == "range") == bool(row["target_value_high"]) == (row["direction"] == "between")
    if row["target_value_high"]:
        assert Decimal(row["target_value_high"]) > Decimal(row["target_value"])


@pytest.mark.parametrize("row", NUMERIC, ids=by_target)
def test_values_are_converted_to_the_unit_of_the_indicator(row: dict[str, str]) -> None:
    indicator = INDICATORS[row["indicator_id"]]
    value, base = to_base(row["target_value"], row["unit_zh"])
    assert (Decimal(row["target_value_si"]), row["unit_base"]) == (value, base)
    assert row["unit_base"] == OWN_UNIT.get(row["target_type"], indicator["unit_base"])
    assert bool(row["baseline_value"]) == bool(row["baseline_value_si"]) == bool(row["baseline_year"])
    if row["baseline_value"]:
        assert Decimal(row["baseline_value_si"]) == to_base(row["baseline_value"], row["unit_zh"])[0]
    if row["unit_base"] == indicator["unit_base"] and indicator["upper_bound"]:
        assert Decimal(indicator["lower_bound"]) <= Decimal(row["target_value_si"]) <= Decimal(indicator["upper_bound"])


@pytest.mark.parametrize("row", WORDED, ids=by_target)
def test_a_promise_without_a_value_claims_no_figure(row: dict[str, str]) -> None:
    assert row["target_type"] in WORDED_TYPES
    figures = (
        "target_value_high",
        "target_value_si",
        "unit_zh",
        "baseline_value",
        "baseline_value_si",
        "baseline_year",
    )
    assert not any(row[name] for name in figures)
    assert not row["part_of_target_id"]
    assert row["target_year"]
    if row["target_type"] == "milestone":
        assert not row["unit_base"]
        assert row["direction"] == "unspecified"
        assert not row["indicator_id"] or row["indicator_id"] in INDICATORS
    else:
        assert row["unit_base"] == OWN_UNIT.get(row["target_type"], INDICATORS[row["indicator_id"]]["unit_base"])
        assert not row["deliverable"]
    if row["target_type"] == "directional":
        assert row["direction"] in {"increase", "decrease"}
    if row["target_type"] == "rank":
        assert row["direction"] == "at_most"


def test_the_task_schedule_is_coded_row_by_row_with_units_date_and_deliverable() -> None:
    rows = [row for row in WORDED if row["section"].startswith(SCHEDULE)]
    assert [row["section"] for row in rows] == [f"{SCHEDULE}{number}" for number in range(1, 56)]
    assert {row["target_type"] for row in rows} == {"milestone"}
    assert {row["form"] for row in rows} == {"table"}
    assert all(row["responsible_units"] and row["deliverable"] for row in rows)
    assert all("(牵头)" in row["responsible_units"] for row in rows if "、" in row["responsible_units"])
    when = Counter((row["note"].split(";")[0].removeprefix("schedule: "), row["target_date"]) for row in rows)
    assert when == {
        ("done by the end of the year", "2017-12-31"): 20,
        ("start within the year", ""): 1,
        ("ongoing", ""): 34,
    }


def test_an_indicator_and_value_is_promised_once_per_plan_and_year() -> None:
    keys = Counter(
        (r["plan_id"], r["indicator_id"] or r["indicator_zh"], r["target_type"], r["target_value"], r["target_year"])
        for r in TARGETS
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_sub_thresholds_point_to_the_count_they_belong_to() -> None:
    known = {row["target_id"]: row for row in TARGETS}
    parts = [row for row in TARGETS if row["part_of_target_id"]]
    assert parts
    for row in parts:
        whole = known[row["part_of_target_id"]]
        assert (whole["target_type"], row["target_type"]) == ("compound", "compound")
        assert whole["plan_id"] == row["plan_id"]
        assert not whole["part_of_target_id"]
    wholes = {row["target_id"] for row in TARGETS if row["target_type"] == "compound" and not row["part_of_target_id"]}
    assert wholes == {row["part_of_target_id"] for row in parts}


def test_a_target_below_its_own_baseline_is_kept_and_flagged() -> None:
    below = [
        row
        for row in TARGETS
        if row["baseline_value"]
        and row["direction"] != "at_most"
        and Decimal(row["target_value"]) < Decimal(row["baseline_value"])
    ]
    assert below
    assert all(row["conflict_note"] for row in below)


def test_every_target_is_reviewed_and_every_decision_can_be_applied() -> None:
    """Decisions are added by people: on these targets again, and on those of plans that only a home has."""
    decisions, problems = read_decisions(SEEDS / "target_reviews.csv")
    rows = {row["target_id"]: row for row in TARGETS}
    good, wrong = check_against(decisions, rows, lambda target_id: target_id.rpartition("-")[0] in PLANS)
    assert problems + wrong == []
    assert set(standing(good)) == set(rows)
    assert all(decision.reason for decision in good)


def test_indicators_have_a_unit_a_kind_and_bounds() -> None:
    assert len(INDICATORS) == len(seed("indicators"))
    for row in INDICATORS.values():
        assert re.fullmatch(r"[a-z][a-z0-9_]+", row["indicator_id"])
        assert row["kind"] in {"stock", "flow", "ratio", "rank"}
        assert row["unit_base"]
        assert row["name_zh"]
        assert row["name_en"]
        if row["kind"] in {"stock", "flow"}:
            assert row["lower_bound"] == "0"
    names = Counter(row["name_zh"] for row in INDICATORS.values())
    assert [name for name, count in names.items() if count > 1] == []


def visible(stretch: str) -> str:
    """A stretch of a capture without tags and white space, entities resolved."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", stretch)).split())


@pytest.fixture(scope="module")
def bodies(archive: Path) -> dict[str, tuple[str, str]]:
    """Plan id and decoded text of each plan capture, by the hash of its body."""
    found = {}
    for path in sorted((archive / "plans").glob("*.[th]*")):
        body = path.read_bytes()
        found[hashlib.sha256(body).hexdigest()] = (path.stem, decode(body).text)
    assert len(found) == 10
    return found


def quotes(bodies: dict[str, tuple[str, str]]) -> Iterator[tuple[dict[str, str], str, str]]:
    for place in seed("target_places"):
        plan, text = bodies[place["body_sha256"]]
        yield place, plan, visible(text[int(place["start"]) : int(place["end"])])


def test_every_place_is_evidenced_in_the_captures(bodies: dict[str, tuple[str, str]]) -> None:
    values = {row["target_id"]: row for row in TARGETS}
    for place, plan, quote in quotes(bodies):
        target = values[place["target_id"]]
        assert target["plan_id"] == plan
        assert hashlib.sha256(quote.encode()).hexdigest() == place["quote_sha256"], place["target_id"]
        # A task of a schedule is quoted by its whole cell.
        if not (target in WORDED and target["section"].startswith(SCHEDULE)):
            assert re.search(r"[。；;]", quote[:-1]) is None, f"{place['target_id']}: more than one clause"
        if target["target_value"]:
            assert target["target_value"] in quote or re.search("[一二三]", quote), place["target_id"]
        assert place["form"] in {"text", "table", "box"}


def test_every_target_has_the_same_places_in_both_forms_of_its_plan(bodies: dict[str, tuple[str, str]]) -> None:
    by_body: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for place, _, quote in quotes(bodies):
        by_body.setdefault((place["target_id"], place["body_sha256"]), []).append((place["form"], quote))
    for row in TARGETS:
        forms = [places for (target, _), places in by_body.items() if target == row["target_id"]]
        assert len(forms) == 2, row["target_id"]
        assert forms[0] == forms[1], row["target_id"]
        assert row["form"] in {form for form, _ in forms[0]}


def test_the_indicator_tables_read_by_the_parser_are_in_the_register(bodies: dict[str, tuple[str, str]]) -> None:
    targets = {row["target_id"]: row for row in TARGETS}
    places = {
        (p["body_sha256"], p["start"], p["end"]): targets[p["target_id"]]
        for p in seed("target_places")
        if p["form"] == "table"
    }
    checked = 0
    for sha, (_, text) in bodies.items():
        document = PlanDocumentParser().parse(Page(text.encode())).document
        assert isinstance(document, PlanDocument)
        for statement in document.statements:
            if statement.value is None:
                continue
            target = places[sha, str(statement.start), str(statement.end)]
            assert Decimal(target["target_value"]) == statement.value
            assert target["target_year"] == str(statement.target_year)
            assert target["baseline_value"] == (statement.baseline_text or "").rstrip("%")
            assert target["responsible_units"] == statement.responsible_units
            checked += 1
    assert checked >= 10

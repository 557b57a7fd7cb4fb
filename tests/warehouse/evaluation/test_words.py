"""Every code that the marts may hold has words in both languages, so that a new one cannot be forgotten."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest
import yaml

from warehouse.evaluation.options import Kind
from warehouse.evaluation.words import Language, Words, codes, phrases

MODELS = Path(__file__).parents[3] / "dbt_project" / "models"
PACKAGE = Path(__file__).parents[3] / "warehouse" / "evaluation"
COLUMNS = [
    ("fct_target_progress", "status", "status"),
    ("fct_target_progress", "reason_code", "reason_code"),
    ("fct_target_progress", "rule", "rule"),
    ("fct_target_progress", "target_type", "target_type"),
    ("fct_target_progress", "baseline_source", "baseline_source"),
    ("fct_target_progress", "projection_method", "projection_method"),
    ("dim_target", "review_state", "review_state"),
    ("dim_target", "evidence_state", "evidence_state"),
    ("dim_target", "drift_state", "drift_state"),
    ("fct_task", "state", "task_state"),
]


def _accepted(model: str, column: str) -> set[str]:
    (told,) = yaml.safe_load((MODELS / "marts" / f"{model}.yml").read_text(encoding="utf-8"))["models"]
    (found,) = [each for each in told["columns"] if each["name"] == column]
    tests: list[Any] = found["data_tests"]
    (values,) = [each["accepted_values"] for each in tests if isinstance(each, dict) and "accepted_values" in each]
    return set(values["arguments"]["values"])


@pytest.mark.parametrize(("model", "column", "group"), COLUMNS)
def test_every_accepted_value_has_words(model: str, column: str, group: str) -> None:
    assert _accepted(model, column) == set(codes()[group])


def test_every_flag_has_words() -> None:
    sql = (MODELS / "marts" / "fct_target_progress.sql").read_text(encoding="utf-8")
    flags = set(re.findall(r"'(\w+)', null\)", sql))
    assert len(flags) > 15
    assert flags == set(codes()["flag"])


def test_every_origin_and_kind_has_words() -> None:
    from scrapers.captures import Origin

    assert {str(origin) for origin in Origin} <= set(codes()["origin"])
    assert {str(kind) for kind in Kind} < set(codes()["kind"])


def test_both_languages_say_something_with_the_same_values() -> None:
    told = [(f"{group}.{code}", words) for group, known in codes().items() for code, words in known.items()]
    for name, words in [*told, *phrases().items()]:
        assert set(words) == {"zh", "en"}, name
        fields = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in words.values()]
        if "yuan" not in name:
            assert fields[0] == fields[1], name


def test_every_phrase_that_the_code_says_is_there() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
    said = set(re.findall(r"""say\(\s*"(\w+)\"""", source))
    assert len(said) > 40
    assert said <= set(phrases())


def test_a_unit_without_words_stands_as_it_is() -> None:
    assert Words(Language.EN).code("unit", "公顷") == "公顷"

"""Whatever code the marts may hold, a report has words for it in both languages."""

from __future__ import annotations

import csv
import re

import pytest

from tests.warehouse.evaluation.made_marts import MARTS, accepted
from warehouse.evaluation.words import FILE, Language, WordMissingError, Words

CODED = {
    "status": ("fct_target_progress", "status"),
    "reason_code": ("fct_target_progress", "reason_code"),
    "rule": ("fct_target_progress", "rule"),
    "target_type": ("fct_target_progress", "target_type"),
    "direction": ("fct_target_progress", "direction"),
    "change": ("fct_target_progress", "direction"),
    "review_state": ("fct_target_progress", "review_state"),
    "baseline_source": ("fct_target_progress", "baseline_source"),
    "projection_method": ("fct_target_progress", "projection_method"),
    "task_state": ("fct_task", "state"),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", CODED)
def test_every_value_that_a_contract_allows_has_words(kind: str, language: Language) -> None:
    values = accepted(*CODED[kind])
    assert values
    assert all(Words(language).of(kind, value).strip() for value in values)


@pytest.mark.parametrize("language", Language)
def test_every_flag_that_the_mart_can_set_has_words(language: Language) -> None:
    flags = re.findall(r", '(\w+)', null\)", (MARTS / "fct_target_progress.sql").read_text(encoding="utf-8"))
    assert len(flags) > 10
    assert all(Words(language).of("flag", flag).strip() for flag in flags)


def test_sentences_take_the_same_values_in_both_languages_and_no_word_stands_twice() -> None:
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len({(row["kind"], row["code"]) for row in rows}) == len(rows)
    for row in rows:
        if (row["kind"], row["code"]) != ("text", "date"):  # the order of a date differs
            assert set(re.findall(r"{\w+}", row["zh"])) == set(re.findall(r"{\w+}", row["en"])), row


def test_a_code_without_words_is_named() -> None:
    with pytest.raises(WordMissingError, match="status 'unheard_of'"):
        Words(Language.EN).of("status", "unheard_of")

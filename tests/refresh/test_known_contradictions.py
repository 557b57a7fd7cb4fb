"""What the plans of the reference data leave open or contradict is a question in every release, with its place."""

from __future__ import annotations

import pytest

from tests.refresh.conftest import Night
from tests.refresh.running import ask

KNOWN = {
    "target_below_baseline": ["langfang-145-t06", "langfang-145-t11"],
    "plan_conflict": ["suining-145"],
    "target_conflict": [
        "dongli-2019-2022-m05", "dongli-2019-2022-o01", "dongli-2019-2022-t08", "dongli-2019-2022-t11",
        "dongli-2019-2022-t12", "dongli-2019-2022-t13", "dongli-2019-2022-t14", "dongli-2019-2022-t16",
        "dongli-2019-2022-t17", "hengyang-2010-o04", "hengyang-2010-o05", "hengyang-2010-o06", "hengyang-2010-t01",
        "langfang-145-o30", "langfang-145-o34", "langfang-145-t02", "langfang-145-t06", "langfang-145-t07",
        "langfang-145-t10", "langfang-145-t11", "langfang-145-t15", "sichuan-2017-m03", "sichuan-2017-m04",
        "sichuan-2017-m06", "sichuan-2017-m07", "sichuan-2017-m13", "sichuan-2017-m14", "sichuan-2017-m16",
        "sichuan-2017-m17", "sichuan-2017-m19", "sichuan-2017-m20", "sichuan-2017-m32", "sichuan-2017-m33",
        "sichuan-2017-m42", "sichuan-2017-m44", "sichuan-2017-m48", "sichuan-2017-m55", "sichuan-2017-m56",
        "sichuan-2017-o01", "sichuan-2017-o02", "sichuan-2017-t09", "sichuan-2017-t15", "suining-145-m03",
        "suining-145-o15", "suining-145-t03", "suining-145-t05", "suining-145-t13",
    ],
}  # fmt: skip
"""By kind: targets below their baseline, a table without rows, two figures or readings for one thing."""
SAID = {
    "langfang-145-t06": "target 1, baseline 2.4 亿元",
    "langfang-145-t11": "target 70, baseline 89.2 %",
    "suining-145": "the title of indicator table 1 but no rows",
    "langfang-145-t07": "a yearly amount or a total",
    "suining-145-t05": "14868 stands both for",
    "sichuan-2017-t09": "the text starts 200 projects; schedule row 44 calls 200 the size of the pool",
}
QUESTIONS = (
    "select kind, question_key, detail, example_text, example_url from marts.open_questions where kind = '{kind}'"
)


@pytest.mark.parametrize("kind", KNOWN)
def test_the_starter_archive_alone_shows_every_known_contradiction_with_its_section(fresh: Night, kind: str) -> None:
    found = ask(fresh.marts, QUESTIONS.format(kind=kind))
    assert sorted(key for _, key, *_ in found) == sorted(KNOWN[kind])
    for _, key, detail, *_ in found:
        assert "section" in detail or kind == "plan_conflict", key


@pytest.mark.parametrize("kind", KNOWN)
def test_with_the_plans_at_hand_each_is_quoted_from_its_page(full: Night, kind: str) -> None:
    found = ask(full.marts, QUESTIONS.format(kind=kind))
    assert sorted(key for _, key, *_ in found) == sorted(KNOWN[kind])
    assert [key for _, key, _, text, url in found if not text or not url] == []


@pytest.mark.parametrize(("key", "words"), SAID.items())
def test_a_question_says_what_does_not_fit(fresh: Night, key: str, words: str) -> None:
    found = ask(fresh.marts, f"select detail from marts.open_questions where question_key = '{key}'")
    assert any(words in detail for (detail,) in found), found


def test_the_table_title_without_rows_is_also_named_by_its_page(full: Night) -> None:
    found = ask(full.marts, QUESTIONS.format(kind="leftover_on_page"))
    assert {key for _, key, detail, *_ in found if "indicator table without rows" in detail} == {
        "imported:suining-145.html",
        "imported:suining-145.txt",
    }


def test_the_pages_at_hand_have_not_drifted_from_the_register(full: Night) -> None:
    assert ask(full.marts, "select distinct drift_state from marts.dim_target") == [("evidenced",)]
    assert "5 compared with their newest captures, 0 drifted" in full.told["refresh"]


def test_without_captures_of_plans_nothing_has_drifted(fresh: Night) -> None:
    assert ask(fresh.marts, "select distinct drift_state from marts.dim_target") == [("not_checked",)]
    assert "say something else" not in fresh.told["refresh"]

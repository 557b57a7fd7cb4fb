"""Figures of the national database are the same facts, whichever interface or export they came by."""

from __future__ import annotations

import duckdb
import national_answers
import pytest


@pytest.mark.parametrize("label", national_answers.FIGURES)
def test_an_export_and_the_answers_of_both_interfaces_are_one_fact(
    marts: duckdb.DuckDBPyConnection, label: str
) -> None:
    _, printed, indicator_id, value = national_answers.FIGURES[label]
    observed = marts.execute(
        "select value, value_text, breakdown, is_conflict, year(period_end) from marts.fct_observation "
        "where source_id = 'national_data' and indicator_id = ?",
        [indicator_id],
    ).fetchall()
    assert observed == [(value, printed, "total", False, int(national_answers.YEAR))] * len(national_answers.PAGES)
    facts = marts.execute(
        "select value from marts.fct_region_indicator "
        "where region_code = ? and indicator_id = ? and year(period_end) = ?",
        [national_answers.CODE, indicator_id, int(national_answers.YEAR)],
    ).fetchall()
    assert facts == [(value,)]

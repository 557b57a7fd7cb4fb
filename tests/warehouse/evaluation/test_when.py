"""Each kind of evaluation has its day, and is refused where the plan has none or it has not come yet."""

from __future__ import annotations

from datetime import date

import pytest

from warehouse.evaluation.options import Kind
from warehouse.evaluation.when import NoSuchEvaluation, evaluation_date


@pytest.mark.parametrize(
    ("kind", "years", "as_of", "day"),
    [
        (None, (2021, 2025), "2023-05-01", "2023-05-01"),
        (None, (None, None), "2023-05-01", "2023-05-01"),
        (Kind.ANNUAL, (2021, 2025), "2023-12-30", "2022-12-31"),
        (Kind.ANNUAL, (2021, 2025), "2023-12-31", "2023-12-31"),
        (Kind.ANNUAL, (2021, 2025), "2027-01-01", "2025-12-31"),
        (Kind.MIDTERM, (2021, 2025), "2027-01-01", "2022-12-31"),
        (Kind.MIDTERM, (2021, 2024), "2022-12-31", "2022-12-31"),
        (Kind.MIDTERM, (2020, 2029), "2027-01-01", "2024-12-31"),
        (Kind.FINAL, (2021, 2025), "2025-12-31", "2025-12-31"),
    ],
)
def test_the_day_of_an_evaluation(kind: Kind | None, years: tuple[int, int], as_of: str, day: str) -> None:
    assert evaluation_date(kind, *years, date.fromisoformat(as_of)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("kind", "years", "as_of", "message"),
    [
        (Kind.ANNUAL, (2021, 2025), "2021-06-30", "no year of the plan"),
        (Kind.MIDTERM, (2021, 2025), "2022-12-30", "2022-12-31, lies after the as-of date 2022-12-30"),
        (Kind.MIDTERM, (2017, 2017), "2022-12-30", "plan of one year"),
        (Kind.FINAL, (2021, 2025), "2025-12-30", "lies after the as-of date"),
        (Kind.FINAL, (None, None), "2025-12-30", "does not say its years"),
    ],
)
def test_a_day_that_does_not_exist_is_refused(kind: Kind, years: tuple[int, int], as_of: str, message: str) -> None:
    with pytest.raises(NoSuchEvaluation, match=message):
        evaluation_date(kind, *years, date.fromisoformat(as_of))

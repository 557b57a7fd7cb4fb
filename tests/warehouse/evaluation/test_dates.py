"""Which evaluation date a report of a kind reads, and which kinds are refused."""

from __future__ import annotations

from datetime import date

import pytest

from warehouse.evaluation.dates import Chosen, Kind, KindRefused, choose

OVER, RUNNING = date(2026, 6, 30), date(2024, 6, 30)


@pytest.mark.parametrize(
    ("kind", "first", "last", "as_of", "expected"),
    [
        (Kind.ANNUAL, 2021, 2025, OVER, Chosen(date(2025, 12, 31), False)),
        (Kind.ANNUAL, 2021, 2025, date(2025, 12, 31), Chosen(date(2025, 12, 31), False)),
        (Kind.ANNUAL, 2021, 2025, RUNNING, Chosen(date(2023, 12, 31), False)),
        (Kind.AS_OF, 2021, 2025, OVER, Chosen(OVER, True)),
        (Kind.AS_OF, None, None, RUNNING, Chosen(RUNNING, True)),
        (Kind.MIDTERM, 2021, 2025, RUNNING, Chosen(date(2022, 12, 31), False)),
        (Kind.MIDTERM, 2019, 2022, RUNNING, Chosen(date(2020, 12, 31), False)),
        (Kind.FINAL, 2021, 2025, OVER, Chosen(date(2025, 12, 31), False)),
    ],
)
def test_the_evaluation_date_of_a_kind(
    kind: Kind, first: int | None, last: int | None, as_of: date, expected: Chosen
) -> None:
    assert choose(kind, first, last, as_of) == expected


@pytest.mark.parametrize(
    ("kind", "first", "last", "words"),
    [
        (Kind.FINAL, 2021, 2025, "2025-12-31, after the as-of date 2024-06-30"),
        (Kind.MIDTERM, 2024, 2027, "2025-12-31, after"),
        (Kind.MIDTERM, 2017, 2017, "one year"),
        (Kind.ANNUAL, 2024, 2027, "no year of the plan .2024 to 2027. has ended by 2024-06-30"),
        (Kind.ANNUAL, None, None, "no period"),
        (Kind.FINAL, None, None, "no period"),
    ],
)
def test_a_kind_that_cannot_be_judged_yet_is_refused(
    kind: Kind, first: int | None, last: int | None, words: str
) -> None:
    with pytest.raises(KindRefused, match=words):
        choose(kind, first, last, RUNNING)

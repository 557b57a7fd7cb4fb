"""Which row of the marts a report reads: the evaluation date of each kind of evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from warehouse.errors import ExitCode, Trouble


class Kind(StrEnum):
    """What is evaluated."""

    AS_OF = "at"
    ANNUAL = "annual"
    MIDTERM = "midterm"
    FINAL = "final"


class KindRefused(Trouble):
    """The evaluation cannot be made for that plan on that date."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True)
class Chosen:
    """The evaluation date, and whether it is the as-of date rather than a year-end of the plan."""

    day: date
    is_as_of: bool


def choose(kind: Kind, first_year: int | None, last_year: int | None, as_of: date) -> Chosen:
    """The evaluation date of a plan that runs from `first_year` to `last_year`. Raises KindRefused.

    At: the as-of date itself. Annual: the newest year-end of the plan up to it. Mid-term: the year-end at half of
    the plan's years, rounded down. Final: the last year-end.
    """
    if kind is Kind.AS_OF:
        return Chosen(as_of, True)
    if first_year is None or last_year is None:
        raise KindRefused(f"the plan states no period, so there is no {kind} evaluation; leave --kind away")
    if kind is Kind.ANNUAL:
        last_ended = as_of.year if as_of >= date(as_of.year, 12, 31) else as_of.year - 1
        if last_ended < first_year:
            raise KindRefused(
                f"no year of the plan ({first_year} to {last_year}) has ended by {as_of}; leave --kind away"
            )
        last_year = min(last_year, last_ended)
    if kind is Kind.MIDTERM:
        years = last_year - first_year + 1
        if years < 2:
            raise KindRefused(f"the plan runs for one year ({first_year}) and has no middle; use annual or final")
        last_year = first_year + years // 2 - 1
    day = date(last_year, 12, 31)
    if day > as_of:
        raise KindRefused(f"the {kind} evaluation is of {day}, after the as-of date {as_of}; leave --kind away")
    return Chosen(day, False)

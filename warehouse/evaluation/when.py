"""The day on which a plan is judged: each kind of evaluation has its own."""

from __future__ import annotations

from datetime import date

from warehouse.errors import ExitCode, Trouble
from warehouse.evaluation.options import Kind


class NoSuchEvaluation(Trouble):
    """The plan has no such date, or it lies after the as-of date."""

    exit_code = ExitCode.USAGE


def evaluation_date(kind: Kind | None, start: int | None, end: int | None, as_of: date) -> date:
    """The day of an evaluation of a plan with first and last year `start` and `end`. Raises NoSuchEvaluation.

    annual: the newest year-end of the plan up to the as-of date. midterm: the year-end at half of its years, rounded
    down. final: its last year-end.
    """
    if kind is None:
        return as_of
    if start is None or end is None:
        raise NoSuchEvaluation(f"the plan does not say its years, so it has no {kind} date; leave --kind away")
    if kind is Kind.ANNUAL:
        ended = [year for year in range(start, end + 1) if date(year, 12, 31) <= as_of]
        if not ended:
            raise NoSuchEvaluation(f"no year of the plan ({start} to {end}) has ended by {as_of}")
        return date(ended[-1], 12, 31)
    if kind is Kind.MIDTERM and (end - start + 1) // 2 == 0:
        raise NoSuchEvaluation(f"a plan of one year ({start}) has no mid-term")
    chosen = date(end if kind is Kind.FINAL else start + (end - start + 1) // 2 - 1, 12, 31)
    if chosen > as_of:
        raise NoSuchEvaluation(f"the {kind} date of the plan, {chosen}, lies after the as-of date {as_of}")
    return chosen

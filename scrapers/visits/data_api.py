"""Collecting rows from an interface with the operator's own token (PAGE_FORMATS section 7).

The token is taken from the environment when it is needed and goes into the request alone: a capture goes by the address
without it, and `scrapers.fetched.without_secrets` keeps it out of whatever is stored or logged.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import urlencode

from scrapers.archive import ArchiveDamaged
from scrapers.captures import Attempt, Outcome
from scrapers.decoding import decode
from scrapers.isolation import isolated
from scrapers.json_body import strict_json
from scrapers.records import Refusal
from scrapers.source_model import DataApi
from scrapers.tables.json_rows import read_json_rows, row_count, total_of
from scrapers.visits.call_budget import CallBudget
from scrapers.visits.due import FILES_LEFT
from scrapers.visits.visit import Ask, Visit

_SHORTEST_TOKEN = 8
_CAME = (Outcome.NEW, Outcome.UNCHANGED)


def collect_data_api(visit: Visit) -> None:
    """Ask for the rows of every data set that is due. The first refusal ends the run: each costs one of few calls."""
    api = visit.source.data_api
    if api is None:
        return
    due = [address for address in api.addresses if visit.wanted(api.page(address, 1))]
    if not due:
        return
    token = os.environ.get(api.token_variable, "").strip()
    if problem := _unusable(token, api.token_variable):
        visit.say(api.page(due[0], 1), Outcome.FAILED, problem)
        visit.summary.left += len(due)
        return
    budget = CallBudget(visit.fetcher.home, api.token_variable, api.calls_per_day)
    for number, address in enumerate(due):
        if not _data_set(visit, api, address, token, budget):
            visit.summary.left += len(due) - number
            return


def _unusable(token: str, variable: str) -> str | None:
    if not token:
        return f"no_token: the environment variable {variable} is not set, so the interface is not asked"
    if len(token) < _SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        return f"bad_token: what {variable} holds is no token (printable, {_SHORTEST_TOKEN} characters or more)"
    return None


def _data_set(visit: Visit, api: DataApi, address: str, token: str, budget: CallBudget) -> bool:
    """Ask for the pages of one data set; False where nothing more is to be asked in this run."""
    first = api.page(address, 1)
    changed = False
    for number in range(1, api.max_pages + 1):
        url = api.page(address, number)
        if number == 1 or changed or visit.wanted(url):
            if visit.is_over() or not budget.take():
                why = "limit_reached" if visit.is_over() else "daily_calls_used"
                visit.say(
                    first,
                    Outcome.FAILED,
                    f"{FILES_LEFT} {why}: page {number} and those after it are left for another day",
                )
                return False
            attempt = _ask(visit, api, url, token, number)
            if number > 1 and (attempt.reason or "").startswith("empty_list"):
                return True
            if attempt.outcome not in _CAME:
                if number > 1:
                    visit.say(first, Outcome.FAILED, f"{FILES_LEFT} page {number} of the rows did not come")
                return False
            changed = changed or attempt.outcome is Outcome.NEW
        if not _has_more(visit, url, number * api.rows, api.rows):
            return True
    visit.say(
        first,
        Outcome.FAILED,
        f"more_rows: only the first {api.max_pages} pages of {api.rows} rows are asked for (max_pages)",
    )
    return True


def _ask(visit: Visit, api: DataApi, url: str, token: str, number: int) -> Attempt:
    asked = f"{url}&{urlencode({api.token_parameter: token})}"
    return visit.visit(url, Ask(to=asked, secrets=(token,), judge=_judge(number)))


def _judge(number: int) -> Callable[[bytes], tuple[str, str] | None]:
    """A judge of answers: JSON with rows whose structure is certain, and no preview."""

    def judge(body: bytes) -> tuple[str, str] | None:
        try:
            _rows_of(body)
        except Refusal as refusal:
            return refusal.code, f"page {number}: {refusal}"
        return None

    return judge


def _has_more(visit: Visit, url: str, asked_for: int, rows: int) -> bool:
    """True where the interface says that it has more rows, or does not say and the page is full."""
    kept = visit.archive.last_good(url)
    if kept is None or kept.capture is None:
        return False
    try:
        total, found = _counts(visit.archive.body(kept.capture))
    except (ArchiveDamaged, Refusal):
        return False
    return total > asked_for if total is not None else found >= rows


@isolated
def _rows_of(body: bytes) -> None:
    """Raise Refusal where an answer holds no rows whose structure is certain."""
    read_json_rows(decode(body).text)


@isolated
def _counts(body: bytes) -> tuple[int | None, int]:
    """How many rows an answer says that there are in all, and how many it holds. Raises Refusal."""
    answer = strict_json(decode(body).text)
    return total_of(answer), row_count(answer)

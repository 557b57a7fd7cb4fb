"""Collecting from the NBS data interface: names become identifiers, then one indicator after another is asked for.

Plain requests only (PAGE_FORMATS section 4). The first answer that is not the interface's own ends the run for the
source; what was not asked stays due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scrapers.captures import Attempt, Outcome
from scrapers.json_body import objects_in, text_in
from scrapers.nbs_question import Question
from scrapers.numbers import is_blank
from scrapers.parsers.nbs_answers import figure_text
from scrapers.records import Refusal
from scrapers.visits.due import SHANGHAI
from scrapers.visits.nbs_catalogue import IN_JSON, Catalogue, NotFound, Part, Stopped, Years, answer_of, stop_if_refused
from scrapers.visits.visit import Ask, Visit

_MONTHLY, _QUARTERLY = frozenset({1, 4, 7, 9, 12, 13}), frozenset({2, 5})
Failure = tuple[str, str]
"""Why a question was not answered: code and words."""
_GOOD = (Outcome.NEW, Outcome.UNCHANGED)


def collect_nbs_data(visit: Visit) -> None:
    """Ask every question of the source that is due."""
    plan = visit.source.nbs_data
    assert plan is not None
    due = [question for question in plan.questions() if visit.wanted(question.address)]
    catalogue = Catalogue(visit, plan)
    for number, question in enumerate(due):
        try:
            _collect(visit, catalogue, question)
        except Stopped:
            visit.summary.left += len(due) - number
            return


def _collect(visit: Visit, catalogue: Catalogue, question: Question) -> None:
    """Ask one question; where what was known before this run leads nowhere, once more with what is known today."""
    parts, failure = _try(visit, catalogue, question)
    again = failure is not None and (parts is None or failure[0] in IN_JSON)
    if again and catalogue.used_old and not catalogue.fresh and not _failed_lately(visit, question, failure):
        catalogue.fresh = True
        _, failure = _try(visit, catalogue, question, but_not=parts, otherwise=failure)
    if failure:
        visit.say(question.address, Outcome.FAILED, f"{failure[0]}: {failure[1]}")


def _try(
    visit: Visit,
    catalogue: Catalogue,
    question: Question,
    but_not: list[Part] | None = None,
    otherwise: Failure | None = None,
) -> tuple[list[Part] | None, Failure | None]:
    """The parts of a question, None where they are not found; why it was not answered. `but_not` was tried before."""
    try:
        parts = catalogue.parts(question)
        return parts, otherwise if parts == but_not else _ask_parts(visit, catalogue, question, parts)
    except NotFound as error:
        code, _, words = str(error).partition(": ")
        return None, (code, words)


def _ask_parts(visit: Visit, catalogue: Catalogue, question: Question, parts: list[Part]) -> Failure | None:
    """Ask for every part of an indicator's years; why not all came (code, words), or None."""
    asked = [(part, years) for part in parts if (years := _overlap(visit, question, part.years))]
    if not asked:
        return "nothing_to_ask", "no node of the catalogue holds the years asked for"
    whole = len(asked) == 1
    attempts = [
        _ask(visit, catalogue, question if whole else replace(question, first=years[0], last=years[1]), part)
        for part, years in asked
    ]
    bad = [attempt for attempt in attempts if attempt.outcome not in _GOOD]
    if bad:
        code = (bad[0].reason or "").partition(":")[0]
        return code, f"{len(bad)} of {len(attempts)} answers did not come ({bad[0].url.partition('#')[2]})"
    if not whole:
        visit.say(question.address, Outcome.UNCHANGED, f"in_parts: {len(attempts)} answers")
    return None


def _failed_lately(visit: Visit, question: Question, failure: Failure | None) -> bool:
    """True where today's catalogue was read in vain not long ago: it is not read anew every night."""
    plan = visit.source.nbs_data
    assert plan is not None
    return any(
        attempt.outcome is Outcome.FAILED
        and failure is not None
        and (attempt.reason or "").partition(":")[0] == failure[0]
        and attempt.run_id != visit.summary.run_id
        and (visit.today - attempt.attempted_at.astimezone(SHANGHAI).date()).days < plan.identifier_days
        for attempt in visit.archive.attempts()
        if attempt.url == question.address
    )


def _ask(visit: Visit, catalogue: Catalogue, question: Question, part: Part) -> Attempt:
    das, database = catalogue.regions(part.cid, question), catalogue.plan.database
    if visit.is_over():
        raise Stopped("limit_reached")
    body = {
        "cid": part.cid,
        "indicatorIds": [part.indicator_id],
        "daCatalogId": "",  # with a value the interface passes over `das` and answers for another region
        "das": das,
        "showType": "1" if len(das) == 1 else 3,  # what public programs ask for one region, and for many
        "dts": [_span(database, question.first, question.last or _this_far(visit, database))],
        "rootId": part.root_id,
    }
    attempt = visit.visit(question.address, Ask(json=body, judge=_judge({da["value"]: da["text"] for da in das})))
    stop_if_refused(attempt)
    return attempt


def _judge(asked: dict[str, str]) -> Callable[[bytes], tuple[str, str] | None]:
    """A judge of answers: JSON of the interface, with figures, for the regions that were asked for."""

    def judge(body: bytes) -> tuple[str, str] | None:
        try:
            values = [value for item in objects_in(answer_of(body)) for value in objects_in(item, "values")]
        except Refusal as refusal:
            return refusal.code, str(refusal)
        if all(is_blank(figure_text(value.get("value")) or "") for value in values):
            return "empty_answer", "the answer holds no figure"
        named = {(text_in(value, "da", "areaCode"), text_in(value, "da_name", "area")) for value in values}
        answered = {code for code, _ in named if code}
        if other := next((n for code, n in named if code and n and code in asked and n != asked[code]), None):
            return "not_what_was_asked", f"a region that was asked for is named {other}"
        if answered - asked.keys() or (len(asked) > 1 and len(answered) == 1):
            words = f"asked for {len(asked)} regions, answered for {', '.join(sorted(answered)[:3])}"
            return "not_what_was_asked", words
        return None

    return judge


def _overlap(visit: Visit, question: Question, held: Years) -> tuple[int, int | None] | None:
    """The years of a question that a node holds; the last stays open where both leave it open."""
    plan = visit.source.nbs_data
    assert plan is not None
    first = max(question.first, held[0] or question.first)
    ends = [end for end in (question.last, held[1]) if end is not None]
    last = min(ends) if ends else None
    if first > (last if last is not None else _this_far(visit, plan.database)):
        return None
    return first, last


def _this_far(visit: Visit, database: int) -> int:
    """The last year asked for where the question leaves it open: yearly figures come after the year's end."""
    return visit.today.year - (0 if database in _MONTHLY | _QUARTERLY else 1)


def _span(database: int, first: int, last: int) -> str:
    """A range of periods in the codes of the interface; a quarter's digits are its number, not a month."""
    if database in _MONTHLY:
        return f"{first}01MM-{last}12MM"
    if database in _QUARTERLY:
        return f"{first}01SS-{last}04SS"
    return f"{first}YY-{last}YY"

"""One plan's rows against one new text: evidenced, changed, missing, new, or not checked. Pure.

A quote that stands in the new text, white space aside, is evidence, unless the old and the new text are read
differently there (the year stands in another clause). Of a quote that does not stand, the promises of the new text
tell whether its place says something else: they are read again and matched by indicator, type and year. A promise is
new only where its words did not stand in the old text either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from scrapers.records import Refusal
from scrapers.register.answers import Sought, Span, Work, in_words, tell_sought
from scrapers.register.evidence import Evidence, PlanText, State
from scrapers.register.matching import Promise, differences, match
from scrapers.register.proposals import Proposal
from scrapers.register.quotes import Text, find_again, quote_sha256
from scrapers.register.register import Place, Row


def compare(
    plan_id: str,
    rows: Sequence[Row],
    rejected: Collection[str],
    places: Mapping[str, Sequence[Place]],
    new: PlanText | None,
    olds: Mapping[str, PlanText],
) -> list[Evidence]:
    """Evidence of every target that is not rejected, in their order, then the new promises.

    `rows` with the corrections that stand; `olds` the texts at hand in which the plan has its places, by body.
    """
    if new is None:
        why = "the home has no capture of the plan that can be read"
        ids = [row["target_id"] for row in rows if row["target_id"] not in rejected]
        return [Evidence(plan_id, target_id, None, None, State.NOT_CHECKED, detail=why) for target_id in ids]
    work = Work(plan_id, new, olds)
    for row in rows:
        _look(work, row, places.get(row["target_id"], ()), row["target_id"] in rejected)
    has_changed = bool(olds) and all(new.text.words != old.text.words for old in olds.values())
    if has_changed:
        _read_both(work)
    free = _free(work) if work.sought or has_changed else []
    tell_sought(work, free)
    told = [work.rows[row["target_id"]] for row in rows if row["target_id"] in work.rows]
    if has_changed:
        told += [_new(work, proposal) for proposal in free if not work.stood(new.words(proposal))]
    return told


# --- is the quote there -----------------------------------------------------------------------------------------------


def _look(work: Work, row: Row, places: Sequence[Place], is_rejected: bool) -> None:
    promise = Promise(row, frozenset(place.quote_sha256 for place in places))
    target_id = row["target_id"]
    quote, spans = (None, []) if is_rejected else _spans(work, places)
    if is_rejected:
        work.standing.append(promise)
    elif quote is None:
        if (found := _with_quote(work, promise.quotes)) is not None:
            words, place = work.new.words(found), found.places[0]
            work.tell(target_id, State.EVIDENCED, (place.start, place.end), words, words)
            work.standing.append(promise)
        else:
            work.tell(target_id, State.NOT_CHECKED, detail="no capture at hand that has its quote")
    elif all(spans):
        work.tell(target_id, State.EVIDENCED, spans[0], quote, quote)
        work.standing.append(promise)
    else:
        work.sought.append(Sought(row, promise.quotes, quote, next(filter(None, spans), None)))


def _spans(work: Work, places: Sequence[Place]) -> tuple[str | None, list[Span | None]]:
    """The leading quote, and where each quote of a target stands in the new capture; None where there is no text.

    The places on the new page itself count first, then those of the old texts at hand, the latest first.
    """
    body, new = work.new.capture.body_sha256, work.new.text
    bodies = list(dict.fromkeys(place.body_sha256 for place in places))[::-1]
    for each in sorted(bodies, key=lambda known: known != body):
        text = new if each == body else work.olds[each].text if each in work.olds else None
        mine = [place for place in places if place.body_sha256 == each and text and _is_whole(text, place)]
        if text is None or not mine:
            continue  # not at hand, or the register does not speak of this text any more
        quote = text.quote(mine[0].start, mine[0].end)
        if each == body:
            return quote, [(place.start, place.end) for place in mine]
        found = [find_again(text, place.start, place.end, new) for place in mine]
        return quote, [new.span(*span) if span else None for span in found]
    return None, []


def _is_whole(text: Text, place: Place) -> bool:
    return place.start < place.end and quote_sha256(text.decoded[place.start : place.end]) == place.quote_sha256


def _with_quote(work: Work, quotes: frozenset[str]) -> Proposal | None:
    """A promise of the new text that is stated in the very words whose hashes are known."""
    return next((p for p in work.new.promises if quotes & p.promise.quotes), None) if quotes else None


def _read_both(work: Work) -> None:
    """Targets in unchanged words that the new text dates or counts otherwise than the old one: changed."""
    old = list(work.olds.values())[-1]
    try:
        before, after = [[p.promise for p in text.promises] for text in (old, work.new)]
    except Refusal:
        return
    pairs = match(before, after)
    for i, j in match(work.standing, before).items():
        row, told = work.standing[i].row, work.rows.get(work.standing[i].row["target_id"])
        answer = after[pairs[j]] if j in pairs else None
        if told is None or answer is None or not (before[j].quotes & answer.quotes):
            continue
        if detail := in_words(differences(before[j].row, answer.row)):
            span = None if told.start is None or told.end is None else (told.start, told.end)
            work.tell(
                row["target_id"], State.CHANGED, span, told.new_quote, told.old_quote, f"{detail}, in other words"
            )


# --- what is new ------------------------------------------------------------------------------------------------------


def _free(work: Work) -> list[Proposal]:
    """Promises of the new text that answer no target whose quote still stands."""
    taken = set(match(work.standing, [each.promise for each in work.new.promises]).values())
    return [proposal for j, proposal in enumerate(work.new.promises) if j not in taken]


def _new(work: Work, proposal: Proposal) -> Evidence:
    place, row = proposal.places[0], proposal.row
    amount = f"{row['target_value']}{row['unit_zh']}" if row["target_value"] else row["target_type"]
    detail = " ".join(filter(None, (row["indicator_zh"], amount, row["target_year"])))
    return work.tell(None, State.NEW, (place.start, place.end), work.new.words(proposal), detail=detail)

"""What the new text says in the place of a lost quote: another figure, other words, or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from scrapers.records import Refusal
from scrapers.register.evidence import Evidence, PlanText, State
from scrapers.register.matching import Promise, figures_apart, match
from scrapers.register.proposals import Proposal
from scrapers.register.register import Row

_NEAR = 0.7
"""Least likeness of words to the lost quote in whose place they stand."""

Span = tuple[int, int]


@dataclass(slots=True)
class Sought:
    """A target whose quote does not stand in the new text."""

    row: Row
    quotes: frozenset[str]
    quote: str
    """As it stood in the old text."""
    span: Span | None
    """Where another of its places still stands in the new capture."""

    @property
    def promise(self) -> Promise:
        return Promise(self.row, self.quotes)


@dataclass(slots=True)
class Work:
    plan_id: str
    new: PlanText
    olds: Mapping[str, PlanText]
    rows: dict[str, Evidence] = field(default_factory=dict)
    sought: list[Sought] = field(default_factory=list)
    standing: list[Promise] = field(default_factory=list)
    """Targets that are evidenced or rejected: what the new text says of them is nothing new."""

    def tell(
        self, target_id: str | None, state: State, span: Span | None = None, new: str | None = None,
        old: str | None = None, detail: str | None = None,
    ) -> Evidence:  # fmt: skip
        """The evidence of one target, noted."""
        capture, (start, end) = self.new.capture, span or (None, None)
        told = Evidence(
            self.plan_id, target_id, capture.capture_id, capture.body_sha256, state, start, end, old, new, detail
        )
        if target_id:
            self.rows[target_id] = told
        return told

    def stood(self, words: str) -> bool:
        """True for words that an old text has too: whoever reviewed the plan has seen them."""
        return any(words in old.text.words for old in self.olds.values())


def tell_sought(work: Work, free: list[Proposal]) -> None:
    """Match what is sought with what is free: promises in new words first, then any, then by the words alone.

    What answers a target is taken out of `free`.
    """
    waiting = list(work.sought)
    for only_fresh, matched in ((True, _by_coding), (False, _by_coding), (True, _by_words)):
        candidates = [each for each in free if not (only_fresh and work.stood(work.new.words(each)))]
        pairs = matched(work, waiting, candidates)
        for i, j in pairs.items():
            _tell_answered(work, waiting[i], candidates[j])
        answered = {id(candidates[j]) for j in pairs.values()}
        free[:] = [each for each in free if id(each) not in answered]
        waiting = [sought for i, sought in enumerate(waiting) if i not in pairs]
    for sought in waiting:
        target_id = sought.row["target_id"]
        if sought.span:
            _tell_one_left(work, sought, "one of its places is gone, another still stands")
        elif near := _near(work, sought.quote):
            words = work.new.text.words[slice(*near)]
            detail = "wording; no longer read as a promise"
            work.tell(target_id, State.CHANGED, work.new.text.span(*near), words, sought.quote, detail)
        else:
            work.tell(target_id, State.MISSING, old=sought.quote)


def _by_coding(work: Work, sought: Sequence[Sought], candidates: Sequence[Proposal]) -> dict[int, int]:
    return match([each.promise for each in sought], [each.promise for each in candidates])


def _by_words(work: Work, sought: Sequence[Sought], candidates: Sequence[Proposal]) -> dict[int, int]:
    """Promises whose quotes are nearly the same: a person has coded the target in words of their own."""
    scored = [
        (likeness, i, j)
        for i, one in enumerate(sought)
        for j, other in enumerate(candidates)
        if bool(one.row["target_value"]) == bool(other.row["target_value"])
        and (likeness := SequenceMatcher(None, one.quote, work.new.words(other), autojunk=False).ratio()) >= _NEAR
    ]
    pairs: dict[int, int] = {}
    for _, i, j in sorted(scored, reverse=True):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _tell_answered(work: Work, sought: Sought, proposal: Proposal) -> None:
    """A promise of the new text is that of the target: what is different?"""
    detail = in_words({**figures_apart(sought.row, proposal.row), **_condition_apart(work, sought, proposal)})
    if not detail and sought.span:
        _tell_one_left(work, sought, "one of its places is worded otherwise, another still stands")
        return
    place, words = proposal.places[0], work.new.words(proposal)
    span = (place.start, place.end)
    work.tell(sought.row["target_id"], State.CHANGED, span, words, sought.quote, detail or "wording")


def _condition_apart(work: Work, sought: Sought, proposal: Proposal) -> Mapping[str, tuple[str, str]]:
    """Whether the words demand something else than before, as both texts are read: a person may have coded another."""
    try:
        before = next((p for old in work.olds.values() for p in old.promises if p.promise.quotes & sought.quotes), None)
    except Refusal:
        return {}
    if before is None or before.row["condition"] == proposal.row["condition"]:
        return {}
    return {"condition": (before.row["condition"], proposal.row["condition"])}


def _tell_one_left(work: Work, sought: Sought, detail: str) -> None:
    words = work.new.text.quote(*sought.span) if sought.span else None
    work.tell(sought.row["target_id"], State.EVIDENCED, sought.span, words, sought.quote, detail)


def in_words(told: Mapping[str, tuple[str, str]]) -> str:
    """Differences for a person: `target_value 10 → 12; …`."""
    return "; ".join(f"{name} {old or '(none)'} → {new or '(none)'}" for name, (old, new) in told.items())


def _near(work: Work, quote: str) -> Span | None:
    """The stretch of the new text that is most like a lost quote, where its words are new and alike enough."""
    clauses = r"[^。；;！？!?]+" if re.search("[，,]", quote) else r"[^。；;！？!?，,]+"
    best, span = _NEAR, None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(quote)
    for clause in re.finditer(clauses, work.new.text.words):
        if not 0.5 * len(quote) <= len(clause.group()) <= 2 * len(quote):
            continue
        matcher.set_seq1(clause.group())
        if matcher.real_quick_ratio() <= best or matcher.quick_ratio() <= best or matcher.ratio() <= best:
            continue
        if not work.stood(clause.group()):
            best, span = matcher.ratio(), clause.span()
    return span

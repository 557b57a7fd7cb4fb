"""What lies in quarantine, told from the files of the home alone: pages not believed, answers that were blocked.

Needs no build: the archive says what came, the outcomes what was made of it, the decisions what people said of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from pydantic import BaseModel

from scrapers.archive import Archive
from scrapers.captures import PROOF, Attempt, Capture, Outcome
from scrapers.home import Home
from scrapers.parse import ParseOutcome, newest_outcome
from scrapers.quarantine.advice import advice_on
from scrapers.quarantine.decisions import Decision, history, standing
from scrapers.records import SERVING, Verdict
from scrapers.source_model import Source

_KEPT = re.compile(r" \((?:page|body) kept as ([0-9a-f]{64})\)$")
BY_DESIGN = ("zip_archive",)
"""Reasons of captures that are never read themselves: what they hold is read as captures of its own."""


class Entry(BaseModel):
    """One page that is not believed, or one answer that was no page and is kept as evidence."""

    id: str
    kind: str
    """`page` (a capture) or `answer` (kept by the fetcher, no capture)."""
    source_id: str
    url: str
    verdict: str
    """`quarantined`, `contradictory`, `accepted`, `incomplete`, `unparsed`; of an answer what the visit came to."""
    reason: str | None
    message: str | None
    since: datetime
    """UTC, when it came."""
    title: str | None = None
    origin: str
    body_sha256: str | None
    is_open: bool
    """True where nothing newer of the address is believed, so that somebody may have to act."""
    serving_id: str | None = None
    """The capture of the address that serves instead; of a page that serves itself, the one that would."""
    serving_since: datetime | None = None
    serving_published_on: date | None = None
    serving_age_days: int | None = None
    """Days since the serving capture came."""
    decision: str | None = None
    """Who decided what about it, in words."""
    advice: str = ""
    """What a person can do."""


class NoSuchEntry(Exception):  # noqa: N818 - named after what is the case
    """No capture or kept answer of the home has that id, or several begin with it."""


def entries(home: Home, catalog: Mapping[str, Source], *, everything: bool = False) -> list[Entry]:
    """What lies in quarantine and is not settled, the newest first.

    With `everything` also what a newer page of its address has settled, pages that contradict themselves (loaded, not
    used for facts), and pages that serve because a person released them.
    """
    shelf = Shelf(home, catalog)
    found = [shelf.page(capture) for capture in shelf.captures if capture.source_id != PROOF]
    kept = [entry for entry in found if _is_quarantined(entry) or (everything and _is_told(entry))]
    kept += shelf.answers()
    return sorted(
        (entry for entry in kept if everything or entry.is_open), key=lambda e: (e.since, e.url, e.id), reverse=True
    )


def find(home: Home, catalog: Mapping[str, Source], beginning: str) -> tuple[Shelf, Entry]:
    """The entry whose id is or begins with `beginning`, of any capture of the home. Raises NoSuchEntry."""
    shelf = Shelf(home, catalog)
    wanted = beginning.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{4,64}", wanted):
        raise NoSuchEntry(f"{beginning!r} is no id: at least four of its digits 0-9 a-f, as `quarantine list` prints")
    pages = [capture for capture in shelf.captures if capture.capture_id.startswith(wanted)]
    answers = [entry for entry in shelf.answers(every=True) if entry.id.startswith(wanted)]
    if len(pages) + len(answers) > 1:
        raise NoSuchEntry(f"{len(pages) + len(answers)} ids begin with {beginning}: say more of it")
    if pages:
        return shelf, shelf.page(pages[0])
    if answers:
        return shelf, answers[0]
    raise NoSuchEntry(f"no capture of this home has an id that begins with {beginning}")


class Shelf:
    """The captures of a home with their outcomes, read once."""

    def __init__(self, home: Home, catalog: Mapping[str, Source]) -> None:
        self.home, self.archive = home, Archive(home)
        self.captures = self.archive.captures()
        self._catalog = catalog
        self._place = {capture.capture_id: number for number, capture in enumerate(self.captures)}
        self._by_address: dict[str, list[Capture]] = {}
        for capture in self.captures:
            self._by_address.setdefault(capture.url, []).append(capture)
        self._outcomes: dict[str, ParseOutcome | None] = {}
        self.decisions: dict[str, list[Decision]] = history(home)

    def outcome(self, capture: Capture) -> ParseOutcome | None:
        """What the newest parsers made of a capture; None where they have not read it."""
        if capture.capture_id not in self._outcomes:
            source = self._catalog.get(capture.source_id)
            declared = source.parser if source else None
            self._outcomes[capture.capture_id] = newest_outcome(self.home, capture.capture_id, declared)
        return self._outcomes[capture.capture_id]

    def capture(self, capture_id: str) -> Capture:
        """The capture of an id that is known to exist."""
        return self.captures[self._place[capture_id]]

    def serving(self, url: str, without: str | None = None) -> Capture | None:
        """The newest capture of an address that may serve; the one of an id left out."""
        for capture in reversed(self._by_address.get(url, [])):
            if capture.capture_id == without:
                continue
            outcome = self.outcome(capture)
            if outcome is not None and outcome.verdict in SERVING:
                return capture
        return None

    def page(self, capture: Capture) -> Entry:
        """A capture as an entry, whatever became of it."""
        outcome, serving = self.outcome(capture), self.serving(capture.url)
        decision = standing(self.decisions.get(capture.capture_id, []))
        is_older = serving is not None and self._place[serving.capture_id] > self._place[capture.capture_id]
        reason = outcome.reason if outcome else "not_parsed"
        verdict = str(outcome.verdict) if outcome else "unparsed"
        is_quarantined = verdict == Verdict.QUARANTINED
        entry = Entry(
            id=capture.capture_id,
            kind="page",
            source_id=capture.source_id,
            url=capture.url,
            verdict=verdict,
            reason=reason,
            message=outcome.message if outcome else "the next refresh reads it",
            since=capture.fetched_at,
            title=capture.knowledge.title,
            origin=str(capture.origin),
            body_sha256=capture.body_sha256,
            is_open=is_quarantined and not is_older and reason not in BY_DESIGN,
            decision=decision.told() if decision else None,
        )
        return self._beside(entry, self.serving(capture.url, without=capture.capture_id))

    def answers(self, *, every: bool = False) -> list[Entry]:
        """Answers that were no pages and whose bodies are kept; the newest of each address, or every one."""
        newest: dict[str, Entry] = {}
        found = []
        for attempt in self.archive.attempts():
            kept = _KEPT.search(attempt.reason or "")
            if kept is None:
                if attempt.outcome in (Outcome.NEW, Outcome.UNCHANGED) and attempt.url in newest:
                    newest[attempt.url].is_open = False
                continue
            entry = self._answer(attempt, kept)
            if attempt.url in newest:
                newest[attempt.url].is_open = False
            newest[attempt.url] = entry
            found.append(entry)
        return found if every else list(newest.values())

    def _answer(self, attempt: Attempt, kept: re.Match[str]) -> Entry:
        reason, _, words = (attempt.reason or "")[: kept.start()].partition(": ")
        entry = Entry(
            id=attempt.attempt_id,
            kind="answer",
            source_id=attempt.source_id,
            url=attempt.url,
            verdict=str(attempt.outcome),
            reason=reason,
            message=words or None,
            since=attempt.attempted_at,
            origin=str(attempt.origin),
            body_sha256=kept[1],
            is_open=True,
        )
        return self._beside(entry, self.serving(attempt.url))

    def _beside(self, entry: Entry, serving: Capture | None) -> Entry:
        if serving is not None:
            entry.serving_id, entry.serving_since = serving.capture_id, serving.fetched_at
            entry.serving_published_on = serving.knowledge.published_on
            entry.serving_age_days = (datetime.now(UTC) - serving.fetched_at).days
        entry.advice = advice_on(entry.kind, entry.verdict, entry.reason, entry.id[:12])
        return entry


def chosen(found: Sequence[Entry], sources: Sequence[str], reasons: Sequence[str]) -> list[Entry]:
    """Those of the given sources and reasons; without any, all."""
    return [
        entry
        for entry in found
        if (not sources or entry.source_id in sources) and (not reasons or entry.reason in reasons)
    ]


def _is_quarantined(entry: Entry) -> bool:
    return entry.verdict == Verdict.QUARANTINED


def _is_told(entry: Entry) -> bool:
    return entry.verdict == Verdict.CONTRADICTORY or entry.decision is not None

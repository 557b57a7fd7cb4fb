"""A person decides about a page: believed in spite of a doubt, not believed in spite of none, or taken back."""

from __future__ import annotations

import re

from scrapers.archive import ArchiveDamaged
from scrapers.captures import PROOF
from scrapers.holding import RELEASABLE
from scrapers.parse import ParseOutcome
from scrapers.quarantine.advice import advice_on, is_releasable
from scrapers.quarantine.decisions import Decision, DecisionKind, new_decision, standing, write
from scrapers.quarantine.listing import Entry, Shelf
from scrapers.records import Finding

MOST_NAME, MOST_REASON = 100, 500
"""Characters of a name and of a reason."""


class DecisionRefused(Exception):  # noqa: N818 - named after what is the case
    """A decision that cannot be made about this page. The message says what would help instead."""


class NotSaid(Exception):  # noqa: N818 - named after what is the case
    """A decision without a name or a reason."""


def release(shelf: Shelf, entry: Entry, by: str, reason: str) -> tuple[Decision, bool]:
    """Believe a page that the comparison with earlier pages holds back; true where the decision is new.

    Raises NotSaid, DecisionRefused.
    """
    by, reason = _words("--by", by, MOST_NAME), _words("--reason", reason, MOST_REASON)
    outcome = _page(shelf, entry)
    last = standing(shelf.decisions.get(entry.id, []))
    is_in_force = last is not None and last.decision_id in outcome.decisions
    if last is not None and last.kind is DecisionKind.RELEASE and not (is_in_force and _holds_again(entry)):
        return last, False
    if not is_releasable(entry.verdict, entry.reason):
        raise DecisionRefused(f"{_what(entry)} cannot be released; {_instead(entry)}")
    accepted = {(f.check, f.message): f for f in _accepted_before(last)}
    accepted |= {(f.check, f.message): f for f in outcome.findings if not f.passed and f.check in RELEASABLE}
    made = _decision(DecisionKind.RELEASE, entry, by, reason).model_copy(
        update={
            "accepted": list(accepted.values()),
            "shapes": outcome.layout.get("shape") or [],
            "parser": outcome.parser,
            "parser_version": outcome.parser_version,
        }
    )
    write(shelf.home, made)
    return made, True


def hold(shelf: Shelf, entry: Entry, by: str, reason: str) -> tuple[Decision, bool]:
    """Put a page into quarantine by hand; true where the decision is new. Raises NotSaid, DecisionRefused."""
    by, reason = _words("--by", by, MOST_NAME), _words("--reason", reason, MOST_REASON)
    if entry.kind != "page" or entry.source_id == PROOF:
        raise DecisionRefused(f"{_what(entry)} gives no figures, so there is nothing to hold")
    last = standing(shelf.decisions.get(entry.id, []))
    if last is not None and last.kind is DecisionKind.HOLD and last.decided_at.year > 1970 and last.url:
        return last, False
    made = _decision(DecisionKind.HOLD, entry, by, reason)
    write(shelf.home, made)
    return made, True


def withdraw(shelf: Shelf, entry: Entry, by: str, reason: str) -> tuple[Decision, bool]:
    """Take back the decision in force; the checks alone judge the page then. Raises NotSaid, DecisionRefused."""
    by, reason = _words("--by", by, MOST_NAME), _words("--reason", reason, MOST_REASON)
    last = standing(shelf.decisions.get(entry.id, []))
    if last is None:
        raise DecisionRefused(f"nobody has decided about {_what(entry)}, so there is nothing to take back")
    made = _decision(DecisionKind.WITHDRAW, entry, by, reason).model_copy(update={"takes_back": last.decision_id})
    write(shelf.home, made)
    return made, True


def _page(shelf: Shelf, entry: Entry) -> ParseOutcome:
    if entry.kind != "page":
        raise DecisionRefused(f"{_what(entry)} is no page: {entry.advice}")
    capture = shelf.capture(entry.id)
    try:
        shelf.archive.body(capture)
    except ArchiveDamaged as error:
        raise DecisionRefused(f"{error}; bring the page anew: `zhibiao import FILE --url ADDRESS`") from error
    outcome = shelf.outcome(capture)
    if outcome is None:
        raise DecisionRefused(f"{_what(entry)} is not read yet: run `zhibiao refresh`, then look again")
    return outcome


def _holds_again(entry: Entry) -> bool:
    """A page that was released once is held again: for something that the person was not shown then."""
    return entry.verdict == "quarantined"


def _accepted_before(last: Decision | None) -> list[Finding]:
    return last.accepted if last is not None and last.kind is DecisionKind.RELEASE else []


def _instead(entry: Entry) -> str:
    return advice_on(entry.kind, entry.verdict, entry.reason, entry.id[:12])


def _what(entry: Entry) -> str:
    reason = f", {entry.reason}" if entry.reason else ""
    return f"{entry.id[:12]} ({entry.verdict}{reason})"


def _decision(kind: DecisionKind, entry: Entry, by: str, reason: str) -> Decision:
    return new_decision(kind, entry.id, entry.source_id, entry.url, by, reason)


def _words(option: str, text: str, most: int) -> str:
    plain = re.sub(r"\s+", " ", text).strip()
    if not plain or len(plain) > most or not plain.isprintable():
        raise NotSaid(f"{option}: 1 to {most} printable characters are needed: a decision says who and why")
    return plain

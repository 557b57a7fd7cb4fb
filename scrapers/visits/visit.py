"""One visit to one source: gets addresses within the limits of the run, archives what came, logs every attempt."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from scrapers.archive import Archive
from scrapers.captures import Attempt, Knowledge, Origin, Outcome
from scrapers.fetch import Fetcher
from scrapers.fetched import Fetched
from scrapers.records import Refusal
from scrapers.source_model import Source
from scrapers.visits.due import address_is_due, is_due, last_visits
from scrapers.visits.summary import ScrapeSummary
from scrapers.zip_members import archive_members


@dataclass(frozen=True, slots=True)
class Ask:
    """How an address is asked where a plain GET is not enough. The address of the visit stays the capture's name."""

    to: str | None = field(default=None, repr=False)
    """Address that is really asked, where it carries what must not be stored (a token)."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not be stored or logged, wherever it turns up; without any, `to` itself."""
    json: object | None = None
    """Body of a POST in JSON; without one the address is got."""
    headers: Mapping[str, str] = field(default_factory=dict)
    judge: Callable[[bytes], tuple[str, str] | None] | None = None
    """Says why a body that came is not what was asked (code, words), or None; such a body is kept as evidence."""


@dataclass
class Visit:
    """What a way of collecting is given: it gets pages through this, and never opens a socket or a file itself."""

    archive: Archive
    source: Source
    summary: ScrapeSummary
    fetcher: Fetcher
    today: date
    log: Callable[[str], None]
    started: float = field(default_factory=time.monotonic)
    requests: int = 0
    done: set[str] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)
    """Addresses of this run that did not come."""

    def __post_init__(self) -> None:
        self._last = last_visits(self.archive)
        self.is_forced = not is_due(self.source, self._last, self.today)
        """True where nothing is due, so that the source was asked for by name: all of it is wanted."""

    def wanted(self, url: str) -> bool:
        """True for an address that is due; for every one where none of the source is (it was asked for by name)."""
        return self.is_forced or address_is_due(self.source, url, self._last, self.today)

    def addresses(self) -> list[str]:
        """Addresses of the source that were visited with success, or in this run."""
        return [*(url for source_id, url in self._last if source_id == self.source.source_id), *self.done]

    def has_come(self, url: str) -> bool:
        """True for an address that was visited with success before this run, or is known not to exist."""
        return (self.source.source_id, url) in self._last

    def newest(self, url: str) -> Attempt | None:
        """The newest attempt at an address, whatever came of it."""
        visits = [a for a in self.archive.attempts() if a.url == url and a.source_id == self.source.source_id]
        return visits[-1] if visits else None

    def page(self, url: str, ask: Ask | None = None, known: Knowledge | None = None) -> bool:
        """Visit one page; False if the limits of the run left it for the next. For `known` see `visit`."""
        if url in self.done:
            return True
        if self.is_over():
            self.summary.left += 1
            return False
        self.visit(url, ask, known)
        return True

    def visit(self, url: str, ask: Ask | None = None, known: Knowledge | None = None) -> Attempt:
        """Get one page, archive it (the files of a ZIP beside it) and log the attempt.

        `known` is what is known of it from where its address was found: title, date, the page that links to it.
        """
        self.requests += 1
        self.done.add(url)
        last = self.archive.last_good(url)
        can_ask = last is not None and last.origin is Origin.FETCHED and self.is_whole(last)
        fetched = self.fetcher.fetch(
            url,
            etag=last.etag if last and can_ask else None,
            last_modified=last.last_modified if last and can_ask else None,
            to=ask.to if ask else None,
            json=ask.json if ask else None,
            headers=ask.headers if ask else None,
            secrets=ask.secrets if ask else (),
        )
        judge = ask.judge if ask and fetched.outcome is Outcome.NEW else None
        if judge and (problem := _problem(judge, fetched.body or b"")):
            fetched = replace(fetched, outcome=Outcome.BLOCKED, reason=f"{problem[0]}: {problem[1]}")
        if fetched.outcome is Outcome.NEW and fetched.body is not None:
            attempt = self.archive.add(
                source_id=self.source.source_id,
                url=url,
                body=fetched.body,
                origin=Origin.FETCHED,
                knowledge=(known or Knowledge()).model_copy(
                    update={
                        "content_type": fetched.content_type,
                        "charset": fetched.charset,
                        "publisher": self.source.publisher_zh,
                    }
                ),
                run_id=self.summary.run_id,
                http_status=fetched.status,
                final_url=fetched.final_url,
                etag=fetched.etag,
                last_modified=fetched.last_modified,
            )
            self.tell(attempt)
        elif fetched.outcome is Outcome.UNCHANGED and last is not None:
            kept = {"etag": last.etag, "last_modified": last.last_modified, "capture": last.capture}
            attempt = self.write(self.note(url, fetched).model_copy(update=kept))
        else:
            attempt = self.write(self.note(url, fetched))
        if attempt.outcome not in (Outcome.NEW, Outcome.UNCHANGED, Outcome.NOT_FOUND):
            self.missed.add(url)
        for member in archive_members(self.archive, attempt):
            self.tell(member)
        return attempt

    def write(self, attempt: Attempt) -> Attempt:
        """Log an entry without a page of its own, and tell it."""
        self.archive.log(attempt)
        self.tell(attempt)
        return attempt

    def say(self, url: str, outcome: Outcome, reason: str) -> Attempt:
        """Log what came of an address without asking it: a list, a question in parts, files that are left."""
        return self.write(self.note(url, Fetched(outcome, reason)))

    def note(self, url: str, fetched: Fetched, outcome: Outcome | None = None, reason: str | None = None) -> Attempt:
        """A log entry without a capture; the body of a block page is kept as evidence."""
        reason = reason or fetched.reason
        if fetched.outcome is Outcome.BLOCKED and fetched.body:
            reason = f"{reason} (body kept as {self.archive.keep(fetched.body)})"
        return Attempt(
            attempt_id=uuid.uuid4().hex,
            run_id=self.summary.run_id,
            source_id=self.source.source_id,
            url=url,
            attempted_at=datetime.now(UTC),
            outcome=outcome or fetched.outcome,
            origin=Origin.FETCHED,
            reason=reason,
            http_status=fetched.status,
            final_url=fetched.final_url,
        )

    def is_over(self) -> bool:
        rules = self.source.politeness
        return self.requests >= rules.max_addresses or time.monotonic() - self.started > rules.max_seconds

    def is_whole(self, attempt: Attempt) -> bool:
        """True where the archive still holds the body, so that `not modified` would be an answer."""
        return attempt.capture is not None and self.archive.is_kept(attempt.capture)

    def tell(self, attempt: Attempt) -> None:
        self.summary.count(attempt)
        self.log(f"{attempt.outcome}: {attempt.url}" + (f" ({attempt.reason})" if attempt.reason else ""))


def _problem(judge: Callable[[bytes], tuple[str, str] | None], body: bytes) -> tuple[str, str] | None:
    """What a judge says; of a body that it cannot read within the limits, that."""
    try:
        return judge(body)
    except Refusal as refusal:
        return refusal.code, str(refusal)

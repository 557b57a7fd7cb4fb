"""The archive: every body once under its hash, and an append-only log of the attempts that brought them."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from scrapers.captures import Attempt, Capture, Knowledge, Origin, Outcome, attempt_of, capture_id_of
from scrapers.content import content_sha256
from scrapers.home import Home

BODIES = "captures/bodies"
LOG = "captures/log"


class ArchiveDamaged(Exception):  # noqa: N818 - named after what is the case
    """A body is missing from the archive or no longer has the hash under which it was stored."""


class Archive:
    """Captures of one home. The log is read once, at the first question, and followed as this object writes.

    Threads may share it, as long as no two of them add the same address.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._entries: list[Attempt] | None = None
        self._captures: dict[str, Capture] = {}
        self._last: dict[str, Attempt] = {}
        self._unreadable: list[str] = []
        self._guard = threading.RLock()
        """Held while the log in memory is read or followed, never while a body or a line is written."""
        self._tails: dict[str, threading.Lock] = {}
        """One for each log file: who appends looks at its end first."""

    # --- writing -------------------------------------------------------------------------------------------------

    def add(
        self,
        *,
        source_id: str,
        url: str,
        body: bytes,
        origin: Origin,
        knowledge: Knowledge,
        run_id: str,
        fetched_at: datetime | None = None,
        http_status: int | None = None,
        final_url: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Attempt:
        """Store a body that came from `url` (or goes by `imported:<name>`), log the attempt, and return the log entry.

        `unchanged` where the newest capture of that address, under the same source, has the same bytes or the same
        content (counters and the date of the day apart): the entry then carries that capture. Otherwise `new`, also for
        an address that has gone back to an earlier body: the earlier capture then becomes its newest again. A starter
        capture is `new` only the first time, and never takes an address over.
        """
        now = fetched_at or datetime.now(UTC)
        body_sha256 = hashlib.sha256(body).hexdigest()
        content = content_sha256(body, knowledge.content_type)
        capture_id = capture_id_of(source_id, url, body_sha256)
        seen = self.capture(capture_id)
        known = seen if origin is Origin.STARTER else self._newest(url)
        if known and self.is_kept(known) and _is_same(known, capture_id, source_id, content, origin):
            outcome, capture = Outcome.UNCHANGED, known
        else:
            self.keep(body)  # the body lies on the disk before the log speaks of it
            outcome = Outcome.NEW
            capture = seen or Capture(
                capture_id=capture_id,
                source_id=source_id,
                url=url,
                origin=origin,
                body_sha256=body_sha256,
                content_sha256=content,
                size=len(body),
                fetched_at=now,
                knowledge=knowledge,
            )
        attempt = Attempt(
            attempt_id=uuid.uuid4().hex,
            run_id=run_id,
            source_id=source_id,
            url=url,
            attempted_at=now,
            outcome=outcome,
            origin=origin,
            http_status=http_status,
            final_url=final_url,
            etag=etag,
            last_modified=last_modified,
            capture=capture,
        )
        self.log(attempt)
        return attempt

    def keep(self, body: bytes) -> str:
        """Store a body without logging it (the evidence of a block page, say) and return its SHA-256."""
        sha256 = hashlib.sha256(body).hexdigest()
        place = body_place(sha256)
        if not self._home.exists(place) or hashlib.sha256(self._home.read(place)).hexdigest() != sha256:
            self._home.write(body, place)
        return sha256

    def log(self, attempt: Attempt) -> None:
        """Append one line to the log of its run and source, and have it on the disk before returning."""
        day = attempt.attempted_at
        name = f"{_file_name(attempt.run_id)}.{_file_name(attempt.source_id)}.jsonl"
        place = f"{LOG}/{day:%Y-%m}/{name}"
        line = attempt.model_dump_json(exclude_none=True).encode() + b"\n"
        if self._home.is_local:
            with self._guard:
                tail = self._tails.setdefault(place, threading.Lock())
            with tail:
                _append(self._home.path(place), line)
        else:  # an object store has no append: one object an attempt
            self._home.write(
                line, f"{place.removesuffix('.jsonl')}.{day:%Y%m%dT%H%M%S%f}.{attempt.attempt_id[:8]}.jsonl"
            )
        with self._guard:
            if self._entries is not None:
                self._entries.append(attempt)
                self._follow(attempt)

    # --- reading -------------------------------------------------------------------------------------------------

    def attempts(self) -> Iterator[Attempt]:
        """Every logged attempt, in the order of time. A line torn by a crash is passed over."""
        with self._guard:
            entries = list(self._log())
        yield from entries

    def captures(self) -> list[Capture]:
        """Distinct captures in the order of arrival, the newest last.

        Starter captures come first, whenever they were registered: they are older than anything the home has seen
        itself. A capture that an address has gone back to stands where it came back.
        """
        with self._guard:
            self._log()
            return sorted(self._captures.values(), key=lambda capture: capture.origin is not Origin.STARTER)

    def capture(self, capture_id: str) -> Capture | None:
        """The capture of that id, or None."""
        self._log()
        return self._captures.get(capture_id)

    def body(self, capture: Capture) -> bytes:
        """The bytes of a capture. Raises `ArchiveDamaged` where they are missing or are no longer what was stored."""
        return self.kept(capture.body_sha256)

    def kept(self, body_sha256: str) -> bytes:
        """The bytes stored under a hash. Raises `ArchiveDamaged`."""
        place = body_place(body_sha256)
        try:
            body = self._home.read(place)
        except FileNotFoundError:
            raise ArchiveDamaged(f"{place} is missing from the archive") from None
        found = hashlib.sha256(body).hexdigest()
        if found != body_sha256:
            raise ArchiveDamaged(f"{place} is damaged: its {len(body)} bytes hash to {found}")
        return body

    def kept_or_none(self, body_sha256: str) -> bytes | None:
        """The bytes stored under a hash where they are there and undamaged, else None."""
        try:
            return self.kept(body_sha256)
        except ArchiveDamaged:
            return None

    def is_kept(self, capture: Capture) -> bool:
        """True where the body of a capture is in the archive, undamaged."""
        return self.kept_or_none(capture.body_sha256) is not None

    def latest(self, url: str, until: datetime | None = None) -> Capture | None:
        """The capture that stood for an address at `until` (time zone aware; default now), or None."""
        if until is None:
            return self._newest(url)
        found: Attempt | None = None
        for attempt in self.attempts():
            if attempt.url == url and attempt.capture and attempt.attempted_at <= until and _supersedes(attempt, found):
                found = attempt
        return found.capture if found else None

    def last_good(self, url: str) -> Attempt | None:
        """The newest `new` or `unchanged` attempt of an address; its etag and date serve the next request."""
        self._log()
        return self._last.get(url)

    def damage(self) -> list[str]:
        """What is wrong, one sentence each: lost or altered bodies, unreadable log lines. Reads every body."""
        captures = self.captures()
        found = list(self._unreadable)
        for body_sha256 in sorted({capture.body_sha256 for capture in captures}):
            try:
                self.kept(body_sha256)
            except ArchiveDamaged as error:
                found.append(str(error))
        return found

    # --- the log, in memory ----------------------------------------------------------------------------------------

    def _log(self) -> list[Attempt]:
        with self._guard:
            if self._entries is None:
                entries: list[Attempt] = []
                for place in self._home.list(LOG, suffix=".jsonl"):
                    entries.extend(self._read_log(place))
                self._entries = sorted(entries, key=lambda entry: entry.attempted_at)
                for entry in self._entries:
                    self._follow(entry)
            return self._entries

    def _read_log(self, place: str) -> Iterator[Attempt]:
        lines = self._home.read(place).split(b"\n")
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            if (attempt := attempt_of(line)) is not None:
                yield attempt
            elif line.rstrip().endswith(b"}"):  # without its end it was torn when the process was killed: no loss
                self._unreadable.append(f"{place} line {number} cannot be read")

    def _follow(self, attempt: Attempt) -> None:
        capture = attempt.capture
        if capture is None:
            return
        if attempt.outcome is Outcome.NEW or capture.capture_id not in self._captures:
            first = self._captures.pop(capture.capture_id, capture)
            self._captures[capture.capture_id] = first
        if _supersedes(attempt, self._last.get(attempt.url)):
            self._last[attempt.url] = attempt

    def _newest(self, url: str) -> Capture | None:
        attempt = self.last_good(url)
        return attempt.capture if attempt else None


def _is_same(known: Capture, capture_id: str, source_id: str, content: str, origin: Origin) -> bool:
    if known.capture_id == capture_id:
        return True
    if known.origin is Origin.STARTER and origin is not Origin.STARTER:
        return False  # the real page takes the place of what was shipped, however alike they are
    return known.source_id == source_id and known.content_sha256 == content


def _supersedes(attempt: Attempt, other: Attempt | None) -> bool:
    """True where a later attempt takes an address over; a starter capture never does from anything else."""
    if other is None or attempt.origin is not Origin.STARTER:
        return True
    return other.origin is Origin.STARTER


def body_place(sha256: str) -> str:
    """Where the body of that hash lies in the home."""
    return f"{BODIES}/{sha256[:2]}/{sha256}"


def _file_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text)[:120] or "_"


def _append(path: str, line: bytes) -> None:
    """Append and fsync; a torn line left by a crash is closed first, so that it cannot swallow this one."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab+") as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())

"""Turn captures into records: recognise, choose the parser, parse, check, compare with the last good page, write.

One outcome per capture and parser version. The records are written first, the outcome last, each whole or not at all:
an outcome that exists says that its capture is done. Running again, or in several processes, gives the same files.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import PROOF, Capture, Origin
from scrapers.holding import HELD, Beside, believed
from scrapers.home import Home
from scrapers.isolation.limits import ReadersUnavailable
from scrapers.isolation.wire import words_of
from scrapers.kindred import Kindred
from scrapers.page_reading import RefusedBy, read_page
from scrapers.parsers import PARSERS, Parser
from scrapers.quarantine.decisions import Decision
from scrapers.records import (
    SERVING,
    Finding,
    Page,
    PageCheck,
    Parsed,
    PeriodKind,
    Record,
    Refusal,
    Verdict,
    record_table,
)
from scrapers.series import Series
from scrapers.source_model import Source

log = logging.getLogger(__name__)

RECORDS = "records"
NO_PARSER = "none"
"""Stands for the parser in outcomes of pages that no parser claims."""


class ParseOutcome(BaseModel):
    """What parsing one capture came to. Its file is written last, so its existence says that the capture is done."""

    model_config = ConfigDict(frozen=True)

    capture_id: str
    source_id: str
    url: str
    parser: str
    parser_version: str
    verdict: Verdict
    reason: str | None = None
    """Reason code where the verdict is not `accepted`."""
    message: str | None = None
    """The same for a person: which row, which figures."""
    record_count: int = 0
    records_sha256: str | None = None
    """Of the record file: a bit that flips on the disk must not become another figure. None in files of before."""
    findings: list[Finding] = []
    checks: list[PageCheck] = []
    """The checks that the family of the page declares, tried or not."""
    leftovers: list[str] = []
    layout: dict[str, Any] = {}
    parsed_at: datetime
    decisions: list[str] = []
    """Ids of the decisions of people, about this and kindred captures, under which the page was judged."""
    decision: Decision | None = None
    """The decision in force about this very capture."""
    document: dict[str, Any] | None = None
    """A plan document in JSON types, without its statements."""
    statements: list[dict[str, Any]] = []


def judge(
    home: Home,
    parser: Parser,
    parsed: Parsed,
    origin: Origin,
    source: Source | None,
    earlier: Sequence[tuple[Capture, ParseOutcome]],
    series: Series | None = None,
    decision: Decision | None = None,
) -> Parsed:
    """A page that was read, as a refresh believes it: with as many figures as its source promises, and held against
    the newest of the `earlier` captures of its address that may serve, the series and what a person decided
    (`scrapers.holding`).
    """
    beside = Beside(source, earlier, lambda outcome: read_records(home, outcome), series, decision)
    return believed(parsed, parser.name, origin, beside)


def first_failure(parsed: Parsed) -> str | None:
    """What a person is told first of a page that is not accepted: the check that gave the reason, else the first."""
    failed = [finding for finding in parsed.findings if not finding.passed]
    return next((f.message for f in failed if f.check == parsed.reason), failed[0].message if failed else None)


def pending(home: Home, catalog: Mapping[str, Source]) -> list[str]:
    """Ids of captures that the current parsers have not parsed yet, or that a person has since decided about (them or
    pages with which they are compared), in the order of arrival.

    Files that are kept as the source of an entry by hand are read by nobody and wait for nothing.
    """
    done = {name: _done(home, name, parser.version) for name, parser in PARSERS.items()}
    done[NO_PARSER] = _done(home, NO_PARSER, unread_version())
    waiting = []
    captures = Archive(home).captures()
    kindred = Kindred(home, captures)
    for capture in captures:
        if capture.source_id == PROOF:
            continue
        declared = _declared(capture, catalog)
        names = [declared] if declared in PARSERS else list(done)
        is_done = any(capture.capture_id in done[name] for name in names if name is not None)
        if is_done and kindred.is_touched(capture):
            is_done = _is_current(newest_outcome(home, capture.capture_id, declared), kindred, capture)
        if not is_done:
            waiting.append(capture.capture_id)
    return waiting


def _is_current(outcome: ParseOutcome | None, kindred: Kindred, capture: Capture) -> bool:
    """True for an outcome that was judged under the decisions that are in force now."""
    return outcome is not None and outcome.decisions == kindred.decisions_about(capture)


def parse_captures(home: Home, capture_ids: Iterable[str], catalog: Mapping[str, Source]) -> list[ParseOutcome]:
    """Parse captures and write their records and outcomes; the outcomes in the order of arrival.

    Earlier captures of the same addresses that are not parsed yet are parsed on the way, since each page is compared
    with the last good one before it. A page that fails in any way gives a quarantined outcome and never stops the
    others. A capture whose body is damaged in the archive gives an outcome that is not written, so that it is tried
    again. Unknown ids are passed over.
    """
    return _Run(home, catalog).parse(set(capture_ids))


def read_outcome(home: Home, parser: str, version: str, capture_id: str) -> ParseOutcome | None:
    """The outcome of a capture under one parser version; None where it is not parsed, or its files are damaged."""
    place = (RECORDS, parser, version, f"{capture_id}.json")
    try:
        outcome = ParseOutcome.model_validate_json(home.read(*place))
        if outcome.record_count:
            body = home.read(RECORDS, parser, version, f"{capture_id}.parquet")
            if outcome.records_sha256 not in (None, hashlib.sha256(body).hexdigest()):
                raise ValueError("its record file is not the one that was written")
        return outcome
    except FileNotFoundError:
        return None
    except ValueError as error:  # ValidationError is one
        log.warning(
            "%s is damaged and its capture counts as not parsed: %s", "/".join(place), str(error).splitlines()[0]
        )
        return None


def newest_outcome(home: Home, capture_id: str, declared: str | None = None) -> ParseOutcome | None:
    """The outcome of a capture under the parsers of today (the declared one), or None where it is not parsed."""
    for name in [declared] if declared in PARSERS and declared is not None else [*PARSERS, NO_PARSER]:
        version = unread_version() if name == NO_PARSER else PARSERS[name].version
        if (outcome := read_outcome(home, name, version, capture_id)) is not None:
            return outcome
    return None


def read_records(home: Home, outcome: ParseOutcome) -> list[Record]:
    """The records that belong to an outcome, in page order; none for a quarantined one.

    Raises OSError, ValueError, KeyError or RuntimeError where their file is missing or damaged.
    """
    if outcome.record_count == 0:
        return []
    place = (RECORDS, outcome.parser, outcome.parser_version, f"{outcome.capture_id}.parquet")
    content = home.read(*place)
    if outcome.records_sha256 not in (None, hashlib.sha256(content).hexdigest()):
        raise ValueError("they are not the records that were written")
    table = pq.read_table(io.BytesIO(content))
    if table.num_rows != outcome.record_count:
        raise ValueError(f"{table.num_rows} records, the outcome speaks of {outcome.record_count}")
    names = Record.__slots__
    return [
        Record(**{**row, "period_kind": PeriodKind(row["period_kind"]) if row["period_kind"] else None})
        for row in table.select(list(names)).to_pylist()
    ]


def unread_version() -> str:
    """Version under which pages without a parser are noted; it rises with every parser, and they are tried again."""
    return str(sum(int(parser.version) for parser in PARSERS.values()))


def _done(home: Home, parser: str, version: str) -> set[str]:
    return {
        path.rsplit("/", 1)[-1].removesuffix(".json") for path in home.list(RECORDS, parser, version, suffix=".json")
    }


def _declared(capture: Capture, catalog: Mapping[str, Source]) -> str | None:
    source = catalog.get(capture.source_id)
    return source.parser if source else None


class _Run:
    """One batch: knows the captures of the home and what is parsed."""

    def __init__(self, home: Home, catalog: Mapping[str, Source]) -> None:
        self._home, self._catalog = home, catalog
        self._archive = Archive(home)
        self._kindred = Kindred(home, self._archive.captures(), self._archive.attempts(), catalog)
        self._outcomes: dict[str, ParseOutcome] = {}

    def parse(self, wanted: set[str]) -> list[ParseOutcome]:
        captures = [capture for capture in self._archive.captures() if capture.capture_id in wanted]
        return [self._outcome(capture) for capture in captures]

    def _outcome(self, capture: Capture) -> ParseOutcome:
        """The outcome of a capture: the one written before, unless a decision has outdated it, else parsed now.

        Earlier captures of the address and of the series come first, since the page is held against them.
        """
        if capture.capture_id not in self._outcomes:
            earlier = self._kindred.before(capture)
            for each in earlier:
                self._outcome(each)
            written = newest_outcome(self._home, capture.capture_id, _declared(capture, self._catalog))
            if written is None or not self._is_current(written, capture):
                for each in self._kindred.beside(capture):
                    self._outcome(each)
                written = self._parse(capture, earlier, written)
            self._outcomes[capture.capture_id] = written
        return self._outcomes[capture.capture_id]

    def _is_current(self, outcome: ParseOutcome, capture: Capture) -> bool:
        return not self._kindred.is_touched(capture) or _is_current(outcome, self._kindred, capture)

    def _series(self, capture: Capture, written: ParseOutcome | None) -> Series | None:
        """What its series says of the page; nothing against one that was believed before series were looked at."""
        if (
            written is not None
            and "series" not in written.layout
            and (written.verdict in SERVING or written.reason == HELD)
        ):
            return None
        return self._kindred.series(capture, self._outcome, lambda outcome: read_records(self._home, outcome))

    def _parse(self, capture: Capture, earlier: Sequence[Capture], written: ParseOutcome | None) -> ParseOutcome:
        declared = _declared(capture, self._catalog)
        parser: Parser | None = PARSERS[declared] if declared in PARSERS and declared is not None else None
        try:
            body = self._archive.body(capture)
        except ArchiveDamaged as error:
            log.error("capture %s: %s", capture.capture_id, error)
            return _refused(capture, parser, "archive_damaged", str(error))
        page = Page(body, capture.url, capture.knowledge, capture.source_id, capture.capture_id)
        parsed: Parsed | None
        try:
            parser, read = read_page(page, declared)
            before = [(c, self._outcomes[c.capture_id]) for c in earlier]
            source, decision = self._catalog.get(capture.source_id), self._kindred.decision(capture)
            series = self._series(capture, written)
            parsed = judge(self._home, parser, read, capture.origin, source, before, series, decision)
            outcome = _outcome_of(capture, parser, parsed)
        except Refusal as refusal:
            chosen = refusal.parser if isinstance(refusal, RefusedBy) else None
            # the declared one: where its source says who reads it, its outcome is looked for there
            by = chosen or parser
            parsed, outcome = None, _refused(capture, by, refusal.code, str(refusal))
        except ReadersUnavailable:
            raise  # trouble of this machine: no page is to blame, and all are to be read when it is over
        except Exception as error:  # one bad page never stops the others
            log.exception("capture %s (%s)", capture.capture_id, capture.url)
            parsed, outcome = None, _refused(capture, parser, "parser_error", words_of(error)[0])
        made_under = {"decisions": self._kindred.decisions_about(capture), "decision": self._kindred.decision(capture)}
        outcome = outcome.model_copy(update=made_under)
        return self._write(outcome, parsed)  # a full disk is no fault of the page: it ends the batch, not the page

    def _write(self, outcome: ParseOutcome, parsed: Parsed | None) -> ParseOutcome:
        """Records first, outcome last. Returns the outcome as it was written, with the hash of its record file."""
        place = (RECORDS, outcome.parser, outcome.parser_version)
        if parsed is not None and outcome.record_count:
            table = record_table(
                parsed.records,
                capture_id=outcome.capture_id,
                source_id=outcome.source_id,
                parser=outcome.parser,
                parser_version=outcome.parser_version,
            )
            buffer = io.BytesIO()
            pq.write_table(table, buffer)
            body = buffer.getvalue()
            self._home.write(body, *place, f"{outcome.capture_id}.parquet")
            outcome = outcome.model_copy(update={"records_sha256": hashlib.sha256(body).hexdigest()})
        self._home.write(outcome.model_dump_json(indent=1).encode(), *place, f"{outcome.capture_id}.json")
        return outcome


def _outcome_of(capture: Capture, parser: Parser, parsed: Parsed) -> ParseOutcome:
    document = dict(parsed.document) if isinstance(parsed.document, dict) else None
    return ParseOutcome(
        capture_id=capture.capture_id,
        source_id=capture.source_id,
        url=capture.url,
        parser=parser.name,
        parser_version=parser.version,
        verdict=parsed.verdict,
        reason=parsed.reason,
        message=first_failure(parsed) if parsed.reason else None,
        record_count=0 if parsed.verdict is Verdict.QUARANTINED else len(parsed.records),
        findings=list(parsed.findings),
        checks=list(parsed.checks),
        leftovers=list(parsed.leftovers),
        layout=dict(parsed.layout),
        parsed_at=datetime.now(UTC),
        statements=document.pop("statements", []) if document else [],
        document=document,
    )


def _refused(capture: Capture, parser: Parser | None, code: str, message: str) -> ParseOutcome:
    return ParseOutcome(
        capture_id=capture.capture_id,
        source_id=capture.source_id,
        url=capture.url,
        parser=parser.name if parser else NO_PARSER,
        parser_version=parser.version if parser else unread_version(),
        verdict=Verdict.QUARANTINED,
        reason=code,
        message=message,
        parsed_at=datetime.now(UTC),
    )

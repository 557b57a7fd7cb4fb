"""Turn captures into records: recognise, choose the parser, parse, check, compare with the last good page, write.

One outcome per capture and parser version. The records are written first, the outcome last, each whole or not at all:
an outcome that exists says that its capture is done. Running again, or in several processes, gives the same files.
"""

from __future__ import annotations

import hashlib
import io
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import PROOF, Capture, Origin
from scrapers.checks import check_page
from scrapers.checks.against_last import compare
from scrapers.home import Home
from scrapers.parsers import PARSERS, Parser, choose
from scrapers.recognition import not_the_page
from scrapers.records import Finding, Page, PageCheck, Parsed, PeriodKind, Record, Refusal, Verdict, record_table
from scrapers.source_model import Source
from scrapers.tables.sources import decoded_text, is_binary
from scrapers.zip_members import is_zip_archive

log = logging.getLogger(__name__)

RECORDS = "records"
NO_PARSER = "none"
"""Stands for the parser in outcomes of pages that no parser claims."""
SERVING = (Verdict.ACCEPTED, Verdict.INCOMPLETE)
"""Verdicts with which a page may serve, and with which the next page of its address is compared."""


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
    """Hash of the record file, by which a damaged one is known; None where there are no records, or in older files."""
    findings: list[Finding] = []
    checks: list[PageCheck] = []
    """The checks that the family of the page declares, tried or not."""
    leftovers: list[str] = []
    layout: dict[str, Any] = {}
    parsed_at: datetime
    document: dict[str, Any] | None = None
    """A plan document in JSON types, without its statements."""
    statements: list[dict[str, Any]] = []


def parse_page(page: Page, parser: str | None = None) -> tuple[Parser, Parsed]:
    """Parse one page by itself: no home, no comparison with earlier pages. Pure.

    `parser` names one; without it the address and the content decide. Raises Refusal where the page is not the page
    (codes of `recognition`), is claimed by no parser, or cannot be explained.
    """
    recognise(page)
    chosen = choose(page, parser)
    return chosen, check_page(chosen.parse(page), chosen.name)


def recognise(page: Page) -> None:
    """Raise Refusal with the code of `recognition.not_the_page` where the body is not the page that was asked for."""
    text = None
    if is_zip_archive(page.body):
        raise Refusal("zip_archive", "the file is a ZIP archive: what it holds is read as captures of its own")
    if not is_binary(page.body) and page.body.strip():
        text = decoded_text(page)
    problem = not_the_page(page.body, text, page.knowledge.content_type)
    if problem is not None:
        raise Refusal(*problem)


def judge(
    home: Home,
    parser: Parser,
    page: Page,
    origin: Origin,
    source: Source | None,
    earlier: Sequence[tuple[Capture, ParseOutcome]],
) -> Parsed:
    """A page as a refresh believes it: parsed, checked, with as many figures as its source promises, and held against
    the newest of the `earlier` captures of its address that may serve. Raises Refusal.
    """
    parsed = _enough(source, check_page(parser.parse(page), parser.name))
    return parsed if parsed.verdict is Verdict.QUARANTINED else _against_last(home, parser, parsed, origin, earlier)


def _enough(source: Source | None, parsed: Parsed) -> Parsed:
    """Quarantine a whole page with fewer figures than its source promises."""
    if source is None or source.may_be_empty or parsed.document is not None or parsed.verdict is not Verdict.ACCEPTED:
        return parsed
    if len(parsed.records) >= source.minimum_records:
        return parsed
    message = f"{len(parsed.records)} figures, where a page of {source.source_id} has at least {source.minimum_records}"
    return _quarantined(parsed, Finding("too_few_records", False, message))


def _against_last(
    home: Home, parser: Parser, parsed: Parsed, origin: Origin, earlier: Sequence[tuple[Capture, ParseOutcome]]
) -> Parsed:
    """Compare with the newest earlier capture of the address that may serve; another parser is another layout."""
    for before, last in reversed(earlier):
        if last.verdict not in SERVING or not last.record_count:
            continue
        same_layout = before.origin is not Origin.STARTER or origin is Origin.STARTER
        if last.parser != parser.name:
            if not same_layout:
                continue
            message = f"{parser.name} claims the page, {last.parser} read the last good one at this address"
            return _quarantined(parsed, Finding("another_layout", False, message))
        found = compare(parsed.records, read_records(home, last), same_layout=same_layout)
        layout = {**parsed.layout, "compared_with": before.capture_id, "difference": dict(found.counts)}
        parsed = replace(parsed, findings=[*parsed.findings, *found.findings], layout=layout)
        if found.verdict is not None and parsed.document is None:  # a plan may be rewritten: the register tells
            return replace(parsed, verdict=found.verdict, reason=found.reason)
        return parsed
    return parsed


def _quarantined(parsed: Parsed, finding: Finding) -> Parsed:
    findings = [*parsed.findings, finding]
    return replace(parsed, verdict=Verdict.QUARANTINED, reason=finding.check, findings=findings)


def first_failure(parsed: Parsed) -> str | None:
    """What a person is told first of a page that is not accepted: the check that gave the reason, else the first."""
    failed = [finding for finding in parsed.findings if not finding.passed]
    return next((f.message for f in failed if f.check == parsed.reason), failed[0].message if failed else None)


def pending(home: Home, catalog: Mapping[str, Source]) -> list[str]:
    """Ids of captures that the current parsers have not parsed yet, in the order of arrival.

    Files that are kept as the source of an entry by hand are read by nobody and wait for nothing.
    """
    done = {name: _done(home, name, parser.version) for name, parser in PARSERS.items()}
    done[NO_PARSER] = _done(home, NO_PARSER, unread_version())
    waiting = []
    for capture in Archive(home).captures():
        if capture.source_id == PROOF:
            continue
        declared = _declared(capture, catalog)
        names = [declared] if declared in PARSERS else list(done)
        if not any(capture.capture_id in done[name] for name in names if name is not None):
            waiting.append(capture.capture_id)
    return waiting


def parse_captures(home: Home, capture_ids: Iterable[str], catalog: Mapping[str, Source]) -> list[ParseOutcome]:
    """Parse captures and write their records and outcomes; the outcomes in the order of arrival.

    Earlier captures of the same addresses that are not parsed yet are parsed on the way, since each page is compared
    with the last good one before it. A page that fails in any way gives a quarantined outcome and never stops the
    others. A capture whose body is damaged in the archive gives an outcome that is not written, so that it is tried
    again. Unknown ids are passed over.
    """
    return _Run(home, catalog).parse(set(capture_ids))


def read_outcome(home: Home, parser: str, version: str, capture_id: str) -> ParseOutcome | None:
    """The outcome of a capture under one parser version, or None where it is not parsed, or its file is damaged."""
    try:
        return ParseOutcome.model_validate_json(home.read(RECORDS, parser, version, f"{capture_id}.json"))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        log.warning("outcome of capture %s: damaged, its page counts as not read (%s)", capture_id, error.error_count())
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
        self._outcomes: dict[str, ParseOutcome] = {}

    def parse(self, wanted: set[str]) -> list[ParseOutcome]:
        captures = self._archive.captures()
        addresses = {c.url for c in captures if c.capture_id in wanted}
        by_address: dict[str, list[Capture]] = {}
        for capture in captures:
            if capture.url in addresses:
                by_address.setdefault(capture.url, []).append(capture)
        for line in by_address.values():
            last = max(i for i, c in enumerate(line) if c.capture_id in wanted)
            for i, capture in enumerate(line[: last + 1]):
                self._outcome(capture, line[:i])
        return [self._outcomes[c.capture_id] for c in captures if c.capture_id in wanted]

    def _outcome(self, capture: Capture, earlier: Sequence[Capture]) -> ParseOutcome:
        """The outcome of a capture: the one written before, else parsed now and written."""
        known = newest_outcome(self._home, capture.capture_id, _declared(capture, self._catalog))
        if known is None:
            self._mend_last(earlier)
            known = self._parse(capture, earlier)
        self._outcomes[capture.capture_id] = known
        return known

    def _mend_last(self, earlier: Sequence[Capture]) -> None:
        """Read the last good page again where its records are damaged: the page after it is not to blame for that."""
        for number, before in reversed(list(enumerate(earlier))):
            last = self._outcomes.get(before.capture_id)
            if last is None or last.verdict not in SERVING or not last.record_count:
                continue
            try:
                read_records(self._home, last)
            except (
                OSError,
                ValueError,
                KeyError,
                TypeError,
                RuntimeError,
            ) as error:  # Arrow's own errors are among these
                log.warning("records of capture %s: damaged, its page is read again (%s)", before.capture_id, error)
                self._outcomes[before.capture_id] = self._parse(before, earlier[:number])
            return

    def _parse(self, capture: Capture, earlier: Sequence[Capture]) -> ParseOutcome:
        declared = _declared(capture, self._catalog)
        parser: Parser | None = PARSERS[declared] if declared in PARSERS and declared is not None else None
        try:
            body = self._archive.body(capture)
        except ArchiveDamaged as error:
            log.error("capture %s: %s", capture.capture_id, error)
            return _refused(capture, parser, "archive_damaged", str(error))
        page = Page(body, capture.url, capture.knowledge, capture.source_id, capture.capture_id)
        try:
            recognise(page)
            parser = choose(page, declared)
            before = [(c, self._outcomes[c.capture_id]) for c in earlier if c.capture_id in self._outcomes]
            parsed = judge(self._home, parser, page, capture.origin, self._catalog.get(capture.source_id), before)
            outcome = _outcome_of(capture, parser, parsed)
            outcome = self._write(outcome, parsed)
        except Refusal as refusal:
            outcome = _refused(capture, parser, refusal.code, str(refusal))
            self._write(outcome, None)
        except Exception as error:  # one bad page never stops the others
            log.exception("capture %s (%s)", capture.capture_id, capture.url)
            place = traceback.extract_tb(error.__traceback__)[-1]
            message = f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"
            outcome = _refused(capture, parser, "parser_error", message)
            self._write(outcome, None)
        return outcome

    def _write(self, outcome: ParseOutcome, parsed: Parsed | None) -> ParseOutcome:
        """Write the records, then the outcome; returns it with the hash of its records."""
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
            content = buffer.getvalue()
            self._home.write(content, *place, f"{outcome.capture_id}.parquet")
            outcome = outcome.model_copy(update={"records_sha256": hashlib.sha256(content).hexdigest()})
        self._home.write(outcome.model_dump_json(indent=1).encode(), *place, f"{outcome.capture_id}.json")
        return outcome


def _outcome_of(capture: Capture, parser: Parser, parsed: Parsed) -> ParseOutcome:
    as_json: Callable[..., dict[str, Any]] | None = getattr(parsed.document, "as_json", None)
    document = as_json(capture_id=capture.capture_id) if as_json else None
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

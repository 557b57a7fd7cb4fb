"""Turn captures into records: recognise, choose the parser, parse, check, compare with the last good page, write.

One outcome per capture and parser version. The records are written first, the outcome last, each whole or not at all:
an outcome that exists says that its capture is done. Running again, or in several processes, gives the same files.
"""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import Capture, Origin
from scrapers.checks import check_page
from scrapers.checks.against_last import compare
from scrapers.home import Home
from scrapers.parsers import PARSERS, Parser, choose
from scrapers.recognition import not_the_page
from scrapers.records import Finding, Page, Parsed, PeriodKind, Record, Refusal, Verdict, record_table
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
    findings: list[Finding] = []
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
    return chosen, check_page(chosen.parse(page))


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


def pending(home: Home, catalog: Mapping[str, Source]) -> list[str]:
    """Ids of captures that the current parsers have not parsed yet, in the order of arrival."""
    done = {name: _done(home, name, parser.version) for name, parser in PARSERS.items()}
    done[NO_PARSER] = _done(home, NO_PARSER, unread_version())
    waiting = []
    for capture in Archive(home).captures():
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
    """The outcome of a capture under one parser version, or None where it is not parsed."""
    try:
        return ParseOutcome.model_validate_json(home.read(RECORDS, parser, version, f"{capture_id}.json"))
    except FileNotFoundError:
        return None


def newest_outcome(home: Home, capture_id: str) -> ParseOutcome | None:
    """The outcome of a capture under the parsers of today, or None where it is not parsed."""
    versions = {**{name: parser.version for name, parser in PARSERS.items()}, NO_PARSER: unread_version()}
    found = (read_outcome(home, name, version, capture_id) for name, version in versions.items())
    return next((outcome for outcome in found if outcome is not None), None)


def read_records(home: Home, outcome: ParseOutcome) -> list[Record]:
    """The records that belong to an outcome, in page order; none for a quarantined one."""
    if outcome.record_count == 0:
        return []
    place = (RECORDS, outcome.parser, outcome.parser_version, f"{outcome.capture_id}.parquet")
    table = pq.read_table(io.BytesIO(home.read(*place)))
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
        known = self._written(capture)
        if known is None:
            known = self._parse(capture, earlier)
        self._outcomes[capture.capture_id] = known
        return known

    def _written(self, capture: Capture) -> ParseOutcome | None:
        declared = _declared(capture, self._catalog)
        names = [declared] if declared in PARSERS else [*PARSERS, NO_PARSER]
        for name in names:
            if name is None:
                continue
            version = unread_version() if name == NO_PARSER else PARSERS[name].version
            if (outcome := read_outcome(self._home, name, version, capture.capture_id)) is not None:
                return outcome
        return None

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
            parsed = check_page(parser.parse(page))
            parsed = self._enough(capture, parsed)
            parsed = self._against_last(capture, parser, parsed, earlier)
            outcome = _outcome_of(capture, parser, parsed)
            self._write(outcome, parsed)
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

    def _enough(self, capture: Capture, parsed: Parsed) -> Parsed:
        """Quarantine a whole page with fewer figures than its source promises."""
        source = self._catalog.get(capture.source_id)
        if (
            source is None
            or source.may_be_empty
            or parsed.document is not None
            or parsed.verdict is not Verdict.ACCEPTED
        ):
            return parsed
        if len(parsed.records) >= source.minimum_records:
            return parsed
        message = (
            f"{len(parsed.records)} figures, where a page of {source.source_id} has at least {source.minimum_records}"
        )
        finding = Finding("too_few_records", False, message)
        return replace(parsed, verdict=Verdict.QUARANTINED, reason=finding.check, findings=[*parsed.findings, finding])

    def _against_last(self, capture: Capture, parser: Parser, parsed: Parsed, earlier: Sequence[Capture]) -> Parsed:
        """Compare with the newest earlier capture of the address that may serve; another parser is another layout."""
        if parsed.verdict is Verdict.QUARANTINED:
            return parsed
        for before in reversed(earlier):
            last = self._outcomes.get(before.capture_id)
            if last is None or last.verdict not in SERVING or not last.record_count:
                continue
            same_layout = before.origin is not Origin.STARTER or capture.origin is Origin.STARTER
            if last.parser != parser.name:
                if not same_layout:
                    continue
                message = f"{parser.name} claims the page, {last.parser} read the last good one at this address"
                finding = Finding("another_layout", False, message)
                findings = [*parsed.findings, finding]
                return replace(parsed, verdict=Verdict.QUARANTINED, reason=finding.check, findings=findings)
            found = compare(parsed.records, read_records(self._home, last), same_layout=same_layout)
            layout = {**parsed.layout, "compared_with": before.capture_id, "difference": dict(found.counts)}
            parsed = replace(parsed, findings=[*parsed.findings, *found.findings], layout=layout)
            if found.verdict is not None and parsed.document is None:  # a plan may be rewritten: the register tells
                return replace(parsed, verdict=found.verdict, reason=found.reason)
            return parsed
        return parsed

    def _write(self, outcome: ParseOutcome, parsed: Parsed | None) -> None:
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
            self._home.write(buffer.getvalue(), *place, f"{outcome.capture_id}.parquet")
        self._home.write(outcome.model_dump_json(indent=1).encode(), *place, f"{outcome.capture_id}.json")


def _outcome_of(capture: Capture, parser: Parser, parsed: Parsed) -> ParseOutcome:
    failed = [f for f in parsed.findings if not f.passed]
    first = next((f.message for f in failed if f.check == parsed.reason), failed[0].message if failed else None)
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
        message=first if parsed.reason else None,
        record_count=0 if parsed.verdict is Verdict.QUARANTINED else len(parsed.records),
        findings=list(parsed.findings),
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

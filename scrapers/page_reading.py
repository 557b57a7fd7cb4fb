"""One page read by itself: recognised, given to its parser, checked. As it is called, or in a reading process.

`parse_page` is the pure work; `read_page` has it done in a reading process with limits, which is how every page from
outside is read.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from scrapers.checks import check_page
from scrapers.isolation import isolated
from scrapers.isolation.wire import words_of
from scrapers.parsers import PARSERS, Parser, choose
from scrapers.recognition import not_the_page
from scrapers.records import Page, Parsed, Refusal
from scrapers.tables.sources import decoded_text, is_binary
from scrapers.zip_members import is_zip_archive

log = logging.getLogger(__name__)


def parse_page(page: Page, parser: str | None = None) -> tuple[Parser, Parsed]:
    """Parse one page by itself: no home, no comparison with earlier pages. Pure, in this process, without limits.

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


class RefusedBy(Refusal):
    """A refusal, with the parser that had been chosen by then (None where none had)."""

    def __init__(self, code: str, message: str, parser: Parser | None) -> None:
        super().__init__(code, message)
        self.parser = parser


def read_page(page: Page, parser: str | None = None) -> tuple[Parser, Parsed]:
    """As `parse_page`, in a reading process. A document comes in JSON types (`PlanDocument.as_json`).

    Raises `RefusedBy` for a page that is refused; and what `scrapers.isolation` raises, of which the Refusals
    `too_slow_to_read`, `too_much_memory` and `reader_died` are the page's, too.
    """
    read = _read(page, parser)
    chosen = PARSERS[read.parser] if read.parser in PARSERS and read.parser is not None else None
    if read.trace is not None:
        log.error("%s: %s", page.url, read.trace)
    if read.refusal is not None:
        raise RefusedBy(*read.refusal, chosen)
    if chosen is None or read.parsed is None:
        raise Refusal("reader_died", "the reading process answered what is no answer: neither a parser nor a refusal")
    return chosen, replace(read.parsed, document=read.document)


@dataclass(frozen=True, slots=True)
class _PageRead:
    """What a reading process answers."""

    parser: str | None = None
    parsed: Parsed | None = None
    document: dict[str, Any] | None = None
    refusal: tuple[str, str] | None = None
    trace: str | None = None


@isolated
def _read(page: Page, parser: str | None) -> _PageRead:
    chosen: Parser | None = None
    try:
        recognise(page)
        chosen = choose(page, parser)
        parsed = check_page(chosen.parse(page), chosen.name)
    except Refusal as refusal:
        return _PageRead(chosen.name if chosen else None, refusal=(refusal.code, str(refusal)))
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # told with the parser that broke
        words, trace = words_of(error)
        return _PageRead(chosen.name if chosen else None, refusal=("parser_error", words), trace=trace)
    as_json = getattr(parsed.document, "as_json", None)
    document = as_json(capture_id=page.capture_id) if as_json else None
    return _PageRead(chosen.name, replace(parsed, document=None), document)


@isolated
def fit_of(page: Page, parser: str) -> float:
    """How well a page suits a parser, 0 to 1."""
    return PARSERS[parser].fits(page)

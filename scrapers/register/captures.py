"""Which captures of the home are a plan's: by its address, by a body that its places name, by its title."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from scrapers.archive import Archive, ArchiveDamaged
from scrapers.captures import Capture
from scrapers.decoding import decode
from scrapers.home import Home
from scrapers.parse import RECORDS
from scrapers.parsers.plan_document import PlanDocumentParser
from scrapers.plans.document import read_document
from scrapers.plans.extract import extract
from scrapers.records import SERVING, Page, Refusal
from scrapers.register.evidence import PlanText
from scrapers.register.quotes import Text
from scrapers.register.regions import find_region
from scrapers.register.register import Place, Plan
from scrapers.sources import Source
from scrapers.visible import looks_like_html

_UNLIKE_A_PLAN = frozenset({"no_title", "no_sections"})
"""Refusals of the plan parser that say how a page is built (as of a copy in traditional characters), not what it is."""


def title_key(title: str | None) -> str:
    """The one form in which titles of plans are compared: NFKC, no blanks, no quotation marks."""
    bare = unicodedata.normalize("NFKC", title or "")
    return "".join(sign for sign in bare if not sign.isspace() and sign not in "“”\"'‘’《》〈〉·")


class PlanCaptures:
    """The captures of one home, read once, and what the plan parser has said of them."""

    def __init__(self, home: Home, catalog: Mapping[str, Source]) -> None:
        self.archive = Archive(home)
        self._home, self._catalog = home, catalog
        self._captures = [capture for capture in self.archive.captures() if self._may_be_plan(capture)]
        self._by_body = {capture.body_sha256: capture for capture in self._captures}
        self._outcomes = _outcomes(home)
        self._titles: dict[str, str] = {}

    def newest_first(self, plan: Plan, places: Sequence[Place]) -> Iterator[Capture]:
        """The captures of a plan that may serve, the one that came last first."""
        bodies = {place.body_sha256 for place in places} | ({plan.body_sha256} if plan.body_sha256 else set())
        addresses = {capture.url for capture in self._captures if capture.body_sha256 in bodies}
        addresses |= {plan.url} if plan.url else set()
        title = title_key(plan.title_zh) if _is_distinctive(plan) else None
        for capture in reversed(self._captures):
            if (capture.url in addresses or (title and self._title(capture) == title)) and self._may_serve(capture):
                yield capture

    def with_body(self, body_sha256: str) -> Capture | None:
        """The newest capture with that body."""
        return self._by_body.get(body_sha256)

    def text(self, capture: Capture) -> PlanText | None:
        """A capture as text; None where its body is damaged or is no text."""
        try:
            body = self.archive.body(capture)
            decoded = decode(body, capture.knowledge.charset).text
        except (ArchiveDamaged, Refusal):
            return None
        page = Page(body, capture.url, capture.knowledge, capture.source_id, capture.capture_id)
        return PlanText(capture, Text(decoded), lru_cache(maxsize=1)(lambda: extract(page)))

    def _may_be_plan(self, capture: Capture) -> bool:
        """False for pages of a source whose parser reads something else."""
        source = self._catalog.get(capture.source_id)
        return source is None or source.parser in (None, PlanDocumentParser.name)

    def _may_serve(self, capture: Capture) -> bool:
        """False for a page that is not believed. One that only has no head or headings is left to what it promises."""
        outcome = self._outcomes.get(capture.capture_id)
        if outcome is None or outcome.get("reason") in _UNLIKE_A_PLAN:
            return True
        return outcome.get("verdict") in {str(verdict) for verdict in SERVING}

    def _title(self, capture: Capture) -> str:
        """The title that the document gives itself; read from the page where it is not parsed yet."""
        if capture.capture_id not in self._titles:
            outcome = self._outcomes.get(capture.capture_id)
            document = (outcome or {}).get("document") or {}
            title = document.get("title") if outcome is not None else self._read_title(capture)
            self._titles[capture.capture_id] = title_key(title)
        return self._titles[capture.capture_id]

    def _read_title(self, capture: Capture) -> str | None:
        source = self._catalog.get(capture.source_id)
        if source is None or source.parser != PlanDocumentParser.name:
            return None
        try:
            decoded = decode(self.archive.body(capture), capture.knowledge.charset).text
            return read_document(decoded, looks_like_html(decoded), capture.knowledge).title
        except (ArchiveDamaged, Refusal):
            return None


def _is_distinctive(plan: Plan) -> bool:
    """True for a title that names its region: others are given to the plans of many places."""
    if not plan.title_zh or not plan.region_code:
        return False
    return find_region(plan.title_zh, None, plan.period_start).code == plan.region_code


def _outcomes(home: Home) -> dict[str, dict[str, Any]]:
    """What the plan parser has made of captures, by capture id."""
    found = {}
    for path in home.list(RECORDS, PlanDocumentParser.name, PlanDocumentParser.version, suffix=".json"):
        try:
            told = json.loads(home.read(path))
            found[str(told["capture_id"])] = told
        except (ValueError, KeyError, TypeError):
            continue  # a damaged outcome is parsed again by the next refresh
    return found

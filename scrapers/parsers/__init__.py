"""Which parser reads a page: the registry, and the choice by declaration or by what the page looks like.

A parser is made only when it is first needed, so that a page of tables never pays for the plan parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Protocol

from scrapers.records import Page, Parsed, Refusal

MINIMUM_FIT = 0.3
"""Below this no parser claims the page: it is quarantined as `unknown_layout` and shown to a person."""

CERTAIN_FIT = 0.85
"""A parser that is certain (by the address) is not put beside the others."""


class Parser(Protocol):
    """Bytes and outside knowledge in, records out. Pure: no files, no network, no clock."""

    name: str
    version: str
    """Bumped whenever the same page would give other records; old records stay beside the new ones."""

    def fits(self, page: Page) -> float:
        """How well the page suits this parser, 0 to 1. Cheap: address, first bytes, a few words."""

    def parse(self, page: Page) -> Parsed:
        """Records of the page. Raises Refusal where the page cannot be explained."""


_PLACES: dict[str, tuple[str, str]] = {
    "hand_entered": ("scrapers.parsers.hand_entered", "HandEnteredParser"),
    "cnipa_yearbook": ("scrapers.parsers.cnipa_yearbook", "CnipaYearbookParser"),
    "prefecture_table": ("scrapers.parsers.prefecture_table", "PrefectureTableParser"),
    "nbs_data": ("scrapers.parsers.nbs_data", "NbsDataParser"),
    "nbs_easyquery": ("scrapers.parsers.nbs_easyquery", "NbsEasyqueryParser"),
    "cnipa_monthly": ("scrapers.parsers.cnipa_monthly", "CnipaMonthlyParser"),
    "nbs_export": ("scrapers.parsers.nbs_export", "NbsExportParser"),
    "open_data": ("scrapers.parsers.open_data", "OpenDataParser"),
    "region_table": ("scrapers.parsers.region_table", "RegionTableParser"),
    "prose": ("scrapers.parsers.prose", "ProseParser"),
    "plan_document": ("scrapers.parsers.plan_document", "PlanDocumentParser"),
}


class _Registry(Mapping[str, Parser]):
    """Parsers by name, in order of preference; each is imported when it is first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Parser] = {}

    def __getitem__(self, name: str) -> Parser:
        if name not in self._made:
            module, class_name = _PLACES[name]
            self._made[name] = getattr(import_module(module), class_name)()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


PARSERS: Mapping[str, Parser] = _Registry()


def choose(page: Page, declared: str | None = None) -> Parser:
    """The parser that the source declares, else the one that the page fits best (ties: the order of the registry).

    Raises Refusal `unknown_parser` for a name that does not exist, `unknown_layout` where no parser claims the page.
    """
    if declared is not None:
        if declared not in PARSERS:
            raise Refusal("unknown_parser", f"no parser is named {declared!r}; there are {', '.join(PARSERS)}")
        return PARSERS[declared]
    fits: dict[str, float] = {}
    for name, parser in PARSERS.items():
        fits[name] = parser.fits(page)
        if fits[name] >= CERTAIN_FIT:
            return parser
    best = max(fits, key=lambda name: fits[name])
    if fits[best] < MINIMUM_FIT:
        seen = ", ".join(f"{name} {fit:.2f}" for name, fit in fits.items())
        raise Refusal("unknown_layout", f"no parser claims this page (fit: {seen})")
    return PARSERS[best]

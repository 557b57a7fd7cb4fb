"""The typed model of one source: what a catalog file may say, and the addresses that follow from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import product
from string import Formatter
from typing import Annotated, Self
from urllib.parse import urldefrag, urlsplit

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from scrapers.captures import RESERVED
from scrapers.catalog_fields import STRICT, Address, Host, Pattern, Template, Words, code_text, placeholders
from scrapers.discovery_model import Discovery, both_templates, pages_of_list
from scrapers.nbs_question import ENDPOINT, Question


class Cadence(StrEnum):
    """How often a source is visited at most."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    ONCE = "once"

    @property
    def days(self) -> int | None:
        """Whole days between two visits that succeed; None where one is enough."""
        return _CADENCE_DAYS[self]


_CADENCE_DAYS: dict[Cadence, int | None] = {
    Cadence.DAILY: 1,
    Cadence.WEEKLY: 7,
    Cadence.MONTHLY: 28,
    Cadence.QUARTERLY: 90,
    Cadence.YEARLY: 360,
    Cadence.ONCE: None,
}


class _Strict(BaseModel):
    model_config = STRICT


class Years(_Strict):
    """Years that fill `{year}`: `first` to `last`, both included; without `last`, up to the year before this one."""

    first: int = Field(ge=1949, le=2100)
    last: int | None = Field(default=None, ge=1949, le=2100)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"last ({self.last}) is before first ({self.first})")
        return self

    def until(self, today: date) -> range:
        """The years, as known on a day."""
        return range(self.first, (self.last if self.last is not None else today.year - 1) + 1)


class NbsSeries(_Strict):
    """One indicator of the national data interface, found by its name."""

    path: list[Words] = []
    """Names of the catalogue nodes below the root, as far as known; the indicator is looked for in all leaves below."""
    names: list[Words] = Field(min_length=1)
    """Names that the indicator may have, without unit; never its identifier, which changes."""


class NbsData(_Strict):
    """What is asked of the data interface of the national statistics site (PAGE_FORMATS section 4)."""

    base: Address
    """Address of the interface, without a slash at its end."""
    database: int = Field(ge=1, le=14)
    """The `code` of the database: 6 provinces by year, 8 main cities by year, …"""
    root: Words
    """Name of the database: a code that answers with another is refused."""
    regions: Words | None = None
    """Name of the list of regions; needed where the interface has several."""
    only: list[Words] = []
    """Regions of that list that are asked for; without any, all."""
    years: Years
    identifier_days: int = Field(default=30, ge=1, le=366)
    """After so many days the catalogue of the interface is read anew; before, its archived answers serve."""
    max_nodes: int = Field(default=600, ge=1, le=5000)
    """Most nodes that are looked through for one indicator."""
    series: list[NbsSeries] = Field(min_length=1)

    def questions(self) -> list[Question]:
        """What is asked, one indicator each, in the order of the file."""
        return [
            Question(
                endpoint=f"{self.base}{ENDPOINT}",
                path=(self.root, *series.path),
                names=tuple(series.names),
                regions=self.regions,
                only=tuple(self.only),
                first=self.years.first,
                last=self.years.last,
            )
            for series in self.series
        ]


FILE_LINK = r"(?i)\.(?:xlsx?|csv|pdf|zip|json|xml)(?:[?&#]|$)|/module/download/down(?:file)?\.jsp\?"
"""Addresses of files: by their ending, and those of the download page of the publishing system (PAGE_FORMATS 2)."""


class Attachments(_Strict):
    """Files that the pages of a source link to; they are visited after their page, by the same rules."""

    link_pattern: Pattern = FILE_LINK
    """Regular expression that is searched for in the absolute address of a link."""
    title_pattern: Pattern | None = None
    """Regular expression that is searched for in the text of a link, where the address alone does not tell."""
    max_links: int = Field(default=20, ge=1, le=200)
    """Most files that are taken from one page, in page order."""


class DataApi(_Strict):
    """An interface that gives rows page by page to those who have a token (PAGE_FORMATS section 7)."""

    addresses: list[Address] = []
    """The interface of each data set, without parameters."""
    size_parameter: Words
    """Name of the parameter that says how many rows are wanted."""
    page_parameter: Words
    """Name of the parameter that says which page is wanted, from 1."""
    rows: int = Field(default=500, ge=1, le=5000)
    max_pages: int = Field(default=20, ge=1, le=1000)
    """Most pages of one data set."""
    token_parameter: Words
    token_variable: str = Field(pattern=r"^ZHIBIAO_TOKEN_[A-Z0-9_]+$")
    """Environment variable with the operator's own token. The token itself stands in no file."""
    calls_per_day: int = Field(ge=1, le=100_000)
    """Requests a day (Asia/Shanghai) that the token is good for."""

    def page(self, address: str, number: int) -> str:
        """Address of one page, by which its capture goes; the token is no part of it."""
        joint = "&" if urlsplit(address).query else "?"
        return f"{address}{joint}{self.size_parameter}={self.rows}&{self.page_parameter}={number}"


class Politeness(_Strict):
    """How a source's hosts are treated. The rate and the concurrency hold for all processes of a home together."""

    requests_per_second: float = Field(default=0.5, gt=0, le=50)
    concurrency: int = Field(default=1, ge=1, le=4)
    timeout_seconds: float = Field(default=20.0, gt=0, le=120)
    """Longest wait for a connection, and for each piece of an answer."""
    deadline_seconds: float = Field(default=60.0, gt=0, le=600)
    """Longest time for one whole answer, however steadily it drips."""
    max_bytes: int = Field(default=10_000_000, ge=1000, le=200_000_000)
    max_attempts: int = Field(default=3, ge=1, le=5)
    backoff_seconds: float = Field(default=1.0, ge=0, le=60)
    """Wait before the second attempt; three times as long before each further one."""
    max_addresses: int = Field(default=200, ge=1, le=5000)
    """Most requests in one run; what is left stays due."""
    max_seconds: float = Field(default=1200.0, gt=0, le=7200)
    """Longest time of one run."""
    allow_hosts: list[Host] = []
    """Other hosts to which links and redirects may lead."""
    allow_private_addresses: bool = False
    """Whether the host may lie on this machine or in a private network (a local server for trials)."""


class Source(_Strict):
    """One family of pages from one publisher."""

    source_id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,60}$")
    publisher_zh: Words
    publisher_en: Words
    title_zh: Words
    title_en: Words
    addresses: list[Address] = []
    """Pages to visit. A source that names neither pages nor lists nor an interface is only imported."""
    address_template: Template | None = None
    """Addresses made of `{year}` and the names in `parts`."""
    years: Years | None = None
    parts: dict[str, list[str]] = {}
    """Values of the placeholders other than `{year}`."""
    discovery: Discovery | None = None
    nbs_data: NbsData | None = None
    """Figures asked of the data interface of the national statistics site."""
    attachments: Attachments | None = None
    """Which files beside the pages are wanted; without it none are."""
    data_api: DataApi | None = None
    """Rows asked of an interface with a token of the operator."""
    url_patterns: list[Pattern] = []
    """Regular expressions, searched for in an address: pages of this source that are not visited by themselves."""
    shared_addresses: list[Address] = []
    """Addresses of many different answers (a query page): imported ones are told apart by their file names."""
    cadence: Cadence
    politeness: Politeness = Politeness()
    parser: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    """Name of the parser; without one it is chosen by the content."""
    region_scope: Annotated[str, BeforeValidator(code_text), Field(pattern=r"^(country|[1-9][0-9]{5})$")]
    """Region that the pages cover: a 6-digit code, or `country`."""
    publisher_rank: int = Field(ge=1, le=9)
    """1: who makes the figures; 2: another office that publishes them; 3: a collection that copies them; 4: news."""
    is_official: bool
    licence_note: Words
    freshness_limit_days: int = Field(ge=1, le=4000)
    """Age of the newest figure's own date beyond which the source counts as stale."""
    freshness_red_days: int | None = Field(default=None, ge=1, le=20_000)
    """Age beyond which that is urgent; without it a multiple of the limit, the same for all sources."""
    minimum_records: int = Field(ge=0, le=100_000)
    """Fewest records of one whole page."""
    may_be_empty: bool = False
    """True where a page of this source may hold no figure."""
    note: str | None = None

    @property
    def is_imported_only(self) -> bool:
        """True where no live address is known: files of this source come by hand."""
        return not (self.addresses or self.address_template or self.discovery or self.nbs_data or self.interfaces)

    @property
    def interfaces(self) -> list[str]:
        """Addresses of the first page of each data set that is asked of an interface."""
        api = self.data_api
        return [api.page(address, 1) for address in api.addresses] if api else []

    def pages(self, today: date) -> list[str]:
        """Addresses to visit, those made by the template and of questions included, each once."""
        made = self._fill(self.address_template, today) if self.address_template else []
        asked = [question.address for question in self.nbs_data.questions()] if self.nbs_data else []
        return list(dict.fromkeys([*self.addresses, *made, *asked]))

    def asked(self, today: date) -> list[str]:
        """All addresses by which the source is due: lists, pages, and the first page of each interface."""
        return [*self.list_pages(today), *self.pages(today), *self.interfaces]

    def list_pages(self, today: date) -> list[str]:
        """First pages of the lists to visit for the links of this source."""
        return list(self.walks(today))

    def walks(self, today: date) -> dict[str, list[str]]:
        """The lists to visit: address of the first page, by which a list is due → the addresses of all its pages."""
        found = self.discovery
        if found is None:
            return {}
        if found.jpage is not None:
            lists = [[found.jpage.page(c, n) for n in range(1, found.pages + 1)] for c in found.jpage.columns]
        else:
            lists = [pages_of_list(found, filled) for filled in self._fill(both_templates(found), today)]
        return {pages[0]: pages for pages in lists}

    def lists(self, url: str) -> bool:
        """True for an address named in the file."""
        return urldefrag(url).url in (*self.addresses, *self.shared_addresses)

    def makes(self, url: str) -> bool:
        """True for an address that the template makes (of any year)."""
        if not self.address_template:
            return False
        pieces = []
        for literal, name, _, _ in Formatter().parse(self.address_template):
            pieces.append(re.escape(literal))
            if name == "year":
                pieces.append(r"(?:19|20)\d\d")
            elif name:
                pieces.append(f"(?:{'|'.join(re.escape(value) for value in self.parts[name])})")
        return re.fullmatch("".join(pieces), urldefrag(url).url) is not None

    def has_pattern_for(self, url: str) -> bool:
        """True for an address that matches a pattern or would be discovered."""
        patterns = [*self.url_patterns, *([self.discovery.link_pattern] if self.discovery else [])]
        return any(re.search(pattern, urldefrag(url).url) for pattern in patterns)

    def _fill(self, template: str, today: date) -> Iterator[str]:
        names = list(dict.fromkeys(placeholders(template)))
        values = [
            [str(year) for year in self.years.until(today)] if name == "year" and self.years else self.parts[name]
            for name in names
        ]
        for chosen in product(*values):
            yield template.format_map(dict(zip(names, chosen, strict=True)))

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.data_api and self.politeness.max_attempts > 1:
            raise ValueError("data_api counts every request: politeness.max_attempts must be 1")
        if self.source_id in RESERVED:
            raise ValueError(f"source_id {self.source_id} is kept for captures of no source")
        if self.freshness_red_days is not None and self.freshness_red_days < self.freshness_limit_days:
            raise ValueError(f"freshness_red_days must be at least freshness_limit_days ({self.freshness_limit_days})")
        templates = {
            "address_template": self.address_template,
            "discovery.list_page": self.discovery and self.discovery.list_page,
        }
        for field, template in templates.items():
            for name in placeholders(template) if template else []:
                if name == "year" and self.years is None:
                    raise ValueError(f"{field} has {{year}}, so the field years is needed (first, last)")
                if name != "year" and not self.parts.get(name):
                    raise ValueError(
                        f"{field} has {{{name}}}; allowed: year, {', '.join(self.parts) or '(no parts given)'}"
                    )
        return self

"""From one page to the catalog entry of its source: what was read, what follows from it, and what is only supposed.

Flow: the page is recognised and read as in a refresh → its figures say parser, region, cadence and how many there are →
address and page say publisher, title and pattern. A page that no parser reads may be a list of such pages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scrapers.decoding import decode
from scrapers.new_source.addresses import is_official_host, pattern_of, source_id_of
from scrapers.new_source.lists import ListFound, list_on
from scrapers.new_source.publisher import publisher_on
from scrapers.page_reading import read_page
from scrapers.parse import first_failure
from scrapers.records import Page, Parsed, PeriodKind, Record, Refusal, Verdict
from scrapers.register.regions import find_region, parent_code
from scrapers.register.visits import is_address
from scrapers.source_model import Cadence, Source
from scrapers.tables.labels import subject_of

_LIMITS = {Cadence.MONTHLY: 120, Cadence.QUARTERLY: 220, Cadence.YEARLY: 760, Cadence.ONCE: 760}
"""Days after which a source of this cadence is stale: the cadence, and the time that offices take to publish."""
_KEPT_SHARE = 2 / 3
"""A page with fewer figures than this share of the first one has lost a part of them."""
_FAMILIES = {
    "cnipa_yearbook": "Tables of the statistical yearbook of the patent office",
    "cnipa_monthly": "Monthly tables of the patent office",
    "prefecture_table": "Monthly tables by prefecture",
    "nbs_export": "Files exported from the national statistics database",
    "nbs_easyquery": "Saved answers of the former national query interface",
    "nbs_data": "Answers of the national data interface",
    "region_table": "Statistical tables",
    "prose": "Statistics stated in articles",
    "plan_document": "Plans",
}


class NotASource(ValueError):  # noqa: N818 - named after what is the case
    """The page is not believed, or neither states figures nor lists pages; the message says why."""


@dataclass
class Proposal:
    """A catalog entry, and what a person should know before using it."""

    fields: dict[str, object]
    """Fields of `Source`, in the order of the file, in YAML types."""
    supposed: dict[str, str] = field(default_factory=dict)
    """Field → why its value is only supposed."""
    believed: list[str] = field(default_factory=list)
    """What the page was taken for and why, in words."""
    records: Sequence[Record] = ()

    def suppose(self, name: str, value: object, why: str) -> None:
        """Set a field whose value does not stand on the page."""
        self.fields[name] = value
        self.supposed[name] = why


def propose(page: Page, catalog: Mapping[str, Source], *, source_id: str | None = None) -> Proposal:
    """The catalog entry for a page's source. Raises `NotASource`. Pure.

    `catalog` lends the publisher of other sources at the same host.
    """
    try:
        parser, parsed = read_page(page)
    except Refusal as refusal:
        listed = _list(page)
        if listed is None:
            raise NotASource(f"refused as {refusal.code}: {refusal}; it lists no pages either") from refusal
        return _list_proposal(page, listed, catalog, source_id)
    if parsed.verdict is Verdict.QUARANTINED:
        raise NotASource(f"refused as {parsed.reason}: {first_failure(parsed) or 'no further word'}")
    if not parsed.records and parsed.document is None:
        if (listed := _list(page)) is not None:
            return _list_proposal(page, listed, catalog, source_id)
        raise NotASource("the page states no figure and lists no pages")
    made = _begin(page, catalog, source_id, title=_title(page, parsed), family=_FAMILIES.get(parser.name, "Pages"))
    made.records = parsed.records
    made.believed.append(f"read by {parser.name} {parser.version}: {len(parsed.records)} figures, {parsed.verdict}")
    if parsed.verdict is not Verdict.ACCEPTED:
        made.believed.append(f"{parsed.reason}: {first_failure(parsed) or 'no further word'}")
    _add_addresses(made, page)
    _add_cadence(made, parsed)
    made.fields["parser"] = parser.name
    _add_region(made, page, parsed.records)
    _add_rank(made, page, catalog, is_prose=parser.name == "prose")
    _add_minimum(made, parsed, has_tables=any(record.table_no for record in parsed.records))
    return made


# --- the parts of an entry --------------------------------------------------------------------------------------------


def _begin(page: Page, catalog: Mapping[str, Source], source_id: str | None, *, title: str, family: str) -> Proposal:
    made = Proposal({"source_id": source_id or source_id_of(page.url, title)})
    host = urlsplit(page.url).hostname or ""
    neighbour = _at_host(catalog, host)
    found = publisher_on(page)
    if neighbour is not None:
        made.fields |= {"publisher_zh": neighbour.publisher_zh, "publisher_en": neighbour.publisher_en}
        made.believed.append(f"publisher as of {neighbour.source_id}, which is at the same host")
    else:
        if found:
            made.fields["publisher_zh"] = found
        else:
            made.suppose("publisher_zh", host or "未注明", "the page does not name its publisher")
        made.suppose("publisher_en", host or "not stated", "the page has no English name of its publisher")
    made.fields["title_zh"] = title
    made.suppose("title_en", f"{family}, {host or 'files saved by hand'}", "made from the family and the host")
    return made


def _add_addresses(made: Proposal, page: Page) -> None:
    if not is_address(page.url):
        made.believed.append("the page has no address: files of this source come by hand (zhibiao import --source)")
        return
    made.fields["addresses"] = [page.url]
    made.suppose("url_patterns", [pattern_of(page.url)], "numbers of the address generalised")


def _add_cadence(made: Proposal, parsed: Parsed) -> None:
    if parsed.document is not None:
        cadence, why = Cadence.MONTHLY, "plans are looked at for changes"
    else:
        cadence, why = _cadence(parsed.records)
    made.suppose("cadence", str(cadence), why)


def _cadence(records: Iterable[Record]) -> tuple[Cadence, str]:
    """How often such pages come, from the periods that their figures speak of."""
    kinds = Counter(record.period_kind for record in records if record.period_kind)
    if kinds[PeriodKind.QUARTER]:
        return Cadence.QUARTERLY, "the page has figures of quarters"
    if kinds[PeriodKind.MONTH] or kinds[PeriodKind.YEAR_TO_DATE]:
        return Cadence.MONTHLY, "the page has figures of months"
    if kinds[PeriodKind.POINT_IN_TIME] and not kinds[PeriodKind.YEAR]:
        ends = {r.period[5:7] for r in records if r.period and r.period_kind is PeriodKind.POINT_IN_TIME}
        if ends - {"12", ""}:
            return Cadence.MONTHLY, "the page has the state at the end of a month"
    return Cadence.YEARLY, "the page has figures of years"


def _add_region(made: Proposal, page: Page, records: Sequence[Record]) -> None:
    regions = [record.region_label for record in records if record.region_label]
    table_regions = list(dict.fromkeys(r.region_label for r in records if r.table_no and r.region_label))
    heading = str(made.fields["title_zh"])
    named = find_region(page.knowledge.title or heading, str(made.fields["publisher_zh"]), None)
    parent = parent_code(table_regions) if len(table_regions) > 3 else None
    if parent == "100000" or (regions and set(regions) == {"全国"}):
        made.fields["region_scope"] = "country"
    elif parent is not None:
        made.fields["region_scope"] = parent
    elif named.code and named.code != "100000":
        made.fields["region_scope"] = named.code
        made.believed.append(f"region {named.code}: {named.why}")
    else:
        made.suppose("region_scope", "country", f"no region is certain: {named.why}")


def _add_rank(made: Proposal, page: Page, catalog: Mapping[str, Source], *, is_prose: bool) -> None:
    host = urlsplit(page.url).hostname or ""
    neighbour = _at_host(catalog, host)
    if neighbour is not None:
        made.fields |= {"publisher_rank": neighbour.publisher_rank, "is_official": neighbour.is_official}
    elif is_official_host(host):
        why = "an office publishes it; 1 only where it also makes the figures"
        made.suppose("publisher_rank", 2, why)
        made.fields["is_official"] = True
    else:
        why = "no host of the government: news" if is_prose else "no host of the government: a copy"
        made.suppose("publisher_rank", 4 if is_prose else 3, why)
        made.fields["is_official"] = False
    made.suppose("licence_note", "To be checked; the program does not read terms of use.", "not read from the page")
    made.suppose("freshness_limit_days", _LIMITS[Cadence(str(made.fields["cadence"]))], "from the cadence")


def _add_minimum(made: Proposal, parsed: Parsed, *, has_tables: bool) -> None:
    if parsed.document is not None:
        made.fields |= {"minimum_records": 0, "may_be_empty": True}
    elif has_tables:
        least = max(1, int(len(parsed.records) * _KEPT_SHARE))
        made.suppose("minimum_records", least, f"two thirds of the {len(parsed.records)} figures of this page")
    else:
        made.fields |= {"minimum_records": 1}
        made.suppose("may_be_empty", True, "an article may state no figure")


def _list_proposal(page: Page, found: ListFound, catalog: Mapping[str, Source], source_id: str | None) -> Proposal:
    made = _begin(page, catalog, source_id, title=found.title or "列表页所列的网页", family="Pages of a list")
    if found.jpage:
        made.believed.append(f"a column of a site that fills its lists by a script: {found.jpage}")
        discovery: dict[str, object] = {"jpage": found.jpage}
    else:
        made.believed.append(f"a list of {len(found.links)} pages, such as {found.links[0]}")
        discovery = {"list_page": page.url}
    if found.more_pages:
        discovery |= {"more_pages": found.more_pages, "first_more": found.first_more}
        made.believed.append(f"it goes on at {found.more_pages.replace('{page}', str(found.first_more))}")
    discovery |= {"link_pattern": found.link_pattern}
    discovery |= {} if found.more_pages or found.jpage else {"max_links": max(20, len(found.links))}
    why = "column, unit and name stand on the page, its answers" if found.jpage else "numbers of the links generalised"
    made.suppose("discovery", discovery, f"{why}{' were not seen' if found.jpage else ''}; title_pattern can narrow it")
    made.suppose("cadence", str(Cadence.MONTHLY), "a list says nothing of it")
    _add_region(made, page, [])
    _add_rank(made, page, catalog, is_prose=False)
    made.suppose("minimum_records", 0, "the pages behind the list were not read")
    made.suppose("may_be_empty", True, "the pages behind the list were not read")
    return made


def _list(page: Page) -> ListFound | None:
    if not is_address(page.url):
        return None
    try:
        text = decode(page.body, page.knowledge.charset).text
    except Refusal:
        return None
    return list_on(text, page.url)


def _at_host(catalog: Mapping[str, Source], host: str) -> Source | None:
    """The best-ranked source with an address at a host."""
    at_host = [
        source
        for source in catalog.values()
        if host and any(urlsplit(url).hostname == host for url in [*source.addresses, *source.shared_addresses])
    ]
    return min(at_host, key=lambda source: (source.publisher_rank, source.source_id), default=None)


def _title(page: Page, parsed: Parsed) -> str:
    """What pages of the source have in common: the subject of the first table, else the title without its period."""
    titles = [record.table_title for record in parsed.records if record.table_title]
    document = parsed.document
    known = page.knowledge.title or (titles[0] if titles else None)
    if isinstance(document, dict):
        return str(document["title"] or known or "规划")
    subject = subject_of(known) if known else None
    return re.sub(r"\s+", " ", subject or known or "未注明标题").strip()

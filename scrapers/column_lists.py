"""Reads the answer of the list endpoint of the jpage publishing system: records of links in XML (PAGE_FORMATS 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html.entities import name2codepoint
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from lxml import etree

from scrapers.discovery_model import Discovery
from scrapers.fetch import host_of
from scrapers.isolation import isolated
from scrapers.links import Link, fits, link_of
from scrapers.records import Refusal

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_END = re.compile(r"</\s*recordset\s*>|<\s*recordset\b[^>]*/>", re.IGNORECASE)
_NAMED = re.compile(r"&(\w{2,8});")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class ColumnList:
    """One page of a column's list."""

    records: int
    """Records on this page, those that do not fit included."""
    total_records: int | None
    """Records of the whole list, as far as it says."""
    total_pages: int | None
    links: tuple[Link, ...]
    """The links that fit, in page order, each address once."""


@isolated
def read_column_list(answer: str, page: str, wanted: Discovery, allow_hosts: Iterable[str] = ()) -> ColumnList:
    """The list of an answer of the endpoint at the address `page`.

    Links to the host of `page` get its scheme, since these lists mix http and https. Pure. Raises Refusal: `no_list`
    for anything else than such an answer, `list_cut_off`, `list_contradicts` where it counts records and has none.
    """
    root = _tree(answer)
    records = [element for element in root.iter() if _name(element) == "record"]
    total = _number(root, "totalrecord")
    if total and not records and _number(root, "totalpage"):
        raise Refusal("list_contradicts", f"the list says that it has {total} records, and the answer holds none")
    hosts = {host_of(page), *allow_hosts}
    found: dict[str, Link] = {}
    for record in records:
        for link in _links(_markup(record), page, hosts):
            known = found.get(link.address)
            if known is None or len(link.words) > len(known.words):  # a picture and its heading link to one article
                found[link.address] = link
    links = tuple(link for link in found.values() if fits(link, wanted))
    return ColumnList(len(records), total, _number(root, "totalpage"), links)


def _tree(answer: str) -> etree._Element:
    bare = _DECLARATION.sub("", answer.lstrip("\ufeff"))
    if _DOCTYPE.search(bare[:500]) or "<recordset" not in bare.lower():
        raise Refusal("no_list", f"the answer is no list of records; it begins {' '.join(bare.split())[:60]!r}")
    if not _END.search(bare):
        raise Refusal("list_cut_off", "the list of records breaks off")
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, encoding="utf-8")
    root = etree.fromstring(_NAMED.sub(_numbered, bare).strip().encode(), parser)
    if root is None:
        raise Refusal("no_list", "the answer cannot be read as XML")
    return root


def _numbered(entity: re.Match[str]) -> str:
    """An entity of HTML by its number, which XML knows too; those of XML itself stay."""
    code = None if entity[1] in {"lt", "gt", "amp", "quot", "apos"} else name2codepoint.get(entity[1])
    return entity[0] if code is None else f"&#{code};"


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _number(root: etree._Element, name: str) -> int | None:
    for element in root.iter():
        if _name(element) == name:
            text = "".join(str(part) for part in element.itertext()).strip()
            return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
    return None


def _markup(record: etree._Element) -> str:
    """The HTML of a record: in CDATA, escaped, or as elements of the answer itself."""
    inner = "".join(etree.tostring(child, encoding="unicode", method="html") for child in record)
    return (record.text or "") + inner


def _links(html: str, page: str, hosts: set[str]) -> list[Link]:
    soup = BeautifulSoup(html, "lxml")
    tags = [tag for tag in soup.find_all("a", href=True) if isinstance(tag, Tag)]
    links = [link for tag in tags if (link := link_of(tag, page, hosts)) is not None]
    for tag in tags:
        tag.extract()  # a title may hold a date of its own
    day = _day(soup.get_text(" "))
    return [link._replace(address=_scheme_of(page, link.address), published_on=day) for link in links]


def _scheme_of(page: str, address: str) -> str:
    if host_of(page) != host_of(address):
        return address
    return urlsplit(address)._replace(scheme=urlsplit(page).scheme).geturl()


def _day(text: str) -> date | None:
    """The one day that is printed; None where there is none, or several."""
    days = set()
    for year, month, day in _DAY.findall(text):
        try:
            days.add(date(int(year), int(month), int(day)))
        except ValueError:
            return None
    return days.pop() if len(days) == 1 else None

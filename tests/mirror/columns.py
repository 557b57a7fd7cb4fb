"""Plays the list endpoint of the jpage publishing system: records of links in XML (PAGE_FORMATS section 2)."""

from __future__ import annotations

from collections.abc import Sequence

from scrapers.discovery_model import JpageColumns
from tests.mirror.server import Mirror

Entry = tuple[str, str, str]
"""Address, title and printed day of an article."""


def record(entry: Entry) -> str:
    """One record as the site writes it."""
    address, title, day = entry
    link = f'<a href="{address}" title="{title}" target="_blank">{title}</a>'
    return f"<record><![CDATA[\n<li>{link}<span>{day}</span></li>]]></record>"


def answer(records: Sequence[str], total_records: int | None = None, total_pages: int = 1) -> str:
    """The endpoint's answer for one page."""
    count = len(records) if total_records is None else total_records
    return (
        f"<?xml version='1.0' encoding='utf-8'?><datastore><totalrecord>{count}</totalrecord>"
        f"<totalpage>{total_pages}</totalpage><recordset>{''.join(records)}</recordset></datastore>"
    )


def columns_of(site: Mirror, *columns: int) -> JpageColumns:
    """What a catalog file says of columns of the mirror."""
    return JpageColumns(site=site.url("/"), columns=list(columns), unit=669, web_name="国家知识产权局")


def column(site: Mirror, number: int, pages: Sequence[Sequence[Entry]]) -> None:
    """Serve the list of a column, a list of entries for each page."""
    total = sum(len(page) for page in pages)
    for page_number, entries in enumerate(pages, 1):
        text = answer([record(entry) for entry in entries], total, len(pages))
        serve(site, number, page_number, text)


def serve(site: Mirror, number: int, page: int, text: str) -> None:
    """Serve any answer for one page of a column."""
    path = columns_of(site, number).page(number, page).removeprefix(site.url(""))
    site.page(path, text, content_type="text/xml; charset=utf-8")

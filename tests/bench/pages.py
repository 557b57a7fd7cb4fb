"""The pages that the parsers are measured on, by family: the archive of real pages, else the shipped ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scrapers.index_rows import INDEX, read_index
from scrapers.parse import parse_page
from scrapers.records import Page, Refusal

REPOSITORY = Path(__file__).parent.parent.parent

FAMILIES = (
    ("CNIPA yearbook", r"cnipa_\d{4}_.*\.html?$"),
    ("CNIPA monthly", r"cnipa_(zh|en)_m_.*\.html?$"),
    ("Trademark Office", r"tm_.*\.html?$"),
    ("NBS JSON", r"nbs_.*\.json$"),
    ("NBS CSV", r"nbs_.*\.csv$"),
    ("NBS XLS", r"nbs_.*\.xlsx?$"),
    ("other CSV", r"\.csv$"),
    ("other XLS", r"\.xlsx?$"),
    ("other JSON", r"\.json$"),
    ("PDF", r"\.pdf$"),
)
"""Families by the names of the files; other pages are prose or provincial tables, as their parser says."""
TABLES, ARTICLES, PROSE = "provincial and county", "articles with tables", "prose"


def families() -> dict[str, list[Page]]:
    """The pages of each family, in the order above."""
    found: dict[str, list[Page]] = {name: [] for name, _ in (*FAMILIES, (TABLES, ""), (ARTICLES, ""), (PROSE, ""))}
    for name, page in _pages():
        found[_family(name, page)].append(page)
    return {name: pages for name, pages in found.items() if pages}


def _pages() -> Iterator[tuple[str, Page]]:
    real = REPOSITORY.parent / "shared" / "archive" / "stats"
    folder = real if real.is_dir() else REPOSITORY / "scrapers" / "starter"
    for row in read_index(folder / INDEX):
        yield row.file, Page(body=(folder / row.file).read_bytes(), url=row.url, knowledge=row.knowledge)


def _family(name: str, page: Page) -> str:
    for family, pattern in FAMILIES:
        if re.search(pattern, name):
            return family
    has_table = page.body.count(b"<tr") > 5
    try:
        is_prose = parse_page(page)[0].name == "prose"
    except Refusal:
        is_prose = not has_table
    return TABLES if not is_prose else ARTICLES if has_table else PROSE

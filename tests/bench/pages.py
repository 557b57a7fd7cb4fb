"""The pages that the parsers are measured on, by family: the archive of real pages, else the shipped ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scrapers.index_rows import INDEX, read_index
from scrapers.page_reading import parse_page
from scrapers.records import Page, Refusal
from scrapers.sources import load_catalog

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


Sample = tuple[Page, str | None]
"""A page and the parser that its source declares, if any."""


def families() -> dict[str, list[Sample]]:
    """The pages of each family, in the order above."""
    found: dict[str, list[Sample]] = {name: [] for name, _ in (*FAMILIES, (TABLES, ""), (ARTICLES, ""), (PROSE, ""))}
    for name, sample in _samples():
        found[_family(name, sample)].append(sample)
    return {name: pages for name, pages in found.items() if pages}


def _samples() -> Iterator[tuple[str, Sample]]:
    real = REPOSITORY.parent / "shared" / "archive" / "stats"
    folder = real if real.is_dir() else REPOSITORY / "scrapers" / "starter"
    catalog = load_catalog()
    for row in read_index(folder / INDEX):
        declared = catalog[row.source_id].parser if row.source_id in catalog else None
        yield row.file, (Page(body=(folder / row.file).read_bytes(), url=row.url, knowledge=row.knowledge), declared)


def _family(name: str, sample: Sample) -> str:
    for family, pattern in FAMILIES:
        if re.search(pattern, name):
            return family
    has_table = sample[0].body.count(b"<tr") > 5
    try:
        is_prose = parse_page(*sample)[0].name == "prose"
    except Refusal:
        is_prose = not has_table
    return TABLES if not is_prose else ARTICLES if has_table else PROSE

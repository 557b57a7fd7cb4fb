"""Pages for the tests of tables: real ones from the archive with what its index knows, and small ones made up."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

from scrapers.captures import Knowledge
from scrapers.records import Page, Parsed, Record

GOLDEN = Path(__file__).parent / "golden"


@cache
def index(folder: Path) -> dict[str, dict[str, str]]:
    """Rows of the archive's index of statistics by slug."""
    with (folder / "stats" / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["slug"]: row for row in csv.DictReader(file)}


def archive_page(folder: Path, slug: str) -> Page:
    """A page of the archive as the import hands it to a parser."""
    row = index(folder)[slug]
    knowledge = Knowledge(
        content_type=row["content_type"],
        title=row["title"] or None,
        publisher=row["publisher"] or None,
        period=row["period"] or None,
        truncated={"yes": True, "no": False}.get(row["truncated"]),
    )
    return Page((folder / "stats" / row["file"]).read_bytes(), row["url"], knowledge)


def golden(name: str) -> list[dict[str, str]]:
    """Rows of a file in `golden/`."""
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def html_page(body: str, *, title: str = "", url: str = "", **knowledge: str | bool | date) -> Page:
    """A page of HTML made up for a test."""
    text = f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
    return Page(text.encode(), url, Knowledge(**knowledge))  # type: ignore[arg-type]


def table(*rows: str | list[object]) -> str:
    """An HTML table; a row is ready markup or a list of cell texts."""
    lines = [
        row if isinstance(row, str) else "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows
    ]
    return "<table>" + "".join(lines) + "</table>"


def cells(parsed: Parsed) -> dict[tuple[str | None, str, str | None], Record]:
    """Records by region, measure and period, percentage rows left out."""
    return {(r.region_label, r.measure_label, r.period): r for r in parsed.records if not r.is_percentage_row}

"""Issues of a monthly table at an address each, as they come into a home, and the nights that judge them."""

from __future__ import annotations

from table_pages import html_page, table

from scrapers.archive import Archive
from scrapers.captures import Capture, Knowledge, Origin
from scrapers.home import Home
from scrapers.parse import ParseOutcome, parse_captures, pending
from scrapers.quarantine import deciding
from scrapers.quarantine.listing import find
from scrapers.sources import load_catalog

SOURCE = "hunan_patent_monthly"
CATALOG = {SOURCE: load_catalog()[SOURCE].model_copy(update={"minimum_records": 5})}
FOLDER = "https://amr.hunan.gov.cn/amr/sjx/tjfxx"
HEADERS = ["地 区", "合计", "职务", "非职务"]
SWAPPED = ["地 区", "合计", "非职务", "职务"]


def issue(month: int, headers: list[str] | None = None, *, cities: int = 3, unit: str = "", factor: int = 1) -> str:
    """A monthly table of a province whose figures agree with themselves."""
    rows = [[f"第{n}市", 14 * month * n * factor, 10 * month * n * factor, 4 * month * n * factor]
            for n in range(1, cities + 1)]  # fmt: skip
    total = ["全省", *[sum(int(row[place]) for row in rows) for place in (1, 2, 3)]]
    said = f"<h1>2023年{month}月湖南省专利授权量统计表</h1>" + (f"<p>单位:{unit}</p>" if unit else "")
    return said + table(headers or HEADERS, total, *rows)


def add(
    home: Home, body: bytes | str, url: str, *, run: str = "r1", origin: Origin = Origin.FETCHED, source: str = SOURCE
) -> Capture:
    content = html_page(body).body if isinstance(body, str) else body
    attempt = Archive(home).add(
        source_id=source,
        url=url,
        body=content,
        origin=origin,
        knowledge=Knowledge(content_type="text/html"),
        run_id=run,
    )
    assert attempt.capture is not None
    return attempt.capture


def address(month: int) -> str:
    return f"{FOLDER}/2023{month:02}/t{month}.html"


def judged(home: Home) -> list[ParseOutcome]:
    """A night's parsing: what waits is judged; the outcome of every capture, in the order of arrival."""
    parse_captures(home, pending(home, CATALOG), CATALOG)
    ids = [capture.capture_id for capture in Archive(home).captures()]
    return parse_captures(home, ids, CATALOG)


def verdicts(home: Home) -> list[str]:
    return [f"{outcome.verdict} {outcome.reason or ''}".strip() for outcome in judged(home)]


def decide(home: Home, way: str, capture: Capture, by: str = "Wang", reason: str = "looked at it") -> None:
    shelf, entry = find(home, CATALOG, capture.capture_id)
    getattr(deciding, way)(shelf, entry, by, reason)

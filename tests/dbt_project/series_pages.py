"""Invented pages of one office revised, misdated, contradictory, totals that grow within a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from raw_pages import RawPages, figure

from scrapers.records import PeriodKind

CITIES = ("长沙市", "株洲市", "湘潭市", "衡阳市", "邵阳市", "岳阳市")
TO_DATE, MONTH = PeriodKind.YEAR_TO_DATE, PeriodKind.MONTH


def series_pages(pages: RawPages) -> None:
    """All of them; the names are used by test_series.py."""
    pages.source("province_monthly", rank=1, scope="430000")
    pages.source("trademark_office", rank=1, scope="country")
    pages.source("city_yearbook", rank=1, scope="430000")
    _months(pages)
    _quarters(pages)
    _years(pages)
    _stocks(pages)


def _issue(pages: RawPages, name: str, period: str, kind: PeriodKind, values: Sequence[int], **more: Any) -> None:
    measure = more.pop("measure", "发明专利授权量")
    source_id = more.pop("source_id", "province_monthly")
    growth = more.pop("growth", ())
    title = more.pop("title", "发明专利授权量")
    cells: dict[str, Any] = {"title": title, "period": period, "kind": kind}
    cells |= {"unit": more.pop("unit")} if "unit" in more else {}
    rows = [
        figure(n, 2, city, measure, str(value), **cells)
        for n, (city, value) in enumerate(zip(CITIES, values, strict=False), 2)
    ]
    for n, (city, rate) in enumerate(zip(CITIES, growth, strict=False), 2):
        rows.append(figure(n, 3, city, f"{measure} / 同比增长", rate, **{**cells, "unit": "%"}))
    url = f"https://www.example.gov.cn/{source_id}/{name}.html"
    pages.page(name, rows, source_id=source_id, url=url, **more)


def _months(pages: RawPages) -> None:
    """January to March and to February as they should be; "January to April" holds the figures of April alone."""
    _issue(pages, "to_february", "2022-01..2022-02", TO_DATE, [400, 200, 100, 80, 60, 50])
    _issue(pages, "to_march", "2022-01..2022-03", TO_DATE, [700, 350, 170, 140, 100, 90])
    _issue(pages, "to_april", "2022-01..2022-04", TO_DATE, [250, 120, 60, 45, 40, 30])
    _issue(pages, "april", "2022-04", MONTH, [250, 120, 60, 45, 40, 30])


def _quarters(pages: RawPages) -> None:
    """Trademarks are printed as they grow in their year; one total falls by one; one quarter is published as such."""
    more = {"source_id": "trademark_office", "measure": "申请件数", "title": "各省、自治区、直辖市商标注册统计"}
    _issue(
        pages,
        "tm_q1",
        "2023-12-16..2024-03-15",
        TO_DATE,
        [1000, 500, 250, 210, 150, 90],
        published_on=date(2024, 4, 10),
        **more,
    )
    _issue(
        pages,
        "tm_h1",
        "2023-12-16..2024-06-15",
        TO_DATE,
        [2100, 499, 520, 430, 310, 190],
        published_on=date(2024, 6, 20),
        **more,
    )
    news = figure(
        1, 1, "长沙市", "商标申请量", "1097", table=0, period="2024-03-16..2024-06-15", kind=PeriodKind.QUARTER
    )
    pages.page("tm_news", [news], url="https://news.example.com/tm", published_on=date(2024, 6, 20))


def _years(pages: RawPages) -> None:
    """Two yearbooks that both print 2020, revised; and one whose printed growth does not follow from the one before."""
    more = {"source_id": "city_yearbook", "measure": "外观设计专利授权量", "title": "外观设计专利授权量"}
    year = PeriodKind.YEAR
    _issue(pages, "yearbook_2020", "2020", year, [100, 200, 300], published_on=date(2021, 6, 1), **more)
    _issue(pages, "yearbook_2021", "2020", year, [105, 200, 300], published_on=date(2022, 6, 1), **more)
    more |= {"measure": "实用新型专利授权量", "title": "实用新型专利授权量"}
    _issue(pages, "models_2020", "2020", year, [100, 200, 300, 400], published_on=date(2021, 6, 1), **more)
    growth = ["10", "80", "-70", "95"]
    more["fetched_at"] = datetime(2024, 5, 2, tzinfo=UTC)
    _issue(
        pages, "models_2021", "2021", year, [110, 220, 330, 440], growth=growth, published_on=date(2022, 6, 1), **more
    )


def _stocks(pages: RawPages) -> None:
    """Patents in force at the end of two months; then last month's table under this month's title, and 万件 for 件."""
    pages.source("province_stocks", rank=1, scope="430000")
    more = {"source_id": "province_stocks", "measure": "有效发明专利", "title": "有效发明专利"}
    stock = PeriodKind.POINT_IN_TIME
    _issue(pages, "end_of_april", "2021-04", stock, [4000, 2000, 1000, 800, 600, 500], **more)
    _issue(pages, "end_of_may", "2021-05", stock, [4100, 2040, 1030, 810, 620, 530], **more)
    more["fetched_at"] = datetime(2024, 5, 2, tzinfo=UTC)
    _issue(pages, "end_of_june", "2021-06", stock, [4100, 2040, 1030, 810, 620, 530], **more)
    _issue(pages, "end_of_july", "2021-07", stock, [4200, 2080, 1050, 830, 640, 560], unit="万件", **more)

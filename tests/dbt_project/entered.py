"""Entries by hand for the build of this folder: evidence of tasks in the home, figures among the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from raw_pages import RawPages

from scrapers.archive import Archive
from scrapers.captures import HAND_ENTERED
from scrapers.entry import evidence, figures
from scrapers.entry.proof import source_of
from scrapers.home import Home

REPORT = source_of("https://www.example.gov.cn/report.html", None)
TODAY = date(2024, 6, 1)


def entered_evidence(home: Home) -> None:
    """One task done on time, one of which only a later page tells."""
    for target_id, on, published in (
        ("sichuan-2017-m56", date(2017, 1, 9), date(2017, 1, 10)),
        ("langfang-145-m01", date(2024, 5, 1), date(2024, 7, 15)),
    ):
        wanted = evidence.Wanted(target_id, on, REPORT, "Li", published, "seen")
        evidence.add_evidence(home, wanted, today=date(2024, 12, 31), run_id="run")


def entered_figures(home: Home, pages: RawPages) -> None:
    """A figure that nobody publishes, corrected later; one beside a published one; one under a former code."""
    pledge = figures.Wanted("131000", "ip_pledge_financing", "2022", "2.3", "亿元", REPORT, "Li", date(2023, 2, 1))
    grants = replace(pledge, indicator_id="patent_grants", unit="件")
    for wanted in (
        pledge,
        replace(pledge, value="2.5", published=None),
        replace(grants, region_code="430100", period="2021", value="12"),
        replace(grants, region_code="132800", period="1986", value="12"),
    ):
        figures.add_figure(home, wanted, today=TODAY, run_id="run")
    archive = Archive(home)
    for capture in archive.captures():
        pages.read(capture.url, archive.body(capture), source_id=HAND_ENTERED, url=capture.url)

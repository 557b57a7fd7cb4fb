"""One dbt build for all tests of this folder: dbt takes seconds to start, the models hardly any."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import entered
import national_answers
import pytest
from dbt_build import build
from raw_pages import RawPages, figure
from series_pages import series_pages

from scrapers.home import Home
from scrapers.records import PeriodKind
from scrapers.seeds import SEEDS
from tests.sharing import made_once, shared_folder
from tests.warehouse import plans_made
from warehouse import raw, register_rows
from warehouse.load_plans import load_register

ARCHIVE_PAGES = (
    ("hunan_inforce_202011", "prefecture_monthly", "prefecture_table"),
    ("hunan_grants_202308", "prefecture_monthly", "prefecture_table"),
    ("suining_2021_prose", "unlisted", "prose"),
    ("nbs_gdp_provinces_2015_2019", "nbs_exports", "nbs_export"),
    ("nbs_gdp_provinces_no_header", "nbs_exports", "nbs_export"),
)


def invented_pages(pages: RawPages) -> None:
    """Pages that show one behaviour each; the names are used by the tests."""
    pages.source("prefecture_monthly", rank=2, scope="430000", limit_days=120)
    pages.source("national_yearbook", rank=1, scope="country", limit_days=700)
    pages.source("never_seen", rank=1, scope="country")
    pages.source("nbs_exports", rank=1, scope="country")
    table = "2021年国内三种专利授权量"
    pages.page(
        "yearbook",
        [
            figure(2, 2, "全国总计", "合计", "1000", title=table),
            figure(3, 2, "Total", "合计", "100", title=table, unit="%", percentage_row=True),
            figure(4, 2, "湖南", "合计", "600", title=table),
            figure(5, 2, "(广州)", "合计", "90", title=table),
            figure(6, 2, "其他", "合计", "10", title=table),
            figure(7, 2, "湖南", "无人认识的指标", "5", title=table),
            figure(8, 2, "无名之地", "合计", "5", title=table),
            figure(9, 2, "某某镇", "合计", "5", title=table),
            figure(10, 2, "湖北", "合计", "7", title=table, unit="斗"),
            figure(11, 2, "湖北", "合计", "7", title=table, period=None, kind=None),
        ],
        source_id="national_yearbook",
        url="https://www.example.gov.cn/yearbook/2021.html",
        published_on=date(2022, 6, 1),
        findings=["the regions sum to 1,001, printed is 1,000"],
    )
    pages.page(
        "news",
        [
            figure(1, 1, "湖南省", "专利授权量", "0.06", table=0, unit="万件"),
            figure(1, 2, "湖南省", "发明专利授权量", "55", table=0),
        ],
        url="https://news.example.com/1",
        published_on=date(2022, 2, 1),
    )
    pages.page(
        "other_news",
        [figure(1, 1, "湖南省", "专利授权量", "650", table=0)],
        url="https://news.example.com/2",
        published_on=date(2022, 3, 1),
    )
    pages.page("good", [figure(1, 1, "长沙市", "专利授权量", "11", table=0)], url="https://a.example.com/page")
    pages.page("before", [figure(1, 1, "益阳市", "专利授权量", "20", table=0)], url="https://a.example.com/revised")
    pages.page("revised", [figure(1, 1, "益阳市", "专利授权量", "21", table=0)], url="https://a.example.com/revised")
    pages.page("corrupted", [], url="https://a.example.com/page", verdict="quarantined", reason="lost_regions")
    pages.page(
        "contradictory",
        [figure(1, 1, "株洲市", "专利授权量", "12", table=0)],
        url="https://a.example.com/other",
        verdict="contradictory",
        reason="sum_over_regions",
    )
    reread = pages.page("reread", [figure(1, 1, "湘潭市", "专利授权量", "1", table=0)], version="9")
    pages.parse(reread, "unlisted", [figure(1, 1, "湘潭市", "专利授权量", "13", table=0)], version="10")
    pages.page("future", [figure(1, 1, "湘潭市", "专利授权量", "99", table=0)], published_on=date(2024, 7, 1))
    restating_plan(pages)
    series_pages(pages)


def national_figures(pages: RawPages) -> None:
    """The same figures of one province as an export and as the answers of both interfaces give them."""
    pages.source("national_data", rank=1, scope="country", limit_days=700)
    for name, title, body in national_answers.PAGES:
        pages.read(name, body, source_id="national_data", title=title)


def restating_plan(pages: RawPages) -> None:
    """A plan that restates figures of the years before it, and an office that has published one of them before."""
    state = {"table": 0, "period": "2020-12-31", "kind": PeriodKind.POINT_IN_TIME}
    years = {"table": 0, "period": "2016-01..2020-12", "kind": PeriodKind.CUMULATIVE}
    pages.source("plans", rank=1, scope="country")
    pages.page(
        "plan",
        [
            figure(1, 1, "黄石市", "有效发明专利", "300", **state),
            figure(1, 2, "黄石市", "专利授权量", "5000", **years),
            figure(1, 3, "黄石市", "地理标志商标", "3", **years),
            figure(2, 1, "黄石市", "有效注册商标", "900", **state),
            figure(3, 1, "黄石市", "有效注册商标", "950", **state),
            figure(1, 2, "黄石市", "著作权年登记量", "0.7", period="2020", unit="万件", title="主要预期性指标"),
        ],
        source_id="plans",
        parser="plan_document",
        published_on=date(2022, 8, 1),
    )
    pages.page(
        "office",
        [figure(1, 1, "黄石市", "有效发明专利", "310", **state)],
        url="https://www.example.gov.cn/huangshi",
        published_on=date(2021, 3, 1),
    )


def invented_plans(home: Home) -> None:
    """Plans as `zhibiao plan add` leaves them: one whole, one without a period or a region, and their evidence."""
    new = {"indicator_id": "proposed_0000000001", "indicator_zh": "某种无人知道的数量"}
    plans_made.plan(
        home,
        [
            plans_made.target(1),
            plans_made.target(2, **new, unit_zh="家", target_value_si=4, unit_base="家"),
            plans_made.target(3, target_value_si=4, unit_zh="家", unit_base="家"),
            plans_made.target(4),
            plans_made.target(5),
        ],
    )
    undated = {"plan_id": "undated", "target_year": None}
    plans_made.plan(
        home,
        [
            plans_made.target(1, **undated, region_code=None),
            plans_made.target(2, **undated, **new, unit_zh="家", target_value_si=4, unit_base="家"),
        ],
        plan_id="undated", issued_on=None, period_start=None, period_end=None, region_code=None,
    )  # fmt: skip
    plans_made.evidence(
        home,
        [
            {"target_id": f"{plans_made.PLAN_ID}-t01", "state": "changed", "old_quote": "旧文", "new_quote": "新文"},
            {"target_id": f"{plans_made.PLAN_ID}-t02", "state": "missing", "old_quote": "旧文二"},
            {"target_id": f"{plans_made.PLAN_ID}-t05", "state": "missing", "old_quote": "旧文五"},
            {"state": "new", "new_quote": "又一句"},
        ],
    )
    home.write(b"{", "plans", "torn", "plan.json")


def invented_decisions(path: Path) -> Path:
    """The decisions of the seeds, and a few more, one of them wrong."""
    plan_id = plans_made.PLAN_ID
    plans_made.decisions(
        path,
        [
            {"target_id": f"{plan_id}-t04", "decision": "corrected", "corrections": "target_value=50000; unit_zh=件"},
            {"target_id": f"{plan_id}-t05", "decision": "rejected"},
            {"target_id": f"{plan_id}-t01", "decision": "perhaps"},
        ],
    )
    header, *rows = (SEEDS / "target_reviews.csv").read_text(encoding="utf-8").splitlines()
    assert header.split(",")[:5] == list(plans_made.DECISION_COLUMNS[:5])
    with path.open("a", encoding="utf-8") as file:
        file.writelines(row + "\n" for row in rows)
    return path


@pytest.fixture(scope="session")
def archive_or_none() -> Path | None:
    folder = Path(__file__).parents[3] / "shared" / "archive"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def built_database(
    tmp_path_factory: pytest.TempPathFactory, archive_or_none: Path | None, worker_id: str
) -> tuple[Path, Path]:
    """A built database and the scratch folder of dbt, the same for all workers. Nobody writes to it."""
    scratch = shared_folder(tmp_path_factory, worker_id) / "built"
    database = scratch / "warehouse.duckdb"

    def make() -> str:
        fill(database, scratch, archive_or_none)
        return build(database, scratch)

    made_once(scratch, make)
    return database, scratch


def fill(database: Path, scratch: Path, archive: Path | None) -> None:
    """Raw tables with invented pages, and with those of the archive where it is present."""
    home = Home.at(scratch / "home")
    invented_plans(home)
    with duckdb.connect(str(database)) as connection, pytest.MonkeyPatch.context() as variables:
        variables.setenv("ZHIBIAO_REVIEWS", str(invented_decisions(scratch / "reviews.csv")))
        raw.create(connection)
        entered.entered_evidence(home)
        load_register(connection, register_rows.read(home))
        pages = RawPages(connection)
        invented_pages(pages)
        national_figures(pages)
        entered.entered_figures(home, pages)
        if archive:
            for slug, source_id, parser in ARCHIVE_PAGES:
                pages.archive_page(archive, slug, source_id=source_id, parser=parser)


@pytest.fixture
def marts(built_database: tuple[Path, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the built marts."""
    with duckdb.connect(str(built_database[0]), read_only=True) as connection:
        yield connection

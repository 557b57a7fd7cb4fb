"""Collecting from the NBS data interface, against a local server that plays it with its traps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scrapers.archive import Archive
from scrapers.captures import Outcome
from scrapers.home import Home
from scrapers.nbs_question import Question, plain_name, question_of, span_of
from scrapers.parse import parse_captures, read_records
from scrapers.records import Verdict
from scrapers.scrape import ScrapeSummary, due_sources, scrape
from scrapers.source_model import NbsData, NbsSeries, Source, Years
from scrapers.sources import load_catalog
from tests.mirror import Answer, Mirror, visiting
from tests.mirror.nbs import BASE, Leaf, NbsInterface, Tree, answer
from tests.mirror.server import CHALLENGE, Asked

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
A_DAY = date(2026, 11, 28)
"""Where the years asked for depend on the day."""
GDP = {"地区生产总值 (亿元) ": "亿元", "第一产业增加值 (亿元) ": "亿元"}
TREE: Tree = {
    "国民经济核算": {"地区生产总值": Leaf(GDP)},
    "人口": {"总人口": Leaf({"年末常住人口 (万人) ": "万人", "城镇人口 (万人) ": "万人"})},
    "科技": {"专利": Leaf({"国内专利申请授权量 (项) ": "项", "国内发明专利申请授权量 (项) ": "项"})},
}
RULES = {"timeout_seconds": 2.0, "deadline_seconds": 4.0, "max_attempts": 1}


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def source(site: Mirror, *series: tuple[list[str], str], rules: dict[str, Any] | None = None, **plan: Any) -> Source:
    asked = [NbsSeries(path=path, names=name.split("|")) for path, name in series]
    values: dict[str, Any] = {
        "database": 6,
        "root": "分省年度数据",
        "regions": "全部地区",
        "years": Years(first=2015),
        **plan,
    }
    return visiting.source(
        {**RULES, **(rules or {})},
        source_id="nbs",
        minimum_records=0,
        may_be_empty=True,
        parser="nbs_data",
        nbs_data=NbsData(base=site.url(BASE), series=asked, **values),
    )  # fmt: skip


def visit(home: Home, wanted: Source, run_id: str = "run", today: date = TODAY) -> ScrapeSummary:
    return scrape(home, wanted, run_id=run_id, live=True, as_of=today, starter=Path("/nowhere"))


def figures(home: Home, wanted: Source) -> dict[tuple[str | None, str, str | None], Decimal]:
    """The records of the newest captures of all questions."""
    archive = Archive(home)
    urls = {c.url for c in archive.captures() if question_of(c.url)}
    ids = [capture.capture_id for url in urls if (capture := archive.latest(url))]
    outcomes = parse_captures(home, ids, {wanted.source_id: wanted})
    assert all(outcome.verdict is Verdict.ACCEPTED for outcome in outcomes), outcomes
    records = [record for outcome in outcomes for record in read_records(home, outcome)]
    return {(r.region_label, r.measure_label, r.period): r.value for r in records}


def attempts(home: Home) -> list[tuple[str, str, str]]:
    """Fragment, outcome and reason code of all attempts on questions."""
    return [
        (a.url.partition("#")[2].rpartition("years=")[2], str(a.outcome), (a.reason or "").partition(":")[0])
        for a in Archive(home).attempts()
        if "#" in a.url
    ]


def catalogue_requests(site: Mirror) -> int:
    return sum(1 for asked in site.asked if asked.path.startswith(BASE) and not asked.body)


# --- names become identifiers ---------------------------------------------------------------------------------------


def test_an_indicator_is_found_by_its_names_and_its_figures_are_archived(home: Home, site: Mirror) -> None:
    played = NbsInterface(TREE)
    site.play(BASE, played)
    wanted = source(site, (["国民经济核算", "地区生产总值"], "地区生产总值"), ([], "国内发明专利申请授权量"))
    assert due_sources(home, {"nbs": wanted}, live=True, as_of=TODAY, starter=Path("/nowhere")) == ["nbs"]
    summary = visit(home, wanted)
    assert not summary.reasons
    assert not summary.left
    assert due_sources(home, {"nbs": wanted}, live=True, as_of=TODAY, starter=Path("/nowhere")) == []
    found = figures(home, wanted)
    assert found["四川省", "地区生产总值", "2024"] == Decimal("2451.5")
    assert found["天津市", "国内发明专利申请授权量", "2015"] == Decimal("1512")
    assert len(found) == 2 * 3 * 10  # 2025 is not out
    newest = Archive(home).latest(wanted.pages(TODAY)[0])
    assert newest is not None
    assert newest.url.endswith(
        "/stream/esData#path=分省年度数据/国民经济核算/地区生产总值&indicator=地区生产总值&regions=全部地区&years=2015-"
    )


def test_the_question_is_put_as_the_interface_wants_it(home: Home, site: Mirror) -> None:
    played = NbsInterface(TREE)
    site.play(BASE, played)
    visit(home, source(site, (["人口", "总人口"], "年末常住人口"), only=["天津市"], years=Years(first=2020, last=2023)))
    (body,) = played.posted
    assert body["dts"] == ["2020YY-2023YY"]
    assert body["daCatalogId"] == ""
    assert body["das"] == [{"text": "天津市", "value": "120000000000"}]
    assert body["showType"] == "1"
    assert body["rootId"] == played._id(())
    post = next(asked for asked in site.asked if asked.body)
    assert post.headers["Content-Type"] == "application/json"
    assert "#" not in post.path
    assert not {"Cookie", "Referer", "Origin"} & set(post.headers)


@pytest.mark.parametrize(
    ("code", "suffix", "window"),
    [(6, "YY", "2024YY-2025YY"), (5, "SS", "202401SS-202604SS"), (4, "MM", "202401MM-202612MM")],
)
def test_periods_are_asked_for_in_the_codes_of_the_database(
    home: Home, site: Mirror, code: int, suffix: str, window: str
) -> None:
    played = NbsInterface(
        {"甲": Leaf({"地区生产总值_累计值 (亿元) ": "亿元"}, last=2026)}, code=str(code), suffix=suffix
    )
    site.play(BASE, played)
    wanted = source(site, (["甲"], "地区生产总值_累计值"), database=code, years=Years(first=2024))
    visit(home, wanted, today=A_DAY)
    assert [body["dts"] for body in played.posted] == [[window]]


def test_a_series_spread_over_nodes_by_years_is_asked_for_in_parts(home: Home, site: Mirror) -> None:
    tree: Tree = {
        "甲": {
            "地区生产总值 (-2015)": Leaf(GDP, 2000, 2015),
            "地区生产总值（2016-2020）": Leaf(GDP, 2016, 2020),
            "地区生产总值 (2021-2025)": Leaf(GDP, 2021, 2025),
            "地区生产总值 (2026-)": Leaf(GDP, 2026, 2030),
        }
    }
    played = NbsInterface(tree)
    site.play(BASE, played)
    wanted = source(site, (["甲", "地区生产总值"], "地区生产总值"), years=Years(first=2014))
    visit(home, wanted, today=A_DAY)
    assert [body["dts"] for body in played.posted] == [["2014YY-2015YY"], ["2016YY-2020YY"], ["2021YY-2025YY"]]
    assert attempts(home)[-1] == ("2014-", "unchanged", "in_parts")
    assert {period for _, _, period in figures(home, wanted)} == {str(year) for year in range(2014, 2025)}
    assert due_sources(home, {"nbs": wanted}, live=True, as_of=TODAY, starter=Path("/nowhere")) == []


def test_identifiers_of_the_archive_serve_while_they_are_young(home: Home, site: Mirror) -> None:
    site.play(BASE, NbsInterface(TREE))
    wanted = source(site, (["人口", "总人口"], "年末常住人口"))
    visit(home, wanted)
    first = catalogue_requests(site)
    visit(home, wanted, "later", TODAY + timedelta(days=29))
    assert catalogue_requests(site) == first
    visit(home, wanted, "much later", TODAY + timedelta(days=60))
    assert catalogue_requests(site) == 2 * first


def test_identifiers_that_have_changed_are_looked_up_anew(home: Home, site: Mirror) -> None:
    played = NbsInterface(TREE)
    site.play(BASE, played)
    wanted = source(site, (["人口", "总人口"], "年末常住人口"))
    visit(home, wanted)
    before = figures(home, wanted)
    played.generation, played.published = 2, 2025
    visit(home, wanted, "next", TODAY + timedelta(days=29))
    assert attempts(home)[1:] == [("2015-", "blocked", "empty_answer"), ("2015-", "new", "")]
    assert set(figures(home, wanted)) - set(before) == {
        (r, "年末常住人口", "2025") for r in ("北京市", "天津市", "四川省")
    }


def test_what_was_not_there_is_looked_for_anew_once_and_then_left_for_a_while(home: Home, site: Mirror) -> None:
    played = NbsInterface(TREE)
    site.play(BASE, played)
    wanted = source(site, (["人口", "总人口"], "户籍人口"))
    for night in range(4):
        visit(home, wanted, f"night {night}", TODAY + timedelta(days=night))
    assert attempts(home) == [("2015-", "failed", "indicator_not_found")] * 4
    assert catalogue_requests(site) == 4  # root, two nodes, indicators
    played.tree = TREE | {"人口": {"总人口": Leaf({"户籍人口 (万人) ": "万人"})}}
    visit(home, wanted, "later", TODAY + timedelta(days=31))
    assert attempts(home)[-1] == ("2015-", "new", "")


def test_an_indicator_that_moved_is_found_where_it_is_now(home: Home, site: Mirror) -> None:
    played = NbsInterface(TREE)
    site.play(BASE, played)
    visit(home, source(site, (["人口", "总人口"], "年末常住人口"), ([], "国内专利申请授权量")))
    played.tree = TREE | {"人口": {"总人口": Leaf({"年末常住人口 (万人) ": "万人", "户籍人口 (万人) ": "万人"})}}
    visit(home, source(site, (["人口", "总人口"], "户籍人口")), "next")
    assert attempts(home)[-1] == ("2015-", "new", "")


def test_an_empty_answer_on_the_catalogue_is_not_believed_for_long(home: Home, site: Mirror) -> None:
    played = NbsInterface(TREE, spoil=lambda asked: answer({"list": []}) if "queryIndicators" in asked.path else None)
    site.play(BASE, played)
    wanted = source(site, (["人口", "总人口"], "年末常住人口"))
    visit(home, wanted)
    played.spoil = lambda asked: None
    visit(home, wanted, "next")
    assert [outcome for _, outcome, _ in attempts(home)] == ["failed", "new"]


def test_a_question_without_an_answer_does_not_read_the_catalogue_every_night(home: Home, site: Mirror) -> None:
    played = NbsInterface({"甲": Leaf(GDP, last=2010)})
    site.play(BASE, played)
    wanted = source(site, (["甲"], "地区生产总值"))
    for night in range(4):
        visit(home, wanted, f"night {night}", TODAY + timedelta(days=night))
    assert set(attempts(home)) == {("2015-", "blocked", "empty_answer"), ("2015-", "failed", "empty_answer")}
    assert catalogue_requests(site) == 5  # root, child, indicators, lists, regions


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name", "plan", "reason"),
    [
        (["国民经济核算", "国民收入"], "地区生产总值", {}, "path_not_found"),
        (["人口", "总人口"], "户籍人口", {}, "indicator_not_found"),
        (["国民经济核算"], "增加值", {}, "ambiguous_path"),
        (["人口", "总人口"], "年末常住人口|城镇人口", {}, "ambiguous_indicator"),
        (["人口", "总人口"], "年末常住人口", {"regions": "西部地区"}, "regions_not_found"),
        (["人口", "总人口"], "年末常住人口", {"regions": None}, "regions_not_found"),
        (["人口", "总人口"], "年末常住人口", {"only": ["深圳市"]}, "regions_not_found"),
        (["人口", "总人口"], "年末常住人口", {"root": "年度数据"}, "root_not_found"),
        (["人口", "总人口"], "年末常住人口", {"database": 3}, "root_not_found"),
        ([], "年末常住人口", {"max_nodes": 3}, "too_many_nodes"),
    ],
)  # fmt: skip
def test_a_name_that_leads_nowhere_or_to_two_places_is_told_and_nothing_is_asked(
    home: Home, site: Mirror, path: list[str], name: str, plan: dict[str, Any], reason: str
) -> None:
    tree = TREE | {"国民经济核算": {"甲": Leaf({"增加值": "亿元"}), "乙": Leaf({"增加值": "亿元"})}}
    played = NbsInterface(tree)
    site.play(BASE, played)
    visit(home, source(site, (path, name), **plan))
    assert attempts(home) == [("2015-", "failed", reason)]
    assert not played.posted


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (Answer(CHALLENGE), "script_challenge"),
        (Answer(CHALLENGE, status=412), "script_challenge"),
        (Answer("<html><body>{}</body></html>".format("说明文字" * 200).encode()), "not_json"),
        (Answer(b"OK", content_type="text/plain"), "not_json"),
        (Answer(b"<html>x</html>", content_type="application/json"), "wrong_type"),
    ],
)
@pytest.mark.parametrize("where", ["queryIndexTreeAsync", "esData"])
def test_what_is_not_json_ends_the_run_and_marks_the_source_blocked(
    home: Home, site: Mirror, spoilt: Answer, reason: str, where: str
) -> None:
    site.play(BASE, NbsInterface(TREE, spoil=lambda asked: spoilt if where in asked.path else None))
    wanted = source(site, (["人口", "总人口"], "年末常住人口"), (["科技", "专利"], "国内专利申请授权量"))
    summary = visit(home, wanted)
    blocked = [attempt for attempt in Archive(home).attempts() if attempt.outcome is Outcome.BLOCKED]
    assert [attempt.reason.partition(":")[0] for attempt in blocked if attempt.reason] == [reason]
    assert "body kept as" in str(blocked[0].reason)
    assert site.asked[-1].path == blocked[0].url.partition("#")[0].removeprefix(site.url(""))
    assert summary.left == 2
    assert due_sources(home, {"nbs": wanted}, live=True, as_of=TODAY, starter=Path("/nowhere")) == ["nbs"]


@pytest.mark.parametrize("changes", [{"success": False, "message": "系统异常"}, {"state": 50000}, {"state": None}])
def test_a_refusal_inside_an_answer_is_kept_and_the_next_indicator_is_asked(
    home: Home, site: Mirror, changes: dict[str, Any]
) -> None:
    def spoil(asked: Asked) -> Answer | None:
        return answer([], **changes) if asked.body and "总人口".encode().hex().encode() in asked.body else None

    site.play(BASE, NbsInterface(TREE, spoil=spoil))
    wanted = source(site, (["人口", "总人口"], "年末常住人口"), (["科技", "专利"], "国内专利申请授权量"))
    visit(home, wanted)
    assert [outcome for _, outcome, _ in attempts(home)] == ["blocked", "failed", "new"]
    assert attempts(home)[0][2] in {"error_answer", "empty_answer"}


def test_an_answer_for_another_region_is_not_archived(home: Home, site: Mirror) -> None:
    played = NbsInterface(TREE)

    def spoil(asked: Asked) -> Answer | None:
        if not asked.body:
            return None
        body = json.loads(asked.body)
        return played._figures(body | {"daCatalogId": "provinces"})

    played.spoil = spoil
    site.play(BASE, played)
    alone = source(site, (["人口", "总人口"], "年末常住人口"), only=["天津市"])
    visit(home, alone)
    assert attempts(home) == [("2015-", "blocked", "not_what_was_asked"), ("2015-", "failed", "not_what_was_asked")]
    visit(home, source(site, (["人口", "总人口"], "年末常住人口")))
    assert attempts(home)[2:] == [("2015-", "blocked", "not_what_was_asked"), ("2015-", "failed", "not_what_was_asked")]
    assert not [capture for capture in Archive(home).captures() if question_of(capture.url)]


def test_limits_of_the_run_leave_the_rest_for_the_next(home: Home, site: Mirror) -> None:
    site.play(BASE, NbsInterface(TREE))
    wanted = source(
        site,
        (["人口", "总人口"], "年末常住人口"),
        (["科技", "专利"], "国内专利申请授权量"),
        rules={"max_addresses": 8},
    )
    assert visit(home, wanted).left == 1
    assert [outcome for _, outcome, _ in attempts(home)] == ["new"]
    assert visit(home, wanted, "next").left == 0
    assert [outcome for _, outcome, _ in attempts(home)] == ["new", "new"]


@pytest.mark.parametrize(
    "junk",
    [
        b"{}", b"[]", b"null", b'{"success":true}', b'{"success":true,"data":{"list":[1,null,[[]]]}}',
        b'{"success":true,"data":[{"_id":1,"name":[]}]}',
        b'{"success":true,"data":[{"_id":"a","name":"x","isLeaf":"no"}]}',
        b'{"success":true,"data":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"success":true,"data":"%s"}' % (b"x" * 200_000),
    ],
)  # fmt: skip
def test_junk_from_the_catalogue_is_a_reason_and_never_a_crash(home: Home, site: Mirror, junk: bytes) -> None:
    site.play(BASE, NbsInterface(TREE, spoil=lambda asked: Answer(junk, content_type="application/json")))
    visit(home, source(site, ([], "年末常住人口")))
    assert all(attempt.outcome is not Outcome.NEW for attempt in Archive(home).attempts() if "#" in attempt.url)


# --- the catalog, and the address -----------------------------------------------------------------------------------


def test_the_address_tells_the_question_and_is_read_back() -> None:
    asked = Question(
        "https://x.test/b/stream/esData",
        ("分省年度数据", "甲/乙 & 丙"),
        ("a=b|c", "d"),
        None,
        ("四川省", "湖南省"),
        2016,
        2020,
    )
    assert question_of(asked.address) == asked
    assert " " not in asked.address
    assert question_of("https://x.test/b/stream/esData#saved.json") is None
    assert question_of("https://x.test/b/other#path=a&indicator=b&years=2011-") is None


@pytest.mark.parametrize(
    ("name", "plain", "years"),
    [
        ("地区生产总值 (亿元) ", "地区生产总值", None),
        ("地区生产总值（2016-2020）", "地区生产总值", (2016, 2020)),
        ("地区生产总值 (-2015)", "地区生产总值", (None, 2015)),
        ("地区生产总值 (亿元) (2026-)", "地区生产总值", (2026, None)),
        ("产值(2018-至今) (亿元)", "产值", (2018, None)),
        ("价格指数 (上年同月=100) (2021-2025)", "价格指数(上年同月=100)", (2021, 2025)),
        ("货币和准货币 (M2) 供应量_期末值 (亿元) ", "货币和准货币(M2)供应量_期末值", None),
        ("规模以上工业(-)", "规模以上工业(-)", None),
    ],
)
def test_names_are_compared_without_unit_and_years(name: str, plain: str, years: tuple[int | None, int | None]) -> None:
    assert (plain_name(name), span_of(name)) == (plain, years)


def test_the_catalog_asks_politely_and_says_what_is_not_known() -> None:
    asked = {name: s for name, s in load_catalog().items() if s.nbs_data}
    assert set(asked) == {"nbs_province_year", "nbs_city_year"}
    for found in asked.values():
        assert found.politeness.requests_per_second <= 1
        assert found.politeness.concurrency == 1
        assert found.parser == "nbs_data"
        assert found.nbs_data is not None
        for question in found.nbs_data.questions():
            assert question_of(question.address) == question

"""Registering a plan: from a file or an address, again, changed, damaged, killed half-way; and its visits."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from scrapers.archive import Archive
from scrapers.home import Home
from scrapers.register.add import Added, Wanted, add_plan
from scrapers.register.decisions import REVIEWS_VARIABLE, Decision, Verb, append_decision
from scrapers.register.identity import kind_of
from scrapers.register.pages import NoSuchPage, PageRefused
from scrapers.register.quotes import quote_sha256
from scrapers.register.register import TARGET_COLUMNS, Register, csv_text, read_register
from scrapers.scrape import due_sources, scrape
from scrapers.source_model import Politeness, Source
from scrapers.sources import load_catalog
from tests.mirror import Answer, Mirror
from tests.mirror.server import BLOCK_PAGE
from tests.scrapers.plan_pages import GOALS, HEAD, plan_page

TODAY = date(2036, 5, 1)
RULES = Politeness(
    requests_per_second=50.0, timeout_seconds=1.0, deadline_seconds=2.0, backoff_seconds=0.01, max_attempts=1,
    allow_private_addresses=True,
)  # fmt: skip
CATALOG = load_catalog()
LOCAL: dict[str, Source] = {
    **CATALOG, "plan_documents": CATALOG["plan_documents"].model_copy(update={"politeness": RULES})
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv(REVIEWS_VARIABLE, str(tmp_path / "reviews.csv"))
    return Home.at(tmp_path / "home")


@pytest.fixture
def site() -> Iterator[Mirror]:
    with Mirror() as mirror:
        yield mirror


def saved(tmp_path: Path, page: str | bytes, name: str = "plan.html") -> str:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(page if isinstance(page, bytes) else page.encode())
    return str(file)


def add(home: Home, where: str, **how: Any) -> Added:
    catalog = how.pop("catalog", CATALOG)
    return add_plan(home, catalog, Wanted(where, **how), run_id="run", today=TODAY)


def rows(home: Home, plan_id: str, name: str = "targets.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(home.read("plans", plan_id, name).decode())))


def files(home: Home) -> dict[str, bytes]:
    return {path: home.read(path) for path in home.list("plans")}


# --- what is written --------------------------------------------------------------------------------------------------


def test_a_saved_page_becomes_a_plan_with_proposals_and_places(home: Home, tmp_path: Path) -> None:
    added = add(home, saved(tmp_path, plan_page()))
    plan = json.loads(home.read("plans", "plan-2036-2040", "plan.json"))
    told = ("title_zh", "issuer_zh", "doc_no", "issued_on", "kind", "added_on", "url")
    assert {name: plan[name] for name in told} == {
        "title_zh": "甲市知识产权保护和运用规划(2036-2040年)", "issuer_zh": "甲市人民政府",
        "doc_no": "甲政发〔2036〕7号", "issued_on": "2036-03-12",
        "kind": "five_year_plan", "added_on": "2036-05-01", "url": "imported:plan.html",
    }  # fmt: skip
    assert (plan["period_start"], plan["period_end"], plan["region_code"]) == (2036, 2040, None)
    assert [line.partition(":")[0] for line in added.open_] == ["region"] and "--region" in added.open_[0]
    targets = rows(home, "plan-2036-2040")
    assert tuple(targets[0]) == TARGET_COLUMNS
    assert [row["target_id"] for row in targets] == [f"plan-2036-2040-t{n:02d}" for n in range(1, 6)]
    assert [row["target_no"] for row in targets] == ["1", "2", "3", "4", "5"]
    pledge = targets[2]
    assert (pledge["target_value"], pledge["unit_zh"], pledge["target_value_si"], pledge["unit_base"]) == (
        "12", "亿元", "1200000000", "元",
    )  # fmt: skip
    body = Archive(home).kept(plan["body_sha256"]).decode()
    for place in rows(home, "plan-2036-2040", "places.csv"):
        assert place["body_sha256"] == plan["body_sha256"]
        assert quote_sha256(body[int(place["start"]) : int(place["end"])]) == place["quote_sha256"]
    assert GOALS["trademarks"] not in home.read("plans", "plan-2036-2040", "targets.csv").decode()


def test_region_period_and_title_can_be_said_and_give_the_id(home: Home, tmp_path: Path) -> None:
    where = saved(tmp_path, plan_page())
    added = add(home, where, region_code="430400", period="2036-2039", title="甲市规划")
    assert added.plan.plan_id == "430400-2036-2039" and added.open_ == ()
    assert added.plan.title_zh == "甲市规划"
    assert {row["region_code"] for row in rows(home, "430400-2036-2039")} == {"430400"}


def test_a_region_said_later_is_taken_over_by_what_nobody_has_decided(home: Home, tmp_path: Path) -> None:
    where = saved(tmp_path, plan_page())
    add(home, where)
    append_decision(Decision("plan-2036-2040-t01", Verb.ACCEPTED, "甲", TODAY, "as proposed"))
    added = add(home, where, region_code="430400")
    assert added.plan.plan_id == "plan-2036-2040" and added.plan.region_code == "430400" and added.has_changed
    assert [row["region_code"] for row in rows(home, "plan-2036-2040")] == ["", "430400", "430400", "430400", "430400"]
    assert add(home, where).plan.region_code == "430400"


def test_a_gbk_page_gives_the_same_promises(home: Home, tmp_path: Path) -> None:
    add(home, saved(tmp_path, plan_page(charset="gbk").encode("gbk"), "g.html"), plan_id="g")
    add(home, saved(tmp_path, plan_page(head=HEAD.replace("甲市", "乙市")), "u.html"), plan_id="u")
    first, second = (
        [(row["indicator_id"], row["target_value"], row["target_year"]) for row in rows(home, plan_id)]
        for plan_id in "gu"
    )
    assert first == second and len(first) == 5


def test_a_page_without_promises_is_registered_with_none(home: Home, tmp_path: Path) -> None:
    text = "甲市知识产权工作综述\n" + "本页介绍甲市的历史沿革、地理位置和行政区划,供参考。\n" * 5
    added = add(home, saved(tmp_path, text, "n.txt"))
    assert added.is_new and added.merged is not None and added.merged.rows == []
    assert rows(home, added.plan.plan_id) == []
    assert {line.partition(":")[0] for line in added.open_} >= {"region", "period"}


@pytest.mark.parametrize(
    ("headline", "title", "start"),
    [
        ("解读《甲市知识产权“十五五”规划》", "解读《甲市知识产权“十五五”规划》", 2026),
        ("2036-05-04 11:32:00", None, None),
        ("甲市今年新增商标9件。下一步还将制定规划。", None, None),
    ],
)
def test_a_page_that_is_not_built_like_a_plan_is_said_to_be_none_and_gets_no_odd_title(
    home: Home, tmp_path: Path, headline: str, title: str | None, start: int | None
) -> None:
    words = "到2040年,全市有效注册商标总量将达到9000件以上。" * 3
    added = add(home, saved(tmp_path, f"<html><title>{headline}</title><body><p>{words}</p></body></html>"))
    assert (added.plan.title_zh, added.plan.period_start) == (title, start)
    assert "not built like one" in added.open_[0]
    assert ("title" in {line.partition(":")[0] for line in added.open_}) == (title is None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        plan_page().encode().replace("市".encode(), b"\xe5\xb8"),
        b"\xff\xd8\xff\xe0" + bytes(500),
        BLOCK_PAGE,
        b"<html><body></body></html>",
    ],
)
def test_a_damaged_page_is_refused_and_leaves_nothing(home: Home, tmp_path: Path, body: bytes) -> None:
    with pytest.raises(PageRefused, match="refused as"):
        add(home, saved(tmp_path, body))
    assert home.list("plans") == [] and Archive(home).captures() == []


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"where": "nowhere.html"}, "no such file"),
        ({"where": "https://plans.example/never"}, "--live"),
        ({"where": "ftp://plans.example/x"}, "no web address"),
        ({"where": "https://me:secret@plans.example/x"}, "no web address"),
        ({"region_code": "999999"}, "--region"),
        ({"region_code": "43"}, "--region"),
        ({"period": "2040-2036"}, "--period"),
        ({"period": "soon"}, "--period"),
        ({"plan_id": "Ä/../x"}, "--plan-id"),
        ({"url": "nowhere"}, "--url"),
        ({"url": "https://plans.example/\udcff"}, "--url"),
        ({"title": "规划\udcff"}, "--title: these words are no UTF-8"),
        ({"where": "规划\udcff.html"}, "the name of the file is no UTF-8"),
    ],
)
def test_a_wrong_request_says_what_is_allowed(home: Home, tmp_path: Path, how: dict[str, str], words: str) -> None:
    with pytest.raises(NoSuchPage, match=words):
        add(home, **{"where": saved(tmp_path, plan_page()), **how})
    assert home.list("plans") == []


def test_an_index_of_pages_is_no_page_and_none_of_them_is_taken_in(home: Home, tmp_path: Path) -> None:
    saved(tmp_path, plan_page(), "one.html")
    with pytest.raises(NoSuchPage, match="index of pages"):
        add(home, saved(tmp_path, "file,url\none.html,https://plans.example/one.html\n", "index.csv"))
    assert Archive(home).captures() == []


@pytest.mark.parametrize(
    "corrections",
    [
        {"target_type": "range", "target_value": "20", "target_value_high": "30"},
        {"indicator_zh": "另一指标", "indicator_id": "", "target_value": "4"},
        {"target_value": "", "target_type": "directional"},
    ],
)
def test_a_promise_corrected_beyond_recognition_is_not_proposed_again(
    home: Home, tmp_path: Path, corrections: dict[str, str]
) -> None:
    where = saved(tmp_path, plan_page())
    add(home, where)
    append_decision(Decision("plan-2036-2040-t01", Verb.CORRECTED, "甲", TODAY, corrections=corrections))
    before = files(home)
    for page in (plan_page(), plan_page(more="完善机制。")):
        again = add(home, saved(tmp_path, page)).merged
        assert again is not None and again.new == [] and again.not_found == []
        assert again.contradicted == ["plan-2036-2040-t01"]
        assert files(home) == before or page != plan_page()


def test_the_page_of_another_plan_at_a_known_address_is_refused_unless_a_person_says_so(
    home: Home, tmp_path: Path
) -> None:
    url = "https://plans.example/newest.html"
    first, second = (HEAD.replace("甲市", city) for city in ("衡阳市", "遂宁市"))
    plan_id = add(home, saved(tmp_path, plan_page(head=first)), url=url).plan.plan_id
    before, captures = files(home), len(Archive(home).captures())
    for page in (plan_page(head=second), plan_page(head=first.replace("2036-2040", "2041-2045"))):
        with pytest.raises(PageRefused, match=f"is that of {plan_id}"):
            add(home, saved(tmp_path, page), url=url)
    assert files(home) == before and len(Archive(home).captures()) == captures
    assert not add(home, saved(tmp_path, plan_page(head=second)), url=url, plan_id=plan_id).is_new


# --- the same page again, and a changed one ---------------------------------------------------------------------------


def test_the_same_page_again_changes_nothing(home: Home, tmp_path: Path) -> None:
    where = saved(tmp_path, plan_page())
    add(home, where)
    before = files(home)
    again = add(home, where)
    assert not again.is_new and not again.has_changed
    elsewhere = add(home, saved(tmp_path, plan_page(), "copies/other.html"))
    assert not elsewhere.is_new and elsewhere.plan.plan_id == "plan-2036-2040"
    assert files(home) == before


def test_a_plan_from_before_there_were_conditions_gets_them_with_its_next_reading(home: Home, tmp_path: Path) -> None:
    where = saved(tmp_path, plan_page({**GOALS, "agents": "代理机构控制在6至9家"}))
    plan_id = add(home, where).plan.plan_id
    now = files(home)
    before = [{name: cell for name, cell in row.items() if name != "condition"} for row in rows(home, plan_id)]
    home.write(csv_text(list(before[0]), before).encode(), "plans", plan_id, "targets.csv")
    assert {row["condition"] for row in read_register(home).targets_of(plan_id)} == {""}
    again = add(home, where).merged
    assert again is not None and again.new == again.not_found == []
    assert {row["target_id"]: row["condition"] for row in rows(home, plan_id) if row["condition"]} == {
        f"{plan_id}-t05": "capped"
    }
    assert files(home) == now


def test_a_changed_page_keeps_the_ids_of_the_same_promises(home: Home, tmp_path: Path) -> None:
    add(home, saved(tmp_path, plan_page()))
    append_decision(Decision("plan-2036-2040-t02", Verb.ACCEPTED, "甲", TODAY, "as proposed"))
    before = {row["target_id"][-3:]: row for row in rows(home, "plan-2036-2040")}
    goals = {
        "works": "著作权年登记量达到600件",
        "trademarks": GOALS["trademarks"].replace("9000", "9900"),
        "patents": GOALS["patents"].replace("3.5", "4.5"),
        "pledge": "知识产权质押融资登记总额力争突破12亿元",
    }
    added = add(home, saved(tmp_path, plan_page(goals)))
    now = {row["target_id"][-3:]: row for row in rows(home, "plan-2036-2040")}
    assert now["t01"]["target_value"] == "9900"  # nobody had decided: it follows the page
    assert now["t02"] == before["t02"]  # decided: it stays, and the diff shows what the page says
    assert now["t03"]["target_value"] == "12"
    assert now["t04"] == before["t04"]  # no longer found: the row stays
    assert now["t05"]["indicator_id"] == before["t05"]["indicator_id"]
    assert (now["t06"]["indicator_zh"], now["t06"]["target_value"]) == ("著作权年登记量", "600")
    assert added.merged is not None
    assert (added.merged.new, added.merged.contradicted, added.merged.not_found) == (
        ["plan-2036-2040-t06"], ["plan-2036-2040-t02"], ["plan-2036-2040-t04"],
    )  # fmt: skip
    bodies = {
        row["target_id"][-3:]: {p.body_sha256 for p in read_register(home).places[row["target_id"]]}
        for row in now.values()
    }
    newest = added.plan.body_sha256
    assert bodies["t01"] == {newest} and newest not in bodies["t02"] and newest not in bodies["t04"]
    assert newest in bodies["t05"] and len(bodies["t05"]) == 2


def test_a_number_once_given_is_not_given_again(home: Home, tmp_path: Path) -> None:
    add(home, saved(tmp_path, plan_page()))
    add(home, saved(tmp_path, plan_page({"patents": GOALS["patents"]})))
    add(home, saved(tmp_path, plan_page({"patents": GOALS["patents"], "works": "著作权年登记量达到600件"})))
    ids = [row["target_id"][-3:] for row in rows(home, "plan-2036-2040")]
    assert ids == ["t01", "t02", "t03", "t04", "t05", "t06"]


def test_sub_thresholds_point_to_the_count_they_belong_to(home: Home, tmp_path: Path) -> None:
    more = "培育5家以上知识产权运营机构,每家年主营业务收入不低于800万元。"
    added = add(home, saved(tmp_path, plan_page(more=more)))
    parts = [row for row in rows(home, added.plan.plan_id) if row["part_of_target_id"]]
    wholes = {row["target_id"]: row for row in rows(home, added.plan.plan_id)}
    assert parts and wholes[parts[0]["part_of_target_id"]]["target_value"] == "5"


def test_a_plan_that_is_killed_while_it_is_written_is_no_plan_and_can_be_added(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, whole = saved(tmp_path, plan_page()), Home.write

    def killed(self: Home, data: bytes, *parts: str) -> None:
        if parts[-1] == "plan.json":
            raise KeyboardInterrupt
        whole(self, data, *parts)

    monkeypatch.setattr(Home, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        add(home, where)
    assert "plan-2036-2040" not in read_register(home).plans
    monkeypatch.setattr(Home, "write", whole)
    assert add(home, where).is_new
    assert len(rows(home, "plan-2036-2040")) == 5


# --- which plan it is -------------------------------------------------------------------------------------------------


def test_a_plan_that_cannot_be_read_is_not_written_over(home: Home, tmp_path: Path) -> None:
    where = saved(tmp_path, plan_page())
    plan_id = add(home, where).plan.plan_id
    home.write(b"{", "plans", plan_id, "plan.json")
    before = files(home)
    with pytest.raises(PageRefused, match=f"plans/{plan_id}: cannot be read"):
        add(home, where)
    with pytest.raises(PageRefused, match="mend its files"):
        add(home, where, plan_id=plan_id)
    assert files(home) == before


def test_two_plans_added_at_once_get_two_ids(home: Home, tmp_path: Path) -> None:
    """Whoever comes second has read the register before the first one has written."""
    pages = [plan_page(), plan_page(head=HEAD.replace("保护和运用", "人才"))]
    asked = [Wanted(saved(tmp_path, page, f"{n}.html")) for n, page in enumerate(pages)]
    started = threading.Barrier(2)

    def meet(home: Home) -> Register:
        with contextlib.suppress(threading.BrokenBarrierError):
            started.wait(timeout=2)
        return read_register(home)

    def one(wanted: Wanted) -> str:
        return add_plan(home, CATALOG, wanted, run_id="run", today=TODAY).plan.plan_id

    with mock.patch("scrapers.register.add.read_register", meet), ThreadPoolExecutor(2) as both:
        found = list(both.map(one, asked))
    assert sorted(found) == ["plan-2036-2040", "plan-2036-2040-v2"]
    assert sorted(read_register(home).plans.keys() & set(found)) == sorted(found)


def test_two_plans_of_one_region_and_period_get_two_ids(home: Home, tmp_path: Path) -> None:
    add(home, saved(tmp_path, plan_page(), "a.html"), region_code="430400")
    other = add(
        home, saved(tmp_path, plan_page(head=HEAD.replace("保护和运用", "人才")), "b.html"), region_code="430400"
    )
    assert other.is_new and other.plan.plan_id == "430400-2036-2040-v2"


def test_a_file_named_like_the_page_of_another_plan_is_refused_before_it_is_taken_in(
    home: Home, tmp_path: Path
) -> None:
    add(home, saved(tmp_path, plan_page()))
    other = saved(tmp_path, plan_page(head=HEAD.replace("甲市", "乙市")), "other/plan.html")
    with pytest.raises(PageRefused, match="page of plan-2036-2040"):
        add(home, other)
    assert len(Archive(home).captures()) == 1
    assert add(home, other, url="https://plans.example/b.html").is_new


def test_a_new_page_can_be_said_to_be_of_a_plan(home: Home, tmp_path: Path) -> None:
    add(home, saved(tmp_path, plan_page()))
    renamed = saved(tmp_path, plan_page(head=HEAD.replace("保护和运用", "发展")), "v2.html")
    added = add(home, renamed, plan_id="plan-2036-2040")
    assert not added.is_new and len(rows(home, "plan-2036-2040")) == 5
    with pytest.raises(NoSuchPage, match="another plan"):
        add(home, renamed, plan_id="suining-145")


def test_an_address_takes_the_place_of_a_file_name_and_not_the_other_way_round(home: Home, tmp_path: Path) -> None:
    where = saved(tmp_path, plan_page())
    add(home, where)
    assert add(home, where, url="https://plans.example/a.html").plan.url == "https://plans.example/a.html"
    assert add(home, where).plan.url == "https://plans.example/a.html"


def test_a_reviewed_plan_is_said_to_be_registered(home: Home, archive: Path) -> None:
    for name in ("suining-145.html", "hengyang-2010.txt"):
        added = add(home, str(archive / "plans" / name))
        assert added.plan.plan_id == name.partition(".")[0] and added.merged is None and not added.is_new
    assert home.list("plans") == []


def test_a_reviewed_plan_is_known_by_its_title_and_region(home: Home, archive: Path, tmp_path: Path) -> None:
    text = (archive / "plans" / "suining-145.txt").read_text(encoding="utf-8")
    added = add(home, saved(tmp_path, text + "\n附注。", "copy.txt"))
    assert added.plan.plan_id == "suining-145" and added.merged is None


def test_the_seeds_and_the_home_make_one_register(home: Home, tmp_path: Path) -> None:
    added = add(home, saved(tmp_path, plan_page()))
    home.write(b"{", "plans", "broken", "plan.json")
    register = read_register(home)
    assert register.plans["suining-145"].is_seed and not register.plans[added.plan.plan_id].is_seed
    assert len(register.targets_of(added.plan.plan_id)) == 5 and "suining-145-t01" in register.targets
    assert [problem.partition(":")[0] for problem in register.problems] == ["plans/broken"]


@pytest.mark.parametrize(
    ("title", "start", "end", "kind"),
    [
        ("甲市知识产权“十九五”规划", 2036, 2040, "five_year_plan"),
        ("甲市知识产权战略纲要(2036-2050年)", 2036, 2050, "strategy"),
        ("甲市知识产权行动计划(2036-2038年)", 2036, 2038, "implementation_plan"),
        ("甲市2036年知识产权工作要点", 2036, 2036, "annual_plan"),
        ("2036年甲市知识产权推进计划", None, None, "annual_plan"),
        ("甲市知识产权实施意见", None, None, "implementation_plan"),
        ("甲市知识产权中长期规划", 2036, 2050, "strategy"),
        (None, None, None, None),
    ],
)
def test_the_kind_is_told_by_title_and_period(title: str | None, start: int | None, end: int | None, kind: str) -> None:
    assert kind_of(title, start, end) == kind


# --- addresses --------------------------------------------------------------------------------------------------------


def test_an_address_is_visited_live_and_read_from_the_home_offline(home: Home, site: Mirror) -> None:
    url = site.page("/plan.html", plan_page(), etag=True)
    with pytest.raises(NoSuchPage, match="--live"):
        add(home, url, catalog=LOCAL)
    added = add(home, url, catalog=LOCAL, live=True)
    assert added.is_new and added.plan.url == url
    capture = Archive(home).latest(url)
    assert capture is not None and (capture.source_id, capture.capture_id) == ("plan_documents", added.plan.capture_id)
    asked = len(site.asked)
    assert not add(home, url, catalog=LOCAL).has_changed and len(site.asked) == asked
    assert not add(home, url, catalog=LOCAL, live=True).has_changed and len(site.asked) > asked


def test_the_politeness_of_the_catalog_holds(home: Home, site: Mirror) -> None:
    url = site.page("/plan.html", plan_page())
    with pytest.raises(PageRefused, match="disallowed"):  # the project's catalog allows no private address
        add(home, url, live=True)
    assert site.asked == [] and home.list("plans") == []


def test_a_page_that_does_not_come_is_refused_and_the_capture_is_offered(home: Home, site: Mirror) -> None:
    url = site.page("/plan.html", plan_page())
    add(home, url, catalog=LOCAL, live=True)
    before = files(home)
    for answer in (Answer(BLOCK_PAGE), Answer(b"", 404), Answer(reset=True)):
        site.set("/plan.html", answer)
        with pytest.raises(PageRefused, match="--offline takes the capture"):
            add(home, url, catalog=LOCAL, live=True)
    assert files(home) == before
    assert not add(home, url, catalog=LOCAL).has_changed


def test_live_runs_visit_the_addresses_of_plans_when_they_are_due(home: Home, site: Mirror, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert due_sources(home, {"plan_documents": LOCAL["plan_documents"]}, live=True, starter=nowhere) == []
    url = site.page("/plan.html", plan_page())
    add(home, saved(tmp_path, plan_page()), url=url)
    add(home, saved(tmp_path, plan_page(head=HEAD.replace("甲市", "乙市")), "b.html"))  # no address: not visited
    source = LOCAL["plan_documents"]
    catalog = {"plan_documents": source}
    assert due_sources(home, catalog, live=False, starter=nowhere) == []
    assert due_sources(home, catalog, live=True, starter=nowhere) == ["plan_documents"]
    summary = scrape(home, source, run_id="night", live=True, starter=nowhere)
    assert dict(summary.counts) == {"unchanged": 1} and len(site.asked_for("/plan.html")) == 1
    assert due_sources(home, catalog, live=True, starter=nowhere) == []
    later = datetime.now(UTC).date() + timedelta(days=400)
    assert due_sources(home, catalog, live=True, starter=nowhere, as_of=later) == ["plan_documents"]
    site.page("/plan.html", plan_page(year=2039))
    assert scrape(home, source, run_id="later", live=True, starter=nowhere, as_of=later).counts["new"] == 1


def test_a_decision_that_cannot_be_applied_decides_nothing(home: Home, tmp_path: Path) -> None:
    plan_id = add(home, saved(tmp_path, plan_page())).plan.plan_id
    append_decision(Decision(f"{plan_id}-t01", Verb.CORRECTED, "k", TODAY, "", {"target_value_high": "99999"}))
    again = add(home, saved(tmp_path, plan_page()))
    assert again.decided == {} and not again.has_changed

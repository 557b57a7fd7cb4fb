"""Promises of plans: the five real plans against the reviewed register, other real pages, damaged copies, any input."""

from __future__ import annotations

import csv
import html
import re
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from scrapers.decoding import decode
from scrapers.plans.extract import Extraction, extract
from scrapers.plans.labels import PROPOSED, indicator_id, label_key
from scrapers.plans.targets import Target
from scrapers.records import Page, Refusal
from scrapers.seeds import SEEDS
from warehouse.cli_plan import plan_app
from warehouse.errors import Trouble

PLANS = ("suining-145", "hengyang-2010", "dongli-2019-2022", "sichuan-2017", "langfang-145")
Key = tuple[str, str, str, str, str]


def key(value: object, high: object, unit: object, year: object, kind: str) -> Key:
    def number(given: object) -> str:
        return "" if given in (None, "") else str(Decimal(str(given)).normalize())

    return number(value), number(high), str(unit or ""), str(year or ""), kind


def keys(extraction: Extraction) -> Counter[Key]:
    return Counter(
        key(t.target_value, t.target_value_high, t.unit_zh, t.target_year, t.target_type)
        for t in extraction.targets
        if t.target_value is not None
    )


@pytest.fixture(scope="module")
def extracted(archive: Path) -> dict[tuple[str, str], Extraction]:
    return {
        (plan, form): extract(Page((archive / "plans" / f"{plan}.{form}").read_bytes()), plan_id=plan)
        for plan in PLANS
        for form in ("txt", "html")
    }


@pytest.fixture(scope="module")
def register() -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = {}
    with (SEEDS / "targets.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["target_value"]:
                rows.setdefault(row["plan_id"], []).append(row)
    return rows


@pytest.mark.parametrize("form", ["txt", "html"])
@pytest.mark.parametrize("plan", PLANS)
def test_numeric_promises_of_the_real_plans_are_found_and_no_others(
    plan: str, form: str, extracted: dict[tuple[str, str], Extraction], register: dict[str, list[dict[str, str]]]
) -> None:
    wanted = Counter(
        key(r["target_value"], r["target_value_high"], r["unit_zh"], r["target_year"], r["target_type"])
        for r in register[plan]
    )
    found = keys(extracted[plan, form])
    hits = sum((wanted & found).values())
    assert hits >= 0.95 * sum(wanted.values()), wanted - found
    assert hits >= 0.95 * sum(found.values()), found - wanted


@pytest.mark.parametrize("form", ["txt", "html"])
@pytest.mark.parametrize("plan", PLANS)
def test_indicators_baselines_directions_and_units_in_charge_are_those_of_the_register(
    plan: str, form: str, extracted: dict[tuple[str, str], Extraction], register: dict[str, list[dict[str, str]]]
) -> None:
    def told(name: str, target: Target) -> str:
        value = getattr(target, name)
        return "" if value is None else str(value.normalize() if isinstance(value, Decimal) else value)

    def printed(name: str, row: dict[str, str]) -> str:
        return str(Decimal(row[name]).normalize()) if name.endswith("value") and row[name] else row[name]

    numeric = [t for t in extracted[plan, form].targets if t.target_value is not None]
    for name in ("indicator_id", "direction", "baseline_value", "responsible_units", "unit_base"):
        wanted = Counter(printed(name, row) for row in register[plan])
        found = Counter(told(name, target) for target in numeric)
        assert sum((wanted & found).values()) >= 0.85 * sum(wanted.values()), (name, wanted - found, found - wanted)


@pytest.mark.parametrize("form", ["txt", "html"])
@pytest.mark.parametrize("plan", PLANS)
def test_conditions_of_the_real_plans_are_those_of_the_register(
    plan: str, form: str, extracted: dict[tuple[str, str], Extraction]
) -> None:
    with (SEEDS / "targets.csv").open(encoding="utf-8", newline="") as file:
        wanted = [
            (row["indicator_id"], row["target_type"], row["condition"])
            for row in csv.DictReader(file)
            if row["plan_id"] == plan and row["condition"]
        ]
    found = [(t.indicator_id, t.target_type, t.condition) for t in extracted[plan, form].targets if t.condition]
    assert found == wanted


@pytest.mark.parametrize("plan", PLANS)
def test_text_and_html_of_a_plan_give_the_same_targets(plan: str, extracted: dict[tuple[str, str], Extraction]) -> None:
    text, page = extracted[plan, "txt"], extracted[plan, "html"]
    assert keys(text) == keys(page)

    def words(extraction: Extraction) -> Counter[tuple[str, str]]:
        return Counter(
            (t.target_type, t.indicator_zh) for t in extraction.targets if t.target_value is None and t.form != "table"
        )

    assert words(text) == words(page)


def test_every_row_of_the_task_schedule_is_a_milestone(extracted: dict[tuple[str, str], Extraction]) -> None:
    for form in ("txt", "html"):
        milestones = [t for t in extracted["sichuan-2017", form].targets if t.target_type == "milestone"]
        rows = [t for t in milestones if t.section.startswith("schedule row")]
        assert [t.section for t in rows] == [f"schedule row {n}" for n in range(1, 56)]
        assert all(t.responsible_units and t.target_year == 2017 for t in rows)
        dated = [t for t in rows if t.target_date == "2017-12-31"]
        assert len(dated) == 20
        assert all("(牵头)" in t.responsible_units for t in rows if "、" in (t.responsible_units or ""))
        (before_april,) = [t for t in milestones if t not in rows]
        assert before_april.target_date == "2017-03-31"


@pytest.mark.parametrize("form", ["txt", "html"])
@pytest.mark.parametrize("plan", PLANS)
def test_quotes_stand_where_they_say(
    plan: str, form: str, extracted: dict[tuple[str, str], Extraction], archive: Path
) -> None:
    source = decode((archive / "plans" / f"{plan}.{form}").read_bytes()).text
    for statement in extracted[plan, form].statements:
        stretch = source[statement.start : statement.end]
        visible = html.unescape(re.sub(r"<[^>]*>", "", stretch)) if form == "html" else stretch
        assert statement.quote
        assert "".join(visible.split()) == "".join(statement.quote.split())


def test_restatements_are_merged_and_keep_their_places(extracted: dict[tuple[str, str], Extraction]) -> None:
    for form in ("txt", "html"):
        langfang = extracted["langfang-145", form]
        density = next(t for t in langfang.targets if t.indicator_id == "high_value_invention_patents_per_10k")
        forms = [langfang.statements[n - 1].form for n in density.statement_nos]
        assert sorted(map(str, forms)) == ["table", "text", "text"]
        royalties = next(t for t in langfang.targets if t.indicator_id == "ip_royalties_trade")
        assert "below its own baseline" in (royalties.conflict_note or "")
        compound = [t for t in extracted["dongli-2019-2022", form].targets if t.part_of is not None]
        assert len(compound) == 3


def test_a_plan_is_read_in_well_under_two_seconds(archive: Path) -> None:
    for plan in ("sichuan-2017", "langfang-145"):
        page = Page((archive / "plans" / f"{plan}.html").read_bytes())
        begin = time.process_time()
        extract(page)
        assert time.process_time() - begin < 2


def test_pages_of_statistics_and_news_promise_nothing(archive: Path) -> None:
    for file in sorted((archive / "stats").glob("*.html")):
        assert not extract(Page(file.read_bytes())).targets, file.name


def test_converted_and_glossed_copies_of_a_real_plan_promise_the_same(
    archive: Path, extracted: dict[tuple[str, str], Extraction]
) -> None:
    from scrapers.traditional import SIMPLIFIED, TRADITIONAL

    source = decode((archive / "plans" / "suining-145.txt").read_bytes()).text
    back = str.maketrans(dict(zip(reversed(SIMPLIFIED), reversed(TRADITIONAL), strict=True)))
    converted = source.translate(back)
    assert converted != source
    wanted = keys(extracted["suining-145", "txt"])
    assert keys(extract(Page(converted.encode()))) == wanted
    glossed = converted.replace("產", "產(chǎn)").replace("權", "權(quán)").replace("，", ",,")
    assert keys(extract(Page(glossed.encode()))) == wanted


def test_a_number_that_may_have_lost_its_first_digit_is_no_promise() -> None:
    text = "甲市知识产权规划(2026-2030年)\n一、发展目标\n到2030年,有效发明专利达到?500件,有效注册商标达到900件。\n"
    assert [t.target_value for t in extract(Page(text.encode())).targets if t.target_value] == [Decimal(900)]


@pytest.mark.parametrize(
    ("body", "code"), [(b"", "empty_body"), (b"\xff\xfe\x00", "undecodable"), (b"1 2 3", "too_short")]
)
def test_what_cannot_be_read_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        extract(Page(body))
    assert refusal.value.code == code


def test_the_same_concept_has_one_indicator_whatever_it_is_called() -> None:
    names = ("有效商标注册量", "有效注册商标总量", "全市有效注册商标量(万件)", "国内注册商标总量")
    assert {indicator_id(name) for name in names} == {"trademarks_in_force"}
    assert indicator_id("从未见过的指标") == indicator_id(" 从未见过的指标(件)")
    assert indicator_id("从未见过的指标").startswith(PROPOSED)


def test_every_label_of_the_seed_names_a_known_indicator_once() -> None:
    with (SEEDS / "indicators.csv").open(encoding="utf-8", newline="") as file:
        known = {row["indicator_id"] for row in csv.DictReader(file)}
    with (SEEDS / "plan_indicator_labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids: dict[str, set[str]] = {}
    for row in rows:
        assert row["indicator_id"] in known
        ids.setdefault(label_key(row["label"]), set()).add(row["indicator_id"])
    assert not {label: found for label, found in ids.items() if len(found) > 1}


def run(*arguments: str) -> tuple[int, str, list[dict[str, str]]]:
    """Exit code, what was said on standard error, and the rows on standard output of `zhibiao plan …`."""
    app = typer.Typer()
    app.add_typer(plan_app, name="plan")
    app.callback()(lambda: None)
    result = CliRunner().invoke(app, ["plan", *arguments])
    if isinstance(result.exception, Trouble):
        return int(result.exception.exit_code), str(result.exception), []
    return result.exit_code, result.stderr, list(csv.DictReader(result.stdout.splitlines()))


def test_the_command_prints_one_row_a_promise(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(
        "乙市知识产权规划(2026-2030年)\n一、发展目标\n到2030年,有效发明专利拥有量达到1.2万件。\n", encoding="utf-8"
    )
    code, said, rows = run("extract", str(file), "--plan-id", "yi-155", "--region", "130100")
    assert code == 0
    assert "1 promises in 1 places" in said
    (row,) = rows
    assert list(row) == [
        "plan_id",
        "target_no",
        "indicator_zh",
        "indicator_id",
        "region_code",
        "target_type",
        "direction",
        "target_value",
        "target_value_high",
        "unit_zh",
        "target_value_si",
        "unit_base",
        "baseline_value",
        "baseline_year",
        "target_year",
        "responsible_units",
        "section",
        "quote",
        "form",
        "confidence",
        "condition",
    ]
    told = [
        row[name] for name in ("plan_id", "region_code", "indicator_id", "target_value", "target_value_si", "unit_base")
    ]
    assert told == ["yi-155", "130100", "invention_patents_in_force", "1.2", "12000", "件"]
    out = tmp_path / "out.csv"
    assert run("extract", str(file), "-o", str(out))[0] == 0
    with out.open(encoding="utf-8", newline="") as written:
        assert len(list(csv.DictReader(written))) == 1


def test_the_command_names_the_region_that_the_page_names(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    goals = "一、发展目标\n到2030年,有效发明专利拥有量达到1.2万件。\n二、保障措施\n落实责任。\n"
    for title, code in (("河北省邯郸市知识产权规划(2026-2030年)", "130400"), ("乙市知识产权规划(2026-2030年)", "")):
        file.write_text(f"{title}\n{goals}", encoding="utf-8")
        assert [row["region_code"] for row in run("extract", str(file))[2]] == [code]


def test_the_command_tells_empty_from_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZHIBIAO_LIVE", raising=False)
    nothing, broken = tmp_path / "nothing.txt", tmp_path / "broken.txt"
    nothing.write_text("乙市昨日召开会议,来自20家单位的代表参加,交流了去年的工作情况。\n", encoding="utf-8")
    broken.write_bytes("到2030年达到5件".encode()[:-1] + b"\xff\xfe\x81")
    code, _, rows = run("extract", str(nothing))
    assert (code, rows) == (0, [])
    code, said, _ = run("extract", str(broken))
    assert code == 3
    assert "undecodable" in said
    assert run("extract", str(tmp_path / "absent.txt"))[0] == 2
    code, said, _ = run("extract", "https://plans.example/1.html", "--home", str(tmp_path / "home"))
    assert code == 2
    assert "--live" in said


WORDS = (
    "一、 (二) 1. 第三章 发展目标 。 , 、 ; 到2025年 “十四五”末 达到 分别突破 5 12.5 万件 % 以上 3—5个 每年 年均增长 "
    "前3名 翻一番 培育 A量 专利申请量 和 其中每家 不低于 <p> </td> <tr><td> 《 》 “ ” 规划 乙市 序号 指标名称 责任单位 "
    "时间进度 任务 由 增加到 ? (zhuān) 專利 截至 比 全省"
)
PIECES = [*WORDS.split(), " ", "\n"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=80))
def test_no_input_crashes_the_extractor_and_no_quote_is_invented(pieces: list[str]) -> None:
    text = "".join(["乙市知识产权发展规划(2021-2025年)\n一、主要目标\n", *pieces])
    try:
        found = extract(Page(text.encode()))
    except Refusal:
        return
    source = decode(text.encode()).text
    for statement in found.statements:
        stretch = source[statement.start : statement.end]
        assert "<" in stretch or "".join(stretch.split()) == "".join(statement.quote.split())
        assert statement.quote
        if statement.value is not None:
            assert any(c.isdigit() or c in "一二两三四五六七八九十百" for c in statement.quote)


SPLICES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.sampled_from(PIECES)), max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([(p, f) for p in PLANS for f in ("txt", "html")]), st.floats(0, 1), st.integers(200, 9000), SPLICES
)
def test_real_plans_cut_and_spliced_anywhere_crash_nothing_and_invent_no_quote(
    archive: Path, source: tuple[str, str], begin: float, length: int, splices: list[tuple[int, int, str]]
) -> None:
    whole = decode((archive / "plans" / ".".join(source)).read_bytes()).text
    at = int(begin * len(whole))
    text = whole[at : at + length]
    for place, gone, piece in splices:
        cut = place % (len(text) + 1)
        text = text[:cut] + piece + text[cut + gone :]
    try:
        found = extract(Page(text.encode()))
    except Refusal:
        return
    printed = decode(text.encode()).text
    for statement in found.statements:
        stretch = printed[statement.start : statement.end]
        assert statement.quote
        assert set("<&") & set(stretch) or "".join(stretch.split()) == "".join(statement.quote.split())

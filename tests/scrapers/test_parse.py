"""From captures to written records: what is kept of good, damaged and wrong pages, run after run."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from table_pages import archive_page, html_page, table

from scrapers.archive import Archive
from scrapers.captures import Capture, Knowledge, Origin
from scrapers.decoding import decode
from scrapers.home import Home
from scrapers.isolation import here
from scrapers.page_reading import parse_page
from scrapers.parse import ParseOutcome, parse_captures, pending, read_records
from scrapers.parsers import PARSERS
from scrapers.records import Page, Parsed, Record, Refusal, Verdict
from scrapers.source_model import Source
from scrapers.sources import load_catalog

ROWS = [["全省", 42, 30, 12], *[[f"第{n}市", 14, 10, 4] for n in range(1, 4)]]
TITLE = "<h1>2023年8月湖南省专利授权量统计表</h1>"
GOOD = TITLE + table(["地 区", "合计", "职务", "非职务"], *ROWS)
URL = "http://example.test/tjfxx/1.html"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def add(
    home: Home,
    body: bytes | str,
    *,
    url: str = URL,
    source_id: str = "unlisted",
    origin: Origin = Origin.IMPORTED,
    knowledge: Knowledge | None = None,
) -> Capture:
    content = html_page(body).body if isinstance(body, str) else body
    attempt = Archive(home).add(
        source_id=source_id,
        url=url,
        body=content,
        origin=origin,
        knowledge=knowledge or Knowledge(content_type="text/html"),
        run_id="test",
    )
    assert attempt.capture is not None
    return attempt.capture


def parse_all(home: Home, catalog: dict[str, Source] | None = None) -> list[ParseOutcome]:
    return parse_captures(home, pending(home, catalog or {}), catalog or {})


def test_records_and_outcome_are_written_once_and_read_back(home: Home) -> None:
    capture = add(home, GOOD)
    (outcome,) = parse_all(home)
    assert (outcome.parser, outcome.verdict, outcome.record_count) == ("prefecture_table", Verdict.ACCEPTED, 12)
    folder = f"records/prefecture_table/{outcome.parser_version}"
    assert home.list("records") == [f"{folder}/{capture.capture_id}.json", f"{folder}/{capture.capture_id}.parquet"]
    records = read_records(home, outcome)
    assert isinstance(records[0], Record)
    assert records == list(parse_page(Page(html_page(GOOD).body, URL))[1].records)
    assert pending(home, {}) == []
    before = {path: home.read(path) for path in home.list("records")}
    assert parse_captures(home, [capture.capture_id], {}) == [outcome]
    assert {path: home.read(path) for path in home.list("records")} == before


PLAN = """甲市“十六五”知识产权发展规划
甲市人民政府
2031年6月20日
为做好全市知识产权工作,制定本规划,加强统筹协调,明确重点任务,完善保障措施。
一、发展基础
截至2030年底,有效发明专利4321件,有效注册商标量24000件。
二、发展目标
到2035年,有效发明专利达到9000件。推进各项任务。
三、保障措施
加强组织领导,建立健全机制,完善政策体系,推进重点工作,力争按期完成目标。
"""


def test_a_plan_that_was_rewritten_is_not_quarantined_but_its_lost_figures_are_told(home: Home) -> None:
    catalog = {"plan_documents": load_catalog()["plan_documents"]}
    texts = (PLAN, PLAN.replace(",有效注册商标量24000件", "").replace("4321", "8642"))
    for text in texts:
        add(home, text.encode(), source_id="plan_documents", knowledge=Knowledge(content_type="text/plain"))
    first, second = parse_all(home, catalog)
    assert (first.verdict, first.record_count) == (Verdict.ACCEPTED, 2)
    assert (second.verdict, second.record_count) == (Verdict.ACCEPTED, 1)
    assert {f.check for f in second.findings if not f.passed} >= {"lost_measures", "implausible_change"}


def test_new_parser_version_parses_again_and_keeps_the_old_records(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = add(home, GOOD)
    parse_all(home)
    monkeypatch.setattr(PARSERS["prefecture_table"], "version", "99")
    assert pending(home, {}) == [capture.capture_id]
    assert parse_all(home)[0].parser_version == "99"
    assert len(home.list("records", suffix=".parquet")) == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty_body"),
        ("<h1>404 Not Found</h1>", "error_page"),
        ("<p>您的访问过于频繁，请稍后再试</p>", "block_page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "wrong_type"),
        (
            "<h1>2023年8月湖南省专利授权量统计表</h1>"
            + table(["地 区", "合计"], *[[f"第{n}市", "\ufffd12"] for n in range(9)]),
            "undecodable",
        ),
    ],
)
def test_what_is_not_the_page_is_quarantined_and_the_last_good_one_still_serves(
    home: Home, body: bytes | str, reason: str
) -> None:
    add(home, GOOD)
    add(home, body)
    good, bad = parse_all(home)
    assert (good.verdict, bad.verdict, bad.reason) == (Verdict.ACCEPTED, Verdict.QUARANTINED, reason)
    assert bad.message and bad.record_count == 0
    assert len(home.list("records", suffix=".parquet")) == 1


def test_a_page_that_breaks_its_parser_stops_nobody_else(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    add(home, GOOD + "<p>break</p>", url="http://example.test/a")
    add(home, GOOD, url="http://example.test/b")
    whole = PARSERS["prefecture_table"].parse

    def breaks(page: Page) -> Parsed:
        if b"break" in page.body:
            raise ZeroDivisionError("for the test")
        return whole(page)

    monkeypatch.setattr(PARSERS["prefecture_table"], "parse", breaks)
    with here():  # a reading process has a parser of its own, which is in order
        bad, good = parse_all(home)
    assert (bad.verdict, bad.reason) == (Verdict.QUARANTINED, "parser_error")
    assert "ZeroDivisionError" in str(bad.message)
    assert good.verdict is Verdict.ACCEPTED
    assert pending(home, {}) == []


def test_page_that_no_parser_claims_is_tried_again_with_newer_parsers(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture = add(home, b'{"neither": "figures", "nor": "a table"}', knowledge=Knowledge())
    (outcome,) = parse_all(home)
    assert (outcome.parser, outcome.reason) == ("none", "unknown_layout")
    assert pending(home, {}) == []
    monkeypatch.setattr(PARSERS["region_table"], "version", "99")
    assert pending(home, {}) == [capture.capture_id]


def test_damaged_archive_is_told_and_tried_again(home: Home) -> None:
    capture = add(home, GOOD)
    home.fs.rm_file(home.path("captures/bodies", capture.body_sha256[:2], capture.body_sha256))
    (outcome,) = parse_all(home)
    assert outcome.reason == "archive_damaged"
    assert pending(home, {}) == [capture.capture_id]


def test_batches_in_any_order_compare_with_the_page_before(home: Home) -> None:
    first = add(home, GOOD)
    second = add(home, GOOD.replace("第2市", "第9市"))
    (outcome,) = parse_captures(home, [second.capture_id], {})
    assert (outcome.verdict, outcome.reason) == (Verdict.QUARANTINED, "changed_layout")
    assert outcome.message == "1 rows gone: 第2市"
    assert "lost_regions" in {finding.check for finding in outcome.findings if not finding.passed}
    assert "第2市" in str(outcome.message)
    assert pending(home, {}) == [], "the page before was parsed on the way"
    assert parse_captures(home, [first.capture_id], {})[0].verdict is Verdict.ACCEPTED


def test_quarantined_page_is_no_measure_for_the_next(home: Home) -> None:
    add(home, GOOD)
    add(home, GOOD.replace("第2市", "第9市"))
    add(home, GOOD.replace("<h1>", "<h1> "))
    assert [o.verdict for o in parse_all(home)][-1] is Verdict.ACCEPTED


def test_shipped_capture_is_compared_by_its_figures_only(home: Home) -> None:
    starter = GOOD.replace("<td>非职务</td>", "").replace("<td>4</td>", "").replace("<td>12</td>", "")
    add(home, starter, origin=Origin.STARTER)
    add(home, GOOD)
    assert [o.verdict for o in parse_all(home)] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    add(home, GOOD.replace("<td>14</td><td>10</td>", "<td>10</td><td>14</td>"))
    assert parse_all(home)[-1].verdict is not Verdict.ACCEPTED


def test_whole_page_with_too_few_figures_for_its_source(home: Home) -> None:
    like = next(iter(load_catalog().values()))
    source = like.model_copy(update={"source_id": "made_up", "parser": "region_table", "minimum_records": 50})
    add(home, GOOD, source_id="made_up")
    (outcome,) = parse_all(home, {"made_up": source})
    assert (outcome.parser, outcome.reason) == ("region_table", "too_few_records")


def test_disjoint_batches_in_several_processes(home: Home) -> None:
    ids = [add(home, GOOD + f"<p>{n}</p>", url=f"http://example.test/{n}").capture_id for n in range(6)]
    with ProcessPoolExecutor(2) as pool:
        done = [o for batch in pool.map(parse_captures, [home] * 2, [ids[:3], ids[3:]], [{}] * 2) for o in batch]
    assert {o.verdict for o in done} == {Verdict.ACCEPTED}
    assert pending(home, {}) == []


# --- damage to real pages ---------------------------------------------------------------------------------------------


def _data_rows(text: str) -> list[str]:
    rows = re.findall(r"<tr>.*?</tr>", text, re.DOTALL | re.IGNORECASE)
    return [row for row in rows if re.search(r">\s*-?[\d.,]{2,}%?\s*<", row) and "20" not in _cells(row)[0][:8]][2:]


def _cells(row: str) -> list[str]:
    return re.findall(r"<td[^>]*>.*?</td>", row, re.DOTALL | re.IGNORECASE)


def _figures(cells: list[str]) -> list[int]:
    return [i for i, cell in enumerate(cells) if re.search(r">\s*-?[\d.,]+%?\s*<", cell)]


def row_removed(text: str) -> str:
    rows = _data_rows(text)
    return text.replace(rows[len(rows) // 2], "", 1)


def last_row_removed(text: str) -> str:
    return text.replace(_data_rows(text)[-1], "", 1)


def column_shifted(text: str) -> str:
    for row in _data_rows(text):
        cells = _cells(row)
        places = _figures(cells)
        shifted = [cells[i] for i in places]
        for place, cell in zip(places, [shifted[-1], *shifted[:-1]], strict=True):
            cells[place] = cell
        text = text.replace(row, f"<tr>{''.join(cells)}</tr>", 1)
    return text


def cell_inserted(text: str) -> str:
    row = _data_rows(text)[1]
    cells = _cells(row)
    return text.replace(row, f"<tr>{cells[0]}<td>1</td>{''.join(cells[1:])}</tr>", 1)


def labels_swapped(text: str) -> str:
    rows = _data_rows(text)
    a, b = rows[0], rows[4]
    label_a, label_b = _cells(a)[0], _cells(b)[0]
    text = text.replace(a, "@a@", 1).replace(b, "@b@", 1)
    return text.replace("@a@", a.replace(label_a, label_b)).replace("@b@", b.replace(label_b, label_a))


def figure_ten_times(text: str) -> str:
    row = next(row for row in _data_rows(text) if "%" not in row)
    return text.replace(row, re.sub(r">(\d{2,})<", r">\g<1>0<", row, count=1), 1)


def unit_changed(text: str) -> str:
    for a, b in (("（万人）", "（人）"), ("(Unit: piece)", "(Unit: 10 000 pieces)"), ("单位：件", "单位：万件")):
        if a in text:
            return text.replace(a, b)
    return re.sub(r"(<tr><td[^>]*rowspan)", r"<tr><td colspan=9>单位：万件</td></tr>\1", text, count=1)


def header_cell_lost(text: str) -> str:
    rows = re.findall(r"<tr>.*?</tr>", text, re.DOTALL | re.IGNORECASE)
    header = [row for row in rows if re.search("地.?区|Regions|合计|大专院校", row) and not re.search(r">\d{3,}<", row)]
    header = header or [row for row in rows if "Regions" in row]
    cells = _cells(header[-1])
    return text.replace(header[-1], f"<tr>{''.join(cells[:-1])}</tr>", 1)


def percentage_row_lost(text: str) -> str:
    rows = [row for row in _data_rows(text) if "%" in row]
    return text.replace(rows[1], "", 1) if rows else ""


def cut_in_the_middle(text: str) -> str:
    return text[: int(len(text) * 0.6)]


def error_page(text: str) -> str:
    return "<html><head><title>错误</title></head><body><h1>500 Internal Server Error</h1></body></html>"


def empty_file(text: str) -> str:
    return ""


DAMAGES = [
    row_removed,
    last_row_removed,
    column_shifted,
    cell_inserted,
    labels_swapped,
    figure_ten_times,
    unit_changed,
    header_cell_lost,
    percentage_row_lost,
    cut_in_the_middle,
    error_page,
    empty_file,
]
SLUGS = [
    "cnipa_2007_d1",
    "cnipa_2009_c2",
    "cnipa_2014_c3",
    "cnipa_2015_b4",
    "cnipa_2018_a7",
    "cnipa_2022_c3",
    "hunan_inforce_202011",
    "hunan_grants_202308",
]


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damaged_page_in_place_of_the_good_one_never_serves(
    home: Home, archive: Path, slug: str, damage: Callable[[str], str]
) -> None:
    page = archive_page(archive, slug)
    text = decode(page.body).text
    damaged = damage(text)
    assert damaged != text
    for body in (text, damaged):
        add(home, body.encode(), url=page.url, knowledge=page.knowledge)
    good, bad = parse_all(home)
    assert good.verdict in (Verdict.ACCEPTED, Verdict.INCOMPLETE)
    assert bad.verdict in (Verdict.QUARANTINED, Verdict.CONTRADICTORY), (bad.verdict, bad.reason, damage.__name__)
    assert bad.message


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("damage", [row_removed, cell_inserted, cut_in_the_middle, percentage_row_lost])
def test_damage_on_first_sight_gives_no_wrong_figure(archive: Path, slug: str, damage: Callable[[str], str]) -> None:
    page = archive_page(archive, slug)
    text = decode(page.body).text

    def figures(parsed: Parsed) -> dict[tuple[object, ...], object]:
        return {
            (r.region_label, r.measure_label, r.period, r.is_percentage_row, r.unit_label): r.value
            for r in parsed.records
        }

    true = figures(parse_page(page)[1])
    try:
        _, parsed = parse_page(Page(damage(text).encode(), page.url, page.knowledge))
    except Refusal:
        return
    if parsed.verdict in (Verdict.ACCEPTED, Verdict.INCOMPLETE):
        assert figures(parsed).items() <= true.items()


def test_a_disk_that_is_full_for_a_moment_puts_no_page_into_quarantine(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(home, GOOD)
    write, failures = Home.write, iter([OSError(28, "No space left on device")])

    def full_once(self: Home, data: bytes, *parts: str) -> None:
        if parts[-1].endswith(".parquet") and (error := next(failures, None)):
            raise error
        write(self, data, *parts)

    monkeypatch.setattr(Home, "write", full_once)
    with pytest.raises(OSError, match="No space left"):
        parse_all(home)
    assert home.list("records") == []
    assert [outcome.verdict for outcome in parse_all(home)] == [Verdict.ACCEPTED]

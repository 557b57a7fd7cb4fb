"""What a report says is what the marts say, every number leads to its source, and odd plans are told as they are."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import duckdb
import lxml.html
import pytest

from tests.warehouse.evaluation import made_marts as made
from warehouse.evaluation.assemble import assemble
from warehouse.evaluation.dates import Kind
from warehouse.evaluation.docx import write_docx
from warehouse.evaluation.facts import OtherVersion, UnknownPlan, gather
from warehouse.evaluation.files import write
from warehouse.evaluation.html import write_html
from warehouse.evaluation.model import Report
from warehouse.evaluation.words import Language

NUMBERS = ("baseline_value", "target_value", "actual_value", "required_value", "progress", "pace", "projected_value")


def _report(database: Path, language: Language = Language.ZH, plan: str = "made") -> Report:
    return assemble(gather(database, plan, Kind.AS_OF, made.AS_OF), language)


def _html(report: Report) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(write_html(report))


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A plan with one measured target, one without a figure, and one proposed."""
    return made.marts(
        tmp_path / "marts.duckdb",
        dim_plan=[made.plan()],
        dim_target=[made.target("made-1"), made.target("made-2"), made.target("made-10", quote=None)],
        fct_target_progress=[
            made.progress("made-1", **made.MEASURED),
            made.progress("made-1", **made.MEASURED | {
                "evaluation_date": date(2022, 12, 31), "actual_value": Decimal(22000), "observation_ids": ["o2"],
                "actual_period_end": date(2022, 12, 31)}),
            made.progress("made-2", flags="start_inferred,target_conflict"),
            made.progress("made-10", review_state="proposed", flags="proposed"),
        ],
        fct_observation=[made.observation("o1"), made.observation("o2", origin="starter", value_text="22,000")],
        plan_scorecard=[made.scorecard()],
        dim_source=[{"source_id": "made_source", "title_zh": "造出的来源", "title_en": "A made source"}],
    )  # fmt: skip


@pytest.mark.parametrize("language", Language)
def test_every_number_of_the_table_is_the_one_of_the_mart(measured: Path, language: Language) -> None:
    page = _html(_report(measured, language))
    cells = page.get_element_by_id("made-1").findall("td")[2:9]
    for name, cell in zip(NUMBERS, cells, strict=True):
        value = made.MEASURED.get(name, Decimal(30000))
        told = cell.find("data")
        assert told is not None and Decimal(told.get("value")) == Decimal(str(value)), name
    shown = [cell.find("data").text for cell in cells]
    assert re.match(r"2 ?\D", shown[0])  # in the unit of the plan, ten thousand
    assert shown[4:6] == ["66.7%", "1.11"]


@pytest.mark.parametrize("language", Language)
def test_every_reference_leads_to_one_source_with_address_place_print_and_capture(
    measured: Path, language: Language
) -> None:
    report = _report(measured, language)
    page = _html(report)
    wanted = {link.get("href") for link in page.iterfind(".//a[@class='ref']")}
    assert wanted == {f"#source-{source.number}" for source in report.sources}
    for source in report.sources:
        assert page.get_element_by_id(f"source-{source.number}") is not None
        assert source.address and source.printed
    figure = next(source for source in report.sources if "26,666.5" in source.printed)
    assert (figure.address, figure.fetched, figure.capture_id) == (
        "https://made.example/table.html", "2024-02-01", "d" * 32,
    )  # fmt: skip
    assert re.findall(r"\d+", figure.place) == ["1", "4", "2"]
    quoted = next(source for source in report.sources if source.printed == "达到3万件")
    assert (quoted.fetched, quoted.capture_id) == ("2023-05-06", "c" * 32) and "7" in quoted.place
    row = report.sections[0].rows[0]
    assert row.actual.refs == (figure.number,) and row.target.refs == row.baseline.refs != row.actual.refs


def test_targets_stand_in_the_order_of_the_plan_with_status_reason_and_marks_in_words(measured: Path) -> None:
    rows = _report(measured, Language.EN).sections[0].rows
    assert [row.target_id for row in rows] == ["made-1", "made-2", "made-10"]
    assert (rows[1].status, rows[1].flags) == ("no data", "start inferred, the plan's statements disagree")
    assert "proposed" in rows[2].marks and not rows[1].marks
    assert "starter" in next(source.marks for source in _report(measured, Language.EN).sources if source.marks)


def test_a_figure_in_running_text_is_placed_by_its_paragraph(tmp_path: Path) -> None:
    database = made.marts(
        tmp_path / "marts.duckdb", dim_plan=[made.plan()], dim_target=[made.target("made-1")],
        fct_target_progress=[made.progress("made-1", **made.MEASURED)], plan_scorecard=[made.scorecard()],
        fct_observation=[made.observation("o1", table_no=0)],
    )  # fmt: skip
    assert _report(database, Language.EN).sources[-1].place.startswith("paragraph 4 of the text")


def test_a_figure_entered_by_hand_is_marked_beside_the_number(tmp_path: Path) -> None:
    database = made.marts(
        tmp_path / "marts.duckdb", dim_plan=[made.plan()], dim_target=[made.target("made-1")],
        fct_target_progress=[made.progress("made-1", **made.MEASURED)],
        fct_observation=[
            made.observation("o1", source_id="hand_entered", origin="imported", note="entered by 李四 from https://a.example")
        ],
        plan_scorecard=[made.scorecard()],
    )  # fmt: skip
    report = _report(database)
    assert report.sources[-1].printed.endswith("(entered by 李四 from https://a.example)")
    assert report.sections[0].rows[0].marks == "人工录入"
    assert any("人工录入" in sentence for sentence in report.sentences)


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"target_value_printed": Decimal(0), "target_value": Decimal(0)}, "26,666.5件"),  # a zero hides the factor
        ({"target_value_printed": Decimal(15), "target_value": Decimal(15), "unit_zh": "%"}, "26,666.5件"),
    ],
)
def test_values_stay_in_their_own_unit_where_the_plan_does_not_tell_the_factor(
    tmp_path: Path, changed: dict[str, object], shown: str
) -> None:
    unit_base = "%" if changed.get("unit_zh") == "%" else "件"
    database = made.marts(
        tmp_path / "marts.duckdb", dim_plan=[made.plan()], dim_target=[made.target("made-1", **changed)],
        fct_target_progress=[made.progress("made-1", **made.MEASURED | {"unit_base": unit_base})],
        fct_observation=[made.observation("o1")], plan_scorecard=[made.scorecard()],
    )  # fmt: skip
    assert _report(database).sections[0].rows[0].actual.shown == shown


def test_the_chart_holds_the_points_so_far_and_where_they_lead(measured: Path) -> None:
    (chart,) = _report(measured).charts
    assert chart.points == [(date(2022, 12, 31), 2.2), (date(2023, 12, 31), 2.66665)]
    assert chart.unit == "万件" and chart.target == (made.END, 3.0)
    assert chart.path == [(made.START, 2.0), (made.END, 3.0)]
    assert chart.projection and chart.projection[2:] == (3.0, 3.2)


def test_the_chart_has_the_facts_between_the_evaluation_dates_with_their_sources(tmp_path: Path) -> None:
    series = {"region_id": "r", "indicator_id": "i", "breakdown": "total", "period_kind": "point_in_time"}
    between, newest = date(2023, 6, 30), date(2023, 12, 31)
    database = made.marts(
        tmp_path / "marts.duckdb", dim_plan=[made.plan()], dim_target=[made.target("made-1")],
        fct_target_progress=[made.progress("made-1", **made.MEASURED)], plan_scorecard=[made.scorecard()],
        fct_observation=[
            made.observation("o1", **series, period_end=newest, value=made.MEASURED["actual_value"]),
            made.observation("o2", **series, period_end=between, value=Decimal(25000), row_no=9),
        ],
        fct_region_indicator=[
            {**series, "observation_id": "o2", "period_end": between, "value": Decimal(25000)},
            {**series, "observation_id": "o3", "period_end": date(2024, 6, 30), "value": Decimal(29000)},
        ],
    )  # fmt: skip
    report = _report(database)
    assert (between, 2.5) in report.charts[0].points
    assert date(2024, 6, 30) not in dict(report.charts[0].points)
    assert {report.sources[ref - 1].place for ref in report.charts[0].refs} >= {"表1第9行第2列"}


def test_a_release_of_another_version_is_told(tmp_path: Path) -> None:
    database = made.marts(tmp_path / "marts.duckdb", dim_plan=[made.plan()])
    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as made")
        connection.execute("alter table made.marts.dim_target drop column quote_origin")
    with pytest.raises(OtherVersion, match="zhibiao refresh"):
        _report(database)


def test_the_document_says_what_the_page_says(measured: Path) -> None:
    report = _report(measured)
    document = docx.Document(BytesIO(write_docx(report)))
    targets = document.tables[1]
    told = [[cell.text for cell in row.cells] for row in targets.rows]
    row = report.sections[0].rows[0]
    numbers = (row.baseline, row.target, row.actual, row.required, row.progress, row.pace, row.projection)
    for cell, number in zip(told[2][2:9], numbers, strict=True):
        assert cell.splitlines()[0] == number.shown + "".join(f"[{ref}]" for ref in number.refs)
        assert cell.splitlines()[1:] == number.note.splitlines()
    assert len(document.inline_shapes) == len(report.charts) == 1
    assert len(document.tables[-1].rows) == 1 + len(report.sources)


@pytest.mark.parametrize("language", Language)
def test_the_same_marts_give_the_same_bytes(measured: Path, language: Language) -> None:
    assert write_html(_report(measured, language)) == write_html(_report(measured, language))
    assert write_docx(_report(measured, language)) == write_docx(_report(measured, language))


def test_the_page_needs_nothing_from_outside(measured: Path) -> None:
    text = write_html(_report(measured)).decode()
    page = lxml.html.document_fromstring(text)
    assert not page.findall(".//script") and not page.findall(".//link") and not page.findall(".//img")
    assert "@import" not in text and not re.search(r"url\((?!#)", text)
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_words_from_pages_cannot_become_markup(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script>"
    database = made.marts(
        tmp_path / "marts.duckdb", dim_plan=[made.plan(title_zh=nasty, url="javascript:alert(1)")],
        dim_target=[made.target("made-1", quote=nasty, indicator_zh=nasty)],
        fct_target_progress=[made.progress("made-1")], plan_scorecard=[made.scorecard()],
    )  # fmt: skip
    page = _html(_report(database))
    assert not page.findall(".//script")
    assert not [link for link in page.iterfind(".//a") if link.get("href", "").startswith("javascript")]


@pytest.mark.parametrize("language", Language)
def test_a_plan_without_period_targets_or_figures_is_told_as_such(tmp_path: Path, language: Language) -> None:
    bare = {name: None for name in made.plan() if name not in ("plan_id", "title_zh")}
    database = made.marts(tmp_path / "marts.duckdb", dim_plan=[made.plan(**bare)])
    report = _report(database, language)
    assert report.evaluation_date == made.AS_OF and not report.sections
    assert write_html(report) and write_docx(report)


def test_a_plan_of_hundreds_of_targets_has_a_row_for_each(tmp_path: Path) -> None:
    ids = [f"made-{number}" for number in range(239)]
    database = made.marts(
        tmp_path / "marts.duckdb", dim_plan=[made.plan()],
        dim_target=[made.target(each, section=f"schedule row {number % 7}") for number, each in enumerate(ids)],
        fct_target_progress=[made.progress(each, task_state="overdue" if each == "made-1" else None) for each in ids],
        plan_scorecard=[made.scorecard(target_count=239)],
        fct_task=[{"task_id": "made-1", "plan_id": "made", "state": "overdue", "evidence_ids": [],
                   "lead_unit": "某局", "is_due_inferred": False, "due_on": date(2023, 12, 31)}],
    )  # fmt: skip
    report = _report(database)
    page = _html(report)
    assert all(page.get_element_by_id(each) is not None for each in ids)
    assert [section.heading for section in report.sections] == ["进度安排表"]
    assert sum(count for _, _, count in report.counts) == 239 == len(report.gaps)
    assert [unit.name for unit in report.units] == ["某局"]


@pytest.mark.parametrize(
    ("kind", "state", "evidence"), [(Kind.MIDTERM, "due", ""), (Kind.AS_OF, "done", "2024年2月1日、公布办法")]
)
def test_a_task_is_judged_on_the_evaluation_date_whatever_was_done_since(
    tmp_path: Path, kind: Kind, state: str, evidence: str
) -> None:
    task = {"target_type": "milestone", "rule": "evidence"}
    database = made.marts(
        tmp_path / "marts.duckdb", dim_plan=[made.plan()], dim_target=[made.target("made-m1")],
        fct_target_progress=[
            made.progress("made-m1", **task, status="achieved", reason_code="evidence", task_state="done"),
            made.progress("made-m1", **task, status="unrated", reason_code="awaiting_evidence", task_state="due",
                          evaluation_date=date(2022, 12, 31)),
        ],
        fct_task=[{"task_id": "made-m1", "plan_id": "made", "state": "done", "evidence_ids": ["e1"],
                   "done_on": date(2024, 2, 1), "evidence_note": "公布办法", "is_due_inferred": False}],
    )  # fmt: skip
    report = assemble(gather(database, "made", kind, made.AS_OF), Language.ZH)
    (task_row,) = report.units[0].tasks
    assert (task_row.state_code, task_row.evidence) == (state, evidence)
    assert [source.printed for source in report.sources if source.printed == "公布办法"] == ["公布办法"] * bool(
        evidence
    )


def test_an_unknown_plan_is_refused_with_the_list_of_plans(measured: Path) -> None:
    with pytest.raises(UnknownPlan, match=r"(?s)'other'.*made  造出的规划"):
        gather(measured, "other", Kind.AS_OF, made.AS_OF)


def test_the_files_are_named_after_plan_kind_dates_and_language(measured: Path, tmp_path: Path) -> None:
    paths = write(
        measured, "made", kind=Kind.AS_OF, as_of=made.AS_OF, language=Language.EN, forms=("html", "docx"),
        folder=tmp_path / "out",
    )  # fmt: skip
    name = "made-at-2024-06-30-as-of-2024-06-30-en"
    assert [path.name for path in paths] == [f"{name}.html", f"{name}.docx"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{name}.docx", f"{name}.html"]

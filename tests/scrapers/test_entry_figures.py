"""Figures entered by hand: what is refused and why, what is kept, and that the parser reads what was typed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.archive import Archive
from scrapers.captures import HAND_ENTERED, PROOF, Knowledge, Origin
from scrapers.entry.figure_periods import kind_of_period
from scrapers.entry.figure_terms import COUNTERS
from scrapers.entry.figures import Wanted, add_figure, entered_figures
from scrapers.entry.proof import EntryRefused, source_of
from scrapers.home import Home
from scrapers.parse import parse_captures, pending, read_records
from scrapers.records import PeriodKind, Verdict
from scrapers.seeds import SEEDS

TODAY = date(2024, 6, 30)
REPORT = "https://www.example.gov.cn/report.html"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path / "home")


def wanted(**changes: object) -> Wanted:
    figure = Wanted(
        "131000", "ip_pledge_financing", "2022", "2.3", "亿元", source_of(REPORT, None), "Li", date(2023, 2, 1)
    )
    return replace(figure, **changes)  # type: ignore[arg-type]


def add(home: Home, **changes: object) -> str:
    return add_figure(home, wanted(**changes), today=TODAY, run_id="run").capture_id


@pytest.mark.parametrize(
    ("period", "kind", "expected"),
    [
        ("2022", "stock", PeriodKind.POINT_IN_TIME),
        ("2022-06", "stock", PeriodKind.POINT_IN_TIME),
        ("2022-06-30", "stock", PeriodKind.POINT_IN_TIME),
        ("2022", "flow", PeriodKind.YEAR),
        ("2022-01..2022-12", "flow", PeriodKind.YEAR),
        ("2022-01-01..2022-12-31", "flow", PeriodKind.YEAR),
        ("2023-01", "flow", PeriodKind.MONTH),
        ("2023-01..2023-06", "flow", PeriodKind.YEAR_TO_DATE),
        ("2023-01..2023-03", "flow", PeriodKind.YEAR_TO_DATE),
        ("2023-01-01..2023-06-15", "flow", PeriodKind.YEAR_TO_DATE),
        ("2023-04..2023-06", "flow", PeriodKind.QUARTER),
        ("2021-01..2023-12", "flow", PeriodKind.CUMULATIVE),
        ("2022", "ratio", PeriodKind.YEAR),
        ("2022-12-31", "ratio", PeriodKind.POINT_IN_TIME),
    ],
)
def test_a_period_means_what_fits_the_indicator(period: str, kind: str, expected: PeriodKind) -> None:
    assert kind_of_period(period, kind) is expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2020-12-16..2021-12-15", PeriodKind.YEAR),
        ("2020-12-16..2021-06-15", PeriodKind.YEAR_TO_DATE),
        ("2020-12-16..2021-03-15", PeriodKind.YEAR_TO_DATE),
        ("2021-03-16..2021-06-15", PeriodKind.QUARTER),
        ("2021", PeriodKind.YEAR),
    ],
)
def test_trademarks_may_be_counted_by_the_calendar_of_their_office(period: str, expected: PeriodKind) -> None:
    assert kind_of_period(period, "flow", "trademark") is expected


@pytest.mark.parametrize(
    ("period", "right_kind"),
    [
        ("2020-12-16..2021-12-15", "patent"),
        ("2019-12-16..2021-12-15", "trademark"),
        ("2021-04-16..2021-06-15", "trademark"),
    ],
)
def test_no_other_stretch_from_the_16th_to_the_15th_is_a_period(period: str, right_kind: str) -> None:
    with pytest.raises(EntryRefused, match="no calendar year"):
        kind_of_period(period, "flow", right_kind)


@pytest.mark.parametrize(
    ("period", "kind", "message"),
    [
        ("2022-01..2022-06", "stock", "give its last day, 2022-06-30"),
        ("2022-06-30", "flow", "is one day"),
        ("2023-02..2023-05", "flow", "no calendar year, quarter or month"),
        ("2023-02..2023-04", "flow", "no calendar year, quarter or month"),
        ("2022-07..2023-06", "flow", "no row of whole years"),
        ("2023-06..2023-01", "flow", "ends before it begins"),
        ("2023-13", "flow", "is none"),
        ("2023-02-30", "stock", "is none"),
        ("2021..2023", "flow", "is none"),
        ("2023-01..2023-06-30", "flow", "is none"),
        ("２０２３", "flow", "is none"),
        ("last year", "flow", "is none"),
    ],
)
def test_a_period_that_does_not_fit_is_refused(period: str, kind: str, message: str) -> None:
    with pytest.raises(EntryRefused, match=message):
        kind_of_period(period, kind)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"indicator_id": "ip_pledge"}, "did you mean .*ip_pledge_financing"),
        ({"indicator_id": "知识产权质押融资金额"}, "did you mean ip_pledge_financing"),
        ({"region_code": "131099"}, "no region has the code '131099'"),
        ({"region_code": "132800"}, "belonged to no region in 2022"),
        ({"unit": "件"}, "does not fit .* in 元; allowed: .*亿元"),
        ({"value": "many"}, "is no number"),
        ({"value": "2..3"}, "cannot be read|is no number"),
        ({"value": "2.3万元"}, "is in 万元, and --unit says 亿元"),
        ({"value": "-2"}, "out of the bounds .*at least 0"),
        ({"value": "2.1234567"}, "more digits"),
        ({"value": "1" + "0" * 18}, "more digits"),
        ({"by": "  "}, "--by NAME"),
        ({"period": "2024", "published": None}, "ends on 2024-12-31; today is 2024-06-30"),
        ({"published": date(2022, 12, 30)}, "a source of 2022-12-30 cannot know it"),
        ({"published": date(2024, 7, 1)}, "has not come yet"),
        ({"indicator_id": "patent_grants", "unit": "件", "value": "12.5"}, "would not be believed"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_and_leaves_nothing(
    home: Home, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.4 scan")
    with pytest.raises(EntryRefused, match=message):
        add(home, **{"source": source_of(None, scan), **changes})
    assert Archive(home).captures() == []


def test_a_trademark_year_is_read_as_it_was_entered(home: Home) -> None:
    add(home, indicator_id="trademark_applications", period="2021-12-16..2022-12-15", value="2310", unit="件")
    (outcome,) = parse_captures(home, pending(home, {}), {})
    (record,) = read_records(home, outcome)
    assert (record.period, record.period_kind) == ("2021-12-16..2022-12-15", PeriodKind.YEAR)


def test_a_figure_is_an_imported_capture_that_its_parser_reads(home: Home) -> None:
    capture_id = add(home, note="page 3")
    (capture,) = Archive(home).captures()
    assert (capture.capture_id, capture.source_id, capture.origin) == (capture_id, HAND_ENTERED, Origin.IMPORTED)
    (outcome,) = parse_captures(home, pending(home, {}), {})
    assert (outcome.verdict, outcome.parser) == (Verdict.ACCEPTED, "hand_entered")
    (record,) = read_records(home, outcome)
    assert (record.region_label, record.measure_label) == ("131000", "ip_pledge_financing")
    assert (record.value, record.value_text, record.unit_label) == (Decimal("2.3"), "2.3", "亿元")
    assert (record.period, record.period_kind) == ("2022", PeriodKind.YEAR)
    assert (record.published_on, record.quote) == (date(2023, 2, 1), "page 3")
    assert record.note == f"entered by Li on 2024-06-30 from {REPORT}"


def test_an_undated_source_is_known_from_the_day_of_entry(home: Home) -> None:
    add(home, published=None)
    (outcome,) = parse_captures(home, pending(home, {}), {})
    assert read_records(home, outcome)[0].published_on == TODAY


def test_words_that_make_a_figure_approximate_are_kept(home: Home) -> None:
    add(home, value="2.3余")
    (outcome,) = parse_captures(home, pending(home, {}), {})
    (record,) = read_records(home, outcome)
    assert record.value == Decimal("2.3")
    assert (record.note or "").startswith("余; ")


def test_the_same_figure_twice_is_one(home: Home) -> None:
    first = add(home)
    again = add_figure(home, wanted(by="Wang"), today=date(2024, 7, 1), run_id="run")
    assert (again.is_new, again.capture_id) == (False, first)
    assert again.figure.entered_by == "Li"
    assert len(Archive(home).captures()) == 1


def test_another_value_stands_beside_the_first_and_is_told(home: Home) -> None:
    add(home)
    later = add_figure(home, wanted(value="2.4"), today=TODAY, run_id="run")
    assert later.is_new
    assert [other.value for other in later.beside] == ["2.3"]
    assert [figure.value for figure in entered_figures(home)[0]] == ["2.3", "2.4"]
    assert len({capture.url for capture in Archive(home).captures()}) == 2


def test_a_scan_is_kept_and_read_by_nobody(home: Home, tmp_path: Path) -> None:
    scan = tmp_path / "report.html"
    scan.write_bytes("<html><title>验证码</title>scan</html>".encode())
    add(home, source=source_of(None, scan))
    by_source = {capture.source_id: capture for capture in Archive(home).captures()}
    assert set(by_source) == {HAND_ENTERED, PROOF}
    assert Archive(home).body(by_source[PROOF]) == scan.read_bytes()
    assert pending(home, {}) == [by_source[HAND_ENTERED].capture_id]
    (figure,) = entered_figures(home)[0]
    assert figure.source_capture_id == by_source[PROOF].capture_id
    assert figure.source_sha256 == by_source[PROOF].body_sha256


def test_a_damaged_document_is_quarantined_and_told_by_the_list(home: Home) -> None:
    Archive(home).add(
        source_id=HAND_ENTERED, url="imported:figure/x", body=b'{"format": "zhibiao figure 1", "value": "3"}',
        origin=Origin.IMPORTED, knowledge=Knowledge(), run_id="run",
    )  # fmt: skip
    (outcome,) = parse_captures(home, pending(home, {}), {})
    assert (outcome.verdict, outcome.reason) == (Verdict.QUARANTINED, "not_a_figure")
    figures, problems = entered_figures(home)
    assert figures == []
    assert problems[0].startswith("imported:figure/x: ")


@pytest.mark.parametrize(
    ("url", "file", "message"),
    [
        (None, None, "one source is needed"),
        (REPORT, "here.pdf", "one source is needed"),
        ("www.example.gov.cn", None, "is no web address"),
        ("https://a b", None, "is no web address"),
        (None, "nowhere.pdf", "cannot be read"),
        (None, "empty.pdf", "is empty"),
    ],
)
def test_an_entry_needs_one_source(tmp_path: Path, url: str | None, file: str | None, message: str) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    (tmp_path / "here.pdf").write_bytes(b"%PDF")
    with pytest.raises(EntryRefused, match=message):
        source_of(url, tmp_path / file if file else None)


def test_what_counts_as_a_counter_is_the_same_at_entry_as_in_the_build() -> None:
    """Else a figure would be taken that the build cannot convert."""
    macro = (SEEDS.parent / "macros" / "units.sql").read_text(encoding="utf-8").partition("endmacro")[0]
    assert set(re.findall("'([^']+)'", macro)) == COUNTERS

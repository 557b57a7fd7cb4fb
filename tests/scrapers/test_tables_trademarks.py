"""Quarterly tables of the Trademark Office: its calendar, cities below their provinces, stocks beside flows."""

from __future__ import annotations

import pytest
from table_markup import STOCK, TO_DATE, YEAR, failed, read
from table_pages import cells, html_page, table

from scrapers.records import Page, PeriodKind, Verdict
from scrapers.tables.names import provinces

NAMES = [*(province.name for province in provinces()), "香港特别行政区", "澳门特别行政区", "台湾省"]
ROWS = [[name, 1000 + 37 * n, 700 + 29 * n, 50000 + 411 * n] for n, name in enumerate(NAMES)]
TITLE = "各省、自治区、直辖市商标注册统计"


def total(rows: list[list[object]]) -> list[object]:
    return ["合计", *(sum(int(str(r[c])) for r in rows) for c in (1, 2, 3))]


def trademarks(title: str, rows: list[list[object]], before: str = "") -> Page:
    head = ["地区", "申请件数", "注册件数", "有效注册量(件)"]
    return html_page(f"<h1>{title}</h1>{before}" + table(head, *rows))


@pytest.mark.parametrize(
    ("title", "before", "period", "kind"),
    [
        (f"2024年前三季度{TITLE}", "", "2023-12-16..2024-09-15", TO_DATE),
        (f"2024年上半年{TITLE}", "", "2023-12-16..2024-06-15", TO_DATE),
        (f"2024年第一季度{TITLE}", "", "2023-12-16..2024-03-15", TO_DATE),
        (f"2024年度{TITLE}", "", "2023-12-16..2024-12-15", YEAR),
        (TITLE, "<p>2024年前三季度</p><p>(2023年12月16日至2024年9月15日)</p>", "2023-12-16..2024-09-15", TO_DATE),
    ],
)
def test_office_tables_count_from_the_16th_to_the_15th(title: str, before: str, period: str, kind: PeriodKind) -> None:
    parsed = read(trademarks(title, [total(ROWS), *ROWS], before))
    found = cells(parsed)
    assert parsed.verdict is Verdict.ACCEPTED
    assert found["广西", "注册件数", period].period_kind is kind
    assert found["合计", "有效注册量", period[-10:]].period_kind is STOCK
    assert found["台湾省", "申请件数", period].unit_label == "件"


def test_a_later_single_quarter_of_a_table_that_adds_up_is_not_dated_by_guess() -> None:
    parsed = read(trademarks(f"2019年第三季度{TITLE}", [total(ROWS), *ROWS]))
    assert (parsed.verdict, parsed.reason) == (Verdict.CONTRADICTORY, "period_conflict")


def with_cities(change: int = 0) -> list[list[object]]:
    """Every province with two cities and the rest below it; `change` is added to one city."""
    rows: list[list[object]] = []
    for n, (name, *counts) in enumerate(ROWS):
        rows.append([name, *counts])
        if n < 31:
            half, third = [int(str(c)) // 2 for c in counts], [int(str(c)) // 3 for c in counts]
            rest = [int(str(c)) - h - t for c, h, t in zip(counts, half, third, strict=True)]
            half[0] += change if n == 5 else 0
            rows += [[f"甲{n}市", *half], [f"乙{n}市", *third], ["其他", *rest]]
    return rows


def test_cities_below_their_provinces_are_recorded_and_not_added() -> None:
    parsed = read(trademarks(f"2024年前三季度{TITLE}", [total(ROWS), *with_cities()]))
    found = cells(parsed)
    assert parsed.verdict is Verdict.ACCEPTED
    assert found["乙0市", "申请件数", "2023-12-16..2024-09-15"].value == 333
    assert found["北京其他", "申请件数", "2023-12-16..2024-09-15"].value == 167
    assert any(f.check == "sum_over_regions" and f.passed for f in parsed.findings)


@pytest.mark.parametrize("change", [5, -5])
def test_city_that_does_not_fit_into_its_province_contradicts_the_table(change: int) -> None:
    parsed = read(trademarks(f"2024年前三季度{TITLE}", [total(ROWS), *with_cities(change)]))
    assert parsed.reason == "city_over_province"


def test_marks_in_force_cannot_be_fewer_than_those_registered() -> None:
    swapped = [[name, a, c, b] for name, a, b, c in [total(ROWS), *ROWS]]
    assert "stock_below_flow" in failed(read(trademarks(f"2024年前三季度{TITLE}", swapped)))

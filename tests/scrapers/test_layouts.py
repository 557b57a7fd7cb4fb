"""The shape of tables, and what a person is told when it changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from scrapers.layouts import TableShape, differences, shapes_in, shapes_of, stem_of, told
from scrapers.records import PeriodKind, Record

COLUMNS = ("合计", "发明", "实用新型", "外观设计")


def page(
    columns: tuple[str, ...] = COLUMNS,
    *,
    regions: int = 4,
    unit: str | None = "件",
    period: str = "2023-08",
    title: str = "2023年8月某省专利授权量统计表(件)",
) -> list[Record]:
    return [
        Record(
            table_no=1,
            row_no=row,
            column_no=place,
            measure_label=label,
            value_text=str(row * place),
            value=Decimal(row * place),
            table_title=title,
            region_label=f"第{row}市",
            period=period,
            period_kind=PeriodKind.MONTH,
            unit_label=unit,
        )
        for row in range(1, regions + 1)
        for place, label in enumerate(columns, start=2)
    ]


def shape(*arguments: object, **known: object) -> TableShape:
    (found,) = shapes_of(page(*arguments, **known))  # type: ignore[arg-type]
    return found


def said(known: TableShape, new: TableShape) -> str:
    return told([difference for difference in differences(known, new) if difference.kind != "rows_added"])


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (
            shape(("合计", "实用新型", "发明", "外观设计")),
            "column 3 was 发明, is now 实用新型; column 4 was 实用新型, is now 发明",
        ),
        (shape(("合计", "发明专利", "实用新型", "外观设计")), "column 3 was 发明, is now 发明专利"),
        (shape(unit="万件"), "unit was 件, is now 万件"),
        (shape(unit=None), "unit was 件, is now not printed"),
        (shape(COLUMNS[:3]), "1 columns gone: 外观设计"),
        (shape((*COLUMNS, "商标")), "1 columns new: 商标"),
        (shape(regions=2), "2 rows gone: 第3市、第4市"),
        (
            shape(("合计", "发明", "外观设计"), unit="万件"),
            "column 4 was 实用新型, is now 外观设计; 1 columns gone: 外观设计",
        ),
    ],
)
def test_a_person_reads_what_is_laid_out_otherwise(new: TableShape, sentence: str) -> None:
    if "实用新型, is now 外观设计" in sentence:
        sentence = "1 columns gone: 实用新型; unit of 合计、发明、外观设计 was 件, is now 万件"
    assert said(shape(), new) == sentence


def test_further_rows_other_figures_and_another_month_are_the_same_layout() -> None:
    later = shape(regions=6, period="2023-09", title="2023年9月某省专利授权量统计表(件)")
    assert said(shape(), later) == ""
    assert later.stem == shape().stem


def test_regions_in_another_order_are_the_same_layout() -> None:
    records = page()
    assert said(shape(), shapes_of([replace(r, row_no=9 - r.row_no) for r in records][::-1])[0]) == ""


def test_years_side_by_side_are_one_column_and_one_more_year_changes_nothing() -> None:
    def years(first: int, last: int, *, falling: bool = False) -> TableShape:
        ordered = range(last, first - 1, -1) if falling else range(first, last + 1)
        records = [
            replace(page(("授权量",))[row], column_no=place, period=str(year), period_kind=PeriodKind.YEAR)
            for row in range(3)
            for place, year in enumerate(ordered, start=2)
        ]
        (found,) = shapes_of(records)
        return found

    assert len(years(2015, 2020).columns) == 1
    assert said(years(2015, 2020), years(2015, 2021)) == ""
    assert said(years(2015, 2020), years(2015, 2020, falling=True)) == "the periods of 授权量 stood rising, now falling"


def test_what_rows_add_to_a_header_is_no_column_of_its_own() -> None:
    records = [
        replace(record, measure_label=f"{record.measure_label} / {stub}", row_no=record.row_no * 2 + place)
        for record in page(("发明", "实用新型"))
        for place, stub in enumerate(("职务", "非职务"))
    ]
    assert [column.label for column in shapes_of(records)[0].columns] == ["发明", "实用新型"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2023年8月某省专利授权量统计表(件)", "2024年11月某省专利授权量统计表（万件）"),
        ("2020年第四季度全国申请量", "2021年第一季度全国申请量"),
        ("3-3 Patents in Force, April 2013", "2-1 Patents in Force, May 2014"),
        ("二〇二二年度授权情况", "2023年度授权情况"),
    ],
)
def test_issues_of_a_series_have_one_title_without_its_dates(one: str, other: str) -> None:
    assert stem_of(one) == stem_of(other) != ""


def test_tables_of_different_things_are_different_series() -> None:
    assert stem_of("2023年8月某省专利授权量统计表") != stem_of("2023年8月某省有效发明专利统计表")


def test_a_shape_is_read_back_as_it_was_written() -> None:
    assert shapes_in([shape().as_json()]) == [shape()]


def test_prose_has_no_shape() -> None:
    assert shapes_of([replace(record, table_no=0) for record in page()]) == []

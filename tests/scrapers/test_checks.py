"""Do the figures of a page agree with themselves? And what a page may change against the last one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from scrapers.checks import check_page
from scrapers.checks.against_last import compare
from scrapers.records import Parsed, PeriodKind, Record, Verdict
from scrapers.tables.names import provinces

NAMES = [row.name for row in provinces()]
YEAR = PeriodKind.YEAR


def rows(
    table: dict[str, dict[str, str]],
    *,
    period: str = "2020",
    kind: PeriodKind = YEAR,
    units: dict[str, str] | None = None,
    percentages: dict[str, dict[str, str]] | None = None,
) -> list[Record]:
    """Records of a made-up table: region → measure → printed figure."""
    records = []
    number = 1
    for region, figures in table.items():
        for is_percentage, line in ((False, figures), (True, (percentages or {}).get(region, {}))):
            if not line:
                continue
            number += 1
            for column, (measure, text) in enumerate(line.items(), start=2):
                records.append(
                    Record(
                        table_no=1,
                        row_no=number,
                        column_no=column,
                        measure_label=measure,
                        value_text=text,
                        value=Decimal(text.rstrip("%")),
                        table_title="专利授权量",
                        region_label=region,
                        period=period,
                        period_kind=kind,
                        unit_label="%" if is_percentage else (units or {}).get(measure, "件"),
                        is_percentage_row=is_percentage,
                    )
                )
    return records


def judge(records: Sequence[Record], verdict: Verdict = Verdict.ACCEPTED) -> Parsed:
    return check_page(Parsed(records=records, verdict=verdict))


def failed(parsed: Parsed) -> set[str]:
    return {finding.check for finding in parsed.findings if not finding.passed}


def country(values: dict[str, int], total: int, **more: int) -> dict[str, dict[str, str]]:
    return {region: {"授权量": str(value)} for region, value in {"全国总计": total, **values, **more}.items()}


ALL = {name: 10 + n for n, name in enumerate(NAMES)}
WHOLE = {**ALL, "台湾": 5, "香港": 6, "澳门": 7, "其他": 1}


def test_provinces_add_up_and_cities_listed_again_are_not_added() -> None:
    parsed = judge(rows(country(WHOLE, sum(WHOLE.values()), 广州=20, 新疆兵团=3)))
    assert parsed.verdict is Verdict.ACCEPTED
    (sums,) = [f for f in parsed.findings if f.check == "sum_over_regions"]
    assert sums.passed and "35 rows" in sums.message


def test_total_that_is_one_off_is_tolerated_and_logged() -> None:
    parsed = judge(rows(country(WHOLE, sum(WHOLE.values()) + 1)))
    assert parsed.verdict is Verdict.ACCEPTED
    assert any(f.passed and str(sum(WHOLE.values()) + 1) in f.message for f in parsed.findings)


def test_wrong_total_contradicts_the_page_and_names_the_difference() -> None:
    parsed = judge(rows(country(WHOLE, sum(WHOLE.values()) + 2)))
    assert (parsed.verdict, parsed.reason) == (Verdict.CONTRADICTORY, "sum_over_regions")
    assert "off by -2" in next(f.message for f in parsed.findings if not f.passed)


def test_provinces_that_stop_early_make_the_page_incomplete() -> None:
    cut = dict(list(ALL.items())[:20])
    parsed = judge(rows(country(cut, sum(WHOLE.values()))))
    assert (parsed.verdict, parsed.reason) == (Verdict.INCOMPLETE, "cut_off")


def test_old_order_of_provinces_is_a_usual_order_too() -> None:
    old = [row.name for row in sorted(provinces(), key=lambda row: row.old_order or 0)][:23]
    parsed = judge(rows(country(dict.fromkeys(old, 10), 9999)))
    assert parsed.verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.INCOMPLETE])
def test_hole_among_the_provinces_is_no_cut(verdict: Verdict) -> None:
    hole = {name: value for name, value in list(ALL.items())[:25] if name != "浙江"}
    parsed = judge(rows(country(hole, sum(WHOLE.values()))), verdict)
    assert (parsed.verdict, parsed.reason) == (Verdict.CONTRADICTORY, "missing_region")
    assert "浙江" in next(f.message for f in parsed.findings if f.check == "missing_region")


def test_export_without_total_that_lost_one_province() -> None:
    records = rows({name: {"授权量": "12"} for name in NAMES if name != "浙江"})
    assert judge(records).reason == "missing_region"


def test_cut_page_may_fall_short_of_its_total_but_not_exceed_it() -> None:
    cut = dict(list(ALL.items())[:20])
    assert judge(rows(country(cut, sum(WHOLE.values()))), Verdict.INCOMPLETE).verdict is Verdict.INCOMPLETE
    assert judge(rows(country(cut, 100)), Verdict.INCOMPLETE).reason == "sum_over_regions"


def test_prefectures_and_other_make_the_province() -> None:
    table = {"长沙市": {"职务": "30"}, "张家界": {"职务": "12"}, "其他": {"职务": "1"}, "全省": {"职务": "43"}}
    assert judge(rows(table)).verdict is Verdict.ACCEPTED
    del table["张家界"]
    assert judge(rows(table)).reason == "sum_over_regions"


def test_rounded_figures_may_miss_their_total_by_their_rounding() -> None:
    table = {f"第{n}市": {"常住人口": "10.05"} for n in range(14)} | {"全省": {"常住人口": "140.80"}}
    assert judge(rows(table, units={"常住人口": "万人"})).verdict is Verdict.ACCEPTED
    table["全省"] = {"常住人口": "141.80"}
    assert judge(rows(table, units={"常住人口": "万人"})).reason == "sum_over_regions"


def test_home_and_abroad_make_the_whole() -> None:
    table = {
        region: {f"发明 / 授权量 / {kind}": str(k) for kind, k in (("小计", n), ("职务", n - 2), ("非职务", 2))}
        for region, n in (("合计Total", 30), ("国内Domestic", 20), ("国外Foreign", 10))
    }
    parsed = judge(rows(table))
    assert failed(parsed) == {"sum_over_regions"}, "two of 非职务 at home and two abroad are four, the whole says two"
    table["合计Total"] |= {"发明 / 授权量 / 职务": "26", "发明 / 授权量 / 非职务": "4"}
    assert judge(rows(table)).verdict is Verdict.ACCEPTED


def test_district_centre_may_stand_for_its_districts_or_beside_them() -> None:
    beside = {"市本级": {"合计": "30"}, "桐庐县": {"合计": "7"}, "合计": {"合计": "37"}}
    assert judge(rows(beside)).verdict is Verdict.ACCEPTED
    above = {"市本级": {"合计": "30"}, "上城区": {"合计": "20"}, "下城区": {"合计": "10"}, "合计": {"合计": "30"}}
    assert judge(rows(above)).verdict is Verdict.ACCEPTED


def test_region_printed_twice_contradicts() -> None:
    records = rows({"长沙市": {"职务": "30"}, "株洲市": {"职务": "12"}})
    again = replace(records[0], row_no=9, value=Decimal(3))
    assert judge([*records, again]).reason == "duplicate_region"


COLUMNS = [
    ({"合计": "9", "职务": "5", "非职务": "4"}, {"职务": "7"}),
    ({"合计": "9", "发明": "5", "实用新型": "3", "外观设计": "1"}, {"发明": "7"}),
    ({"合计": "9", "大专院校": "4", "科研单位": "3", "企业": "1", "机关团体": "1"}, {"企业": "3"}),
    ({"Total": "9", "Service": "5", "Non-service": "4"}, {"Service": "7"}),
    (
        {"申请量 / 月合计": "9"}
        | {f"申请量 / 其中 / {kind}": n for kind, n in (("发明", "5"), ("实用新型", "3"), ("外观设计", "1"))},
        {"申请量 / 月合计": "3"},
    ),
    (
        {"专利申请数": "9", "专利申请数 / 发明": "5", "专利申请数 / 实用新型": "3", "专利申请数 / 外观设计": "1"},
        {"专利申请数": "5"},
    ),
    (
        {"当月授权量": "9", "发明": "5", "实用新型": "3", "外观设计": "1"}
        | {"职务 / 职务总计": "6", "非职务 / 个人": "3"},
        {"非职务 / 个人": "5"},
    ),
]


@pytest.mark.parametrize(("figures", "wrong"), COLUMNS)
def test_columns_that_make_up_a_total(figures: dict[str, str], wrong: dict[str, str]) -> None:
    assert judge(rows({"甲市": figures})).verdict is Verdict.ACCEPTED
    assert judge(rows({"甲市": figures | wrong})).reason == "sum_over_columns"


def test_total_with_individuals_that_are_not_listed_is_no_contradiction() -> None:
    figures = {"合计": "12", "大专院校": "4", "科研单位": "3", "企业": "1", "机关团体": "1"}
    assert judge(rows({"甲市": figures, "乙市": figures})).verdict is Verdict.ACCEPTED


def test_blank_part_counts_as_nothing_only_where_the_rest_does_not_exceed_the_total() -> None:
    assert judge(rows({"甲县": {"合计": "9", "发明": "5", "实用新型": "4"}})).verdict is Verdict.ACCEPTED
    figures = {
        "甲县": {"合计": "9", "发明": "5", "实用新型": "3", "外观设计": "1"},
        "乙县": {"合计": "4", "发明": "5", "实用新型": "1"},
    }
    assert judge(rows(figures)).reason == "sum_over_columns"


def test_printed_density_is_its_count_over_its_population() -> None:
    units = {"常住人口": "万人", "专利密度": "件/万人"}
    figures = {"有效发明专利": "1897", "常住人口": "730.06", "专利密度": "2.60"}
    assert judge(rows({"衡阳市": figures}, units=units)).verdict is Verdict.ACCEPTED
    assert judge(rows({"衡阳市": figures | {"专利密度": "2.61"}}, units=units)).reason == "printed_density"
    in_persons = rows({"衡阳市": figures | {"常住人口": "730"}}, units=units | {"常住人口": "人"})
    assert judge(in_persons).reason == "printed_density"


def test_ranks_follow_the_figures_they_rank() -> None:
    table = {
        r: {"专利密度": v, "专利密度 / 排名": k}
        for r, v, k in (("甲市", "9.1", "1"), ("乙市", "3.2", "2"), ("丙市", "3.2", "3"))
    }
    assert judge(rows(table)).verdict is Verdict.ACCEPTED
    table["乙市"]["专利密度"] = "9.2"
    assert judge(rows(table)).reason == "rank_order"
    table["乙市"] = {"专利密度": "3.2", "专利密度 / 排名": "20"}
    assert judge(rows(table)).reason == "rank_order"


def test_percentage_row_against_its_counts() -> None:
    counts = {"北京": {"合计": "400", "职务": "300", "非职务": "100"}}
    shares = {"北京": {"合计": "100%", "职务": "75%", "非职务": "25%"}}
    assert judge(rows(counts, percentages=shares)).verdict is Verdict.ACCEPTED
    shares["北京"]["职务"] = "70%"
    assert judge(rows(counts, percentages=shares)).reason == "percentages_of_counts"


def test_growth_and_gap_against_the_two_columns_that_they_compare() -> None:
    figures = {"年授权量累计": "120", "去年同期": "100", "年授权量增长率": "20.0"}
    assert judge(rows({"甲县": figures}, units={"年授权量增长率": "%"})).verdict is Verdict.ACCEPTED
    wrong = figures | {"年授权量增长率": "30.0"}
    assert judge(rows({"甲县": wrong}, units={"年授权量增长率": "%"})).reason == "growth_of_counts"


def test_total_since_the_start_is_not_below_the_year() -> None:
    since = rows({"北京": {"总累计 / 合计": "90"}}, period="2015-12", kind=PeriodKind.CUMULATIVE)
    year = [replace(r, column_no=3) for r in rows({"北京": {"合计": "40"}})]
    assert judge([*since, *year]).verdict is Verdict.ACCEPTED
    assert judge([replace(since[0], value=Decimal(30)), *year]).reason == "running_total_falls"


# --- against the last page --------------------------------------------------------------------------------------------

PREFECTURES = {
    f"第{n}市": {"合计": str(100 + 7 * n), "职务": str(60 + 5 * n), "非职务": str(40 + 2 * n)} for n in range(12)
}
LAST = rows(PREFECTURES)


def changed(change: Callable[[Record], Record | None]) -> list[Record]:
    return [new for record in LAST if (new := change(record)) is not None]


def test_same_page_again_changes_nothing() -> None:
    found = compare(LAST, LAST)
    assert found.verdict is None and not found.findings
    assert found.counts == {"added": 0, "gone": 0, "changed": 0, "same": len(LAST)}


def test_a_few_revised_figures_are_told_and_believed() -> None:
    found = compare(
        changed(lambda r: replace(r, value=r.value + 1, value_text=str(r.value + 1)) if r.row_no == 3 else r), LAST
    )
    assert found.verdict is None
    assert [f.check for f in found.findings] == ["revised"]
    assert "107 → 108" in found.findings[0].message


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda r: None if r.region_label == "第3市" else r, "lost_regions"),
        (lambda r: None if r.measure_label == "职务" else r, "lost_measures"),
        (lambda r: None if (r.region_label, r.measure_label) == ("第3市", "职务") else r, "lost_figures"),
        (lambda r: replace(r, unit_label="万件"), "unit_changed"),
        (lambda r: replace(r, value=r.value * 10), "scale_changed"),
        (lambda r: replace(r, value=r.value + 3), "mass_revision"),
        (lambda r: replace(r, value=r.value * 3) if (r.row_no, r.column_no) == (9, 2) else r, "implausible_change"),
        (lambda r: replace(r, period="2021"), "only_period_changed"),
        (lambda r: replace(r, measure_label=f"x{r.measure_label}", table_title="人口"), "another_table"),
    ],
)
def test_changes_that_are_not_believed(change: Callable[[Record], Record | None], reason: str) -> None:
    found = compare(changed(change), LAST)
    assert (found.verdict, found.reason) == (Verdict.QUARANTINED, reason)
    assert all(finding.message for finding in found.findings)


def test_columns_that_hold_each_others_figures() -> None:
    swap = {"职务": "非职务", "非职务": "职务"}
    found = compare(changed(lambda r: replace(r, measure_label=swap.get(r.measure_label, r.measure_label))), LAST)
    assert found.verdict is Verdict.QUARANTINED
    assert "columns_shifted" in {f.check for f in found.findings}


def test_rows_whose_labels_are_swapped() -> None:
    swap: dict[str | None, str] = {"第3市": "第5市", "第5市": "第3市"}
    found = compare(changed(lambda r: replace(r, region_label=swap.get(r.region_label, r.region_label))), LAST)
    assert (found.verdict, found.reason) == (Verdict.QUARANTINED, "rows_swapped")


def test_lost_percentages_are_a_loss() -> None:
    shares = rows(PREFECTURES, percentages={r: {"合计": "100%"} for r in PREFECTURES})
    found = compare([r for r in shares if not (r.is_percentage_row and r.region_label == "第3市")], shares)
    assert (found.verdict, found.reason) == (Verdict.QUARANTINED, "lost_percentages")


def test_a_series_may_drop_its_oldest_year_when_it_gains_a_new_one() -> None:
    def series(first: int) -> list[Record]:
        return [
            replace(r, period=str(year), value=r.value + year)
            for year in range(first, first + 5)
            for r in LAST
            if r.measure_label == "合计"
        ]

    assert compare(series(2016), series(2015)).verdict is None
    assert compare(series(2015)[12:], series(2015)).reason == "lost_figures"


def test_another_issue_of_the_table_keeps_regions_and_columns() -> None:
    grown = [replace(r, period="2021", value=r.value * 2) for r in LAST]
    assert compare(grown, LAST).verdict is None
    assert compare([r for r in grown if r.region_label != "第3市"], LAST).reason == "lost_regions"


def test_page_without_figures_after_one_with_figures() -> None:
    assert compare([], LAST).reason == "lost_everything"
    assert compare(LAST, []).verdict is None


def test_against_a_capture_laid_out_anew_only_common_figures_are_compared() -> None:
    shares = rows(PREFECTURES, percentages={r: {"合计": "100%"} for r in PREFECTURES})
    assert compare(LAST, shares, same_layout=False).verdict is None
    scaled = [replace(r, value=r.value * 10) for r in LAST]
    assert compare(scaled, shares, same_layout=False).verdict is Verdict.QUARANTINED


def test_a_listed_city_with_more_than_its_province_shows_labels_on_the_wrong_rows() -> None:
    table = {name: {"合计": "1000"} for name in NAMES} | {"深圳": {"合计": "400"}, "西安": {"合计": "1001"}}
    judged = check_page(Parsed(records=rows(table), verdict=Verdict.INCOMPLETE, reason="cut_off"))
    assert (judged.verdict, judged.reason) == (Verdict.CONTRADICTORY, "city_over_province")
    assert [f.message for f in judged.findings if f.check == "city_over_province"] == [
        "合计 (2020): 西安 has 1001, more than its province 陕西 (1000)"
    ]


def test_growth_of_a_listed_city_may_exceed_that_of_its_province() -> None:
    table = {name: {"合计": "1000", "合计 / 同比增长": "1"} for name in NAMES}
    table["西安"] = {"合计": "400", "合计 / 同比增长": "9"}
    judged = check_page(Parsed(records=rows(table)))
    assert "city_over_province" not in {finding.check for finding in judged.findings}


# --- single figures, and the usual order ------------------------------------------------------------------------------


def one(measure: str, text: str, unit: str | None, table: int = 0) -> Record:
    return replace(rows({"某市": {measure: text}})[0], table_no=table, unit_label=unit)


@pytest.mark.parametrize(
    ("measure", "text", "unit", "reason"),
    [
        ("有效发明专利拥有量", "13.5", "件", "count_with_decimals"),
        ("常住人口", "733.75", "人", "count_with_decimals"),
        ("增加值 / 占比", "168713", "%", "share_over_whole"),
        ("每万人口发明专利拥有量", "31.3", "万件", "unit_implausible"),
        ("有效注册商标", "133365", "万件", "unit_implausible"),
        ("地区", "1193110", None, "heads_misplaced"),
        ("专利申请量", "4677246772", "件", "digits_doubled"),
    ],
)
def test_a_figure_that_its_label_and_unit_do_not_allow_contradicts_a_page_also_in_prose(
    measure: str, text: str, unit: str | None, reason: str
) -> None:
    assert judge([one(measure, text, unit)]).reason == reason


@pytest.mark.parametrize(
    ("measure", "text", "unit"),
    [
        ("每万人口发明专利拥有量", "13.5", "件"), ("平均每户家庭户人口", "2.78", "人"), ("常住人口", "733.75", "万人"),
        ("增加值 / 同比增长", "168", "%"), ("有效注册商标", "4267.5", "万件"), ("快递业务量", "13207000", "万件"),
        ("地区生产总值", "1870", "亿元"), ("专利申请量", "275275", "件"), ("占全省比重", "100.0", "%"),
    ],
)  # fmt: skip
def test_an_ordinary_figure_is_believed(measure: str, text: str, unit: str) -> None:
    assert failed(judge([one(measure, text, unit)])) == set()


def test_two_figures_printed_twice_are_no_chance() -> None:
    assert judge([one("专利申请量", "275275", "件"), one("专利授权量", "118118", "件")]).reason == "digits_doubled"


def swapped(names: Sequence[str], a: int, b: int) -> list[str]:
    changed = list(names)
    changed[a], changed[b] = changed[b], changed[a]
    return changed


HUNAN = ["长沙市", "株洲市", "湘潭市", "衡阳市", "邵阳市", "岳阳市", "常德市", "张家界市", "益阳市", "郴州市"]


@pytest.mark.parametrize(("names", "a", "b"), [(NAMES, 10, 11), (NAMES, 3, 20), (HUNAN, 0, 1), (HUNAN, 2, 7)])
def test_two_regions_that_changed_places_in_the_usual_order_contradict_a_page(names: list[str], a: int, b: int) -> None:
    assert failed(judge(rows({name: {"授权量": str(500 + n)} for n, name in enumerate(names)}))) == set()
    changed = swapped(names, a, b)
    parsed = judge(rows({name: {"授权量": str(500 + n)} for n, name in enumerate(changed)}))
    assert parsed.reason == "rows_out_of_order" and names[a] in str(parsed.findings)


def test_a_table_in_another_order_says_nothing() -> None:
    by_size = [*HUNAN[5:], *HUNAN[:5]]
    assert failed(judge(rows({name: {"授权量": str(900 - n)} for n, name in enumerate(by_size)}))) == set()


def over_years(years: Sequence[int]) -> list[Record]:
    return [
        replace(record, column_no=2 + column, period=str(year))
        for column, year in enumerate(years)
        for record in rows({name: {"授权量": str(700 + 10 * column + n)} for n, name in enumerate(HUNAN)})
    ]


def test_two_years_that_changed_places_contradict_a_page() -> None:
    years = list(range(2015, 2024))
    assert failed(judge(over_years(years))) == failed(judge(over_years(years[::-1]))) == set()
    assert judge(over_years(swapped(years, 1, 2))).reason == "periods_out_of_order"
    assert judge(over_years(swapped(years[::-1], 3, 6))).reason == "periods_out_of_order"

"""Periods of titles, headers and sentences in the form of the records contract."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.periods import (
    bare_years,
    end_of,
    find_periods,
    first_day,
    last_day,
    parse_period,
    quarter_before,
    trademark_quarter,
    year_before,
    year_to_date,
)


@pytest.mark.parametrize(
    ("text", "period", "kind"),
    [
        ("2015", "2015", "year"),
        ("2015年度", "2015", "year"),
        ("（2023年）", "2023", "year"),
        ("2021年1-12月", "2021", "year"),
        ("2018.1-2018.12", "2018", "year"),
        ("January - December, 2021", "2021", "year"),
        ("2020年11月", "2020-11", "month"),
        ("2020年/11月", "2020-11", "month"),
        ("2014.12", "2014-12", "month"),
        ("April 2013", "2013-04", "month"),
        ("December, 2022", "2022-12", "month"),
        ("2021年1-11月", "2021-01..2021-11", "year_to_date"),
        ("2024年上半年", "2024-01..2024-06", "year_to_date"),
        ("2024年前三季度", "2024-01..2024-09", "year_to_date"),
        ("2024年第三季度", "2024-07..2024-09", "quarter"),
        ("2024Q3", "2024-07..2024-09", "quarter"),
        ("1985.12- 2015.12", "2015-12", "cumulative"),
        ("1985.4-2013.12", "2013-12", "cumulative"),
        ("2015年末", "2015-12-31", "point_in_time"),
        ("截至2020年12月底", "2020-12-31", "point_in_time"),
        ("2020-11-01", "2020-11-01", "point_in_time"),
        ("2023.12.16-2024.9.15", "2023-12-16..2024-09-15", "year_to_date"),
        ("2023.12.16-2024.12.15", "2023-12-16..2024-12-15", "year"),
    ],
)
def test_whole_text_is_a_period(text: str, period: str, kind: str) -> None:
    found = parse_period(text)
    assert found is not None
    assert (found.period, str(found.kind)) == (period, kind)


@pytest.mark.parametrize(
    "text", ["合计", "最近10年", "12", "1897", "2023.13", "2023年2月30日", "5个月", "", "总累计", "20076月"]
)
def test_other_texts_are_no_periods(text: str) -> None:
    assert parse_period(text) is None


def test_months_and_relative_years_need_the_year_that_the_caller_knows() -> None:
    assert parse_period("11月") is None
    assert parse_period("去年") is None
    month, last = parse_period("11月", default_year=2020), parse_period("去年", default_year=2022)
    assert month is not None and month.period == "2020-11"
    assert last is not None and last.period == "2021"


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("2020年11月湖南省有效发明专利统计表", ["2020-11"]),
        ("3-7 有效状况(2019)", ["2019"]),
        ("3月24日，截至去年底，全市", ["2022-03-24", "2021-12-31"]),
        ("1—9月，专利申请量", ["2022-01..2022-09"]),
        ("“十四五”期间", ["2021-01..2025-12"]),
        ("统计区间为2023.12.16-2024.9.15，其余截至2024.9.15", ["2023-12-16..2024-09-15", "2024-09-15"]),
        ("时间：2025-01-07 16:00:52", ["2025-01-07"]),
        ("2024- 02- 27 16: 41", ["2024-02-27"]),
        ("国统办函[2015]83号、20076月、是20103.2倍", []),
        ("2021年授权，2022年申请", ["2021", "2022"]),
    ],
)
def test_periods_are_found_in_text(text: str, periods: list[str]) -> None:
    found = list(find_periods(text, default_year=2022))
    assert [p.period for p in found] == periods
    assert all(text[p.start : p.end] == p.label for p in found)


def test_years_in_titles() -> None:
    assert bare_years("2007专利统计年报") == [2007]
    assert bare_years("Received from Home 2013") == [2013]
    assert bare_years("2020.11") == []


def test_ends_and_neighbours() -> None:
    assert (end_of("2007"), end_of("2015-12"), end_of("2023-12-16..2024-09-15")) == (
        "2007-12-31",
        "2015-12",
        "2024-09-15",
    )
    assert trademark_quarter(2024, 1).period == "2023-12-16..2024-03-15"
    assert quarter_before("2024-06-16..2024-09-15") == "2024-03-16..2024-06-15"
    assert quarter_before("2024-01..2024-03") == "2023-10..2023-12"
    assert quarter_before("2024") is None
    assert year_before("2017-01..2017-10") == "2016-01..2016-10"
    assert year_before("2024-02-29") == "2023-02-28"
    assert [year_to_date(2023, m).period for m in (1, 8, 12)] == ["2023-01", "2023-01..2023-08", "2023"]


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_any_day_is_read_in_every_notation(day: date) -> None:
    for text in (f"{day:%Y-%m-%d}", f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}"):
        found = parse_period(text)
        assert found is not None and found.first_day == found.last_day == day


@given(st.text(alphabet="0123456789年月日.-至到季度上半前三末底截去（）“十四五”期间 ,", max_size=24))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_well_formed_periods_in_order(text: str) -> None:
    found = list(find_periods(text, default_year=2020))
    for period in found:
        assert first_day(period.period) <= last_day(period.period)
        assert text[period.start : period.end] == period.label
    assert all(a.end <= b.start for a, b in pairwise(found))

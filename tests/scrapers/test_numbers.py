"""A number is read exactly as printed, or refused; it is never repaired."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.numbers import DamagedNumber, find_damaged, find_numbers, is_blank, parse_number, quick_value


@pytest.mark.parametrize(
    ("text", "value", "unit", "note"),
    [
        ("1897", "1897", None, None),
        ("1,897", "1897", None, None),
        ("1 897", "1897", None, None),
        ("12,345,678.9", "12345678.9", None, None),
        ("１２３４", "1234", None, None),
        ("24.8 %", "24.8", "%", None),
        ("24.80％", "24.80", "%", None),
        ("- 9.6", "-9.6", None, None),
        ("﹣2.65‰", "-2.65", "‰", None),
        ("−0.9%", "-0.9", "%", None),
        ("1234*", "1234", None, None),
        ("28975.1[2]", "28975.1", None, None),
        ("1234①", "1234", None, None),
        ("1234²", "1234", None, None),
        ("13.99万件", "13.99", "万件", None),
        ("6.7万余件", "6.7", "万件", "余"),
        ("20多亿元", "20", "亿元", "多"),
        ("近5万件", "5", "万件", "近"),
        ("一百二十三", "123", None, None),
        ("0", "0", None, None),
    ],
)
def test_cell_is_read_as_printed(text: str, value: str, unit: str | None, note: str | None) -> None:
    number = parse_number(text)
    assert number is not None
    assert (number.value, number.unit, number.note) == (Decimal(value), unit, note)


@pytest.mark.parametrize(
    "text",
    [
        *("?82.10", "12?4", "？12", "12\ufffd4", "1.653.7", "1,23,4", "1,2345", ", 989", "18 97", "1 234 5", "0123"),
        *("12%34", "3.5%62.3%34.2%", "100.0%100.0%", "1.12345678", "9" * 30),
    ],
)
def test_damaged_digits_are_refused(text: str) -> None:
    with pytest.raises(DamagedNumber):
        parse_number(text)


@pytest.mark.parametrize("text", ["", " ", "\u3000", "-", "—", "…", "/", "空格"])
def test_blank_cell_is_no_number(text: str) -> None:
    assert is_blank(text)
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["全省", "Region 1", "A1", "2020年11月", "1-9月", "二〇一五", "三家", "(123)", "1e5"])
def test_label_or_date_is_no_number(text: str) -> None:
    assert parse_number(text) is None


def test_numbers_of_a_sentence_carry_unit_note_and_place() -> None:
    sentence = "授权专利8251件，新增利税20多亿元，近5万件，增长﹣2.65‰，拥有量8.0件左右，12件/万人"
    found = [(n.value, n.unit, n.note, sentence[n.start : n.end]) for n in find_numbers(sentence)]
    assert found == [
        (Decimal(8251), "件", None, "8251件"),
        (Decimal(20), "亿元", "多", "20多亿元"),
        (Decimal(5), "万件", "近", "近5万件"),
        (Decimal("-2.65"), "‰", None, "﹣2.65‰"),
        (Decimal("8.0"), "件", "左右", "8.0件"),
        (Decimal(12), "件/万人", None, "12件/万人"),
    ]


def test_numbers_without_a_separator_are_reported_not_split() -> None:
    sentence = "戶籍人口?82.10萬，是2.693.31倍，占3.5%62.3%"
    assert list(find_numbers(sentence)) == []
    assert [text for text, _ in find_damaged(sentence)] == ["82.10", "2.693", "31倍", "3.5%", "62.3%"]


def test_hyphen_between_two_numbers_is_no_minus() -> None:
    assert [n.value for n in find_numbers("1-9月申请5-8个")] == [1, 9, 5, 8]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False))
@settings(max_examples=80, deadline=None)
def test_printed_decimals_come_back(value: Decimal) -> None:
    for text in (f"{value}", f"{value:,}", f" {value:,} ", f"{value}%"):
        number = parse_number(text)
        assert number is not None and number.value == value
    assert quick_value(str(value)) == (value, False)


@given(st.text(alphabet="0123456789.,%? -年月万件（）\ufffd余", max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_refused_or_no_number(text: str) -> None:
    try:
        number = parse_number(text)
    except DamagedNumber:
        return
    if number is None:
        return
    kept = [c for c in text if c.isdigit()]
    assert [c for c in f"{number.text}" if c.isdigit()] == kept, "digits were lost or invented"
    quick = quick_value(text)
    assert quick is None or quick[0] == number.value


@given(st.text(alphabet="0123456789.,%?-年月万件余近 ，。增长", max_size=40))
@settings(max_examples=150, deadline=None)
def test_places_in_sentences_hold_the_digits(text: str) -> None:
    for number in find_numbers(text):
        assert 0 <= number.start < number.end <= len(text)
        assert number.text.lstrip("+-") in unicodedata.normalize("NFKC", text[number.start : number.end])

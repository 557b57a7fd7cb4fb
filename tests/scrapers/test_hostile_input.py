"""What fuzzing and hostile files found once: numbers read as others, and time that grew with the square."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scrapers.content import normalise
from scrapers.isolation import here
from scrapers.numbers import find_damaged, find_numbers
from scrapers.page_reading import parse_page
from scrapers.plans.extract import extract
from scrapers.recognition import not_the_page
from scrapers.records import Page, Refusal
from scrapers.register.quotes import Text, visible_words
from scrapers.tables.json_rows import read_json_rows


@pytest.mark.parametrize(("printed", "read"), [("9e5", "900000"), ("3.10e2", "310"), ("9.80", "9.80"), ("20.0", "20")])
def test_json_numbers_keep_every_zero(printed: str, read: str) -> None:
    (grid,) = read_json_rows(f'[{{"a":"x","b":{printed}}},{{"a":"y","b":1}}]').grids
    assert grid.text(1, 1) == read


@pytest.mark.parametrize("numeral", ["1e999999999", "1e-999999999", "9" * 5000, "0." + "3" * 200])
def test_a_json_number_longer_than_any_figure_is_refused(numeral: str) -> None:
    with pytest.raises(Refusal, match="longer than any figure"):
        read_json_rows(f'[{{"a":"x","b":{numeral}}},{{"a":"y","b":1}}]')


@pytest.mark.parametrize("glued", ["1,2345", "12,34", "1,234,56", "12345,678"])
def test_digits_behind_a_separator_make_no_number_of_the_digits_before_it(glued: str) -> None:
    assert not [number.text for number in find_numbers(f"授权量达到{glued}件")]
    assert list(find_damaged(f"授权量达到{glued}件"))
    with here():
        text = f"某市知识产权发展规划\n一、主要目标\n到2025年,有效注册商标量达到{glued}件。\n"
        assert all(target.target_value is None for target in extract(Page(text.encode())).targets)


@pytest.mark.parametrize(
    ("read", "piece"),
    [
        (normalise, "<!--"),
        (normalise, "<input "),
        (normalise, "<script "),
        (lambda text: not_the_page(b"x", text, "text/html"), "<html><td>"),
        (lambda text: not_the_page(b"x", text, "text/html"), "<html><a "),
        (lambda text: list(find_numbers(text)), " "),
        (lambda text: list(find_numbers(text)), "1 ,"),
        (Text, "<!--"),
        (visible_words, "<"),
    ],
)
def test_reading_takes_linear_time_over_what_is_never_closed(read: Callable[[str], object], piece: str) -> None:
    with here():
        short, long = (_seconds(read, piece * (size // len(piece))) for size in (20_000, 160_000))
    assert long < max(24 * short, 0.5)  # eight times as long; with the square it would be 64


def test_a_page_of_endless_openings_is_read_or_refused_in_time() -> None:
    started = time.process_time()
    with here(), pytest.raises(Refusal):
        parse_page(Page(b"<html><body>" + b"<script <!-- <td <a " * 20_000))
    assert time.process_time() - started < 10


def _seconds(read: Callable[[str], object], text: str) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        read(text)
        best = min(best, time.process_time() - started)
    return best

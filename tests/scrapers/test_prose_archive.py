"""The prose parser on every prose page of the archive, against figures noted by hand, and on damaged copies of them."""

from __future__ import annotations

import csv
import html
import re
from decimal import Decimal
from pathlib import Path

import pytest

from scrapers.captures import Knowledge
from scrapers.decoding import decode
from scrapers.parsers import choose
from scrapers.parsers.prose import ProseParser
from scrapers.records import Page, PeriodKind, Record, Verdict

GOLDEN = Path(__file__).with_name("golden_prose")
PAGES = sorted(file.stem for file in GOLDEN.glob("*.csv"))

Row = tuple[int, str | None, str, str | None, str | None, Decimal, str | None]


def golden(slug: str) -> list[Row]:
    with (GOLDEN / f"{slug}.csv").open(encoding="utf-8", newline="") as file:
        return [
            (
                int(row["row_no"]), row["region_label"] or None, row["measure_label"], row["period"] or None,
                row["period_kind"] or None, Decimal(row["value"]), row["unit_label"] or None,
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def rows(records: list[Record]) -> list[Row]:
    return [
        (r.row_no, r.region_label, r.measure_label, r.period, _kind(r.period_kind), r.value, r.unit_label)
        for r in records
    ]


def _kind(kind: PeriodKind | None) -> str | None:
    return str(kind) if kind else None


def prose(page: Page) -> list[Record]:
    return [record for record in ProseParser().parse(page).records if record.table_no == 0]


def body(archive: Path, slug: str) -> bytes:
    return (archive / "stats" / f"{slug}.html").read_bytes()


def text(archive: Path, slug: str) -> str:
    return decode(body(archive, slug)).text


@pytest.mark.parametrize("slug", PAGES)
def test_no_record_is_wrong_and_nearly_all_statistics_are_found(archive: Path, slug: str) -> None:
    expected, found = golden(slug), rows(prose(Page(body(archive, slug))))
    assert [row for row in found if row not in expected] == []
    assert [row for row in expected if row in found] == found  # in the order of the page, none twice
    assert len(found) >= 0.85 * len(expected)


def test_over_all_pages_at_least_98_of_100_are_found(archive: Path) -> None:
    stated = sum(len(golden(slug)) for slug in PAGES)
    found = sum(len(prose(Page(body(archive, slug)))) for slug in PAGES)
    assert stated >= 570
    assert found >= 0.98 * stated


@pytest.mark.parametrize("slug", PAGES)
def test_every_quote_stands_at_its_place(archive: Path, slug: str) -> None:
    decoded = text(archive, slug)
    for record in prose(Page(body(archive, slug))):
        assert record.start is not None
        assert record.quote is not None
        stretch = decoded[record.start : record.end]
        assert html.unescape(re.sub(r"<[^>]*>", "", stretch)) == record.quote
        assert record.value_text.lstrip("-") in record.quote


def test_every_prose_page_is_claimed_by_the_prose_parser(archive: Path) -> None:
    assert {choose(Page(body(archive, slug))).name for slug in PAGES} == {"prose"}


def test_pages_without_a_figure_are_accepted_and_empty(archive: Path) -> None:
    empty = [slug for slug in PAGES if not golden(slug)]
    assert len(empty) == 2
    for slug in empty:
        parsed = ProseParser().parse(Page(body(archive, slug)))
        assert (parsed.verdict, len(parsed.records)) == (Verdict.ACCEPTED, 0)


def test_what_is_known_from_outside_changes_no_figure(archive: Path) -> None:
    with (archive / "stats" / "index.csv").open(encoding="utf-8", newline="") as file:
        index = {row["slug"]: row for row in csv.DictReader(file)}
    for slug in PAGES:
        known = Knowledge(title=index[slug]["title"], publisher=index[slug]["publisher"])
        assert rows(prose(Page(body(archive, slug), knowledge=known))) == rows(prose(Page(body(archive, slug)))), slug


def _ascii(source: str) -> str:
    return source.translate({0xFF0C: ",", 0xFF1B: ";", 0xFF1A: ":", 0xFF08: "(", 0xFF09: ")"})


def _full_width(source: str) -> str:
    digits = str.maketrans("0123456789", "０１２３４５６７８９")
    return re.sub(r"(?<=[\u4e00-\u9fff])\d+(?=[\u4e00-\u9fff])", lambda m: m.group().translate(digits), source)


def _glossed(source: str) -> str:
    return re.sub("([产权总经国农专关])", r"\1(chǎn)", source)


def _spaced(source: str) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)", "\u3000 ", source)


def _doubled(source: str) -> str:
    return source.replace("，", "，,")


@pytest.mark.parametrize("damage", [_ascii, _full_width, _glossed, _spaced, _doubled])
def test_copies_with_other_punctuation_widths_and_glosses_give_the_same_records(archive: Path, damage: object) -> None:
    assert callable(damage)
    for slug in PAGES:
        copy = Page(damage(text(archive, slug)).replace("charset=gb", "charset=utf-8; was=gb").encode())
        assert rows(prose(copy)) == rows(prose(Page(body(archive, slug)))), slug


def test_a_number_that_lost_its_first_digit_is_never_read(archive: Path) -> None:
    number = re.compile(r"(?<=[\u4e00-\u9fff])\d{2,}(?:\.\d+)?(?=[万亿]?[件家个项户人元%])")
    tried = 0
    for slug in PAGES[::4]:
        source = text(archive, slug)
        for match in list(number.finditer(source))[::5]:
            copy = Page(f"{source[: match.start()]}?{source[match.start() + 1 :]}".encode())
            kept = match.group()[1:]
            offsets = [(r.start, r.value_text) for r in prose(copy) if r.value_text == kept]
            assert all(start is None or not start <= match.start() < start + 60 for start, _ in offsets), (slug, kept)
            tried += 1
    assert tried > 20

"""What must hold of every reader, whatever bytes it is given: one function for each, from bytes to nothing.

A contract lets `Refusal` pass and nothing else; each result is held against the input by other means than the reader's
own. `CONTRACTS` names them for the fuzzer, the properties and the README.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from scrapers.captures import Knowledge
from scrapers.content import content_sha256
from scrapers.decoding import decode
from scrapers.grid import MISSING, Grid, read_html
from scrapers.numbers import MAX_DECIMALS, MAX_WHOLE_DIGITS, Number, find_numbers, parse_number
from scrapers.parsers.nbs_data import NbsDataParser
from scrapers.parsers.nbs_easyquery import NbsEasyqueryParser
from scrapers.parsers.prose import ProseParser
from scrapers.periods import find_periods, parse_period
from scrapers.plans.extract import extract
from scrapers.recognition import not_the_page
from scrapers.records import Page, Parsed, Refusal
from scrapers.tables.json_rows import read_json_rows
from scrapers.tables.office_zip import refuse_bomb
from scrapers.tables.pdf import MAX_PAGES, read_pdf
from scrapers.tables.sheets import read_sheets
from scrapers.zip_members import MAX_MEMBERS, members_of
from tests.fuzz.material import DAYS, PAGE, PROSE, Source

_WIDE = str.maketrans({chr(ord("０") + n): str(n) for n in range(10)})


def decoding(data: bytes) -> None:
    """What is decoded is exactly what was encoded; nothing is replaced or left out."""
    found = decode(data)
    assert "\ufffd" not in found.text
    again = found.text.encode(found.encoding)
    if found.encoding in ("utf-8", "utf-8-sig"):
        assert again == data, "not the bytes"
    else:
        assert again.decode(found.encoding).removeprefix("\ufeff") == found.text
        assert len(found.text) * 4 >= len(data) - 4, "characters are left out"
    assert decode(data) == found


def recognition(data: bytes) -> None:
    """A verdict is a code and words; a page with a table of many figures is never called empty."""
    source = Source(data)
    text = "<html><body>" + source.text(PAGE)
    problem = not_the_page(text.encode(), text, "text/html")
    assert problem is None or (re.fullmatch("[a-z_]+", problem[0]) and problem[1])
    table = "<table><tr>" + "".join(f"<td>{n}</td>" for n in range(100, 140)) + "</tr></table>"
    bare = f"<html><body><p>暂无数据</p>{table}"
    assert not_the_page(bare.encode(), bare, "text/html") is None, "a table of figures is not seen"
    with_table = text + "-->" + "</script></style></title></head></a>" + table
    assert not_the_page(with_table.encode(), with_table, "text/html") is None


def content(data: bytes) -> None:
    """The hash is the same for the same page, and another one where a figure in a cell or a sentence is another."""
    text = "<html><body>" + Source(data).text(PAGE)

    def hashed(stated: int, listed: int) -> str:
        page = f"{text}--></script></title><p>共计: {stated}件</p><table><td>{listed}</td></table>"
        return content_sha256(page.encode(), "text/html")

    assert hashed(71, 1) == hashed(71, 1)
    assert hashed(72, 1) != hashed(71, 1), "a figure in a sentence is not hashed"
    assert hashed(71, 2) != hashed(71, 1), "a figure in a cell is not hashed"


def grid(data: bytes) -> None:
    """Rows are equally long, a cell fills one rectangle from its own place on, and its words stand on the page."""
    text = Source(data).text(PAGE)
    found = read_html(text)
    seen = _bare(html.unescape(text))
    for each in found.grids:
        _rectangular(each)
        for row in each.cells:
            for cell in row:
                for digits in re.findall(r"\d+", _bare(cell.text)):
                    assert digits in seen or re.search(r"[<&]", text), f"{digits} is not on the page"


def spans(data: bytes) -> None:
    """A table with spans is laid out as the HTML standard has it, by a second reading that is nothing but that rule."""
    source = Source(data)
    rows = [
        [(n * 10 + k, 1 + source.number(3), source.number(4)) for k in range(source.number(4) + 1)]
        for n in range(source.number(4) + 1)
    ]
    markup = "".join(
        "<tr>" + "".join(f"<td colspan={w} rowspan={h}>{name}</td>" for name, w, h in row) + "</tr>" for row in rows
    )
    (found,) = read_html(f"<html><body><table>{markup}</table></body></html>").grids
    expected = _laid_out(rows)
    made = {(r, c): cell.text for r, row in enumerate(found.cells) for c, cell in enumerate(row) if cell is not MISSING}
    wanted = {place: str(name) for place, name in expected.items() if place[1] < found.width}
    assert made == wanted, "the cells are laid out in another way"


def numbers(data: bytes) -> None:
    """Numbers are those that are printed: no digit is lost, added or changed, and places fit the text."""
    text = Source(data).text(PROSE, most=60)
    with suppress(Refusal):
        whole = parse_number(text)
        if whole is not None and re.search(r"\d", whole.text):
            _as_printed(whole)
            bare = re.sub(r"(?:\[\d+\]|［\d+］|〔\d+〕)\s*$", "", text.translate(_WIDE).strip())  # a footnote mark
            printed = re.sub(r"[^\d.]", "", bare.replace("．", "."))
            assert re.sub(r"[^\d.]", "", whole.text.translate(_WIDE)) == printed, "other digits"
            assert (whole.value < 0) == (whole.text[0] == "-" and whole.value != 0)
    last = 0
    for number in find_numbers(text):
        assert last <= number.start < number.end <= len(text), "places overlap"
        last = number.end
        _as_printed(number)
        stretch = text[number.start : number.end].translate(_WIDE).replace("，", ",").replace("．", ".")
        assert number.text.lstrip("+-").translate(_WIDE) in stretch, "not at its place"
        if re.fullmatch(r"(?:^|.*[，。；、达到增长\s])-\d", text[: number.start] + stretch[:2], re.DOTALL):
            assert number.value <= 0, "the sign is lost"
        at = number.start + stretch.index(number.text.lstrip("+-").translate(_WIDE))
        assert not text[max(0, at - 1) : at].isdecimal(), "a digit before it is lost"
        assert not text[at + len(number.text.lstrip("+-")) :][:1].isdecimal(), "a digit behind it is lost"


def periods(data: bytes) -> None:
    """Periods are days that exist, begin before they end, stand where they say, and name years that are printed."""
    source = Source(data)
    text = source.text(DAYS, most=40)
    last = 0
    for period in find_periods(text):
        assert last <= period.start < period.end <= len(text), "places overlap"
        assert period.label == text[period.start : period.end]
        last = period.end
        _sound(period.period, text)
    whole = parse_period(text, default_year=2024)
    if whole is not None:
        _sound(whole.period, text, or_relative=True)


def plans(data: bytes) -> None:
    """Every promise of a plan is quoted from its place, with its number in the quote and its years in order."""
    source = Source(data)
    is_html = source.byte() % 2 == 1
    text = "某市知识产权发展规划\n一、主要目标\n到2025年,有效注册商标量达到30000件。\n" + source.text(PROSE)
    page = f"<html><body><p>{text.replace(chr(10), '</p><p>')}</p></body></html>" if is_html else text
    knowledge = Knowledge(content_type="text/html" if is_html else "text/plain")
    found = extract(Page(page.encode(), knowledge=knowledge))
    for statement in found.statements:
        assert 0 <= statement.start < statement.end <= len(page), "the place is outside the page"
        printed = _squeezed(page[statement.start : statement.end])
        assert statement.form != "text" or _squeezed(statement.quote) in printed, "the quote is not at its place"
        for value in (statement.value, statement.value_high):
            assert value is None or value.is_finite()
        if statement.value is not None and statement.value_high is not None:
            assert statement.value <= statement.value_high, "the range is upside down"
        if statement.value is not None and statement.value_text and re.fullmatch(r"\d+(\.\d+)?", statement.value_text):
            assert statement.value == Decimal(statement.value_text), "another value than printed"
    known = {statement.statement_no for statement in found.statements}
    assert all(set(target.statement_nos) <= known for target in found.targets)


def prose(data: bytes) -> None:
    """Every statistic of an article has its quote at its place, with the printed value in it."""
    source = Source(data)
    stated = f"2023年,全省专利授权量{source.byte()}件。"
    told = (stated + source.text(PROSE)).replace("\n", "</p><p>")
    text = f"<html><title>2023年知识产权统计</title><body><p>{told}"
    for record in ProseParser().parse(Page(text.encode(), knowledge=Knowledge(content_type="text/html"))).records:
        if record.quote is None or record.start is None or record.end is None:
            continue
        assert 0 <= record.start < record.end <= len(text), "the place is outside the page"
        stretch = text[record.start : record.end]
        assert _squeezed(record.quote) in _squeezed(stretch), "the quote is not at its place"
        digits, quoted = (re.sub(r"[^\d.]", "", each.translate(_WIDE)) for each in (record.value_text, record.quote))
        assert digits in quoted.replace("．", "."), "the value is not in the quote"
        assert abs(record.value) == abs(Decimal(digits or 0)) or not digits, "another value than printed"


def nbs(data: bytes) -> None:
    """Figures of answers of the statistics interface are printed in the answer, each with its own region and year."""
    page = Page(data, "https://data.stats.gov.cn/a", Knowledge(content_type="application/json"))
    for parser in (NbsDataParser(), NbsEasyqueryParser()):
        with suppress(Refusal):
            _printed(parser.parse(page), data)


def portals(data: bytes) -> None:
    """Rows of a portal are equally long, and each figure stands in the answer under its own name and row."""
    text = data.decode("utf-8", "ignore")
    found = read_json_rows(text)
    (each,) = found.grids
    _rectangular(each)
    names = [cell.text for cell in each.cells[0]]
    rows = _rows_of(json.loads(text, parse_float=Decimal), len(each.cells) - 1)
    for row, told in zip(each.cells[1:], rows, strict=True):
        for name, cell in zip(names, row, strict=True):
            value = told.get(name) if isinstance(told, dict) else told[names.index(name)]
            if isinstance(value, int | Decimal) and not isinstance(value, bool):
                assert Decimal(cell.text) == value, f"{cell.text} under {name}, where the answer has {value}"


def pdfs(data: bytes) -> None:
    """A PDF of any damage is read or refused."""
    found = read_pdf(data)
    assert all(0 < number <= MAX_PAGES for number in found.pages_without_text)
    for item in found.items:
        if isinstance(item, Grid):
            _rectangular(item)


def sheets(data: bytes) -> None:
    """A workbook of any damage is read or refused."""
    refuse_bomb(data)
    for each in read_sheets(data).grids:
        _rectangular(each)


def archives(data: bytes) -> None:
    """Members of a ZIP are few, have names of their own that are no paths out of it, and are what was packed."""
    found = members_of(data)
    assert len(found) <= MAX_MEMBERS
    assert len({member.name for member in found}) == len(found), "the same name twice"
    assert not any(re.search(r"[\x00-\x1f\\]", member.name) for member in found)


_ALL = (
    *(decoding, recognition, content, grid, spans, numbers, periods, plans),
    *(prose, nbs, portals, pdfs, sheets, archives),
)
CONTRACTS: dict[str, Callable[[bytes], None]] = {contract.__name__: contract for contract in _ALL}


def holds(name: str, data: bytes) -> None:
    """Try one contract; a Refusal is an answer, too. Raises whatever else the reader raises."""
    with suppress(Refusal):
        CONTRACTS[name](data)


# --- by other means ---------------------------------------------------------------------------------------------------


def _rectangular(found: Grid) -> None:
    places: dict[int, list[tuple[int, int]]] = {}
    for r, row in enumerate(found.cells):
        assert len(row) == found.width, "a row of another length"
        for c, cell in enumerate(row):
            if cell is not MISSING:
                places.setdefault(id(cell), []).append((r, c))
                assert cell.row <= r and cell.column <= c, "a cell before its own place"
    for taken in places.values():
        top, left = min(taken)
        cell = found.cells[top][left]
        assert cell.column == min(c for _, c in taken), "a cell does not begin at its place"


def _laid_out(rows: list[list[tuple[int, int, int]]]) -> dict[tuple[int, int], int]:
    """Cells by place: each goes into the next free column and takes its rectangle, as far as it is free."""
    taken: dict[tuple[int, int], int] = {}
    for r, row in enumerate(rows):
        c = 0
        for name, width, height in row:
            while (r, c) in taken:
                c += 1
            for k in range(c, c + width):
                if (r, k) in taken:
                    break
                for below in range(r, min(len(rows), r + height) if height else len(rows)):
                    taken.setdefault((below, k), name)
            c += 1
    return taken


def _as_printed(number: Number) -> None:
    bare = number.text.replace(",", "").translate(_WIDE)
    assert number.value == Decimal(bare), "another value than printed"
    whole, _, decimals = bare.lstrip("+-").partition(".")
    assert len(whole) <= MAX_WHOLE_DIGITS and len(decimals) <= MAX_DECIMALS


def _sound(period: str, text: str, *, or_relative: bool = False) -> None:
    from datetime import date

    first, _, last = period.partition("..")
    begin, end = (tuple(int(part) for part in each.split("-")) for each in (first, last or first))
    date(*(*begin, 1, 1)[:3])
    date(*(*end, 1, 1)[:3])
    assert begin <= end, f"{period} ends before it begins"
    printed = text.translate(_WIDE)
    assert re.fullmatch(r"\d{4}(-\d\d){0,2}(\.\.\d{4}(-\d\d){0,2})?", period)
    if not re.search(r"五", printed):
        for year in {begin[0], end[0]}:
            assert or_relative or str(year) in printed, f"{year} is not printed"
            assert str(year) in printed or abs(year - 2024) <= 2


def _printed(parsed: Parsed, data: bytes) -> None:
    values = set(_values(json.loads(data, parse_float=Decimal)))
    for record in parsed.records:
        assert record.value.is_finite()
        assert record.value in values, f"{record.value} is not in the answer"
        assert record.row_no > 0 and record.column_no > 0


def _values(told: Any) -> set[Decimal]:
    """Every number of an answer, also those that are written as text."""
    found: set[Decimal] = set()
    waiting = [told]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str | int | Decimal):
            with suppress(ArithmeticError, ValueError):
                found.add(Decimal(str(value).strip().replace(",", "")))
    return found


def _rows_of(told: Any, count: int) -> list[Any]:
    """The one list of that many rows in an answer."""
    waiting = [told]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, list) and len(value) == count and value and isinstance(value[0], dict | list):
            return value
        waiting += value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    raise Refusal("ambiguous", "the rows cannot be told by other means")


def _squeezed(text: str) -> str:
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def _bare(text: str) -> str:
    """A text without markup, white space and invisible signs."""
    return re.sub(r"[\s\u200b\u200c\u200d\ufeff\u00ad\x00]", "", re.sub(r"<[^>]*>", "", text))

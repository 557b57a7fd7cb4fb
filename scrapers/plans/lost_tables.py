"""Indicator tables in text copies: with their cells glued together, one cell a line, or kept apart by tabs or bars.

Numbers that were glued together are split only with proof (TARGET_RULES 12): the same target stated in prose, or the
only reading that leaves no absurd number. What cannot be proved is left over for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from scrapers.periods import bare_years
from scrapers.plans.drafts import Draft
from scrapers.plans.merging import likeness
from scrapers.plans.reading import Line

_HEADER_GLUED = re.compile(r"^(?:序号|编号|类别|一级|二级|主要)*指标(?:名称)?[^,。;]{0,60}$")
_YEAR_COLUMN = re.compile(
    r"(?:(?:19|20)\d\d年?(?:\(?(?:基期|现状|基准|目标|规划|预期|实际|完成)?(?:值|数)?\)?)?|基期值?|现状值?|目标值?)"
)
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_ROW = re.compile(
    rf"^(?:(?P<no>\d{{1,2}})[.、 ]?)?(?P<label>[一-鿿“《A-Za-z][^,;。]*?)(?P<unit>\((?:%|[^()\d]{{1,10}})\))?[ ]?"
    rf"(?P<figures>(?:[≥≤><-]?(?:{_NUMBER}|[.,\d]+)%?(?:以上|以下|左右)?[ ]?)+)(?P<rest>[^\d]*(?:\([^()]*\)[^\d]*)*)$"
)
_WORDS = (
    r"(?:稳步|持续|逐步|明显|显著|大幅|不断|平稳|保持|稳定|进一步|有所|全面|基本)*(?:增长|提升|提高|下降|降低|减少|增加|改善|优化|领先|完善|稳定|建成|实现|覆盖)|"
    r"(?:全国|全省|全区|国内|省内|全市)?(?:前列|前茅|先进(?:水平|行列)?|领先(?:水平)?|前[一二三四五六七八九十\d]{1,3}(?:名|位)?)"
)
_WORD_ROW = re.compile(
    r"^(?:(?P<no>\d{1,2})[.、 ]?)?(?P<label>[^,;。\d]{4,40}?)(?P<unit>\([^()]{1,10}\))?[ ]?"
    rf"(?P<words>{_WORDS})(?P<rest>[^\d]*)$"
)
_ASIDE = re.compile(r"^(?:预期性|约束性|—|-|/|\s)+")
_HEADING = re.compile(r"^[一二三四五六七八九十]+、|^第[一二三四五六七八九十]+[章节]|^\([一二三四五六七八九十]+\)")
_CELL_HEADER = re.compile(
    r"^(?:序号|编号|类别|类型|属性|性质|指标属性|单位|计量单位|责任单位|责任部门|牵头单位|备注|(?:主要|一级|二级|核心|具体)?指标(?:名称|内容|项目)?|.{0,8}(?:目标值?|基期值?|现状值?|规划值)|(?:19|20)\d\d年?.{0,6})$"
)
_LONGEST_GROUP = 16
_ASIDE_HEADER = re.compile(r"序号|编号|类别|类型|属性|性质|备注|一级")


@dataclass(frozen=True, slots=True)
class LostRow:
    """A row of a table without borders. `line` and the places are those of its first line."""

    line: Line
    last: Line
    label: str
    unit: str | None
    baseline: str | None
    baseline_year: int | None
    value_text: str
    year: int | None
    in_charge: str
    nature: str
    row_no: int
    figures: str | None = None
    """Figures that are still glued together; then `value_text` is empty."""


@dataclass(frozen=True, slots=True)
class LostTable:
    """A run of lines that was a table: how many lines it fills and what its rows say."""

    first: int
    end: int
    """Index of the first line behind it."""
    rows: tuple[LostRow, ...]


def lost_tables(lines: Sequence[Line], text: str) -> Iterator[LostTable]:
    """Indicator tables among the lines of a text, in order. `text` is the visible text that they were read from."""
    index = 0
    while index < len(lines):
        table = _separated(lines, index, text) or _in_cells(lines, index) or _glued(lines, index)
        if table is not None:
            yield table
            index = table.end
        else:
            index += 1


def split_figures(row: LostRow, prose: Sequence[Draft]) -> tuple[str, str, str] | None:
    """Baseline and target out of glued figures, and what proves it; None where nothing does."""
    figures = (row.figures or "").replace(" ", "")
    tail = re.search(r"(?:以上|以下|左右)$", figures)
    if tail:
        figures = figures[: tail.start()]
    readings = [(one, two + (tail.group() if tail else "")) for one, two in _readings(figures)]
    stated = {d.value for d in prose if d.value is not None and likeness(d.label, row.label) >= 0.6 and not d.high}
    proved = [r for r in readings if _decimal(r[1]) in stated]
    if len(proved) == 1:
        return *proved[0], "the same target in prose"
    sane = [r for r in readings if _is_sane(*r)]
    if len(sane) == 1:
        return *sane[0], "the only reading without an absurd number"
    return None


def _readings(figures: str) -> Iterator[tuple[str, str]]:
    """Every way to read glued figures as two numbers."""
    if percent := re.fullmatch(rf"((?:{_NUMBER})%)((?:{_NUMBER})%?)", figures):
        yield percent[1], percent[2]
        return
    whole = re.compile(r"(?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*|0(?=\.))(?:\.\d+)?%?")
    for cut in range(1, len(figures)):
        one, two = figures[:cut], figures[cut:]
        if whole.fullmatch(one) and whole.fullmatch(two):
            yield one, two


def _decimal(figure: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", figure))


def _is_sane(baseline: str, target: str) -> bool:
    """No number ends in a needless zero behind its point, and neither is out of all proportion to the other."""
    one, two = _decimal(baseline), _decimal(target)
    if one == 0 or two == 0:
        return False
    if re.search(r"\.\d*0$", baseline) or len(re.sub(r"[^\d.]", "", target).partition(".")[2]) > 2:
        return False
    return Decimal("0.2") <= two / one <= 20


def _glued(lines: Sequence[Line], at: int) -> LostTable | None:
    """A header and rows whose cells stand without anything between them."""
    header = lines[at].text.replace(" ", "")
    if not _HEADER_GLUED.match(header) or len(header) > 60:
        return None
    columns = [m.group() for m in _YEAR_COLUMN.finditer(header)]
    if not columns:
        return None
    years = [_year(c) for c in columns]
    dated = [y for y in years if y is not None]
    if not dated:
        return None
    base_year, year = (dated[0], dated[-1]) if len(set(dated)) > 1 else (None, dated[-1])
    rows: list[LostRow] = []
    end = at + 1
    misses = 0
    while end < len(lines) and misses < 2:
        row = _glued_row(lines[end], len(columns) > 1, base_year, year, len(rows) + 1)
        if row is None:
            if len(lines[end].text) > 160 or _HEADING.match(lines[end].text):
                break
            misses += 1
        else:
            misses = 0
            rows.append(row)
        end += 1
    return LostTable(at, end - misses, tuple(rows)) if len(rows) >= 2 else None


def _glued_row(line: Line, two: bool, base_year: int | None, year: int | None, number: int) -> LostRow | None:
    text = line.text
    if len(text) > 200 or _HEADING.match(text):
        return None
    if words := _WORD_ROW.match(text):
        return LostRow(line, line, words["label"], _bare_unit(words["unit"]), None, None, words["words"], year,
                       _units(words["rest"]), _nature(words["rest"]), number)  # fmt: skip
    row = _ROW.match(text)
    if row is None:
        return None
    figures = row["figures"].strip()
    if not any(c.isdigit() for c in figures):
        return None
    given = LostRow(
        line, line, row["label"].strip(), _bare_unit(row["unit"]), None, None, "", year, _units(row["rest"]),
        _nature(row["rest"]), number,
    )  # fmt: skip
    apart = figures.split()
    if len(apart) == 2:
        return replace(given, baseline=apart[0], baseline_year=base_year, value_text=apart[1])
    if marked := re.fullmatch(rf"(?P<one>{_NUMBER})?(?P<two>[≥≤><](?:{_NUMBER})%?)", figures):
        one = marked["one"]
        return replace(given, baseline=one, baseline_year=base_year if one else None, value_text=marked["two"])
    if not two:
        return replace(given, value_text=figures)
    return replace(given, baseline_year=base_year, figures=figures)


def _in_cells(lines: Sequence[Line], at: int) -> LostTable | None:
    """A header and rows of one cell a line."""
    width = 0
    while at + width < len(lines) and width < 9 and _CELL_HEADER.match(lines[at + width].text.replace(" ", "")):
        width += 1
    header = [lines[at + i].text.replace(" ", "") for i in range(width)]
    if width < 3 or not _is_header(header) or header[1] in ("序号", "编号", "类别"):
        return None
    rows: list[LostRow] = []
    place = at + width
    while place + width <= len(lines):
        cells = [lines[place + i].text.strip() for i in range(width)]
        if any(len(c) > 60 for c in cells) or not _fits(header, cells):
            break
        rows += _row_of_cells(header, cells, lines[place], lines[place + width - 1], len(rows) + 1)
        place += width
    return LostTable(at, place, tuple(rows)) if rows else None


def _separated(lines: Sequence[Line], at: int, text: str) -> LostTable | None:
    """Rows whose cells are kept apart by bars, tabs or blanks."""
    header = _cells(lines[at], text)
    if len(header) < 3 or not _is_header(header):
        return None
    rows: list[LostRow] = []
    place = at + 1
    while place < len(lines):
        cells = _cells(lines[place], text)
        if len(cells) == len(header) and _fits(header, cells):
            rows += _row_of_cells(header, cells, lines[place], lines[place], len(rows) + 1)
        elif not _is_between_rows(lines, place, text, header):
            break
        place += 1
    return LostTable(at, place, tuple(rows)) if rows else None


def _is_between_rows(lines: Sequence[Line], place: int, text: str, header: Sequence[str]) -> bool:
    """True for a rule, a mark or the name of a group of rows, with a row right behind it."""
    line = lines[place].text
    if len(line.strip()) <= 2 or re.fullmatch(r"[-:| ]+", line):
        return True
    if len(line) > _LONGEST_GROUP or re.search(r"[\d。;,]", line) or place + 1 == len(lines):
        return False
    following = _cells(lines[place + 1], text)
    return len(following) == len(header) and _fits(header, following)


def _cells(line: Line, text: str) -> list[str]:
    printed = text[line.places[0] : line.places[-1] + 1].strip().strip("|") if line.text else ""
    for separator in (r"\|", r"\t", r"\s{2,}", r"\s"):
        parts = [c.strip() for c in re.split(separator, printed)]
        if len(parts) >= 3:
            return parts
    return [printed]


def _is_header(header: Sequence[str]) -> bool:
    names = any("指标" in h and not _ASIDE_HEADER.search(h) for h in header)
    return names and any(_year(h) is not None or "目标" in h or "规划值" in h for h in header)


def _fits(header: Sequence[str], cells: Sequence[str]) -> bool:
    figures = [c for h, c in zip(header, cells, strict=True) if _year(h) is not None or "目标" in h]
    return any(re.search(r"\d", c) or re.search(_WORDS, c) for c in figures) and all(len(c) <= 20 for c in figures)


def _row_of_cells(header: Sequence[str], cells: Sequence[str], first: Line, last: Line, number: int) -> list[LostRow]:
    name = next((i for i, h in enumerate(header) if "指标" in h and not _ASIDE_HEADER.search(h)), 0)
    unit = next((c for h, c in zip(header, cells, strict=True) if h in ("单位", "计量单位")), None)
    dated = [
        (i, _year(h)) for i, h in enumerate(header) if _year(h) is not None or re.search(r"目标|规划值|基期|现状", h)
    ]
    targets = [(i, y) for i, y in dated if not re.search(r"基期|现状|实际|完成", header[i])]
    base = next(((i, y) for i, y in dated if (i, y) not in targets), None)
    if base is None and len(targets) > 1:
        base, targets = targets[0], targets[1:]
    bracket = re.search(r"\(([^()\d]{1,10}|%)\)$", cells[name])
    rest = " ".join(c for i, c in enumerate(cells) if i not in (name, *(i for i, _ in dated)))
    in_charge = next((c for h, c in zip(header, cells, strict=True) if re.search(r"责任|牵头|负责", h)), "")
    return [
        LostRow(
            first,
            last,
            _bare_name(cells[name][: bracket.start()] if bracket else cells[name]),
            unit or (bracket[1] if bracket else None),
            cells[base[0]] if base else None,
            base[1] if base else None,
            cells[i],
            y,
            in_charge,
            _nature(rest),
            number,
        )
        for i, y in targets
        if cells[i]
    ]


def _year(text: str) -> int | None:
    years = bare_years(text)
    if not years and (found := re.search(r"(?:19|20)\d\d", text)):
        return int(found.group())
    return years[-1] if years else None


def _bare_name(printed: str) -> str:
    """The name of a row without its number (`3.`)."""
    return re.sub(r"^[(]?\d{1,2}(?:[.、)]|(?=[一-鿿]))\s*", "", printed)


def _bare_unit(bracketed: str | None) -> str | None:
    return bracketed[1:-1] if bracketed else None


def _units(rest: str) -> str:
    return _ASIDE.sub("", rest).strip()


def _nature(rest: str) -> str:
    return "binding" if "约束" in rest else "expected" if "预期" in rest else "unknown"

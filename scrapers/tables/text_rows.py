"""Tables whose cells have lost their markup: one value a line, one row a line, or cells between bars.

The columns are counted, not assumed: every row must have as many figures as the header has columns. Blank cells have
left no trace in such a text, so a short row is refused by the reader; it is never padded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from scrapers.grid import MISSING, Cell, Grid, HtmlContent, grid_of_rows
from scrapers.records import Refusal
from scrapers.tables.cells import DAMAGED, NUMBER, PERCENT, TEXT, YEAR, kind_of
from scrapers.tables.labels import compact, header_text
from scrapers.tables.model import DataGrid
from scrapers.tables.words import CJK, NAVIGATION, PERIOD_HEADER, REGION_HEADER

_BAR = re.compile(r"\s*[|｜\t]\s*")
_DASH = re.compile(r"^[-—–－]+$")
_FIGURES = (NUMBER, PERCENT, DAMAGED, YEAR)
MINIMUM_ROWS = 3
LONGEST_HEADER = 60
LONG_BLOCK = 20
"""A paragraph of this many lines is no cell: each line is one."""
SERVICE_PARTS = {
    "职务": re.compile(r"^(?:大专院校|高等院校|高校|科研单位|工矿企业|企业|机关团体|职务总计|职务小计|小计)$"),
    "非职务": re.compile(r"^(?:个人|非职务总计|小计)$"),
}
"""Second header row under a first one: which words belong under which, where the markup that said so is lost."""


def text_grids(content: HtmlContent) -> list[DataGrid]:
    """The table that a page prints without table markup, or nothing.

    Raises Refusal `header_not_explained` where rows are found and their header cannot be laid over the columns.
    """
    blocks: list[str] = []
    for text in _texts(content):
        parts = text.split("\n")
        blocks.extend(parts if len(parts) >= LONG_BLOCK else [text])
    for find in (_bar_rows, _row_lines, _value_lines):
        found = find(blocks)
        if found is not None:
            found.has_markup = False
            return [found]
    return []


def _texts(content: HtmlContent) -> Iterator[str]:
    """Lines that are no navigation, and cells of tables of one column, which only lay out the page."""
    for item in content.items:
        if isinstance(item, Grid):
            yield from (row[0].text for row in item.cells if item.width == 1 and row[0].text)
        elif not item.is_link and not NAVIGATION.match(item.text):
            yield item.text


def _bar_rows(blocks: Sequence[str]) -> DataGrid | None:
    """Rows whose cells stand between bars. Blank cells are still there; spans of the header are not."""
    lines = [line for block in blocks for line in block.split("\n")]
    at = [i for i, line in enumerate(lines) if len(_BAR.findall(line)) >= 2]
    rows = [_split_bars(lines[i]) for i in at]
    body = [i for i, row in enumerate(rows) if any(kind_of(cell) in (NUMBER, PERCENT) for cell in row[1:])]
    if len(body) < MINIMUM_ROWS:
        return None
    begin, after = at[0], lines[at[-1] + 1 :]
    header, rest = rows[: body[0]], _without_edge(rows[body[0] :])
    heads = [i for i in range(begin, at[body[0]]) if _heads_labels(_split_bars(lines[i])[0])]
    if heads:  # a cell of the header that breaks its line leaves lines with one bar
        begin = heads[-1]
        header = [_split_bars(line) for line in lines[begin : at[body[0]]]]
    before = lines[:begin]
    width = Counter(len(row) for row in rest).most_common(1)[0][0]
    if header and all(len(row) == width for row in header):
        return DataGrid(grid_of_rows([*header, *rest]), before, after)
    tokens = [cell for row in header for cell in row if cell]
    return DataGrid(_with_header(tokens, rest), before, after)


def _without_edge(rows: Sequence[list[str]]) -> list[list[str]]:
    """Rows without the blank last cell that a bar at the end of every line leaves."""
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    if any(row[-1] for row in rows if len(row) == width):
        return list(rows)
    return [row[:-1] if len(row) == width else row for row in rows]


def _split_bars(line: str) -> list[str]:
    """Cells of a line; bars at both ends are a frame, a bar at one end stands beside a blank cell."""
    bare = line.strip()
    if bare[:1] in "|｜" and bare[-1:] in "|｜":
        bare = bare[1:-1]
    return _BAR.split(f" {bare} ".strip(" "))


def _row_lines(blocks: Sequence[str]) -> DataGrid | None:
    """Rows that fill one line each: a label, then figures."""
    lines = [line for block in blocks for line in block.split("\n")]
    rows = {i: row for i, line in enumerate(lines) if (row := _split_row(line))}
    if len(rows) < MINIMUM_ROWS:
        return None
    first, last = min(rows), max(rows)
    tokens, begin = _header_tokens([_merge_letters(line.split()) for line in lines[:first]])
    body = [rows[i] if i in rows else [lines[i]] for i in range(first, last + 1)]
    return DataGrid(_with_header(tokens, body), lines[:begin], lines[last + 1 :])


def _split_row(line: str) -> list[str] | None:
    words = line.split()
    start = next((i for i, word in enumerate(words) if kind_of(word) in _FIGURES or _DASH.match(word)), len(words))
    figures = words[start:]
    if len(figures) < 2 or not all(kind_of(word) in _FIGURES or _DASH.match(word) for word in figures):
        return None
    return [" ".join(words[:start]), *figures] if start else ["", *figures]


def _value_lines(blocks: Sequence[str]) -> DataGrid | None:
    """Rows whose cells fill one line (one paragraph) each."""
    tokens = list(blocks)
    first = next((i for i in range(len(tokens) - 2) if _begins_row(tokens, i)), None)
    if first is None:
        return None
    runs: list[list[str]] = []
    at = first
    while at < len(tokens) and (not _is_figure(tokens[at])) and at + 1 < len(tokens) and _is_figure(tokens[at + 1]):
        run = [tokens[at]]
        at += 1
        while at < len(tokens) and _is_figure(tokens[at]):
            run.append(tokens[at])
            at += 1
        runs.append(run)
    if len(runs) < MINIMUM_ROWS:
        return None
    width = Counter(len(run) for run in runs).most_common(1)[0][0]
    header, begin = _header_tokens([[token] for token in tokens[:first]])
    rows = [row for run in runs for row in _split_run(run, width)]
    return DataGrid(_with_header(header, rows), tokens[:begin], tokens[at:])


def _begins_row(tokens: Sequence[str], i: int) -> bool:
    return kind_of(tokens[i]) == TEXT and _is_figure(tokens[i + 1]) and _is_figure(tokens[i + 2])


def _is_figure(token: str) -> bool:
    return kind_of(token) in (NUMBER, PERCENT, DAMAGED) or bool(_DASH.match(token)) or bool(re.match(r"^\d{4}$", token))


def _split_run(run: Sequence[str], width: int) -> list[list[str]]:
    """A label and its figures; figures that follow a whole row without a label of their own are a row without one."""
    rows = [list(run[:width])]
    rest = list(run[width:])
    while rest:
        rows.append(["", *rest[: width - 1]])
        rest = rest[width - 1 :]
    return rows


def _header_tokens(lines: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """Header words right above the first row, from the word that heads the row labels on; and the line it stands in."""
    start: int | None = None
    for i in range(len(lines) - 1, max(-1, len(lines) - LONGEST_HEADER), -1):
        words = lines[i]
        if words and (_heads_labels(words[0])):
            start = i
        elif start is not None and any(len(word) > 24 for word in words):
            break
    if start is None:
        raise Refusal("header_not_explained", "rows of figures stand in the text, and no header above them")
    return [word for words in lines[start:] for word in words], start


def _heads_labels(word: str) -> bool:
    text = compact(word) if CJK.search(word) else word
    return bool(REGION_HEADER.match(text) or PERIOD_HEADER.match(text)) and len(text) < 12


def _merge_letters(words: Sequence[str]) -> list[str]:
    """Join single Chinese letters that were set apart (`地 区`)."""
    merged: list[str] = []
    single = False
    for word in words:
        alone = len(word) == 1 and bool(CJK.match(word))
        if alone and single and merged:
            merged[-1] += word
        else:
            merged.append(word)
        single = alone
    return merged


def _with_header(tokens: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
    """The header laid over the rows: word by word, in side-by-side groups, or in two rows put together again."""
    if not tokens:
        raise Refusal("header_not_explained", "rows of figures stand in the text, and no header above them")
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    if len(tokens) == width:
        return grid_of_rows([list(tokens), *map(list, rows)])
    if len(tokens) % width == 0 and _repeats(tokens, width):
        times = len(tokens) // width
        lines = [list(tokens)]
        for i in range(0, len(rows), times):
            lines.append([cell for row in rows[i : i + times] for cell in row])
        return grid_of_rows(lines)
    folded = _fold(list(tokens), width)
    if folded is None:
        raise Refusal(
            "header_not_explained",
            f"{len(tokens)} header words cannot be laid over {width} columns: {' '.join(tokens)}",
        )
    upper, lower = folded
    grid = grid_of_rows([[cell.text for cell in upper], lower, *map(list, rows)])
    grid.cells[0] = upper + [MISSING] * (grid.width - len(upper))
    return grid


def _repeats(tokens: Sequence[str], width: int) -> bool:
    def same(a: str, b: str) -> bool:
        return compact(a).lower() == compact(b).lower()

    return all(same(token, tokens[i % width]) for i, token in enumerate(tokens))


def _fold(tokens: list[str], width: int) -> tuple[list[Cell], list[str]] | None:
    """Two header rows that were printed one after the other, as (first row with spans, second row).

    A month belongs under a year, a unit under a word without one, the words of `SERVICE_PARTS` under their heads. Only
    one reading that uses every word and fills every column is accepted.
    """
    readings = []
    for split in range(1, len(tokens)):
        reading = _fold_at(tokens[:split], tokens[split:], width)
        if reading is not None:
            readings.append(reading)
    return readings[0] if len(readings) == 1 else None


def _fold_at(upper: list[str], lower: list[str], width: int) -> tuple[list[Cell], list[str]] | None:
    if any(head != word and _belongs_under(head, word, 0) for word in upper for head in upper):
        return None  # a word of the second row among the first
    first: list[Cell] = []
    second: list[str] = []
    rest = list(lower)
    for word in upper:
        children: list[str] = []
        while rest and _belongs_under(word, rest[0], len(children)):
            children.append(rest.pop(0))
        cell = Cell(word, 0, len(first))
        first.extend([cell] * max(1, len(children)))
        second.extend(children or [""])
    return (first, second) if not rest and len(first) == width else None


def _belongs_under(head: str, word: str, already: int) -> bool:
    top, below = header_text(head, default_year=2000), header_text(word, default_year=2000)
    if top.period is not None:
        return below.period is not None and already == 0 and len(below.period.period) > len(top.period.period)
    if below.unit is not None and not below.label:
        return already == 0 and top.unit is None and not SERVICE_PARTS.get(top.label)
    pattern = SERVICE_PARTS.get(top.label)
    return bool(pattern and pattern.match(below.label))

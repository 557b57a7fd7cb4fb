"""Task schedules: tables of number, task, units in charge, time and deliverable, with borders or one cell a line.

Every row is a milestone; its quote is the deliverable, or the task where the deliverable says nothing of its own
(TARGET_RULES 11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scrapers.plans.dates import deadline
from scrapers.plans.reading import Line

_TASK = re.compile(r"任务|事项|工作内容|重点工作|项目|内容|举措|措施")
_UNITS = re.compile(r"责任|牵头|负责|配合|单位|部门")
_TIME = re.compile(r"时间|进度|时限|期限|完成时|节点")
_RESULT = re.compile(r"成果|形式|目标|标志|要求|成效|产出")
_NUMBER = re.compile(r"序号|编号")
_TIME_CELL = re.compile(
    r"^(?:到|于)?(?:(?:19|20)\d\d(?:年|[./-]|$)|持续|长期|常年|全年|每年|年底|年内|适时|\d{1,2}月|[一二三四第上下]+(?:季度|半年)|按.{0,6}进度|即时|立即|随时|底前)"
)
_TIME_GOES_ON = re.compile(
    r"^(?:底|年底|末|前|底前|完成|启动|实施|推进|开展|底完成|底前完成|年|\d{1,2}月底?(?:前)?(?:完成)?|并?(?:长期|持续).{0,4})$"
)
_UNITS_CELL = re.compile(
    r"(?:局|厅|委|办|部|院|海关|中心|政府|银行|分行|会|集团|公司)(?:[、,,]|等|按|分别|负责|牵头|$)|负责[。.]?$"
)
_SAYS_NOTHING = re.compile(
    r"^(?:开展|推进|完成|落实|做好|持续|按|按照|同|见|根据)?(?:相关|有关|上述|该项|此项|左列|前列|以上|各项)?(?:的)?(?:问题)?(?:研究|工作|任务|要求|计划|进度|实施|推进|落实)?[。.]?$|^(?:开展|完成|做好)(?:相关|有关).{0,6}$"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a cell with their place in the visible text (plain and printed alike)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a schedule."""

    number: int
    task: Piece
    units: str
    time: str
    result: Piece | None

    @property
    def promise(self) -> Piece:
        """The cell that carries the promise."""
        result = self.result
        if result is None or _SAYS_NOTHING.match(result.text):
            return self.task
        return result


def columns(header: Sequence[str]) -> dict[str, int] | None:
    """Which column of a header holds what; None where it is not that of a schedule."""
    found: dict[str, int] = {}
    for index, text in enumerate(header):
        bare = "".join(text.split())
        if len(bare) > 16:
            continue
        for name, pattern in (
            ("number", _NUMBER),
            ("time", _TIME),
            ("units", _UNITS),
            ("result", _RESULT),
            ("task", _TASK),
        ):
            if name not in found and pattern.search(bare):
                found[name] = index
                break
    if "task" in found and "units" in found and ("time" in found or "result" in found):
        return found
    return None


def rows_in_lines(lines: Sequence[Line]) -> Iterator[tuple[int, int, list[Row]]]:
    """Schedules of one cell a line: index of the header, of the first line behind, and the rows."""
    index = 0
    while index < len(lines):
        width = _header_width(lines, index)
        if width:
            header = [line.text for line in lines[index : index + width]]
            rows, end = _rows(lines, index + width, columns(header) or {}, width)
            if rows:
                yield index, end, rows
                index = end
                continue
        index += 1


def due(time: str) -> str | None:
    """The day by which a time cell wants a thing done, as ISO text: 年底 is 31 December, a month its last day.

    `4月前` is the day before the month begins, as in sentences.
    """
    bare = "".join(time.split())
    year = re.search(r"((?:19|20)\d\d)年?", bare)
    if year is None or re.search(r"启动|持续", bare):
        return None
    day = re.search(r"(\d{1,2})月(\d{1,2})日", bare)
    month = re.search(r"(\d{1,2})月(?:份)?(?P<before>(?:之|以)?前)?", bare)
    number = int(year[1])
    try:
        if day:
            return date(number, int(day[1]), int(day[2])).isoformat()
        if month:
            return deadline(number, int(month[1]), is_whole=month["before"] is None).isoformat()
    except ValueError:
        return None
    return date(number, 12, 31).isoformat() if re.search(r"底|末|完成|前", bare) else None


def _header_width(lines: Sequence[Line], at: int) -> int:
    for width in (7, 6, 5, 4):
        header = [line.text for line in lines[at : at + width]]
        if len(header) == width and all(len("".join(h.split())) <= 10 for h in header):
            found = columns(header)
            if found is not None and found.get("number") == 0 and len(found) == width:
                return width
    return 0


def _rows(lines: Sequence[Line], at: int, where: dict[str, int], width: int) -> tuple[list[Row], int]:
    """The rows below a header: each begins with the next number."""
    starts = []
    expected = 1
    for index in range(at, len(lines)):
        if lines[index].text.strip() == str(expected):
            starts.append(index)
            expected += 1
    rows = []
    end = at
    for number, start in enumerate(starts, 1):
        stop = starts[number] if number < len(starts) else min(start + width + 2, len(lines))
        row = _row(lines[start + 1 : stop], number, where, is_last=number == len(starts))
        if row is not None:
            rows.append(row)
            end = stop if number < len(starts) else _end_of(lines, start, row)
    return rows, end


def _end_of(lines: Sequence[Line], start: int, row: Row) -> int:
    last = (row.result or row.task).end
    index = start
    while index < len(lines) and lines[index].places and lines[index].places[0] < last:
        index += 1
    return index


def _row(cells: Sequence[Line], number: int, where: dict[str, int], *, is_last: bool) -> Row | None:
    """Lines shared out to the columns: the time cell is known by its words, the units by theirs."""
    texts = [c.text.strip() for c in cells]
    if "time" in where:
        first = next((i for i, t in enumerate(texts) if i >= 1 and len(t) <= 16 and _TIME_CELL.match(t)), None)
        if first is None:
            return None
        behind = first + 1
        while behind < len(texts) and len(texts[behind]) <= 8 and _TIME_GOES_ON.match(texts[behind].replace(" ", "")):
            behind += 1
        time = "".join(texts[first:behind])
        head, tail = list(range(first)), list(range(behind, len(texts)))
        if where["time"] < where.get("units", 0):
            return None
    else:
        time, head, tail = "", list(range(min(2, len(texts)))), list(range(2, len(texts)))
    if not head or (not tail and "result" in where):
        return None
    units_at = next((i for i in reversed(head) if _UNITS_CELL.search(texts[i])), head[-1])
    task = [i for i in head if i < units_at] or head[:1]
    units = "".join(texts[i] for i in head if i >= units_at and i not in task)
    if is_last:
        tail = tail[:1]
    result = _piece(cells, tail) if tail else None
    return Row(number, _piece(cells, task), units, time, result)


def _piece(cells: Sequence[Line], chosen: Sequence[int]) -> Piece:
    first, last = cells[chosen[0]], cells[chosen[-1]]
    return Piece("".join(cells[i].text for i in chosen), first.places[0], last.places[-1] + 1)

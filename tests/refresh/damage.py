"""Ways in which a good page can be spoilt: from the bytes of a page to other bytes, or None where it does not apply."""

from __future__ import annotations

import re
from collections.abc import Callable

from scrapers.decoding import decode

Damage = Callable[[bytes], bytes | None]

_ROW = re.compile(r"<tr\b.*?</tr>", re.S | re.I)
_CELL = re.compile(r"<t[dh]\b[^>]*>.*?</t[dh]>", re.S | re.I)
_FIGURE = re.compile(r"\s*-?[\d,]+(?:\.\d+)?\s*")


def _text(body: bytes) -> tuple[str, str]:
    decoded = decode(body, None)
    return decoded.text, decoded.encoding


def of_text(change: Callable[[str], str | None]) -> Damage:
    """A damage of the text; the encoding stays."""

    def damage(body: bytes) -> bytes | None:
        text, encoding = _text(body)
        changed = change(text)
        return None if changed is None or changed == text else changed.encode(encoding)

    return damage


# --- tables of a web page ---------------------------------------------------------------------------------------------


def table(html: str) -> tuple[int, int]:
    """Where the table with the most rows begins and ends."""
    spans = [match.span() for match in re.finditer(r"<table\b.*?</table>", html, re.S | re.I)]
    return max(spans, key=lambda span: len(_ROW.findall(html[slice(*span)])), default=(0, 0))


def data_rows(rows: list[str]) -> list[int]:
    """Rows with at least two cells that hold a number and nothing else."""
    return [number for number, row in enumerate(rows) if sum(map(_is_figure, _CELL.findall(row))) >= 2]


def _is_figure(cell: str) -> bool:
    return bool(_FIGURE.fullmatch(re.sub(r"<[^>]*>|&nbsp;", "", cell)))


def of_rows(change: Callable[[list[str], list[int]], list[str] | None]) -> Damage:
    """A damage of the rows of the main table: gets all rows and the places of those with figures."""

    def apply(html: str) -> str | None:
        start, end = table(html)
        part = html[start:end]
        rows = _ROW.findall(part)
        data = data_rows(rows)
        if len(data) < 5:
            return None
        changed = change(list(rows), data)
        if changed is None:
            return None
        first, last = part.index(rows[0]), part.rindex(rows[-1]) + len(rows[-1])
        return html[:start] + part[:first] + "\n".join(changed) + part[last:] + html[end:]

    return of_text(apply)


def without_row(which: float) -> Damage:
    """Take away one row of figures; `which` from 0 (first) to 1 (last)."""

    def change(rows: list[str], data: list[int]) -> list[str]:
        del rows[_pick(data, which)]
        return rows

    return of_rows(change)


def row_twice(which: float) -> Damage:
    def change(rows: list[str], data: list[int]) -> list[str]:
        place = _pick(data, which)
        rows.insert(place, rows[place])
        return rows

    return of_rows(change)


def row_over_next(which: float) -> Damage:
    """The figures of one row printed again under the next label; the next row's own figures are lost."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        place = _pick(data[:-1], which)
        here, below = _CELL.findall(rows[place]), _CELL.findall(rows[place + 1])
        if len(here) != len(below):
            return None
        rows[place + 1] = rows[place].replace(here[0], below[0], 1)
        return rows

    return of_rows(change)


def labels_swapped(which: float, distance: int = 1) -> Damage:
    def change(rows: list[str], data: list[int]) -> list[str] | None:
        one = _pick(data[:-distance], which)
        two = data[data.index(one) + distance]
        here, there = _CELL.findall(rows[one]), _CELL.findall(rows[two])
        if len(here) != len(there):
            return None
        rows[one] = rows[one].replace(here[0], there[0], 1)
        rows[two] = rows[two].replace(there[0], here[0], 1)
        return rows

    return of_rows(change)


def labels_moved_up(rows: list[str], data: list[int]) -> list[str] | None:
    """Every label one row further up: the first is gone, the last stands twice."""
    labels = [_CELL.findall(rows[place])[0] for place in data]
    for place, own, other in zip(data, labels, [*labels[1:], labels[-1]], strict=True):
        rows[place] = rows[place].replace(own, other, 1)
    return rows


def _shift(rows: list[str], places: list[int]) -> list[str]:
    """The figures of some rows one column to the right, the last one in the first column."""
    for place in places:
        cells = _CELL.findall(rows[place])
        figures = cells[1:]
        head = rows[place][: rows[place].index(cells[0])]
        rows[place] = head + "".join([cells[0], figures[-1], *figures[:-1]]) + "</tr>"
    return rows


def cell_gone(which: float, column: int = 1) -> Damage:
    """One cell of one row is lost, the rest moves to the left."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        place = _pick(data, which)
        cells = _CELL.findall(rows[place])
        if len(cells) <= column + 1:
            return None
        rows[place] = rows[place].replace(cells[column], "", 1)
        return rows

    return of_rows(change)


def column_gone(column: int) -> Damage:
    """A column of figures is lost in every row of figures, but its head stays."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        for place in data:
            cells = _CELL.findall(rows[place])
            if len(cells) <= abs(column) + 1:
                return None
            at = rows[place].rindex(cells[column]) if column < 0 else rows[place].index(cells[column])
            rows[place] = rows[place][:at] + rows[place][at + len(cells[column]) :]
        return rows

    return of_rows(change)


def columns_swapped(one: int, two: int) -> Damage:
    """Two columns of figures changed places, their heads did not."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        for place in data:
            cells = _CELL.findall(rows[place])
            if len(cells) <= max(one, two):
                return None
            head = rows[place][: rows[place].index(cells[0])]
            cells[one], cells[two] = cells[two], cells[one]
            rows[place] = head + "".join(cells) + "</tr>"
        return rows

    return of_rows(change)


def heads_swapped(rows: list[str], data: list[int]) -> list[str] | None:
    """The last two heads changed places."""
    for place in reversed(range(data[0])):
        cells = _CELL.findall(rows[place])
        if len(cells) >= 3 and cells[-1] != cells[-2] and "span" not in cells[-1] + cells[-2]:
            one, two = cells[-2], cells[-1]
            at = rows[place].rindex(one)
            rows[place] = rows[place][:at] + two + one + "</tr>"
            return rows
    return None


def without_heads(rows: list[str], data: list[int]) -> list[str] | None:
    return rows[data[0] :] if data[0] else None


def blank_cell(which: float, column: int = 1) -> Damage:
    def change(rows: list[str], data: list[int]) -> list[str] | None:
        place = _pick(data, which)
        cells = _CELL.findall(rows[place])
        rows[place] = rows[place].replace(cells[column], "<td>&nbsp;</td>", 1)
        return rows

    return of_rows(change)


def digits_eaten(which: float, column: int = 1, first: bool = True) -> Damage:
    """One figure loses its first (or last) digit."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        place = _pick(data, which)
        cells = _CELL.findall(rows[place])
        if len(cells) <= column or not re.search(r">\s*\d{3,}", cells[column]):
            return None
        eaten = (
            re.sub(r">(\s*)\d", r">\1", cells[column], count=1) if first else re.sub(r"\d(\s*</)", r"\1", cells[column])
        )
        rows[place] = rows[place].replace(cells[column], eaten, 1)
        return rows

    return of_rows(change)


def column_digits_eaten(column: int) -> Damage:
    """Every figure of a column loses its first digit."""

    def change(rows: list[str], data: list[int]) -> list[str] | None:
        for place in data:
            cells = _CELL.findall(rows[place])
            if len(cells) <= column:
                return None
            eaten = re.sub(r">(\s*)\d(?=\d)", r">\1", cells[column], count=1)
            rows[place] = rows[place].replace(cells[column], eaten, 1)
        return rows

    return of_rows(change)


def without_rows_of_percentages(rows: list[str], data: list[int]) -> list[str] | None:
    kept = [row for row in rows if not re.search(r"构成|%|％|100\.0|>100<|percent", row, re.I)]
    return kept if 0 < len(rows) - len(kept) < len(rows) / 2 + 1 else None


def one_percentage_row_gone(rows: list[str], data: list[int]) -> list[str] | None:
    for place in range(len(rows) // 2, len(rows)):
        if re.search(r"构成|%|％|100\.0|>100<", rows[place]):
            del rows[place]
            return rows
    return None


def _pick(data: list[int], which: float) -> int:
    return data[round(which * (len(data) - 1))]


# --- whole pages ------------------------------------------------------------------------------------------------------


def replaced(old: str, new: str, count: int = 0) -> Damage:
    return of_text(lambda text: re.sub(old, new, text, count=count))


def cut(share: float) -> Damage:
    """The connection broke off after a share of the bytes."""
    return lambda body: body[: int(len(body) * share)]


def wrong_bytes(body: bytes) -> bytes | None:
    """UTF-8 taken for Latin-1 and written again as UTF-8."""
    text, _ = _text(body)
    return text.encode("utf-8").decode("latin-1").encode("utf-8")


def unreadable_characters(body: bytes) -> bytes | None:
    """Characters that were lost on the way stand as U+FFFD."""
    text, _ = _text(body)
    return re.sub(r"[一-鿿](?=[一-鿿]\w*</)", "�", text).encode()


def other_encoding(body: bytes) -> bytes | None:
    """Declared as before, but written in another encoding. The page is still whole."""
    text, encoding = _text(body)
    return text.encode("utf-8" if encoding.startswith("gb") else "gb18030")


# --- CSV --------------------------------------------------------------------------------------------------------------


def of_lines(change: Callable[[list[str]], list[str] | None]) -> Damage:
    """A damage of the lines of a text file."""

    def apply(text: str) -> str | None:
        lines = text.splitlines(keepends=True)
        changed = change(list(lines))
        return None if changed is None else "".join(changed)

    return of_text(apply)


def csv_rows(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if len(re.findall(r",\s*[\d.]+\s*(?=,|$)", line)) >= 3]


def csv_row_gone(which: float) -> Damage:
    def change(lines: list[str]) -> list[str]:
        del lines[_pick(csv_rows(lines), which)]
        return lines

    return of_lines(change)


def csv_row_twice(lines: list[str]) -> list[str]:
    place = _pick(csv_rows(lines), 0.4)
    lines.insert(place, lines[place])
    return lines


def csv_labels_swapped(lines: list[str]) -> list[str]:
    one = _pick(csv_rows(lines), 0.3)
    (a, rest_a), (b, rest_b) = lines[one].split(",", 1), lines[one + 1].split(",", 1)
    lines[one], lines[one + 1] = f"{b},{rest_a}", f"{a},{rest_b}"
    return lines


def csv_column_shifted(which: float | None) -> Damage:
    """One cell too many before the figures: in one row, or in all of them."""

    def change(lines: list[str]) -> list[str]:
        rows = csv_rows(lines)
        for place in rows if which is None else [_pick(rows, which)]:
            label, rest = lines[place].split(",", 1)
            cells = rest.rstrip("\r\n").split(",")
            lines[place] = ",".join([label, cells[-1], *cells[:-1]]) + "\n"
        return lines

    return of_lines(change)


def csv_cell_gone(which: float, column: int) -> Damage:
    def change(lines: list[str]) -> list[str]:
        place = _pick(csv_rows(lines), which)
        cells = lines[place].split(",")
        del cells[column]
        lines[place] = ",".join(cells)
        return lines

    return of_lines(change)


def csv_digit_eaten(which: float, column: int) -> Damage:
    def change(lines: list[str]) -> list[str] | None:
        place = _pick(csv_rows(lines), which)
        cells = lines[place].split(",")
        if not re.match(r"\d{3,}", cells[column]):
            return None
        cells[column] = cells[column][1:]
        lines[place] = ",".join(cells)
        return lines

    return of_lines(change)


def csv_heads_swapped(lines: list[str]) -> list[str]:
    place = csv_rows(lines)[0] - 1
    cells = lines[place].split(",")
    cells[2], cells[3] = cells[3], cells[2]
    lines[place] = ",".join(cells)
    return lines


def csv_years_moved(lines: list[str]) -> list[str]:
    """The head row is that of the next year: all years one later."""
    place = csv_rows(lines)[0] - 1
    lines[place] = re.sub(r"\d{4}", lambda match: str(int(match[0]) + 1), lines[place])
    return lines


# --- pages that are none ----------------------------------------------------------------------------------------------

ERROR_PAGE = b"<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1><p>nginx</p></body></html>"
BLOCK_PAGE = (
    "<html><head><title>提示</title></head><body><p>您的访问行为异常，请求已被拦截。</p></body></html>".encode()
)
LOGIN_PAGE = (
    "<html><head><title>统一身份认证</title></head><body><form><input name='username'><input type='password'>"
    "<button>登录</button></form></body></html>"
).encode()
EMPTY_LIST = "<html><head><title>统计数据</title></head><body><ul></ul><p>暂无数据</p></body></html>".encode()


def always(body: bytes) -> Damage:
    return lambda _: body


ANY: dict[str, Damage] = {
    "empty": always(b""),
    "white space": always(b"  \r\n\r\n "),
    "error page": always(ERROR_PAGE),
    "block page": always(BLOCK_PAGE),
    "login page": always(LOGIN_PAGE),
    "empty list": always(EMPTY_LIST),
    "zero bytes": lambda body: b"\0" * len(body),
    "doubly encoded": wrong_bytes,
    "lost characters": unreadable_characters,
    "other encoding": other_encoding,
    "cut at 20 %": cut(0.2),
    "cut at 50 %": cut(0.5),
    "cut at 80 %": cut(0.8),
    "cut at 97 %": cut(0.97),
    "件 → 万件": replaced("件", "万件"),
    "first 件 → 万件": replaced("件", "万件", 1),
    "万人 → 人": replaced("万人", "人"),
    "piece → 10,000 pieces": replaced(r"\bpiece\b", "10,000 pieces"),
    "亿元 → 万元": replaced("亿元", "万元"),
}
"""Damages of any page."""

TABLE: dict[str, Damage] = {
    **{f"row {name} gone": without_row(which) for name, which in (("0", 0), ("1", 0.05), ("mid", 0.5), ("last", 1))},
    **{f"row {which} twice": row_twice(which) for which in (0, 0.5, 1)},
    **{f"row {which} over next": row_over_next(which) for which in (0.1, 0.6)},
    **{f"labels {which} swapped": labels_swapped(which) for which in (0.1, 0.5, 0.9)},
    "far labels swapped": labels_swapped(0.2, 4),
    "labels moved up": of_rows(labels_moved_up),
    "all rows shifted": of_rows(_shift),
    "one row shifted": of_rows(lambda rows, data: _shift(rows, [_pick(data, 0.5)])),
    "last row shifted": of_rows(lambda rows, data: _shift(rows, [data[-1]])),
    **{f"cell {c} of row {w} gone": cell_gone(w, c) for w in (0.1, 0.6) for c in (1, 2)},
    **{f"label of row {w} gone": cell_gone(w, 0) for w in (0.1, 0.6)},
    **{f"column {c} gone": column_gone(c) for c in (1, 2, -1, -2)},
    "columns 1 and 2 swapped": columns_swapped(1, 2),
    "columns 2 and 3 swapped": columns_swapped(2, 3),
    "columns 1 and 3 swapped": columns_swapped(1, 3),
    "heads swapped": of_rows(heads_swapped),
    "heads gone": of_rows(without_heads),
    **{f"cell {c} of row {w} blank": blank_cell(w, c) for w in (0.1, 0.6) for c in (1, 2)},
    **{f"first digit of {c} in row {w} eaten": digits_eaten(w, c) for w in (0.05, 0.2, 0.5, 0.8) for c in (1, 2, 3, 6)},
    **{f"last digit of {c} in row {w} eaten": digits_eaten(w, c, False) for w in (0.2, 0.5) for c in (1, 2, 3)},
    "first digits of column 1 eaten": column_digits_eaten(1),
    "first digits of column 2 eaten": column_digits_eaten(2),
    "percentages gone": of_rows(without_rows_of_percentages),
    "one percentage row gone": of_rows(one_percentage_row_gone),
}
"""Damages of pages with a table."""

CSV: dict[str, Damage] = {
    **{f"row {which} gone": csv_row_gone(which) for which in (0, 0.5, 1)},
    "row twice": of_lines(csv_row_twice),
    "labels swapped": of_lines(csv_labels_swapped),
    "all rows shifted": csv_column_shifted(None),
    "first row shifted": csv_column_shifted(0),
    "one row shifted": csv_column_shifted(0.5),
    "cell 3 gone": csv_cell_gone(0.4, 3),
    "cell 1 gone": csv_cell_gone(0.6, 1),
    **{
        f"digit of {c} in row {w} eaten": csv_digit_eaten(w, c) for w in (0.1, 0.3, 0.5, 0.7, 0.9) for c in (2, 3, 5, 8)
    },
    "heads swapped": of_lines(csv_heads_swapped),
    "years moved": of_lines(csv_years_moved),
    "head gone": of_lines(lambda lines: lines[: csv_rows(lines)[0] - 1] + lines[csv_rows(lines)[0] :]),
    "top lines gone": of_lines(lambda lines: lines[csv_rows(lines)[0] - 1 :]),
}
"""Damages of exported files."""

PROSE: dict[str, Damage] = {
    **{f"paragraph {number} gone": of_text(lambda text, n=number: _without_paragraph(text, n)) for number in (0, 1, 2)},
    **{f"first digit of number {n} eaten": of_text(lambda text, n=n: _eaten(text, n)) for n in range(0, 12)},
    "? for the first digits": replaced(r"(?<![\d.])\d(?=\d{3,}[件个家])", "?"),
    "two numbers glued": of_text(lambda text: re.sub(r"(\d{3,})件[，；、]?", r"\1", text, count=1)),
    "去年 → 今年": replaced("去年", "今年"),
    "year one later": of_text(lambda text: re.sub(r"20\d\d(?=年)", lambda m: str(int(m[0]) + 1), text)),
    "numbers doubled": of_text(lambda text: re.sub(r"(?<![\d.])(\d{3,})(?=件)", r"\1\1", text)),
}
"""Damages of articles."""


def _without_paragraph(text: str, number: int) -> str | None:
    found = [match.span() for match in re.finditer(r"<p>　　.*?</p>", text, re.S)]
    if len(found) <= number:
        return None
    return text[: found[number][0]] + text[found[number][1] :]


def _eaten(text: str, number: int) -> str | None:
    body = text.index("<body") if "<body" in text else 0
    found = [m.start() for m in re.finditer(r"(?<![\d./:-])\d{3,}(?=[件个家万亿])", text[body:])]
    if len(found) <= number:
        return None
    at = body + found[number]
    return text[:at] + text[at + 1 :]

"""Ways in which a good page can be spoilt: from the bytes of a page to other bytes, or None where it does not apply."""

from __future__ import annotations

import re
from functools import partial

from tests.mirror.damage.lines import (
    csv_cell_gone,
    csv_column_shifted,
    csv_digit_eaten,
    csv_heads_swapped,
    csv_labels_swapped,
    csv_row_gone,
    csv_row_twice,
    csv_rows,
    csv_years_moved,
    of_lines,
)
from tests.mirror.damage.pages import (
    BLOCK_PAGE,
    EMPTY_LIST,
    ERROR_PAGE,
    LOGIN_PAGE,
    always,
    cut,
    first_eaten,
    other_encoding,
    replaced,
    unreadable_characters,
    without_paragraph,
    wrong_bytes,
)
from tests.mirror.damage.tables import (
    blank_cell,
    cell_gone,
    column_digits_eaten,
    column_gone,
    columns_swapped,
    digits_eaten,
    heads_swapped,
    labels_moved_up,
    labels_swapped,
    of_rows,
    one_percentage_row_gone,
    row_over_next,
    row_twice,
    shift,
    without_heads,
    without_row,
    without_rows_of_percentages,
)
from tests.mirror.damage.text import Damage, of_text, pick

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
    "all rows shifted": of_rows(shift),
    "one row shifted": of_rows(lambda rows, data: shift(rows, [pick(data, 0.5)])),
    "last row shifted": of_rows(lambda rows, data: shift(rows, [data[-1]])),
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
    **{f"paragraph {number} gone": of_text(partial(without_paragraph, number=number)) for number in (0, 1, 2)},
    **{f"first digit of number {number} eaten": of_text(partial(first_eaten, number=number)) for number in range(12)},
    "? for the first digits": replaced(r"(?<![\d.])\d(?=\d{3,}[件个家])", "?"),
    "two numbers glued": of_text(lambda text: re.sub(r"(\d{3,})件[，；、]?", r"\1", text, count=1)),
    "去年 → 今年": replaced("去年", "今年"),
    "year one later": of_text(lambda text: re.sub(r"20\d\d(?=年)", lambda m: str(int(m[0]) + 1), text)),
    "numbers doubled": of_text(lambda text: re.sub(r"(?<![\d.])(\d{3,})(?=件)", r"\1\1", text)),
}
"""Damages of articles."""

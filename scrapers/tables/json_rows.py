"""JSON tables of portals: a list of objects with the same names, or names and rows apart (PAGE_FORMATS section 7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scrapers.grid import MAX_CELLS, HtmlContent, grid_of_rows
from scrapers.json_body import MAX_NUMERAL, strict_json
from scrapers.records import Refusal

_HOLDERS = ("data", "list", "rows", "records", "result", "results", "resultList", "items", "content")
"""Names under which interfaces give their rows."""
_COLUMNS = ("columnNames", "columns", "fields", "header")
_DEEPEST = 3
_TOTALS = ("totalCount", "total", "count", "totalRecord", "totalElements")


def read_json_rows(text: str) -> HtmlContent:
    """The rows as one grid under a row of their names. A row without a value has an empty cell there.

    Raises Refusal: `damaged_json`, `preview_only` (some rows of many, for show), `empty_list`, and
    `unsupported_format` where the JSON holds no table whose structure is certain.
    """
    names, rows = _table(strict_json(text))
    if len(rows) * len(names) > MAX_CELLS:
        raise Refusal("table_too_large", f"the JSON has more than {MAX_CELLS} values")
    return HtmlContent([grid_of_rows([names, *rows])], "", {}, False)


def total_of(answer: object) -> int | None:
    """How many rows an interface says that it has in all, where it says so."""
    for holder in _holders(answer):
        for name in _TOTALS:
            value = holder.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
            if isinstance(value, str) and value.isdecimal() and len(value) <= MAX_NUMERAL:
                return int(value)
    return None


def row_count(answer: object) -> int:
    """How many rows an answer holds; 0 where it holds none that could be read."""
    try:
        return len(_table(answer)[1])
    except Refusal:
        return 0


def _table(answer: object) -> tuple[list[str], list[list[str]]]:
    if isinstance(answer, list):
        return _of_objects(answer)
    for holder in _holders(answer):
        if "previewCount" in holder:
            raise Refusal("preview_only", "the answer is a preview, whose rows are cut short")
        named = next((holder[name] for name in _COLUMNS if isinstance(holder.get(name), list)), None)
        found = [holder[name] for name in _HOLDERS if isinstance(holder.get(name), list)]
        if len(found) > 1:
            raise Refusal("unsupported_format", "the JSON holds several lists: which one is the table is not certain")
        if found and named is not None:
            return _of_lists(named, found[0])
        if found:
            return _of_objects(found[0])
    raise Refusal("unsupported_format", "the JSON holds no list of rows")


def _holders(answer: object) -> list[dict[str, Any]]:
    """The objects that may hold the list, from the outside in: an answer, its `data`, the `data` of that."""
    found: list[dict[str, Any]] = []
    while isinstance(answer, dict) and len(found) < _DEEPEST:
        found.append(answer)
        answer = next((answer[name] for name in _HOLDERS if isinstance(answer.get(name), dict)), None)
    return found


def _of_objects(rows: list[Any]) -> tuple[list[str], list[list[str]]]:
    if not rows:
        raise Refusal("empty_list", "the JSON holds no row")
    if not all(isinstance(row, dict) for row in rows):
        raise Refusal("unsupported_format", "the rows of the JSON are no objects and have no names")
    names = list(dict.fromkeys(name for row in rows for name in row))
    if sum(len(row) for row in rows) * 2 < len(names) * len(rows):
        raise Refusal("unsupported_format", "the objects of the JSON have different names: they are no rows of a table")
    return names, [[_printed(row.get(name)) for name in names] for row in rows]


def _of_lists(names: list[Any], rows: list[Any]) -> tuple[list[str], list[list[str]]]:
    if not rows:
        raise Refusal("empty_list", "the JSON holds no row")
    if not names or not all(isinstance(name, str) and name.strip() for name in names) or len(set(names)) < len(names):
        raise Refusal("unsupported_format", "the columns of the JSON are not named, each by a name of its own")
    if all(isinstance(row, dict) for row in rows):
        return names, [[_printed(row.get(name)) for name in names] for row in rows]
    bad = next((n for n, row in enumerate(rows, 1) if not isinstance(row, list) or len(row) != len(names)), None)
    if bad is not None:
        raise Refusal("uneven_rows", f"row {bad} of the JSON has not the {len(names)} values that its columns have")
    return names, [[_printed(value) for value in row] for row in rows]


def _printed(value: object) -> str:
    """A value as text, numbers as the JSON writes them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text and value == value.to_integral_value() else text
    raise Refusal("unsupported_format", "a value of the JSON is itself a list or an object")

"""The shape of a page's tables as its records show it, and what differs between two shapes, in words for a person.

One well-defined shape for every parser: of each table its title without dates, its columns in order (label, unit, what
stretch of time), the order of its periods, and its row labels. It is taken from the records, so it says the same
whether a table came as HTML, a sheet, a PDF or an answer of an interface. Prose (table 0) has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from scrapers.periods import last_day
from scrapers.records import PeriodKind, Record

SHOWN = 5
"""Examples in a sentence."""
_SEPARATOR = " / "
_STRETCH = {
    PeriodKind.YEAR: "running",
    PeriodKind.YEAR_TO_DATE: "running",
    PeriodKind.CUMULATIVE: "running",
    PeriodKind.MONTH: "single",
    PeriodKind.QUARTER: "single",
    PeriodKind.POINT_IN_TIME: "state",
}
"""What a December issue calls a year, the November issue calls a year to date: one stretch for both."""
_DATES = re.compile(
    r"[第]?[一二三四1-4]\s*季度?|(?:上|下|前[一二三]?)\s*半?年|[\d〇○零一二三四五六七八九十]+\s*[年月日号](?:份|度)?"
    r"|(?i:\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?![a-z]))|(?i:\bQ[1-4]\b)|(?:全年|年度|截至|截止|底|末)"
)
_IN_BRACKETS = re.compile(r"[(（][^()（）]{0,12}[)）]")
_NO_WORDS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """Columns of figures under one header; those that differ in nothing but the period are one."""

    label: str
    """The header path; empty where the rows name the measures."""
    stretch: str
    """`single` month or quarter, `running` sum, `state`; empty where all columns of the table speak of the same."""
    units: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    """Columns of the table in which it stands, from 1."""
    order: str = ""
    """`rising` or `falling` where its periods stand side by side in such an order."""

    @property
    def key(self) -> tuple[str, str]:
        return self.label, self.stretch


@dataclass(frozen=True, slots=True)
class TableShape:
    """What a table looks like, whatever figures it holds."""

    stem: str
    """The title without dates, numbers and punctuation; empty where it has none."""
    columns: tuple[Column, ...] = ()
    rows: tuple[str, ...] = ()
    """Row labels in order, each once; of a table over periods none."""
    table_no: int = 1
    until: str = field(default="", compare=False)
    """Last day that its figures speak of (`YYYY-MM-DD`), which tells a newer issue from an older one."""

    def as_json(self) -> dict[str, Any]:
        """The shape in JSON types, as it stands in an outcome (`layout.shape`)."""
        columns = [{k: list(v) if isinstance(v, tuple) else v for k, v in asdict(c).items()} for c in self.columns]
        return {
            "table_no": self.table_no,
            "stem": self.stem,
            "until": self.until,
            "columns": columns,
            "rows": list(self.rows),
            "column_count": sum(len(column.places) for column in self.columns),
            "row_count": len(self.rows),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing by which a shape differs from the known one."""

    kind: str
    """`columns`, `order`, `unit`, `periods`, `rows_gone`, `rows_added`."""
    text: str


def stem_of(title: str | None) -> str:
    """A title without what may change from issue to issue: dates, numbers, units in brackets, punctuation."""
    return _NO_WORDS.sub("", _DATES.sub(" ", _IN_BRACKETS.sub(" ", title or ""))).lower()


def shapes_of(records: Iterable[Record]) -> list[TableShape]:
    """The shape of every table of a page, in page order."""
    tables: dict[int, list[Record]] = {}
    for record in records:
        if record.table_no:
            tables.setdefault(record.table_no, []).append(record)
    return [_shape(number, tables[number]) for number in sorted(tables)]


def shapes_in(told: Iterable[Mapping[str, Any]]) -> list[TableShape]:
    """Shapes as `TableShape.as_json` wrote them."""
    return [
        TableShape(
            stem=str(each["stem"]),
            columns=tuple(
                Column(c["label"], c["stretch"], tuple(c["units"]), tuple(c["places"]), c["order"])
                for c in each["columns"]
            ),
            rows=tuple(each["rows"]),
            table_no=int(each["table_no"]),
            until=str(each.get("until") or ""),
        )
        for each in told
    ]


def differences(known: TableShape, new: TableShape, *, loosely: bool = False) -> list[Difference]:
    """What is different in `new`, the gravest first; empty for the same shape.

    `loosely` compares only order and unit of the columns that both have: against a table that only repeats figures of
    the page, laid out anew.
    """
    had, has = {c.key: c for c in known.columns}, {c.key: c for c in new.columns}
    found = [] if loosely else _columns(known, new, had, has)
    found += _order([key for key in had if key in has], [key for key in has if key in had], had, has)
    found += _units(had, has)
    for key in had if not loosely else ():
        if key in has and had[key].order and has[key].order and had[key].order != has[key].order:
            found.append(
                Difference(
                    "periods", f"the periods of {_name(key, had, has)} stood {had[key].order}, now {has[key].order}"
                )
            )
    return found if loosely else found + _rows(known, new)


def told(found: Sequence[Difference]) -> str:
    """The differences as one sentence."""
    return "; ".join(difference.text for difference in found)


# --- making a shape ---------------------------------------------------------------------------------------------------


def _shape(number: int, records: Sequence[Record]) -> TableShape:
    counts = [record for record in records if not record.is_percentage_row] or list(records)
    by_column: dict[int, list[Record]] = {}
    for record in counts:
        by_column.setdefault(record.column_no, []).append(record)
    merged: dict[tuple[str, str], list[tuple[int, list[Record]]]] = {}
    stretches = {place: _stretch(own) for place, own in by_column.items()}
    is_mixed = len(set(stretches.values())) > 1
    for place in sorted(by_column):
        own = by_column[place]
        key = _common([r.measure_label for r in own]), stretches[place] if is_mixed else ""
        merged.setdefault(key, []).append((place, own))
    columns = tuple(
        Column(
            label=label,
            stretch=stretch,
            units=tuple(sorted({r.unit_label or "" for _, own in parts for r in own})),
            places=tuple(place for place, _ in parts),
            order=_direction([own for _, own in parts]),
        )
        for (label, stretch), parts in merged.items()
    )
    title = next((r.table_title for r in records if r.table_title), None)
    until = max((last_day(period).isoformat() for period in {r.period for r in counts if r.period}), default="")
    return TableShape(stem_of(title), columns, _row_labels(counts), number, until)


def _stretch(records: Sequence[Record]) -> str:
    found = {_STRETCH[r.period_kind] if r.period_kind else "" for r in records}
    return found.pop() if len(found) == 1 else ""


def _common(labels: Sequence[str]) -> str:
    """The header that all labels of a column begin with; what rows add to it (小计, 占合计) is left out."""
    paths = [label.split(_SEPARATOR) for label in dict.fromkeys(labels)]
    common = paths[0]
    for path in paths[1:]:
        same = 0
        while same < min(len(common), len(path)) and common[same] == path[same]:
            same += 1
        common = common[:same]
    return _SEPARATOR.join(common)


def _direction(parts: Sequence[Sequence[Record]]) -> str:
    """How the periods of columns of one header go from left to right."""
    ends = [last_day(own[0].period) for own in parts if own[0].period and len({r.period for r in own}) == 1]
    if len(ends) < 2 or len(set(ends)) < len(ends):
        return ""
    return "rising" if ends == sorted(ends) else "falling" if ends == sorted(ends, reverse=True) else "mixed"


def _row_labels(records: Sequence[Record]) -> tuple[str, ...]:
    regions = dict.fromkeys(r.region_label or "" for r in records)
    if len(regions) > 1:
        return tuple(regions)
    by_column: dict[int, set[str]] = {}
    for record in records:
        by_column.setdefault(record.column_no, set()).add(record.measure_label)
    if any(len(labels) > 1 for labels in by_column.values()):
        return tuple(dict.fromkeys(r.measure_label for r in records))
    return ()


# --- comparing --------------------------------------------------------------------------------------------------------

_Key = tuple[str, str]
_Columns = Mapping[_Key, Column]


def _columns(known: TableShape, new: TableShape, had: _Columns, has: _Columns) -> list[Difference]:
    """Headers renamed, gone and added. A header under which no figure stands counts for nothing."""
    gone, added = [key for key in had if key not in has], [key for key in has if key not in had]
    at = {place: c.key for c in known.columns for place in c.places}
    now = {place: c.key for c in new.columns for place in c.places}
    renamed = [
        (place, at[place], now[place]) for place in at if place in now and at[place] in gone and now[place] in added
    ]
    found = [
        f"column {place} was {_name(old, had, has)}, is now {_name(new_key, had, has)}"
        for place, old, new_key in renamed
    ]
    told_before = {old for _, old, _ in renamed}
    told_now = {new_key for *_, new_key in renamed}
    if rest := [_name(key, had, has) for key in gone if key not in told_before]:
        found.append(f"{len(rest)} columns gone: {_list(rest)}")
    if rest := [_name(key, had, has) for key in added if key not in told_now]:
        found.append(f"{len(rest)} columns new: {_list(rest)}")
    return [Difference("columns", "; ".join(_some(found)))] if found else []


def _order(before: Sequence[_Key], after: Sequence[_Key], had: _Columns, has: _Columns) -> list[Difference]:
    """Headers that both have and that stand in another order."""
    if list(before) == list(after):
        return []
    moved = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    texts = [
        f"column {had[old].places[0]} was {_name(old, had, has)}, is now {_name(new, had, has)}" for old, new in moved
    ]
    if any(had[old].places[0] != has[new].places[0] for old, new in moved):
        texts = [f"{_name(new, had, has)} stands where {_name(old, had, has)} stood" for old, new in moved]
    return [Difference("order", "; ".join(_some(texts)))]


def _units(had: _Columns, has: _Columns) -> list[Difference]:
    changes: dict[tuple[str, str], list[str]] = {}
    for key in had:
        if key in has and had[key].units != has[key].units:
            units = (
                "、".join(u or "not printed" for u in had[key].units),
                "、".join(u or "not printed" for u in has[key].units),
            )
            changes.setdefault(units, []).append(_name(key, had, has))
    everywhere = len(changes) == 1 and len(next(iter(changes.values()))) == len(had)
    return [
        Difference("unit", f"unit {'' if everywhere else f'of {_list(labels)} '}was {old}, is now {new}")
        for (old, new), labels in changes.items()
    ]


def _rows(known: TableShape, new: TableShape) -> list[Difference]:
    had, has = set(known.rows), set(new.rows)
    gone, added = [row for row in known.rows if row not in has], [row for row in new.rows if row not in had]
    found = [Difference("rows_gone", f"{len(gone)} rows gone: {_list(gone)}")] if gone else []
    if added:
        found.append(Difference("rows_added", f"{len(added)} rows new: {_list(added)}"))
    return found


def _name(key: _Key, *sides: _Columns) -> str:
    """The label; with what stretch of time it speaks of where the same label stands for several."""
    words = {"single": "single month or quarter", "running": "running sum", "state": "state"}
    label = key[0] or "the column of values"
    is_ambiguous = len({other[1] for side in sides for other in side if other[0] == key[0]}) > 1
    return f"{label} ({words[key[1]]})" if is_ambiguous and key[1] in words else label


def _some(texts: Sequence[str]) -> list[str]:
    more = len(texts) - SHOWN
    return [*texts[:SHOWN], f"{more} more of these"] if more > 0 else list(texts)


def _list(items: Sequence[str]) -> str:
    more = len(items) - SHOWN
    return "、".join(items[:SHOWN]) + (f" and {more} more" if more > 0 else "")

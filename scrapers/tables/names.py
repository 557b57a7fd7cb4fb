"""What a row label of a national table stands for: a province, a total, a city listed again beside its province.

Only for finding tables and checking sums. Which region a record belongs to is decided by the warehouse, not here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

_CJK = re.compile(r"[\u3400-\u9fff]")
_TOTALS = frozenset(
    {"全国总计", "全国合计", "全国", "总计", "合计", "总数", "共计", "全部", "国内总计", "国内合计", "国内小计"}
    | {f"全{level}{tail}" for level in "省市区州县盟旗" for tail in ("", "合计", "总计", "小计")}
)
_ENGLISH_TOTALS = frozenset({"total", "grandtotal", "nationaltotal", "subtotal", "domestictotal", "alltotal"})
_TOTAL_OF = re.compile(r"^total(?:number)?of(?:domestic|home)")
"""`Total of Domestic Applications`; the one of foreign applications is no total of the regions above it."""
_OTHERS = frozenset(
    {"其他", "其它", "其他地区", "其它地区", "不详", "未知", "other", "others", "unknown", "notclassified"}
)
_HALVES = re.compile(
    r"^(?:国内|国外|境内|境外)(?:小计|合计|总计)?$|^(?:domestic|foreign|home|abroad)(?:subtotal|total)?$"
)
"""The two parts of tables by origin."""
_HALF_NAMED = re.compile(r"(?P<half>国内)(?!外)|\bfrom\s+(?P<home>home)\b(?!\s+and\b)", re.IGNORECASE)
_PART_OF = re.compile(r"^(?:其中|#|＃|内[:：])|本级$|^市区$|^市辖区$|^小计$|合计$|总计$")
_REST_OF = re.compile(r"^[省市县区]?本级$|^市区$|^市辖区$|^小计$")
_REGION_ENDING = re.compile(
    r"(?:省|市|县|区|州|盟|旗|兵团|地区|开发区|新区|高新区|经开区|管理区|示范区|工业园区|街道|镇|乡)$"
)


SEVERAL_PROVINCES = 5
"""With fewer provinces a table is not read as one of the whole country."""


class RowKind(StrEnum):
    """What a row of a table over regions is, as far as sums are concerned."""

    TOTAL = "total"
    PROVINCE = "province"
    OUTSIDE = "outside"
    """Hong Kong, Macao, Taiwan."""
    LISTED_AGAIN = "listed_again"
    """A city or the 兵团 that stands again beside its province: never added."""
    OTHER = "other"
    """其他: addresses that belong to none."""
    PLAIN = "plain"
    """Any other label."""


class NationalRow(NamedTuple):
    """One row that national tables have, by its usual names and its two usual places."""

    kind: RowKind
    name: str
    order: float | None
    old_order: float | None
    within: str | None = None
    """Of a city listed again: the name of the province whose figure contains it."""


@lru_cache(maxsize=8192)
def row_kind(label: str) -> RowKind:
    """Kind of a row by its printed label (Chinese, English or both in one cell; spaces and brackets do not matter)."""
    key = _key(label)
    if key in _TOTALS or key in _ENGLISH_TOTALS or _TOTAL_OF.match(key):
        return RowKind.TOTAL
    if key in _OTHERS:
        return RowKind.OTHER
    known = _rows().get(key)
    return known.kind if known else RowKind.PLAIN


@lru_cache(maxsize=8192)
def national_row(label: str) -> NationalRow | None:
    """The province, special region or listed city that a label names; None for any other label."""
    return _rows().get(_key(label))


def are_two_regions(label: str, other: str) -> bool:
    """True where both labels are known and do not name the same row: two provinces, or a province and the total."""
    kinds = row_kind(label), row_kind(other)
    if RowKind.PLAIN in kinds:
        return False
    first, second = national_row(label), national_row(other)
    return kinds[0] is not kinds[1] or (first is not None and second is not None and first.name != second.name)


def provinces() -> list[NationalRow]:
    """The 31 provinces in today's usual order."""
    found = {row.name: row for row in _rows().values() if row.kind is RowKind.PROVINCE}
    return sorted(found.values(), key=lambda row: row.order or 0)


@lru_cache(maxsize=8192)
def looks_like_region(label: str) -> bool:
    """True for a known name, a total, 国内 and 国外, or a word that ends like an administrative division."""
    key = _key(label)
    if row_kind(label) is not RowKind.PLAIN or _HALVES.match(key):
        return True
    return bool(_CJK.search(key) and _REGION_ENDING.search(key))


def is_part_of_another_row(label: str) -> bool:
    """True for rows such as 其中, 市本级, 小计 whose figures other rows may contain again."""
    return bool(_PART_OF.search(_key(label)))


def places_within(labels: Sequence[str]) -> dict[int, int]:
    """In a national table that lists places below their provinces: position of each place → that of its province.

    Empty for any other table: below at least half of its provinces something must stand before the next one.
    """
    found: dict[int, int] = {}
    above: int | None = None
    count = 0
    for i, label in enumerate(labels):
        kind = row_kind(label)
        if kind is RowKind.PROVINCE:
            above, count = i, count + 1
        elif kind in (RowKind.OUTSIDE, RowKind.TOTAL):
            above = None
        elif above is not None:
            found[i] = above
    return found if count >= SEVERAL_PROVINCES and len(set(found.values())) * 2 >= count else {}


def within(region: str, label: str) -> str:
    """The row of a place inside a region: 合计 is the region itself; 市本级 and 其他 mean nothing without its name."""
    if row_kind(region) is RowKind.TOTAL or _HALVES.match(_key(region)):
        return label  # 国内 over provinces groups them, it does not name their place
    if row_kind(label) is RowKind.TOTAL:
        return region
    return f"{region}{label}" if row_kind(label) is RowKind.OTHER or _REST_OF.search(_key(label)) else label


def region_in(text: str) -> str | None:
    """The first region that a heading names, as printed: 全国, a province, or a word that ends like a division.

    A heading that names none may still say that it is about one half of the world (国内, from Home).
    """
    match = _region_pattern().search(text)
    half = None if match else _HALF_NAMED.search(text)
    return match.group() if match else (half["half"] or half["home"]) if half else None


@cache
def _rows() -> dict[str, NationalRow]:
    found: dict[str, NationalRow] = {}
    with resources.files(__package__).joinpath("national_rows.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            row = NationalRow(
                RowKind(line["kind"]),
                line["name"],
                float(line["order"]) if line["order"] else None,
                float(line["old_order"]) if line["old_order"] else None,
                line["within"] or None,
            )
            for name in (line["name"], *line["full_name"].split("|"), *line["english"].split("|")):
                found[_key(name)] = row
    found["内蒙"] = found["内蒙古"]
    return found


@cache
def _region_pattern() -> re.Pattern[str]:
    names = "|".join(sorted((re.escape(n) for n in _chinese_names()), key=len, reverse=True))
    divisions = r"[\u4e00-\u9fff]{2,5}?(?:自治州|自治县|市|州|盟|县)"
    return re.compile(rf"全国|我国|{names}|(?:(?<=年)|(?<=月)|(?<=份)|^){divisions}")


@cache
def _chinese_names() -> tuple[str, ...]:
    return tuple(name for name, row in _rows().items() if _CJK.search(name) and row.kind is RowKind.PROVINCE)


@lru_cache(maxsize=8192)
def _key(label: str) -> str:
    """A label without spaces, brackets, marks; the Chinese part of a bilingual one; English in lower-case letters."""
    bare = re.sub(r"[\s()（）\[\]【】*＊:：]", "", label)
    if _CJK.search(bare):
        return re.sub(r"[A-Za-z’'.&-]+", "", bare)
    return re.sub(r"[^a-z]", "", bare.lower())

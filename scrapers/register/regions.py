"""The region of a plan, from its title and its issuer, by the names of the seeds. Never guessed: unknown is None."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from scrapers.seeds import seed_rows
from scrapers.traditional import TO_SIMPLIFIED

COUNTRY = "100000"
_COUNTRY_WORDS = re.compile(
    r"^(?:国务院|中共中央|中央|全国人大|国家(?!级|重点|示范|试点)|中华人民共和国|全国|中国(?![(（]))"
)
_OPENING = re.compile(r"^(?:中共|关于|印发|转发|《|“|\"|〈|\s)+")
_NO_PLACE = re.compile("知识产权|建设|示范|试验|先行|服务|保护|强|全")
"""Words that do not stand in the name of a place."""
_LEAST_ANYWHERE = 3
"""Shorter names are only taken for a region at the beginning of a title: 城区, 新区 and 郊区 are words as well."""
_BELOW = re.compile(
    r"^(?:[一-鿿]{1,12}?(?:开发区|高新区|新区|园区|街道|镇|乡)"
    r"|(?![山老灾牧地库景城社校片市辖全各省强])[一-鿿]{1,3}(?<![山老灾牧地库景城社校片市辖强])(?:县|区|旗)(?![域块]))"
)
"""A unit inside the named region that the seeds do not know: the plan is its, not the region's."""


@dataclass(frozen=True, slots=True)
class RegionFound:
    """The code of a region, or why there is none."""

    code: str | None
    why: str
    """For a person: which words say it, or what is open."""


def find_region(title: str | None, issuer: str | None, year: int | None) -> RegionFound:
    """The region that a title names, else the one of the issuer; the code is the one valid in `year`.

    A title that fits several regions is settled by the issuer where that leaves one. Names chain: 甲省乙市丙区 is the
    丙区 of that 乙市. A unit below that the seeds do not know leaves the region open.
    """
    open_: list[str] = []
    wider: frozenset[str] | None = None
    for words, name in ((title, "title"), (issuer, "issuer")):
        bare = "".join((words or "").translate(TO_SIMPLIFIED).split())
        if not bare:
            continue
        if below := _unit_below(bare, year):
            return RegionFound(None, f"the {name} speaks of {below}, which the seeds do not know")
        found, rest = _chain(bare, year)
        if name == "title" and (inner := _named_inside(rest, found, year)):
            return RegionFound(None, f"the title names {_tables().name[next(iter(found))]} and {inner} inside it")
        if wider and found:
            found = frozenset(r for r in wider if r in found or _is_inside(r, found))
        if len(found) == 1:
            return _with_code(next(iter(found)), name, year)
        if found:
            wider = found
            open_.append(f"the {name} fits {len(found)} regions")
        elif _COUNTRY_WORDS.match(_OPENING.sub("", bare)) and wider is None:
            return RegionFound(COUNTRY, f"the {name} is the country's")
    return RegionFound(None, "; ".join(open_) or "neither title nor issuer names a region that the seeds know")


def is_region_code(code: str) -> bool:
    """True for a code that a region of the seeds has or had."""
    return code in {code for codes in _tables().codes.values() for code, _, _ in codes}


# --- names ------------------------------------------------------------------------------------------------------------


def _named_inside(words: str, found: frozenset[str], year: int | None) -> str | None:
    """The name of a region inside the one found, further on in the title: whose plan it is stays open."""
    for at in range(1, len(words)) if len(found) == 1 else ():
        inner, length = _name_at(words[at:], year, is_first=False, inside=found)
        if inner:
            return words[at : at + length]
    return None


def _unit_below(words: str, year: int | None) -> str | None:
    found, rest = _chain(words, year)
    below = _BELOW.match(rest) if found else None
    return below.group() if below and not _NO_PLACE.search(below.group()) else None


def _chain(words: str, year: int | None) -> tuple[frozenset[str], str]:
    """The regions named first, and the words after their names."""
    start = _OPENING.sub("", words)
    found, length = _name_at(start, year, is_first=True)
    rest = start[length:]
    if not found:
        for at in range(1, len(start)):
            found, length = _name_at(start[at:], year, is_first=False)
            if found:
                rest = start[at + length :]
                break
    while found:
        inner, length = _name_at(rest, year, is_first=True, inside=found)
        if not inner:
            break
        found, rest = inner, rest[length:]
    return found, rest


def _name_at(
    words: str, year: int | None, *, is_first: bool, inside: frozenset[str] | None = None
) -> tuple[frozenset[str], int]:
    """Regions whose longest name stands at the beginning of words, and the length of that name.

    Short names of counties are words of everyday language (平安, 和平): they count only inside their own parent.
    """
    tables = _tables()
    for length in range(min(tables.longest, len(words)), 1, -1):
        found = set()
        for region_id, kind in tables.names.get(words[:length], ()):
            is_short = kind == "short"
            if is_short and inside is None and (not is_first or tables.level[region_id] == "county"):
                continue
            if not is_first and length < _LEAST_ANYWHERE:
                continue
            if inside is not None and not _is_inside(region_id, inside):
                continue
            if _exists(region_id, year):
                found.add(region_id)
        if found:
            return frozenset(found), length
    return frozenset(), 0


def _is_inside(region_id: str, others: Iterable[str]) -> bool:
    return bool(set(_ancestors(region_id)) & set(others))


def _ancestors(region_id: str) -> Iterator[str]:
    parents = _tables().parent
    seen = {region_id}
    while (region_id := parents.get(region_id, "")) and region_id not in seen:
        seen.add(region_id)
        yield region_id


def _exists(region_id: str, year: int | None) -> bool:
    return _code_in(region_id, year) is not None


def _code_in(region_id: str, year: int | None) -> str | None:
    """The code valid in a year; without one the current code, for regions that still exist."""
    codes = _tables().codes.get(region_id, [])
    if year is None:
        return next((code for code, _, last in codes if last is None), None)
    return next((code for code, first, last in codes if first <= year <= (last or 9999)), None)


def _with_code(region_id: str, name: str, year: int | None) -> RegionFound:
    return RegionFound(_code_in(region_id, year), f"the {name} names {_tables().name[region_id]}")


# --- the seeds --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tables:
    names: dict[str, list[tuple[str, str]]]
    """Name → region and kind of name."""
    longest: int
    codes: dict[str, list[tuple[str, int, int | None]]]
    parent: dict[str, str]
    level: dict[str, str]
    name: dict[str, str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    names: dict[str, list[tuple[str, str]]] = {}
    codes: dict[str, list[tuple[str, int, int | None]]] = {}
    parent, level, name = {}, {}, {}
    for row in seed_rows("regions"):
        region_id = row["region_id"]
        parent[region_id], level[region_id], name[region_id] = row["parent_region_id"], row["level"], row["name_zh"]
        if level[region_id] != "country":
            names.setdefault(row["name_zh"], []).append((region_id, "full"))  # ended regions have no alias
    for row in seed_rows("region_aliases"):
        if row["region_id"] in level and level[row["region_id"]] != "country" and row["kind"] in _KINDS:
            names.setdefault(row["alias"], []).append((row["region_id"], row["kind"]))
    for row in seed_rows("region_codes"):
        last = int(row["valid_to"]) if row["valid_to"] else None
        codes.setdefault(row["region_id"], []).append((row["code"], int(row["valid_from"]), last))
    return _Tables(names, max(map(len, names)), codes, parent, level, name)


_KINDS = frozenset({"full", "short", "historic", "xpcc"})


def parent_code(labels: Iterable[str]) -> str | None:
    """The code of the region whose parts most of the labels name (`100000` for provinces); None where it is unclear."""
    tables = _tables()
    counts: dict[str, int] = {}
    known = 0
    for label in labels:
        bare = "".join(label.translate(TO_SIMPLIFIED).split())
        found = {region_id for region_id, _ in tables.names.get(bare, ()) if _exists(region_id, None)}
        parents = {tables.parent[region_id] for region_id in found if tables.level[region_id] != "country"}
        known += bool(parents)
        for parent in parents:
            counts[parent] = counts.get(parent, 0) + 1
    if not counts:
        return None
    best = max(counts, key=lambda region_id: counts[region_id])
    if counts[best] * 3 < known * 2 or known < 3:
        return None
    return COUNTRY if tables.level.get(best) == "country" else _code_in(best, None)
